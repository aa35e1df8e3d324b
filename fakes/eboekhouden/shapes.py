"""Reads a message whose shape was seen before without parsing it again.

A client writes every call of an operation alike: the same tags, other texts between them. The first
message of a shape is parsed and read as any other (`envelope`, `codec`); of the next ones only the
texts are looked at. What is read is the same either way, and a test over generated and hostile
messages holds it so. Whatever is not certain to be (a reference, a comment, a line's end that a
parser would change, a character that XML does not know) is left to the parser.
"""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import chain
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
MOST_SHAPES = 256
"""How much is remembered at most; a client has some dozens of shapes, of a thousand letters."""

TEXT = re.compile(">([\t\n\x20-\x25\x27-\x3b\x3d\x3f-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]+)</")
"""A text that ends an element and that a parser would take as it stands: it holds no <, > or &, and
no character that XML changes (the carriage return) or does not know."""


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
        self._seen: dict[Key, _Shape] = {}

    def read(self, environ: "WSGIEnvironment", body: bytes) -> Call | None:
        """Return what a message asks, None for one that must be parsed."""
        pieces = _pieces(body)
        shape = self._seen.get(_key(environ, pieces))
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

        That it was in UTF-8 is said by its shape or by HTTP, so that all of the shape are.
        """
        if envelope.content is not body:
            return
        pieces = _pieces(body)
        key = _key(environ, pieces)
        try:
            payload = _numbered_payload(envelope, pieces)
            read = _arguments(descriptors()[call.operation].in_message, payload)
        except Uncertain:
            return
        if len(self._seen) >= MOST_SHAPES:
            self._seen.clear()
        self._seen[key] = _Shape(call.version, call.operation, read)


def _pieces(body: bytes) -> list[str]:
    """Cut a message into what stands around its texts and, between that, the texts."""
    if len(body) > LONGEST_MESSAGE:
        return [""]
    try:
        return TEXT.split(body.decode())
    except UnicodeDecodeError:
        return [""]


def _key(environ: "WSGIEnvironment", pieces: list[str]) -> Key:
    around = "\0".join(pieces[::2])
    return environ.get("CONTENT_TYPE"), environ.get("HTTP_SOAPACTION"), around


def _numbered_payload(envelope: Envelope, pieces: list[str]) -> etree._Element:
    """Return the payload of a message with, for each of its texts, the number of its place."""
    around = "".join(pieces[::2])
    if (
        not around
        or len(around) > LONGEST_SHAPE
        or "&" in around
        or "<!" in around
        or "<?" in around[1:]
    ):
        raise Uncertain
    places = (f">{place}</" for place in range(len(pieces) // 2))
    numbered = chain.from_iterable(zip(pieces[::2], [*places, ""], strict=True))
    content = "".join(numbered).encode()
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
    names = {tag_of(name): name for name in declared._type_info}
    places: dict[str, int] = {}
    memories: list[Memory] = []
    nested: dict[str, Reader] = {}
    for child in element:
        name = names.get(child.tag)
        if name is None:
            continue
        if name in places or name in nested:
            raise Uncertain
        kind = declared._type_info[name]
        if issubclass(kind, ComplexModelBase):
            nested[name] = _inside(kind, child)
        elif child.text is not None:
            places[name] = _place(child.text)
            memories.append(memory_of(kind))
    absent = dict.fromkeys(declared._type_info)
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


def _place(text: str) -> int:
    if not (text.isascii() and text.isdecimal()):
        raise Uncertain
    return int(text)


def _picker(places: list[int]) -> Callable[[Texts], Sequence[str]]:
    if len(places) > 1:
        return itemgetter(*places)
    return lambda texts: [texts[place] for place in places]
