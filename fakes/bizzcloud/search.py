"""Finding records: each leaf of a domain as a test of a row, and the index that narrows it."""

import math
import re
from collections.abc import Callable, Iterable
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from fakes.bizzcloud import domain as domains
from fakes.bizzcloud.amounts import stored
from fakes.bizzcloud.domain import Leaf, Test, py2
from fakes.bizzcloud.errors import ServerError
from fakes.bizzcloud.fields import DATE_FORMATS, MANY, NUMBERS, Field, must_be_adaptable

if TYPE_CHECKING:
    from fakes.bizzcloud.records import Model

WIDE = 200
"""A search over fewer rows than this does without indices."""


def found(model: "Model", domain: Any, *, active_test: bool = True) -> list[int]:
    """Return the ids of all records that match a domain, in no order."""
    tokens = domains.parse(domain)
    hides = (
        active_test and "active" in model.all_fields and model.env.context.get("active_test", True)
    )
    if hides and not any(not isinstance(token, str) and token[0] == "active" for token in tokens):
        tokens = ["&", *tokens, ("active", "=", True)] if tokens else [("active", "=", True)]
    test = domains.combined(tokens, lambda leaf: leaf_test(model, leaf))
    rows = model.table.rows
    visible = model.visible
    return [
        identifier
        for identifier in _candidates(model, tokens)
        if test(identifier, rows[identifier]) and visible(rows[identifier])
    ]


def kept_by(model: "Model", domain: Any, ids: Iterable[int]) -> list[int]:
    """Return those of some ids that match a domain, in their order."""
    test = domains.combined(domains.parse(domain), lambda leaf: leaf_test(model, leaf))
    return [each for each in ids if test(each, model.table.rows[each])]


def _candidates(model: "Model", tokens: list[domains.Token]) -> Iterable[int]:
    rows = model.table.rows
    if len(rows) <= WIDE:
        return list(rows)
    narrowest: tuple[int, Callable[[], Iterable[int]]] = (len(rows), lambda: list(rows))
    for leaf in domains.conjuncts(tokens):
        narrowed = _indexed(model, leaf)
        if narrowed is not None and narrowed[0] < narrowest[0]:
            narrowest = narrowed
    return narrowest[1]()


def _indexed(model: "Model", leaf: Leaf) -> tuple[int, Callable[[], Iterable[int]]] | None:
    """Return how many records an index leaves for a leaf, and those records; None without one."""
    name, operator, value = leaf
    table = model.table
    if name == "id":
        if operator not in ("=", "in"):
            return None
        wanted = value if isinstance(value, (list, tuple)) else [value]
        known = [as_id(each) for each in wanted]
        ids = [each for each in known if isinstance(each, int) and each in table.rows]
        return len(ids), lambda: dict.fromkeys(ids)
    field = model.all_fields.get(name)
    if field is None or not field.store or field.type in MANY:
        return None
    if operator in ("=", "in"):
        values = list(value) if isinstance(value, (list, tuple)) else [value]
        if field.type == "many2one" and any(isinstance(each, str) for each in values):
            return None
        as_kept = _kept if operator == "=" else _listed
        keys = [as_kept(field, each) for each in values]
        return sum(table.count_having(name, key) for key in keys), lambda: table.having(name, keys)
    if operator in (">", ">=", "<", "<=") and field.type in ("date", "datetime"):
        bound = _bound(field, operator, value)
        if not isinstance(bound, str):
            return None
        low, high = (bound, None) if operator.startswith(">") else (None, bound)
        return table.count_between(name, low, high), lambda: table.between(name, low, high)
    return None


def leaf_test(model: "Model", leaf: Leaf) -> Test:
    """Return the test of a leaf; raises ServerError for a field that the model lacks."""
    name, operator, value = leaf
    if not isinstance(name, str):
        holds = domains.matches(operator, value)(name)
        return lambda identifier, row: holds
    head, _, rest = name.partition(".")
    if head == "id" and not rest:
        test = domains.matches(*_of_ids(model, operator, value))
        return lambda identifier, row: test(identifier)
    field = model.all_fields.get(head)
    if field is None:
        shown = py2((name, operator.removeprefix(domains.NOT), value))
        table = model.name.replace(".", "_")
        raise ServerError(
            "ValueError",
            f'Invalid field {py2(name)} in leaf "<osv.ExtendedLeaf: {shown} on {table} (ctx: )>"',
        )
    if field.related and not field.store:
        return leaf_test(
            model, (".".join((*field.related, rest) if rest else field.related), operator, value)
        )
    if field.compute and not field.store:
        if rest and field.relation is not None:
            operator, value = "in", found(model.env[field.relation], [(rest, operator, value)])
        return model.computed_leaf(head, operator, value)
    if rest and field.relation is None:
        raise ServerError(
            "AssertionError",
            f"Invalid field {py2(name)} in domain term {py2((name, operator, value))}",
        )
    if rest:
        assert field.relation is not None
        inner = found(model.env[field.relation], [(rest, operator, value)])
        return _reference_test(model, head, field, "in", inner)
    if field.relation is not None:
        return _relation_test(model, head, field, operator, value)
    return _scalar_test(head, field, operator, value)


