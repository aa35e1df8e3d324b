"""Payments as Odoo 8's clients register them: account.voucher, its form and its entry."""

from typing import Any

import pytest

from tests.fakes.bizzcloud.shop import RECEIVABLE, Caller

VOUCHER, ITEM, INVOICE = "account.voucher", "account.move.line", "account.invoice"
BANK_JOURNAL, BANK, COSTS, PAYABLE = 9, 484, 304, 175


def item(caller: Caller, invoice: int, account: int = RECEIVABLE) -> int:
    """Return the entry line of what is owed of an invoice."""
    domain = [["invoice", "=", invoice], ["account_id", "=", account]]
    (line,) = caller.call(ITEM, "search", domain)
    return int(line)


def filled_in(
    caller: Caller, amount: float, kind: str = "receipt", **context: Any
) -> dict[str, Any]:
    """Return what the form fills in for an amount of a partner."""
    arguments = [[], 1, BANK_JOURNAL, amount, 1, kind, "2017-10-19"]
    answer = caller.call(VOUCHER, "onchange_partner_id", *arguments, context=context)
    return dict(answer["value"])


def registered(caller: Caller, amount: float, *lines: dict[str, Any], **values: Any) -> int:
    """Make a voucher of money from partner 1 that pays lines."""
    return int(
        caller.call(
            VOUCHER,
            "create",
            {
                "type": "receipt",
                "partner_id": 1,
                "amount": amount,
                "journal_id": BANK_JOURNAL,
                "account_id": BANK,
                "line_cr_ids": [[0, 0, line] for line in lines],
                **values,
            },
        )
    )


def entry(caller: Caller, voucher: int) -> list[tuple[str, int, float, float]]:
    """Return the lines of a voucher's entry: name, account, debit, credit."""
    ids = sorted(caller.read(VOUCHER, voucher, "move_ids")["move_ids"])
    rows = caller.call(ITEM, "read", ids, ["name", "account_id", "debit", "credit"])
    return [(row["name"], row["account_id"][0], row["debit"], row["credit"]) for row in rows]


def state(caller: Caller, invoice: int) -> tuple[str, float]:
    """Return an invoice's state and what is left of it."""
    row = caller.read(INVOICE, invoice, "state", "residual")
    return row["state"], round(row["residual"], 2)


def test_a_payment_is_registered_as_the_form_does(caller: Caller) -> None:
    caller.invoice({"price_unit": 10})
    invoice = caller.invoice({"price_unit": 100}, name="Order 7")
    window = caller.call(INVOICE, "invoice_pay_customer", [invoice])
    context = window["context"]
    assert (window["res_model"], context["invoice_id"], context["default_amount"]) == (
        VOUCHER,
        invoice,
        121.0,
    )
    wanted = ["partner_id", "amount", "type", "journal_id", "reference", "period_id", "state"]
    defaults = caller.call(VOUCHER, "default_get", wanted, context=context)
    assert (defaults["type"], defaults["amount"], defaults["partner_id"]) == ("receipt", 121.0, 1)
    assert (defaults["journal_id"], defaults["reference"]) == (BANK_JOURNAL, "Order 7")
    value = filled_in(caller, 121.0, **context)
    assert value["account_id"] == BANK
    paid = {line["move_line_id"]: line["amount"] for line in value["line_cr_ids"]}
    assert paid == {item(caller, invoice): 121.0, min(paid): 0.0}
    lines = [[0, 0, line] for line in value.pop("line_cr_ids")]
    values = {**defaults, **value, "line_cr_ids": lines, "line_dr_ids": []}
    voucher = caller.call(VOUCHER, "create", values, context=context)
    assert caller.read(VOUCHER, voucher, "state", "number", "paid", "writeoff_amount") == {
        "id": voucher,
        "state": "draft",
        "number": False,
        "paid": False,
        "writeoff_amount": 0.0,
    }
    closed = caller.call(VOUCHER, "button_proforma_voucher", [voucher], context=context)
    assert closed == {"type": "ir.actions.act_window_close"}
    found = caller.read(VOUCHER, voucher, "state", "number", "paid", "display_name", "move_id")
    assert (found["state"], found["number"], found["paid"]) == ("posted", "BNK2/2017/0001", True)
    assert found["display_name"] == "BNK2/2017/0001"
    assert entry(caller, voucher) == [
        ("/", BANK, 121.0, 0.0),
        ("F/2017/0002", RECEIVABLE, 0.0, 121.0),
    ]
    move = caller.read("account.move", found["move_id"][0], "ref", "partner_id", "state")
    assert (move["ref"], move["partner_id"][0], move["state"]) == ("Order 7", 1, "draft")
    assert state(caller, invoice) == ("paid", 0.0)


