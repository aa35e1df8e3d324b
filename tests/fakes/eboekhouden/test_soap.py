"""The wire itself: faults in both versions, lenient reading, addresses, and what is not let in."""

import gzip
import logging
import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest
import requests
from lxml import etree

from fakes.eboekhouden.books import Administration
from fakes.eboekhouden.fake import EboekhoudenFake
from fakes.inprocess import environment, session
from fakes.wsgi import call
from tests.fakes.eboekhouden.wire import NAMESPACE, SOAP_11, SOAP_12, URL, Wire, fault_of


@pytest.mark.parametrize(
    ("value", "reason"),
    [
        ({"Soort": "FactuurVerzonden"}, "is not a valid value for enMutatieSoorten"),
        ({"Datum": "19-10-2017"}, "The string '19-10-2017' is not a valid AllXsd value."),
        ({"Datum": "2017-02-30"}, "The string '2017-02-30' is not a valid AllXsd value."),
        ({"MutatieNr": "one"}, "Input string was not in a correct format."),
        ({"MutatieNr": "9223372036854775808"}, "Input string was not in a correct format."),
        ({"MutatieNr": "\xa01"}, "Input string was not in a correct format."),
        ({"Datum": "2017-10-19\u2028"}, "is not a valid AllXsd value."),
        ({"Omschrijving": "<b>Taart</b>"}, "Unexpected node type Element"),
    ],
)
def test_a_value_that_does_not_fit_its_type_is_a_fault_with_its_place(
    wire: Wire, books: Administration, value: dict[str, str], reason: str
) -> None:
    answer = wire.post("AddMutatie", wire.mutation(**value))
    code, text = fault_of(answer)
    assert code == "soap:Client"
    assert text.startswith("Server was unable to read request. ---> There is an error in XML doc")
    found = re.search(r"\((\d+), (\d+)\)", text)
    assert found is not None
    (name,) = value
    assert wire.mutation(**value)[int(found[2]) - 1 :].startswith(f"<{name}>")
    assert reason in text
    assert books.mutations == []


@pytest.mark.parametrize(
    ("content_type", "code"),
    [("text/xml", "soap:Client"), ("application/soap+xml", "soap:Sender")],
)
@pytest.mark.parametrize(
    ("spoil", "place"),
    [
        (lambda right: "", (1, 1)),
        (lambda right: "this is no XML", (1, 1)),
        (lambda right: f"{right}<more/>", None),
        (lambda right: right.replace("<Soort>", "\n<Soort kind=bare>"), (2, 13)),
        (lambda right: right.replace("</Soort>", "\n</Sort>"), (2, 8)),
        (lambda right: right.replace("<Rekening>", "\n<Rekening>&unknown;"), (2, 20)),
        (lambda right: right.replace("<Rekening>", "\n\n<Rekening>\x01"), (3, 11)),
        (lambda right: right[: right.index("<Rekening>")], None),
    ],
)
def test_xml_that_is_not_well_formed_is_a_client_fault_with_its_place(
    wire: Wire,
    books: Administration,
    spoil: Callable[[str], str],
    place: tuple[int, int] | None,
    content_type: str,
    code: str,
) -> None:
    right = wire.mutation()
    spoiled = spoil(right)
    line, column = place or (1, min(len(spoiled), len(right)) + 1)
    answer = wire.post("AddMutatie", spoiled, {"Content-Type": f"{content_type}; charset=utf-8"})
    assert fault_of(answer) == (
        code,
        "Server was unable to read request. ---> There is an error in XML document "
        f"({line}, {column}). ---> The document is not well formed.",
    )
    assert books.mutations == []


