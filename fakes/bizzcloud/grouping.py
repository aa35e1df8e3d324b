"""read_group: records counted and added up by a field, dates by day, week, month or year."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from fakes.bizzcloud import ordering, search
from fakes.bizzcloud.domain import py2
from fakes.bizzcloud.errors import ServerError
from fakes.bizzcloud.fields import MANY, NUMBERS, Field
from fakes.bizzcloud.zones import zone_named

if TYPE_CHECKING:
    from fakes.bizzcloud.records import Model

Domain = list[Any]


def grouped(
    model: "Model",
    domain: Any,
    fields: Iterable[str],
    groupby: list[str],
    *,
    orderby: str | None = None,
    lazy: bool = True,
) -> list[dict[str, Any]]:
    """Return a dict for each group: its value, count, sums of numbers, and its own domain.

    When lazy, only the first grouping is made and the others are handed back for the next call.
    Without any grouping the one answer holds the lowest id, as the service's query has it. Groups
    come in the order of what they are grouped by, else in that of `orderby`.
    """
    used = groupby[:1] if lazy else groupby
    keys = [_key(model, each) for each in used]
    asked = list(fields)
    for each in used:
        _must_be_groupable(model, each.partition(":")[0], asked)
    groups: defaultdict[tuple[Any, ...], list[int]] = defaultdict(list)
    ids = ordering.ordered(model, search.found(model, domain), "id")
    numbers = _numbers(model, asked, used)
    if not used:
        sums = {name: _sum(model, name, ids) if ids else None for name in numbers}
        return [{"id": ids[0] if ids else None, "__count": len(ids), **sums}]
    for identifier in ids:
        groups[tuple(key(identifier) for key in keys)].append(identifier)
    made = []
    for values, ids in _in_order(model, groups, used, numbers, orderby):
        answer: dict[str, Any] = {}
        own: Domain = []
        for each, value in zip(used, values, strict=True):
            shown, narrowed = _described(model, each, value)
            answer[each] = shown
            own += narrowed
        count = f"{used[0].partition(':')[0]}_count" if lazy else "__count"
        answer[count] = len(ids)
        for name in numbers:
            answer[name] = _sum(model, name, ids)
        answer["__domain"] = own + list(domain or [])
        if lazy and len(groupby) > 1:
            answer["__context"] = {"group_by": groupby[1:]}
        made.append(answer)
    return made


def _must_be_groupable(model: "Model", name: str, asked: list[str]) -> None:
    field = model.all_fields[name]
    if name not in asked:
        raise ServerError(
            "AssertionError",
            "Fields in 'groupby' must appear in the list of fields to read (perhaps it's missing "
            "in the list view?)",
        )
    if not _is_column(field) and field.type != "many2one":
        raise ServerError(
            "AssertionError",
            "Fields in 'groupby' must be regular database-persisted fields (no function or related "
            "fields), or function fields with store=True",
        )


def _is_column(field: Field) -> bool:
    return field.store and field.type not in MANY


def _numbers(model: "Model", asked: list[str], used: list[str]) -> list[str]:
    """Return the fields that are added up: the numbers asked for that stand in the table."""
    skipped = {"id", "sequence", *(each.partition(":")[0] for each in used)}
    for name in asked:
        if name not in model.all_fields:
            raise ServerError("KeyError", py2(name))
    return [
        name
        for name, field in model.all_fields.items()
        if name in asked and name not in skipped
        if field.type in NUMBERS and _is_column(field)
    ]


def _sum(model: "Model", name: str, ids: list[int]) -> Any:
    """Return a sum as the database makes it: of decimals, and a float only when it is read.

    So 9.95 twice is 19.9 here, where a record's own 9.95 reads as 9.950000000000001.
    """
    field = model.all_fields[name]
    values = [model.raw(each, name) for each in ids]
    if field.digits is None:
        return sum(values)
    unit = Decimal(1).scaleb(-field.digits[1])
    return float(sum((Decimal(value).quantize(unit) for value in values), Decimal(0)))


def _in_order(
    model: "Model",
    groups: Mapping[tuple[Any, ...], list[int]],
    used: list[str],
    numbers: list[str],
    orderby: str | None,
) -> list[tuple[tuple[Any, ...], list[int]]]:
    """Return the groups sorted; terms that are neither grouped by nor added up are passed over."""
    ordered = list(groups.items())
    for term in reversed((orderby or ",".join(used)).split(",")):
        name, _, direction = term.strip().partition(" ")
        down = direction.strip().lower() == "desc"
        if name in used:
            place = used.index(name)
            in_order = _place(model, name)
            ordered.sort(key=lambda group: in_order(group[0][place]), reverse=down)
        elif name in numbers:
            ordered.sort(key=lambda group: _sum(model, name, group[1]), reverse=down)
    return ordered


def _place(model: "Model", groupby: str) -> Callable[[Any], tuple[int, Any]]:
    """Return the sort key of a group's value: empty last, references in their own order."""
    field = model.all_fields[groupby.partition(":")[0]]
    if field.type == "many2one":
        assert field.relation is not None
        other = model.env.as_superuser()[field.relation]
        every = ordering.ordered(other, list(other.table.rows), None)
        places = {identifier: place for place, identifier in enumerate(every)}
        return lambda value: (1, 0) if value is None else (0, places[value])

    def place(value: Any) -> tuple[int, Any]:
        if value is None:
            return (1, "")
        return (0, ordering.collated(value) if isinstance(value, str) else value)

    return place


