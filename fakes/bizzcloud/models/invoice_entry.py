"""What an invoice does in the journals: its entry when it opens, and its payments."""

from typing import Any

from fakes.bizzcloud.errors import UserError
from fakes.bizzcloud.models.entry import MoveLine
from fakes.bizzcloud.models.periods import Period
from fakes.bizzcloud.models.sequences import Sequence
from fakes.bizzcloud.models.terms import PaymentTerm
from fakes.bizzcloud.records import Record


def assign_dates(invoice: Record) -> None:
    """Give an invoice its own and its due date: today, and the last day of its payment term."""
    day = invoice.date_invoice or invoice.model.env.today
    due = max(each for each, _ in _due(invoice, day))
    invoice.write({"date_invoice": day, "date_due": due})


def book(invoice: Record) -> None:
    """Give an invoice that has its dates a period, an entry and a number.

    Raises UserError when there are no lines, or the day has no period. The number is the one that
    the invoice had before, when it had one.
    """
    env = invoice.model.env
    if not invoice.invoice_line:
        raise UserError("Please create some invoice lines.")
    if invoice.move_id is not None:
        return
    day = invoice.date_invoice or env.today
    shares = _due(invoice, day)
    period = invoice.period_id.id if invoice.period_id else env.of(Period).of_day(day)
    number = invoice.internal_number
    if not number:
        number = env.of(Sequence).take(invoice.journal_id.sequence_id)
    reference = invoice.reference if invoice.type.startswith("in") else number.replace("/", "")
    move = env["account.move"].create(
        {
            "name": number,
            "ref": reference,
            "journal_id": invoice.journal_id.id,
            "date": day,
            "period_id": period,
            "partner_id": invoice.partner_id.id,
            "state": "posted",
            "narration": invoice.comment or False,
            "line_id": [(0, 0, line) for line in _lines(invoice, day, shares, reference)],
        }
    )
    invoice.write(
        {
            "date_invoice": day,
            "period_id": period,
            "move_id": move,
            "number": number,
            "move_name": "/",
        }
    )


def _due(invoice: Record, day: str) -> list[tuple[str, float]]:
    total = invoice.amount_total
    if invoice.payment_term:
        terms = invoice.model.env.of(PaymentTerm)
        shares = terms.shares(invoice.payment_term, total, day)
        if shares:
            return shares
    return [(invoice.date_due or day, total)]


def _lines(
    invoice: Record, day: str, shares: list[tuple[str, float]], reference: str | None
) -> list[dict[str, Any]]:
    """Return the entry's lines: turnover, tax, then the partner's, each on its side."""
    to_credit = invoice.type in ("out_invoice", "in_refund")
    partner = invoice.partner_id.model.compute_commercial_partner(invoice.partner_id)
    common = {"partner_id": partner, "ref": reference, "date": day}

    def line(name: str, account: int, amount: float, credit: bool, **more: Any) -> dict[str, Any]:
        credit = credit if amount >= 0 else not credit
        side, other = ("credit", "debit") if credit else ("debit", "credit")
        return {
            **common,
            "name": name[:64],
            "account_id": account,
            side: abs(amount),
            other: 0,
            **more,
        }

    lines = [
        line(
            each.name,
            each.account_id.id,
            each.price_subtotal,
            to_credit,
            quantity=each.quantity,
            product_id=each.product_id.id if each.product_id else False,
        )
        for each in invoice.invoice_line
    ]
    lines += [
        line(each.name, each.account_id.id, each.amount, to_credit)
        for each in invoice.tax_line
        if each.amount
    ]
    lines += [
        line(invoice.name or "/", invoice.account_id.id, amount, not to_credit, date_maturity=due)
        for due, amount in shares
    ]
    return lines


def take_back(invoice: Record) -> None:
    """Delete the entry of an invoice that is cancelled; raises UserError when that may not be."""
    move = invoice.move_id
    if move is None:
        return
    if not invoice.journal_id.update_posted:
        raise UserError(
            "You cannot modify a posted entry of this journal.\nFirst you should set the journal "
            "to allow cancelling entries."
        )
    if any(line.reconcile_id or line.reconcile_partial_id for line in move.line_id):
        raise UserError(
            "You cannot cancel an invoice which is partially paid. You need to unreconcile "
            "related payment entries first."
        )
    invoice.write({"move_id": False, "number": False})
    move.model.unlink([move.id])


def pay(invoice: Record, amount: float, account: int, period: int, journal: int, name: str) -> None:
    """Book a payment of an open invoice and settle the two; raises UserError for another state."""
    env = invoice.model.env
    if invoice.state != "open":
        raise UserError("You can only pay an open invoice.")
    into = invoice.type in ("out_invoice", "in_refund")
    partner = invoice.partner_id.model.compute_commercial_partner(invoice.partner_id)
    sides = ("debit", "credit") if into else ("credit", "debit")
    entry = env["account.journal"].one(journal)
    number = env.of(Sequence).take(entry.sequence_id)
    lines = [
        {"name": name or invoice.number, "account_id": where, side: amount, "partner_id": partner}
        for where, side in ((account, sides[0]), (invoice.account_id.id, sides[1]))
    ]
    move = env["account.move"].one(
        env["account.move"].create(
            {
                "name": number,
                "ref": invoice.number,
                "journal_id": journal,
                "period_id": period,
                "date": env.today,
                "state": "posted",
                "line_id": [(0, 0, line) for line in lines],
            }
        )
    )
    owed = [each for each in invoice.move_id.line_id if each.account_id.id == invoice.account_id.id]
    paid = [each for each in move.line_id if each.account_id.id == invoice.account_id.id]
    env.of(MoveLine).settle([each.id for each in owed + paid])
    invoice.write({})
