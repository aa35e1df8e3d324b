"""The sample messages of the service page: each operation in SOAP 1.1 and 1.2, with placeholders.

ASP.NET shows the type's name where a value goes, and two items of every array.
"""

from typing import Any

from spyne import AnyXml, Array, ComplexModelBase
from spyne.model.enum import EnumBase

from fakes.eboekhouden import wsdl
from fakes.eboekhouden.envelope import SOAP_11, SOAP_12, Version
from fakes.eboekhouden.types import NAMESPACE

XML = '<?xml version="1.0" encoding="utf-8"?>'


def request(operation: str, version: Version, host: str) -> str:
    """Return a sample request of an operation, headers and all."""
    action = f"{NAMESPACE}/{operation}"
    headers = [
        "POST /soap.asmx HTTP/1.1",
        f"Host: {host}",
        f"Content-Type: {version.content_type}",
        "Content-Length: length",
    ]
    if version is SOAP_11:
        headers.append(f'SOAPAction: "{action}"')
    message = wsdl.descriptors()[operation].in_message
    return "\n".join([*headers, "", _envelope(message, version)])


def response(operation: str, version: Version) -> str:
    """Return a sample response of an operation, headers and all."""
    headers = [
        "HTTP/1.1 200 OK",
        f"Content-Type: {version.content_type}",
        "Content-Length: length",
    ]
    message = wsdl.descriptors()[operation].out_message
    return "\n".join([*headers, "", _envelope(message, version)])


def _envelope(message: Any, version: Version) -> str:
    prefix = "soap12" if version is SOAP_12 else "soap"
    name = message.get_type_name()
    inside = _members(message, "      ")
    element = (
        [f'    <{name} xmlns="{NAMESPACE}">', *inside, f"    </{name}>"]
        if inside
        else [f'    <{name} xmlns="{NAMESPACE}" />']
    )
    return "\n".join(
        [
            XML,
            f'<{prefix}:Envelope xmlns:{prefix}="{version.envelope}">',
            f"  <{prefix}:Body>",
            *element,
            f"  </{prefix}:Body>",
            f"</{prefix}:Envelope>",
        ]
    )


def _members(declared: Any, indent: str) -> list[str]:
    times = 2 if issubclass(declared, Array) else 1
    return [
        line
        for name, kind in declared._type_info.items()
        for line in _member(name, kind, indent) * times
    ]


def _member(name: str, kind: Any, indent: str) -> list[str]:
    if issubclass(kind, ComplexModelBase):
        return [f"{indent}<{name}>", *_members(kind, indent + "  "), f"{indent}</{name}>"]
    return [f"{indent}<{name}>{_placeholder(kind)}</{name}>"]


def _placeholder(kind: Any) -> str:
    if issubclass(kind, EnumBase):
        return " or ".join(kind.__values__)
    if issubclass(kind, AnyXml):
        return "xml"
    return next(name for declared, name in wsdl.SIMPLE if issubclass(kind, declared))
