"""Amounts in another currency: rates by date, the entry of an invoice, and what is left of it."""

import pytest

from tests.fakes.bizzcloud.shop import Caller

EUR, USD = 1, 3
CURRENCY = "res.currency"
INVOICE = "account.invoice"
LINE = "account.move.line"


def rate(caller: Caller, value: float, day: str) -> None:
    """Let a dollar have a rate from a day on."""
    values = {"currency_id": USD, "rate": value, "name": f"{day} 00:00:00"}
    caller.call("res.currency.rate", "create", values)


def test_an_amount_is_told_by_the_rates_of_a_day(caller: Caller) -> None:
    rate(caller, 1.25, "2017-10-01")
    rate(caller, 1.6, "2017-10-19")
    on_the_18th = {"context": {"date": "2017-10-18"}}
    assert caller.call(CURRENCY, "compute", EUR, USD, 10.0) == 16.0
    assert caller.call(CURRENCY, "compute", EUR, USD, 10.0, **on_the_18th) == 12.5
    assert caller.call(CURRENCY, "compute", USD, EUR, 1.0, False, **on_the_18th) == 0.8
    assert caller.call(CURRENCY, "compute", EUR, EUR, 9.994) == 9.99
    (read,) = caller.call(CURRENCY, "read", [USD], ["rate", "rate_silent", "date"], **on_the_18th)
    assert (read["rate"], read["rate_silent"], read["date"]) == (1.25, 1.25, "2017-10-19")
    caller.call(CURRENCY, "write", [USD], {"rate": 9.0})
    now = caller.read(CURRENCY, USD, "rate")["rate"]
    assert now == pytest.approx(1.6), "it follows from the rates by date"


def test_a_currency_without_a_rate_is_refused(caller: Caller) -> None:
    rates = caller.call("res.currency.rate", "search", [["currency_id", "=", USD]])
    caller.call("res.currency.rate", "write", rates, {"rate": 0})
    assert "No rate found" in caller.fault(CURRENCY, "compute", EUR, USD, 1.0).faultString
    caller.call("res.currency.rate", "unlink", rates)
    told = caller.fault(CURRENCY, "compute", EUR, USD, 1.0).faultString
    assert told == "No currency rate associated for currency 'USD' for the given period"
    assert caller.read(CURRENCY, USD, "rate_silent")["rate_silent"] == 0.0


def test_the_entry_of_an_invoice_in_dollars_is_in_euros(caller: Caller) -> None:
    rate(caller, 1.25, "2017-10-01")
    invoice = caller.invoice({"price_unit": 100}, currency_id=USD, date_invoice="2017-10-19")
    found = caller.read(INVOICE, invoice, "amount_total", "residual", "move_id", "tax_line")
    assert (found["amount_total"], found["residual"]) == (121.0, 121.0)
    fields = ["debit", "credit", "amount_currency", "currency_id"]
    entry = [["move_id", "=", found["move_id"][0]]]
    lines = caller.call(LINE, "search_read", entry, fields, order="id")
    assert [(row["debit"], row["credit"], row["amount_currency"]) for row in lines] == [
        (0.0, 80.0, -100.0),
        (0.0, 16.8, -21.0),
        (96.8, 0.0, 121.0),
    ]
    assert {row["currency_id"][1] for row in lines} == {"USD"}
    (tax,) = caller.call("account.invoice.tax", "read", found["tax_line"])
    amounts = [tax[name] for name in ("base", "amount", "base_amount", "tax_amount")]
    assert amounts == pytest.approx([100.0, 21.0, 80.0, 16.8])


def test_an_invoice_in_dollars_is_paid_in_euros(caller: Caller) -> None:
    rate(caller, 1.25, "2017-10-01")
    invoice = caller.invoice({"price_unit": 100}, currency_id=USD, date_invoice="2017-10-19")
    (period,) = caller.call("account.period", "find", "2017-10-19")
    pay = ([invoice], 40.0, caller.account("1000"), period, 8)
    caller.call(INVOICE, "pay_and_reconcile", *pay)
    found = caller.read(INVOICE, invoice, "state", "residual")
    assert (found["state"], found["residual"]) == ("open", 71.0)
    caller.call(INVOICE, "pay_and_reconcile", [invoice], 56.8, *pay[2:])
    found = caller.read(INVOICE, invoice, "state", "residual")
    assert (found["state"], found["residual"]) == ("paid", 0.0)


def test_what_is_settled_in_part_together_is_left_in_equal_parts(caller: Caller) -> None:
    first = caller.invoice({"price_unit": 100})
    second = caller.invoice({"price_unit": 50})
    credit_note = caller.invoice({"price_unit": 20}, type="out_refund")
    moves = [
        caller.read(INVOICE, each, "move_id")["move_id"][0] for each in (first, second, credit_note)
    ]
    owed = [["move_id", "in", moves], ["account_id.type", "=", "receivable"]]
    caller.call(LINE, "reconcile_partial", caller.call(LINE, "search", owed))
    left = [
        caller.read(INVOICE, each, "residual", "state", "reconciled")
        for each in (first, second, credit_note)
    ]
    assert [each["residual"] for each in left] == [78.65, 78.65, 0.0]
    assert {(each["state"], each["reconciled"]) for each in left} == {("open", False)}
