"""Bank and cash statements, on which a till's payments are kept."""

from typing import Any

from fakes.bizzcloud.amounts import stored
from fakes.bizzcloud.declaring import Record, as_ids, on_records
from fakes.bizzcloud.errors import UserError
from fakes.bizzcloud.fields import (
    boolean,
    char,
    date,
    decimal,
    integer,
    many2one,
    moment,
    one2many,
    selection,
    text,
)
from fakes.bizzcloud.models.periods import Period
from fakes.bizzcloud.models.sequences import Sequence
from fakes.bizzcloud.models.statement_entry import COUNTER_ACCOUNT, confirm, process
from fakes.bizzcloud.records import Model


class Statement(Model):
    """A statement of one journal: here the payments of one till session in one way."""

    name = "account.bank.statement"
    description = "Bank Statement"
    order = "date desc, id desc"
    searched = ("balance_end",)
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
        "move_line_ids": one2many("Entry lines", "account.move.line", "statement_id"),
        "total_entry_encoding": decimal(
            "Total Transactions", compute="compute_total_entry_encoding", store=False
        ),
        "difference": decimal("Difference", None, compute="compute_difference", store=False),
        "cash_control": boolean(
            "Cash control", related=("journal_id", "cash_control"), store=False
        ),
        "all_lines_reconciled": boolean(
            "All lines reconciled", compute="compute_all_lines_reconciled", store=False
        ),
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
        "closing_date": moment("Closed On"),
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

    def compute_total_entry_encoding(self, record: Record) -> float:
        """Return what the lines come to."""
        return stored(sum(line.amount for line in record.line_ids), 2)

    def compute_difference(self, record: Record) -> float:
        """Return what was counted, less what it should be."""
        return float(record.balance_end_real - record.balance_end)

    def compute_all_lines_reconciled(self, record: Record) -> bool:
        """Return whether each line is booked, or it is known what against."""
        return all(
            line.journal_entry_id is not None or _counter_account(line) is not None
            for line in record.line_ids
        )

    @on_records
    def button_open(self, ids: Any) -> bool:
        """Open statements, as a till's session does its own."""
        self.write(ids, {"state": "open"})
        return True

    @on_records
    def button_confirm_bank(self, ids: Any) -> bool:
        """Close statements; each line is booked."""
        for statement in self.browse(as_ids(ids)):
            if statement.state != "confirm":
                confirm(statement)
        return True

    @on_records
    def button_confirm_cash(self, ids: Any) -> bool:
        """Close cash statements; what was counted too much or too little is a line of its own.

        That line is booked on the journal's profit or loss account. Raises UserError for none.
        """
        for statement in self.browse(as_ids(ids)):
            difference = stored(statement.difference, 2)
            if difference:
                side = "profit" if difference > 0 else "loss"
                account = getattr(statement.journal_id, f"{side}_account_id")
                if account is None:
                    raise UserError(
                        f"There is no {side.title()} Account on the journal "
                        f"{statement.journal_id.name}."
                    )
                self.env["account.bank.statement.line"].create(
                    {
                        "statement_id": statement.id,
                        "name": side.title(),
                        "amount": difference,
                        "account_id": account.id,
                    }
                )
        return self.button_confirm_bank(ids)

    @on_records
    def button_cancel(self, ids: Any) -> bool:
        """Bring statements back to new, and take back what their lines were booked as."""
        for statement in self.browse(as_ids(ids)):
            lines = self.env.of(StatementLine)
            lines.cancel([line.id for line in statement.line_ids])
            statement.write({"state": "draft"})
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
    order = "statement_id desc, sequence, id"
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
        "sequence": integer("Sequence", default=1),
        "company_id": many2one(
            "Company", "res.company", related=("statement_id", "company_id"), store=False
        ),
        "journal_entry_id": many2one("Journal Entry", "account.move", copy=False),
        "pos_statement_id": many2one("POS statement", "pos.order", ondelete="cascade"),
    }

    def create(self, vals: Any) -> int:
        """Make a line. An `account_id` is what it is booked against, though it cannot be read."""
        identifier = super().create(vals)
        if vals.get("account_id"):
            self.store(identifier, **{COUNTER_ACCOUNT: int(vals["account_id"])})
        return identifier

    @on_records
    def process_reconciliation(self, ids: Any, mv_line_dicts: Any) -> bool:
        """Book one line against entry lines that it settles, or against accounts.

        Each of `mv_line_dicts` has debit and credit, and `counterpart_move_line_id`, or
        `account_id` and `name`.
        """
        for line in self.browse(as_ids(ids)[:1]):
            process(line, mv_line_dicts)
        return True

    @on_records
    def cancel(self, ids: Any) -> bool:
        """Take back the entries of lines, and what they settled."""
        for line in self.browse(as_ids(ids)):
            move = line.journal_entry_id
            if move is None:
                continue
            for each in move.line_id:
                each.model.unsettle(each)
            move.model.button_cancel([move.id])
            move.model.unlink([move.id])
        return True

    @on_records
    def unlink(self, ids: Any) -> bool:
        """Delete lines that are not booked."""
        for line in self.browse(each for each in as_ids(ids) if each in self.table.rows):
            if line.journal_entry_id is not None:
                raise UserError(
                    "In order to delete a bank statement line, you must first cancel it to delete "
                    "related journal items."
                )
        return super().unlink(ids)


def _counter_account(line: Record) -> Any:
    return line.model.table.rows[line.id].get(COUNTER_ACCOUNT)
