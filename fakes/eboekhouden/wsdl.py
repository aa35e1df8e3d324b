"""The WSDL that the fake serves, made from the declared types and operations.

Spyne's own WSDL has other message names, one binding and other occurrences, so it is written here
in the form in which ASP.NET writes one (evidence: eb-interface).
"""

from functools import cache
from typing import Any

from lxml import etree
from lxml.builder import ElementMaker  # type: ignore[import-not-found] # it has no stubs
from spyne import AnyXml, Array, Boolean, ComplexModelBase, DateTime, Double, Integer64, Unicode
from spyne import Decimal as DecimalType
from spyne.model.enum import EnumBase

from fakes.eboekhouden.service import OPERATIONS, SERVICE
from fakes.eboekhouden.types import NAMESPACE

XSD = "http://www.w3.org/2001/XMLSchema"
WSDL = "http://schemas.xmlsoap.org/wsdl/"
SOAP11 = "http://schemas.xmlsoap.org/wsdl/soap/"
SOAP12 = "http://schemas.xmlsoap.org/wsdl/soap12/"
TRANSPORT = "http://schemas.xmlsoap.org/soap/http"
BINDINGS = (("soapAppSoap", SOAP11), ("soapAppSoap12", SOAP12))
ADDRESS = "http://address.invalid/soap.asmx"

PREFIXES = {"tns": NAMESPACE, "s": XSD, "wsdl": WSDL, "soap": SOAP11, "soap12": SOAP12}
S = ElementMaker(namespace=XSD, nsmap=PREFIXES)
W = ElementMaker(namespace=WSDL, nsmap=PREFIXES)

SIMPLE = (
    (Boolean, "boolean"),
    (Integer64, "long"),
    (DateTime, "dateTime"),
    (Double, "double"),
    (DecimalType, "decimal"),
    (Unicode, "string"),
)


@cache
def _document() -> bytes:
    definitions = W.definitions(
        W.types(_schema()),
        *(message for operation in OPERATIONS for message in _messages(operation.name)),
        _port_type(),
        *(_binding(name, namespace) for name, namespace in BINDINGS),
        _service(),
        targetNamespace=NAMESPACE,
    )
    written: bytes = etree.tostring(
        definitions, xml_declaration=True, encoding="utf-8", pretty_print=True
    )
    return written


def document(address: str) -> bytes:
    """Return the WSDL, with `address` (that of soap.asmx) as the address of both ports."""
    escaped = address.replace("&", "&amp;").replace("<", "&lt;").replace('"', "&quot;")
    return _document().replace(ADDRESS.encode(), escaped.encode())


def descriptors() -> dict[str, Any]:
    """Return spyne's descriptor of each operation, by name."""
    return {name: SERVICE.public_methods[name] for name in (made.name for made in OPERATIONS)}


def _schema() -> Any:
    parts: list[Any] = []
    named: dict[str, Any] = {}
    for descriptor in descriptors().values():
        for message in (descriptor.in_message, descriptor.out_message):
            inner = S.complexType(*_sequence(message, named))
            parts.append(S.element(inner, name=message.get_type_name()))
    done: set[str] = set()
    while waiting := [name for name in named if name not in done]:
        for name in waiting:
            done.add(name)
            parts.append(_type(name, named[name], named))
    return S.schema(*parts, elementFormDefault="qualified", targetNamespace=NAMESPACE)


def _type(name: str, declared: Any, named: dict[str, Any]) -> Any:
    if issubclass(declared, EnumBase):
        values = [S.enumeration(value=value) for value in declared.__values__]
        return S.simpleType(S.restriction(*values, base="s:string"), name=name)
    return S.complexType(*_sequence(declared, named), name=name)


def _sequence(declared: Any, named: dict[str, Any]) -> list[Any]:
    members = declared._type_info
    if not members:
        return []
    many = issubclass(declared, Array)
    return [S.sequence(*(_member(name, kind, named, many=many) for name, kind in members.items()))]


def _member(name: str, kind: Any, named: dict[str, Any], *, many: bool) -> Any:
    attributes = {
        "minOccurs": "0" if many else str(int(kind.Attributes.min_occurs)),
        "maxOccurs": "unbounded" if many else "1",
        "name": name,
    }
    if kind.Attributes.nillable:
        attributes["nillable"] = "true"
    if not issubclass(kind, AnyXml):
        attributes["type"] = _type_name(kind, named)
    return S.element(**attributes)


def _type_name(kind: Any, named: dict[str, Any]) -> str:
    if issubclass(kind, ComplexModelBase | EnumBase):
        name: str = kind.get_type_name()
        named.setdefault(name, kind)
        return f"tns:{name}"
    return next(f"s:{name}" for declared, name in SIMPLE if issubclass(kind, declared))


def _messages(operation: str) -> list[Any]:
    return [
        W.message(W.part(name="parameters", element=f"tns:{element}"), name=f"{operation}{way}")
        for way, element in (("SoapIn", operation), ("SoapOut", f"{operation}Response"))
    ]


def _port_type() -> Any:
    return W.portType(
        *(
            W.operation(
                W.input(message=f"tns:{operation.name}SoapIn"),
                W.output(message=f"tns:{operation.name}SoapOut"),
                name=operation.name,
            )
            for operation in OPERATIONS
        ),
        name="soapAppSoap",
    )


def _binding(name: str, namespace: str) -> Any:
    soap = ElementMaker(namespace=namespace, nsmap=PREFIXES)
    return W.binding(
        soap.binding(transport=TRANSPORT),
        *(
            W.operation(
                soap.operation(soapAction=f"{NAMESPACE}/{operation.name}", style="document"),
                W.input(soap.body(use="literal")),
                W.output(soap.body(use="literal")),
                name=operation.name,
            )
            for operation in OPERATIONS
        ),
        name=name,
        type="tns:soapAppSoap",
    )


def _service() -> Any:
    ports = [
        W.port(
            ElementMaker(namespace=namespace, nsmap=PREFIXES).address(location=ADDRESS),
            name=name,
            binding=f"tns:{name}",
        )
        for name, namespace in BINDINGS
    ]
    return W.service(*ports, name="soapApp")
