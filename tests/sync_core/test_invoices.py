"""What an invoice becomes in the books, to the cent, or why it waits."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from sync_core import invoices
from sync_core.bookings import Mutation, MutationKind
from sync_core.documents import Invoice, InvoiceState, Tax
from sync_core.journal import Reason
from sync_core.link import LinkOptions
from sync_core.vat import VatMeaning
from tests.sync_core.examples import (
    ACCOUNTS,
    HIGH,
    INSIDE_EU,
    LOW,
    OPTIONS,
    ZERO,
    invoice,
    line,
    partner,
    printed,
)


def mapped(document: Invoice, options: LinkOptions = OPTIONS) -> Mutation | Reason:
    return invoices.wanted_by_invoice(document, options, ACCOUNTS, "K0001")["invoice"]


def booked(document: Invoice, options: LinkOptions = OPTIONS) -> Mutation:
    found = mapped(document, options)
    assert isinstance(found, Mutation), found
    return found


def lines_of(mutation: Mutation | Reason) -> list[tuple[str, str, str, str]]:
    assert isinstance(mutation, Mutation), mutation
    return [
        (each.counter_account, each.vat_code, str(each.excluding), str(each.vat))
        for each in mutation.lines
    ]


def test_the_manuals_invoice() -> None:
    mutation = booked(invoice(line("82.64"), taxes=(printed("17.35"),)))
    assert mutation.kind is MutationKind.INVOICE_SENT
    assert (mutation.account, mutation.relation) == ("1300", "K0001")
    assert mutation.invoice_number == "F/2017/0001"
    assert mutation.date == date(2017, 10, 19)
    assert mutation.payment_days == 0
    assert not mutation.includes_vat
    assert lines_of(mutation) == [("8020", "HOOG_VERK_21", "82.64", "17.35")]
    assert mutation.total == Decimal("99.99")


def test_two_rates_and_two_accounts_become_a_line_each() -> None:
    document = invoice(
        line("82.65", HIGH, "8000"),
        line("12.54", LOW, "8001"),
        line("10.00", HIGH, "8000"),
        taxes=(printed("19.46"), printed("0.75", LOW)),
    )
    assert lines_of(mapped(document)) == [
        ("8000", "HOOG_VERK_21", "92.65", "19.46"),
        ("8001", "LAAG_VERK", "12.54", "0.75"),
    ]


def test_tax_is_what_bizzcloud_printed_and_the_cent_goes_to_the_largest_line() -> None:
    document = invoice(
        line("0.07", HIGH, "8000"),
        *[line("0.07", HIGH, "8001") for _ in range(6)],
        taxes=(printed("0.10"),),
    )
    assert lines_of(mapped(document)) == [
        ("8000", "HOOG_VERK_21", "0.07", "0.04"),
        ("8001", "HOOG_VERK_21", "0.42", "0.06"),
    ]


def test_a_credit_note_is_the_same_kind_negated() -> None:
    document = invoice(line("82.64"), taxes=(printed("17.35"),), is_credit_note=True)
    mutation = booked(document)
    assert mutation.kind is MutationKind.INVOICE_SENT
    assert mutation.total == Decimal("-99.99")
    assert mutation.description.startswith("Creditnota")


def test_a_negative_line_keeps_its_sign() -> None:
    document = invoice(line("100.00"), line("-20.00", HIGH, "8000"), taxes=(printed("16.80"),))
    assert lines_of(mapped(document)) == [
        ("8020", "HOOG_VERK_21", "100.00", "21.00"),
        ("8000", "HOOG_VERK_21", "-20.00", "-4.20"),
    ]


def test_a_tax_that_is_printed_under_another_is_booked_with_it() -> None:
    within = Tax(16, "21% in de prijs", "21% BTW", Decimal("0.21"))
    document = invoice(
        line("26.22", HIGH, "8000"), line("19.26", within, "8001"), taxes=(printed("9.56"),)
    )
    options = replace(OPTIONS, taxes={"16": VatMeaning.HIGH})
    assert lines_of(mapped(document, options)) == [
        ("8000", "HOOG_VERK_21", "26.22", "5.52"),
        ("8001", "HOOG_VERK_21", "19.26", "4.04"),
    ]
    other = replace(options, taxes={"16": VatMeaning.OTHER_RATE})
    assert mapped(document, other) == Reason("tax-not-printed", {"tax": "21% in de prijs"})


@pytest.mark.parametrize("state", sorted(set(InvoiceState) - invoices.WANTED_STATES))
def test_an_invoice_that_is_not_open_wants_nothing(state: InvoiceState) -> None:
    document = invoice(line("82.64"), taxes=(printed("17.35"),), state=state)
    assert invoices.wanted_by_invoice(document, OPTIONS, ACCOUNTS, "K0001") == {}


def test_an_invoice_dated_before_book_from_stays_out() -> None:
    document = invoice(line("82.64"), taxes=(printed("17.35"),), invoice_date=date(2017, 9, 30))
    assert invoices.wanted_by_invoice(document, OPTIONS, ACCOUNTS, "K0001") == {}


REASONS_TO_WAIT = {
    "currency": invoice(line("1"), taxes=(printed("0.21"),), currency="USD"),
    "account-missing": invoice(line("1", HIGH, "8999"), taxes=(printed("0.21"),)),
    "account-of-wrong-category": invoice(line("1", HIGH, "1000"), taxes=(printed("0.21"),)),
    "line-without-account": invoice(line("1", HIGH, ""), taxes=(printed("0.21"),)),
    "line-without-tax": invoice(line("1", None), taxes=()),
    "several-taxes": invoice(replace(line("1"), taxes=(HIGH, LOW)), taxes=(printed("0.27"),)),
    "tax-unmapped": invoice(line("1", ZERO), taxes=(printed("0", ZERO),)),
    "tax-unknown": invoice(line("1"), taxes=(replace(printed("0.21"), tax=None),)),
    "tax-without-line": invoice(line("1"), taxes=(printed("0.21"), printed("0.06", LOW))),
    "tax-not-printed": invoice(line("1"), taxes=()),
    "tax-rate-unfit": invoice(
        line("1", replace(INSIDE_EU, rate=Decimal("0.21"))), taxes=(printed("0.21", INSIDE_EU),)
    ),
    "totals-differ": invoice(line("1"), taxes=(printed("0.21"),), total=Decimal("9.99")),
    "vat-number-missing": invoice(line("1", INSIDE_EU), taxes=(printed("0", INSIDE_EU),)),
    "vat-number-wrong": invoice(
        line("1", INSIDE_EU),
        taxes=(printed("0", INSIDE_EU),),
        partner=partner(vat_number="BE0000000000"),
    ),
    "payment-term-too-long": invoice(
        line("1"), taxes=(printed("0.21"),), due_date=date(2049, 12, 31)
    ),
    "date-out-of-range": invoice(
        line("1"), taxes=(printed("0.21"),), invoice_date=date(2050, 1, 1), due_date=None
    ),
}


@pytest.mark.parametrize("code", REASONS_TO_WAIT)
def test_what_cannot_be_booked_faithfully_waits_with_its_reason(code: str) -> None:
    found = mapped(REASONS_TO_WAIT[code])
    assert isinstance(found, Reason), found
    assert found.code == code


def test_goods_inside_the_eu_go_in_with_a_valid_vat_number() -> None:
    document = invoice(
        line("100.00", INSIDE_EU),
        taxes=(printed("0", INSIDE_EU),),
        partner=partner(vat_number="BE0403019261"),
    )
    assert lines_of(mapped(document)) == [("8020", "BI_EU_VERK", "100.00", "0.00")]


def test_a_line_without_tax_on_an_exempt_account_goes_in() -> None:
    options = replace(OPTIONS, exempt_accounts=("8020",))
    document = invoice(line("100.00", None), taxes=())
    assert lines_of(mapped(document, options)) == [("8020", "GEEN", "100.00", "0.00")]


def test_a_tax_and_an_account_go_where_the_link_maps_them() -> None:
    options = replace(OPTIONS, accounts={"8999": "8000"}, taxes={"0% BTW": VatMeaning.NONE})
    document = invoice(line("5.00", ZERO, "8999"), taxes=(printed("0", ZERO),))
    assert lines_of(mapped(document, options)) == [("8000", "GEEN", "5.00", "0.00")]
