"""Invoices and the till beyond the recorded exchanges: payment, terms, closing, refusals."""

from datetime import UTC, datetime

import pytest

from fakes.clock import SettableClock
from tests.fakes.bizzcloud.shop import HIGH, LOW, Caller

CASH, CARD = 8, 9


def product(caller: Caller, price: float, tax: int, name: str = "Koffie") -> int:
    """Make a product for the till."""
    values = {"name": name, "list_price": price, "taxes_id": [[6, 0, [tax]]]}
    return int(caller.call("product.product", "create", values))


def ring_up(
    caller: Caller,
    session: int,
    number: int,
    lines: list[dict[str, object]],
    payments: list[tuple[int, float]],
    change: float = 0.0,
    partner: int | bool = False,
    invoice: bool = False,
) -> list[int]:
    """Send an order as the till does; payments are (journal, amount)."""
    statements = {
        each["journal_id"][0]: each["id"]
        for each in caller.call(
            "account.bank.statement",
            "search_read",
            [["pos_session_id", "=", session]],
            ["journal_id"],
        )
    }
    data = {
        "name": f"Order {session:05d}-001-{number:04d}",
        "pos_session_id": session,
        "partner_id": partner,
        "lines": [[0, 0, line] for line in lines],
        "amount_return": change,
        "statement_ids": [
            [0, 0, {"name": "2017-10-19 09:00:00", "statement_id": statements[j], "amount": a}]
            for j, a in payments
        ],
    }
    order = {"id": f"{number}", "to_invoice": invoice, "data": data}
    return list(caller.call("pos.order", "create_from_ui", [order]))


@pytest.fixture
def session(caller: Caller) -> int:
    return int(caller.call("pos.session", "create", {"config_id": 1}))


def pay(caller: Caller, invoice: int, amount: float) -> None:
    """Pay an invoice in cash."""
    (period,) = caller.call("account.period", "find", "2017-10-19")
    caller.call("account.invoice", "pay_and_reconcile", [invoice], amount, 483, period, CASH)


def test_an_invoice_is_paid_when_nothing_is_left(caller: Caller) -> None:
    invoice = caller.invoice({"price_unit": 100})
    pay(caller, invoice, 21)
    assert caller.read("account.invoice", invoice, "state", "residual") == {
        "id": invoice,
        "state": "open",
        "residual": 100.0,
    }
    pay(caller, invoice, 100)
    found = caller.read("account.invoice", invoice, "state", "residual", "payment_ids")
    assert (found["state"], found["residual"]) == ("paid", 0.0)
    assert len(found["payment_ids"]) == 2


def test_a_paid_invoice_is_not_cancelled(caller: Caller) -> None:
    invoice = caller.invoice({"price_unit": 100})
    pay(caller, invoice, 21)
    with pytest.raises(Exception, match="partially paid"):
        caller.signal("account.invoice", "invoice_cancel", invoice)
    assert caller.read("account.invoice", invoice, "state")["state"] == "open"


def test_a_journal_may_forbid_cancelling(caller: Caller) -> None:
    caller.call("account.journal", "write", [2], {"update_posted": False})
    invoice = caller.invoice({"price_unit": 100})
    with pytest.raises(Exception, match="allow cancelling entries"):
        caller.signal("account.invoice", "invoice_cancel", invoice)


def test_a_payment_term_gives_the_due_date(caller: Caller) -> None:
    (term,) = caller.call("account.payment.term", "search", [["name", "=", "30 Net Days"]])
    invoice = caller.invoice({"price_unit": 100}, payment_term=term)
    assert caller.read("account.invoice", invoice, "date_due")["date_due"] == "2017-11-18"


def test_a_term_in_two_parts_is_due_on_the_last_day(caller: Caller) -> None:
    lines = [
        [0, 0, {"value": "procent", "value_amount": 0.5, "days": 0}],
        [0, 0, {"value": "balance", "days": 30}],
    ]
    values = {"name": "Half nu, half later", "line_ids": lines}
    term = caller.call("account.payment.term", "create", values)
    invoice = caller.invoice({"price_unit": 100}, payment_term=term)
    found = caller.read("account.invoice", invoice, "date_due", "move_id")
    assert found["date_due"] == "2017-11-18"
    owed = caller.call(
        "account.move.line",
        "search_read",
        [["move_id", "=", found["move_id"][0]], ["account_id.type", "=", "receivable"]],
        ["debit", "date_maturity"],
        order="date_maturity",
    )
    assert [(line["date_maturity"], line["debit"]) for line in owed] == [
        ("2017-10-19", 60.5),
        ("2017-11-18", 60.5),
    ]


def test_a_day_without_period_is_refused(caller: Caller) -> None:
    with pytest.raises(Exception, match="There is no period defined for this date: 1999-01-01"):
        caller.invoice({"price_unit": 100}, date_invoice="1999-01-01")


