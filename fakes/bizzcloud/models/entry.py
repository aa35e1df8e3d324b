"""account.move and its lines: the entries in the journals."""

from collections.abc import Mapping
from typing import Any

from fakes.bizzcloud.amounts import stored
from fakes.bizzcloud.declaring import Constraint, Record, as_ids, on_records
from fakes.bizzcloud.domain import Test, matches
from fakes.bizzcloud.errors import UserError
from fakes.bizzcloud.fields import boolean, char, date, decimal, many2one, one2many, selection, text
from fakes.bizzcloud.models.currency import on_day
from fakes.bizzcloud.models.entry_rules import (
    BOOKED,
    must_be_changeable,
    must_have_one_side,
    note_balance,
)
from fakes.bizzcloud.models.periods import Period
from fakes.bizzcloud.models.sequences import Sequence
from fakes.bizzcloud.models.settling import Settling
from fakes.bizzcloud.records import Model

_LATER = "novalidate"
"""In the context while an entry is made with its lines: the balance is looked at in the end."""


class Move(Model):
    """An entry in a journal."""

    name = "account.move"
    description = "Account Entry"
    order = "id desc"
    searched = ("amount",)
    fields = {
        "name": char("Number", required=True, copy=False, default="/"),
        "ref": char("Reference", copy=False),
        "period_id": many2one(
            "Period",
            "account.period",
            required=True,
            default=lambda model: model.env.of(Period).of_day(model.env.today),
        ),
        "journal_id": many2one("Journal", "account.journal", required=True),
        "state": selection(
            "Status",
            [("draft", "Unposted"), ("posted", "Posted")],
            required=True,
            readonly=True,
            copy=False,
            default="draft",
        ),
        "line_id": one2many("Entries", "account.move.line", "move_id"),
        "partner_id": many2one("Partner", "res.partner"),
        "amount": decimal("Amount", compute="compute_amount", store=False),
        "date": date("Date", required=True, default=lambda model: model.env.today),
        "narration": text("Internal Note"),
        "company_id": many2one("Company", "res.company", required=True, default=1),
        "to_check": boolean("To Review"),
    }

    def create(self, vals: Any) -> int:
        """Make an entry; its partner is that of its lines unless it is given.

        Its lines are marked as balanced or not when all are there.
        """
        whole = Move(self.env.with_context(**{_LATER: True}))
        identifier = Model.create(whole, vals)
        move = self.one(identifier)
        note_balance(move)
        if move.partner_id is None and move.line_id and move.line_id[0].partner_id is not None:
            self.store(identifier, partner_id=move.line_id[0].partner_id.id)
        return identifier

    def compute_amount(self, record: Record) -> float:
        """Return the total of the debit side."""
        return float(sum(line.debit for line in record.line_id))

    def name_of(self, record: Record) -> str:
        """Return an entry's number, or its id while it is not posted."""
        return f"*{record.id}" if record.state == "draft" else str(record.name)

    @on_records
    def post(self, ids: Any) -> bool:
        """Post entries: each gets the next number of its journal, and has to balance."""
        for move in self.browse(as_ids(ids)):
            difference = sum(line.debit - line.credit for line in move.line_id)
            if stored(difference, 2) != 0.0:
                raise UserError(
                    "You cannot validate a non-balanced entry.\nMake sure you have configured "
                    "payment terms properly.\nThe latest payment term line should be of the "
                    '"Balance" type.'
                )
            number = move.name
            if number == "/":
                number = self.env.of(Sequence).take(move.journal_id.sequence_id)
            move.write({"name": number, "state": "posted"})
        return True

    @on_records
    def button_cancel(self, ids: Any) -> bool:
        """Bring entries back to draft, where their journal allows it."""
        for move in self.browse(as_ids(ids)):
            must_be_cancellable(move)
            move.write({"state": "draft"})
        return True

    @on_records
    def unlink(self, ids: Any) -> bool:
        """Delete entries that are not posted, with their lines."""
        for move in self.browse(each for each in as_ids(ids) if each in self.table.rows):
            if move.state != "draft":
                raise UserError(f'You cannot delete a posted journal entry "{move.name}".')
        return super().unlink(ids)

    @on_records
    def button_validate(self, ids: Any) -> bool:
        """Post entries (the form's name for it)."""
        return bool(self.post(ids))


