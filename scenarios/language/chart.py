"""The ledger accounts that every shop's Bizzcloud has from the start."""

import csv
from functools import cache
from importlib import resources


@cache
def shop_chart() -> frozenset[str]:
    """Return the codes of the Dutch chart on which a line can be, as the fake Bizzcloud has it."""
    data = resources.files("fakes.bizzcloud") / "data" / "accounts.csv"
    rows = csv.DictReader(data.read_text(encoding="utf-8").splitlines())
    return frozenset(row["code"] for row in rows if row["type"] != "view")
