"""Requests in every form in which clients send them, heard as ASP.NET hears them."""

import http.client
import socket
from collections.abc import Iterator
from contextlib import closing
from typing import Any
from urllib.parse import urlsplit

import pytest

from fakes.eboekhouden.books import Administration
from fakes.eboekhouden.fake import EboekhoudenFake
from fakes.fast_serve import fast_serve
from fakes.serve import serve
from tests.fakes.eboekhouden.wire import NAMESPACE, SOAP_11, SOAP_12, Wire, fault_of

XML_11 = "text/xml; charset=utf-8"
XML_12 = "application/soap+xml; charset=utf-8"
ACTION = f"{NAMESPACE}/GetAdministraties"


def asked(wire: Wire, version: str, headers: dict[str, str | None]) -> Any:
    """Ask for the administrations with exactly these headers of SOAP's; None leaves one out."""
    body = wire.envelope("GetAdministraties", "", version)
    with wire.http as http:
        return http.post("http://books.example/soap.asmx", data=body.encode(), headers=headers)


@pytest.mark.parametrize(
    ("version", "headers"),
    [
        (SOAP_11, {"Content-Type": XML_11, "SOAPAction": f'"{ACTION}"'}),
        (SOAP_11, {"Content-Type": XML_11, "SOAPAction": ACTION}),
        (SOAP_11, {"Content-Type": XML_11, "SOAPAction": ACTION.replace(":", "%3A")}),
        (SOAP_11, {"Content-Type": "TEXT/XML;charset=UTF-8", "SOAPAction": ACTION}),
        (SOAP_11, {"Content-Type": "text/xml", "SOAPAction": ACTION}),
        (SOAP_11, {"Content-Type": XML_11}),
        (SOAP_12, {"Content-Type": XML_11, "SOAPAction": ACTION}),
        (SOAP_12, {"Content-Type": XML_12}),
        (SOAP_12, {"Content-Type": f'{XML_12}; action="{ACTION}"'}),
        (SOAP_12, {"Content-Type": f"{XML_12};action={ACTION}"}),
        (SOAP_12, {"Content-Type": f'application/soap+xml; action="{ACTION}"; charset="UTF-8"'}),
        (SOAP_12, {"Content-Type": XML_12, "SOAPAction": '""'}),
        (SOAP_12, {"Content-Type": f'{XML_12}; action="urn:something-else"'}),
    ],
)
def test_the_envelope_says_the_version_and_the_action_or_the_body_the_operation(
    wire: Wire, version: str, headers: dict[str, str | None]
) -> None:
    answer = asked(wire, version, headers)
    assert answer.status_code == 200, answer.text
    assert answer.headers["Content-Type"] == (XML_11 if version == SOAP_11 else XML_12)
    assert f'xmlns:soap="{version}"' in answer.text
    assert "<Bedrijf>Demo BV</Bedrijf>" in answer.text


@pytest.mark.parametrize(
    ("operation", "headers", "said"),
    [
        ("GetAdministraties", {"SOAPAction": ""}, "HTTP Header SOAPAction: ."),
        ("GetAdministraties", {"SOAPAction": "GetAdministraties"}, "HTTP Header SOAPAction: Get"),
        (
            "DeleteMutatie",
            {},
            "without a valid action parameter. Please supply a",
        ),
        ("DeleteMutatie", {"Content-Type": f'{XML_12}; action="urn:x"'}, "The action 'urn:x' was"),
    ],
)
def test_an_operation_that_cannot_be_found_is_a_fault_in_the_words_of_aspnet(
    wire: Wire, operation: str, headers: dict[str, str], said: str
) -> None:
    version = SOAP_12 if "Content-Type" in headers else SOAP_11
    answer = wire.http.post(
        "http://books.example/soap.asmx",
        data=wire.envelope(operation, "", version),
        headers={"Content-Type": XML_11, **headers},
    )
    code, text = fault_of(answer)
    assert code == ("soap:Sender" if version == SOAP_12 else "soap:Client")
    assert said in text


@pytest.mark.parametrize(
    ("version", "content_type"),
    [
        (SOAP_11, "application/soap+xml"),
        (SOAP_11, "application/xml"),
        (SOAP_11, "application/x-www-form-urlencoded"),
        (SOAP_11, "text/plain"),
        (SOAP_11, ""),
    ],
)
def test_another_media_type_is_not_heard(wire: Wire, version: str, content_type: str) -> None:
    headers = {"Content-Type": content_type, "SOAPAction": ACTION}
    assert asked(wire, version, dict(headers)).status_code == 415


def test_an_unknown_envelope_is_a_version_mismatch_in_soap_11(wire: Wire) -> None:
    body = wire.envelope("GetAdministraties", "", "urn:soap-13")
    for content_type in (XML_11, XML_12):
        answer = wire.post("GetAdministraties", body, {"Content-Type": content_type})
        assert answer.headers["Content-Type"] == XML_11
        code, text = fault_of(answer)
        assert code == "soap:VersionMismatch"
        assert "Envelope namespace urn:soap-13 was unexpected. Expecting " + SOAP_11 in text


