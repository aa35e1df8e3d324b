"""What of a payment went to which invoice: the rule, and what the books then hold."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fakes.eboekhouden.records import Kind, Mutation, MutationLine
from sync_core.audit_findings import Remark
from sync_core.settlements import SettledLine, paid_of_each
from tests.sync_core.house import House
from tests.sync_core.settling import paid_in_cash, settle

INVOICE, OTHER, CREDIT_NOTE = 71, 72, 73


def line(identifier: int, amount: str, invoice: int | None = None) -> SettledLine:
    return SettledLine(identifier, Decimal(amount), invoice)


@pytest.mark.parametrize(
    ("group", "shares"),
    [
        pytest.param(
            [line(1, "121.00", INVOICE), line(2, "-121.00")],
            {(2, INVOICE): "121.00"},
            id="one invoice, one payment",
        ),
        pytest.param(
            [line(1, "121.00", INVOICE), line(2, "60.50", OTHER), line(3, "-181.50")],
            {(3, INVOICE): "121.00", (3, OTHER): "60.50"},
            id="one payment of two invoices",
        ),
        pytest.param(
            [line(1, "121.00", INVOICE), line(2, "-48.40", CREDIT_NOTE), line(3, "-72.60")],
            {(3, INVOICE): "72.60"},
            id="what a credit note left",
        ),
        pytest.param(
            [line(1, "121.00", INVOICE), line(2, "-130.00", CREDIT_NOTE), line(3, "9.00")],
            {(3, CREDIT_NOTE): "-9.00"},
            id="what a credit note was more, given back",
        ),
        pytest.param(
            [line(1, "121.00", INVOICE), line(2, "-125.00"), line(3, "4.00")],
            {(2, INVOICE): "125.00", (3, INVOICE): "-4.00"},
            id="too much, and given back",
        ),
        pytest.param(
            [line(1, "50.00", INVOICE), line(2, "71.00", INVOICE), line(3, "-121.00")],
            {(3, INVOICE): "121.00"},
            id="an invoice in two terms",
        ),
    ],
)
def test_each_document_has_its_share(
    group: list[SettledLine], shares: dict[tuple[int, int], str]
) -> None:
    assert paid_of_each(group) == {key: Decimal(share) for key, share in shares.items()}


cents = st.integers(-50_000, 50_000).filter(bool).map(lambda each: Decimal(each) / 100)


@given(st.lists(cents, min_size=1, max_size=5), st.lists(cents, max_size=5))
def test_the_shares_of_a_payment_add_up_to_it(
    documents: list[Decimal], payments: list[Decimal]
) -> None:
    group = [SettledLine(at, amount, 100 + at) for at, amount in enumerate(documents)]
    group += [SettledLine(1000 + at, amount, None) for at, amount in enumerate(payments)]
    shares = paid_of_each(group)
    for at, amount in enumerate(payments):
        of_payment = [share for (payment, _), share in shares.items() if payment == 1000 + at]
        assert sum(of_payment, Decimal(0)) == -amount


def payments_booked(house: House) -> list[tuple[str, Decimal]]:
    held: list[Any] = house.demo.administration.mutations
    return [
        (each.invoice_number, each.lines[0].including_vat)
        for each in held
        if each.kind == "FactuurbetalingOntvangen"
    ]


def test_cash_for_two_invoices_at_once_is_booked_once() -> None:
    house = House()
    house.link()
    invoices = [house.invoice(house.partner(), price=price) for price in (100.0, 50.0)]
    settle(house, invoices, [paid_in_cash(house, 181.5)])
    house.coupling.sync()
    assert payments_booked(house) == [
        ("F/2017/0001", Decimal("121.00")),
        ("F/2017/0002", Decimal("60.50")),
    ]
    assert house.coupling.audit().agrees


def test_cash_for_what_a_credit_note_left_of_an_invoice_is_booked_once() -> None:
    house = House()
    house.link()
    invoice = house.invoice(house.partner(), price=100.0)
    (credit_note,) = house.execute("account.invoice", "refund", [invoice])
    (row,) = house.execute("account.invoice", "read", [credit_note], ["invoice_line"])
    house.execute("account.invoice.line", "write", row["invoice_line"], {"price_unit": 40.0})
    house.execute("account.invoice", "button_reset_taxes", [credit_note])
    house.signal("invoice_open", credit_note)
    settle(house, [invoice, credit_note], [], "reconcile_partial")
    house.coupling.sync()
    house.advance(minutes=1)
    settle(house, [invoice, credit_note], [paid_in_cash(house, 72.6)])
    house.coupling.sync()
    assert payments_booked(house) == [("F/2017/0001", Decimal("72.60"))]
    assert house.coupling.audit().agrees


def test_cash_that_no_followed_invoice_names_is_told_until_a_person_books_it() -> None:
    house = House()
    house.link()
    house.partner()
    paid_in_cash(house, 25.0)
    house.coupling.sync()
    (period,) = house.coupling.audit().periods
    assert [(note.remark, note.other) for note in period.notes] == [(Remark.CASH, "€ 25,00")]
    assert period.agrees
    paid, nothing = Decimal(25), Decimal(0)
    line = MutationLine(paid, paid, nothing, paid, "GEEN", nothing, "2000")
    by_hand = Mutation(0, Kind.MONEY_RECEIVED, date(2017, 10, 19), "1000", (line,))
    house.demo.administration.book(by_hand)
    assert not any(each.notes for each in house.coupling.audit().periods)


def test_a_payment_in_cash_on_a_later_day_is_nothing_to_remark() -> None:
    house = House()
    house.link()
    invoice = house.invoice(house.partner(), price=100.0, date_invoice="2017-10-10")
    settle(house, [invoice], [paid_in_cash(house, 121.0)])
    house.coupling.sync()
    assert payments_booked(house) == [("F/2017/0001", Decimal("121.00"))]
    assert [period.notes for period in house.coupling.audit().periods] == [[]]
