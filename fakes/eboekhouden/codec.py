"""Reads and writes the service's messages, compiled once from the spyne declarations.

Spyne walks the declarations of every element again on every call; here each declared type becomes
one reader and one writer. A test over generated messages holds the answers equal to spyne's own.
What goes beyond spyne is what ASP.NET does: an empty element counts as absent whatever its type,
unknown elements are skipped and order does not matter (evidence: eb-empty-is-absent,
eb-unknown-elements), a moment may lack its time or its zone (evidence: eb-date-forms).
"""

import re
from collections.abc import Callable
from datetime import datetime
from decimal import Decimal
from functools import cache
from typing import Any
from xml.sax.saxutils import escape

from lxml import etree
from spyne import AnyXml, Array, Boolean, ComplexModelBase, DateTime, Double, Integer64
from spyne import Decimal as DecimalType
from spyne.model.enum import EnumBase

from fakes.eboekhouden.types import NAMESPACE

Reader = Callable[[etree._Element], Any]
Writer = Callable[[Any], str]


class UnreadableError(Exception):
    """An element holds what its type cannot; `element` is where, the text says what."""

    def __init__(self, element: etree._Element, reason: str) -> None:
        super().__init__(reason)
        self.element = element


class UnfitError(ValueError):
    """A text is none of a type; says why."""


Parser = Callable[[str], Any]
"""Makes a value of a text that is not empty; raises UnfitError."""

SPACE = " \t\n\r"
"""What XML calls space, and .NET takes off around a number; no other is."""

LONGEST_REMEMBERED = 20
"""What a text up to this length means is remembered, in each type: dates, codes and amounts come
again and again, and are one object then. No secret is as short."""

MOST_REMEMBERED = 16_384
"""How many texts of a type are remembered: the amounts of some thousand bookings."""


class Memory(dict[str, Any]):
    """What the texts of a type mean; what is short is remembered. Raises UnfitError."""

    def __init__(self, parse: Parser) -> None:
        super().__init__()
        self._parse = parse

    def __missing__(self, text: str) -> Any:
        """Return what a text that is not known means, and know it from now on."""
        value = self._parse(text)
        if len(text) <= LONGEST_REMEMBERED:
            if len(self) >= MOST_REMEMBERED:
                self.clear()
            self[text] = value
        return value


NO_NUMBER = "Input string was not in a correct format."
NO_MOMENT = "The string '{}' is not a valid AllXsd value."
NO_BOOLEAN = "The string '{}' is not a valid Boolean value."
"""What .NET says of a text that is none of a type."""


def _stripped(parse: Parser, otherwise: str) -> Parser:
    """Return the parser of a type whose values are written without surrounding space.

    `otherwise` is what is said of a text that is no such value.
    """

    def parsed(text: str) -> Any:
        stripped = text.strip(SPACE)
        try:
            return parse(stripped) if stripped else None
        except ValueError as wrong:
            raise UnfitError(otherwise.format(stripped[:80])) from wrong

    return parsed


_LONG = re.compile(r"[+-]?[0-9]{1,19}")
_DECIMAL = re.compile(r"[+-]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)")
_DOUBLE = re.compile(r"[+-]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][+-]?[0-9]{1,4})?|NaN|-?INF")
_MOMENT = re.compile(
    r"(?P<day>[0-9]{4}-[0-9]{2}-[0-9]{2})"
    r"(?P<time>T[0-9]{2}:[0-9]{2}:[0-9]{2}(?:\.[0-9]{1,9})?)?"
    r"(?P<zone>Z|[+-][0-9]{2}:[0-9]{2})?"
)
_LONGEST_NUMBER = 400
LARGEST_DECIMAL = Decimal(2**96 - 1)


def _long(text: str) -> int:
    if not _LONG.fullmatch(text) or not -(2**63) <= (number := int(text)) < 2**63:
        raise ValueError(text)
    return number


def _decimal(text: str) -> Decimal:
    if len(text) > _LONGEST_NUMBER or not _DECIMAL.fullmatch(text):
        raise ValueError(text)
    number = Decimal(text)
    if not -LARGEST_DECIMAL <= number <= LARGEST_DECIMAL:
        raise ValueError(text)
    return number


def _double(text: str) -> float:
    if len(text) > _LONGEST_NUMBER or not _DOUBLE.fullmatch(text):
        raise ValueError(text)
    return float(text)


def _moment(text: str) -> datetime:
    found = _MOMENT.fullmatch(text)
    if found is None:
        raise ValueError(text)
    day, time, zone = found["day"], found["time"] or "T00:00:00", found["zone"] or ""
    return datetime.fromisoformat(day + time + zone)


def _boolean(text: str) -> bool:
    return {"true": True, "1": True, "false": False, "0": False}[text]


def _yes_or_no(text: str) -> bool:
    try:
        return _boolean(text)
    except KeyError as wrong:
        raise ValueError(text) from wrong


def tag_of(name: str) -> str:
    """Return the tag of an element of the service's namespace, as lxml writes it."""
    return f"{{{NAMESPACE}}}{name}"


@cache
def memory_of(declared: Any) -> Memory:
    """Return what reads a simple type and remembers it."""
    if issubclass(declared, EnumBase):
        parse = _enum_parser(declared)
    elif issubclass(declared, Integer64):
        parse = _stripped(_long, NO_NUMBER)
    elif issubclass(declared, DateTime):
        parse = _stripped(_moment, NO_MOMENT)
    elif issubclass(declared, Boolean):
        parse = _stripped(_yes_or_no, NO_BOOLEAN)
    elif issubclass(declared, Double):
        parse = _stripped(_double, NO_NUMBER)
    elif issubclass(declared, DecimalType):
        parse = _stripped(_decimal, NO_NUMBER)
    else:
        parse = str
    return Memory(parse)


