"""Replaces values within texts: what a rule names, what has a known form, what was seen before.

The same value gets the same stand-in wherever it stands, also inside base64, percent-encoding,
character references, JSON or XML within a text.
"""

import re
from collections import Counter
from collections.abc import Callable, Iterable
from html import unescape
from xml.sax.saxutils import escape

from contracts.redacting.kinds import KINDS, Kind, is_stand_in
from contracts.redacting.layers import (
    BASE64,
    PERCENT,
    base64_like,
    bytes_of_base64,
    is_document,
    opened,
    quoted,
    unquoted,
)
from contracts.redacting.texts import (
    is_json,
    is_xml,
    walk_json,
    walk_labels,
    walk_members,
    walk_xml,
)

ANYWHERE = 6
"""From how many characters on a known value is replaced inside longer words too."""
WORD = 4
"""From how many characters on a known value is replaced where it is a word of a text."""
LONG_NUMBER = 8
"""From how many digits on a number may be a telephone number, whatever field it stands in."""
TYPES = frozenset({"string", "int", "double", "decimal", "datetime", "boolean", "true", "false"})
"""What stands for a value where a page shows how a call is made."""
LEFT_OUT = b"[left out: it could not be read, or not be redacted]"

_MOMENT = re.compile(r"\d{4}-\d\d-\d\d(?:[T ][\d:.]+)?")
_PAIR = re.compile(r"(?<![\w.-])(?P<name>[\w.-]{2,40})=(?P<value>[^&\s;,<>\"']*[^&\s;,<>\"'.:!?)])")
_LOGIN = re.compile(r"(?<=://)(?P<user>[^\s/:@\"'<>]+):(?P<password>[^\s/@\"'<>]+)(?=@)")
_SCHEME = re.compile(r"\b(?P<scheme>Basic|Bearer)(?P<space>\s+)(?P<given>[\w.~+/=-]{8,})", re.I)
_REFERENCE = re.compile(r"&(?:#\d+|#x[0-9a-f]+|amp|lt|gt|quot|apos);", re.I)

_WORDS = re.compile(
    "|".join(
        f"(?:{KINDS[name].mark.pattern})"
        for name in ("user", "database", "name", "address", "place", "text", "secret", "email")
    )
)
"""Stand-ins that are words, in which a short known value may stand by chance."""

KindOf = Callable[[str], str | None]


