"""What settles invoices in a shop: cash that is entered, and lines set off against each other."""

from tests.sync_core.house import House


def paid_in_cash(house: House, amount: float) -> int:
    """Enter cash received from a customer; return the entry."""
    journal = house.find("account.journal", ("type", "=", "cash"))
    (found,) = house.execute("account.journal", "read", [journal], ["default_debit_account_id"])
    debtors = house.find("account.account", ("code", "=", "1300"))
    lines = [
        {"name": "betaling", "account_id": debtors, "credit": amount},
        {"name": "betaling", "account_id": found["default_debit_account_id"][0], "debit": amount},
    ]
    values = {
        "journal_id": journal,
        "period_id": house.execute("account.period", "find", "2017-10-19")[0],
        "date": "2017-10-19",
        "line_id": [[0, 0, each] for each in lines],
    }
    return int(house.execute("account.move", "create", values))


def settle(house: House, invoices: list[int], entries: list[int], how: str = "reconcile") -> None:
    """Set the debtors' lines of invoices and entries off against each other."""
    rows = house.execute("account.invoice", "read", invoices, ["move_id"])
    moves = [*(row["move_id"][0] for row in rows), *entries]
    domain = [["move_id", "in", moves], ["account_id.code", "=", "1300"]]
    lines = house.execute("account.move.line", "search", domain)
    house.execute("account.move.line", how, lines)
