"""XML-RPC as bytes: calls read with suspicion, answers and faults written as the service does."""

import re
from typing import Any
from xml.parsers import expat
from xmlrpc import client
from xmlrpc.client import Fault, Unmarshaller

_NOT_XML = re.compile("[^\\t\\n\\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")

DEEPEST = 200
"""How many XML elements may be open at once; a real call of a domain within lists has some 40."""


class UnreadableCallError(Exception):
    """A request body that is no XML-RPC call, or one that is refused unread."""


def read_call(body: bytes) -> tuple[str, tuple[Any, ...]]:
    """Return the method and the parameters of a call.

    Raises UnreadableCallError for what is not well-formed or no call, and for any document type
    declaration, since entities, which no client of XML-RPC sends, are made there.
    """
    unmarshaller = Unmarshaller(use_builtin_types=True)
    unmarshaller.xml("", None)
    parser = expat.ParserCreate()
    depth = 0

    def start(tag: str, attributes: dict[str, str]) -> None:
        nonlocal depth
        depth += 1
        if depth > DEEPEST:
            raise UnreadableCallError("nested too deep")
        unmarshaller.start(tag, attributes)

    def end(tag: str) -> None:
        nonlocal depth
        depth -= 1
        unmarshaller.end(tag)

    def refuse(*declared: Any) -> None:
        raise UnreadableCallError("a document type declaration is not allowed")

    parser.StartElementHandler = start
    parser.EndElementHandler = end
    parser.CharacterDataHandler = unmarshaller.data
    parser.StartDoctypeDeclHandler = refuse
    parser.EntityDeclHandler = refuse
    parser.buffer_text = True
    try:
        parser.Parse(body, True)
        parameters = unmarshaller.close()
    except UnreadableCallError:
        raise
    except Exception as error:  # whatever a malformed call leads the unmarshaller to
        raise UnreadableCallError("this is no XML-RPC call") from error
    method = unmarshaller.getmethodname()
    if not isinstance(method, str):
        raise UnreadableCallError("this is no XML-RPC call")
    return method, parameters


def written_answer(value: Any) -> bytes:
    """Return the answer that holds a value; raises TypeError for None, which the wire lacks."""
    return _as_bytes(client.dumps((value,), methodresponse=True, allow_none=False))


def written_fault(code: int | str, message: str) -> bytes:
    """Return the answer that is a fault."""
    fault = Fault(code, message)  # type: ignore[arg-type]  # the older endpoints send texts as codes
    return _as_bytes(client.dumps(fault))


def _as_bytes(text: str) -> bytes:
    """Return text as bytes of XML, without the characters that XML cannot hold."""
    return _NOT_XML.sub("?", text).encode()
