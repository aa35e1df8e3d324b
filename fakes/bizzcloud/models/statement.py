"""Bank and cash statements, on which a till's payments are kept."""

from typing import Any

from fakes.bizzcloud.amounts import stored
from fakes.bizzcloud.declaring import Record, on_records
from fakes.bizzcloud.errors import UserError
from fakes.bizzcloud.fields import char, date, decimal, integer, many2one, one2many, selection, text
from fakes.bizzcloud.models.periods import Period
from fakes.bizzcloud.models.sequences import Sequence
from fakes.bizzcloud.models.till_entry import confirm
from fakes.bizzcloud.records import Model


class Statement(Model):
    """A statement of one journal: here the payments of one till session in one way."""

    name = "account.bank.statement"
    description = "Bank Statement"
    order = "date desc, id desc"
    fields = {
        "name": char("Reference", default="/", copy=False),
        "date": date("Date", required=True, default=lambda model: model.env.today),
        "journal_id": many2one("Journal", "account.journal", required=True),
        "period_id": many2one("Period", "account.period", required=True),
        "balance_start": decimal("Starting Balance", default=0.0),
        "balance_end_real": decimal("Ending Balance", default=0.0),
        "balance_end": decimal("Computed Balance", compute="compute_balance_end", store=False),
        "company_id": many2one(
            "Company", "res.company", related=("journal_id", "company_id"), store=False
        ),
        "line_ids": one2many("Statement lines", "account.bank.statement.line", "statement_id"),
        "state": selection(
            "Status",
            [("draft", "New"), ("open", "Open"), ("confirm", "Closed")],
            required=True,
            default="draft",
            copy=False,
        ),
        "currency": many2one(
            "Currency", "res.currency", related=("company_id", "currency_id"), store=False
        ),
        "account_id": many2one(
            "Account used in this journal",
            "account.account",
            related=("journal_id", "default_debit_account_id"),
            store=False,
        ),
        "user_id": many2one("Responsible", "res.users", default=lambda model: model.env.uid),
        "pos_session_id": many2one("Session", "pos.session", copy=False),
        "closing_date": char("Closed On"),
    }

    def create(self, vals: Any) -> int:
        """Make a statement in the period of its day, with its journal's next number."""
        values = dict(vals)
        if not values.get("period_id"):
            values["period_id"] = self.env.of(Period).of_day(values.get("date") or self.env.today)
        if values.get("name", "/") == "/" and values.get("journal_id"):
            journal = self.env["account.journal"].one(values["journal_id"])
            values["name"] = self.env.of(Sequence).take(journal.sequence_id)
        return super().create(values)

    def compute_balance_end(self, record: Record) -> float:
        """Return the starting balance with all lines."""
        return stored(record.balance_start + sum(line.amount for line in record.line_ids), 2)

    @on_records
    def button_confirm_bank(self, ids: Any) -> bool:
        """Close statements; each line is booked."""
        for statement in self.browse(ids):
            if statement.state != "confirm":
                confirm(statement)
        return True

    def unlink(self, ids: Any) -> bool:
        """Delete statements that are new."""
        for statement in self.browse(each for each in ids if each in self.table.rows):
            if statement.state != "draft":
                raise UserError(
                    "In order to delete a bank statement, you must first cancel it to delete "
                    "related journal items."
                )
        return super().unlink(ids)


class StatementLine(Model):
    """A payment on a statement."""

    name = "account.bank.statement.line"
    description = "Bank Statement Line"
    order = "statement_id desc, date desc, sequence, id desc"
    fields = {
        "name": char("Communication", required=True),
        "date": date("Date", required=True, default=lambda model: model.env.today),
        "amount": decimal("Amount"),
        "partner_id": many2one("Partner", "res.partner"),
        "bank_account_id": many2one("Bank Account", "res.partner.bank"),
        "statement_id": many2one(
            "Statement", "account.bank.statement", required=True, ondelete="cascade"
        ),
        "journal_id": many2one(
            "Journal", "account.journal", related=("statement_id", "journal_id"), store=False
        ),
        "partner_name": char("Partner Name"),
        "ref": char("Reference"),
        "note": text("Notes"),
        "sequence": integer("Sequence"),
        "company_id": many2one(
            "Company", "res.company", related=("statement_id", "company_id"), store=False
        ),
        "journal_entry_id": many2one("Journal Entry", "account.move", copy=False),
        "pos_statement_id": many2one("POS statement", "pos.order", ondelete="cascade"),
    }