def computed_test(model: "Model", name: str, operator: str, value: Any) -> Test:
    """Return the test of a field by its computed values, a reference by its id or its name."""
    field = model.all_fields[name]
    if field.relation is not None and isinstance(value, str):
        other = model.env.with_context(active_test=False)[field.relation]
        positive = domains.NEGATIVE.get(operator, operator)
        value = [pair[0] for pair in other.name_search(value, None, positive, None)]
        operator = "not in" if operator in domains.NEGATIVE else "in"
    if field.type in MANY:
        return _reference_test(model, name, field, operator, value, computed=True)
    if field.type == "float" and isinstance(value, (int, float)) and value is not False:
        value = _in_places(field, value)
    test = domains.matches(operator, value)
    return lambda identifier, row: test(model.raw(identifier, name))


def _as_membership(model: "Model", operator: str, value: Any) -> tuple[str, Any]:
    """Return `child_of` as the `in` that it comes down to; other operators as they are."""
    if operator.endswith("child_of"):
        return operator.replace("child_of", "in"), _child_ids(model, value)
    return operator, value


def _of_ids(model: "Model", operator: str, value: Any) -> tuple[str, Any]:
    """Return the operator and value of a leaf on `id`, the numbers in it as numbers.

    Raises ServerError for a text that the database cannot read as one.
    """
    operator, value = _as_membership(model, operator, value)
    if operator in ("in", "not in"):
        return operator, [as_id(each) for each in _must_be_listed("id", operator, value)]
    return operator, as_id(value) if operator in _COMPARED else value


def as_id(value: Any) -> Any:
    """Return an id as the database reads it: "7" is 7; raises ServerError for another text."""
    if not isinstance(value, str):
        return value
    try:
        return int(value)
    except ValueError as error:
        said = f'invalid input syntax for type integer: "{value:.60}"'
        raise ServerError("DataError", said) from error


_COMPARED = ("=", "!=", "=?", "<", "<=", ">", ">=")


def _must_be_listed(name: str, operator: str, value: Any) -> list[Any]:
    """Return the list that an `in` asks for; raises ServerError for anything else."""
    if not isinstance(value, (list, tuple)):
        raise ServerError("ValueError", f"Invalid domain term {py2((name, operator, value))}")
    return list(value)


def _relation_test(model: "Model", name: str, field: Field, operator: str, value: Any) -> Test:
    assert field.relation is not None
    other = model.env[field.relation]
    if operator.endswith("child_of") and field.relation == model.name:
        operator, value = _as_membership(other, operator, value)
        test = domains.matches(operator, value)
        return lambda identifier, row: test(identifier)
    if operator.endswith("child_of"):
        operator, value = _as_membership(other, operator, value)
        return _reference_test(model, name, field, operator, value)
    texts = value if isinstance(value, (list, tuple)) else [value]
    if not texts or not all(isinstance(each, str) for each in texts):
        return _reference_test(model, name, field, operator, value)
    shown = other.env.with_context(active_test=False)[field.relation]
    if field.type == "many2one":
        plain = {"in": "=", "not in": "!="}.get(operator, operator)
        ids = {pair[0] for each in texts for pair in shown.name_search(each, None, plain, None)}
        with_empty = [False] if operator in domains.NEGATIVE else []
        return _reference_test(model, name, field, "in", [*sorted(ids), *with_empty])
    positive = domains.NEGATIVE.get(operator, operator)
    plain = "=" if positive == "in" else positive
    ids = {pair[0] for each in texts for pair in other.name_search(each, None, plain, None)}
    negated = operator in domains.NEGATIVE
    return _reference_test(model, name, field, "not in" if negated else "in", sorted(ids))


def _reference_test(
    model: "Model", name: str, field: Field, operator: str, value: Any, *, computed: bool = False
) -> Test:
    """Return the test of a reference against ids (or False for none)."""
    if field.type == "many2one":
        if operator in ("in", "not in"):
            _must_be_listed(name, operator, value)
        test = domains.matches(operator, value)
        return lambda identifier, row: test(row.get(name))
    if operator.startswith(domains.NOT):
        plain = operator.removeprefix(domains.NOT)
        positively = _reference_test(model, name, field, plain, value, computed=computed)
        return lambda identifier, row: not positively(identifier, row)
    positive = domains.NEGATIVE.get(operator, operator)
    negated = operator in domains.NEGATIVE
    values = value if isinstance(value, (list, tuple)) else [value]
    if value is False or value is None:
        return lambda identifier, row: (not model.raw(identifier, name)) is not negated
    wanted = {each for each in values if isinstance(each, int)}
    if positive not in ("=", "in"):
        test = domains.matches(positive, value)
        return lambda identifier, row: any(map(test, model.raw(identifier, name))) is not negated
    if computed:
        return lambda identifier, row: (
            (not wanted.isdisjoint(model.raw(identifier, name))) is not negated
        )
    if field.type == "one2many":
        assert field.relation is not None
        assert field.relation_field is not None
        inverse = model.env[field.relation].table.rows
        owners = {inverse[each].get(field.relation_field) for each in wanted if each in inverse}
        return lambda identifier, row: (identifier in owners) is not negated
    return lambda identifier, row: (not wanted.isdisjoint(row.get(name) or ())) is not negated


