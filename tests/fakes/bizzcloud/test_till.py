"""The till's sessions and receipts beyond the recorded exchanges: signals, change, invoices."""

from typing import Any
from xmlrpc import client

import pytest

from tests.fakes.bizzcloud.shop import HIGH, LOW, Caller

CASH, CARD = 8, 9


@pytest.fixture
def session(caller: Caller) -> int:
    return int(caller.call("pos.session", "create", {"config_id": 1}))


@pytest.fixture
def coffee(caller: Caller) -> int:
    values = {"name": "Koffie", "list_price": 2.5, "taxes_id": [[6, 0, [LOW]]]}
    return int(caller.call("product.product", "create", values))


def receipt(session: int, number: int, lines: list[Any], paid: list[Any], **more: Any) -> Any:
    """Return an order as a till sends it; `paid` holds (journal, statement, amount)."""
    data = {
        "name": f"Order {number}",
        "pos_session_id": session,
        "user_id": 1,
        "partner_id": more.pop("partner", False),
        "lines": [[0, 0, line] for line in lines],
        "statement_ids": [
            [
                0,
                0,
                {
                    "name": "2017-10-19 09:00:00",
                    "statement_id": statement,
                    "journal_id": journal,
                    "amount": amount,
                },
            ]
            for journal, statement, amount in paid
        ],
        "amount_return": more.pop("change", 0.0),
        "sequence_number": number,
    }
    return {"id": f"{number}", "to_invoice": more.pop("to_invoice", False), "data": data}


def cup(coffee: int, quantity: float = 1, price: float = 2.5) -> dict[str, Any]:
    """Return the line of so many cups of coffee."""
    return {"product_id": coffee, "qty": quantity, "price_unit": price}


def test_orders_that_come_together_are_only_held_against_those_before(
    caller: Caller, session: int, coffee: int
) -> None:
    twice = [receipt(session, 1, [cup(coffee)], [(CASH, 1, 2.65)])] * 2
    assert len(caller.call("pos.order", "create_from_ui", twice)) == 2
    assert caller.call("pos.order", "create_from_ui", twice) == []
    assert caller.read("pos.session", session, "sequence_number")["sequence_number"] == 2


def test_change_comes_from_the_cash_also_when_paid_by_card(
    caller: Caller, session: int, coffee: int
) -> None:
    order = receipt(session, 1, [cup(coffee)], [(CARD, 2, 10.0)], change=7.35)
    (made,) = caller.call("pos.order", "create_from_ui", [order])
    found = caller.read("pos.order", made, "state", "statement_ids")
    payments = caller.call(
        "account.bank.statement.line",
        "read",
        found["statement_ids"],
        ["name", "amount", "journal_id"],
    )
    shown = {(each["name"], each["amount"], each["journal_id"][0]) for each in payments}
    assert shown == {("POS0001: ", 10.0, CARD), ("POS0001: return", -7.3500000000000005, CASH)}
    assert found["state"] == "paid"


def test_an_order_that_comes_to_nothing_is_paid(caller: Caller, session: int, coffee: int) -> None:
    order = receipt(session, 1, [cup(coffee, price=0)], [])
    (made,) = caller.call("pos.order", "create_from_ui", [order])
    assert caller.read("pos.order", made, "state")["state"] == "paid"


def test_a_payment_is_on_the_company_of_the_person(
    caller: Caller, session: int, coffee: int
) -> None:
    company = caller.partner("Bakkerij de Groot")
    person = caller.partner("Jan", parent_id=company, is_company=False)
    order = receipt(session, 1, [cup(coffee)], [(CASH, 1, 2.65)], partner=person)
    (made,) = caller.call("pos.order", "create_from_ui", [order])
    (payment,) = caller.read("pos.order", made, "statement_ids")["statement_ids"]
    found = caller.read("account.bank.statement.line", payment, "partner_id")
    assert found["partner_id"] == [company, "Bakkerij de Groot"]
    other = caller.partner("Slagerij")
    caller.call("pos.order", "write", [made], {"partner_id": other})
    found = caller.read("account.bank.statement.line", payment, "partner_id")
    assert found["partner_id"][0] == other


def test_a_payment_is_added_to_a_statement_of_the_session(
    caller: Caller, session: int, coffee: int
) -> None:
    order = receipt(session, 1, [cup(coffee)], [])
    (made,) = caller.call("pos.order", "create_from_ui", [order])
    assert caller.read("pos.order", made, "state")["state"] == "draft"
    assert caller.call("pos.order", "test_paid", [made]) is False
    payment = {"journal": CARD, "amount": 2.65}
    assert caller.call("pos.order", "add_payment", made, payment) == 2
    assert caller.call("pos.order", "test_paid", [made]) is True
    caller.signal("pos.order", "paid", made)
    assert caller.read("pos.order", made, "state")["state"] == "paid"
    fault = caller.fault("pos.order", "add_payment", made, {"journal": 2, "amount": 1})
    assert fault.faultString == "You have to open at least one cashbox."
    fault = caller.fault("pos.order", "add_payment", made, {"amount": 1})
    assert "No statement_id or journal_id passed to the method!" in fault.faultString