def test_a_fault_has_the_form_of_the_version_it_answers(wire: Wire) -> None:
    old = wire.post("AddMutatie", "this is no XML")
    assert old.headers["Content-Type"] == "text/xml; charset=utf-8"
    assert fault_of(old)[0] == "soap:Client"
    assert etree.fromstring(old.content).tag == f"{{{SOAP_11}}}Envelope"
    new = wire.post(
        "AddMutatie", "this is no XML", {"Content-Type": "application/soap+xml; charset=utf-8"}
    )
    assert new.headers["Content-Type"] == "application/soap+xml; charset=utf-8"
    assert fault_of(new)[0] == "soap:Sender"
    assert etree.fromstring(new.content).tag == f"{{{SOAP_12}}}Envelope"


def test_an_unknown_operation_another_in_the_body_and_an_empty_body_are_faults(wire: Wire) -> None:
    unknown = wire.post("DeleteMutatie", wire.envelope("DeleteMutatie", ""))
    assert "did not recognize the value of HTTP Header SOAPAction" in fault_of(unknown)[1]
    crossed = wire.post("GetSaldi", wire.envelope("GetRelaties", ""))
    assert "was not expected" in fault_of(crossed)[1]
    empty = f'<s:Envelope xmlns:s="{SOAP_11}"><s:Body/></s:Envelope>'
    assert "body is empty" in fault_of(wire.post("GetSaldi", empty))[1]
    assert "not well formed" in fault_of(wire.post("GetSaldi", ""))[1]


def test_a_refusal_is_an_answer_and_success_has_both_parts_empty(wire: Wire) -> None:
    def told(answer: requests.Response) -> list[tuple[str, str | None]]:
        assert answer.status_code == 200
        (message,) = etree.fromstring(answer.content).iter(f"{{{NAMESPACE}}}ErrorMsg")
        return [(etree.QName(part).localname, part.text) for part in message]

    assert told(wire.post("AddMutatie", wire.mutation())) == [
        ("LastErrorCode", None),
        ("LastErrorDescription", None),
    ]
    assert told(wire.post("AddMutatie", wire.mutation(RelatieCode="K9"))) == [
        ("LastErrorCode", "CREL002"),
        ("LastErrorDescription", "Relatie met code K9 bestaat niet."),
    ]


def test_an_empty_element_counts_as_absent_whatever_its_type(
    wire: Wire, books: Administration
) -> None:
    wire.post("AddMutatie", wire.mutation(Boekstuk="", Betalingskenmerk="", MutatieNr=""))
    assert len(books.mutations) == 1
    filters = "".join(
        f"<{name}/>"
        for name in ("MutatieNr", "MutatieNrVan", "Factuurnummer", "DatumVan", "DatumTm")
    )
    answer = wire.post("GetMutaties", wire.envelope("GetMutaties", f"<cFilter>{filters}</cFilter>"))
    assert answer.text.count("<cMutatieList>") == 1
    without = wire.post("GetMutaties", wire.envelope("GetMutaties", ""))
    assert without.content == answer.content


@pytest.mark.parametrize(
    "kind", [" FactuurVerstuurd", "FactuurVerstuurd\n", " ", "factuurverstuurd"]
)
def test_a_kind_is_written_exactly(wire: Wire, books: Administration, kind: str) -> None:
    answer = wire.post("AddMutatie", wire.mutation(Soort=kind))
    assert f"'{kind}' is not a valid value for enMutatieSoorten" in fault_of(answer)[1]
    assert books.mutations == []


def test_of_a_field_that_comes_twice_the_first_counts_and_of_an_array_the_last(
    wire: Wire, books: Administration
) -> None:
    lines = wire.mutation().partition("<MutatieRegels>")[2].partition("</MutatieRegels>")[0]
    twice = wire.mutation("<Omschrijving>Brood</Omschrijving><Rekening />").replace(
        "<MutatieRegels>", f"<MutatieRegels>{lines}{lines}</MutatieRegels><MutatieRegels>"
    )
    assert wire.post("AddMutatie", twice).status_code == 200
    (booked,) = books.mutations
    assert (booked.description, booked.account, len(booked.lines)) == ("Taart", "1300", 1)


