"""The fields of account.invoice, with the labels and helps that `fields_get` tells."""

from fakes.bizzcloud.fields import (
    Field,
    boolean,
    char,
    date,
    decimal,
    many2many,
    many2one,
    one2many,
    selection,
    text,
)
from fakes.bizzcloud.records import Model

DRAFT_ONLY = {"draft": [["readonly", False]]}
TOTALS_DEPEND = ("invoice_line.price_subtotal", "tax_line.amount")
JOURNAL_OF = {
    "out_invoice": "sale",
    "out_refund": "sale_refund",
    "in_invoice": "purchase",
    "in_refund": "purchase_refund",
}


def _journal(model: Model) -> int | None:
    wanted = JOURNAL_OF[model.env.context.get("type", "out_invoice")]
    found = model.env.as_superuser()["account.journal"].search([("type", "=", wanted)], limit=1)
    return found[0] if found else None


def _company_currency(model: Model) -> int:
    return int(model.env["res.company"].table.rows[1]["currency_id"])


FIELDS: dict[str, Field] = {
    "name": char("Reference/Description", readonly=True, states=DRAFT_ONLY),
    "origin": char(
        "Source Document",
        help="Reference of the document that produced this invoice.",
        readonly=True,
        states=DRAFT_ONLY,
    ),
    "supplier_invoice_number": char(
        "Supplier Invoice Number",
        help="The reference of this invoice as provided by the supplier.",
        readonly=True,
        states=DRAFT_ONLY,
    ),
    "type": selection(
        "Type",
        [
            ("out_invoice", "Customer Invoice"),
            ("in_invoice", "Supplier Invoice"),
            ("out_refund", "Customer Refund"),
            ("in_refund", "Supplier Refund"),
        ],
        readonly=True,
        default=lambda model: model.env.context.get("type", "out_invoice"),
    ),
    "number": char(
        "Number",
        readonly=True,
        related=("move_id", "name"),
        depends=("move_id.name",),
        copy=False,
    ),
    "internal_number": char(
        "Invoice Number",
        help="Unique number of the invoice, computed automatically when the invoice is created.",
        readonly=True,
        default=False,
        copy=False,
    ),
    "reference": char("Invoice Reference", help="The partner reference of this invoice."),
    "reference_type": selection(
        "Payment Reference",
        [("none", "Free Reference")],
        required=True,
        readonly=True,
        states=DRAFT_ONLY,
        default="none",
    ),
    "comment": text("Additional Information"),
    "state": selection(
        "Status",
        [
            ("draft", "Draft"),
            ("proforma", "Pro-forma"),
            ("proforma2", "Pro-forma"),
            ("open", "Open"),
            ("paid", "Paid"),
            ("cancel", "Cancelled"),
        ],
        help=" * The 'Draft' status is used when a user is encoding a new and unconfirmed "
        "Invoice.\n * The 'Pro-forma' when invoice is in Pro-forma status,invoice does not "
        "have an invoice number.\n * The 'Open' status is used when user create invoice,a "
        "invoice number is generated.Its in open status till user does not pay invoice.\n"
        " * The 'Paid' status is set automatically when the invoice is paid. Its related "
        "journal entries may or may not be reconciled.\n"
        " * The 'Cancelled' status is used when user cancel invoice.",
        readonly=True,
        default="draft",
        copy=False,
    ),
    "sent": boolean(
        "Sent",
        help="It indicates that the invoice has been sent.",
        readonly=True,
        default=False,
        copy=False,
    ),
    "date_invoice": date(
        "Invoice Date",
        help="Keep empty to use the current date",
        readonly=True,
        states=DRAFT_ONLY,
        copy=False,
    ),
    "date_due": date(
        "Due Date",
        help="If you use payment terms, the due date will be computed automatically at the "
        "generation of accounting entries. The payment term may compute several due dates, "
        "for example 50% now and 50% in one month, but if you want to force a due date, make "
        "sure that the payment term is not set on the invoice. If you keep the payment term "
        "and the due date empty, it means direct payment.",
        readonly=True,
        states=DRAFT_ONLY,
        copy=False,
    ),
    "partner_id": many2one(
        "Partner", "res.partner", required=True, readonly=True, states=DRAFT_ONLY
    ),
    "payment_term": many2one(
        "Payment Terms",
        "account.payment.term",
        help="If you use payment terms, the due date will be computed automatically at the "
        "generation of accounting entries. If you keep the payment term and the due date empty, "
        "it means direct payment. The payment term may compute several due dates, for example "
        "50% now, 50% in one month.",
        readonly=True,
        states=DRAFT_ONLY,
    ),
    "period_id": many2one(
        "Force Period",
        "account.period",
        help="Keep empty to use the period of the validation(invoice) date.",
        domain=[["state", "!=", "done"]],
        readonly=True,
        states=DRAFT_ONLY,
        copy=False,
    ),
    "account_id": many2one(
        "Account",
        "account.account",
        help="The partner account used for this invoice.",
        required=True,
        readonly=True,
        states=DRAFT_ONLY,
    ),
    "invoice_line": one2many(
        "Invoice Lines",
        "account.invoice.line",
        "invoice_id",
        readonly=True,
        states=DRAFT_ONLY,
    ),
    "tax_line": one2many(
        "Tax Lines",
        "account.invoice.tax",
        "invoice_id",
        readonly=True,
        states=DRAFT_ONLY,
    ),
    "move_id": many2one(
        "Journal Entry",
        "account.move",
        help="Link to the automatically generated Journal Items.",
        readonly=True,
        ondelete="restrict",
        copy=False,
    ),
    "move_name": char("Journal Entry", readonly=True, states=DRAFT_ONLY, copy=False),
    "amount_untaxed": decimal(
        "Subtotal", readonly=True, compute="compute_totals", depends=TOTALS_DEPEND
    ),
    "amount_tax": decimal("Tax", readonly=True, compute="compute_totals", depends=TOTALS_DEPEND),
    "amount_total": decimal(
        "Total", readonly=True, compute="compute_totals", depends=TOTALS_DEPEND
    ),
    "currency_id": many2one(
        "Currency",
        "res.currency",
        required=True,
        readonly=True,
        states=DRAFT_ONLY,
        default=_company_currency,
    ),
    "journal_id": many2one(
        "Journal",
        "account.journal",
        required=True,
        readonly=True,
        states=DRAFT_ONLY,
        default=_journal,
        domain="[('type', 'in', {'out_invoice': ['sale'], 'out_refund': ['sale_refund'], "
        "'in_refund': ['purchase_refund'], 'in_invoice': ['purchase']}.get(type, [])), "
        "('company_id', '=', company_id)]",
    ),
    "company_id": many2one(
        "Company", "res.company", required=True, readonly=True, states=DRAFT_ONLY, default=1
    ),
    "check_total": decimal("Verification Total", readonly=True, states=DRAFT_ONLY, default=0.0),
    "reconciled": boolean(
        "Paid/Reconciled",
        help="It indicates that the invoice has been paid and the journal entry of the invoice "
        "has been reconciled with one or several journal entries of payment.",
        readonly=True,
        compute="compute_totals",
        depends=("account_id", "move_id.line_id.account_id", "move_id.line_id.reconcile_id"),
    ),
    "partner_bank_id": many2one(
        "Bank Account",
        "res.partner.bank",
        help="Bank Account Number to which the invoice will be paid. A Company bank account if "
        "this is a Customer Invoice or Supplier Refund, otherwise a Partner bank account number.",
        readonly=True,
        states=DRAFT_ONLY,
    ),
    "move_lines": many2many(
        "Entry Lines", "account.move.line", compute="compute_payments", store=False
    ),
    "payment_ids": many2many(
        "Payments", "account.move.line", compute="compute_payments", store=False
    ),
    "residual": decimal(
        "Balance",
        readonly=True,
        compute="compute_totals",
        help="Remaining amount due.",
        depends=(
            "state",
            "currency_id",
            "invoice_line.price_subtotal",
            "move_id.line_id.account_id.type",
            "move_id.line_id.amount_residual",
            "move_id.line_id.amount_residual_currency",
            "move_id.line_id.currency_id",
            "move_id.line_id.reconcile_partial_id.line_partial_ids.invoice.type",
        ),
    ),
    "user_id": many2one(
        "Salesperson",
        "res.users",
        default=lambda model: model.env.uid,
        readonly=True,
        states=DRAFT_ONLY,
    ),
    "fiscal_position": many2one(
        "Fiscal Position", "account.fiscal.position", readonly=True, states=DRAFT_ONLY
    ),
    "commercial_partner_id": many2one(
        "Commercial Entity",
        "res.partner",
        related=("partner_id", "commercial_partner_id"),
        store=False,
    ),
}
