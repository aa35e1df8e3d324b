"""account.voucher: payments that a person registers, and the open items that they pay.

Published: addons/account_voucher/account_voucher.py of Odoo 8. All is in the company's currency;
sales and purchase receipts are booked as long as they have no tax.
"""

from typing import Any

from fakes.bizzcloud.amounts import stored
from fakes.bizzcloud.declaring import Record, as_ids, on_records
from fakes.bizzcloud.errors import UserError
from fakes.bizzcloud.fields import (
    boolean,
    char,
    date,
    decimal,
    many2one,
    one2many,
    selection,
    text,
)
from fakes.bizzcloud.models.periods import Period
from fakes.bizzcloud.models.voucher_entry import book, take_back
from fakes.bizzcloud.models.voucher_form import VoucherForm, journal_by_default
from fakes.bizzcloud.records import Model

TRANSITIONS: dict[str, dict[str, str]] = {
    "proforma_voucher": {"draft": "posted"},
    "cancel_voucher": {"draft": "cancel", "posted": "cancel"},
}
"""What each signal makes of each state; a signal that a state does not know changes nothing."""

DRAFT_ONLY: dict[str, Any] = {"readonly": True, "states": {"draft": [["readonly", False]]}}


def _from_context(name: str, otherwise: Any = None) -> Any:
    """Return the default that takes a value of the context, as the payment form gives it."""
    return lambda model: model.env.context.get(name) or otherwise


def _period(model: Model) -> int:
    given = model.env.context.get("period_id")
    return given if given else model.env.of(Period).of_day(model.env.today)


def _currency(model: Model) -> int:
    company: int = model.env["res.company"].one(1).currency_id.id
    return company