def test_an_invoice_of_any_date_opens_in_the_period_that_is_forced_on_it(caller: Caller) -> None:
    (period,) = caller.call("account.period", "find", "2017-10-19")
    dated = {"date_invoice": "2071-10-19", "period_id": period}
    invoice = caller.invoice({"price_unit": 100}, **dated)
    found = caller.read("account.invoice", invoice, "state", "date_invoice", "period_id")
    assert (found["state"], found["date_invoice"]) == ("open", "2071-10-19")
    assert found["period_id"][0] == period


def test_a_total_that_was_written_stays_until_lines_or_taxes_are_computed(caller: Caller) -> None:
    invoice = caller.invoice({"price_unit": 100, "invoice_line_tax_id": [[6, 0, [HIGH]]]})

    def total() -> object:
        return caller.read("account.invoice", invoice, "amount_total")["amount_total"]

    caller.call("account.invoice", "write", [invoice], {"amount_total": 90.0})
    caller.call("account.invoice", "write", [invoice], {"reference": "X"})
    assert total() == 90.0
    caller.call("account.invoice", "button_reset_taxes", [invoice])
    assert total() == 121.0


def test_a_discount_and_a_tax_within_the_price_are_taken_off(caller: Caller) -> None:
    tax = caller.call(
        "account.tax",
        "create",
        {"name": "21% in", "amount": 0.21, "price_include": True, "type_tax_use": "sale"},
    )
    invoice = caller.invoice(
        {"price_unit": 12.10, "quantity": 2, "discount": 50, "invoice_line_tax_id": [[6, 0, [tax]]]}
    )
    found = caller.read("account.invoice", invoice, "amount_untaxed", "amount_tax", "amount_total")
    assert (found["amount_untaxed"], found["amount_tax"], found["amount_total"]) == (10, 2.1, 12.1)


def test_two_taxes_of_one_box_and_account_come_in_one_line(caller: Caller) -> None:
    (other,) = caller.call("account.tax", "search", [["name", "=", "Verkopen/omzet overig"]])
    invoice = caller.invoice(
        {"price_unit": 10}, {"price_unit": 20, "invoice_line_tax_id": [[6, 0, [other]]]}
    )
    (line,) = caller.read("account.invoice", invoice, "tax_line")["tax_line"]
    found = caller.read("account.invoice.tax", line, "name", "base", "amount")
    assert (found["base"], found["amount"]) == (30.0, 6.3)


def test_change_is_given_back_in_cash(caller: Caller, session: int) -> None:
    coffee = product(caller, 2.5, LOW)
    line: dict[str, object] = {"product_id": coffee, "qty": 2, "price_unit": 2.5}
    (order,) = ring_up(caller, session, 1, [line], [(CASH, 10.0)], change=4.7)
    found = caller.read("pos.order", order, "amount_paid", "amount_return", "state")
    assert (found["amount_paid"], found["amount_return"], found["state"]) == (5.3, -4.7, "paid")


def test_an_order_that_is_not_paid_in_full_stays_new(caller: Caller, session: int) -> None:
    line: dict[str, object] = {"product_id": product(caller, 2.5, LOW), "qty": 2, "price_unit": 2.5}
    (order,) = ring_up(caller, session, 1, [line], [(CASH, 5.0)])
    assert caller.read("pos.order", order, "state")["state"] == "draft"


def test_a_paid_order_stays_paid_when_its_payment_is_typed_over(
    caller: Caller, session: int
) -> None:
    line: dict[str, object] = {"product_id": product(caller, 2.5, LOW), "qty": 2, "price_unit": 2.5}
    (order,) = ring_up(caller, session, 1, [line], [(CASH, 5.3)])
    (payment,) = caller.read("pos.order", order, "statement_ids")["statement_ids"]
    caller.call("account.bank.statement.line", "write", [payment], {"amount": 0.3})
    found = caller.read("pos.order", order, "amount_paid", "amount_total", "state")
    assert (found["amount_paid"], found["amount_total"], found["state"]) == (0.3, 5.3, "paid")


def test_an_invoice_at_the_till_needs_a_customer(caller: Caller, session: int) -> None:
    line: dict[str, object] = {"product_id": product(caller, 2.5, LOW), "qty": 2, "price_unit": 2.5}
    with pytest.raises(Exception, match="Please provide a partner for the sale"):
        ring_up(caller, session, 1, [line], [(CASH, 5.3)], invoice=True)
    assert caller.call("pos.order", "search_count", []) == 0


def test_a_paid_order_is_not_deleted(caller: Caller, session: int) -> None:
    line: dict[str, object] = {"product_id": product(caller, 2.5, LOW), "qty": 2, "price_unit": 2.5}
    (order,) = ring_up(caller, session, 1, [line], [(CASH, 5.3)])
    fault = caller.fault("pos.order", "unlink", [order])
    assert fault.faultString == "In order to delete a sale, it must be new or cancelled."


def cash_line(caller: Caller, *fields: str) -> dict[str, object]:
    lines = caller.call("account.bank.statement.line", "search_read", [], list(fields), order="id")
    return dict(lines[-1])


