"""Promises about the interface, the forms of calls and answers, and what cannot be read."""

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from lxml import etree

from contracts.eboekhouden.books import Books
from contracts.eboekhouden.client import NAMESPACE, SOAP_11, SOAP_12, Reply, envelope, headers
from contracts.eboekhouden.interface import compare, inventory, parts
from contracts.suite.expect import broken, same, true
from contracts.targets import BooksTarget

OPERATIONS = [name.split(".")[1] for name in inventory() if name.startswith("operation ")]


@pytest.mark.promise("eb-interface")
def test_the_wsdl_has_every_part(target: BooksTarget) -> None:
    answer = target.client.get("wsdl")
    same(answer.status_code, 200, "the status of ?wsdl")
    try:
        compared = compare(parts(answer.content), inventory())
    except ValueError as wrong:
        broken(f"?wsdl: {wrong}")
    differs = [*compared.different, *compared.missing, *compared.extra]
    same(differs, [], "the parts that differ, are missing or are extra")


@pytest.mark.promise("eb-address")
def test_both_ports_have_the_address_that_the_client_came_by(target: BooksTarget) -> None:
    root = etree.fromstring(target.client.get("wsdl").content)
    found = {element.get("location") for element in root.iter("{*}address")}
    same(found, {target.client.address}, "the addresses of the ports")


@pytest.mark.promise("eb-service-page")
def test_the_service_page_lists_the_operations(target: BooksTarget) -> None:
    page = target.client.get().text
    missing = [name for name in OPERATIONS if name not in page]
    same(missing, [], "the operations that the page does not list")
    sample = target.client.get("op=AddMutatie").text
    true("Mutatienummer" in sample, "the page of AddMutatie shows no sample answer")


@pytest.mark.promise("eb-errors")
def test_errormsg_is_there_and_empty_on_success(books: Books) -> None:
    reply = books.done("GetAdministraties")
    true("ErrorMsg" in reply.result, "a successful answer has no ErrorMsg")
    same((reply.code, reply.description), ("", ""), "its two parts")


@pytest.mark.promise("eb-faults")
def test_what_cannot_be_read_is_a_fault_with_its_place(books: Books) -> None:
    body = envelope("GetOpenPosten", {**_session(books), "OpSoort": "Iedereen"})
    reply = books.target.client.post(body, headers("GetOpenPosten"))
    _is_fault(reply, 500)
    begins = "Server was unable to read request. ---> There is an error in XML document ("
    true((reply.fault or "").startswith(begins), f"the fault says {reply.fault!r}")


