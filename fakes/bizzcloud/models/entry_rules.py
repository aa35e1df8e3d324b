"""What the lines of entries must keep to, and what of them may not change any more.

Published: addons/account/account_move_line.py and account.py of Odoo 8.
"""

from collections.abc import Iterable

from fakes.bizzcloud.declaring import Record
from fakes.bizzcloud.errors import UserError, ValidationError

BOOKED = {"account_id", "journal_id", "period_id", "move_id", "debit", "credit", "date"}
"""The fields of a line that books rest on; the others may be typed over."""

BALANCE_WITHIN = 0.0001
"""How far debit and credit of an entry may lie apart."""


def must_be_changeable(lines: Iterable[Record]) -> None:
    """Raise UserError for a line of a posted entry, or one that is settled in whole.

    A journal that posts by itself lets its posted entries be changed.
    """
    for line in lines:
        move = line.move_id
        which = f"Move name (id): {move.name} ({move.id})."
        if move.state != "draft" and not move.journal_id.entry_posted:
            raise UserError(
                "You cannot do this modification on a confirmed entry. You can just change some "
                f"non legal fields or you must unconfirm the journal entry first.\n{which}"
            )
        if line.reconcile_id is not None:
            raise UserError(
                "You cannot do this modification on a reconciled entry. You can just change some "
                f"non legal fields or you must unreconcile first.\n{which}"
            )


def must_have_one_side(line: Record) -> None:
    """Raise ValidationError for a line on both sides, or with less than nothing on one."""
    if line.debit * line.credit != 0 or line.debit + line.credit < 0:
        raise ValidationError("Wrong credit or debit value in accounting entry !")


def note_balance(move: Record) -> None:
    """Mark the lines of an entry as balanced, or not."""
    lines = move.line_id
    balanced = abs(sum(line.debit - line.credit for line in lines)) < BALANCE_WITHIN
    for line in lines:
        line.model.store(line.id, state="valid" if balanced else "draft")