def _scalar_test(name: str, field: Field, operator: str, value: Any) -> Test:
    if field.type == "boolean" and operator in ("in", "not in"):
        wanted = {bool(each) for each in (value if isinstance(value, (list, tuple)) else [value])}
        return lambda identifier, row: (bool(row.get(name)) in wanted) is (operator == "in")
    if operator in ("in", "not in"):
        value = [_listed(field, each) for each in _must_be_listed(name, operator, value)]
    elif operator in ("=", "!=", "=?"):
        value = _kept(field, value)
    elif operator in (">", ">=", "<", "<="):
        value = _bound(field, operator, value)
    test = domains.matches(operator, value)
    return lambda identifier, row: test(row.get(name))


def _kept(field: Field, value: Any) -> Any:
    """Return a leaf's value in the type that the rows keep; None for empty."""
    if field.type == "boolean":
        return bool(value)
    if value is False or value is None:
        return 0 if field.type in NUMBERS else None
    if field.type in ("integer", "many2one", "selection"):
        return field.stored_value("", "", value)
    if field.type == "float":
        return _in_places(field, value)
    return as_moment(field, value) if field.type in DATE_FORMATS else str(value)


def _listed(field: Field, value: Any) -> Any:
    """Return a value of a list in the type that the rows keep.

    A list is not rounded to the field's places, as a single value is: 0.21000000000000002, the
    float that the wire shows for 0.21, is in no list of such amounts (published: __leaf_to_sql in
    openerp/osv/expression.py).
    """
    if field.type == "float" and field.digits is not None and isinstance(value, float):
        written = Decimal(repr(value))
        if not written.is_finite() or written != round(written, field.digits[1]):
            return math.nan
    return _kept(field, value)


def _in_places(field: Field, value: Any) -> float:
    """Return a single number of a leaf rounded to the field's places, as its values are kept.

    So 0.21 finds what the wire shows as 0.21000000000000002 (published: float.digits_change in
    openerp/osv/fields.py). Raises ServerError for what is no number.
    """
    if not isinstance(value, (int, float)):
        value = field.stored_value("", "", value)
    return float(value) if field.digits is None else stored(value, field.digits[1])


_MOMENT = re.compile(
    r"(?P<day>\d{4}-\d{1,2}-\d{1,2})"
    r"(?:[T ]+(?P<time>\d{1,2}:\d{2})(?P<seconds>:\d{2})?(?P<part>\.\d+)?"
    r"\s*(?:Z|[+-]\d{2}(?::?\d{2})?)?)?"
)


def as_moment(field: Field, value: Any) -> str:
    """Return a day or a moment of a leaf as the rows keep it, as the database reads it.

    It takes a T between date and time, overlooks a zone, and of a field that is a day the time.
    Raises ServerError for what is no moment.
    """
    must_be_adaptable(value)
    found = _MOMENT.fullmatch(str(value).strip())
    kind = "date" if field.type == "date" else "timestamp"
    if found is None:
        raise ServerError("DataError", f'invalid input syntax for type {kind}: "{value!s:.60}"')
    year, month, day = (int(part) for part in found["day"].split("-"))
    try:
        shown = date(year, month, day).isoformat()
    except ValueError as error:
        said = f'date/time field value out of range: "{value!s:.60}"'
        raise ServerError("DataError", said) from error
    if field.type == "date":
        return shown
    part = (found["part"] or "").rstrip("0").rstrip(".")
    return f"{shown} {found['time'] or '00:00':0>5}{found['seconds'] or ':00'}{part}"


def _bound(field: Field, operator: str, value: Any) -> Any:
    """Return the bound of a comparison; a day stands for its first or its last second."""
    if field.type in DATE_FORMATS and value:
        if field.type == "datetime" and len(str(value)) == 10 and operator.startswith("<"):
            value = f"{value} 23:59:59"
        return as_moment(field, value)
    if field.type == "float" and value is not None:
        return _in_places(field, value)
    return value


def _child_ids(model: "Model", value: Any) -> list[int]:
    """Return the records that a value names, and all below them."""
    values = value if isinstance(value, (list, tuple)) else [value]
    level: list[int] = []
    for each in values:
        if isinstance(each, str):
            level += [pair[0] for pair in model.name_search(each, operator="ilike", limit=None)]
        elif each:
            level.append(each)
    below = dict.fromkeys(level)
    while level and model.parent_field in model.all_fields:
        level = [
            each for each in model.table.having(model.parent_field, level) if each not in below
        ]
        below.update(dict.fromkeys(level))
    return list(below)