class ValueRedactor:
    """Redacts texts. `kind_of` tells the kind of a field; `tell` hears of each replacement.

    `plain` are values that stay, whatever field they stand in.
    """

    def __init__(
        self, kind_of: KindOf, tell: Callable[[str], None], plain: Iterable[str] = ()
    ) -> None:
        self._plain_values = frozenset(plain)
        self._kind_of = kind_of
        self._tell = tell
        self._stand_ins: dict[str, str] = {}
        self._folded: dict[str, str] = {}
        self._numbers: dict[tuple[str, str], int] = {}
        self._counts: Counter[str] = Counter()
        self._pattern: re.Pattern[str] | None = None

    def learned(self) -> None:
        """Replace from now on each value seen until now wherever it stands."""
        self._pattern = _pattern(self._stand_ins)

    def forgotten(self) -> None:
        """Only learn values from now on."""
        self._pattern = None

    def stand_in(self, kind: Kind, value: str) -> str:
        """Return what stands for a value of a kind, always the same."""
        if value in self._plain_values or is_stand_in(value):
            return value
        self._tell(kind.name)
        if value not in self._stand_ins:
            same = kind.same(value)
            number = self._numbers.get((kind.name, same))
            if number is None:
                self._counts[kind.name] += 1
                number = self._numbers[kind.name, same] = self._counts[kind.name]
            self._stand_ins[value] = kind.make(value, number)
            self._folded.setdefault(value.lower(), self._stand_ins[value])
        return self._stand_ins[value]

    def visit(self, field: str, value: str) -> str:
        """Return what stands for a value of a field."""
        kind = self._kind_of(field)
        if kind is not None and value.strip() and not _is_plain(kind, value):
            return self.stand_in(KINDS[kind], value)
        return self.structured(value)

    def number(self, field: str, written: str) -> str:
        """Return what stands for a number of a field: digits too, since it may have to be one."""
        if len(written) < WORD or written.startswith("000"):
            return written
        kind = self._kind_of(field)
        if kind is not None and not _is_plain(kind, written):
            made = self.stand_in(KINDS[kind], written)
        elif len(written) >= LONG_NUMBER:
            made = self.plain(written)
        else:
            made = written if self._pattern is None else self._pattern.sub(self._known, written)
        return made if made == written else f"000{re.sub(r'[^0-9]', '', made).lstrip('0')}"

    def structured(self, text: str) -> str:
        """Return a text redacted, by its fields where it is XML or JSON."""
        if is_json(text):
            made = walk_json(text, self)
            return self.plain(text) if made is None else made
        if is_xml(text):
            return walk_xml(text, self)
        return self.plain(text)

    def pair(self, pair: str) -> str:
        """Return a pair of a form or query with its value redacted."""
        name, equals, given = pair.partition("=")
        if not equals:
            return self.plain(pair)
        value, depth = unquoted(given)
        # A form may write a field of a record as user[password].
        field = re.sub(r"\A.*\[([\w.-]+)\](?:\[\])?\Z", r"\1", unquoted(name)[0])
        made = self.visit(field, value)
        return pair if made == value else f"{name}{equals}{quoted(made, depth)}"

    def plain(self, text: str) -> str:
        """Return a text without values that are known or of a form that is looked for."""
        if len(text) < WORD:
            return text
        if self._pattern is not None:
            text = self._pattern.sub(self._known, text)
        if "=" in text:
            text = _PAIR.sub(self._named, text)
        if '":' in text or '" :' in text:
            text = walk_members(text, self.visit)
        if ":" in text:
            text = walk_labels(text, self._labelled)
        text = _LOGIN.sub(self._login, text)
        text = _SCHEME.sub(self._authorized, text)
        for kind in KINDS.values():
            text = self._formed(kind, text)
        if "%" in text:
            text = PERCENT.sub(self._percent, text)
        if "&" in text and _REFERENCE.search(text):
            plain = unescape(text)
            made = self.structured(plain)
            text = text if made == plain else escape(made)
        return BASE64.sub(self._base64, text)

    def is_left(self, text: str) -> bool:
        """Return whether a text holds what should have been replaced."""
        text = _WORDS.sub("\0", text)
        if self._pattern is not None and self._pattern.search(text):
            return True
        return any(any(kind.spans(text)) for kind in KINDS.values())

    def _known(self, found: re.Match[str]) -> str:
        self._tell("a value known to be secret or personal")
        return self._stand_ins.get(found[0]) or self._folded[found[0].lower()]

    def _named(self, found: re.Match[str]) -> str:
        return self.pair(found[0]) if self._kind_of(found["name"]) else found[0]

    def _labelled(self, name: str, value: str) -> str:
        return self.visit(name, value) if self._kind_of(name) else value

    def _login(self, found: re.Match[str]) -> str:
        user, password = (unquoted(found[name]) for name in ("user", "password"))
        made = quoted(self.stand_in(KINDS["user"], user[0]), 1)
        return f"{made}:{quoted(self.stand_in(KINDS['secret'], password[0]), 1)}"

    def _authorized(self, found: re.Match[str]) -> str:
        scheme, given = found["scheme"], found["given"]
        made = self.basic(given) if scheme.lower() == "basic" else None
        if made is None and scheme.lower() == "bearer" and re.search(r"\d", given):
            made = self.stand_in(KINDS["secret"], given)
        return found[0] if made is None else f"{scheme}{found['space']}{made}"

    def basic(self, given: str) -> str | None:
        """Return the words of basic authorization redacted; None when they are none."""
        decoded = bytes_of_base64(given)
        within = None if decoded is None else opened(decoded)
        if within is None or ":" not in within.text:
            return None
        user, _, password = within.text.partition(":")
        made = self.stand_in(KINDS["user"], user) if user else ""
        if password:
            password = self.stand_in(KINDS["secret"], password)
        return base64_like(within.again(f"{made}:{password}"), given)

    def _formed(self, kind: Kind, text: str) -> str:
        made, last = [], 0
        for start, end in kind.spans(text):
            made += [text[last:start], self.stand_in(kind, text[start:end])]
            last = end
        return "".join([*made, text[last:]])

    def _percent(self, found: re.Match[str]) -> str:
        decoded, depth = unquoted(found[0])
        made = self.visit("", decoded)
        return found[0] if made == decoded else quoted(made, depth)

    def _base64(self, found: re.Match[str]) -> str:
        body = bytes_of_base64(found[0])
        if body is None:
            return found[0]
        if is_document(body):
            self._tell("a document")
            return base64_like(LEFT_OUT, found[0])
        within = opened(body)
        if within is None:
            return found[0]
        made = self.visit("", within.text)
        return found[0] if made == within.text else base64_like(within.again(made), found[0])


def _is_plain(kind: str, value: str) -> bool:
    """Return whether a value tells nothing: a moment, a type, a record's number for its name."""
    return (
        (bool(_MOMENT.fullmatch(value)) and kind != "secret")
        or value.lower() in TYPES
        or (kind == "name" and value.isdecimal())
    )


def _pattern(values: Iterable[str]) -> re.Pattern[str] | None:
    """Return a pattern of all values that may be replaced inside a text, the longest first."""
    parts = [
        _bounded(value)
        for value in sorted(values, key=lambda value: (-len(value), value))
        if len(value) >= WORD
    ]
    return re.compile("|".join(parts), re.IGNORECASE) if parts else None


def _bounded(value: str) -> str:
    written = re.escape(value)
    if value.isdecimal():
        return rf"(?<!\d){written}(?!\d)"
    return written if len(value) >= ANYWHERE else rf"(?<!\w){written}(?!\w)"
