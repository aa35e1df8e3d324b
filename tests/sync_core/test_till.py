"""What a receipt becomes in the books, to the cent, or why it waits."""

from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from sync_core import till
from sync_core.booking_dates import booking_day
from sync_core.bookings import LedgerAccount, Mutation, MutationKind
from sync_core.documents import ReceiptInvoice
from sync_core.journal import Reason
from tests.sync_core.examples import (
    ACCOUNTS,
    HIGH,
    LOW,
    OPTIONS,
    card,
    cash,
    line,
    partner,
    receipt,
)


def lines_of(mutation: Mutation | Reason) -> list[tuple[str, str, str, str]]:
    assert isinstance(mutation, Mutation), mutation
    return [
        (each.counter_account, each.vat_code, str(each.excluding), str(each.vat))
        for each in mutation.lines
    ]


def test_a_cash_receipt() -> None:
    document = receipt(line("5.00", LOW, "8001", "0.30"), payments=(cash("5.30"),))
    wanted = till.wanted_by_receipt(document, OPTIONS, ACCOUNTS, "")
    mutation = wanted["journal:8"]
    assert isinstance(mutation, Mutation)
    assert (mutation.kind, mutation.account) == (MutationKind.MONEY_RECEIVED, "1000")
    assert mutation.includes_vat
    assert lines_of(mutation) == [("8001", "LAAG_VERK", "5.00", "0.30")]


def test_a_split_payment_is_exact_for_each_journal_and_each_rate() -> None:
    document = receipt(
        line("2.50", LOW, "8001", "0.15"),
        line("8.96", HIGH, "8020", "1.88"),
        payments=(cash("5.00"), card("8.49")),
    )
    wanted = till.wanted_by_receipt(document, OPTIONS, ACCOUNTS, "")
    mutations = [each for each in wanted.values() if isinstance(each, Mutation)]
    assert [(each.account, each.total) for each in mutations] == [
        ("1000", Decimal("5.00")),
        ("1050", Decimal("8.49")),
    ]
    for code, excluding, vat in (
        ("LAAG_VERK", Decimal("2.50"), Decimal("0.15")),
        ("HOOG_VERK_21", Decimal("8.96"), Decimal("1.88")),
    ):
        of_rate = [each for m in mutations for each in m.lines if each.vat_code == code]
        assert sum(each.excluding for each in of_rate) == excluding
        assert sum(each.vat for each in of_rate) == vat


def test_cash_back_goes_through_the_clearing_account() -> None:
    document = receipt(
        line("41.32", HIGH, "8020", "8.68"), payments=(cash("-10.00"), card("60.00"))
    )
    wanted = till.wanted_by_receipt(document, OPTIONS, ACCOUNTS, "")
    assert lines_of(wanted["journal:8"]) == [("2000", "GEEN", "-10.00", "0")]
    by_card = wanted["journal:9"]
    assert isinstance(by_card, Mutation)
    assert by_card.total == Decimal("60.00")
    assert lines_of(by_card) == [
        ("8020", "HOOG_VERK_21", "41.32", "8.68"),
        ("2000", "GEEN", "10.00", "0.00"),
    ]


def test_a_return_is_negative_money_received() -> None:
    document = receipt(line("-9.95", HIGH, "8020", "-2.09"), payments=(cash("-12.04"),))
    mutation = till.wanted_by_receipt(document, OPTIONS, ACCOUNTS, "")["journal:8"]
    assert isinstance(mutation, Mutation)
    assert mutation.kind is MutationKind.MONEY_RECEIVED
    assert mutation.total == Decimal("-12.04")


def test_a_receipt_of_nothing_that_moves_vat_is_booked_with_its_lines() -> None:
    document = receipt(
        line("-10.60", LOW, "8001", "-0.64"), line("9.29", HIGH, "8020", "1.95"), payments=()
    )
    mutation = till.wanted_by_receipt(document, OPTIONS, ACCOUNTS, "")["receipt"]
    assert isinstance(mutation, Mutation)
    assert mutation.total == 0
    assert len(mutation.lines) == 2


def test_a_receipt_of_nothing_at_all_wants_nothing() -> None:
    document = receipt(line("0.00", LOW, "8001", "0.00"), payments=())
    assert till.wanted_by_receipt(document, OPTIONS, ACCOUNTS, "") == {}


def test_an_invoiced_receipt_wants_its_payments_only() -> None:
    document = receipt(
        line("9.95", HIGH, "8020", "2.09"),
        payments=(card("12.04"),),
        state="invoiced",
        invoice=ReceiptInvoice(6, "F/2017/0003", partner()),
    )
    mutation = till.wanted_by_receipt(document, OPTIONS, ACCOUNTS, "K0001")["payment:9"]
    assert isinstance(mutation, Mutation)
    assert mutation.kind is MutationKind.INVOICE_PAYMENT_RECEIVED
    assert (mutation.account, mutation.relation) == ("1050", "K0001")
    assert mutation.invoice_number == "F/2017/0003"
    assert lines_of(mutation) == [("1300", "GEEN", "12.04", "0")]


@pytest.mark.parametrize(
    ("code", "changes", "accounts"),
    [
        ("payments-differ", {"payments": (cash("1.00"),)}, ACCOUNTS),
        (
            "journal-unmapped",
            {"payments": (replace(cash("12.04"), journal_type="general"),)},
            ACCOUNTS,
        ),
        ("account-missing", {}, {k: v for k, v in ACCOUNTS.items() if k != "1000"}),
        ("account-not-financial", {}, ACCOUNTS | {"1000": LedgerAccount("1000", "Kas", "BAL")}),
    ],
)
def test_a_receipt_that_cannot_be_booked_waits_with_its_reason(
    code: str, changes: dict[str, object], accounts: dict[str, LedgerAccount]
) -> None:
    payments = changes.get("payments", (cash("12.04"),))
    document = receipt(line("9.95", HIGH, "8020", "2.09"), payments=payments)  # type: ignore[arg-type]
    (found,) = till.wanted_by_receipt(document, OPTIONS, accounts, "").values()
    assert isinstance(found, Reason), found
    assert found.code == code


def test_a_receipt_after_midnight_in_amsterdam_is_of_that_day() -> None:
    moment = datetime(2017, 10, 18, 22, 30, tzinfo=UTC)
    assert booking_day(moment) == date(2017, 10, 19)