def _key(model: "Model", groupby: str) -> Callable[[int], Any]:
    name, _, unit = groupby.partition(":")
    field = model.all_fields.get(name)
    if field is None:
        raise ServerError("KeyError", py2(name))
    if field.type in ("date", "datetime"):
        start = _STARTS.get(unit or "month")
        if start is None:
            raise ServerError("KeyError", py2(unit))
        zone = _zone(model, field)
        return lambda identifier: _day(model.raw(identifier, name), start, zone)
    return lambda identifier: model.raw(identifier, name)


def _zone(model: "Model", field: Field) -> ZoneInfo | None:
    """Return the time zone in which moments are grouped: that of the context, if it is one."""
    return zone_named(model.env.context.get("tz")) if field.type == "datetime" else None


def _day(value: str | None, start: Callable[[date], date], zone: ZoneInfo | None) -> str | None:
    if value is None:
        return None
    if zone is not None:
        there = datetime.fromisoformat(value).replace(tzinfo=UTC).astimezone(zone)
        return start(there.date()).isoformat()
    return start(date.fromisoformat(value[:10])).isoformat()


def _bounds(first: date, end: date, zone: ZoneInfo | None) -> tuple[str, str]:
    """Return the moments, UTC, between which a group of days lies.

    Both are reckoned with the offset of the first, also where the clock is changed in between
    (published: _read_group_get_domain in openerp/models.py).
    """
    begin = datetime.combine(first, time())
    offset = begin.replace(tzinfo=zone).utcoffset() if zone is not None else None
    moved = offset or timedelta()
    last = datetime.combine(end, time())
    return str(begin - moved), str(last - moved)


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
_SHOWN: dict[str, Callable[[date], str]] = {
    "day": lambda day: day.strftime("%d %b %Y"),
    "week": lambda day: f"W{_week(day)} {day.year}",
    "month": lambda day: day.strftime("%B %Y"),
    "quarter": lambda day: f"Q{(day.month + 2) // 3} {day.year}",
    "year": lambda day: str(day.year),
}


_DUTCH = (
    ("januari", "jan."),
    ("februari", "feb."),
    ("maart", "mrt."),
    ("april", "apr."),
    ("mei", "mei"),
    ("juni", "jun."),
    ("juli", "jul."),
    ("augustus", "aug."),
    ("september", "sep."),
    ("oktober", "okt."),
    ("november", "nov."),
    ("december", "dec."),
)


def _in_dutch(unit: str, day: date, shown: str) -> str:
    """Return how a group of dates is shown to who has Dutch in the context."""
    long, short = _DUTCH[day.month - 1]
    if unit == "month":
        return f"{long} {day.year}"
    if unit == "day":
        return f"{day.day:02d} {short} {day.year}"
    return shown.replace("Q", "K")


def _week(day: date) -> int:
    """Return the number of a week as Americans count them: from Sunday, the first one is week 1."""
    return (day.timetuple().tm_yday + (day.replace(month=1, day=1).weekday() + 1) % 7 - 1) // 7 + 1


def _described(model: "Model", groupby: str, value: Any) -> tuple[Any, Domain]:
    """Return how a group's value is shown, and the domain that finds the group again."""
    name, _, unit = groupby.partition(":")
    field = model.all_fields[name]
    if value is None:
        return False, [(name, "=", False)]
    if field.type in ("date", "datetime"):
        unit = unit or "month"
        first = date.fromisoformat(value)
        shown = _SHOWN[unit](first)
        if str(model.env.context.get("lang")).startswith("nl"):
            shown = _in_dutch(unit, first, shown)
        end = _ENDS[unit](first)
        bounds = (value, end.isoformat())
        if field.type == "datetime":
            bounds = _bounds(first, end, _zone(model, field))
        return shown, [(name, ">=", bounds[0]), (name, "<", bounds[1])]
    if field.type == "many2one":
        assert field.relation is not None
        other = model.env.as_superuser()[field.relation]
        return [value, other.name_of(other.browse(value)[0])], [(name, "=", value)]
    return value, [(name, "=", value)]
