"""What a till session does in the journals when it closes."""

from collections import defaultdict
from typing import Any

from fakes.bizzcloud.amounts import stored
from fakes.bizzcloud.declaring import Record
from fakes.bizzcloud.models.entry import MoveLine
from fakes.bizzcloud.models.invoice import Invoice
from fakes.bizzcloud.models.invoice_line import taxed
from fakes.bizzcloud.models.periods import Period
from fakes.bizzcloud.models.product import income_account
from fakes.bizzcloud.models.sequences import Sequence


def book_orders(session: Record, orders: list[Record]) -> int | None:
    """Book the turnover of a session's orders in one entry; return its id, None for no orders.

    Turnover and tax are on the credit side by account, what customers owed on the debit side;
    a return goes the other way.
    """
    if not orders:
        return None
    credited: defaultdict[int, float] = defaultdict(float)
    owed: defaultdict[int, float] = defaultdict(float)
    for order in orders:
        owed[_receivable(order.partner_id, session)] += order.amount_total
        for line in order.lines:
            journal = session.config_id.journal_id
            account = income_account(line.product_id) or journal.default_credit_account_id
            credited[account.id] += line.price_subtotal
            for each in taxed(line, line.product_id.taxes_id, line.qty).taxes:
                where = each.tax.account_collected_id or account
                credited[where.id] += each.amount
    lines = [_line(account, -amount, session.name) for account, amount in credited.items()]
    lines += [_line(account, amount, session.name) for account, amount in owed.items()]
    left = stored(sum(line["debit"] - line["credit"] for line in lines), 2)
    if left:
        lines.append(_line(next(iter(credited)), -left, session.name))
    return _entry(session, session.config_id.journal_id, lines)


def confirm(statement: Record) -> None:
    """Book each payment of a statement and close it; a payment of an invoiced order settles it."""
    env = statement.model.env
    for payment in statement.line_ids:
        if not payment.amount or payment.journal_entry_id is not None:
            continue
        order = payment.pos_statement_id
        receivable = _receivable(payment.partner_id, statement)
        move = book_payment(payment, receivable)
        if order is not None and order.invoice_id is not None:
            _settle(order.invoice_id, env["account.move"].one(move), receivable)
    statement.write({"state": "confirm", "balance_end_real": statement.balance_end})


def book_payment(payment: Record, account: int) -> int:
    """Enter a statement's line against an account; return the entry's id."""
    statement = payment.statement_id
    sides = ((statement.account_id.id, payment.amount), (account, -payment.amount))
    lines = [
        {**_line(where, amount, payment.name), "statement_id": statement.id}
        for where, amount in sides
    ]
    move = _entry(statement, statement.journal_id, lines)
    payment.model.store(payment.id, journal_entry_id=move)
    return move


def _settle(invoice: Record, move: Record, receivable: int) -> None:
    own = [line for line in invoice.move_id.line_id if line.account_id.id == receivable]
    paid = [line for line in move.line_id if line.account_id.id == receivable]
    if own and paid:
        env = invoice.model.env
        env.of(MoveLine).settle([line.id for line in own + paid])
        env.of(Invoice).mark_paid(invoice)


def _receivable(partner: Record | None, anything: Record) -> int:
    if partner is not None:
        return int(partner.property_account_receivable.id)
    found = anything.model.env["account.account"].search([("type", "=", "receivable")], limit=1)
    return int(found[0])


def _line(account: int, amount: float, name: str) -> dict[str, Any]:
    side, other = ("debit", "credit") if amount >= 0 else ("credit", "debit")
    return {"name": name, "account_id": account, side: stored(abs(amount), 2), other: 0.0}


def _entry(about: Record, journal: Record, lines: list[dict[str, Any]]) -> int:
    env = about.model.env
    return env["account.move"].create(
        {
            "name": env.of(Sequence).take(journal.sequence_id),
            "ref": about.name,
            "journal_id": journal.id,
            "period_id": env.of(Period).of_day(env.today),
            "date": env.today,
            "state": "posted",
            "line_id": [(0, 0, line) for line in lines],
        }
    )
