"""Reads a message whose shape was seen before without parsing it again.

A client writes every call of an operation alike: the same tags, other texts between them. The first
two messages of a shape are parsed and read as any other (`envelope`, `codec`); of the next ones
only the texts are looked at. What is read is the same either way, and a test over generated and
hostile messages holds it so. Whatever is not certain to be (a reference, a comment, a line's end
that a parser would change, a character that XML does not know) is left to the parser.
"""

import re
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache
from operator import getitem, itemgetter
from typing import TYPE_CHECKING, Any

from lxml import etree
from spyne import Array, ComplexModelBase

from fakes.eboekhouden.calls import Call
from fakes.eboekhouden.codec import Memory, UnfitError, memory_of, tag_of
from fakes.eboekhouden.envelope import Envelope, Version, parse, payload_of
from fakes.eboekhouden.wsdl import descriptors

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIEnvironment

Texts = list[str]
Reader = Callable[[Texts], Any]
Key = tuple[str | None, str | None, str]
"""What HTTP says of a message (Content-Type and SOAPAction), and all of it but its texts."""

LONGEST_MESSAGE = 64 * 1024
LONGEST_SHAPE = 16 * 1024
MOST_LETTERS = 512 * 1024
"""How long a shape and all of them together may be; a client has some dozens of a thousand letters,
and what is remembered of each takes some thirty times as much."""

MOST_MET = 16_384
"""Of how many shapes is remembered that they came."""

TEXT = re.compile(">([\t\n\x20-\x25\x27-\x3b\x3d\x3f-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]+)</")
"""A text that ends an element and that a parser would take as it stands: it holds no <, > or &, and
no character that XML changes (the carriage return) or does not know."""

ANY_TEXT = ">_</"
"""What stands for each text in a shape. Since a message is cut wherever such a text stands, no two
messages that are cut otherwise have the same shape."""


@dataclass(frozen=True, slots=True)
class _Shape:
    version: Version
    operation: str
    read: Reader


class Uncertain(Exception):
    """A message of which it is not certain that its shape alone says where its texts belong."""


class Shapes:
    """The shapes that were seen, and how a message of each is read."""

    def __init__(self) -> None:
        self._known: dict[Key, _Shape] = {}
        self._letters = 0
        self._met: dict[int, bool] = {}  # by the hash of a key: whether it was found uncertain
        self._learning = threading.Lock()

    def read(self, environ: "WSGIEnvironment", body: bytes) -> Call | None:
        """Return what a message asks, None for one that must be parsed."""
        pieces = _pieces(body)
        shape = self._known.get(_key(environ, pieces))
        if shape is None:
            return None
        try:
            arguments = shape.read(pieces[1::2])
        except UnfitError:
            return None
        return Call(shape.version, shape.operation, arguments)

    def learn(
        self, environ: "WSGIEnvironment", body: bytes, envelope: Envelope, call: Call
    ) -> None:
        """Remember the shape of a message that was opened and read, if that can be.

        A shape is learned when it comes again: to learn takes longer than to parse, and one that
        has an id in an attribute or a > in a text comes once. That it was in UTF-8 is said by its
        shape or by HTTP, so that all of the shape are.
        """
        if envelope.content is not body:
            return
        pieces = _pieces(body)
        key = _key(environ, pieces)
        if not _may_be_learned(key):
            return
        with self._learning:
            if key not in self._known and self._comes_again(hash(key)):
                self._learn(key, envelope, call)

    def _comes_again(self, met: int) -> bool:
        """Tell whether a shape came before and is not known to be uncertain; it came now."""
        uncertain = self._met.get(met)
        if uncertain is None:
            if len(self._met) >= MOST_MET:
                self._met.clear()
            self._met[met] = False
        return uncertain is False

    def _learn(self, key: Key, envelope: Envelope, call: Call) -> None:
        try:
            payload = _numbered_payload(envelope, key[2])
            read = _arguments(descriptors()[call.operation].in_message, payload)
        except Uncertain:
            self._met[hash(key)] = True
            return
        if self._letters + _length(key) > MOST_LETTERS:
            self._known.clear()
            self._letters = 0
        self._letters += _length(key)
        self._known[key] = _Shape(call.version, call.operation, read)


