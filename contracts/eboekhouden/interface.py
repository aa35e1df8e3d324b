"""The interface of e-Boekhouden part by part, and how a WSDL differs from it.

`inventory.json` holds the facts of the real service's WSDL in a form of our own: one entry a part,
198 in all (the schema, complex types, enums, elements, messages, operations, bindings, bound
operations, ports). A port's address is not among them, since every server has its own; nor are
prefixes, the order of parts, and documentation.
"""

import itertools
import json
from collections.abc import Callable, Iterator
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
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, remove_comments=True, remove_pis=True
    )
    try:
        root = etree.fromstring(document, parser)
    except etree.XMLSyntaxError as wrong:
        raise ValueError(f"this is no XML: {wrong}") from wrong
    if root.tag != f"{WSDL}definitions":
        raise ValueError(f"this is no WSDL: its root element is {root.tag}")
    found: Parts = {}
    for name, content in _parts(root):
        found[_free(name, found)] = content
    return found


def _free(name: str, taken: Parts) -> str:
    """Return a name for a part; what is there twice is a part beside the first."""
    times = next(times for times in itertools.count(1) if _numbered(name, times) not in taken)
    return _numbered(name, times)


def _numbered(name: str, times: int) -> str:
    return name if times == 1 else f"{name}, number {times}"


def _parts(root: etree._Element) -> Iterator[tuple[str, list[str]]]:
    parted: dict[str, Callable[[etree._Element], Iterator[tuple[str, list[str]]]]] = {
        f"{WSDL}types": _types_parts,
        f"{WSDL}message": _message_parts,
        f"{WSDL}portType": _port_type_parts,
        f"{WSDL}binding": _binding_parts,
        f"{WSDL}service": _service_parts,
    }
    for child in _elements(root):
        if child.tag in parted:
            yield from parted[child.tag](child)
        else:
            yield _unforeseen(child)


def _types_parts(types: etree._Element) -> Iterator[tuple[str, list[str]]]:
    for schema in _elements(types):
        if schema.tag != f"{XSD}schema":
            yield _unforeseen(schema)
            continue
        yield (
            f"schema {schema.get('targetNamespace')}",
            [
                f"elements {schema.get('elementFormDefault', 'unqualified')}",
                *_others(schema, "targetNamespace", "elementFormDefault"),
            ],
        )
        for part in _elements(schema):
            name = part.get("name")
            if part.tag == f"{XSD}complexType":
                yield f"complex type {name}", list(_fields(part))
            elif part.tag == f"{XSD}simpleType":
                yield f"enum {name}", list(_values(part))
            elif part.tag == f"{XSD}element":
                yield f"element {name}", list(_content(part))
            else:
                yield _unforeseen(part)


def _content(element: etree._Element) -> Iterator[str]:
    yield from _others(element, "name")
    for child in _elements(element):
        if child.tag == f"{XSD}complexType":
            yield from _fields(child)
        else:
            yield _named(child)


def _fields(complex_type: etree._Element) -> Iterator[str]:
    """Yield the fields of a complex type; whatever is no field of one sequence is said as it is."""
    yield from _others(complex_type, "name")
    for child in _elements(complex_type):
        if child.tag != f"{XSD}sequence":
            yield _named(child)
            continue
        yield from _others(child)
        for field in _elements(child):
            yield _field(field) if field.tag == f"{XSD}element" else _named(field)


def _field(element: etree._Element) -> str:
    least, most = element.get("minOccurs", "1"), element.get("maxOccurs", "1")
    nil = " nillable" if element.get("nillable") in ("true", "1") else ""
    kind = _resolved(element, element.get("type"))
    known = ("name", "type", "minOccurs", "maxOccurs", "nillable")
    others = [*_others(element, *known), *(_named(child) for child in _elements(element))]
    return " ".join([f"{element.get('name')}: {kind} {least}..{most}{nil}", *others])


def _values(simple_type: etree._Element) -> Iterator[str]:
    for child in _elements(simple_type):
        base = _resolved(child, child.get("base"))
        if child.tag != f"{XSD}restriction" or base != "xsd:string":
            yield f"{_named(child)} of {base}"
        for value in _elements(child):
            known = value.tag == f"{XSD}enumeration"
            yield value.get("value", "") if known else _named(value)


def _message_parts(message: etree._Element) -> Iterator[tuple[str, list[str]]]:
    yield (
        f"message {message.get('name')}",
        [
            f"{part.get('name')}: element {_resolved(part, part.get('element'))}"
            if part.tag == f"{WSDL}part"
            else _named(part)
            for part in _elements(message)
        ],
    )


def _port_type_parts(port_type: etree._Element) -> Iterator[tuple[str, list[str]]]:
    for operation in _elements(port_type):
        if operation.tag != f"{WSDL}operation":
            yield _unforeseen(operation)
            continue
        yield (
            f"operation {port_type.get('name')}.{operation.get('name')}",
            [
                f"{_local(way)}: {_resolved(way, way.get('message'))}"
                for way in _elements(operation)
            ],
        )


def _binding_parts(binding: etree._Element) -> Iterator[tuple[str, list[str]]]:
    name = binding.get("name")
    yield (
        f"binding {name}",
        [
            f"port type {_resolved(binding, binding.get('type'))}",
            *(
                f"{_version(child)} {_local(child)} over {child.get('transport')} "
                f"{child.get('style', 'document')}"
                for child in _elements(binding)
                if child.tag != f"{WSDL}operation"
            ),
        ],
    )
    for operation in binding.findall(f"{WSDL}operation"):
        yield f"bound operation {name}.{operation.get('name')}", list(_bound(operation))


def _bound(operation: etree._Element) -> Iterator[str]:
    for child in _elements(operation):
        if child.get("soapAction") is not None:
            action, style = child.get("soapAction"), child.get("style")
            yield f"{_version(child)} {_local(child)} action {action} {style}"
        for body in _elements(child):
            use = body.get("use")
            yield f"{_local(child)}: {_version(body)} {_local(body)} {use}"


def _service_parts(service: etree._Element) -> Iterator[tuple[str, list[str]]]:
    definitions = service.getparent()
    namespace = definitions.get("targetNamespace") if definitions is not None else None
    for port in _elements(service):
        if port.tag != f"{WSDL}port":
            yield _unforeseen(port)
            continue
        yield (
            f"port {service.get('name')}.{port.get('name')}",
            [
                f"in {namespace}",
                f"binding {_resolved(port, port.get('binding'))}",
                *(
                    f"{_local(child)} by {_version(child)}"
                    for child in _elements(port)
                    if child.get("location")
                ),
            ],
        )


def _elements(parent: etree._Element) -> Iterator[etree._Element]:
    """Yield the children that say something: documentation does not."""
    return (child for child in parent if _local(child) not in ("documentation", "annotation"))


def _others(element: etree._Element, *known: str) -> list[str]:
    """Return the attributes that are not among the known ones."""
    return [f"{name!s}={value!s}" for name, value in element.items() if name not in known]


def _unforeseen(element: etree._Element) -> tuple[str, list[str]]:
    """Return what is no kind of part that the real one has as a part of its own."""
    return _named(element), []


def _named(element: etree._Element) -> str:
    name = element.get("name") or element.get("namespace") or element.get("location") or ""
    return f"{_local(element)} {name}".strip()


def _local(element: etree._Element) -> str:
    return etree.QName(element).localname


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
