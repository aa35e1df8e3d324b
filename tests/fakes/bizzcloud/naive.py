"""A naive Odoo: lists of dicts, and domains evaluated by brute force in the logic of SQL.

An empty field is NULL there. What compares with it is neither true nor false but unknown (None
here), its opposite is unknown too, and a row is found where the whole domain is true.
"""

import fnmatch
from collections.abc import Callable
from typing import Any

Row = dict[str, Any]
Verdict = bool | None


def matching(rows: list[Row], domain: list[Any]) -> list[int]:
    """Return the ids of the rows that a domain means, in rising order."""
    if not any(isinstance(each, list) and each[0] == "active" for each in domain):
        rows = [row for row in rows if row["active"]]
    return sorted(row["id"] for row in rows if holds(row, list(domain)) is True)


def holds(row: Row, domain: list[Any]) -> Verdict:
    """Return whether a row meets all the expressions of a domain; takes the list to pieces."""
    verdict: Verdict = True
    while domain:
        verdict = both(verdict, expression(row, domain))
    return verdict


def opposite(verdict: Verdict) -> Verdict:
    """Return SQL's NOT."""
    return None if verdict is None else not verdict


def both(one: Verdict, other: Verdict) -> Verdict:
    """Return SQL's AND: false where either is, else unknown where either is."""
    if one is False or other is False:
        return False
    return None if one is None or other is None else True


def expression(row: Row, rest: list[Any]) -> Verdict:
    """Take one expression off the front of a domain and return what it says of a row."""
    first = rest.pop(0)
    if first == "!":
        return opposite(expression(row, rest))
    if first in ("&", "|"):
        left = expression(row, rest)
        right = expression(row, rest)
        if first == "&":
            return both(left, right)
        return opposite(both(opposite(left), opposite(right)))
    field, operator, value = first
    return leaf(row[field], operator, value)


def leaf(kept: Any, operator: str, value: Any) -> Verdict:
    """Return what one leaf says of a value; False is empty, a set is a many2many."""
    if isinstance(kept, set):
        return of_set(kept, operator, value)
    if operator == "=?":
        return True if value is False else leaf(kept, "=", value)
    if operator == "not in":
        return opposite(leaf(kept, "in", value))
    if operator in ("!=", "not like", "not ilike"):
        return opposite(leaf(kept, "=" if operator == "!=" else operator[4:], value))
    if operator == "in":
        return any(kept is each or (kept is not False and kept == each) for each in value)
    if operator == "=" and (value is False or (isinstance(kept, bool) and isinstance(value, bool))):
        return kept is value
    if kept is False:
        return None
    if operator == "=":
        return bool(kept == value)
    if operator in ORDERINGS:
        return ORDERINGS[operator](kept, value)
    return like(kept, operator, value)


def of_set(kept: set[int], operator: str, value: Any) -> bool:
    """Return whether one leaf holds for a many2many."""
    if value is False:
        return (not kept) is (operator == "=")
    wanted = set(value) if isinstance(value, list) else {value}
    return bool(kept & wanted) is (operator in ("=", "in"))


ORDERINGS: dict[str, Callable[[Any, Any], bool]] = {
    "<": lambda one, other: bool(one < other),
    "<=": lambda one, other: bool(one <= other),
    ">": lambda one, other: bool(one > other),
    ">=": lambda one, other: bool(one >= other),
}


def like(kept: str, operator: str, value: str) -> bool:
    """Return whether a text is like a pattern of % and _, by the shell's own wildcards."""
    pattern = value if operator.startswith("=") else f"%{value}%"
    if operator.endswith("ilike"):
        kept, pattern = kept.lower(), pattern.lower()
    return fnmatch.fnmatchcase(kept, pattern.replace("%", "*").replace("_", "?"))
