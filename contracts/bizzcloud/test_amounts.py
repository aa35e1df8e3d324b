"""Promises about what invoices come to, when they are due, and when they are paid."""

from typing import Any

import pytest

from contracts.bizzcloud.client import RpcClient
from contracts.bizzcloud.observed import Ground, one
from contracts.suite.expect import not_tried, same

DAY = "2017-10-19"


def _opened(
    rpc: RpcClient, ground: Ground, *lines: tuple[str, int, float, int], **more: Any
) -> int:
    """Open an invoice of lines (name, quantity, price, tax) and return its id."""
    told = [ground.line(name, "8000", count, price, tax) for name, count, price, tax in lines]
    values = {**ground.head(), "date_invoice": DAY, "invoice_line": told, **more}
    number: int = rpc.call("account.invoice", "create", values)
    rpc.call("account.invoice", "button_reset_taxes", [number])
    rpc.signal("account.invoice", "invoice_open", number)
    return number


def _read(rpc: RpcClient, number: int, *fields: str) -> dict[str, Any]:
    row: dict[str, Any] = one(
        rpc.call("account.invoice", "read", [number], list(fields)), "the invoice"
    )
    return row


@pytest.mark.promise("bz-half-cents", writes=True)
def test_half_a_cent_falls_where_the_float_falls(rpc: RpcClient, ground: Ground) -> None:
    number = _opened(rpc, ground, ("Zz halve cent", 1, 0.5, ground.high))
    same(_read(rpc, number, "amount_tax")["amount_tax"], 0.11, "21% of 0,50")


@pytest.mark.promise("bz-tax-included", writes=True)
def test_a_tax_within_the_price_is_taken_out(rpc: RpcClient, ground: Ground) -> None:
    values = {"name": "Zz in", "amount": 0.21, "price_include": True, "type_tax_use": "sale"}
    tax = rpc.call("account.tax", "create", values)
    number = _opened(rpc, ground, ("Zz inclusief", 2, 12.1, tax))
    found = _read(rpc, number, "amount_untaxed", "amount_tax", "amount_total")
    amounts = tuple(found[name] for name in ("amount_untaxed", "amount_tax", "amount_total"))
    same(amounts, (20.0, 4.2, 24.2), "untaxed, tax and total of two at 12,10")


@pytest.mark.promise("bz-tax-grouping", writes=True)
def test_taxes_of_one_box_and_account_come_in_one_line(rpc: RpcClient, ground: Ground) -> None:
    other = rpc.call("account.tax", "search", [["name", "=", "Verkopen/omzet overig"]])
    if not other:
        not_tried("the chart has no tax called Verkopen/omzet overig")
    lines = (("Zz een", 1, 10.0, ground.high), ("Zz twee", 1, 20.0, other[0]))
    taxes = _read(rpc, _opened(rpc, ground, *lines), "tax_line")["tax_line"]
    rows = rpc.call("account.invoice.tax", "read", taxes, ["base", "amount"])
    same([(row["base"], row["amount"]) for row in rows], [(30.0, 6.3)], "the tax lines")


@pytest.mark.promise("bz-payment-term", writes=True)
def test_a_term_in_two_parts_is_due_on_the_last_day(rpc: RpcClient, ground: Ground) -> None:
    parts = [
        [0, 0, {"value": "procent", "value_amount": 0.5, "days": 0}],
        [0, 0, {"value": "balance", "days": 30}],
    ]
    term = rpc.call("account.payment.term", "create", {"name": "Zz half", "line_ids": parts})
    number = _opened(rpc, ground, ("Zz termijn", 1, 100.0, ground.high), payment_term=term)
    found = _read(rpc, number, "date_due", "move_id")
    same(found["date_due"], "2017-11-18", "the day on which the invoice is due")
    domain = [["move_id", "=", found["move_id"][0]], ["account_id.type", "=", "receivable"]]
    rows = rpc.call(
        "account.move.line",
        "search_read",
        domain,
        ["date_maturity", "debit"],
        order="date_maturity",
    )
    owed = [(row["date_maturity"], row["debit"]) for row in rows]
    same(owed, [(DAY, 60.5), ("2017-11-18", 60.5)], "what is owed when")


@pytest.mark.promise("bz-payment", writes=True)
def test_an_invoice_is_paid_when_nothing_is_left(rpc: RpcClient, ground: Ground) -> None:
    number = _opened(rpc, ground, ("Zz betaald", 1, 100.0, ground.high))
    (period,) = rpc.call("account.period", "find", DAY)
    fields = ["default_debit_account_id"]
    rows = rpc.call("account.journal", "search_read", [["type", "=", "cash"]], fields)
    journal = one(rows, "a cash journal")
    account = journal["default_debit_account_id"][0]
    for amount, wanted in ((21.0, ("open", 100.0)), (100.0, ("paid", 0.0))):
        paid = (amount, account, period, journal["id"])
        rpc.call("account.invoice", "pay_and_reconcile", [number], *paid)
        found = _read(rpc, number, "state", "residual")
        same((found["state"], found["residual"]), wanted, f"state and residual, {amount} paid")


@pytest.mark.promise("bz-payment-date", writes=True)
def test_a_payment_is_dated_by_its_context(rpc: RpcClient, ground: Ground) -> None:
    number = _opened(rpc, ground, ("Zz op de dag", 1, 100.0, ground.high))
    (period,) = rpc.call("account.period", "find", DAY)
    rows = rpc.call(
        "account.journal", "search_read", [["type", "=", "cash"]], ["default_debit_account_id"]
    )
    journal = one(rows, "a cash journal")
    account = journal["default_debit_account_id"][0]
    paid = (121.0, account, period, journal["id"], False, False, False, {"date_p": "2017-10-20"})
    rpc.call("account.invoice", "pay_and_reconcile", [number], *paid)
    payments = _read(rpc, number, "payment_ids")["payment_ids"]
    dates = [row["date"] for row in rpc.call("account.move.line", "read", payments, ["date"])]
    same(dates, ["2017-10-20"], "the days on which it was paid")


@pytest.mark.promise("bz-number-kept", writes=True)
def test_an_internal_number_given_before_is_the_number(rpc: RpcClient, ground: Ground) -> None:
    told = [ground.line("Zz eigen nummer", "8000", 1, 10.0, ground.high)]
    number = rpc.call("account.invoice", "create", {**ground.head(), "invoice_line": told})
    # A number can be given once only, so it is made of the record's own id.
    own = f"ZZ/{number}"
    rpc.call("account.invoice", "write", [number], {"internal_number": own})
    rpc.signal("account.invoice", "invoice_open", number)
    same(_read(rpc, number, "number")["number"], own, "the number of the opened invoice")


@pytest.mark.promise("bz-invoice-steps", writes=True)
def test_opening_is_four_steps(rpc: RpcClient, ground: Ground) -> None:
    told = [ground.line("Zz stappen", "8000", 1, 10.0, ground.high)]
    number = rpc.call("account.invoice", "create", {**ground.head(), "invoice_line": told})
    for step in ("action_date_assign", "action_move_create", "action_number", "invoice_validate"):
        rpc.call("account.invoice", step, [number])
    found = _read(rpc, number, "state", "number", "date_invoice", "move_id")
    same(found["state"], "open", "the state after the four steps")
    missing = [name for name in ("number", "date_invoice", "move_id") if not found[name]]
    same(missing, [], "what the steps did not fill in")
