"""The fake as one object: the manual's list, faults, and the same over a socket."""

import re
import uuid
from datetime import date

import pytest
import requests
import zeep

from fakes.eboekhouden.fake import EboekhoudenFake, OpenedAdministration
from fakes.eboekhouden.records import Kind, Mutation
from fakes.fast_serve import fast_serve
from tests.fakes.eboekhouden.conftest import (
    Caller,
    add_relation,
    invoice,
    line,
    mutation_filter,
    sent_invoice,
)


def supplier_invoice(on: date, number: str) -> Mutation:
    return Mutation(
        0,
        Kind.INVOICE_RECEIVED,
        on,
        "1700",
        (line("55.00", "11.55", "HOOG_INK_21", "4750"),),
        relation="K1",
        invoice_number=number,
    )


def test_the_manuals_mutations_are_numbered_as_in_its_picture(fake: EboekhoudenFake) -> None:
    opened = fake.open_administration("Demo BV", next_mutation=236)
    books = opened.administration
    add_relation(books)
    books.book(supplier_invoice(date(2016, 6, 1), "1234555"))
    books.book(supplier_invoice(date(2016, 6, 14), "1234777"))
    for number in ("20170", "20171", "20172", "20173", "20175", "wrong", "also wrong"):
        books.book(invoice(number=number, on=date(2017, 10, 10)))
    books.delete([243, 244])

    call = Caller(fake, opened)
    assert call("AddMutatie", sent_invoice("F/2017/0001")).Mutatienummer == 245
    rows = call("GetMutaties", mutation_filter()).Mutaties.cMutatieList
    assert [row.MutatieNr for row in rows] == [236, 237, 238, 239, 240, 241, 242, 245]


def test_an_answer_can_be_lost_after_the_mutation_was_booked(
    fake: EboekhoudenFake, call: Caller, opened: OpenedAdministration
) -> None:
    fake.faults.add("answer lost", "AddMutatie")
    with pytest.raises(requests.ConnectionError):
        call("AddMutatie", sent_invoice("1"))
    assert [mutation.invoice_number for mutation in opened.administration.mutations] == ["1"]


def test_the_same_books_are_reached_over_a_socket(
    fake: EboekhoudenFake, opened: OpenedAdministration
) -> None:
    codes = opened.credentials
    with fast_serve(fake.wsgi) as served:
        client = zeep.Client(f"{served.url}/soap.asmx?wsdl")
        answer = client.service.OpenSession(
            codes.username, codes.security_code_1, codes.security_code_2, "tests"
        )
        session = (answer.SessionID, codes.security_code_2)
        assert client.service.AddMutatie(*session, sent_invoice()).Mutatienummer == 1
        client.transport.session.close()
    assert opened.administration.mutations[0].invoice_number == "F/2017/0001"


def test_codes_are_never_shown(opened: OpenedAdministration) -> None:
    codes = opened.credentials
    assert codes.security_code_1 not in repr(opened)
    assert codes.security_code_2 not in repr(opened)


def test_codes_have_the_forms_of_the_services_own(opened: OpenedAdministration) -> None:
    codes = opened.credentials
    assert re.fullmatch("[0-9a-f]{32}", codes.security_code_1)
    assert str(uuid.UUID(codes.security_code_2)).upper() == codes.security_code_2


def test_another_administration_of_a_login_must_have_its_codes(
    fake: EboekhoudenFake, opened: OpenedAdministration
) -> None:
    with pytest.raises(ValueError, match="has other codes"):
        fake.open_administration(
            "Tweede BV", username=opened.credentials.username, security_code_1="0" * 32
        )