def test_an_amount_is_divided_among_what_is_open_the_oldest_first(caller: Caller) -> None:
    old = caller.invoice({"price_unit": 100}, date_invoice="2017-09-01")
    new = caller.invoice({"price_unit": 50}, date_invoice="2017-10-01")
    lines = filled_in(caller, 130.0)["line_cr_ids"]
    assert [(line["move_line_id"], line["amount"], "reconcile" in line) for line in lines] == [
        (item(caller, old), 121.0, True),
        (item(caller, new), 9.0, False),
    ]
    exact = filled_in(caller, 60.5)
    assert [line["amount"] for line in exact["line_cr_ids"]] == [0.0, 60.5]
    assert (exact["writeoff_amount"], exact["pre_line"]) == (0.0, 1)
    arguments = [[], 200.0, 1.0, 1, BANK_JOURNAL, 1, "receipt", "2017-10-19", 1, 1]
    more = caller.call(VOUCHER, "onchange_amount", *arguments)["value"]
    assert more["writeoff_amount"] == pytest.approx(18.5)
    assert filled_in(caller, 10.0, "payment")["line_cr_ids"] == []
    journal = [[], BANK_JOURNAL, [], False, 1, "2017-10-19", 60.5, "receipt", 1]
    assert caller.call(VOUCHER, "onchange_journal", *journal)["value"] == exact
    assert caller.call(VOUCHER, "onchange_partner_id", [], 1, False, 1.0, 1, "receipt", False) == {}


def test_a_payment_in_part_leaves_the_rest_open_until_it_is_taken_back(caller: Caller) -> None:
    invoice = caller.invoice({"price_unit": 100})
    owed = item(caller, invoice)
    line = {"move_line_id": owed, "account_id": RECEIVABLE, "amount": 21.0}
    voucher = registered(caller, 21.0, line)
    assert caller.read(VOUCHER, voucher, "line_dr_ids")["line_dr_ids"] == []
    (kept,) = caller.read(VOUCHER, voucher, "line_cr_ids")["line_cr_ids"]
    row = caller.read("account.voucher.line", kept, "type", "amount_original", "date_original")
    assert (row["type"], row["amount_original"], row["date_original"]) == (
        "cr",
        121.0,
        "2017-10-19",
    )
    caller.signal(VOUCHER, "proforma_voucher", voucher)
    assert state(caller, invoice) == ("open", 100.0)
    fault = caller.fault(VOUCHER, "unlink", [voucher])
    assert (fault.faultCode, fault.faultString) == (
        2,
        "Cannot delete voucher(s) which are already opened or paid.",
    )
    again = filled_in(caller, 100.0)
    assert [each["move_line_id"] for each in again["line_cr_ids"]] == [owed]
    assert again["line_dr_ids"] == []
    second = registered(caller, 100.0, {**line, "amount": 100.0})
    caller.call(VOUCHER, "proforma_voucher", [second])
    assert state(caller, invoice) == ("paid", 0.0)
    caller.call(VOUCHER, "cancel_voucher", [second])
    assert state(caller, invoice) == ("open", 100.0)
    assert caller.read(VOUCHER, second, "state", "move_id", "number") == {
        "id": second,
        "state": "cancel",
        "move_id": False,
        "number": "BNK2/2017/0002",
    }
    caller.call(VOUCHER, "action_cancel_draft", [second])
    caller.call(VOUCHER, "button_proforma_voucher", [second])
    assert caller.read(VOUCHER, second, "number")["number"] == "BNK2/2017/0002"
    assert state(caller, invoice) == ("paid", 0.0)


