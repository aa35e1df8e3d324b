"""read_group: records counted and added up by a field, dates by day, week, month or year."""

from collections import defaultdict
from collections.abc import Callable, Iterable
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

from fakes.bizzcloud import search
from fakes.bizzcloud.amounts import stored
from fakes.bizzcloud.errors import ServerError
from fakes.bizzcloud.fields import NUMBERS, Field

if TYPE_CHECKING:
    from fakes.bizzcloud.records import Model

Domain = list[Any]


def grouped(
    model: "Model",
    domain: Any,
    fields: Iterable[str],
    groupby: list[str],
    *,
    lazy: bool = True,
) -> list[dict[str, Any]]:
    """Return a dict for each group: its value, count, sums of numbers, and its own domain.

    When lazy, only the first grouping is made and the others are handed back for the next call.
    """
    used = groupby[:1] if lazy else groupby
    groups: defaultdict[tuple[Any, ...], list[int]] = defaultdict(list)
    keys = [_key(model, each) for each in used]
    for identifier in search.ordered(model, search.found(model, domain), "id"):
        groups[tuple(key(identifier) for key in keys)].append(identifier)
    names = {each.partition(":")[0] for each in used}
    numbers = [
        name
        for name, field in model.all_fields.items()
        if name in set(fields) and field.type in NUMBERS and name not in names and name != "id"
    ]
    made = []
    for values in sorted(groups, key=lambda values: [_place(value) for value in values]):
        ids = groups[values]
        answer: dict[str, Any] = {}
        own: Domain = []
        for each, value in zip(used, values, strict=True):
            shown, narrowed = _described(model, each, value)
            answer[each] = shown
            own += narrowed
        count = f"{used[0].partition(':')[0]}_count" if lazy and used else "__count"
        answer[count] = len(ids)
        for name in numbers:
            answer[name] = _sum(model.all_fields[name], [model.raw(each, name) for each in ids])
        answer["__domain"] = own + list(domain or [])
        if lazy and len(groupby) > 1:
            answer["__context"] = {"group_by": groupby[1:]}
        made.append(answer)
    return made


def _sum(field: Field, values: list[Any]) -> Any:
    total = sum(values)
    return stored(total, field.digits[1]) if field.digits else total


def _key(model: "Model", groupby: str) -> Callable[[int], Any]:
    name, _, unit = groupby.partition(":")
    field = model.all_fields.get(name)
    if field is None:
        raise ServerError("KeyError", f"u'{name}'")
    if field.type in ("date", "datetime"):
        start = _STARTS.get(unit or "month")
        if start is None:
            raise ServerError("KeyError", f"u'{unit}'")
        return lambda identifier: _day(model.raw(identifier, name), start)
    return lambda identifier: model.raw(identifier, name)


def _day(value: str | None, start: Callable[[date], date]) -> str | None:
    return None if value is None else start(date.fromisoformat(value[:10])).isoformat()


_STARTS: dict[str, Callable[[date], date]] = {
    "day": lambda day: day,
    "week": lambda day: day - timedelta(days=day.weekday()),
    "month": lambda day: day.replace(day=1),
    "quarter": lambda day: day.replace(month=(day.month - 1) // 3 * 3 + 1, day=1),
    "year": lambda day: day.replace(month=1, day=1),
}
_ENDS: dict[str, Callable[[date], date]] = {
    "day": lambda day: day + timedelta(days=1),
    "week": lambda day: day + timedelta(days=7),
    "month": lambda day: (day + timedelta(days=32)).replace(day=1),
    "quarter": lambda day: (day + timedelta(days=95)).replace(day=1),
    "year": lambda day: day.replace(year=day.year + 1),
}
_SHOWN = {
    "day": "%d %b %Y",
    "week": "W%V %G",
    "month": "%B %Y",
    "year": "%Y",
}


def _described(model: "Model", groupby: str, value: Any) -> tuple[Any, Domain]:
    """Return how a group's value is shown, and the domain that finds the group again."""
    name, _, unit = groupby.partition(":")
    field = model.all_fields[name]
    if value is None:
        return False, [(name, "=", False)]
    if field.type in ("date", "datetime"):
        unit = unit or "month"
        first = date.fromisoformat(value)
        shown = (
            f"Q{(first.month + 2) // 3} {first.year}"
            if unit == "quarter"
            else first.strftime(_SHOWN[unit])
        )
        midnight = " 00:00:00" if field.type == "datetime" else ""
        end = _ENDS[unit](first).isoformat()
        return shown, [(name, ">=", value + midnight), (name, "<", end + midnight)]
    if field.type == "many2one":
        assert field.relation is not None
        other = model.env.as_superuser()[field.relation]
        return [value, other.name_of(other.browse(value)[0])], [(name, "=", value)]
    return value, [(name, "=", value)]


def _place(value: Any) -> tuple[int, Any]:
    if value is None:
        return (1, "")
    return (0, search.collated(value) if isinstance(value, str) else value)