@cache
def _reader(declared: Any) -> Reader:
    """Return the function that reads an element with elements inside; raises UnreadableError."""
    if issubclass(declared, Array):
        (item,) = declared._type_info.items()
        return _array_reader(*item)
    return _record_reader(declared)


def _record_reader(declared: Any) -> Reader:
    """Of fields that come twice the first counts, of arrays the last (evidence: eb-repeated)."""
    simple: dict[str, tuple[str, Memory]] = {}
    nested: dict[str, tuple[str, Reader, bool]] = {}
    for name, kind in declared._type_info.items():
        tag = tag_of(name)
        if issubclass(kind, ComplexModelBase):
            nested[tag] = name, _reader(kind), issubclass(kind, Array)
        else:
            simple[tag] = name, memory_of(kind)
    absent = dict.fromkeys(declared._type_info)
    make = declared.__new__

    def read(element: etree._Element) -> Any:
        if not len(element):
            return None
        values = absent.copy()
        seen: set[str] = set()
        child = element
        try:
            for child in element:
                member = simple.get(child.tag)
                if member is None:
                    if child.tag in nested:
                        name, read_inside, is_array = nested[child.tag]
                        if is_array or name not in seen:
                            values[name] = read_inside(child)
                            seen.add(name)
                    continue
                name, memory = member
                if name in seen:
                    continue
                seen.add(name)
                if len(child):
                    raise UnfitError("Unexpected node type Element.")
                text = child.text
                values[name] = None if text is None else memory[text]
        except UnfitError as wrong:
            raise UnreadableError(child, str(wrong)) from wrong
        record = make(declared)
        record.__dict__ = values
        return record

    return read


def _array_reader(name: str, item: Any) -> Reader:
    tag, read_item = tag_of(name), _reader(item)

    def read(element: etree._Element) -> Any:
        return [read_item(child) for child in element if child.tag == tag]

    return read


def _enum_parser(declared: Any) -> Parser:
    values = frozenset(declared.__values__)

    def parse(text: str) -> Any:
        if text not in values:
            raise UnfitError(
                f"Instance validation error: '{text[:80]}' is not a valid value "
                f"for {declared.get_type_name()}."
            )
        return text

    return parse


def parameters(message: Any) -> Callable[[etree._Element], list[Any]]:
    """Return the function that reads a request's element into its parameters, in order."""
    read = _record_reader(message)
    names = tuple(message._type_info)

    def arguments(element: etree._Element) -> list[Any]:
        record = read(element)
        return [None] * len(names) if record is None else [record.__dict__[name] for name in names]

    return arguments


_UNWRITABLE = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def escaped(text: str) -> str:
    """Escape a text; what XML cannot hold at all is left out.

    A carriage return stands as it is (evidence: eb-line-ends).
    """
    if not text or text.isalnum():
        return text
    return escape(_UNWRITABLE.sub("", text))


def _double_text(number: float) -> str:
    text = repr(number)
    return text.removesuffix(".0")


def _simple_writer(declared: Any) -> Writer:
    if issubclass(declared, Boolean):
        return lambda value: "true" if value else "false"
    if issubclass(declared, Integer64):
        return str
    if issubclass(declared, DateTime):
        return datetime.isoformat
    if issubclass(declared, Double):
        return _double_text
    if issubclass(declared, DecimalType):
        return lambda value: format(value, "f")
    if issubclass(declared, AnyXml | EnumBase):
        return lambda value: escaped(str(value))
    return escaped


@cache
def writer(declared: Any) -> Writer:
    """Return the function that writes the inside of an element of a declared type."""
    if not issubclass(declared, ComplexModelBase):
        return _simple_writer(declared)
    if issubclass(declared, Array):
        ((name, item),) = declared._type_info.items()
        write_item = writer(item)
        return lambda items: "".join([f"<{name}>{write_item(found)}</{name}>" for found in items])
    return _record_writer(declared)


TEXT_TYPE = ' xsi:type="xsd:string"'
"""What a text says of itself where its type is not declared (evidence: eb-untyped)."""


def _record_writer(declared: Any) -> Writer:
    members = [
        (
            name,
            f"<{name}{TEXT_TYPE if issubclass(kind, AnyXml) else ''}>",
            f"</{name}>",
            writer(kind),
            f'<{name} xsi:nil="true" />' if kind.Attributes.min_occurs else "",
        )
        for name, kind in declared._type_info.items()
    ]

    def write(record: Any) -> str:
        values = record.__dict__
        parts = []
        for name, start, end, write_value, absent in members:
            value = values.get(name)
            parts.append(absent if value is None else start + write_value(value) + end)
        return "".join(parts)

    return write


def answer_writer(message: Any) -> Callable[[Any], str]:
    """Return the function that writes a response's element around a result, None for no result."""
    name = message.get_type_name()
    start, end = f'<{name} xmlns="{NAMESPACE}">', f"</{name}>"
    if not message._type_info:
        return lambda result: f'<{name} xmlns="{NAMESPACE}" />'
    ((result_name, kind),) = message._type_info.items()
    write = writer(kind)

    def whole(result: Any) -> str:
        return f"{start}<{result_name}>{write(result)}</{result_name}>{end}"

    return whole
