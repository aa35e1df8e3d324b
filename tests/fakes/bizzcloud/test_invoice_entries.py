"""What an invoice does in the books: its taxes when it opens, its entry, payments, credit notes."""

from typing import Any
from xmlrpc import client

import pytest

from tests.fakes.bizzcloud.shop import HIGH, LOW, Caller

CASH = 8
ZERO = 4


def entry(caller: Caller, invoice: int, *fields: str) -> list[dict[str, Any]]:
    """Return the lines of an invoice's entry in the order in which they were made."""
    move = caller.read("account.invoice", invoice, "move_id")["move_id"][0]
    domain = [["move_id", "=", move]]
    return list(caller.call("account.move.line", "search_read", domain, list(fields), order="id"))


def pay(caller: Caller, invoice: int, amount: float, *write_off: int, **named: object) -> None:
    """Pay an invoice in cash."""
    (period,) = caller.call("account.period", "find", "2017-10-19")
    given = [[invoice], amount, 483, period, CASH, *write_off]
    caller.call("account.invoice", "pay_and_reconcile", *given, **named)


def test_opening_makes_the_tax_lines_that_nobody_made(caller: Caller) -> None:
    invoice = caller.invoice({"price_unit": 100}, opened=False)
    caller.signal("account.invoice", "invoice_open", invoice)
    found = caller.read("account.invoice", invoice, "state", "amount_tax", "residual")
    assert found == {"id": invoice, "state": "open", "amount_tax": 21.0, "residual": 121.0}


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"price_unit": 90}, "Tax base different!\nClick on compute to update the tax base."),
        (
            {"invoice_line_tax_id": [[6, 0, [LOW]]]},
            "Global taxes defined, but they are not in invoice lines !",
        ),
        (
            {"invoice_line_tax_id": [[6, 0, [HIGH, LOW]]]},
            "Taxes are missing!\nClick on compute button.",
        ),
    ],
)
def test_taxes_that_are_not_those_of_the_lines_keep_an_invoice_a_draft(
    caller: Caller, change: dict[str, object], message: str
) -> None:
    invoice = caller.invoice({"price_unit": 100}, opened=False)
    caller.call("account.invoice", "button_reset_taxes", [invoice])
    (line,) = caller.read("account.invoice", invoice, "invoice_line")["invoice_line"]
    caller.call("account.invoice", "write", [invoice], {"invoice_line": [[1, line, change]]})
    with pytest.raises(client.Fault) as raised:
        caller.signal("account.invoice", "invoice_open", invoice)
    assert (raised.value.faultCode, raised.value.faultString) == (2, message)
    caller.call("account.invoice", "button_reset_taxes", [invoice])
    caller.signal("account.invoice", "invoice_open", invoice)
    assert caller.read("account.invoice", invoice, "state")["state"] == "open"


def test_a_tax_line_made_by_hand_stays_and_counts(caller: Caller) -> None:
    by_hand = {"name": "Afronding", "account_id": 177, "amount": 0.01, "manual": True}
    invoice = caller.invoice({"price_unit": 100}, tax_line=[[0, 0, by_hand]])
    found = caller.read("account.invoice", invoice, "amount_tax", "amount_total")
    assert (found["amount_tax"], found["amount_total"]) == (21.01, 121.01)
    (credit,) = caller.call("account.invoice", "refund", [invoice])
    assert caller.read("account.invoice", credit, "amount_tax")["amount_tax"] == 0.01


def test_an_entry_fills_the_boxes_of_the_tax_return(caller: Caller) -> None:
    invoice = caller.invoice(
        {"name": "Taart\nmet slagroom", "price_unit": 100, "quantity": 2},
        {"name": "Export", "price_unit": 50, "invoice_line_tax_id": [[6, 0, [ZERO]]]},
    )
    lines = entry(caller, invoice, "name", "debit", "credit", "tax_code_id", "tax_amount")
    shown = [
        (
            line["name"],
            line["debit"] - line["credit"],
            line["tax_code_id"] and line["tax_code_id"][1][:2],
            line["tax_amount"],
        )
        for line in lines
    ]
    assert shown == [
        ("Taart", -200.0, "1a", 200.0),
        ("Export", -50.0, "1e", 50.0),
        ("21% BTW - Verkopen/omzet hoog", -42.0, "1a", 42.0),
        ("/", 292.0, False, 0.0),
    ]