class Voucher(VoucherForm):
    """A payment to or from a partner, divided among open items of its account."""

    name = "account.voucher"
    description = "Accounting Voucher"
    order = "date desc, id desc"
    fields = {
        "type": selection(
            "Default Type",
            [
                ("sale", "Sale"),
                ("purchase", "Purchase"),
                ("payment", "Payment"),
                ("receipt", "Receipt"),
            ],
            default=_from_context("type"),
            **DRAFT_ONLY,
        ),
        "name": char("Memo", default="", **DRAFT_ONLY),
        "date": date(
            "Date",
            default=lambda model: model.env.today,
            copy=False,
            help="Effective date for accounting entries",
            **DRAFT_ONLY,
        ),
        "journal_id": many2one(
            "Journal", "account.journal", required=True, default=journal_by_default, **DRAFT_ONLY
        ),
        "account_id": many2one("Account", "account.account", required=True, **DRAFT_ONLY),
        "line_ids": one2many("Voucher Lines", "account.voucher.line", "voucher_id", **DRAFT_ONLY),
        "line_cr_ids": one2many(
            "Credits",
            "account.voucher.line",
            "voucher_id",
            domain=[["type", "=", "cr"]],
            context={"default_type": "cr"},
            copy=False,
            **DRAFT_ONLY,
        ),
        "line_dr_ids": one2many(
            "Debits",
            "account.voucher.line",
            "voucher_id",
            domain=[["type", "=", "dr"]],
            context={"default_type": "dr"},
            copy=False,
            **DRAFT_ONLY,
        ),
        "period_id": many2one(
            "Period", "account.period", required=True, default=_period, **DRAFT_ONLY
        ),
        "narration": text("Notes", default=_from_context("narration"), **DRAFT_ONLY),
        "currency_id": many2one(
            "Currency", "res.currency", readonly=True, compute="compute_currency", store=False
        ),
        "company_id": many2one("Company", "res.company", required=True, default=1, **DRAFT_ONLY),
        "state": selection(
            "Status",
            [
                ("draft", "Draft"),
                ("cancel", "Cancelled"),
                ("proforma", "Pro-forma"),
                ("posted", "Posted"),
            ],
            readonly=True,
            copy=False,
            default="draft",
        ),
        "amount": decimal(
            "Total", required=True, default=_from_context("amount", 0.0), **DRAFT_ONLY
        ),
        "tax_amount": decimal("Tax Amount", readonly=True),
        "reference": char(
            "Ref #",
            default=_from_context("reference"),
            copy=False,
            help="Transaction reference number.",
            **DRAFT_ONLY,
        ),
        "number": char("Number", readonly=True, copy=False),
        "move_id": many2one("Account Entry", "account.move", copy=False),
        "move_ids": one2many(
            "Journal Items",
            "account.move.line",
            "move_id",
            readonly=True,
            related=("move_id", "line_id"),
            store=False,
            copy=False,
        ),
        "partner_id": many2one(
            "Partner", "res.partner", default=_from_context("partner_id"), **DRAFT_ONLY
        ),
        "audit": boolean("To Review", related=("move_id", "to_check"), store=False),
        "paid": boolean(
            "Paid", compute="compute_paid", store=False, help="The Voucher has been totally paid."
        ),
        "pay_now": selection(
            "Payment",
            [("pay_now", "Pay Directly"), ("pay_later", "Pay Later or Group Funds")],
            default="pay_now",
            **DRAFT_ONLY,
        ),
        "tax_id": many2one("Tax", "account.tax", **DRAFT_ONLY),
        "pre_line": boolean("Previous Payments ?"),
        "date_due": date("Due Date", **DRAFT_ONLY),
        "payment_option": selection(
            "Payment Difference",
            [
                ("without_writeoff", "Keep it open"),
                ("with_writeoff", "Reconcile payment balance"),
            ],
            required=True,
            default="without_writeoff",
            **DRAFT_ONLY,
        ),
        "writeoff_acc_id": many2one("Counterpart Account", "account.account", **DRAFT_ONLY),
        "comment": char("Counterpart Comment", required=True, default="Write-Off", **DRAFT_ONLY),
        "writeoff_amount": decimal(
            "Difference Amount", None, readonly=True, compute="compute_difference", store=False
        ),
        "payment_rate_currency_id": many2one(
            "Payment Rate Currency",
            "res.currency",
            required=True,
            default=_currency,
            **DRAFT_ONLY,
        ),
        "payment_rate": decimal("Exchange Rate", (12, 6), required=True, default=1.0, **DRAFT_ONLY),
        "paid_amount_in_company_currency": decimal(
            "Paid Amount in Company Currency",
            None,
            readonly=True,
            related=("amount",),
            store=False,
        ),
        "is_multi_currency": boolean("Multi Currency Voucher"),
    }

    def compute_currency(self, record: Record) -> int:
        """Return the currency of a voucher's journal, else of its company."""
        currency: Record = record.journal_id.currency or record.company_id.currency_id
        return currency.id

    def compute_paid(self, record: Record) -> bool:
        """Return whether a line of a voucher's entry is settled in whole."""
        move = record.move_id
        return move is not None and any(line.reconcile_id is not None for line in move.line_id)

    def compute_difference(self, record: Record) -> float:
        """Return what a voucher's amount leaves when its lines are paid from it."""
        divided = sum(line.amount * (1 if line.type == "cr" else -1) for line in record.line_ids)
        return stored(record.amount - (-divided if record.type == "payment" else divided), 2)

    def name_of(self, record: Record) -> str:
        """Return a voucher's number."""
        return str(record.number or "Voucher")

    @on_records
    def button_proforma_voucher(self, ids: Any) -> dict[str, str]:
        """Book vouchers, as the form's button does; return that the form may close."""
        self.signal_workflow(ids, "proforma_voucher")
        return {"type": "ir.actions.act_window_close"}

    @on_records
    def proforma_voucher(self, ids: Any) -> bool:
        """Book vouchers, and settle what they pay."""
        return self.action_move_line_create(ids)

    @on_records
    def action_move_line_create(self, ids: Any) -> bool:
        """Book vouchers that are not booked yet, and settle what they pay."""
        for voucher in self.browse(as_ids(ids)):
            if voucher.move_id is None:
                book(voucher)
        return True

    @on_records
    def cancel_voucher(self, ids: Any) -> bool:
        """Cancel vouchers: what they settled is open again, and their entries are deleted."""
        for voucher in self.browse(as_ids(ids)):
            take_back(voucher)
            voucher.write({"state": "cancel", "move_id": False})
        return True

    @on_records
    def action_cancel_draft(self, ids: Any) -> bool:
        """Bring vouchers back to draft; one that was booked keeps its number."""
        self.write(as_ids(ids), {"state": "draft"})
        return True

    @on_records
    def signal_workflow(self, ids: Any, signal: str) -> dict[int, bool]:
        """Send a workflow signal to vouchers."""
        return {each: self.signal(each, signal) for each in as_ids(ids)}

    def signal(self, identifier: int, signal: str) -> bool:
        """Send a signal to the workflow of one voucher; return False, as the service does."""
        state = TRANSITIONS.get(signal, {}).get(self.one(identifier).state)
        if state == "posted":
            self.proforma_voucher([identifier])
        elif state == "cancel":
            self.cancel_voucher([identifier])
        return False

    @on_records
    def unlink(self, ids: Any) -> bool:
        """Delete vouchers that are not booked."""
        for voucher in self.browse(each for each in as_ids(ids) if each in self.table.rows):
            if voucher.state not in ("draft", "cancel"):
                raise UserError("Cannot delete voucher(s) which are already opened or paid.")
        return super().unlink(ids)
