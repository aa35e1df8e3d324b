"""account.invoice.refund: the form that credits invoices."""

from typing import Any

from fakes.bizzcloud.declaring import Record, on_records
from fakes.bizzcloud.errors import UserError
from fakes.bizzcloud.fields import char, date, many2one, selection
from fakes.bizzcloud.models.entry import MoveLine
from fakes.bizzcloud.models.invoice import Invoice
from fakes.bizzcloud.models.periods import Period
from fakes.bizzcloud.records import Model

_JOURNAL_OF = {
    "out_invoice": "sale_refund",
    "out_refund": "sale",
    "in_invoice": "purchase_refund",
    "in_refund": "purchase",
}
_NAME_OF = {
    "out_invoice": "Customer Refunds",
    "out_refund": "Customer Invoices",
    "in_invoice": "Supplier Refunds",
    "in_refund": "Supplier Invoices",
}


def _journal(model: Model) -> int | None:
    kind = _JOURNAL_OF.get(model.env.context.get("type", "out_invoice"))
    found = model.env["account.journal"].search([("type", "=", kind)], limit=1)
    return found[0] if found else None


def _reason(model: Model) -> str | None:
    active = model.env.context.get("active_id")
    return model.env["account.invoice"].one(active).name if active else None


class RefundForm(Model):
    """The form, which takes the invoices that the context's `active_ids` name."""

    name = "account.invoice.refund"
    description = "Invoice Refund"
    order = "id"
    rec_name = "description"
    fields = {
        "date": date(
            "Date",
            default=lambda model: model.env.today_in_utc,
            help="This date will be used as the invoice date for credit note and period will be "
            "chosen accordingly!",
        ),
        "period": many2one("Force period", "account.period"),
        "journal_id": many2one("Refund Journal", "account.journal", default=_journal),
        "description": char("Reason", required=True, default=_reason),
        "filter_refund": selection(
            "Refund Method",
            [
                ("refund", "Create a draft refund"),
                ("cancel", "Cancel: create refund and reconcile"),
                ("modify", "Modify: create refund, reconcile and create a new draft invoice"),
            ],
            required=True,
            default="refund",
        ),
    }

    @on_records
    def invoice_refund(self, ids: Any) -> dict[str, Any] | bool:
        """Credit the invoices in the way that the form says."""
        forms = self.browse(ids if isinstance(ids, list) else [ids])
        return self.compute_refund(ids, forms[0].filter_refund if forms else "refund")

    @on_records
    def compute_refund(self, ids: Any, mode: str = "refund") -> dict[str, Any] | bool:
        """Credit the invoices; `cancel` opens the credit note and settles both, `modify` begins a
        new draft too. Returns the window that shows what was made.

        Raises UserError for an invoice that is not open or, unless it is only refunded, is paid.
        """
        for form in self.browse(ids if isinstance(ids, list) else [ids]):
            made: list[int] = []
            kind = "out_invoice"
            for invoice in self.env.of(Invoice).browse(self.env.context.get("active_ids") or []):
                kind = invoice.type
                made += self._credited(form, invoice, mode)
            return {
                "name": _NAME_OF[kind],
                "type": "ir.actions.act_window",
                "res_model": "account.invoice",
                "view_type": "form",
                "view_mode": "tree,form,calendar,graph",
                "domain": [["id", "in", made]],
            }
        return False

    def _credited(self, form: Record, invoice: Record, mode: str) -> list[int]:
        if invoice.state in ("draft", "proforma2", "cancel"):
            raise UserError(f"Cannot {mode} draft/proforma/cancel invoice.")
        if invoice.reconciled and mode in ("cancel", "modify"):
            raise UserError(
                f"Cannot {mode} invoice which is already reconciled, invoice should be "
                "unreconciled first. You can only refund this invoice."
            )
        invoices = self.env.of(Invoice)
        day = form.date or invoice.date_invoice
        period = form.period.id if form.period else self.env.of(Period).of_day(day)
        journal = form.journal_id.id if form.journal_id else invoice.journal_id.id
        (credit,) = invoices.refund([invoice.id], day, period, form.description, journal)
        invoices.write([credit], {"date_due": day, "check_total": invoice.check_total})
        invoices.button_compute([credit])
        if mode == "refund":
            return [credit]
        invoices.signal(credit, "invoice_open")
        lines = [
            line.id
            for each in (invoice, invoices.one(credit))
            for line in each.move_id.line_id
            if line.account_id.id == invoice.account_id.id
        ]
        entry_lines = self.env.of(MoveLine)
        for each in entry_lines.browse(lines):
            entry_lines.unsettle(each)
        entry_lines.reconcile(lines, "auto", invoice.account_id.id, period, invoice.journal_id.id)
        if mode != "modify":
            return [credit]
        again = invoices.copy([invoice.id], {"date_invoice": day, "period_id": period})
        invoices.write([again], {"name": form.description, "reference": invoice.reference or False})
        return [credit, again]