@pytest.mark.parametrize(
    ("values", "reference"),
    [
        ({"reference": "PO-17", "name": "Taarten"}, "PO-17"),
        ({"name": "Taarten"}, "Taarten"),
        ({}, "F20170001"),
    ],
)
def test_an_entry_refers_to_the_invoice(
    caller: Caller, values: dict[str, Any], reference: str
) -> None:
    invoice = caller.invoice({"price_unit": 100}, **values)
    (move, _) = caller.read("account.invoice", invoice, "move_id")["move_id"]
    assert caller.read("account.move", move, "ref")["ref"] == reference
    assert {line["ref"] for line in entry(caller, invoice, "ref")} == {reference}
    owed = entry(caller, invoice, "name")[-1]
    assert owed["name"] == values.get("name", "/")


def test_a_tax_within_the_price_shows_its_bare_name(caller: Caller) -> None:
    values = {"name": "21% in", "description": "21%", "amount": 0.21, "price_include": True}
    tax = caller.call("account.tax", "create", {**values, "type_tax_use": "sale"})
    line = {"price_unit": 12.1, "invoice_line_tax_id": [[6, 0, [tax]]]}
    invoice = caller.invoice(line)
    (made,) = caller.read("account.invoice", invoice, "tax_line")["tax_line"]
    assert caller.read("account.invoice.tax", made, "name", "base", "amount") == {
        "id": made,
        "name": "21% in",
        "base": 10.0,
        "amount": 2.1,
    }


def test_tax_lines_are_made_in_the_order_of_a_python_2_dictionary(caller: Caller) -> None:
    names = {}
    for taxes in ([HIGH, LOW, ZERO], [ZERO, LOW, HIGH]):
        lines = [{"price_unit": 10, "invoice_line_tax_id": [[6, 0, [tax]]]} for tax in taxes]
        invoice = caller.invoice(*lines)
        made = sorted(caller.read("account.invoice", invoice, "tax_line")["tax_line"])
        found = caller.call("account.invoice.tax", "read", made, ["name"])
        names[tuple(taxes)] = [each["name"][:2] for each in found]
    assert names == {(HIGH, LOW, ZERO): ["21", "0%", "6%"], (ZERO, LOW, HIGH): ["21", "0%", "6%"]}


def test_a_payment_is_an_unposted_entry_named_after_the_first_line(caller: Caller) -> None:
    invoice = caller.invoice({"name": "Taart", "price_unit": 100})
    pay(caller, invoice, 21)
    (payment,) = caller.read("account.invoice", invoice, "payment_ids")["payment_ids"]
    line = caller.read(
        "account.move.line", payment, "name", "credit", "move_id", "ref", "reconcile_partial_id"
    )
    move = line["move_id"][0]
    assert (line["name"], line["credit"], line["move_id"]) == ("Taart", 21.0, [move, f"*{move}"])
    assert line["reconcile_partial_id"]
    found = caller.read("account.move", move, "name", "state", "ref", "partner_id")
    assert (found["name"], found["state"], found["ref"]) == ("/", "draft", "F/2017/0001")
    assert (found["partner_id"][0], line["ref"]) == (1, "F/2017/0001")
    pay(caller, invoice, 100)
    caller.signal("account.invoice", "open_test", invoice)
    assert caller.read("account.invoice", invoice, "state")["state"] == "paid"


def test_what_a_payment_leaves_may_be_written_off(caller: Caller) -> None:
    invoice = caller.invoice({"price_unit": 100})
    (period,) = caller.call("account.period", "find", "2017-10-19")
    difference = caller.account("4900")
    pay(caller, invoice, 120.5, difference, period, 6, name="Pin")
    found = caller.read("account.invoice", invoice, "state", "residual")
    assert (found["state"], found["residual"]) == ("paid", 0.0)
    booked = caller.call(
        "account.move.line", "search_read", [["account_id", "=", difference]], ["debit", "name"]
    )
    assert [(line["debit"], line["name"]) for line in booked] == [(0.5, "Write-Off")]


def test_paying_what_a_credit_note_left_pays_both(caller: Caller) -> None:
    invoice = caller.invoice({"price_unit": 100})
    credit_note = caller.invoice({"price_unit": 40}, type="out_refund")
    moves = [
        caller.read("account.invoice", each, "move_id")["move_id"][0]
        for each in (invoice, credit_note)
    ]
    owed = [["move_id", "in", moves], ["account_id.type", "=", "receivable"]]
    lines = caller.call("account.move.line", "search", owed)
    caller.call("account.move.line", "reconcile_partial", lines)
    left = caller.read("account.move.line", max(lines), "amount_residual")["amount_residual"]
    pay(caller, invoice, abs(left))
    found = [
        caller.read("account.invoice", each, "state", "payment_ids")
        for each in (invoice, credit_note)
    ]
    assert [each["state"] for each in found] == ["paid", "paid"]
    (payment,) = set(found[0]["payment_ids"]) & set(found[1]["payment_ids"])
    assert caller.read("account.move.line", payment, "credit")["credit"] == abs(left)