@pytest.mark.parametrize(("version", "role"), [(SOAP_11, "actor"), (SOAP_12, "role")])
def test_a_header_is_skipped_unless_it_must_be_understood_by_us(
    wire: Wire, books: Administration, version: str, role: str
) -> None:
    def sent(attributes: str) -> Any:
        header = f'<s:Header><w:Security xmlns:w="urn:w" {attributes}/></s:Header><s:Body>'
        body = wire.mutation().replace(SOAP_11, version).replace("<s:Body>", header)
        return wire.post("AddMutatie", body)

    assert sent("").status_code == 200
    assert sent('s:mustUnderstand="0"').status_code == 200
    assert sent(f's:mustUnderstand="1" s:{role}="urn:somebody-else"').status_code == 200
    booked = len(books.mutations)
    code, text = fault_of(sent('s:mustUnderstand="1"'))
    assert (code, text) == ("soap:MustUnderstand", "SOAP header Security was not understood.")
    assert len(books.mutations) == booked == 3


LATIN = '<?xml version="1.0" encoding="iso-8859-1"?>'
UTF_16 = '<?xml version="1.0" encoding="utf-16"?>'


@pytest.mark.parametrize(
    ("charset", "declaration", "encoding"),
    [
        ("utf-8", "", "utf-8"),
        ("utf-8", "", "utf-8-sig"),
        ("utf-8", LATIN, "utf-8"),
        ('"UTF-8"', "", "utf-8"),
        (None, "", "utf-8"),
        (None, LATIN, "iso-8859-1"),
        ("iso-8859-1", "", "iso-8859-1"),
        ("Windows-1252", LATIN, "cp1252"),
        ("iso-8859-1", "", "utf-8-sig"),
        ("utf-16", UTF_16, "utf-16"),
        ("utf-16", "", "utf-16-le"),
        (None, UTF_16, "utf-16"),
        (None, "", "utf-16-be"),
    ],
)
def test_a_mark_says_the_encoding_else_http_else_the_document(
    wire: Wire, books: Administration, charset: str | None, declaration: str, encoding: str
) -> None:
    content_type = "text/xml" + (f"; charset={charset}" if charset else "")
    text = "Café à 5" if "8859" in encoding else "Café à 5 €"
    body = declaration + wire.mutation(Omschrijving=text)
    answer = wire.post("AddMutatie", body.encode(encoding), {"Content-Type": content_type})
    assert answer.status_code == 200, answer.text
    assert books.mutations[0].description == text


@pytest.mark.parametrize("encoding", ["utf-7", "ebcdic-cp-nl", "utf-32", "nonsense"])
def test_an_encoding_that_is_not_supported_is_a_fault(wire: Wire, encoding: str) -> None:
    answer = wire.post(
        "AddMutatie", wire.mutation(), {"Content-Type": f"text/xml; charset={encoding}"}
    )
    assert f"Encoding {encoding} is not supported." in fault_of(answer)[1]


XSI = 'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"'
SPELLINGS: dict[str, list[tuple[str, str]]] = {
    "another prefix": [("<s:", "<soapenv:"), ("</s:", "</soapenv:"), (":s=", ":soapenv=")],
    "no prefix": [("<s:", "<"), ("</s:", "</"), (":s=", "=")],
    "a prefix for everything": [
        ("<oMut>", "<e:oMut>"),
        ("</oMut>", "</e:oMut>"),
        ("<AddMutatie xmlns=", "<e:AddMutatie xmlns:e="),
        ("</AddMutatie>", "</e:AddMutatie>"),
        ("<e:oMut>", f'<e:oMut xmlns="{NAMESPACE}">'),
        ("<SessionID>", "<e:SessionID>"),
        ("</SessionID>", "</e:SessionID>"),
        ("<SecurityCode2>", "<e:SecurityCode2>"),
        ("</SecurityCode2>", "</e:SecurityCode2>"),
    ],
    "comments around": [("<s:Envelope", "\ufeff<?xml version='1.0'?>\n<!-- <x> -->\n<s:Envelope")],
    "comments inside": [("<oMut>", "<!-- a --><oMut> <?php x ?>\n")],
    "a text in parts": [(">Taart<", "><![CDATA[T]]>&#97;a<!-- -->rt<")],
    "numbers with space": [(">82.64<", ">\n\t 82.6400 <"), (">0<", "> +99999 <")],
    "types given": [
        ("<oMut>", f"<oMut {XSI}>"),
        ("<Omschrijving>", '<Omschrijving xsi:type="xsd:string">'),
    ],
    "nils": [("<MutatieNr>0<", f'<Betalingskenmerk {XSI} xsi:nil="true"/><MutatieNr>0<')],
    "unknown elements": [("<oMut>", "<oMut><Kleur>rood</Kleur><x:y xmlns:x='urn:x'/>")],
    "a nil line beside": [
        ("<MutatieRegels>", f'<MutatieRegels><cMutatieRegel {XSI} xsi:nil="true"/>')
    ],
}


