"""account.invoice: invoices and credit notes with their life from draft to paid."""

from collections.abc import Callable, Iterable
from typing import Any

from fakes.bizzcloud import writing
from fakes.bizzcloud.amounts import stored
from fakes.bizzcloud.errors import UserError
from fakes.bizzcloud.models.invoice_entry import assign_dates, book, pay, take_back
from fakes.bizzcloud.models.invoice_fields import FIELDS, JOURNAL_OF
from fakes.bizzcloud.models.invoice_line import InvoiceTax
from fakes.bizzcloud.records import Model, Record, on_model, on_records

REFUND_OF = {
    "out_invoice": "out_refund",
    "in_invoice": "in_refund",
    "out_refund": "out_invoice",
    "in_refund": "in_invoice",
}
UNNUMBERED = {
    "out_invoice": "Invoice",
    "in_invoice": "Supplier Invoice",
    "out_refund": "Refund",
    "in_refund": "Supplier Refund",
}

TRANSITIONS: dict[str, dict[str, str]] = {
    "invoice_open": {"draft": "open", "proforma2": "open"},
    "invoice_proforma2": {"draft": "proforma2"},
    "invoice_cancel": {"draft": "cancel", "proforma2": "cancel", "open": "cancel"},
    "open_test": {"paid": "open"},
    "invoice_pay": {"open": "paid"},
    "action_cancel_draft": {"cancel": "draft"},
}
"""What each signal makes of each state; a signal that a state does not know changes nothing."""


