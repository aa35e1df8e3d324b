"""account.invoice: invoices and credit notes with their life from draft to paid."""

from collections.abc import Callable, Iterable
from typing import Any

from fakes.bizzcloud import writing
from fakes.bizzcloud.amounts import stored
from fakes.bizzcloud.declaring import Record, on_records
from fakes.bizzcloud.errors import UserError
from fakes.bizzcloud.models.invoice_entry import (
    WriteOff,
    assign_dates,
    book,
    is_settled,
    left_of,
    pay,
    settled_together,
    take_back,
)
from fakes.bizzcloud.models.invoice_fields import FIELDS
from fakes.bizzcloud.models.invoice_line import InvoiceTax
from fakes.bizzcloud.models.messages import Thread, thread_fields
from fakes.bizzcloud.models.terms import PaymentTerm
from fakes.bizzcloud.models.voucher_form import payment_form

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
}
"""What each signal makes of each state; a signal that a state does not know changes nothing."""


class Invoice(Thread):
    """An invoice or credit note, of a sale or a purchase."""

    name = "account.invoice"
    description = "Invoice"
    order = "number desc, id desc"
    rec_name = "number"
    fields = {**FIELDS, **thread_fields()}
    unique = (
        (
            ("number", "company_id", "journal_id", "type"),
            "Invoice Number must be unique per Company!",
        ),
    )

    def name_of(self, record: Record) -> str:
        """Return an invoice's number, or what kind it is, and its description."""
        return f"{record.number or UNNUMBERED[record.type]} {record.name or ''}"

    def named(self, name: str, args: list[Any], operator: str, limit: int | None) -> list[int]:
        """Return the invoice with a number, else those with such a description."""
        ids: list[int] = []
        if name:
            ids = self.search([("number", "=", name), *args], limit=limit)
        return ids or self.search([("name", operator, name), *args], limit=limit)

    def recompute(self, ids: Iterable[int]) -> None:
        """Compute the totals and what is still to be paid."""
        known = list(ids)
        for invoice in self.browse(known):
            untaxed = sum(line.price_subtotal for line in invoice.invoice_line)
            tax = sum(line.amount for line in invoice.tax_line)
            self.store(
                invoice.id,
                amount_untaxed=stored(untaxed, 2),
                amount_tax=stored(tax, 2),
                amount_total=stored(untaxed + tax, 2),
            )
        self._recompute_residual(known)

    def recompute_after(self, ids: Iterable[int], names: set[str]) -> None:
        """Compute the totals when lines were written; what was typed over them stays till then."""
        if names.isdisjoint(("invoice_line", "tax_line")):
            self._recompute_residual(ids)
        else:
            self.recompute(ids)

    def _recompute_residual(self, ids: Iterable[int]) -> None:
        for invoice in self.browse(ids):
            is_booked = invoice.state in ("open", "paid") and invoice.move_id is not None
            residual = left_of(invoice) if is_booked else 0.0
            self.store(
                invoice.id,
                residual=residual,
                reconciled=is_booked and is_settled(invoice),
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
        self.write(_listed(ids), {"invoice_line": []})
        return True

    @on_records
    def button_compute(self, ids: Any, set_total: bool = False) -> bool:
        """Compute the tax lines anew (the purchase form's name for it)."""
        return bool(self.button_reset_taxes(ids))

    @on_records
    def action_cancel_draft(self, ids: Any) -> bool:
        """Bring cancelled invoices back to draft."""
        for invoice in self.browse(_listed(ids)):
            if invoice.state == "cancel":
                invoice.write({"state": "draft"})
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
        if signal == "open_test" and is_settled(invoice):
            return False
        if state is not None:
            entering = _ON_ENTERING.get(state)
            if entering is not None:
                entering(invoice)
            self.write([identifier], {"state": state})
            self.env.changed(self.name, identifier, _TOLD_AS[state])
        return False

    def mark_paid(self, invoice: Record) -> None:
        """Compute what is left of an invoice after a payment; it is paid when all is settled."""
        invoice.write({})
        if is_settled(invoice):
            self.signal(invoice.id, "invoice_pay")

    @on_records
    def invoice_print(self, ids: Any) -> dict[str, Any]:
        """Mark an invoice as sent; return what a client prints next (there are no reports here)."""
        self.write(_listed(ids), {"sent": True})
        report = "account.report_invoice"
        return {
            "type": "ir.actions.report.xml",
            "report_name": report,
            "report_type": "qweb-pdf",
            "report_file": report,
            "context": self.env.context,
            "data": False,
        }

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
            kind = "purchase_refund" if invoice.type == "in_invoice" else "sale_refund"
            journals = self.env["account.journal"].search([("type", "=", kind)], limit=1)
            by_hand = [line for line in invoice.tax_line if line.manual]
            self.env.changed(self.name, invoice.id, "refunded")
            made.append(
                self.create(
                    {
                        "type": REFUND_OF[invoice.type],
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
                        "payment_term": invoice.payment_term.id if invoice.payment_term else False,
                        "journal_id": journal_id or journals[0],
                        "user_id": invoice.user_id.id if invoice.user_id else False,
                        "fiscal_position": (
                            invoice.fiscal_position.id if invoice.fiscal_position else False
                        ),
                        "invoice_line": _copied(invoice.invoice_line),
                        "tax_line": _copied(by_hand),
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
        """Book a payment of one invoice and settle the two; the invoice is paid when all is.

        With a write-off account, what the payment leaves is booked there and the invoice is paid.
        """
        write_off = None
        if writeoff_acc_id:
            write_off = WriteOff(writeoff_acc_id, writeoff_period_id, writeoff_journal_id)
        for invoice in self.browse(_listed(ids)):
            pay(invoice, pay_amount, pay_account_id, period_id, pay_journal_id, name, write_off)
            for each in settled_together(invoice):
                self.mark_paid(each)
        return True

    @on_records
    def invoice_pay_customer(self, ids: Any) -> Any:
        """Return the window in which a payment of an invoice is registered."""
        listed = _listed(ids)
        return payment_form(self.one(listed[0])) if listed else []

    @on_records
    def onchange_payment_term_date_invoice(
        self, ids: Any, payment_term_id: int | bool, date_invoice: str | bool
    ) -> dict[str, Any]:
        """Return the due date that a form fills in for a payment term and a date."""
        day = date_invoice if isinstance(date_invoice, str) else self.env.today
        terms = self.env.of(PaymentTerm)
        if payment_term_id:
            due = max(when for when, _ in terms.shares(terms.one(int(payment_term_id)), 1, day))
        else:
            due = next((each.date_due for each in self.browse(_listed(ids))), None) or day
        return {"value": {"date_due": due}}

    @on_records
    def onchange_partner_id(
        self,
        ids: Any,
        type: str,  # noqa: A002 - Odoo's name, which callers may use
        partner_id: int | bool,
        date_invoice: str | bool = False,
        payment_term: int | bool = False,
        partner_bank_id: int | bool = False,
        company_id: int | bool = False,
    ) -> dict[str, Any]:
        """Return what a form fills in when a partner is chosen: account, term, fiscal position."""
        value: dict[str, Any] = {"account_id": False, "payment_term": False}
        value |= {"fiscal_position": False}
        bank: int | bool = False
        if partner_id:
            partner = self.env["res.partner"].one(int(partner_id))
            sale = type in ("out_invoice", "out_refund")
            kind = "receivable" if sale else "payable"
            which = "property_payment_term" if sale else "property_supplier_payment_term"
            value = {
                "account_id": _id(getattr(partner, f"property_account_{kind}")),
                "payment_term": _id(getattr(partner, which)),
                "fiscal_position": _id(partner.property_account_position),
            }
            bank = partner.bank_ids[0].id if partner.bank_ids else False
        if type in ("in_invoice", "in_refund"):
            value["partner_bank_id"] = bank
        if payment_term != value["payment_term"]:
            term = value["payment_term"]
            due = self.onchange_payment_term_date_invoice([], term, date_invoice)["value"]
            value |= due if term else {"date_due": False}
        return {"value": value}


def _id(record: Record | None) -> int | bool:
    return record.id if record is not None else False


def _copied(lines: list[Record]) -> list[tuple[int, int, dict[str, Any]]]:
    """Return the commands that make the same lines on another invoice."""
    made = [writing.copied(line.model, line) for line in lines]
    return [(0, 0, {**values, "invoice_id": False}) for values in made]


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