@pytest.mark.parametrize("spelling", SPELLINGS)
def test_one_mutation_in_many_spellings_is_booked_alike(
    wire: Wire, books: Administration, spelling: str
) -> None:
    body = wire.mutation()
    wire.post("AddMutatie", body)
    for old, new in SPELLINGS[spelling]:
        assert old in body
        body = body.replace(old, new)
    answer = wire.post("AddMutatie", body)
    assert answer.status_code == 200, answer.text
    first, second = books.mutations
    assert second._replace(number=1) == first


def test_a_text_may_speak_of_a_dtd(wire: Wire, books: Administration) -> None:
    page = "<!DOCTYPE html><p>Beste klant</p>"
    wire.post("AddMutatie", wire.mutation(Omschrijving=f"<![CDATA[{page}]]>"))
    assert books.mutations[0].description == page
    hidden = f"<!-- --><?x ?>\n<!DOCTYPE x []>{wire.mutation()}"
    assert "DTD is prohibited" in fault_of(wire.post("AddMutatie", hidden))[1]


@pytest.mark.parametrize("value", ["9999-12-31T23:59:59Z", "9999-12-31T23:59:59-14:00"])
def test_the_last_moment_of_all_is_a_day_out_of_range(wire: Wire, value: str) -> None:
    answer = wire.post("AddMutatie", wire.mutation(Datum=value))
    assert "<LastErrorCode>CMUT001</LastErrorCode>" in answer.text


@pytest.fixture(params=[serve, fast_serve])
def connection(
    request: pytest.FixtureRequest, fake: EboekhoudenFake
) -> Iterator[http.client.HTTPConnection]:
    with request.param(fake.wsgi) as served:
        place = urlsplit(served.url)
        with closing(
            http.client.HTTPConnection(place.hostname or "", place.port, timeout=10)
        ) as made:
            yield made


def test_over_a_socket_a_body_comes_in_chunks_or_after_a_nod(
    wire: Wire, connection: http.client.HTTPConnection
) -> None:
    body = wire.envelope("GetAdministraties", "").encode()
    headers = {"Content-Type": XML_11, "SOAPAction": ACTION}
    connection.request("POST", "/soap.asmx", iter([body[:99], body[99:]]), headers)
    assert b"Demo BV" in connection.getresponse().read()

    with socket.create_connection((connection.host, connection.port)) as raw:
        raw.settimeout(10)
        raw.sendall(
            f"POST /soap.asmx HTTP/1.1\r\nHost: x\r\nExpect: 100-continue\r\n"
            f"Content-Type: {XML_11}\r\nSOAPAction: {ACTION}\r\nConnection: close\r\n"
            f"Content-Length: {len(body)}\r\n\r\n".encode()
        )
        assert raw.recv(1000) == b"HTTP/1.1 100 Continue\r\n\r\n"
        raw.sendall(body)
        answer = b"".join(iter(lambda: raw.recv(65536), b""))
    assert answer.startswith(b"HTTP/1.1 200 OK\r\n")
    assert b"Demo BV" in answer


@pytest.mark.parametrize(
    ("method", "path", "status", "content_type", "holds"),
    [
        ("GET", "/soap.asmx?WSDL", 200, "text/xml", "<wsdl:definitions"),
        ("GET", "/Soap.ASMX?wsdl", 200, "text/xml", "<wsdl:definitions"),
        ("GET", "/soap.asmx?wsdl&x=1", 200, "text/xml", "<wsdl:definitions"),
        ("HEAD", "/soap.asmx?wsdl", 200, "text/xml", ""),
        ("HEAD", "/soap.asmx", 200, "text/html", ""),
        ("GET", "/soap.asmx?disco", 200, "text/xml", '/soap.asmx?wsdl" docRef="'),
        ("GET", "/soap.asmx", 200, "text/html", "AddMutatie"),
        ("GET", "/soap.asmx?wsdl=", 200, "text/html", "AddMutatie"),
        ("GET", "/soap.asmx/", 500, "text/plain", "unexpectedly ending in '/'."),
        ("POST", "/soap.asmx/OpenSession", 500, "text/plain", "ending in '/OpenSession'."),
        ("PUT", "/soap.asmx", 405, "text/html", ""),
        ("POST", "/soap.asmx?wsdl", 415, "text/plain", ""),
    ],
)
def test_the_address_answers_whatever_is_asked_there(
    connection: http.client.HTTPConnection,
    method: str,
    path: str,
    status: int,
    content_type: str,
    holds: str,
) -> None:
    connection.request(method, path)
    answer = connection.getresponse()
    body = answer.read()
    assert answer.status == status
    assert (answer.getheader("Content-Type") or "").startswith(content_type)
    assert holds.encode() in body
    assert (body == b"") == (method == "HEAD")