def test_unknown_elements_are_skipped_and_order_does_not_matter(
    wire: Wire, books: Administration
) -> None:
    inside = (
        "<oGb><Category>VW</Category><Categorie>VW</Categorie>"
        "<Omschrijving>Omzet</Omschrijving><Code>8030</Code></oGb>"
    )
    answer = wire.post("AddGrootboekrekening", wire.envelope("AddGrootboekrekening", inside))
    assert "<LastErrorCode></LastErrorCode>" in answer.text
    assert books.accounts["8030"].description == "Omzet"


@pytest.mark.parametrize(
    ("sent", "day"),
    [
        ("2017-10-19", "2017-10-19"),
        ("2017-10-19T00:00:00", "2017-10-19"),
        ("2017-10-19T23:59:59.9999999", "2017-10-19"),
        ("2017-10-18T22:30:00Z", "2017-10-19"),
        ("2017-10-19T00:00:00+02:00", "2017-10-19"),
        ("2017-12-31T23:30:00Z", "2018-01-01"),
    ],
)
def test_dates_come_in_many_forms_and_mean_a_day_in_amsterdam(
    wire: Wire, books: Administration, sent: str, day: str
) -> None:
    wire.post("AddMutatie", wire.mutation(Datum=sent))
    assert [str(mutation.date) for mutation in books.mutations] == [day]


def test_decimals_may_have_any_number_of_places(wire: Wire, books: Administration) -> None:
    body = (
        wire.mutation().replace(">17.35<", ">17.35440000000000001<").replace(">82.64<", ">82.640<")
    )
    wire.post("AddMutatie", body)
    (mutation,) = books.mutations
    assert str(mutation.lines[0].vat) == "17.35"
    assert str(mutation.lines[0].entered) == "82.64"


def test_both_ports_have_the_address_that_the_client_came_by(fake: EboekhoudenFake) -> None:
    http = session({"http://": fake.wsgi})
    for host in ("books.example", "localhost:8080"):
        for query in ("wsdl", "WSDL"):
            document = http.get(f"http://{host}/soap.asmx?{query}").text
            assert document.count(f'location="http://{host}/soap.asmx"') == 2
    forwarded = {"X-Forwarded-Proto": "https", "X-Forwarded-Host": "shop.example"}
    url = "http://books.example/soap.asmx?wsdl"
    assert "books.example/soap.asmx" in http.get(url, headers=forwarded).text
    trusting = session({"http://": EboekhoudenFake(trust_forwarded=True).wsgi})
    assert 'location="https://shop.example/soap.asmx"' in trusting.get(url, headers=forwarded).text


ENTITIES = '<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;">]>'
HOSTILE: dict[str, tuple[bytes, dict[str, str]]] = {
    "entity expansion": (f"{ENTITIES}<x>&b;&b;&b;</x>".encode(), {}),
    "external entity": (
        b'<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]><x>&a;</x>',
        {},
    ),
    "external DTD": (b'<!DOCTYPE x SYSTEM "http://evil.example/x.dtd"><x/>', {}),
    "entities in UTF-16": (f"{ENTITIES}<x>&b;</x>".encode("utf-16"), {}),
    "entities in UTF-32": (f"{ENTITIES}<x>&b;</x>".encode("utf-32"), {}),
    "entities in UTF-7": (
        b"<?xml version='1.0' encoding='utf-7'?>+ADwAIQ-DOCTYPE x+AD4-<x/>",
        {},
    ),
    "entities in EBCDIC": (
        f"<?xml version='1.0' encoding='cp037'?>{ENTITIES}<x>&b;</x>".encode("cp037"),
        {},
    ),
    "deep nesting": (b"<a>" * 100_000 + b"</a>" * 100_000, {}),
    "many attributes": (
        b"<a " + b" ".join(b"x%d='1'" % number for number in range(50_000)) + b"/>",
        {},
    ),
    "gzip bomb": (gzip.compress(b"<a>" * 1_000_000), {"Content-Encoding": "gzip"}),
    "larger than is taken": (b"<a>" + b"x" * 5_000_000 + b"</a>", {}),
    "wrong encoding": ("<a>é</a>".encode("latin-1"), {}),
    "NUL": (b"<a>\x00</a>", {}),
    "a lone surrogate": (b"<a>\xed\xa0\x80</a>", {}),
    "a surrogate as a reference": (b"<a>&#xD800;</a>", {}),
}


