"""What the lines of a bank or cash statement do in the journals when they are processed."""

from collections.abc import Iterable, Mapping
from typing import Any

from fakes.bizzcloud.declaring import Record
from fakes.bizzcloud.errors import UserError
from fakes.bizzcloud.models.entry import Move, MoveLine

COUNTER_ACCOUNT = "counter_account"
"""Where a line keeps the account that it is booked against: no field of it can be read."""


def confirm(statement: Record) -> None:
    """Book each line of a statement that is not booked yet, and close the statement.

    Raises UserError when what was counted is not what the lines come to, when the journal has no
    accounts, or when nothing says what a line is to be booked against.
    """
    _must_balance(statement)
    journal = statement.journal_id
    if journal.default_credit_account_id is None or journal.default_debit_account_id is None:
        raise UserError("Please verify that an account is defined in the journal.")
    moves = []
    for line in statement.line_ids:
        if not line.amount:
            continue
        if line.journal_entry_id is None:
            account = line.model.table.rows[line.id].get(COUNTER_ACCOUNT)
            if account is None:
                raise UserError(
                    "All the account entries lines must be processed in order to close the "
                    "statement."
                )
            process(line, [{**sides(-line.amount), "account_id": account, "name": line.name}])
        moves.append(line.journal_entry_id.id)
    env = statement.model.env
    env.of(Move).post(moves)
    statement.write({"state": "confirm", "closing_date": env.now})


def process(line: Record, against: Iterable[Mapping[str, Any]]) -> None:
    """Enter a statement's line: its own side on the journal's account, and the given other lines.

    Each of `against` has debit and credit, and an account and a name, or the entry line that it
    settles (`counterpart_move_line_id`); it then is on that one's account and partner, and an
    invoice of which nothing is left open is paid. The entry stays unposted. Raises UserError for a
    line that is entered already, or a settled entry line.
    """
    env = line.model.env
    entry_lines = env.of(MoveLine)
    if line.journal_entry_id is not None:
        raise UserError("The bank statement line was already reconciled.")
    others = [dict(each) for each in against]
    settled = [each.pop("counterpart_move_line_id", None) for each in others]
    opposite = [entry_lines.one(each) if each else None for each in settled]
    if any(each is not None and each.reconcile_id is not None for each in opposite):
        raise UserError("A selected move line was already reconciled.")
    statement, journal = line.statement_id, line.statement_id.journal_id
    which = "credit" if line.amount >= 0 else "debit"
    partner = line.partner_id.id if line.partner_id is not None else False
    move = env["account.move"].create(
        {
            "name": f"{statement.name or line.name}/{line.sequence}",
            "ref": line.ref or False,
            "journal_id": journal.id,
            "period_id": statement.period_id.id,
            "date": line.date,
        }
    )
    common = {"move_id": move, "statement_id": statement.id}
    entry_lines.create(
        {
            **common,
            **sides(line.amount),
            "name": line.name,
            "date": line.date,
            "account_id": getattr(journal, f"default_{which}_account_id").id,
            "partner_id": partner,
        }
    )
    for values, other in zip(others, opposite, strict=True):
        if other is not None:
            own = other.partner_id.id if other.partner_id is not None else partner
            values |= {"account_id": other.account_id.id, "partner_id": own}
        made = entry_lines.create({**values, **common})
        if other is not None:
            entry_lines.reconcile_partial([made, other.id])
    line.write({"journal_entry_id": move})


def sides(amount: float) -> dict[str, float]:
    """Return an amount on the debit side, one below nothing on the credit side."""
    return {"debit": max(amount, 0.0), "credit": max(-amount, 0.0)}


def _must_balance(statement: Record) -> None:
    counted, computed = statement.balance_end_real, statement.balance_end
    if abs(counted - computed) >= 0.0001:
        raise UserError(
            f"The statement balance is incorrect !\nThe expected balance ({counted:.2f}) is "
            f"different than the computed one. ({computed:.2f})"
        )
