"""What an invoice does in the journals: its entry when it opens, and its payments."""

from dataclasses import dataclass
from typing import Any

from fakes.bizzcloud.amounts import stored
from fakes.bizzcloud.declaring import Record
from fakes.bizzcloud.errors import UserError
from fakes.bizzcloud.models.currency import on_day
from fakes.bizzcloud.models.entry import MoveLine, must_be_cancellable
from fakes.bizzcloud.models.invoice_line import InvoiceTax, key_of, taxed
from fakes.bizzcloud.models.periods import Period
from fakes.bizzcloud.models.sequences import Sequence
from fakes.bizzcloud.models.terms import PaymentTerm


def assign_dates(invoice: Record) -> None:
    """Give an invoice its own and its due date: today, and the last day of its payment term."""
    day = invoice.date_invoice or invoice.model.env.today
    due = max(each for each, _ in _due(invoice, day, invoice.amount_total))
    invoice.write({"date_invoice": day, "date_due": due})


def check_taxes(invoice: Record) -> None:
    """Raise UserError when an invoice's tax lines are not those that its lines come to."""
    computed = {key_of(values): values for values in _taxes(invoice).computed(invoice)}
    kept = set()
    for line in invoice.tax_line:
        if line.manual:
            continue
        key = (_id(line.tax_code_id), _id(line.base_code_id), line.account_id.id)
        kept.add(key)
        if key not in computed:
            raise UserError("Global taxes defined, but they are not in invoice lines !")
        if stored(abs(computed[key]["base"] - line.base), 2) > invoice.currency_id.rounding:
            raise UserError("Tax base different!\nClick on compute to update the tax base.")
    if computed.keys() - kept:
        raise UserError("Taxes are missing!\nClick on compute button.")


def book(invoice: Record) -> None:
    """Give an invoice that has its dates a period, an entry and a number.

    Raises UserError when there are no lines, the taxes are not those of the lines, or the day has
    no period. The number is the one that the invoice had before, when it had one. The entry's
    reference is the invoice's own, else its description, else its number without its strokes.
    """
    env = invoice.model.env
    if not invoice.invoice_line:
        raise UserError("Please create some invoice lines.")
    if invoice.move_id is not None:
        return
    if invoice.tax_line:
        check_taxes(invoice)
    day = invoice.date_invoice or env.today
    period = invoice.period_id.id if invoice.period_id else env.of(Period).of_day(day)
    number = invoice.internal_number
    if not number:
        number = env.of(Sequence).take(invoice.journal_id.sequence_id)
    reference = invoice.reference or invoice.name or number.replace("/", "")
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
            "line_id": [(0, 0, line) for line in _lines(invoice, day, reference)],
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


def _taxes(invoice: Record) -> InvoiceTax:
    return invoice.model.env.of(InvoiceTax)


def _id(record: Record | None) -> int:
    return 0 if record is None else record.id


def _due(invoice: Record, day: str, total: float) -> list[tuple[str, float]]:
    if invoice.payment_term:
        terms = invoice.model.env.of(PaymentTerm)
        shares = terms.shares(invoice.payment_term, total, day)
        if shares:
            return shares
    return [(invoice.date_due or day, total)]


class _Sides:
    """Makes the lines of an invoice's entry, each on its side and in the company's currency.

    The amount that an invoice in another currency prints stands beside it (published: Odoo 8's
    account_invoice.py, compute_invoice_totals and action_move_create).
    """

    def __init__(self, invoice: Record, day: str, reference: str) -> None:
        self._to_credit = invoice.type in ("out_invoice", "in_refund")
        self._currency = invoice.currency_id.id
        self._company_currency = invoice.company_id.currency_id.id
        self._currencies = on_day(invoice, day)
        partner = invoice.partner_id.model.compute_commercial_partner(invoice.partner_id)
        self._common = {"partner_id": partner, "ref": reference, "date": day}

    def here(self, amount: float) -> float:
        """Return an amount of the invoice in the company's currency."""
        if self._currency == self._company_currency:
            return amount
        return self._currencies.compute(self._currency, self._company_currency, amount)

    def there(self, amount: float) -> float:
        """Return an amount of the company's currency in that of the invoice."""
        if self._currency == self._company_currency:
            return amount
        return self._currencies.compute(self._company_currency, self._currency, amount)

    def line(
        self, name: str, account: int, printed: float, is_partners: bool, **more: Any
    ) -> dict[str, Any]:
        """Return a line of what the invoice prints; the partner's are on the other side."""
        return self.line_of(name, account, self.here(printed), printed, is_partners, **more)

    def line_of(
        self,
        name: str,
        account: int,
        amount: float,
        printed: float,
        is_partners: bool,
        **more: Any,
    ) -> dict[str, Any]:
        """Return a line of an amount, and of what the invoice prints of it."""
        is_credit = self._to_credit != is_partners
        if amount < 0:
            is_credit = not is_credit
        side, other = ("credit", "debit") if is_credit else ("debit", "credit")
        line = {**self._common, "name": name[:64], "account_id": account, side: abs(amount)}
        line[other] = 0
        if self._currency != self._company_currency:
            signed = -abs(printed) if is_credit else abs(printed)
            line |= {"currency_id": self._currency, "amount_currency": signed}
        return {**line, **more}