@pytest.fixture
def quiet(caplog: pytest.LogCaptureFixture) -> Iterator[pytest.LogCaptureFixture]:
    """Fail when the fake logs anything: a hostile call is no event of ours."""
    caplog.set_level(logging.DEBUG, logger="fakes")
    yield caplog
    assert caplog.records == []


@pytest.mark.parametrize("name", HOSTILE)
def test_what_is_hostile_is_refused(
    wire: Wire, books: Administration, quiet: pytest.LogCaptureFixture, name: str
) -> None:
    body, headers = HOSTILE[name]
    for wrapped in (False, True):
        content = wire.mutation().encode().replace(b">Taart<", b">" + body + b"<")
        answer = wire.post("AddMutatie", content if wrapped else body, headers)
        assert answer.status_code in (400, 413, 415, 500), answer.text
        assert "Traceback" not in answer.text
        assert "root:" not in answer.text
    assert books.mutations == []


UNDECLARED = {
    "a call": ("", '<n:CloseSession><a xmlns="elsewhere"/></n:CloseSession>', "was not expected"),
    "a header": (
        '<s:Header><n:a s:mustUnderstand="1"/><b xmlns="elsewhere"/></s:Header>',
        f'<CloseSession xmlns="{NAMESPACE}"/>',
        "SOAP header n:a was not understood",
    ),
}


@pytest.mark.parametrize(("headers", "inside", "told"), UNDECLARED.values(), ids=UNDECLARED)
def test_a_prefix_that_is_declared_nowhere_is_a_client_fault(
    wire: Wire, quiet: pytest.LogCaptureFixture, headers: str, inside: str, told: str
) -> None:
    body = f'<s:Envelope xmlns:s="{SOAP_11}">{headers}<s:Body>{inside}</s:Body></s:Envelope>'
    code, text = fault_of(wire.post("CloseSession", body))
    assert code in ("soap:Client", "soap:MustUnderstand")
    assert told in text


@pytest.mark.parametrize(
    ("length", "status"),
    [("99", 400), ("-1", 400), ("1e3", 400), ("\u0664", 400), ("9" * 30, 413), ("4194305", 413)],
)
def test_a_length_that_lies_or_is_too_large_is_refused_before_anything_is_parsed(
    fake: EboekhoudenFake, length: str, status: int
) -> None:
    environ = environment(requests.Request("POST", URL, data=b"<a/>").prepare())
    environ["CONTENT_LENGTH"] = length
    assert call(fake.wsgi, environ)[0] == status


def test_an_answer_never_holds_what_xml_cannot(wire: Wire, books: Administration) -> None:
    books.company = 'Bedrijf "A" & \x00\x1f<B>\ud800\r\n'
    answer = wire.post("GetAdministraties", wire.envelope("GetAdministraties", ""))
    named: Any = etree.fromstring(answer.content).find(f".//{{{NAMESPACE}}}Bedrijf")
    assert named.text == 'Bedrijf "A" & <B>\n'


@pytest.mark.parametrize("asked", ["?wsdl", "?disco", ""])
def test_the_answer_to_head_has_no_body_whatever_serves_it(
    fake: EboekhoudenFake, asked: str
) -> None:
    _, _, headers, body = call(
        fake.wsgi, environment(requests.Request("HEAD", URL + asked).prepare())
    )
    assert int(dict(headers)["Content-Length"]) > 0
    assert body == b""
