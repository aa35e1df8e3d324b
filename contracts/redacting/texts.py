"""Walks through a text value by value and puts back what a visitor makes of each.

A visitor is asked for every text and every number, with the name of the field that it stands in
("" when in none, "argument 2" for the third argument of a call), and returns the value to put
there. Whatever is not changed keeps its bytes:
prefixes, white space, CDATA and the order of attributes stay as they are. A text that is cut off in
the middle of a value is walked too.
"""

import json
import re
from collections.abc import Callable, Iterator
from functools import lru_cache
from html import unescape
from typing import Any, Protocol
from xml.sax.saxutils import escape

Visit = Callable[[str, str], str]


class Visitor(Protocol):
    """Is asked for each value what is to stand in its place."""

    def visit(self, field: str, value: str) -> str:
        """Return what is to stand in the place of a text."""
        ...

    def number(self, field: str, written: str) -> str:
        """Return what is to stand in the place of a number, digits in any case."""
        ...


NO_VALUE = "<>"
"""The field of what is no value at all: names of members, comments, declarations."""

_TOKEN = re.compile(
    r"<!--.*?(?:-->|\Z)|<!\[CDATA\[.*?(?:\]\]>|\Z)|<[!?/]?[A-Za-z_][\w:.-]*(?=[\s/>\[?]|\Z)"
    r"(?:[^<>\"']|\"[^\"]*(?:\"|\Z)|'[^']*(?:'|\Z))*>?|<[!?/]?\Z",
    re.DOTALL,
)
_ATTRIBUTE = re.compile(r"([\w:.-]+)(\s*=\s*)(\"[^\"]*(?:\"|\Z)|'[^']*(?:'|\Z)|[^\s\"'<>=`]+)")
_TYPES = frozenset({"value", "string", "param", "params", "data", "array", "struct", "base64"})
_NUMBERS = frozenset({"int", "i4", "i8", "double", "boolean", "nil"})
_MEMBER = re.compile(r'("(?P<name>[^"\\]{1,60})"\s*:\s*")(?P<value>(?:[^"\\]|\\.)*)("|\Z)')
_QUOTED = re.compile(
    r"(?P<before>(?:u?'(?P<name>[^'\\\n]{1,60})'|(?<![\w.-])(?P<bare>\w{2,40}))\s*:\s*u?)"
    r"(?P<quote>['\"])(?P<value>(?:(?!(?P=quote))[^\\\n]|\\.)*)(?:(?P=quote)|\Z)"
)
_LABEL = re.compile(
    r"(?<![\w.-])(?P<name>[A-Za-z][\w-]{1,39})(?P<colon>[ \t]*:[ \t]+)"
    r"(?P<value>[^\s,;|'\"(<>{\[][^\n\r,;|'\"<>]*[^\s,;|'\"<>.]|\d+)"
)
_PART = re.compile(
    r"(?P<head>\bname=\"?(?P<name>[^\";\s]*)\"?(?:[^\r\n]|\r?\n(?!\r?\n))*)(?P<gap>\r?\n\r?\n)"
    r"(?P<content>.*?)(?=\r?\n--|\Z)",
    re.DOTALL,
)
OPERATORS = frozenset(
    {"=", "!=", "in", "not in", "like", "ilike", "=like", "=ilike", "not like", "not ilike"}
)


def is_xml(text: str) -> bool:
    """Return whether a text is XML or HTML, or holds a piece of it."""
    return _TOKEN.search(text) is not None


def is_multipart(text: str) -> bool:
    """Return whether a text looks like a form of several parts."""
    return text.startswith("--") and "content-disposition:" in text[:2000].lower()


def is_json(text: str) -> bool:
    """Return whether a text looks like an object or a list in JSON."""
    return text.lstrip("\ufeff \t\r\n")[:1] in ("{", "[")


def walk_json(text: str, visitor: Visitor) -> str | None:
    """Return a JSON text with its values visited, None when it is none, cut off or too deep."""
    try:
        return _walked_json(text, visitor)
    except (ValueError, RecursionError):
        return None


def _walked_json(text: str, visitor: Visitor) -> str:
    told = json.loads(text)
    made = _json_value(told, "", visitor)
    if made == told:
        return text
    separators = (", ", ": ") if '": ' in text or "\n" in text else (",", ":")
    return json.dumps(made, ensure_ascii=text.isascii(), separators=separators)


