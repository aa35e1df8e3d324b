"""Entries that a program makes by itself: what they are given, and what of them stays."""

from typing import Any

import pytest

from tests.fakes.bizzcloud.shop import RECEIVABLE, Caller

MOVE, LINE = "account.move", "account.move.line"
BANK_JOURNAL, BANK = 9, 484


def sides(amount: float) -> list[Any]:
    """Return the commands for an entry of money on the bank."""
    return [
        [0, 0, {"name": "Bank", "account_id": BANK, "debit": amount}],
        [0, 0, {"name": "Klant", "account_id": RECEIVABLE, "credit": amount}],
    ]


def test_an_entry_without_a_period_is_of_that_of_today(caller: Caller) -> None:
    (period,) = caller.call("account.period", "find")
    values = {"journal_id": BANK_JOURNAL, "date": "2017-03-01", "line_id": sides(10)}
    move = caller.call(MOVE, "create", values)
    assert caller.read(MOVE, move, "period_id")["period_id"][0] == period
    assert caller.call(MOVE, "default_get", ["period_id"]) == {"period_id": period}


def states(caller: Caller, move: int) -> set[str]:
    """Return the states of an entry's lines."""
    found = caller.call(LINE, "search_read", [["move_id", "=", move]], ["state"])
    return {row["state"] for row in found}


def test_the_lines_of_an_entry_tell_whether_it_balances(caller: Caller) -> None:
    one_sided = {"journal_id": BANK_JOURNAL, "line_id": sides(10)[:1]}
    move = caller.call(MOVE, "create", one_sided)
    assert states(caller, move) == {"draft"}
    other = {"name": "Klant", "account_id": RECEIVABLE, "credit": 9, "move_id": move}
    line = caller.call(LINE, "create", other)
    assert states(caller, move) == {"draft"}
    caller.call(LINE, "write", [line], {"credit": 10})
    assert states(caller, move) == {"valid"}
    caller.call(LINE, "unlink", [line])
    assert states(caller, move) == {"draft"}
    whole = caller.call(MOVE, "create", {"journal_id": BANK_JOURNAL, "line_id": sides(10)})
    assert states(caller, whole) == {"valid"}


def test_a_line_by_itself_gets_an_entry_in_the_journal_that_is_named(caller: Caller) -> None:
    (period,) = caller.call("account.period", "find", "2017-03-01")
    context = {"journal_id": BANK_JOURNAL, "period_id": period}
    values = {"name": "Los", "account_id": BANK, "debit": 5, "ref": "R1", "date": "2017-03-01"}
    line = caller.call(LINE, "create", values, context=context)
    row = caller.read(LINE, line, "move_id", "journal_id", "period_id", "date", "ref", "state")
    assert (row["journal_id"][0], row["period_id"][0]) == (BANK_JOURNAL, period)
    assert (row["date"], row["ref"], row["state"]) == ("2017-03-01", "R1", "draft")
    fault = caller.fault(LINE, "create", values)
    assert "[object with reference: Journal Items - account.move.line]" in fault.faultString


@pytest.mark.parametrize("values", [{"debit": 5.0, "credit": 5.0}, {"debit": -5.0}])
def test_a_line_has_one_side(caller: Caller, values: dict[str, float]) -> None:
    move = caller.call(MOVE, "create", {"journal_id": BANK_JOURNAL, "line_id": sides(10)})
    line = {"name": "Fout", "account_id": BANK, "move_id": move, **values}
    fault = caller.fault(LINE, "create", line)
    assert (fault.faultCode, fault.faultString) == (
        2,
        "Wrong credit or debit value in accounting entry !",
    )


def test_what_books_rest_on_stays_in_a_posted_entry(caller: Caller) -> None:
    invoice = caller.invoice({"price_unit": 100})
    move, name = caller.read("account.invoice", invoice, "move_id")["move_id"]
    line = caller.call(LINE, "search", [["move_id", "=", move], ["account_id", "=", RECEIVABLE]])
    said = (
        "You cannot do this modification on a confirmed entry. You can just change some non legal "
        "fields or you must unconfirm the journal entry first.\n"
        f"Move name (id): {name} ({move})."
    )
    for values in ({"debit": 1.0}, {"account_id": BANK}, {"date": "2017-10-01", "name": "x"}):
        fault = caller.fault(LINE, "write", line, values)
        assert (fault.faultCode, fault.faultString) == (2, said)
    assert caller.fault(LINE, "unlink", line).faultString == said
    assert caller.fault(MOVE, "write", [move], {"line_id": [[2, line[0]]]}).faultString == said
    assert caller.call(LINE, "write", line, {"blocked": True, "date_maturity": "2017-12-01"})
    caller.call("account.journal", "write", [2], {"entry_posted": True})
    assert caller.call(LINE, "write", line, {"date": "2017-10-01"}) is True


def test_what_is_settled_in_whole_stays_until_it_is_taken_back(caller: Caller) -> None:
    moves = [
        caller.call(MOVE, "create", {"journal_id": BANK_JOURNAL, "line_id": sides(amount)})
        for amount in (10, 10)
    ]
    lines = caller.call(LINE, "search", [["move_id", "in", moves], ["credit", ">", 0]])
    caller.call(LINE, "write", lines[:1], {"debit": 10, "credit": 0})
    caller.call(LINE, "reconcile", lines)
    fault = caller.fault(LINE, "write", lines[:1], {"debit": 9})
    assert fault.faultString.startswith("You cannot do this modification on a reconciled entry.")
    assert "reconciled entry" in caller.fault(MOVE, "unlink", moves).faultString
    (settled,) = caller.call("account.move.reconcile", "search", [["line_id", "in", lines]])
    caller.call("account.move.reconcile", "unlink", [settled])
    assert caller.call(MOVE, "unlink", moves) is True
