"""Promises about receipts of a till."""

from typing import Any

import pytest

from contracts.bizzcloud.client import Refusal, RpcClient
from contracts.bizzcloud.refusals import refused
from contracts.suite.expect import broken, same, true

Seen = dict[str, Any]


def _cents(amount: float) -> int:
    return round(amount * 100)


@pytest.mark.promise("bz-till-session", writes=True)
def test_a_session_opens_with_a_statement_for_each_journal(till: Seen) -> None:
    same(till["session"]["state"], "opened", "the session's state")
    same(till["session"]["stop_at"], False, "its end")
    journals = {statement["journal_id"][0] for statement in till["statements"]}
    same(journals, set(till["config"]["journal_ids"]), "the journals of its statements")


@pytest.mark.promise("bz-receipt-once", writes=True)
def test_a_receipt_that_is_sent_twice_is_made_once(till: Seen) -> None:
    same(len(till["rung up"]), 1, f"how many were made the first time, {till['rung up']!r}")
    same(till["again"], [], "what was made the second time")


@pytest.mark.promise("bz-receipt", writes=True)
def test_a_receipt_has_a_name_a_reference_and_no_entry(till: Seen) -> None:
    first = till["orders"][0]
    same((first["state"], first["account_move"]), ("paid", False), "state and entry")
    true(first["pos_reference"].startswith("Order "), f"its reference: {first['pos_reference']!r}")
    same((_cents(first["amount_total"]), _cents(first["amount_tax"])), (530, 30), "total and tax")


@pytest.mark.promise("bz-receipt-lines", writes=True)
def test_a_line_carries_quantity_discount_and_both_totals(till: Seen) -> None:
    found = [
        (
            line["qty"],
            line["discount"],
            *(_cents(line[name]) for name in ("price_subtotal", "price_subtotal_incl")),
        )
        for line in till["lines"][1]
    ]
    same(found, [(1.0, 0.0, 250, 265), (1.0, 10.0, 896, 1084)], "the lines of two rates")


@pytest.mark.promise("bz-receipt-payments", writes=True)
def test_each_payment_is_a_line_of_a_statement(till: Seen) -> None:
    found = sorted(_cents(payment["amount"]) for payment in till["payments"][1])
    same(found, [500, 849], "the two payments in cents")
    names = {payment["ref"] for payments in till["payments"] for payment in payments}
    same(names, {till["session"]["name"]}, "the session that payments refer to")


@pytest.mark.promise("bz-return", writes=True)
def test_a_return_has_negative_quantities_and_payments(till: Seen) -> None:
    (line,), (payment,) = till["lines"][2], till["payments"][2]
    same((line["qty"], _cents(payment["amount"])), (-1.0, -1204), "quantity and payment")
    same(_cents(till["orders"][2]["amount_total"]), -1204, "its total in cents")


@pytest.mark.promise("bz-receipt-invoiced", writes=True)
def test_a_receipt_that_is_invoiced_has_an_open_invoice(till: Seen) -> None:
    order, invoice = till["orders"][3], till["invoice"]
    same(order["state"], "invoiced", "the receipt's state")
    same((invoice["state"], invoice["origin"]), ("open", order["name"]), "its invoice")
    same(invoice["reference"], order["name"], "the invoice's reference")
    same(_cents(invoice["amount_total"]), _cents(order["amount_total"]), "both totals")


@pytest.mark.promise("bz-floats", writes=True)
def test_amounts_are_floats_as_the_database_has_them(till: Seen) -> None:
    same(till["lines"][2][0]["price_unit"], 9.950000000000001, "a price of 9,95 as it is read")


@pytest.mark.promise("bz-paid-kept", writes=True)
def test_a_paid_receipt_cannot_be_deleted(rpc: RpcClient, till: Seen) -> None:
    said = rpc.call("pos.order", "unlink", [till["orders"][0]["id"]])
    if not isinstance(said, Refusal):
        broken(f"a paid receipt was deleted: {said!r}")
    same(said.code, 2, "faultCode")


@pytest.mark.promise("bz-till-one-session", writes=True)
def test_a_second_session_is_refused(evening: Seen) -> None:
    part = "two active sessions related to the same point of sale"
    refused(evening["second"], 2, part)


@pytest.mark.promise("bz-till-change", writes=True)
def test_change_is_a_negative_payment(evening: Seen) -> None:
    found = evening["change"]
    amounts = (_cents(found["amount_paid"]), _cents(found["amount_return"]))
    same((found["state"], *amounts), ("paid", 530, -470), "state, paid and change in cents")


@pytest.mark.promise("bz-till-unpaid", writes=True)
def test_a_receipt_that_is_not_paid_in_full_stays_new(evening: Seen) -> None:
    same(evening["unpaid"]["state"], "draft", "the state of a receipt paid in part")


@pytest.mark.promise("bz-cash-in-and-out", writes=True)
def test_cash_by_hand_is_a_line_that_belongs_to_no_receipt(evening: Seen) -> None:
    found = [
        (line["name"], _cents(line["amount"]), line["pos_statement_id"])
        for line in evening["by hand"]
    ]
    same(found, [("Zz in", 5000, False), ("Zz out", -5000, False)], "name, cents and receipt")


@pytest.mark.promise("bz-cash-difference", writes=True)
def test_what_is_counted_too_little_is_a_line_with_an_entry(rpc: RpcClient, evening: Seen) -> None:
    line = evening["difference"]
    same(_cents(line["amount"]), -40, "what was counted too little, in cents")
    entry = line["journal_entry_id"]
    if not entry:
        broken("the difference is not entered")
    domain = [["move_id", "=", entry[0]]]
    rows = rpc.call("account.move.line", "search_read", domain, ["debit", "credit"])
    cents = sorted(_cents(row["debit"] - row["credit"]) for row in rows)
    same(cents, [-40, 40], "the two sides of its entry in cents")


@pytest.mark.promise("bz-till-close", writes=True)
def test_closing_books_the_day(rpc: RpcClient, evening: Seen) -> None:
    same(evening["closed"]["state"], "closed", "the session's state")
    true(bool(evening["closed"]["stop_at"]), "the session has no end")
    states = [order["state"] for order in evening["orders"]]
    same(states, ["done", "done", "done", "invoiced"], "the receipts' states")
    moves = {order["account_move"][0] for order in evening["orders"] if order["account_move"]}
    same(len(moves), 1, "how many entries the paid receipts name")
    rows = rpc.call(
        "account.move.line", "search_read", [["move_id", "in", sorted(moves)]], ["debit", "credit"]
    )
    same(sum(_cents(row["debit"] - row["credit"]) for row in rows), 0, "the sum of the entries")
    (move,) = rpc.call("account.move", "read", sorted(moves), ["state", "name", "ref"])
    same((move["state"], move["name"]), ("draft", "/"), "the entry's state and number")
    same(move["ref"], evening["closed"]["name"], "what the entry refers to")


@pytest.mark.promise("bz-till-close-invoiced", writes=True)
def test_closing_leaves_the_invoice_of_a_receipt_open(evening: Seen) -> None:
    same(evening["orders"][3]["account_move"], False, "the entry of the invoiced receipt")
    same(evening["invoice"]["state"], "open", "the state of the invoiced receipt's invoice")
