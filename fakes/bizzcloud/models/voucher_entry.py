"""The entry of a payment that was registered: money on one side, what it pays on the other."""

from typing import Any

from fakes.bizzcloud.amounts import stored
from fakes.bizzcloud.declaring import Record
from fakes.bizzcloud.errors import UserError
from fakes.bizzcloud.models.entry import Move, MoveLine
from fakes.bizzcloud.models.sequences import Sequence


def book(voucher: Record) -> None:
    """Book a voucher, and settle its lines with the items that they pay.

    What its lines leave of its amount comes on the partner's account, or on that of the write-off.
    Raises UserError for a journal that gives no number and for a receipt with a tax.
    """
    if voucher.tax_id is not None and voucher.type in ("sale", "purchase"):
        raise UserError("A receipt with a tax is not part of this stand-in; book it without one.")
    env = voucher.model.env
    number = voucher.number or _numbered(voucher)
    entries = [_money(voucher)]
    left = stored(entries[0]["debit"] - entries[0]["credit"], 2)
    pays: list[tuple[int, int]] = []
    for line in voucher.line_ids:
        amount = line.untax_amount or line.amount
        if not line.amount:
            continue
        if line.move_line_id is not None:
            _must_still_be_open(line, amount)
            pays.append((len(entries), line.move_line_id.id))
        debit = amount if line.type == "dr" else -amount
        entries.append(_entry(voucher, line.name or "/", line.account_id.id, debit))
        left = stored(left + entries[-1]["debit"] - entries[-1]["credit"], 2)
    if left:
        entries.append(_rest(voucher, number, left))
    move = env["account.move"].create(
        {
            "name": number,
            "journal_id": voucher.journal_id.id,
            "narration": voucher.narration or False,
            "date": voucher.date,
            "ref": voucher.reference or number.replace("/", ""),
            "period_id": voucher.period_id.id,
            "line_id": [(0, 0, entry) for entry in entries],
        }
    )
    voucher.write({"move_id": move, "state": "posted", "number": number})
    if voucher.journal_id.entry_posted:
        env.of(Move).post([move])
    made = sorted(env.of(MoveLine).table.having("move_id", (move,)))
    for place, item in pays:
        env.of(MoveLine).reconcile_partial([made[place], item])


def take_back(voucher: Record) -> None:
    """Open again what a voucher settled, and delete its entry, where its journal allows that."""
    move = voucher.move_id
    if move is None:
        return
    lines = voucher.model.env.of(MoveLine)
    for line in move.line_id:
        if line.reconcile_id is not None or line.reconcile_partial_id is not None:
            lines.unsettle(line)
    move.model.button_cancel([move.id])
    move.model.unlink([move.id])


def _numbered(voucher: Record) -> str:
    sequence = voucher.journal_id.sequence_id
    if sequence is None:
        raise UserError("Please define a sequence on the journal.")
    if not sequence.active:
        raise UserError("Please activate the sequence of selected journal !")
    return voucher.model.env.of(Sequence).take(sequence)


def _entry(voucher: Record, name: str, account: int, debit: float) -> dict[str, Any]:
    """Return an entry line of an amount on the debit side; a negative one is on the other."""
    return {
        "name": name,
        "account_id": account,
        "partner_id": voucher.partner_id.id if voucher.partner_id is not None else False,
        "debit": debit if debit > 0 else 0.0,
        "credit": -debit if debit < 0 else 0.0,
    }


def _money(voucher: Record) -> dict[str, Any]:
    """Return the line of the money itself; a negative amount goes the other way."""
    incoming = voucher.type in ("sale", "receipt")
    amount = voucher.amount if incoming else -voucher.amount
    entry = _entry(voucher, voucher.name or "/", voucher.account_id.id, amount)
    return {**entry, "date_maturity": voucher.date_due or False}


def _rest(voucher: Record, number: str, left: float) -> dict[str, Any]:
    """Return the line of what is left: a write-off, else open on the account of the partner."""
    name, account = number, voucher.account_id.id
    if voucher.payment_option == "with_writeoff":
        name, account = voucher.comment or number, getattr(voucher.writeoff_acc_id, "id", False)
    elif voucher.partner_id is not None:
        kind = "receivable" if voucher.type in ("sale", "receipt") else "payable"
        account = getattr(voucher.partner_id, f"property_account_{kind}").id
    return _entry(voucher, name, account, -left)


def _must_still_be_open(line: Record, amount: float) -> None:
    """Raise UserError when an item that was to be paid in whole was paid by others meanwhile.

    The service takes the difference for one of exchange rates, which this company books nowhere.
    """
    if line.amount != line.amount_unreconciled:
        return
    left = stored(abs(line.move_line_id.amount_residual) - amount, 2)
    if left:
        which = "Loss" if (left > 0) != (line.type == "dr") else "Gain"
        raise UserError(
            f"You should configure the '{which} Exchange Rate Account' to manage automatically the "
            "booking of accounting entries related to differences between exchange rates."
        )