@pytest.mark.parametrize(("box", "amount"), [("in", 50.0), ("out", -50.0)])
def test_cash_put_in_or_taken_out_is_a_line_of_the_sessions_cash_statement(
    caller: Caller, session: int, box: str, amount: float
) -> None:
    form = caller.call(f"cash.box.{box}", "create", {"name": "Wisselgeld", "amount": 50.0})
    context = {"active_model": "pos.session", "active_ids": [session]}
    caller.call(f"cash.box.{box}", "run", [form], context=context)
    line = cash_line(caller, "name", "amount", "pos_statement_id", "journal_id", "ref")
    assert (line["name"], line["amount"], line["pos_statement_id"]) == ("Wisselgeld", amount, False)
    assert (line["journal_id"], line["ref"]) == ([CASH, "Kas (EUR)"], "Main/00001")


def test_cash_without_a_session_is_refused(caller: Caller) -> None:
    form = caller.call("cash.box.in", "create", {"name": "Wisselgeld", "amount": 50.0})
    assert "no cash register" in caller.fault("cash.box.in", "run", [form]).faultString


@pytest.mark.parametrize(("counted", "name"), [(4.9, "Loss"), (5.7, "Profit")])
def test_what_is_counted_too_much_or_too_little_is_a_line_on_the_account_for_it(
    caller: Caller, session: int, counted: float, name: str
) -> None:
    line: dict[str, object] = {"product_id": product(caller, 2.5, LOW), "qty": 2, "price_unit": 2.5}
    ring_up(caller, session, 1, [line], [(CASH, 5.3)])
    (statement,) = caller.call("account.bank.statement", "search", [["journal_id", "=", CASH]])
    caller.call("account.bank.statement", "write", [statement], {"balance_end_real": counted})
    caller.signal("pos.session", "cashbox_control", session)
    caller.signal("pos.session", "close", session)
    found = cash_line(caller, "name", "amount", "journal_entry_id")
    assert (found["name"], found["amount"]) == (name, round(counted - 5.3, 2))
    entry = found["journal_entry_id"]
    assert isinstance(entry, list)
    booked = caller.call(
        "account.move.line", "search_read", [["move_id", "=", entry[0]]], ["account_id"]
    )
    assert {row["account_id"][1] for row in booked} == {"1001 Kas", "4900 Kasverschillen"}


def test_one_person_has_one_session_at_a_time(caller: Caller, session: int) -> None:
    fault = caller.fault("pos.session", "create", {"config_id": 1})
    assert "two active sessions related to the same point of sale" in fault.faultString


def test_numbers_follow_the_year_of_the_clock_and_have_no_holes(caller: Caller) -> None:
    first = caller.invoice({"price_unit": 1}, date_invoice="2016-12-31")
    with pytest.raises(Exception, match="no period"):
        caller.invoice({"price_unit": 1}, date_invoice="1999-01-01")
    second = caller.invoice({"price_unit": 1})
    numbers = [caller.read("account.invoice", each, "number")["number"] for each in (first, second)]
    assert numbers == ["F/2017/0001", "F/2017/0002"]


def test_two_databases_know_nothing_of_each_other(caller: Caller) -> None:
    caller.fake.add_database("other")
    caller.partner("Alleen hier")
    found = caller.post(
        "/xmlrpc/2/object",
        "execute_kw",
        "other",
        1,
        "admin",
        "res.partner",
        "search_count",
        [[["name", "=", "Alleen hier"]]],
    )
    assert found == 0
    assert caller.post("/xmlrpc/2/db", "list") == ["mycompany", "other"]


@pytest.mark.parametrize(
    ("users", "asked", "expected"),
    [
        (None, None, "2017-10-19"),
        (None, "Europe/Amsterdam", "2017-10-20"),
        ("Europe/Amsterdam", None, "2017-10-20"),
        ("Europe/Amsterdam", "America/New_York", "2017-10-19"),
        ("Europe/Amsterdam", "Mars/Olympus", "2017-10-19"),
        ("Europe/Amsterdam", ["Asia/Tokyo"], "2017-10-19"),
    ],
)
def test_an_invoice_is_dated_in_the_time_zone_of_context_or_user(
    caller: Caller,
    clock: SettableClock,
    users: str | None,
    asked: object,
    expected: str,
) -> None:
    clock.set(datetime(2017, 10, 19, 22, 30, tzinfo=UTC))
    if users:
        caller.call("res.users", "write", [1], {"tz": users})
    context = {"tz": asked} if asked else {}
    invoice = caller.invoice({"price_unit": 100}, opened=False)
    who = (caller.fake.database, caller.uid, caller.password)
    opening = ("account.invoice", "signal_workflow", [[invoice], "invoice_open", context])
    caller.json("/jsonrpc", service="object", method="execute_kw", args=[*who, *opening])

    assert caller.read("account.invoice", invoice, "date_invoice")["date_invoice"] == expected
    defaults = caller.call("account.move", "default_get", ["date"], context=context)
    assert defaults["date"] == expected
    form = caller.call("account.invoice.refund", "default_get", ["date"], context=context)
    assert form["date"] == "2017-10-19"