def _pieces(body: bytes) -> list[str]:
    """Cut a message into what stands around its texts and, between that, the texts.

    One that is never learned (most often for a reference, as a firm "A & B" makes) is not cut.
    """
    if len(body) > LONGEST_MESSAGE or b"&" in body:
        return [""]
    try:
        return TEXT.split(body.decode())
    except UnicodeDecodeError:
        return [""]


def _key(environ: "WSGIEnvironment", pieces: list[str]) -> Key:
    around = ANY_TEXT.join(pieces[::2])
    return environ.get("CONTENT_TYPE"), environ.get("HTTP_SOAPACTION"), around


def _length(key: Key) -> int:
    content_type, action, around = key
    return len(content_type or "") + len(action or "") + len(around)


def _may_be_learned(key: Key) -> bool:
    around = key[2]
    return (
        around != ""
        and _length(key) <= LONGEST_SHAPE
        and "<!" not in around
        and "<?" not in around[1:]
    )


def _numbered_payload(envelope: Envelope, around: str) -> etree._Element:
    """Return the payload of a message with, for each of its texts, the number of its place."""
    start, *rest = around.split(ANY_TEXT)
    numbered = start + "".join(f">{place}</{piece}" for place, piece in enumerate(rest))
    content = numbered.encode()
    return payload_of(Envelope(envelope.version, parse(content), content))


def _arguments(message: Any, payload: etree._Element) -> Reader:
    """Return what reads the parameters of a message, in order."""
    read = _record(message, payload)
    absent = [None] * len(message._type_info)

    def arguments(texts: Texts) -> list[Any]:
        record = read(texts)
        return absent if record is None else list(record.__dict__.values())

    return arguments


def _inside(declared: Any, element: etree._Element) -> Reader:
    if not issubclass(declared, Array):
        return _record(declared, element)
    ((name, item),) = declared._type_info.items()
    items = [_inside(item, child) for child in element if child.tag == tag_of(name)]
    return lambda texts: [read(texts) for read in items]


def _record(declared: Any, element: etree._Element) -> Reader:
    """Return what reads a record of which each text stands in the place that its number says."""
    if not len(element):
        return lambda texts: None
    names, absent = _members(declared)
    places: dict[str, int] = {}
    memories: list[Memory] = []
    nested: dict[str, Reader] = {}
    seen: set[str] = set()
    for child in element:
        name = names.get(child.tag)
        if name is None:
            continue
        if name in seen:
            raise Uncertain
        seen.add(name)
        kind = declared._type_info[name]
        if issubclass(kind, ComplexModelBase):
            nested[name] = _inside(kind, child)
        elif child.text is not None:
            places[name] = _place(child.text)
            memories.append(memory_of(kind))
    make, inside, pick = declared.__new__, tuple(nested.items()), _picker(list(places.values()))

    def read(texts: Texts) -> Any:
        values = absent.copy()
        values.update(zip(places, map(getitem, memories, pick(texts)), strict=True))
        for name, read_inside in inside:
            values[name] = read_inside(texts)
        record = make(declared)
        record.__dict__ = values
        return record

    return read


@cache
def _members(declared: Any) -> tuple[dict[str, str], dict[str, Any]]:
    """Return the names of a record's members by their tags, and the record without any."""
    return {tag_of(name): name for name in declared._type_info}, dict.fromkeys(declared._type_info)


def _place(text: str) -> int:
    if not (text.isascii() and text.isdecimal()):
        raise Uncertain
    return int(text)


def _picker(places: list[int]) -> Callable[[Texts], Sequence[str]]:
    if len(places) > 1:
        return itemgetter(*places)
    return lambda texts: [texts[place] for place in places]
