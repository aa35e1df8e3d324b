"""Reads what a message means: which operation is called, and the values that it holds.

One form for SOAP, XML-RPC, JSON-RPC and forms: a list of leaves in the order of the document, each
with its path ("AddRelatie/oRel/Code", "params/5/name"), its kind and its text.
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from lxml import etree

from contracts.recording.recordings import Request, Response

EXECUTES = ("execute", "execute_kw", "exec_workflow")
KEPT = 4096
LONGEST_KEPT = 16 * 1024
"""How many messages' meanings are remembered, and of which length: a replay holds each request
against many."""
NIL = "{http://www.w3.org/2001/XMLSchema-instance}nil"


@dataclass(frozen=True)
class Leaf:
    """One value: where it stands, of which kind, and its text. Items of a list are "path/*"."""

    path: str
    kind: str
    text: str

    @property
    def name(self) -> str:
        """The last name of the path that is no position in a list."""
        return next((part for part in reversed(self.path.split("/")) if not _is_place(part)), "")


def operation_of(request: Request) -> str:
    """Return what a request asks for: "AddMutatie", "account.invoice.read", "GET /soap.asmx?wsdl".

    A call of Odoo's object service is named by model and method, one of another by service and
    method ("common.authenticate"). What cannot be read is named by its method and path.
    """
    long = len(request.body) > LONGEST_KEPT
    return _operation(request) if long else _remembered_operation(request)


@lru_cache(maxsize=KEPT)
def _remembered_operation(request: Request) -> str:
    return _operation(request)


def _operation(request: Request) -> str:
    parts = urlsplit(request.url)
    if request.method != "POST":
        query = f"?{parts.query.lower()}" if parts.query else ""
        return f"{request.method} {parts.path}{query}"
    if "/xmlrpc/" in parts.path:
        return _of_odoo(parts.path.rpartition("/")[2], *_xmlrpc_call(request.body))
    if _is_json(request):
        return _of_json(parts.path, request.body)
    payload = soap_payload(request.body)
    if payload is not None:
        return _local(str(payload.tag))
    return f"POST {parts.path}"


def service_of(request: Request) -> str:
    """Return which service a request is for: "eboekhouden" or "bizzcloud"."""
    return "eboekhouden" if ".asmx" in urlsplit(request.url).path.lower() else "bizzcloud"


def leaves(message: Request | Response) -> list[Leaf]:
    """Return the values of a message's body in document order; an unreadable body is one leaf."""
    kind, body = message.header("Content-Type").lower(), message.body
    return list(_leaves(kind, body) if len(body) > LONGEST_KEPT else _remembered_leaves(kind, body))


@lru_cache(maxsize=KEPT)
def _remembered_leaves(kind: str, body: bytes) -> tuple[Leaf, ...]:
    return _leaves(kind, body)


def _leaves(kind: str, body: bytes) -> tuple[Leaf, ...]:
    if not body:
        return ()
    try:
        if "json" in kind:
            return tuple(_json_leaves(json.loads(body), ""))
        if "form-urlencoded" in kind and not body.lstrip().startswith(b"<"):
            text = body.decode("utf-8", "replace")
            return tuple(Leaf(name, "string", value) for name, value in parse_qsl(text, True))
        return tuple(_xml_leaves(_parsed(body)))
    except (ValueError, RecursionError, etree.XMLSyntaxError):
        return (Leaf("", "text", body.decode("utf-8", "replace")),)


def soap_payload(body: bytes) -> etree._Element | None:
    """Return the first element of a SOAP body, None when there is no such thing."""
    try:
        root = _parsed(body)
    except etree.XMLSyntaxError:
        return None
    if _local(str(root.tag)) != "Envelope":
        return None
    for child in root.iterchildren("*"):  # not a reference to an entity, which has no name
        if _local(str(child.tag)) == "Body":
            payload = next(child.iterchildren("*"), None)
            if payload is not None:
                return payload
    return None


def _local(name: str) -> str:
    """Return a name without its namespace, or with the prefix that was never declared."""
    return name.rpartition("}")[2]


