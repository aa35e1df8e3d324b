"""Promises about the forms in which published clients send one and the same call."""

from collections.abc import Mapping

import pytest

from contracts.eboekhouden.books import Books
from contracts.eboekhouden.client import NAMESPACE, SOAP_11, SOAP_12, Reply, envelope, headers
from contracts.suite.expect import broken, same, true

ACTION = f"{NAMESPACE}/GetAdministraties"
XML_11 = "text/xml; charset=utf-8"
XML_12 = "application/soap+xml; charset=utf-8"
XSI = 'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"'


def _session(books: Books) -> dict[str, str]:
    return {"SessionID": books.session, "SecurityCode2": books.target.security_code_2}


def _asked(books: Books, soap: str, sent: Mapping[str, str]) -> Reply:
    return books.target.client.post(envelope("GetAdministraties", _session(books), soap), sent)


def _is_done(reply: Reply, how: str) -> None:
    if reply.fault is not None or reply.status != 200:
        broken(f"{how}: promised an answer, found HTTP {reply.status} {reply.fault or ''}")
    same(reply.code, "", f"{how}: the code")


def _is_fault(reply: Reply, says: str, how: str) -> None:
    if reply.fault is None:
        broken(f"{how}: promised a SOAP fault, found HTTP {reply.status} {reply.code}")
    true(says in reply.fault, f"{how}: the fault says {reply.fault!r}")


@pytest.mark.promise("eb-version")
def test_the_envelope_says_the_version(books: Books) -> None:
    reply = _asked(books, SOAP_12, {"Content-Type": XML_11, "SOAPAction": f'"{ACTION}"'})
    _is_done(reply, "SOAP 1.2 sent as text/xml")
    true(reply.content_type.startswith("application/soap+xml"), f"it is {reply.content_type}")


@pytest.mark.promise("eb-version-mismatch")
def test_an_unknown_envelope_is_a_version_mismatch(books: Books) -> None:
    reply = _asked(books, "urn:soap-13", headers("GetAdministraties"))
    _is_fault(reply, "version mismatch", "an unknown envelope")
    same(reply.fault_code, "soap:VersionMismatch", "the code of the fault")


@pytest.mark.promise("eb-action-unknown")
def test_an_operation_that_cannot_be_found_is_a_fault(books: Books) -> None:
    empty = {"Content-Type": XML_11, "SOAPAction": ""}
    said = "did not recognize the value of HTTP Header SOAPAction"
    _is_fault(_asked(books, SOAP_11, empty), said, "an empty SOAPAction")
    body = envelope("NoSuchOperation", _session(books), SOAP_12)
    reply = books.target.client.post(body, {"Content-Type": XML_12})
    _is_fault(reply, "without a valid action parameter", "no action and an unknown element")


@pytest.mark.promise("eb-media-type")
def test_another_media_type_is_415(books: Books) -> None:
    sent = {**headers("GetAdministraties"), "Content-Type": "application/x-www-form-urlencoded"}
    same(_asked(books, SOAP_11, sent).status, 415, "the status of a form")
    same(_asked(books, SOAP_11, {"Content-Type": XML_12}).status, 415, "SOAP 1.1 as soap+xml")


@pytest.mark.promise("eb-must-understand")
def test_a_header_that_must_be_understood_is_a_fault(books: Books) -> None:
    body = envelope("GetAdministraties", _session(books)).decode()
    for must, faulty in (("0", False), ("1", True)):
        header = f'<soap:Header><w:A xmlns:w="urn:w" soap:mustUnderstand="{must}"/></soap:Header>'
        sent = body.replace("<soap:Body>", f"{header}<soap:Body>").encode()
        reply = books.target.client.post(sent, headers("GetAdministraties"))
        if faulty:
            _is_fault(reply, "was not understood", "a header that must be understood")
            same(reply.fault_code, "soap:MustUnderstand", "the code of the fault")
        else:
            _is_done(reply, "a header that need not be understood")


@pytest.mark.promise("eb-encoding")
def test_http_says_the_encoding_before_the_document(books: Books) -> None:
    body = envelope("GetAdministraties", _session(books)).decode()
    bare = body[body.index("?>") + 2 :]
    sent = f'<?xml version="1.0" encoding="iso-8859-15"?>{bare}'.encode()
    reply = books.target.client.post(sent, headers("GetAdministraties"))
    _is_done(reply, "a declaration that HTTP contradicts")


@pytest.mark.promise("eb-spellings")
def test_prefixes_comments_and_nils_make_no_difference(books: Books) -> None:
    wanted = {"ID": 0, "Code": books.turnover}
    body = envelope("GetGrootboekrekeningen", {**_session(books), "cFilter": wanted}).decode()
    spellings = {
        "another prefix": body.replace("soap:", "s:").replace("xmlns:soap=", "xmlns:s="),
        "comments and CDATA": body.replace(
            f">{books.turnover}<", f"><!-- a --><![CDATA[{books.turnover}]]><"
        ),
        "a nil and space": body.replace(
            "<eb:ID>0<", f'<eb:Categorie {XSI} xsi:nil="true"/><eb:ID> 0\n<'
        ),
    }
    for name, spelled in spellings.items():
        true(spelled != body, f"{name}: nothing was changed")
        reply = books.target.client.post(spelled.encode(), headers("GetGrootboekrekeningen"))
        _is_done(reply, name)
        rows = reply.rows("Rekeningen", "cGrootboekrekening")
        same([row["Code"] for row in rows], [books.turnover], f"{name}: the accounts found")


@pytest.mark.promise("eb-fault-other-element")
def test_another_element_in_the_body_is_a_fault(books: Books) -> None:
    body = envelope("GetRelaties", _session(books))
    reply = books.target.client.post(body, headers("GetAdministraties"))
    _is_fault(reply, "was not expected", "another operation's element")


@pytest.mark.promise("eb-other-requests")
def test_the_wsdl_is_asked_in_any_case(books: Books) -> None:
    client = books.target.client
    for query in ("wsdl", "WSDL"):
        true("definitions" in client.get(query).text, f"?{query} gives no WSDL")
    true(f'"{client.address}?wsdl"' in client.get("disco").text, "?disco names no WSDL")
