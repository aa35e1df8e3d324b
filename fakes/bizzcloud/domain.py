"""Search domains: their syntax, and the matching of one value with one leaf. Pure.

A domain is a list in prefix form: leaves `[field, operator, value]` and the operators `&`, `|`
and `!`; leaves that stand beside each other are joined by `&`.

Leaves become SQL at the service, and an empty field is NULL there: no comparison holds for it, nor
does the comparison's opposite. So `!` is carried down to the leaves, each of which then says
itself what it makes of an empty field (published: openerp/osv/expression.py).
"""

import re
from collections.abc import Callable, Iterator, Sequence
from contextvars import ContextVar
from functools import lru_cache
from typing import Any

from fakes.bizzcloud.errors import ServerError

OPERATORS = frozenset(
    ("=", "!=", "<=", "<", ">", ">=", "=?", "=like", "=ilike", "in", "not in", "child_of")
) | {"like", "not like", "ilike", "not ilike"}
NEGATIVE = {"!=": "=", "not like": "like", "not ilike": "ilike", "not in": "in"}
OPPOSITE = (
    {"<": ">=", ">": "<=", "<=": ">", ">=": "<"}
    | NEGATIVE
    | {positive: negative for negative, positive in NEGATIVE.items()}
)
"""What `!` before a leaf makes of its operator."""
NOT = "! "
"""Stands before an operator that has no opposite, and is turned round all the same."""
ARITY = {"&": 2, "|": 2, "!": 1}
JOINED = {"&": "|", "|": "&"}
"""What `!` makes of the operators that join."""

Leaf = tuple[Any, str, Any]
Token = str | Leaf
Row = dict[str, Any]
Test = Callable[[int, Row], bool]


def parse(domain: Any) -> list[Token]:
    """Return the tokens of a domain with every `&` written out and no `!` left.

    Raises ServerError, as the service does, for a leaf that is none and for an operator that
    lacks its operands.
    """
    if not domain:
        return []
    if not isinstance(domain, (list, tuple)):
        raise ServerError(
            "AssertionError",
            "Domains to normalize must have a 'domain' form: a list or tuple of domain components",
        )
    written: list[Any] = []
    expected = 1
    for item in domain:
        if expected == 0:
            written.insert(0, "&")
            expected = 1
        written.append(item)
        arity = ARITY.get(item, 0) if isinstance(item, str) else 0
        expected += arity - 1
    if expected:
        raise ServerError(
            "AssertionError", f"This domain is syntactically not correct: {py2(list(domain))}"
        )
    return list(_without_not(written))


def _without_not(written: list[Any]) -> Iterator[Token]:
    """Yield the tokens with every `!` carried down to the leaves."""
    negated = [False]
    for item in written:
        turned = negated.pop()
        if isinstance(item, str) and item in ARITY:
            negated += [turned != (item == "!")] * ARITY[item]
            if item != "!":
                yield JOINED[item] if turned else item
        else:
            name, operator, value = leaf(item)
            if turned:
                operator = OPPOSITE.get(operator, NOT + operator)
            yield name, operator, value


def leaf(item: Any) -> Leaf:
    """Return one leaf with its operator in normal form."""
    if isinstance(item, (list, tuple)) and len(item) == 3:
        field, operator, value = item
        name = _normal(operator) if isinstance(operator, str) else ""
        if name in OPERATORS and (isinstance(field, str) or field in (0, 1)):
            if isinstance(value, bool) and name in ("in", "not in"):
                name = "=" if name == "in" else "!="
            elif isinstance(value, (list, tuple)) and name in ("=", "!="):
                name = "in" if name == "=" else "not in"
            return field, name, value
    raise ServerError("ValueError", f"Invalid leaf {item if isinstance(item, str) else py2(item)}")


def _normal(operator: str) -> str:
    lowered = operator.lower()
    return "!=" if lowered == "<>" else lowered


def conjuncts(tokens: Sequence[Token]) -> Iterator[Leaf]:
    """Yield the leaves that every match must meet: an index of any of them narrows the search."""
    in_conjunction = [True]
    for step in tokens:
        here = in_conjunction.pop()
        if isinstance(step, str):
            in_conjunction += [here and step == "&"] * ARITY[step]
        elif here:
            yield step


def combined(tokens: Sequence[Token], test_of: Callable[[Leaf], Test]) -> Test:
    """Return the test of a whole domain, made from the tests of its leaves; iterative, not deep."""
    if not tokens:
        return lambda identifier, row: True
    program = [token if isinstance(token, str) else test_of(token) for token in reversed(tokens)]
    if not any(isinstance(step, str) and step != "&" for step in program):
        tests = [step for step in reversed(program) if not isinstance(step, str)]
        return lambda identifier, row: all(test(identifier, row) for test in tests)

    def test(identifier: int, row: Row) -> bool:
        stack: list[bool] = []
        for step in program:
            if not isinstance(step, str):
                stack.append(step(identifier, row))
            else:
                left, right = stack.pop(), stack.pop()
                stack.append((left and right) if step == "&" else (left or right))
        return stack[-1]

    return test