def walk_members(text: str, visit: Visit) -> str:
    """Return a text with the members of JSON in it visited, whole or cut off."""
    return _MEMBER.sub(lambda found: _cut_member(found, visit), text)


def walk_labels(text: str, visit: Visit) -> str:
    """Return a text with what follows a name and a colon in it visited, in quotes or not.

    A mapping as Python or JavaScript writes it, a line of a form, or of a log.
    """

    def quoted(found: re.Match[str]) -> str:
        quote, value = found["quote"], re.sub(r"\\([\\'\"])", r"\1", found["value"])
        made = visit(found["name"] or found["bare"], value)
        if made == value:
            return found[0]
        written = made.replace("\\", "\\\\").replace(quote, f"\\{quote}")
        return f"{found['before']}{quote}{written}{quote if found[0].endswith(quote) else ''}"

    text = _QUOTED.sub(quoted, text)
    return _LABEL.sub(
        lambda found: f"{found['name']}{found['colon']}{visit(found['name'], found['value'])}", text
    )


def walk_multipart(text: str, visit: Visit) -> str:
    """Return a form of several parts with the content of each visited under its name."""
    return _PART.sub(
        lambda found: f"{found['head']}{found['gap']}{visit(found['name'], found['content'])}", text
    )


def _cut_member(found: re.Match[str], visit: Visit) -> str:
    try:
        value = str(json.loads(f'"{found["value"]}"'))
    except ValueError:
        value = found["value"]
    made = visit(found["name"], value)
    return found[0] if made == value else f"{found[1]}{json.dumps(made)[1:-1]}{found[4]}"


def _json_value(value: Any, field: str, visitor: Visitor) -> Any:
    if isinstance(value, dict):
        failed = "debug" in value and "arguments" in value
        # A pair of a form: its name tells what its value is.
        named = value["name"] if isinstance(value.get("name"), str) and "value" in value else ""
        made = {
            visitor.visit(NO_VALUE, name): _json_value(
                inner,
                "" if failed and name == "name" else named if named and name == "value" else name,
                visitor,
            )
            for name, inner in value.items()
        }
        if isinstance(value.get("args"), list) and "method" in value:
            made["args"] = [
                _json_value(inner, f"argument {place}", visitor)
                for place, inner in enumerate(value["args"])
            ]
        return made
    if isinstance(value, list):
        named = _condition_field(value)
        return [
            _json_value(inner, named if named and place == 2 else field, visitor)
            for place, inner in enumerate(value)
        ]
    if isinstance(value, str):
        return visitor.visit(field, value)
    if isinstance(value, int | float) and not isinstance(value, bool):
        written = str(int(value)) if value == value // 1 else str(value)
        instead = visitor.number(field, written)
        return value if instead == written else instead
    return value


def _condition_field(items: list[Any]) -> str:
    """Return the field of a condition ["email", "=", …], "" for a list that is none."""
    if len(items) == 3 and isinstance(items[0], str) and items[1] in OPERATORS:
        return items[0].rpartition(".")[2]
    return ""


def walk_xml(text: str, visitor: Visitor) -> str:
    """Return an XML or HTML text with the values of its leaves and attributes visited."""
    walk = _XmlWalk(visitor)
    return "".join(walk.pieces(text))