class Invoice(Model):
    """An invoice or credit note, of a sale or a purchase."""

    name = "account.invoice"
    description = "Invoice"
    order = "number desc, id desc"
    rec_name = "number"
    fields = FIELDS
    unique = (
        (
            ("number", "company_id", "journal_id", "type"),
            "Invoice Number must be unique per Company!",
        ),
    )

    def name_of(self, record: Record) -> str:
        """Return an invoice's number, or what kind it is, and its description."""
        return f"{record.number or UNNUMBERED[record.type]} {record.name or ''}"

    def name_domain(self, name: str, operator: str) -> list[Any]:
        """Return the domain of the invoices that a number or a description means."""
        by_number = [("number", "=", name)]
        return by_number if self.search(by_number, limit=1) else [("name", operator, name)]

    def recompute(self, ids: Iterable[int]) -> None:
        """Compute the totals and what is still to be paid."""
        for invoice in self.browse(ids):
            untaxed = sum(line.price_subtotal for line in invoice.invoice_line)
            tax = sum(line.amount for line in invoice.tax_line)
            total = stored(untaxed + tax, 2)
            residual = 0.0
            if invoice.state in ("open", "paid") and invoice.move_id is not None:
                open_items = [
                    line
                    for line in invoice.move_id.line_id
                    if line.account_id.type in ("receivable", "payable")
                ]
                residual = stored(abs(sum(line.amount_residual_signed for line in open_items)), 2)
            self.store(
                invoice.id,
                amount_untaxed=stored(untaxed, 2),
                amount_tax=stored(tax, 2),
                amount_total=total,
                residual=residual,
                reconciled=invoice.state in ("open", "paid") and residual == 0.0,
            )

    def compute_payments(self, invoice: Record) -> list[int]:
        """Return the entry lines that settle an invoice."""
        if invoice.move_id is None:
            return []
        own = [
            line for line in invoice.move_id.line_id if line.account_id.id == invoice.account_id.id
        ]
        return [other.id for line in own for other in line.model.settled_with(line)]

    def unlink(self, ids: Any) -> bool:
        """Delete drafts and cancelled invoices that never had a number."""
        for invoice in self.browse([each for each in _listed(ids) if each in self.table.rows]):
            if invoice.state not in ("draft", "cancel"):
                raise UserError(
                    "You cannot delete an invoice which is not draft or cancelled. "
                    "You should refund it instead."
                )
            if invoice.internal_number:
                raise UserError(
                    "You cannot delete an invoice after it has been validated (and received a "
                    'number).  You can set it back to "Draft" state and modify its content, then '
                    "re-confirm it."
                )
        return super().unlink(ids)

    @on_records
    def button_reset_taxes(self, ids: Any) -> bool:
        """Compute the tax lines of invoices anew; those made by hand stay."""
        tax_lines = self.env.of(InvoiceTax)
        for invoice in self.browse(_listed(ids)):
            tax_lines.unlink([line.id for line in invoice.tax_line if not line.manual])
            for values in tax_lines.computed(invoice):
                tax_lines.create({**values, "invoice_id": invoice.id})
        self.write(_listed(ids), {})
        return True

    @on_records
    def button_compute(self, ids: Any, set_total: bool = False) -> bool:
        """Compute the tax lines anew (the purchase form's name for it)."""
        return bool(self.button_reset_taxes(ids))

    @on_records
    def action_cancel_draft(self, ids: Any) -> bool:
        """Bring cancelled invoices back to draft."""
        for each in _listed(ids):
            self.signal(each, "action_cancel_draft")
        return True

    @on_records
    def action_cancel(self, ids: Any) -> bool:
        """Cancel invoices."""
        for each in _listed(ids):
            self.signal(each, "invoice_cancel")
        return True

    @on_records
    def signal_workflow(self, ids: Any, signal: str) -> dict[int, bool]:
        """Send a workflow signal to invoices."""
        return {each: self.signal(each, signal) for each in _listed(ids)}

    @on_records
    def action_date_assign(self, ids: Any) -> bool:
        """Give invoices their dates (the first step of opening)."""
        for invoice in self.browse(_listed(ids)):
            assign_dates(invoice)
        return True

    @on_records
    def action_move_create(self, ids: Any) -> bool:
        """Book invoices, which gives them their numbers (the second step of opening)."""
        for invoice in self.browse(_listed(ids)):
            if invoice.invoice_line and not invoice.tax_line:
                self.button_reset_taxes([invoice.id])
            book(invoice)
        return True

    @on_records
    def action_number(self, ids: Any) -> bool:
        """Let invoices keep their numbers for good (the third step of opening)."""
        for invoice in self.browse(_listed(ids)):
            invoice.write({"internal_number": invoice.number or False})
        return True

    @on_records
    def invoice_validate(self, ids: Any) -> bool:
        """Mark invoices as open (the last step of opening)."""
        self.write(_listed(ids), {"state": "open"})
        for each in _listed(ids):
            self.env.changed(self.name, each, "opened")
        return True

    def signal(self, identifier: int, signal: str) -> bool:
        """Send a signal to the workflow of one invoice; return False, as the service does."""
        invoice = self.one(identifier)
        state = TRANSITIONS.get(signal, {}).get(invoice.state)
        if state is not None:
            entering = _ON_ENTERING.get(state)
            if entering is not None:
                entering(invoice)
            self.write([identifier], {"state": state})
            if state != "draft":
                self.env.changed(self.name, identifier, _TOLD_AS[state])
        return False

    def mark_paid(self, invoice: Record) -> None:
        """Compute what is left of an invoice after a payment; it is paid when nothing is."""
        invoice.write({})
        if invoice.residual == 0.0:
            self.signal(invoice.id, "invoice_pay")

    @on_records
    def refund(
        self,
        ids: Any,
        date: str | None = None,
        period_id: int | None = None,
        description: str | None = None,
        journal_id: int | None = None,
    ) -> list[int]:
        """Make a draft credit note of each invoice, with the same lines; return their ids."""
        made: list[int] = []
        for invoice in self.browse(_listed(ids)):
            kind = REFUND_OF[invoice.type]
            journals = self.env["account.journal"].search(
                [("type", "=", JOURNAL_OF[kind])], limit=1
            )
            lines = self.env["account.invoice.line"]
            copied = [writing.copied(lines, line) for line in invoice.invoice_line]
            for line in copied:
                line.pop("invoice_id", None)
            made.append(
                self.create(
                    {
                        "type": kind,
                        "state": "draft",
                        "name": description or invoice.name or False,
                        "reference": invoice.reference or False,
                        "comment": invoice.comment or False,
                        "date_due": invoice.date_due or False,
                        "date_invoice": date or self.env.today,
                        "period_id": period_id or False,
                        "partner_id": invoice.partner_id.id,
                        "company_id": invoice.company_id.id,
                        "account_id": invoice.account_id.id,
                        "currency_id": invoice.currency_id.id,
                        "payment_term": False,
                        "journal_id": journal_id or journals[0],
                        "user_id": invoice.user_id.id if invoice.user_id else False,
                        "fiscal_position": (
                            invoice.fiscal_position.id if invoice.fiscal_position else False
                        ),
                        "invoice_line": [(0, 0, line) for line in copied],
                    }
                )
            )
        return made

    @on_records
    def pay_and_reconcile(
        self,
        ids: Any,
        pay_amount: float,
        pay_account_id: int,
        period_id: int,
        pay_journal_id: int,
        writeoff_acc_id: int | bool = False,
        writeoff_period_id: int | bool = False,
        writeoff_journal_id: int | bool = False,
        name: str = "",
    ) -> bool:
        """Book a payment of one invoice and settle the two; the invoice is paid when all is."""
        for invoice in self.browse(_listed(ids)):
            pay(invoice, pay_amount, pay_account_id, period_id, pay_journal_id, name)
            self.mark_paid(invoice)
        return True

    @on_model
    def onchange_partner_id(
        self,
        type: str,  # noqa: A002 - Odoo's name, which callers may use
        partner_id: int | bool = False,
        **others: Any,
    ) -> dict[str, Any]:
        """Return what a form fills in when a partner is chosen: account, term, fiscal position."""
        if not partner_id:
            return {"value": {}}
        partner = self.env["res.partner"].one(int(partner_id))
        sale = type.startswith("out")
        account = partner.property_account_receivable if sale else partner.property_account_payable
        term = partner.property_payment_term if sale else partner.property_supplier_payment_term
        position = partner.property_account_position
        return {
            "value": {
                "account_id": account.id,
                "payment_term": term.id if term else False,
                "fiscal_position": position.id if position else False,
            }
        }


def _open(invoice: Record) -> None:
    invoices = invoice.model.env.of(Invoice)
    for step in (
        invoices.action_date_assign,
        invoices.action_move_create,
        invoices.action_number,
    ):
        step([invoice.id])


_ON_ENTERING: dict[str, Callable[[Record], None]] = {"open": _open, "cancel": take_back}
_TOLD_AS = {
    "open": "opened",
    "cancel": "cancelled",
    "paid": "paid",
    "proforma2": "changed",
}


def _listed(ids: Any) -> list[int]:
    return list(ids) if isinstance(ids, (list, tuple)) else [ids]
