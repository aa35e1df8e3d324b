"""The entry of what a till sold, which a session makes when it closes."""

from collections.abc import Iterator
from typing import Any

from fakes.bizzcloud.amounts import rounded, stored
from fakes.bizzcloud.declaring import Record
from fakes.bizzcloud.dictionary_order import Key, in_dictionary_order
from fakes.bizzcloud.models.invoice_line import taxed
from fakes.bizzcloud.models.periods import Period
from fakes.bizzcloud.models.product import income_account
from fakes.bizzcloud.models.statement_entry import sides
from fakes.bizzcloud.models.tax import TaxAmount

Values = dict[str, Any]


def book_orders(session: Record, orders: list[Record]) -> int:
    """Book the paid orders of a session in one entry, in its till's sales journal; return its id.

    The entry is made when there are no orders too. It stays unposted, so without a number, in the
    period in which the session began. Where the till groups them, lines of one customer and product
    are one, and so are those of one box of the tax return, and what each customer owes; turnover
    apart from what was taken back.
    """
    env, till = session.model.env, session.config_id
    kept: dict[Key, list[Values]] = {}
    for order in orders:
        for key, values in _of_order(order):
            _keep(kept.setdefault(key, []), values, group=till.group_by)
    lines = [values for key in in_dictionary_order(kept) for values in kept[key]]
    left = sum(stored(line["debit"], 2) - stored(line["credit"], 2) for line in lines)
    state = "draft" if stored(left, 2) else "valid"
    return env["account.move"].create(
        {
            "ref": session.name,
            "journal_id": till.journal_id.id,
            "period_id": env.of(Period).of_day(session.start_at[:10]),
            "line_id": [(0, 0, {**line, "state": state}) for line in lines],
        }
    )


def receivable_of(partner: Record | None, anything: Record) -> int:
    """Return the account that a customer owes on; that of sales to nobody for none."""
    if partner is not None:
        return int(partner.property_account_receivable.id)
    found = anything.model.env["account.account"].search([("type", "=", "receivable")], limit=1)
    return int(found[0])


def _keep(lines: list[Values], values: Values, *, group: bool) -> None:
    """Add a line to those of its group: to one in the same box, or by itself."""
    same = [line for line in lines if line["tax_code_id"] == values["tax_code_id"]] if group else []
    if not same:
        lines.append(values)
        return
    for name in ("quantity", "credit", "debit", "tax_amount"):
        same[0][name] += values[name]


def _of_order(order: Record) -> Iterator[tuple[Key, Values]]:
    """Yield an order's lines, each with its group: products and their boxes, taxes, what is owed.

    The lines of a tax are told after all products and carry the last one's quantity, as the service
    has it.
    """
    customer = order.partner_id
    payer = customer.model.compute_commercial_partner(customer) if customer is not None else 0
    common = {"partner_id": payer or False, "date": order.date_order[:10]}
    taxes: dict[Key, float] = {}
    last: Values = {}
    for line in order.lines:
        product, amount = line.product_id, line.price_subtotal
        computed = taxed(line, product.taxes_id, line.qty).taxes
        _add_taxes(taxes, computed)
        account = income_account(product) or order.sale_journal.default_credit_account_id
        last = {**common, "account_id": account.id, "product_id": product.id, "quantity": line.qty}
        boxes = _boxes(amount, computed)
        booked = {
            **last,
            **sides(-amount),
            **boxes[0],
            "name": product.product_tmpl_id.name,
        }
        yield ("product", payer, product.id, False, booked["debit"] > 0), booked
        for box in boxes[1:]:
            nothing = {**last, **sides(0.0), **box, "name": "Tax"}
            yield ("tax", payer, box["tax_code_id"], False), nothing
    for key in in_dictionary_order(taxes):
        code, _, account_id, tax = (int(each) for each in key)
        amount = taxes[key]
        collected = {
            **last,
            **sides(-amount),
            "name": f"Tax {order.model.env['account.tax'].one(tax).name}",
            "account_id": account_id or last["account_id"],
            "tax_code_id": code or False,
            "tax_amount": abs(amount),
        }
        yield ("tax", payer, code, collected["debit"] > 0), collected
    owed = {
        **common,
        **sides(order.amount_total),
        "name": "Trade Receivables",
        "account_id": receivable_of(customer, order),
        "tax_code_id": False,
        "tax_amount": 0.0,
        "quantity": 0.0,
    }
    yield ("counter_part", payer, owed["account_id"], owed["debit"] > 0), owed


def _add_taxes(taxes: dict[Key, float], computed: list[TaxAmount]) -> None:
    """Add a line's taxes to those of its order, by box, account and tax."""
    together = 0.0
    for each in computed:
        amount = rounded(each.amount, 2)
        together += amount
        code = each.tax.ref_tax_code_id if together < 0 else each.tax.tax_code_id
        found = (code, each.tax.base_code_id, each.tax.account_collected_id)
        key = (*(record.id if record is not None else 0 for record in found), each.tax.id)
        taxes[key] = taxes.get(key, 0.0) + amount


def _boxes(amount: float, computed: list[TaxAmount]) -> list[Values]:
    """Return the boxes of the tax return that a line's amount belongs in; an empty one for none."""
    prefix, sign = ("", 1) if amount > 0 else ("ref_", -1)
    boxes: list[Values] = [{"tax_code_id": False, "tax_amount": 0.0}]
    for each in computed:
        code = getattr(each.tax, f"{prefix}base_code_id")
        share = sign * amount * getattr(each.tax, f"{prefix}base_sign")
        boxes.append({"tax_code_id": code.id if code is not None else False, "tax_amount": share})
    return [each for each in boxes if each["tax_code_id"]] or boxes[-1:]
