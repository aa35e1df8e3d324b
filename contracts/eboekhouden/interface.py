"""The interface of e-Boekhouden part by part, and how a WSDL differs from it.

`inventory.json` holds the facts of the real service's WSDL in a form of our own: one entry a part,
198 in all (the schema, complex types, enums, elements, messages, operations, bindings, bound
operations, ports). A port's address is not among them, since every server has its own.
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from lxml import etree

XSD = "{http://www.w3.org/2001/XMLSchema}"
WSDL = "{http://schemas.xmlsoap.org/wsdl/}"
SOAP_VERSIONS = {
    "{http://schemas.xmlsoap.org/wsdl/soap/}": "SOAP 1.1",
    "{http://schemas.xmlsoap.org/wsdl/soap12/}": "SOAP 1.2",
}

Parts = dict[str, list[str]]
"""Each part's name ("complex type cError") and what it consists of, in order."""


@dataclass(frozen=True)
class Comparison:
    """How a WSDL compares with the inventory: names of parts."""

    equal: list[str]
    different: list[str]
    missing: list[str]
    extra: list[str]

    @property
    def same(self) -> bool:
        """Whether every part is there and equal, and none beside."""
        return not (self.different or self.missing or self.extra)


@cache
def inventory() -> Parts:
    """Return the parts of the real service's WSDL."""
    text = files("contracts.eboekhouden").joinpath("inventory.json").read_text(encoding="utf-8")
    parts: Parts = json.loads(text)
    return parts


def compare(found: Parts, expected: Parts) -> Comparison:
    """Compare the parts of a WSDL with those that are expected."""
    shared = [name for name in expected if name in found]
    return Comparison(
        equal=[name for name in shared if found[name] == expected[name]],
        different=[name for name in shared if found[name] != expected[name]],
        missing=[name for name in expected if name not in found],
        extra=[name for name in found if name not in expected],
    )


def parts(document: bytes) -> Parts:
    """Return the parts of a WSDL; raises ValueError when it is none."""
    parser = etree.XMLParser(resolve_entities=False, no_network=True, remove_comments=True)
    try:
        root = etree.fromstring(document, parser)
    except etree.XMLSyntaxError as wrong:
        raise ValueError(f"this is no XML: {wrong}") from wrong
    if root.tag != f"{WSDL}definitions":
        raise ValueError(f"this is no WSDL: its root element is {root.tag}")
    return dict(_parts(root))


def _parts(root: etree._Element) -> Iterator[tuple[str, list[str]]]:
    for schema in root.iter(f"{XSD}schema"):
        yield (
            f"schema {schema.get('targetNamespace')}",
            [f"elements {schema.get('elementFormDefault', 'unqualified')}"],
        )
        yield from _schema_parts(schema)
    for message in root.findall(f"{WSDL}message"):
        yield (
            f"message {message.get('name')}",
            [
                f"{part.get('name')}: element {_resolved(part, part.get('element'))}"
                for part in message.findall(f"{WSDL}part")
            ],
        )
    for port_type in root.findall(f"{WSDL}portType"):
        for operation in port_type.findall(f"{WSDL}operation"):
            yield (
                f"operation {port_type.get('name')}.{operation.get('name')}",
                [
                    f"{etree.QName(way).localname}: {_resolved(way, way.get('message'))}"
                    for way in operation
                    if way.get("message")
                ],
            )
    for binding in root.findall(f"{WSDL}binding"):
        yield from _binding_parts(binding)
    for service in root.findall(f"{WSDL}service"):
        for port in service.findall(f"{WSDL}port"):
            yield (
                f"port {service.get('name')}.{port.get('name')}",
                [
                    f"binding {_resolved(port, port.get('binding'))}",
                    *(f"address by {_version(child)}" for child in port),
                ],
            )


def _schema_parts(schema: etree._Element) -> Iterator[tuple[str, list[str]]]:
    for part in schema:
        name = part.get("name")
        if part.tag == f"{XSD}complexType":
            yield f"complex type {name}", _fields(part)
        elif part.tag == f"{XSD}simpleType":
            yield (
                f"enum {name}",
                [value.get("value", "") for value in part.iter(f"{XSD}enumeration")],
            )
        elif part.tag == f"{XSD}element":
            inner = part.find(f"{XSD}complexType")
            content = _fields(inner) if inner is not None else [f"type {part.get('type')}"]
            yield f"element {name}", content


def _fields(complex_type: etree._Element) -> list[str]:
    return [_field(found) for found in complex_type.iter(f"{XSD}element", f"{XSD}any")]


def _field(element: etree._Element) -> str:
    least, most = element.get("minOccurs", "1"), element.get("maxOccurs", "1")
    nil = " nillable" if element.get("nillable") == "true" else ""
    kind = _resolved(element, element.get("type"))
    return f"{element.get('name')}: {kind} {least}..{most}{nil}"


def _binding_parts(binding: etree._Element) -> Iterator[tuple[str, list[str]]]:
    name = binding.get("name")
    yield (
        f"binding {name}",
        [
            f"port type {_resolved(binding, binding.get('type'))}",
            *(
                f"{_version(child)} over {child.get('transport')}"
                for child in binding
                if child.tag != f"{WSDL}operation"
            ),
        ],
    )
    for operation in binding.findall(f"{WSDL}operation"):
        yield f"bound operation {name}.{operation.get('name')}", list(_bound(operation))


def _bound(operation: etree._Element) -> Iterator[str]:
    for child in operation:
        if child.get("soapAction") is not None:
            yield f"{_version(child)} action {child.get('soapAction')} {child.get('style')}"
        for body in child:
            way = etree.QName(child).localname
            yield f"{way}: {_version(body)} body {body.get('use')}"


def _version(element: etree._Element) -> str:
    namespace = f"{{{etree.QName(element).namespace}}}"
    return SOAP_VERSIONS.get(namespace, namespace)


def _resolved(element: etree._Element, name: str | None) -> str:
    """Return a prefixed name with its namespace spelled out, so that prefixes may differ."""
    if name is None:
        return "(untyped)"
    prefix, _, local = name.rpartition(":")
    namespace = element.nsmap.get(prefix or None, "")
    if f"{{{namespace}}}" == XSD:
        return f"xsd:{local}"
    return f"{{{namespace}}}{local}"
