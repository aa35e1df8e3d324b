"""Reads what an opened request asks: the operation, and its parameters by their declared types."""

from collections.abc import Callable
from functools import cache
from typing import TYPE_CHECKING, Any, NamedTuple
from xml.parsers import expat

from lxml import etree

from fakes.eboekhouden import codec, wsdl
from fakes.eboekhouden.envelope import Envelope, Fault, Version, asked, local_name

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIEnvironment


class Call(NamedTuple):
    """What a request asks: in which version of SOAP, which operation, with which arguments."""

    version: Version
    operation: str
    arguments: list[Any]


@cache
def _readers() -> dict[str, Callable[[etree._Element], list[Any]]]:
    return {
        name: codec.parameters(descriptor.in_message)
        for name, descriptor in wsdl.descriptors().items()
    }


def read_call(environ: "WSGIEnvironment", envelope: Envelope) -> Call:
    """Return what an opened request asks; raises Fault for what cannot be read."""
    name, payload = asked(environ, envelope)
    if payload.tag != codec.tag_of(name):
        raise Fault(
            "Server was unable to read request. ---> There is an error in XML document. ---> "
            f"<{local_name(payload)[:80]} xmlns='...'> was not expected."
        )
    try:
        return Call(envelope.version, name, _readers()[name](payload))
    except codec.UnreadableError as wrong:
        line, column = _position(envelope, wrong.element)
        raise Fault(
            "Server was unable to read request. ---> There is an error in XML document "
            f"({line}, {column}). ---> {wrong}"
        ) from wrong


def _position(envelope: Envelope, element: etree._Element) -> tuple[int, int]:
    """Return line and column of an element, counted by a parser that knows both."""
    everything = enumerate(envelope.root.iter("*"))
    wanted = next(place for place, found in everything if found is element)
    seen = -1
    position = (1, 1)
    parser = expat.ParserCreate("utf-8")

    def start(name: str, attributes: dict[str, str]) -> None:
        nonlocal seen, position
        seen += 1
        if seen == wanted:
            position = (parser.CurrentLineNumber, parser.CurrentColumnNumber + 1)

    parser.StartElementHandler = start
    try:
        parser.Parse(envelope.content, True)
    except expat.ExpatError:
        return position
    return position