def matches(operator: str, value: Any) -> Callable[[Any], bool]:
    """Return the test of one stored value (None is empty) for an operator and the leaf's value."""
    if operator.startswith(NOT):
        positive = matches(operator.removeprefix(NOT), value)
        return lambda kept: kept is not None and not positive(kept)
    if operator in ("in", "not in"):
        return _membership(operator, value)
    if operator == "=?":
        return _equality("=", value) if value not in (False, None) else lambda kept: True
    if operator in ("=", "!="):
        return _equality(operator, value)
    if operator in _COMPARE:
        return _comparison(operator, value)
    return _likeness(operator, value)


def _equality(operator: str, value: Any) -> Callable[[Any], bool]:
    if value is False or value is None:
        if operator == "=":
            return lambda kept: kept is None or kept is False
        return lambda kept: kept is not None and kept is not False
    if operator == "=":
        return lambda kept: bool(kept == value)
    return lambda kept: kept is not None and bool(kept != value)


def _membership(operator: str, value: Any) -> Callable[[Any], bool]:
    values = value if isinstance(value, (list, tuple)) else [value]
    wanted = [each for each in values if each is not False and each is not None]
    with_empty = len(wanted) < len(values)
    try:
        known: Any = frozenset(wanted)
    except TypeError:
        raise ServerError("ProgrammingError", "can't adapt type 'dict'") from None
    if operator == "in":
        return lambda kept: with_empty if kept is None else kept in known
    return lambda kept: not with_empty if kept is None else kept not in known


_COMPARE: dict[str, Callable[[Any, Any], bool]] = {
    "<": lambda kept, value: bool(kept < value),
    "<=": lambda kept, value: bool(kept <= value),
    ">": lambda kept, value: bool(kept > value),
    ">=": lambda kept, value: bool(kept >= value),
}


def _comparison(operator: str, value: Any) -> Callable[[Any], bool]:
    compare = _COMPARE[operator]

    def test(kept: Any) -> bool:
        if kept is None or value is None:
            return False
        try:
            return compare(kept, value)
        except TypeError:
            return compare(str(kept), str(value))

    return test


def _likeness(operator: str, value: Any) -> Callable[[Any], bool]:
    """Return the test of a pattern; of the empty one, between its two %, also for empty fields."""
    exact = operator.startswith("=")
    if exact and not value:
        return lambda kept: False
    text = "" if value is None else str(value)
    pattern = _like_pattern(text if exact else f"%{text}%", operator.endswith("ilike"))
    empty_holds = not exact and not text
    negated = operator.startswith("not ")
    return lambda kept: (
        empty_holds if kept is None else (pattern.fullmatch(str(kept)) is not None) is not negated
    )


@lru_cache(maxsize=512)
def _like_pattern(pattern: str, fold: bool) -> re.Pattern[str]:
    """Return SQL's LIKE as a regular expression: % any run, _ any one, a backslash escapes.

    A piece between two % is matched where it first occurs and never tried again (an atomic
    group), so that no pattern takes more than a walk along the text.
    """
    pieces = [""]
    characters = iter(pattern)
    for character in characters:
        if character == "%":
            pieces.append("")
        elif character == "_":
            pieces[-1] += "."
        else:
            pieces[-1] += re.escape(next(characters, "") if character == "\\" else character)
    first, *middle = pieces
    last = middle.pop() if middle else None
    expression = first + "".join(f"(?>.*?{piece})" for piece in middle if piece)
    if last is not None:
        expression += ".*" + last
    return re.compile(expression, re.DOTALL | (re.IGNORECASE if fold else 0))


SPEAKS_UNICODE: ContextVar[bool] = ContextVar("SPEAKS_UNICODE", default=False)
"""Whether the call came as JSON, of which Python 2 makes unicode throughout."""


def py2(value: Any) -> str:
    """Return a value as the service's Python 2 prints it inside error texts."""
    if isinstance(value, str):
        plain = value.isascii() and not SPEAKS_UNICODE.get()
        return repr(value) if plain else "u" + ascii(value)
    if isinstance(value, list):
        return "[" + ", ".join(py2(each) for each in value) + "]"
    if isinstance(value, tuple):
        return "(" + ", ".join(py2(each) for each in value) + ("," if len(value) == 1 else "") + ")"
    return repr(value)


def type_name(value: Any) -> str:
    """Return the name that Python 2 has for the type of a value that came over the wire."""
    if isinstance(value, str):
        return "str" if value.isascii() and not SPEAKS_UNICODE.get() else "unicode"
    return "NoneType" if value is None else type(value).__name__
