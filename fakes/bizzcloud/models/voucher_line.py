"""account.voucher.line: what a payment that was registered pays of one open item."""

from typing import Any

from fakes.bizzcloud.declaring import Record, on_records
from fakes.bizzcloud.fields import boolean, char, date, decimal, many2one, selection
from fakes.bizzcloud.records import Model


class VoucherLine(Model):
    """What a voucher pays of one open item."""

    name = "account.voucher.line"
    description = "Voucher Lines"
    order = "move_line_id"
    fields = {
        "voucher_id": many2one("Voucher", "account.voucher", required=True, ondelete="cascade"),
        "name": char("Description", default=""),
        "account_id": many2one("Account", "account.account", required=True),
        "partner_id": many2one(
            "Partner", "res.partner", related=("voucher_id", "partner_id"), store=False
        ),
        "untax_amount": decimal("Untax Amount", None),
        "amount": decimal("Amount"),
        "reconcile": boolean("Full Reconcile"),
        "type": selection("Dr/Cr", [("dr", "Debit"), ("cr", "Credit")]),
        "move_line_id": many2one("Journal Item", "account.move.line", copy=False),
        "date_original": date("Date", readonly=1, related=("move_line_id", "date"), store=False),
        "date_due": date(
            "Due Date", readonly=1, related=("move_line_id", "date_maturity"), store=False
        ),
        "amount_original": decimal("Original Amount", compute="compute_original"),
        "amount_unreconciled": decimal("Open Balance", compute="compute_open"),
        "company_id": many2one(
            "Company",
            "res.company",
            readonly=True,
            related=("voucher_id", "company_id"),
            store=False,
        ),
        "currency_id": many2one(
            "Currency", "res.currency", readonly=True, compute="compute_currency", store=False
        ),
    }

    def defaults(self, names: set[str]) -> dict[str, Any]:
        """Return the defaults of a line; account and side too, where the context has a journal."""
        made = super().defaults(names)
        context = self.env.context
        if not context.get("journal_id") or "account_id" not in names:
            return made
        journal = self.env["account.journal"].one(int(context["journal_id"]))
        account, side = None, "cr"
        if journal.type in ("sale", "sale_refund"):
            account = journal.default_credit_account_id
        elif journal.type in ("purchase", "purchase_refund"):
            account, side = journal.default_debit_account_id, "dr"
        elif context.get("partner_id"):
            partner = self.env["res.partner"].one(int(context["partner_id"]))
            if context.get("type") == "payment":
                account, side = partner.property_account_payable, "dr"
            elif context.get("type") == "receipt":
                account = partner.property_account_receivable
        return {**made, "account_id": account.id if account is not None else False, "type": side}

    def compute_currency(self, line: Record) -> int:
        """Return the currency of an item, else of the voucher."""
        item = line.move_line_id
        if item is None:
            return int(line.voucher_id.currency_id.id)
        return int((item.currency_id or item.company_id.currency_id).id)

    def recompute(self, ids: Any) -> None:
        """Keep what was open of an item when its line was last written."""
        for line in self.browse(ids):
            item = line.move_line_id
            self.store(
                line.id,
                amount_original=0.0 if item is None else item.credit or item.debit,
                amount_unreconciled=0.0 if item is None else abs(item.amount_residual),
            )

    @on_records
    def onchange_move_line_id(self, ids: Any, move_line_id: int | bool) -> dict[str, Any]:
        """Return what a form fills in for an open item: its account, side and currency."""
        if not move_line_id:
            return {"value": {}}
        item = self.env["account.move.line"].one(int(move_line_id))
        value = {
            "account_id": item.account_id.id,
            "type": "dr" if item.credit else "cr",
            "currency_id": (item.currency_id or item.company_id.currency_id).id,
        }
        return {"value": value}

    @on_records
    def onchange_amount(
        self, ids: Any, amount: float, amount_unreconciled: float
    ) -> dict[str, Any]:
        """Return whether an amount pays an item in whole."""
        return {"value": {"reconcile": amount == amount_unreconciled} if amount else {}}

    @on_records
    def onchange_reconcile(
        self, ids: Any, reconcile: bool, amount: float, amount_unreconciled: float
    ) -> dict[str, Any]:
        """Return the amount that pays an item in whole, or nothing."""
        return {"value": {"amount": amount_unreconciled if reconcile else 0.0}}
