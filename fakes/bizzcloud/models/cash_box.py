"""Cash put in a till and taken out of it beside what is sold."""

from typing import Any

from fakes.bizzcloud.declaring import Record, on_records
from fakes.bizzcloud.errors import UserError
from fakes.bizzcloud.fields import char, decimal
from fakes.bizzcloud.records import Model


class CashBoxIn(Model):
    """The form by which cash is put in a till."""

    name = "cash.box.in"
    description = "cash.box.in"
    order = "id"
    fields = {
        "name": char("Reason", required=True),
        "amount": decimal("Amount", required=True),
        "ref": char("Reference"),
    }

    @on_records
    def run(self, ids: Any) -> dict[str, Any]:
        """Put a line on the cash statement of the session that the context names."""
        sessions = self.env["pos.session"].browse(self.env.context.get("active_ids") or [])
        registers = [each for session in sessions for each in _cash_statements(session)]
        if not registers:
            raise UserError("There is no cash register for this PoS Session")
        for box in self.browse(ids):
            for statement in registers:
                account = statement.journal_id.internal_account_id
                if account is None:
                    raise UserError(
                        "Please check that the field 'Internal Transfers Account' is set on the "
                        f"payment method '{statement.journal_id.name}'."
                    )
                self.env["account.bank.statement.line"].create(
                    {
                        "statement_id": statement.id,
                        "name": box.name,
                        "ref": statement.pos_session_id.name,
                        "amount": self.amount_of(box),
                        "account_id": account.id,
                    }
                )
        return {}

    def amount_of(self, box: Record) -> float:
        """Return what is put in, below nothing when it is taken out."""
        return float(box.amount)


class CashBoxOut(CashBoxIn):
    """The form by which cash is taken out of a till."""

    name = "cash.box.out"
    description = "cash.box.out"

    def amount_of(self, box: Record) -> float:
        """Return what is taken out, below nothing however it was typed."""
        return -abs(float(box.amount))


def _cash_statements(session: Record) -> list[Record]:
    return [each for each in session.statement_ids if each.journal_id.type == "cash"]
