"""A naive Odoo: lists of dicts, and domains evaluated by brute force."""

import fnmatch
from collections.abc import Callable
from typing import Any

Row = dict[str, Any]


def matching(rows: list[Row], domain: list[Any]) -> list[int]:
    """Return the ids of the rows that a domain means, in rising order."""
    if not any(isinstance(each, list) and each[0] == "active" for each in domain):
        rows = [row for row in rows if row["active"]]
    return sorted(row["id"] for row in rows if holds(row, list(domain)))


def holds(row: Row, domain: list[Any]) -> bool:
    """Return whether a row meets all the expressions of a domain; takes the list to pieces."""
    verdicts = []
    while domain:
        verdicts.append(expression(row, domain))
    return all(verdicts)


def expression(row: Row, rest: list[Any]) -> bool:
    """Take one expression off the front of a domain and return what it says of a row."""
    first = rest.pop(0)
    if first == "!":
        return not expression(row, rest)
    if first in ("&", "|"):
        left = expression(row, rest)
        right = expression(row, rest)
        return (left and right) if first == "&" else (left or right)
    field, operator, value = first
    return leaf(row[field], operator, value)


def leaf(kept: Any, operator: str, value: Any) -> bool:
    """Return whether one leaf holds for a value; False is empty, a set is a many2many."""
    if isinstance(kept, set):
        return of_set(kept, operator, value)
    if operator in ("not in", "not like", "not ilike", "!="):
        return not leaf(kept, {"!=": "="}.get(operator, operator.removeprefix("not ")), value)
    if operator == "=":
        return bool(kept == value)
    if operator == "in":
        return any(kept == each for each in value)
    if operator in ORDERINGS:
        return kept is not False and ORDERINGS[operator](kept, value)
    return kept is not False and like(kept, operator, value)


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
