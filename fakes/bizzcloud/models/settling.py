"""What settles what: lines of entries that are set off against each other."""

from collections.abc import Iterable
from typing import Any

from fakes.bizzcloud.amounts import stored
from fakes.bizzcloud.declaring import Record, as_ids, on_records
from fakes.bizzcloud.errors import UserError
from fakes.bizzcloud.fields import char, one2many
from fakes.bizzcloud.records import Model


class Settling(Model):
    """What lines of entries can do to settle each other."""

    def settled_with(self, line: Record) -> list[Record]:
        """Return the other lines that settle a line, in whole or in part."""
        for name in ("reconcile_id", "reconcile_partial_id"):
            together = getattr(line, name)
            if together is not None:
                ids = self.table.having(name, (together.id,)) - {line.id}
                return self.browse(sorted(ids))
        return []

    def settle(self, ids: Iterable[int], kind: str = "auto") -> int:
        """Set lines of one account off against each other: in whole when they come to nothing.

        Returns the id of what settles them.
        """
        lines = {line.id: line for line in self.browse(ids)}
        lines |= {other.id: other for line in lines.values() for other in self.settled_with(line)}
        left = sum(line.debit - line.credit for line in lines.values())
        together = self.env["account.move.reconcile"].create({"type": kind})
        whole = stored(left, 2) == 0.0
        for line in lines.values():
            self.store(
                line.id,
                reconcile_id=together if whole else None,
                reconcile_partial_id=None if whole else together,
            )
        return together

    @on_records
    def reconcile(
        self,
        ids: Any,
        type: str = "auto",  # noqa: A002 - Odoo's name, which callers may use
        writeoff_acc_id: int | bool = False,
        writeoff_period_id: int | bool = False,
        writeoff_journal_id: int | bool = False,
    ) -> int:
        """Settle lines of one account in whole; what they leave is written off on another account.

        An invoice of which nothing is left open is paid. Returns the id of what settles them;
        raises UserError for lines that cannot be settled.
        """
        lines = self.browse(as_ids(ids))
        places = {
            (line.account_id.id, line.reconcile_id and line.reconcile_id.id) for line in lines
        }
        if len(places) != 1:
            raise UserError("Entries are not of the same account or already reconciled ! ")
        if all(line.reconcile_id is not None for line in lines):
            raise UserError("Entry is already reconciled.")
        account = lines[0].account_id
        if not account.reconcile:
            raise UserError("The account is not defined to be reconciled !")
        left = stored(sum(line.debit - line.credit for line in lines), 2)
        if left:
            if not writeoff_acc_id:
                raise UserError(
                    "You have to provide an account for the write off/exchange difference entry."
                )
            partner = lines[-1].partner_id.id if lines[-1].partner_id is not None else False
            common = {"name": "Write-Off", "partner_id": partner}
            side, other = ("credit", "debit") if left > 0 else ("debit", "credit")
            written_off = [
                {**common, "account_id": account.id, side: abs(left)},
                {**common, "account_id": writeoff_acc_id, other: abs(left)},
            ]
            made = self.env["account.move"].create(
                {
                    "period_id": writeoff_period_id,
                    "journal_id": writeoff_journal_id,
                    "line_id": [(0, 0, line) for line in written_off],
                }
            )
            entry = self.env["account.move"].one(made)
            lines += [each for each in entry.line_id if each.account_id.id == account.id][:1]
        together = self.settle([line.id for line in lines], kind=type)
        for line in lines:
            if line.invoice is not None:
                line.invoice.model.mark_paid(line.invoice)
        return together

    @on_records
    def reconcile_partial(
        self,
        ids: Any,
        type: str = "auto",  # noqa: A002 - Odoo's name, which callers may use
        writeoff_acc_id: int | bool = False,
        writeoff_period_id: int | bool = False,
        writeoff_journal_id: int | bool = False,
    ) -> int:
        """Settle lines as far as they go, in whole when they come to nothing.

        Returns the id of what settles them; raises UserError for a line that is settled already.
        """
        lines = self.browse(as_ids(ids))
        for line in lines:
            if line.reconcile_id is not None:
                raise UserError(
                    f"Journal Item '{line.name}' (id: {line.id}), Move '{line.move_id.name}' is "
                    "already reconciled!"
                )
        together = {line.id: line for line in lines}
        together |= {other.id: other for line in lines for other in self.settled_with(line)}
        if not stored(sum(line.debit - line.credit for line in together.values()), 2):
            return int(self.reconcile(list(together), type))
        settled = self.settle(together, kind=type)
        for line in lines:
            if line.invoice is not None:
                line.invoice.write({})
        return settled

    def unsettle(self, line: Record) -> None:
        """Take a line out of what it settles; what others settle among themselves stays."""
        others = self.settled_with(line)
        for each in (line, *others):
            self.store(each.id, reconcile_id=None, reconcile_partial_id=None)
        if len(others) > 1:
            self.settle(each.id for each in others)
        open_again([line, *others])


class Reconcile(Model):
    """Lines that settle each other."""

    name = "account.move.reconcile"
    description = "Account Reconciliation"
    order = "id"
    fields = {
        "name": char("Name", required=True),
        "type": char("Type", required=True),
        "line_id": one2many("Entry Lines", "account.move.line", "reconcile_id"),
        "line_partial_ids": one2many(
            "Partial Entry lines", "account.move.line", "reconcile_partial_id"
        ),
    }

    def create(self, vals: Any) -> int:
        """Make a settlement with a number of its own."""
        return super().create({"name": f"A{self.table.last_id + 1}", **vals})

    @on_records
    def unlink(self, ids: Any) -> bool:
        """Take settlements back; an invoice that they paid is open again."""
        lines = [
            line
            for each in self.browse(each for each in as_ids(ids) if each in self.table.rows)
            for line in (*each.line_id, *each.line_partial_ids)
        ]
        super().unlink(ids)
        open_again(lines)
        return True


def open_again(lines: Iterable[Record]) -> None:
    """Look again at the invoices that lines are of, since something of theirs is open again."""
    for line in lines:
        if line.invoice is not None:
            line.invoice.write({})
            line.invoice.model.signal_workflow([line.invoice.id], "open_test")
