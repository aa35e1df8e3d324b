"""The ledger accounts that every shop's Bizzcloud has from the start."""

import csv
from collections.abc import Mapping
from functools import cache
from importlib import resources

RESULT = ("8", "9")
"""The types of account in that chart that are turnover or costs."""


@cache
def shop_chart() -> frozenset[str]:
    """Return the codes of the Dutch chart on which a line can be, as the fake Bizzcloud has it."""
    return frozenset(_types())


@cache
def result_accounts() -> frozenset[str]:
    """Return those of them that are turnover or costs, which the books hold as VW."""
    return frozenset(code for code, kind in _types().items() if kind in RESULT)


@cache
def _types() -> Mapping[str, str]:
    data = resources.files("fakes.bizzcloud") / "data" / "accounts.csv"
    rows = csv.DictReader(data.read_text(encoding="utf-8").splitlines())
    return {row["code"]: row["user_type"] for row in rows if row["type"] != "view"}
