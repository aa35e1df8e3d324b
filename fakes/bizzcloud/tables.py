"""Rows in memory, with indices that are made when they are first asked for. Pure.

A row is never changed in place: a write puts a new row, so that the old one is what a failed
transaction puts back.
"""

from collections.abc import Iterable, Iterator
from typing import Any

from sortedcontainers import SortedList

Row = dict[str, Any]
Index = dict[Any, "tuple[int, ...] | set[int]"]
FEW = 8
"""Up to how many ids an index keeps in a tuple, which the garbage collector need not walk."""


class Table:
    """The rows of one model by id, and the id that was given last."""

    def __init__(self) -> None:
        self.rows: dict[int, Row] = {}
        self.last_id = 0
        self._by_value: dict[str, Index] = {}
        self._in_order: dict[str, Any] = {}

    def copy(self) -> "Table":
        """Return a table with the same rows, which are shared until one is replaced."""
        made = Table()
        made.rows = dict(self.rows)
        made.last_id = self.last_id
        return made

    def new_id(self) -> int:
        """Return the next id; an id is never given again, also when its record is not kept."""
        self.last_id += 1
        return self.last_id

    def put(self, identifier: int, row: Row) -> Row | None:
        """Keep a row; return the one that it replaces, if any."""
        old = self.rows.get(identifier)
        self.rows[identifier] = row
        self._move(identifier, old, row)
        return old

    def drop(self, identifier: int) -> Row:
        """Forget a row and return it; raises KeyError when there is none."""
        old = self.rows.pop(identifier)
        self._move(identifier, old, None)
        return old

    def having(self, field: str, values: Iterable[Any]) -> set[int]:
        """Return the ids whose field is one of the values (for many2many: holds one of them)."""
        index = self._by_value.get(field)
        if index is None:
            index = self._by_value[field] = {}
            for identifier, row in self.rows.items():
                for key in _keys(row.get(field)):
                    _add(index, key, identifier)
        found: set[int] = set()
        for value in values:
            found.update(index.get(value, ()))
        return found

    def count_having(self, field: str, value: Any) -> int:
        """Return how many rows hold a value, without making a set of them."""
        self.having(field, ())
        return len(self._by_value[field].get(value, ()))

    def between(self, field: str, low: Any, high: Any) -> Iterator[int]:
        """Yield the ids whose field lies from `low` up to `high`, in rising order; None is open."""
        first = None if low is None else (low, -1)
        last = None if high is None else (high, _LAST)
        for _, identifier in self._ordered(field).irange(first, last):
            yield identifier

    def count_between(self, field: str, low: Any, high: Any) -> int:
        """Return how many ids `between` would yield, without walking along them."""
        order = self._ordered(field)
        start = 0 if low is None else order.bisect((low, -1))
        end = len(order) if high is None else order.bisect((high, _LAST))
        return max(0, int(end - start))

    def _ordered(self, field: str) -> Any:
        order = self._in_order.get(field)
        if order is None:
            order = self._in_order[field] = SortedList(
                (row[field], identifier)
                for identifier, row in self.rows.items()
                if row.get(field) is not None
            )
        return order

    def _move(self, identifier: int, old: Row | None, new: Row | None) -> None:
        for field, index in self._by_value.items():
            before = None if old is None else old.get(field)
            after = None if new is None else new.get(field)
            if old is not None and new is not None and before == after:
                continue
            if old is not None:
                for key in _keys(before):
                    _discard(index, key, identifier)
            if new is not None:
                for key in _keys(after):
                    _add(index, key, identifier)
        for field, order in self._in_order.items():
            before = None if old is None else old.get(field)
            after = None if new is None else new.get(field)
            if before == after:
                continue
            if before is not None:
                order.remove((before, identifier))
            if after is not None:
                order.add((after, identifier))


_LAST = 2**63


def _add(index: Index, key: Any, identifier: int) -> None:
    kept = index.get(key, ())
    if isinstance(kept, set):
        kept.add(identifier)
    else:
        index[key] = (*kept, identifier) if len(kept) < FEW else {*kept, identifier}


def _discard(index: Index, key: Any, identifier: int) -> None:
    kept = index[key]
    if isinstance(kept, set):
        kept.discard(identifier)
    else:
        index[key] = tuple(each for each in kept if each != identifier)


def _keys(value: Any) -> Iterable[Any]:
    return value if isinstance(value, tuple) else (value,)