def must_be_cancellable(move: Record) -> None:
    """Raise UserError unless a move's journal lets posted entries be cancelled."""
    if not move.journal_id.update_posted:
        raise UserError(
            "You cannot modify a posted entry of this journal.\nFirst you should set the journal "
            "to allow cancelling entries."
        )


class MoveLine(Settling):
    """A line of an entry: an amount on one side of one account."""

    name = "account.move.line"
    description = "Journal Items"
    order = "date desc, id desc"
    searched = ("balance", "reconcile_ref")
    fields = {
        "name": char("Name", required=True),
        "quantity": decimal("Quantity", (16, 2)),
        "product_id": many2one("Product", "product.product"),
        "debit": decimal("Debit", default=0.0),
        "credit": decimal("Credit", default=0.0),
        "account_id": many2one("Account", "account.account", required=True),
        "move_id": many2one("Journal Entry", "account.move", required=True, ondelete="cascade"),
        "ref": char("Reference", copy=False),
        "statement_id": many2one("Statement", "account.bank.statement"),
        "reconcile_id": many2one("Reconcile", "account.move.reconcile", copy=False),
        "reconcile_partial_id": many2one("Partial Reconcile", "account.move.reconcile", copy=False),
        "reconcile_ref": char("Reconcile Ref", compute="compute_reconcile_ref", store=False),
        "amount_residual": decimal("Residual Amount", compute="compute_residual", store=False),
        "amount_residual_currency": decimal(
            "Residual Amount in Currency", compute="compute_residual_currency", store=False
        ),
        "amount_residual_signed": decimal("Open", compute="compute_signed", store=False),
        "journal_id": many2one(
            "Journal", "account.journal", related=("move_id", "journal_id"), store=False
        ),
        "period_id": many2one(
            "Period", "account.period", related=("move_id", "period_id"), store=False
        ),
        "partner_id": many2one("Partner", "res.partner"),
        "date_maturity": date("Due date"),
        "date": date("Effective date"),
        "tax_code_id": many2one("Tax Account", "account.tax.code"),
        "tax_amount": decimal("Tax/Base Amount", default=0.0),
        "state": selection(
            "Status", [("draft", "Unbalanced"), ("valid", "Balanced")], default="valid"
        ),
        "company_id": many2one(
            "Company", "res.company", related=("account_id", "company_id"), store=False
        ),
        "blocked": boolean("No Follow-up"),
        "invoice": many2one(
            "Invoice", "account.invoice", readonly=1, compute="compute_invoice", store=False
        ),
        "narration": text("Internal Note", related=("move_id", "narration"), store=False),
        "balance": decimal("Balance", compute="compute_balance", store=False),
        "amount_currency": decimal(
            "Amount Currency",
            default=0.0,
            help="The amount expressed in an optional other currency if it is a multi-currency "
            "entry.",
        ),
        "currency_id": many2one(
            "Currency",
            "res.currency",
            help="The optional other currency if it is a multi-currency entry.",
        ),
        "account_tax_id": many2one("Tax", "account.tax", copy=False),
        "product_uom_id": many2one("Unit of Measure", "product.uom"),
        "date_created": date("Creation date", default=lambda model: model.env.today),
        "centralisation": selection(
            "Centralisation",
            [
                ("normal", "Normal"),
                ("credit", "Credit Centralisation"),
                ("debit", "Debit Centralisation"),
                ("currency", "Currency Adjustment"),
            ],
            default="normal",
        ),
    }

    constraints = (
        Constraint(
            lambda record: record.account_id.type not in ("view", "consolidation"),
            "You cannot create journal items on an account of type view or consolidation.",
            ("account_id",),
        ),
        Constraint(
            lambda record: record.account_id.type != "closed",
            "You cannot create journal items on closed account.",
            ("account_id",),
        ),
    )

    def create(self, vals: Any) -> int:
        """Make a line, dated as its entry and with its reference.

        Without an entry it gets one of its own, in the journal that it or the context names.
        """
        values = dict(vals)
        context = self.env.context
        journal = values.get("journal_id") or context.get("journal_id")
        if not values.get("move_id") and journal:
            about = {"journal_id": journal, "ref": values.get("ref") or False}
            for name in ("period_id", "date"):
                given = values.get(name) or context.get(name)
                about |= {name: given} if given else {}
            values["move_id"] = self.env["account.move"].create(about)
        move = self.env["account.move"].table.rows.get(values.get("move_id") or 0)
        if move is not None:
            values["date"] = values.get("date") or move["date"]
            values["ref"] = move["ref"] or False
        return super().create(values)

    @on_records
    def write(self, ids: Any, vals: Any) -> bool:
        """Change lines; those that books rest on no more keep account, date and amount."""
        if isinstance(vals, Mapping) and not BOOKED.isdisjoint(vals):
            must_be_changeable(self._there(ids))
        return super().write(ids, vals)

    @on_records
    def unlink(self, ids: Any) -> bool:
        """Delete lines that books do not rest on; what is left of their entries may not balance."""
        lines = self._there(ids)
        must_be_changeable(lines)
        moves = {line.move_id.id for line in lines}
        super().unlink(ids)
        for move in self.env["account.move"].browse(sorted(moves)):
            note_balance(move)
        return True

    def _there(self, ids: Any) -> list[Record]:
        return self.browse(each for each in as_ids(ids) if each in self.table.rows)

    def written(self, record: Record, names: set[str]) -> None:
        """Hold a line to one side, and its entry to its balance once all lines are there."""
        if names.isdisjoint(("debit", "credit")):
            return
        must_have_one_side(record)
        if not self.env.context.get(_LATER):
            note_balance(record.move_id)

    def computed_leaf(self, name: str, operator: str, value: Any) -> Test:
        """Return the test of a field that is not stored: of the invoice of a line too."""
        if name != "invoice":
            return super().computed_leaf(name, operator, value)
        invoices = self.env["account.invoice"]
        if isinstance(value, str):
            operator, value = (
                "in",
                [pair[0] for pair in invoices.name_search(value, None, operator)],
            )
        if value is False and operator == "=":
            return lambda identifier, row: False
        ids = matches(operator, value)
        booked = {row["move_id"] for each, row in invoices.table.rows.items() if ids(each)}
        return lambda identifier, row: row["move_id"] in booked and row["move_id"] is not None

    def compute_invoice(self, line: Record) -> int | None:
        """Return the invoice that a line is of the entry of."""
        invoices = self.env["account.invoice"].table.having("move_id", (line.move_id.id,))
        return min(invoices, default=None)

    def compute_balance(self, line: Record) -> float:
        """Return what the account had on the debit side when a line was made, the line with it."""
        rows = self.table.rows
        before = (
            rows[each]
            for each in self.table.having("account_id", (line.account_id.id,))
            if each <= line.id and rows[each]["state"] == "valid"
        )
        return stored(sum(each["debit"] - each["credit"] for each in before), 2)

    def compute_signed(self, line: Record) -> float:
        """Return what is open of a line, positive on the debit side."""
        if line.reconcile_id is not None or not line.account_id.reconcile:
            return 0.0
        others = self.settled_with(line)
        return stored(sum(each.debit - each.credit for each in [line, *others]), 2)

    def compute_residual(self, line: Record) -> float:
        """Return what is open of a line, on its own side; less than nothing where it is settled
        in part by more than itself.
        """
        signed = self.compute_signed(line)
        return signed if line.debit - line.credit >= 0 else 0.0 - signed

    def compute_residual_currency(self, line: Record) -> float:
        """Return what is open of a line in its own currency, on its own side.

        What settles it in another currency counts by the rate of its own day.
        """
        if line.currency_id is None or line.reconcile_id is not None:
            return self.compute_residual(line)
        if not line.account_id.reconcile:
            return 0.0
        own = line.currency_id.id
        left = line.amount_currency
        for each in self.settled_with(line):
            if each.currency_id is not None and each.currency_id.id == own:
                left += each.amount_currency
            else:
                company = line.company_id.currency_id.id
                paid = each.debit - each.credit
                left += on_day(each, each.date).compute(company, own, paid, round=False)
        return stored(-left if line.amount_currency < 0 else left, 2)

    def compute_reconcile_ref(self, line: Record) -> str | None:
        """Return the name of what settles a line."""
        together = line.reconcile_id or line.reconcile_partial_id
        return None if together is None else str(together.name)
