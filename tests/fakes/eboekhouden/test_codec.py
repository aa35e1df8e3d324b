"""The compiled codec reads and writes every message as spyne itself does."""

import io
import re
from collections.abc import Callable
from datetime import datetime
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree
from spyne import (
    AnyXml,
    Application,
    Array,
    Boolean,
    ComplexModelBase,
    DateTime,
    Double,
    Integer64,
    ServiceBase,
    rpc,
)
from spyne import Decimal as DecimalType
from spyne.model.enum import EnumBase
from spyne.protocol.soap import Soap11
from spyne.server.wsgi import WsgiApplication

from fakes.eboekhouden import codec, service, types, wsdl
from fakes.eboekhouden.fake import EboekhoudenFake, OpenedAdministration
from fakes.eboekhouden.service import OPERATIONS
from fakes.wsgi import call
from tests.fakes.eboekhouden.wire import Wire

NAMES = [operation.name for operation in OPERATIONS]
TEXTS = st.text(
    st.characters(codec="utf-8", exclude_categories=["Cc", "Cs"], exclude_characters="￾￿"),
    min_size=1,
    max_size=12,
).filter(lambda text: text == text.strip())
MOMENTS = st.datetimes(datetime(1980, 1, 1), datetime(2049, 12, 31)).map(
    lambda moment: moment.replace(microsecond=0)
)


def values(declared: Any) -> st.SearchStrategy[Any]:
    """Return a strategy of values, as plain data, of a declared type."""
    if issubclass(declared, Array):
        (item,) = declared._type_info.values()
        return st.lists(values(item), min_size=1, max_size=3)
    if issubclass(declared, ComplexModelBase):
        return st.fixed_dictionaries(
            {name: values(kind) for name, kind in declared._type_info.items()}
        )
    if issubclass(declared, AnyXml):
        return st.none()
    if issubclass(declared, EnumBase):
        return st.sampled_from(declared.__values__)
    if issubclass(declared, Boolean):
        return st.booleans()
    if issubclass(declared, Integer64):
        return st.integers(-(2**63), 2**63 - 1)
    if issubclass(declared, DateTime):
        return MOMENTS
    if issubclass(declared, Double):
        return st.floats(allow_nan=False, allow_infinity=False)
    if issubclass(declared, DecimalType):
        return st.decimals(-(10**9), 10**9, places=4)
    return TEXTS


def element(name: str, value: Any) -> str:
    """Write plain data as XML, by nobody's codec."""
    if isinstance(value, dict):
        inside = "".join(element(key, kept) for key, kept in value.items())
    elif isinstance(value, list):
        raise TypeError("a list has an item name")
    else:
        inside = text_of(value)
    return f"<{name}>{inside}</{name}>"


def text_of(value: Any) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, datetime):
        return value.isoformat()
    text = format(value, "f") if isinstance(value, Decimal) else str(value)
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def message(declared: Any, data: dict[str, Any]) -> str:
    """Write the inside of a message of a declared type."""
    parts = []
    for name, kind in declared._type_info.items():
        value = data[name]
        if issubclass(kind, Array):
            ((item_name, item),) = kind._type_info.items()
            inside = "".join(f"<{item_name}>{message(item, kept)}</{item_name}>" for kept in value)
            parts.append(f"<{name}>{inside}</{name}>")
        elif issubclass(kind, ComplexModelBase):
            parts.append(f"<{name}>{message(kind, value)}</{name}>")
        else:
            parts.append(element(name, value))
    return "".join(parts)


def record(declared: Any, data: Any) -> Any:
    """Make the record that an operation would return."""
    if issubclass(declared, Array):
        (item,) = declared._type_info.values()
        return [record(item, kept) for kept in data]
    if issubclass(declared, ComplexModelBase):
        return types.made(
            declared,
            **{name: record(kind, data[name]) for name, kind in declared._type_info.items()},
        )
    return data


def plain(declared: Any, value: Any) -> Any:
    """Take apart what a codec read, so that two readings compare."""
    if value is None or value == []:
        return None
    if issubclass(declared, Array):
        (item,) = declared._type_info.values()
        return [plain(item, kept) for kept in value]
    if issubclass(declared, ComplexModelBase):
        return {
            name: plain(kind, getattr(value, name, None))
            for name, kind in declared._type_info.items()
        }
    if issubclass(declared, EnumBase):
        return str(value)
    if isinstance(value, datetime):
        return value.replace(tzinfo=None)
    return value


def envelope(inside: str) -> bytes:
    return (
        '<s:Envelope xmlns:s="http://schemas.xmlsoap.org/soap/envelope/"><s:Body>'
        f"{inside}</s:Body></s:Envelope>"
    ).encode()