def test_an_order_invoiced_afterwards_has_a_draft_until_it_is_opened(
    caller: Caller, session: int, coffee: int
) -> None:
    partner = caller.partner("Bakkerij de Groot")
    order = receipt(session, 1, [cup(coffee)], [(CASH, 1, 2.65)], partner=partner)
    (made,) = caller.call("pos.order", "create_from_ui", [order])
    window = caller.call("pos.order", "action_invoice", [made])
    found = caller.read("pos.order", made, "state", "invoice_id")
    assert (window["res_model"], window["res_id"]) == ("account.invoice", found["invoice_id"][0])
    assert found["state"] == "invoiced"
    invoice = caller.read("account.invoice", window["res_id"], "state", "amount_total", "origin")
    assert (invoice["state"], invoice["amount_total"]) == ("draft", 2.65)
    assert invoice["origin"] == "POS0001"
    fault = caller.fault("pos.order", "write", [made], {"partner_id": 1})
    assert "an invoice has already been issued" in fault.faultString


def test_a_discount_and_two_rates_add_up_as_the_lines_do(
    caller: Caller, session: int, coffee: int
) -> None:
    values = {"name": "Beker", "list_price": 9.95, "taxes_id": [[6, 0, [HIGH, LOW]]]}
    both = caller.call("product.product", "create", values)
    lines = [{**cup(both, 3, 9.95), "discount": 15.0}, cup(coffee, -1)]
    order = receipt(session, 1, lines, [(CASH, 1, 29.57)])
    (made,) = caller.call("pos.order", "create_from_ui", [order])
    found = caller.read("pos.order", made, "amount_total", "amount_tax", "state")
    assert (found["amount_total"], found["state"]) == (29.57, "paid")
    assert found["amount_tax"] == 6.7


def test_an_order_is_taken_back_in_the_open_session(
    caller: Caller, session: int, coffee: int
) -> None:
    sold = receipt(session, 1, [cup(coffee, 2)], [(CASH, 1, 5.3)])
    (order,) = caller.call("pos.order", "create_from_ui", [sold])
    window = caller.call("pos.order", "refund", [order])
    assert (window["res_model"], window["name"]) == ("pos.order", "Return Products")
    back = window["res_id"]
    found = caller.read("pos.order", back, "name", "state", "amount_total", "statement_ids")
    assert (found["name"], found["state"]) == ("POS0002", "draft")
    assert (found["amount_total"], found["statement_ids"]) == (-5.3, [])
    caller.call("pos.order", "add_payment", back, {"amount": -5.3, "journal": CASH})
    caller.signal("pos.order", "paid", back)
    assert caller.read("pos.order", back, "state")["state"] == "paid"
    caller.signal("pos.session", "close", session)
    told = caller.fault("pos.order", "refund", [order]).faultString
    assert told.startswith("To return product(s), you need to open a session")


def test_a_session_without_counting_closes_at_once(caller: Caller, session: int) -> None:
    shown = caller.signal("pos.session", "close", session)
    assert (shown["type"], shown["tag"]) == ("ir.actions.client", "reload")
    assert caller.read("pos.session", session, "state")["state"] == "closed"
    assert caller.signal("pos.session", "close", session) is False


def test_a_session_that_counts_its_cash_is_opened_and_counted_first(caller: Caller) -> None:
    caller.call("account.journal", "write", [CASH], {"cash_control": True})
    session = caller.call("pos.session", "create", {"config_id": 1})
    steps = []
    for signal in ("close", "open", "close", "cashbox_control", "close"):
        caller.signal("pos.session", signal, session)
        steps.append(caller.read("pos.session", session, "state")["state"])
    assert steps == ["opening_control", "opened", "opened", "closing_control", "closed"]


def test_a_session_with_an_unpaid_order_stays_open(
    caller: Caller, session: int, coffee: int
) -> None:
    caller.call("pos.order", "create_from_ui", [receipt(session, 1, [cup(coffee)], [])])
    with pytest.raises(client.Fault, match="because they have not the 'paid' status"):
        caller.signal("pos.session", "close", session)
    assert caller.read("pos.session", session, "state")["state"] == "opened"
    fault = caller.fault("pos.session", "unlink", [session])
    assert fault.faultString.startswith("In order to delete a bank statement, you must first")