def _lines(invoice: Record, day: str, reference: str) -> list[dict[str, Any]]:
    """Return the entry's lines: turnover, tax, then the partner's, each on its side."""
    sides = _Sides(invoice, day, reference)
    lines = []
    total = 0.0
    for each in invoice.invoice_line:
        about = {
            "quantity": each.quantity,
            "product_id": each.product_id.id if each.product_id else False,
        }
        codes = _base_codes(invoice, each, sides)
        name, amount = each.name.partition("\n")[0], each.price_subtotal
        total += sides.here(amount)
        lines.append(sides.line(name, each.account_id.id, amount, False, **about, **codes[0]))
        lines += [
            sides.line(name, each.account_id.id, 0, False, **about, **code) for code in codes[1:]
        ]
    for each in sorted(invoice.tax_line, key=lambda tax: tax.id):
        if each.amount or each.tax_code_id or each.tax_amount:
            code = {"tax_code_id": _id(each.tax_code_id) or False, "tax_amount": each.tax_amount}
            total += sides.here(each.amount)
            lines.append(
                sides.line(each.name, each.account_id.id, each.amount, False, quantity=1, **code)
            )
    name = invoice.name or invoice.supplier_invoice_number or "/"
    lines += [
        sides.line_of(
            name, invoice.account_id.id, amount, printed, True, quantity=1, date_maturity=due
        )
        for due, amount, printed in _shares(invoice, day, sides, total)
    ]
    return lines


def _shares(
    invoice: Record, day: str, sides: _Sides, total: float
) -> list[tuple[str, float, float]]:
    """Return what is due when: in the company's currency, and in the invoice's.

    The last share has what rounding leaves of what the invoice prints.
    """
    if invoice.currency_id.id == invoice.company_id.currency_id.id:
        return [(due, part, part) for due, part in _due(invoice, day, invoice.amount_total)]
    left = invoice.amount_total
    shares = []
    for due, part in _due(invoice, day, stored(total, 2)):
        printed = sides.there(part)
        left -= printed
        shares.append((due, part, printed))
    due, part, printed = shares[-1]
    return [*shares[:-1], (due, part, stored(printed + left, 2))]


def _base_codes(invoice: Record, line: Record, sides: _Sides) -> list[dict[str, Any]]:
    """Return the boxes of the tax return that a line's amount belongs in; one without any box."""
    prefix = "ref_" if invoice.type in ("out_refund", "in_refund") else ""
    codes = []
    for each in taxed(line, line.invoice_line_tax_id, line.quantity).taxes:
        code = getattr(each.tax, prefix + "base_code_id")
        if code is not None:
            sign = getattr(each.tax, prefix + "base_sign")
            amount = sides.here(each.price_unit * line.quantity * sign)
            codes.append({"tax_code_id": code.id, "tax_amount": amount})
    return codes or [{}]


def take_back(invoice: Record) -> None:
    """Delete the entry of an invoice that is cancelled; raises UserError when that may not be."""
    move = invoice.move_id
    if move is None:
        return
    must_be_cancellable(move)
    if any(line.reconcile_id or line.reconcile_partial_id for line in move.line_id):
        raise UserError(
            "You cannot cancel an invoice which is partially paid. You need to unreconcile "
            "related payment entries first."
        )
    invoice.write({"move_id": False, "number": False})
    move.model.button_cancel([move.id])
    move.model.unlink([move.id])