def test_a_credit_note_keeps_the_terms_and_comes_from_the_journal_of_its_side(
    caller: Caller,
) -> None:
    (term,) = caller.call("account.payment.term", "search", [["name", "=", "15 Days"]])
    invoice = caller.invoice({"price_unit": 100}, payment_term=term, reference="PO-17")
    given = [[invoice], "2017-10-20", False, "Retour"]
    (credit,) = caller.call("account.invoice", "refund", *given)
    found = caller.read(
        "account.invoice", credit, "type", "payment_term", "reference", "name", "date_due"
    )
    assert found == {
        "id": credit,
        "type": "out_refund",
        "payment_term": [term, "15 Days"],
        "reference": "PO-17",
        "name": "Retour",
        "date_due": "2017-11-03",
    }
    bought = caller.invoice({"price_unit": 10}, type="in_invoice", journal_id=3, opened=False)
    (returned,) = caller.call("account.invoice", "refund", [bought])
    assert caller.read("account.invoice", returned, "type", "journal_id") == {
        "id": returned,
        "type": "in_refund",
        "journal_id": [5, "Purchase Refund Journal (EUR)"],
    }


def test_a_credit_note_books_the_other_way(caller: Caller) -> None:
    invoice = caller.invoice({"price_unit": 100})
    (credit,) = caller.call("account.invoice", "refund", [invoice])
    caller.call("account.invoice", "button_reset_taxes", [credit])
    caller.signal("account.invoice", "invoice_open", credit)
    lines = entry(caller, credit, "debit", "credit", "tax_amount")
    assert [line["debit"] - line["credit"] for line in lines] == [100.0, 21.0, -121.0]
    assert [line["tax_amount"] for line in lines] == [-100.0, -21.0, 0.0]


def test_a_line_without_an_account_gets_the_usual_one_of_its_side(caller: Caller) -> None:
    for context, account in (({}, "7"), ({"type": "out_invoice"}, "8012")):
        values = {"name": "X", "price_unit": 1}
        line = caller.call("account.invoice.line", "create", values, context=context)
        found = caller.read("account.invoice.line", line, "account_id")["account_id"]
        assert found[1].startswith(account)


def test_a_form_fills_in_what_goes_with_a_partner(caller: Caller) -> None:
    (term,) = caller.call("account.payment.term", "search", [["name", "=", "30 Net Days"]])
    partner = caller.partner("Bakkerij de Groot", property_payment_term=term)
    given = [[], "out_invoice", partner, "2017-10-01"]
    assert caller.call("account.invoice", "onchange_partner_id", *given) == {
        "value": {
            "account_id": 166,
            "payment_term": term,
            "fiscal_position": False,
            "date_due": "2017-10-31",
        }
    }
    bought = caller.call("account.invoice", "onchange_partner_id", [], "in_invoice", partner)
    assert (bought["value"]["account_id"], bought["value"]["partner_bank_id"]) == (175, False)


def test_what_a_term_leaves_open_is_due_today(caller: Caller) -> None:
    half = [[0, 0, {"value": "procent", "value_amount": 0.5, "days": 0, "days2": 31}]]
    term = caller.call("account.payment.term", "create", {"name": "Half", "line_ids": half})
    shares = caller.call("account.payment.term", "compute", term, 100.0, "2017-01-30")
    assert shares == [["2017-02-28", 50.0], ["2017-10-19", 50.0]]


def test_a_form_fills_in_what_goes_with_a_product(caller: Caller) -> None:
    values = {
        "name": "Koffie",
        "default_code": "K1",
        "list_price": 2.5,
        "taxes_id": [[6, 0, [LOW]]],
    }
    coffee = caller.call("product.product", "create", {**values, "description_sale": "Vers"})
    rule = [[0, 0, {"tax_src_id": LOW, "tax_dest_id": ZERO}]]
    abroad = {"name": "Export", "tax_ids": rule}
    position = caller.call("account.fiscal.position", "create", abroad)
    given = [[], coffee, False, 1, "", "out_invoice"]
    filled = caller.call("account.invoice.line", "product_id_change", *given, 1)["value"]
    assert filled == {
        "name": "[K1] Koffie\nVers",
        "account_id": 458,
        "invoice_line_tax_id": [LOW],
        "price_unit": 2.5,
        "uos_id": 1,
    }
    filled = caller.call("account.invoice.line", "product_id_change", *given, 1, position)["value"]
    assert filled["invoice_line_tax_id"] == [ZERO]
    fault = caller.fault("account.invoice.line", "product_id_change", *given)
    assert fault.faultString == "You must first select a partner!"
