"""The books of e-Boekhouden as plain dicts in whole cents, to hold the fake's beside.

None of the fake's own code is used here: what a mutation does to which account is written down
once more, from the trade's double entry and the evidence.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from datetime import date
from typing import Any

SALE = {"HOOG_VERK_21": (21, "1650"), "LAAG_VERK": (6, "1651"), "AFW_VERK": (12, "1652")}
PURCHASE = {"HOOG_INK_21": (21, "1660"), "LAAG_INK": (6, "1660")}
NONE = {"GEEN": (0, "")}
VAT = {**SALE, **PURCHASE, **NONE}
"""Each VAT code in use here, in 2017: its percentage and the account that its VAT goes to."""

KINDS: dict[str, dict[str, Any]] = {
    "FactuurVerstuurd": {"on": "1300", "debit": 1, "codes": SALE | NONE, "over": ("8020", "8010")},
    "FactuurOntvangen": {"on": "1700", "debit": -1, "codes": PURCHASE, "over": ("4650", "4750")},
    "FactuurbetalingOntvangen": {"on": "1010", "debit": 1, "codes": NONE, "over": ("1300",)},
    "FactuurbetalingVerstuurd": {"on": "1010", "debit": -1, "codes": NONE, "over": ("1700",)},
    "GeldOntvangen": {"on": "1000", "debit": 1, "codes": SALE | NONE, "over": ("8020", "1750")},
    "GeldUitgegeven": {"on": "1000", "debit": -1, "codes": PURCHASE, "over": ("4650",)},
    "Memoriaal": {"on": "2000", "debit": 1, "codes": NONE, "over": ("1300", "8020", "1000")},
    "OpeningsSaldo": {"on": "0500", "debit": 1, "codes": NONE, "over": ("1010", "3000")},
}
"""Each kind: its own account, whether it debits it, its VAT codes and its counter accounts."""

WITH_INVOICE = [kind for kind in KINDS if kind.startswith("Factuur")]
OPEN_ITEMS = {
    "Debiteuren": {"FactuurVerstuurd": 1, "FactuurbetalingOntvangen": -1},
    "Crediteuren": {"FactuurOntvangen": 1, "FactuurbetalingVerstuurd": -1},
}
FREE_CATEGORIES = ("BAL", "VW")

Row = dict[str, Any]


def rounded(amount: int, numerator: int, denominator: int) -> int:
    """Return a part of an amount in cents, halves away from zero."""
    part = (2 * abs(amount) * numerator + denominator) // (2 * denominator)
    return part if amount >= 0 else -part


def line(entered: int, code: str, account: str, centre: int, *, including: bool) -> Row:
    """Return a line of which an amount was entered, with or without the VAT of its code."""
    rate, _ = VAT[code]
    vat = rounded(entered, rate, 100 + rate if including else 100)
    net = entered - vat if including else entered
    return {"net": net, "vat": vat, "code": code, "account": account, "centre": centre}


def total(row: Row) -> int:
    """Return what a mutation or an invoice comes to, with VAT."""
    return sum(found["net"] + found["vat"] for found in row["lines"])


class BooksOfDicts:
    """One administration, as dicts by code or number."""

    def __init__(self, accounts: Iterable[Row]) -> None:
        self.accounts: dict[str, Row] = {row["Code"]: dict(row) for row in accounts}
        self.relations: dict[str, Row] = {}
        self.mutations: dict[int, Row] = {}
        self.invoices: dict[str, Row] = {}
        self.centres: dict[int, Row] = {}
        self.articles: dict[int, Row] = {}
        self.closed: list[tuple[date, date]] = []
        self.touched: set[str] = set()
        self.highest = 0

    def is_closed(self, day: date) -> bool:
        """Tell whether a day lies in a closed period."""
        return any(first <= day <= last for first, last in self.closed)

    def book(self, number: int, mutation: Row) -> None:
        """Take in a mutation under the number that the service gave it."""
        self.highest = number
        self.mutations[number] = mutation
        self.touched |= {account for account, _, _ in entries(mutation)}

    def balance(
        self, code: str, first: date | None = None, last: date | None = None, centre: int = 0
    ) -> int:
        """Return the balance of an account in cents, debit positive."""
        return sum(
            amount
            for mutation in self.mutations.values()
            if (first is None or first <= mutation["day"])
            and (last is None or mutation["day"] <= last)
            for account, amount, of in entries(mutation)
            if account == code and centre in (0, of)
        )

    def open_items(self, side: str) -> dict[tuple[str, str], tuple[int, int]]:
        """Return what was invoiced and paid of each invoice that is open."""
        items: defaultdict[tuple[str, str], list[int]] = defaultdict(lambda: [0, 0])
        for mutation in self.mutations.values():
            sign = OPEN_ITEMS[side].get(mutation["kind"])
            if sign is not None:
                key = (mutation["relation"], mutation["invoice"])
                items[key][0 if sign > 0 else 1] += total(mutation)
        return {key: (made, paid) for key, (made, paid) in items.items() if made != paid}

    def open_on(self, invoice: Row) -> int:
        """Return what an invoice made in the service still has open."""
        if invoice["mutation"] not in self.mutations:
            return total(invoice)
        key = (invoice["relation"], invoice["number"])
        made, paid = self.open_items("Debiteuren").get(key, (0, 0))
        return made - paid

    def uses(self, relation: str) -> bool:
        """Tell whether a relation stands on a mutation or an invoice."""
        rows = [*self.mutations.values(), *self.invoices.values()]
        return any(row["relation"] == relation for row in rows)


def entries(mutation: Row) -> Iterator[tuple[str, int, int]]:
    """Yield account, cents (debit positive) and cost centre of everything a mutation books."""
    sign = KINDS[mutation["kind"]]["debit"]
    yield mutation["on"], sign * total(mutation), 0
    for found in mutation["lines"]:
        yield found["account"], -sign * found["net"], found["centre"]
        if found["vat"]:
            yield VAT[found["code"]][1], -sign * found["vat"], found["centre"]
