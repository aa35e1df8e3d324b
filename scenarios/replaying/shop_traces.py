"""Whether a write that got no answer was made: what is noted before it, and looked for after it.

Every call of Bizzcloud is one transaction, so it was made whole or not at all.
"""

from collections.abc import Callable, Mapping
from typing import Any

from scenarios.replaying.shop_calls import SIGNAL, Call

Ask = Callable[[Call], Any]
"""Carries a call to the shop and returns its value."""

Made = Mapping[str, list[int]]
"""The ids of the records that a write made, by model."""

LINES = ("invoice_line", "tax_line")
"""The lines of an invoice, which a write that is made twice would double."""

NOT_MADE: tuple[None, Made] = (None, {})


def ask(carry: Ask, model: str, method: str, *args: Any, **named: Any) -> Any:
    """Call a method of a model."""
    return carry(Call(model, method, args, named))


def highest(carry: Ask, model: str) -> int:
    """Return the highest id of a model; 0 when there is none."""
    found = ask(carry, model, "search", [], order="id desc", limit=1)
    return int(found[0]) if found else 0


def before(call: Call, carry: Ask) -> dict[str, Any]:
    """Return what the shop holds of that which a call is about to change."""
    if call.method in ("create", "refund"):
        return {"highest": highest(carry, call.model)}
    if call.method == SIGNAL:
        return _now(call, carry, "state")
    if call.operation == "account.invoice.pay_and_reconcile":
        return _now(call, carry, "residual", "state")
    if call.operation == "account.invoice.write":
        return _now(call, carry, *LINES)
    return {}


def marked(call: Call, mark: str) -> Call:
    """Return a call whose record can be found again by a mark: a new invoice's comment."""
    if call.operation != "account.invoice.create":
        return call
    values = {**call.args[0], "comment": mark}
    return Call(call.model, call.method, (values, *call.args[1:]), call.named)


def found(
    call: Call, mark: str, was: Mapping[str, Any], carry: Ask
) -> tuple[Mapping[str, Any] | None, Made]:
    """Return the answer that a write would have got, and what it made; `NOT_MADE` if it was not.

    What is not made twice by being sent twice is taken for not made.
    """
    if call.method == "create":
        ids = _new(call.model, _own_terms(call, mark), was, carry)
        return ({"value": ids[-1]}, {call.model: ids[-1:]}) if ids else NOT_MADE
    if call.method == "refund":
        terms = _refund_terms(call, carry)
        ids = _new(call.model, terms, was, carry)
        return ({"value": ids}, {call.model: ids}) if ids else NOT_MADE
    if call.method == "create_from_ui":
        names = [order["data"]["name"] for order in call.args[0]]
        ids = ask(carry, call.model, "search", [["pos_reference", "in", names]], order="id")
        return ({"value": ids}, {call.model: ids}) if ids else NOT_MADE
    if call.operation == "pos.order.action_invoice":
        value = invoices_of(call, carry)
        return ({"value": {}}, {"account.invoice": value}) if value else NOT_MADE
    noted = {name: was[name] for name in was}
    if noted and _now(call, carry, *noted) != noted:
        return {"value": call.method != SIGNAL}, {}
    return NOT_MADE


def made_by(call: Call, value: Any, carry: Ask) -> Made:
    """Return which records a write made that was answered with a value."""
    if call.method == "create":
        return {call.model: [int(value)]}
    if call.method in ("refund", "create_from_ui"):
        return {call.model: [int(each) for each in value]}
    if call.operation == "pos.order.action_invoice":
        return {"account.invoice": invoices_of(call, carry)}
    return {}


def invoices_of(call: Call, carry: Ask) -> list[int]:
    """Return the invoices that the orders of a call became."""
    rows = ask(carry, "pos.order", "read", call.ids, ["invoice_id"])
    return [int(row["invoice_id"][0]) for row in rows if row["invoice_id"]]


def _now(call: Call, carry: Ask, *fields: str) -> dict[str, Any]:
    (row,) = ask(carry, call.model, "read", call.ids, list(fields))
    return {name: row[name] for name in fields}


def _new(model: str, terms: list[Any], was: Mapping[str, Any], carry: Ask) -> list[int]:
    domain = [["id", ">", was["highest"]], *terms]
    return [int(each) for each in ask(carry, model, "search", domain, order="id")]


def _own_terms(call: Call, mark: str) -> list[Any]:
    values = call.args[0]
    if call.model == "account.invoice":
        return [["comment", "=", mark]]
    if call.model == "res.partner":
        return [["ref", "=", values["ref"]]]
    if call.model == "product.product":
        return [["name", "=", values["name"]]]
    return [["config_id", "=", values["config_id"]]]


def _refund_terms(call: Call, carry: Ask) -> list[Any]:
    (row,) = ask(carry, call.model, "read", call.ids, ["partner_id", "type"])
    kind = "in_refund" if row["type"] == "in_invoice" else "out_refund"
    return [["type", "=", kind], ["partner_id", "=", row["partner_id"][0]]]
