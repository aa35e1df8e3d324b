"""Reads the answers of XML-RPC quickly.

A page of changed records holds thousands of values, and most of a round's time went into reading
them one callback at a time. What is plain is read here from a tree; all else (faults, dates,
bytes, and whatever is no answer at all) is left to the standard library.
"""

import xmlrpc.client
from collections.abc import Callable, Mapping
from typing import Any

from lxml import etree


class _NotPlain(Exception):
    """An answer that the standard library is to read."""


def read_answer(content: bytes) -> Any:
    """Return the value in an answer.

    Raises what `xmlrpc.client.loads` raises: `xmlrpc.client.Fault` for a fault, ExpatError,
    `xmlrpc.client.Error` or ValueError for what is no answer.
    """
    try:
        return _plain(content)
    except (_NotPlain, ValueError, etree.XMLSyntaxError):
        (value,), _ = xmlrpc.client.loads(content)
        return value


def _plain(content: bytes) -> Any:
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, remove_comments=True, remove_pis=True
    )
    root = etree.fromstring(content, parser)
    if root.tag != "methodResponse" or root.getroottree().docinfo.internalDTD is not None:
        raise _NotPlain
    return _value(_only(_only(_only(root, "params"), "param"), "value"))


def _value(element: etree._Element) -> Any:
    if len(element) == 0:
        return element.text or ""
    if len(element) > 1:
        raise _NotPlain
    typed = element[0]
    if typed.tag == "struct":
        return dict(_member(member) for member in typed)
    if typed.tag == "array":
        return [_value(_named(value, "value")) for value in _only(typed, "data")]
    read = _SCALARS.get(typed.tag)
    if read is None or len(typed):
        raise _NotPlain
    return read(typed.text or "")


def _member(member: etree._Element) -> tuple[str, Any]:
    if member.tag != "member" or len(member) != 2 or len(member[0]):
        raise _NotPlain
    return _named(member[0], "name").text or "", _value(_named(member[1], "value"))


def _only(element: etree._Element, name: str) -> etree._Element:
    if len(element) != 1:
        raise _NotPlain
    return _named(element[0], name)


def _named(element: etree._Element, name: str) -> etree._Element:
    if element.tag != name:
        raise _NotPlain
    return element


def _boolean(text: str) -> bool:
    if text not in ("0", "1"):
        raise _NotPlain
    return text == "1"


_SCALARS: Mapping[Any, Callable[[str], Any]] = {
    "int": int,
    "i4": int,
    "boolean": _boolean,
    "double": float,
    "string": str,
}