def _parsed(body: bytes) -> etree._Element:
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, remove_comments=True, remove_pis=True
    )
    return etree.fromstring(body, parser)


def _is_json(message: Request | Response) -> bool:
    return "json" in message.header("Content-Type").lower()


def _is_place(part: str) -> bool:
    return part == "*" or part.isdecimal()


def _xmlrpc_call(body: bytes) -> tuple[str, list[str]]:
    try:
        root = _parsed(body)
    except etree.XMLSyntaxError:
        return "", []
    texts = [
        "".join(str(text) for text in value.itertext()).strip()
        for value in root.findall("./params/param/value")
    ]
    return (root.findtext("methodName") or "").strip(), texts


def _of_odoo(service: str, method: str, arguments: list[str]) -> str:
    if method in EXECUTES and len(arguments) > 4:
        return f"{arguments[3]}.{arguments[4]}"
    return f"{service}.{method}"


def _of_json(path: str, body: bytes) -> str:
    try:
        params: Any = json.loads(body)["params"]
        if "service" in params:
            arguments = [str(argument) for argument in params["args"]]
            return _of_odoo(params["service"], params["method"], arguments)
        if "model" in params and "method" in params:
            return f"{params['model']}.{params['method']}"
    except (ValueError, KeyError, TypeError, RecursionError):
        return f"POST {path}"
    return f"POST {path}"


def _json_leaves(value: Any, path: str) -> Iterator[Leaf]:
    if isinstance(value, dict):
        if not value:
            yield Leaf(path, "struct", "")
        for name, inner in value.items():
            yield from _json_leaves(inner, f"{path}/{name}" if path else name)
    elif isinstance(value, list):
        if not value:
            yield Leaf(path, "array", "")
        for inner in value:
            yield from _json_leaves(inner, f"{path}/*")
    elif isinstance(value, bool):
        yield Leaf(path, "boolean", str(int(value)))
    else:
        kind = {int: "int", float: "double", str: "string"}.get(type(value), "nil")
        yield Leaf(path, kind, "" if value is None else str(value))


def _xml_leaves(root: etree._Element) -> Iterator[Leaf]:
    name = _local(str(root.tag))
    if name in ("methodCall", "methodResponse"):
        for place, value in enumerate(root.findall("./params/param/value")):
            yield from _xmlrpc_leaves(value, f"params/{place}")
        for value in root.findall("./fault/value"):
            yield from _xmlrpc_leaves(value, "fault")
        return
    payload = root
    if name == "Envelope":
        payload = next(
            (part[0] for part in root if _local(str(part.tag)) == "Body" and len(part)), root
        )
    yield from _element_leaves(payload, _local(str(payload.tag)))


def _element_leaves(element: etree._Element, path: str) -> Iterator[Leaf]:
    for name, value in element.attrib.items():
        if name == NIL:
            continue
        yield Leaf(f"{path}/@{_local(str(name))}", "attribute", str(value))
    if len(element):
        for child in element:
            yield from _element_leaves(child, f"{path}/{_local(str(child.tag))}")
    elif element.get(NIL) == "true":
        yield Leaf(path, "nil", "")
    else:
        yield Leaf(path, "text" if element.text else "empty", element.text or "")


def _xmlrpc_leaves(value: etree._Element, path: str) -> Iterator[Leaf]:
    typed = value[0] if len(value) else None
    if typed is None:
        yield Leaf(path, "string", value.text or "")
    elif typed.tag == "struct":
        if not len(typed):
            yield Leaf(path, "struct", "")
        for member in typed:
            inner = member.find("value")
            if inner is not None:
                yield from _xmlrpc_leaves(inner, f"{path}/{member.findtext('name')}")
    elif typed.tag == "array":
        items = typed.findall("./data/value")
        if not items:
            yield Leaf(path, "array", "")
        for inner in items:
            yield from _xmlrpc_leaves(inner, f"{path}/*")
    else:
        kind = "int" if typed.tag in ("i4", "int", "i8") else str(typed.tag)
        yield Leaf(path, kind, typed.text or "")