@pytest.mark.promise("eb-malformed")
def test_xml_that_is_not_well_formed_is_a_fault_with_its_place(books: Books) -> None:
    body = envelope("GetAdministraties", _session(books))
    reply = books.target.client.post(body[: len(body) // 2], headers("GetAdministraties"))
    _is_fault(reply, 500)
    same(reply.fault_code, "soap:Client", "the code of the fault")
    said = reply.fault or ""
    true("There is an error in XML document (" in said, f"the fault says {said!r}")
    true("The document is not well formed." in said, f"the fault says {said!r}")


@pytest.mark.promise("eb-fault-forms")
def test_each_version_of_soap_has_its_form_of_fault(books: Books) -> None:
    wrong = {**_session(books), "OpSoort": "Iedereen"}
    for soap, code in ((SOAP_11, "soap:Client"), (SOAP_12, "soap:Sender")):
        reply = books.target.client.send("GetOpenPosten", wrong, soap)
        _is_fault(reply, 500)
        same(reply.fault_code, code, "the code of the fault")


@pytest.mark.promise("eb-action")
def test_operations_are_found_by_action(books: Books) -> None:
    fields = _session(books)
    same(books.target.client.send("GetAdministraties", fields, SOAP_12).code, "", "in SOAP 1.2")
    body = envelope("GetAdministraties", fields)
    unknown = {**headers("GetAdministraties"), "SOAPAction": f'"{NAMESPACE}/NoSuchOperation"'}
    _is_fault(books.target.client.post(body, unknown), 500)


@pytest.mark.promise("eb-hostile")
def test_hostile_xml_is_refused(books: Books) -> None:
    entity = b'<!DOCTYPE a [<!ENTITY b "c">]>'
    body = envelope("GetOpenPosten", {**_session(books), "OpSoort": "Debiteuren"})
    hostile = body.replace(b"?>", b"?>" + entity, 1)
    _is_fault(books.target.client.post(hostile, headers("GetOpenPosten")), 500)


@pytest.mark.promise("eb-empty-is-absent")
def test_an_empty_element_counts_as_absent(books: Books) -> None:
    wanted = {"MutatieNr": "", "MutatieNrVan": "", "MutatieNrTm": "", "Factuurnummer": ""}
    books.done("GetMutaties", cFilter={**wanted, "DatumVan": "", "DatumTm": ""})


@pytest.mark.promise("eb-enumerations")
def test_an_enumeration_is_written_exactly(books: Books) -> None:
    for kind in (" Debiteuren", "debiteuren"):
        body = envelope("GetOpenPosten", {**_session(books), "OpSoort": kind})
        reply = books.target.client.post(body, headers("GetOpenPosten"))
        _is_fault(reply, 500)
        true("is not a valid value for" in (reply.fault or ""), f"the fault says {reply.fault!r}")


@pytest.mark.promise("eb-repeated")
def test_of_a_field_that_comes_twice_the_first_counts(books: Books) -> None:
    asked = {"ID": 0, "Code": [books.turnover, "none"]}
    answer = books.done("GetGrootboekrekeningen", cFilter=asked)
    found = [row["Code"] for row in answer.rows("Rekeningen", "cGrootboekrekening")]
    same(found, [books.turnover], "the accounts found by two codes")


@pytest.mark.promise("eb-unknown-elements")
def test_unknown_elements_are_skipped(books: Books) -> None:
    everything = books.done("GetGrootboekrekeningen", cFilter={"ID": 0})
    asked = {"ID": 0, "Category": "FIN", "Nonsense": "x"}
    found = books.done("GetGrootboekrekeningen", cFilter=asked)
    same(len(_codes(found)), len(_codes(everything)), "the accounts found by an unknown element")


@pytest.mark.promise("eb-date-forms", writes=True)
def test_a_date_may_come_with_time_without_and_with_a_zone(books: Books) -> None:
    day = books.target.day
    noon = datetime(day.year, day.month, day.day, 12, tzinfo=UTC)
    for form in (day.isoformat(), f"{day}T00:00:00", noon.isoformat(), f"{day}T12:00:00Z"):
        number = books.book(books.invoice(Datum=form))
        same(books.booked(number)["Datum"][:10], str(day), f"the day booked for {form!r}")


@pytest.mark.promise("eb-zones", writes=True)
def test_a_moment_is_booked_on_its_day_in_amsterdam(books: Books) -> None:
    late = f"{books.target.day}T23:30:00Z"
    day = date.fromisoformat(books.booked(books.book(books.invoice(Datum=late)))["Datum"][:10])
    same((day - books.target.day).days, 1, "days after the one in UTC, at half past eleven there")


@pytest.mark.promise("eb-decimals", writes=True)
def test_decimals_have_any_number_of_places(books: Books) -> None:
    line = books.line(BedragInvoer="82.6400000", BedragExclBTW="82.64", BedragBTW="17.3500")
    number = books.book(books.invoice(line))
    row = books.booked(number)["MutatieRegels"]["cMutatieListRegel"]
    found = tuple(Decimal(row[name]) for name in ("BedragInvoer", "BedragBTW"))
    same(found, (Decimal("82.64"), Decimal("17.35")), "the amounts read back")


def _session(books: Books) -> dict[str, str]:
    return {"SessionID": books.session, "SecurityCode2": books.target.security_code_2}


def _is_fault(reply: Reply, status: int) -> None:
    if reply.fault is None:
        broken(f"promised a SOAP fault, found HTTP {reply.status} {reply.code}")
    same(reply.status, status, "the HTTP status of a fault")


def _codes(reply: Reply) -> list[str]:
    return [row["Code"] for row in reply.rows("Rekeningen", "cGrootboekrekening")]
