"""The order in which Python 2, which the service runs on, walks a dictionary.

Lines get their ids in it, so a client that sorts by id sees it.
"""

from collections.abc import Iterable, Mapping
from typing import Any

Key = tuple[int | str, ...]

_WORD = (1 << 64) - 1


def in_dictionary_order(keys: Iterable[Key]) -> list[Key]:
    """Return keys of whole numbers and texts in the order in which Python 2 walks them.

    The recorded order of two rates follows from it. Python 2.7 itself agrees on thousands of sets
    of numbers. A key that is false is a zero.
    """
    slots: dict[int, Key] = {}
    size = 8
    for key in keys:
        slots[_free(slots, size, key)] = key
        if len(slots) * 3 >= size * 2:
            kept = [slots[place] for place in sorted(slots)]
            size = 8
            while size <= len(kept) * 4:
                size *= 2
            slots = {}
            for each in kept:
                slots[_free(slots, size, each)] = each
    return [slots[place] for place in sorted(slots)]


def _free(slots: Mapping[int, Any], size: int, key: Key) -> int:
    """Return the slot that Python 2 puts a new key in."""
    perturbed = place = _hash_of_tuple(key)
    while place % size in slots:
        place = 5 * place + perturbed + 1
        perturbed >>= 5
    return place % size


def _hash_of_tuple(items: Key) -> int:
    """Return what Python 2 makes of a tuple, as an unsigned word."""
    made, factor = 0x345678, 1000003
    for left, item in zip(reversed(range(len(items))), items, strict=True):
        number = _hash_of_text(item) if isinstance(item, str) else int(item)
        made = ((made ^ number) * factor) & _WORD
        factor += 82520 + 2 * left
    return (made + 97531) & _WORD


def _hash_of_text(text: str) -> int:
    """Return what Python 2 makes of a text of plain letters, as an unsigned word."""
    if not text:
        return 0
    made = ord(text[0]) << 7
    for letter in text:
        made = ((made * 1000003) ^ ord(letter)) & _WORD
    return made ^ len(text)