@pytest.mark.parametrize(
    ("option", "expected"),
    [
        ("without_writeoff", ("BNK2/2017/0001", RECEIVABLE, 0.0, 4.0)),
        ("with_writeoff", ("Fooi", COSTS, 0.0, 4.0)),
    ],
)
def test_what_is_paid_too_much_is_open_or_written_off(
    caller: Caller, option: str, expected: tuple[str, int, float, float]
) -> None:
    invoice = caller.invoice({"price_unit": 100})
    line = {"move_line_id": item(caller, invoice), "account_id": RECEIVABLE, "amount": 121.0}
    more = {"payment_option": option, "writeoff_acc_id": COSTS, "comment": "Fooi"}
    voucher = registered(caller, 125.0, line, **more)
    assert caller.read(VOUCHER, voucher, "writeoff_amount")["writeoff_amount"] == 4.0
    caller.call(VOUCHER, "button_proforma_voucher", [voucher])
    assert entry(caller, voucher)[-1] == expected
    assert state(caller, invoice) == ("paid", 0.0)


def test_a_supplier_is_paid_from_the_other_side(caller: Caller) -> None:
    lines = [[0, 0, {"name": "Meel", "account_id": COSTS, "quantity": 1, "price_unit": 50}]]
    values = {"type": "in_invoice", "partner_id": 1, "account_id": PAYABLE, "journal_id": 3}
    invoice = caller.call(INVOICE, "create", {**values, "invoice_line": lines})
    caller.signal(INVOICE, "invoice_open", invoice)
    value = filled_in(caller, 50.0, "payment")
    assert [line["amount"] for line in value["line_dr_ids"]] == [50.0]
    lines = [[0, 0, line] for line in value["line_dr_ids"]]
    about = {"type": "payment", "line_dr_ids": lines}
    voucher = registered(caller, 50.0, **about)
    caller.call(VOUCHER, "button_proforma_voucher", [voucher])
    assert [line[1:] for line in entry(caller, voucher)] == [
        (BANK, 0.0, 50.0),
        (PAYABLE, 50.0, 0.0),
    ]
    assert state(caller, invoice) == ("paid", 0.0)


def test_an_item_that_was_paid_meanwhile_and_a_journal_without_numbers_are_refused(
    caller: Caller,
) -> None:
    invoice = caller.invoice({"price_unit": 100})
    line = {"move_line_id": item(caller, invoice), "account_id": RECEIVABLE, "amount": 121.0}
    late, first = registered(caller, 121.0, line), registered(caller, 21.0, {**line, "amount": 21})
    caller.call(VOUCHER, "button_proforma_voucher", [first])
    fault = caller.fault(VOUCHER, "button_proforma_voucher", [late])
    assert "differences between exchange rates" in fault.faultString
    (sequence,) = caller.call("account.journal", "read", [BANK_JOURNAL], ["sequence_id"])
    caller.call("ir.sequence", "write", [sequence["sequence_id"][0]], {"active": False})
    fault = caller.fault(VOUCHER, "button_proforma_voucher", [registered(caller, 1.0)])
    assert fault.faultString == "Please activate the sequence of selected journal !"
    fault = caller.fault(VOUCHER, "create", {"amount": 1.0, "partner_id": 1})
    assert "[object with reference: Accounting Voucher - account.voucher]" in fault.faultString


def test_a_form_asks_what_its_lines_leave(caller: Caller) -> None:
    owed = item(caller, caller.invoice({"price_unit": 100}))
    lines = [[0, False, {"amount": 21.0}], [5, False, False]]
    asked = caller.call(VOUCHER, "onchange_line_ids", [], [], lines, 25.0, 1, "receipt")
    assert asked["value"] == {"writeoff_amount": 4.0, "is_multi_currency": False}
    none = caller.call(VOUCHER, "onchange_line_ids", [], [], [], 25.0, 1, "receipt")
    assert none["value"] == {"writeoff_amount": 0.0}
    line = "account.voucher.line"
    assert caller.call(line, "onchange_move_line_id", [], owed)["value"] == {
        "account_id": RECEIVABLE,
        "type": "cr",
        "currency_id": 1,
    }
    assert caller.call(line, "onchange_reconcile", [], True, 0.0, 5.0)["value"] == {"amount": 5.0}
    assert caller.call(line, "onchange_amount", [], 5.0, 5.0)["value"] == {"reconcile": True}
    context = {"journal_id": BANK_JOURNAL, "partner_id": 1, "type": "receipt"}
    made = caller.call(line, "default_get", ["account_id", "type"], context=context)
    assert made == {"account_id": RECEIVABLE, "type": "cr"}
    date = caller.call(VOUCHER, "onchange_date", [], "2017-03-02", 1, 1, 5.0, 1)["value"]
    (period,) = caller.call("account.period", "find", "2017-03-02")
    assert (date["period_id"], date["payment_rate"]) == (period, 1.0)