class Spyne:
    """Spyne's own application with one operation; `work` is what the operation does."""

    def __init__(self, name: str) -> None:
        operation = next(found for found in OPERATIONS if found.name == name)
        self.work: Callable[[Any], Any] = lambda arguments: None

        def answer(ctx: Any, *arguments: Any) -> Any:
            return self.work(arguments)

        answer.__name__ = name
        returns = (
            {} if operation.returns is None else {"_returns": types.optional(operation.returns)}
        )
        declared = rpc(*operation.parameters.values(), _args=list(operation.parameters), **returns)
        made = type("OneOperation", (ServiceBase,), {name: declared(answer)})
        self._wsgi = WsgiApplication(
            Application([made], types.NAMESPACE, name, in_protocol=Soap11(), out_protocol=Soap11())
        )

    def __call__(self, body: bytes) -> bytes:
        return posted(self._wsgi, body)


def posted(application: WsgiApplication, body: bytes) -> bytes:
    """Call a spyne application with an envelope; return what it answers."""
    environ = {
        "REQUEST_METHOD": "POST",
        "SCRIPT_NAME": "",
        "PATH_INFO": "/",
        "QUERY_STRING": "",
        "SERVER_NAME": "spyne",
        "SERVER_PORT": "80",
        "CONTENT_TYPE": "text/xml; charset=utf-8",
        "CONTENT_LENGTH": str(len(body)),
        "wsgi.input": io.BytesIO(body),
        "wsgi.url_scheme": "http",
    }
    status, _, _, content = call(application, environ)
    assert status == 200, content
    return content


def body_of(content: bytes) -> Any:
    """Return what is in an envelope, as nested names and values without prefixes or layout."""
    root = etree.fromstring(content)
    (body,) = root.iter("{http://schemas.xmlsoap.org/soap/envelope/}Body")
    return tree(body[0])


def tree(found: etree._Element) -> Any:
    name = etree.QName(found)
    inside = [tree(child) for child in found] if len(found) else number_or_text(found.text)
    return (name.namespace, name.localname, inside)


def number_or_text(text: str | None) -> Any:
    """Numbers are compared as numbers: 1e+2, 100 and 100.0 are one double."""
    if re.fullmatch(r"-?[0-9]+(\.[0-9]*)?([eE][+-]?[0-9]+)?", text or ""):
        return Decimal(text or "").normalize()
    return text or ""


@pytest.mark.parametrize("name", NAMES)
def test_requests_are_read_as_spyne_reads_them(name: str) -> None:
    declared = wsdl.descriptors()[name].in_message
    read = codec.parameters(declared)
    spyne = Spyne(name)

    @settings(max_examples=15, deadline=None)
    @given(values(declared))
    def check(data: dict[str, Any]) -> None:
        request = f'<{name} xmlns="{types.NAMESPACE}">{message(declared, data)}</{name}>'
        seen: list[Any] = []
        spyne.work = seen.extend
        spyne(envelope(request))
        ours = read(etree.fromstring(request))
        kinds = declared._type_info.values()
        assert [plain(kind, value) for kind, value in zip(kinds, ours, strict=True)] == [
            plain(kind, value) for kind, value in zip(kinds, seen, strict=True)
        ]

    check()


@pytest.mark.parametrize("name", NAMES)
def test_answers_are_written_as_spyne_writes_them(name: str) -> None:
    declared = wsdl.descriptors()[name].out_message
    write = codec.answer_writer(declared)
    returned = next(iter(declared._type_info.values()), None)
    request = envelope(f'<{name} xmlns="{types.NAMESPACE}" />')
    spyne = Spyne(name)

    @settings(max_examples=15, deadline=None)
    @given(st.none() if returned is None else values(returned))
    def check(data: Any) -> None:
        result = None if returned is None else record(returned, data)
        ours = body_of(envelope(write(result)))
        spyne.work = lambda arguments: result
        assert ours == body_of(spyne(request))

    check()


def test_the_untyped_relation_code_of_a_listed_invoice_says_that_it_is_a_text() -> None:
    assert issubclass(types.cFactuurList._type_info["Relatiecode"], AnyXml)
    listed = types.made(types.cFactuurList, Relatiecode="K1 & K2")
    written = codec.writer(types.cFactuurList)(listed)
    assert '<Relatiecode xsi:type="xsd:string">K1 &amp; K2</Relatiecode>' in written


def test_a_booking_through_spyne_is_the_same_booking(
    fake: EboekhoudenFake, opened: OpenedAdministration, wire: Wire
) -> None:
    booked = wire.mutation(Datum="2017-10-19T00:00:00")
    wire.post("AddMutatie", booked)
    whole = WsgiApplication(service.application(fake.office, Soap11))
    assert b"<tns:Mutatienummer>2</tns:Mutatienummer>" in posted(whole, booked.encode())
    first, second = opened.administration.mutations
    assert second._replace(number=1) == first