@dataclass(frozen=True)
class WriteOff:
    """Where what a payment leaves of an invoice is booked, so that it counts as paid."""

    account: int
    period: int
    journal: int


def left_of(invoice: Record) -> float:
    """Return what is left to pay of an invoice, in its currency.

    What several of its kind share, settled in part together, counts for each in equal parts; what
    is settled by more than itself is nothing (published: account_invoice.py, _compute_residual).
    """
    left = 0.0
    done = set()
    for line in invoice.move_id.line_id:
        if line.account_id.type not in ("receivable", "payable"):
            continue
        together = line.reconcile_partial_id
        if together is not None and together.id in done:
            continue
        if line.currency_id is None:
            currencies = on_day(line, line.date)
            company = line.company_id.currency_id.id
            part = currencies.compute(company, invoice.currency_id.id, line.amount_residual)
        else:
            part = line.amount_residual_currency
        if together is not None:
            done.add(together.id)
            sharing = {
                each.invoice.id
                for each in (line, *line.model.settled_with(line))
                if each.invoice is not None and each.invoice.type == invoice.type
            }
            part = stored(part / len(sharing), 2)
        left += part
    return max(stored(left, 2), 0.0)


def is_settled(invoice: Record) -> bool:
    """Tell whether all that is owed of an invoice is settled in whole (published: test_paid)."""
    if invoice.move_id is None:
        return False
    owed = [each for each in invoice.move_id.line_id if each.account_id.id == invoice.account_id.id]
    return bool(owed) and all(each.reconcile_id is not None for each in owed)


def settled_together(invoice: Record) -> list[Record]:
    """Return an invoice, and the invoices and credit notes that are settled along with it."""
    found = {invoice.id: invoice}
    for line in invoice.payment_ids:
        if line.invoice is not None:
            found[line.invoice.id] = line.invoice
    return list(found.values())


def pay(
    invoice: Record,
    amount: float,
    account: int,
    period: int,
    journal: int,
    name: str = "",
    write_off: WriteOff | None = None,
) -> None:
    """Book a payment of an open invoice and settle the two; raises UserError for another state.

    It is dated today, or on the day `date_p` of the context. The payment's entry stays unposted,
    without a number, unless its journal posts by itself.
    """
    env = invoice.model.env
    day = env.context.get("date_p") or env.today
    if invoice.state != "open":
        raise UserError("You can only pay an open invoice.")
    into = invoice.type in ("out_invoice", "in_refund")
    partner = invoice.partner_id.model.compute_commercial_partner(invoice.partner_id)
    sides = ("credit", "debit") if into else ("debit", "credit")
    reference = invoice.number if invoice.type.startswith("out") else invoice.reference

    def entry(label: str, where: int, side: int, value: float) -> dict[str, Any]:
        return {
            "name": label,
            "account_id": where,
            sides[side if value >= 0 else 1 - side]: abs(value),
            "partner_id": partner,
        }

    def booked(lines: list[dict[str, Any]], **about: Any) -> list[Record]:
        made = env["account.move"].create(
            {**about, "date": day, "line_id": [(0, 0, line) for line in lines]}
        )
        lines_made = env["account.move"].one(made).line_id
        return [each for each in lines_made if each.account_id.id == invoice.account_id.id]

    label = name or invoice.invoice_line[0].name or invoice.number
    owed = [each for each in invoice.move_id.line_id if each.account_id.id == invoice.account_id.id]
    open_before = abs(sum(each.amount_residual_signed for each in owed))
    items = owed + booked(
        [entry(label, invoice.account_id.id, 0, amount), entry(label, account, 1, amount)],
        journal_id=journal,
        period_id=period,
        ref=reference or False,
    )
    left = stored(open_before - amount, 2)
    if left and write_off is not None:
        items += booked(
            [
                entry("Write-Off", invoice.account_id.id, 0, left),
                entry("Write-Off", write_off.account, 1, left),
            ],
            journal_id=write_off.journal,
            period_id=write_off.period,
        )
    env.of(MoveLine).settle([each.id for each in items], kind="manual")
    invoice.write({})