class _XmlWalk:
    """One walk: which elements are open, and which member or condition a value belongs to."""

    def __init__(self, visitor: Visitor) -> None:
        self._visit = visitor.visit
        self._number = visitor.number
        self._open: list[str] = []
        self._members: list[str] = []
        self._arrays: list[list[str]] = []
        self._arguments = -1

    def pieces(self, text: str) -> Iterator[str]:
        """Yield the text again, piece by piece, with its values visited."""
        content: list[str] = []
        end = 0
        for token in _TOKEN.finditer(text):
            if token.start() > end:
                content.append(text[end : token.start()])
            end = token.end()
            tag = token[0]
            if tag.startswith(("<!--", "<![CDATA[")):
                content.append(tag)
                continue
            yield self._content(content)
            content = []
            yield self._tag(tag)
        if end < len(text):
            content.append(text[end:])
        yield self._content(content)

    def _content(self, pieces: list[str]) -> str:
        if not pieces:
            return ""
        written = "".join(pieces)
        value = "".join(_decoded(piece) for piece in pieces)
        if not value.strip():
            return "".join(self._comment(piece) for piece in pieces)
        self._note(value)
        stripped = value.strip()
        visit = self._number if self._open[-1:] and self._open[-1] in _NUMBERS else self._visit
        made = visit(self._field(), stripped)
        if made == stripped:
            return "".join(self._comment(piece) for piece in pieces)
        if len(pieces) == 1 and written.startswith("<![CDATA["):
            return f"<![CDATA[{made}]]>"
        return escape(made)

    def _comment(self, piece: str) -> str:
        return f"<!--{self._visit(NO_VALUE, piece[4:-3])}-->" if piece.startswith("<!--") else piece

    def _note(self, value: str) -> None:
        if self._open[-1:] == ["name"] and self._open[-2:-1] == ["member"]:
            self._members[-1] = value.strip()
        elif self._arrays and "data" in self._open[-3:]:
            self._arrays[-1].append(value.strip())

    def _field(self) -> str:
        """Return the field that a value belongs to: its element, or its member in XML-RPC."""
        if not self._open:
            return ""
        tag = self._open[-1]
        if tag == "name" and self._open[-2:-1] == ["member"]:
            return NO_VALUE
        if tag not in _TYPES and tag not in _NUMBERS:
            return tag
        if self._arrays:
            items = self._arrays[-1]
            if len(items) == 3 and items[1] in OPERATORS:
                return items[0].rpartition(".")[2]
            return self._members[-1] if self._members else ""
        if self._members:
            return self._members[-1]
        if self._arguments >= 0:
            return f"argument {self._arguments}"
        # No call of XML-RPC: a list of SOAP, whose items are called after their type.
        return next((name for name in reversed(self._open) if name not in _TYPES), "")

    def _tag(self, tag: str) -> str:
        name = _local_name(tag)
        if tag.startswith("</"):
            self._close(name)
            return tag
        made = self._visit_declared(tag) if tag[1:2] in "?!" else self._attributes(tag)
        if not tag.startswith(("<?", "<!")) and not tag.endswith("/>"):
            self._open.append(name)
            if name == "param":
                self._arguments += 1
            elif name == "member":
                self._members.append("")
            elif name == "data":
                self._arrays.append([])
        return made

    def _visit_declared(self, tag: str) -> str:
        """Return a declaration or an instruction, which has no fields, visited."""
        end = ">" if tag.endswith(">") else ""
        return tag[:2] + self._visit(NO_VALUE, tag[2:].removesuffix(">")) + end

    def _close(self, name: str) -> None:
        if name not in self._open:
            return
        while self._open:
            closed = self._open.pop()
            if closed == "member":
                self._members.pop()
            elif closed == "data":
                self._arrays.pop()
            if closed == name:
                return

    def _attributes(self, tag: str) -> str:
        if "=" not in tag:
            return tag
        named = re.search(r"\bname\s*=\s*[\"']?([^\"'\s>]*)", tag)

        def attribute(found: re.Match[str]) -> str:
            name = found[1].rpartition(":")[2]
            field = named[1] if named and name == "value" else name
            quote = found[3][0] if found[3][0] in "\"'" else '"'
            value = unescape(found[3].strip(quote))
            made = self._visit(field, value) if not found[1].startswith("xmlns") else value
            if made == value:
                return found[0]
            return f"{found[1]}{found[2]}{quote}{escape(made, {quote: '&quot;'})}{quote}"

        return _ATTRIBUTE.sub(attribute, tag)


@lru_cache(maxsize=1024)
def _local_name(tag: str) -> str:
    """Return the name of an element without its prefix, from its tag as written."""
    name = re.sub(r"^<[/?!]?", "", tag)
    return re.split(r"[\s/>]", name, maxsplit=1)[0].rpartition(":")[2]


def _decoded(piece: str) -> str:
    if piece.startswith("<!--"):
        return ""
    if piece.startswith("<![CDATA["):
        return piece[9:].removesuffix("]]>")
    return unescape(piece)
