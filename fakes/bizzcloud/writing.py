"""Making, changing and deleting records: what is kept, what is refused, what follows."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from fakes.bizzcloud import commands
from fakes.bizzcloud.domain import type_name
from fakes.bizzcloud.errors import ServerError, UserError, ValidationError
from fakes.bizzcloud.fields import MANY, Field
from fakes.bizzcloud.tables import Row

if TYPE_CHECKING:
    from fakes.bizzcloud.declaring import Record
    from fakes.bizzcloud.records import Model

Values = Mapping[str, Any]

NOT_KEPT = (
    "The operation cannot be completed, probably due to the following:\n"
    "- deletion: you may be trying to delete a record while other records still reference it\n"
    "- creation/update: a mandatory field is not correctly set"
)
AUTOMATIC = ("id", "create_date", "create_uid", "write_date", "write_uid", "__last_update")


def create(model: "Model", vals: Any) -> int:
    """Make a record and return its id; fields that the model lacks are ignored."""
    _must_be_values(vals)
    given = {name: value for name, value in vals.items() if name in model.all_fields}
    given = {**model.defaults(set(model.all_fields) - set(given)), **given}
    inherited = _create_inherited(model, given)
    identifier = model.table.new_id()
    row: Row = {
        **inherited,
        "create_date": model.env.now,
        "create_uid": model.env.uid,
        "write_date": model.env.now,
        "write_uid": model.env.uid,
    }
    for name, field in model.all_fields.items():
        if field.store and name not in row and name != "id" and field.type != "one2many":
            row[name] = field.empty_stored()
    model.env.put(model.table, identifier, row)
    _set(model, identifier, given)
    _finish(model, [identifier], set(model.all_fields))
    return identifier


def write(model: "Model", ids: list[int], vals: Values) -> None:
    """Change records that exist; fields that the model lacks are ignored."""
    _must_be_values(vals)
    given = {name: value for name, value in vals.items() if name in model.all_fields}
    touched = {"write_date": model.env.now, "write_uid": model.env.uid}
    for identifier in ids:
        model.env.put(model.table, identifier, {**model.table.rows[identifier], **touched})
        _set(model, identifier, given)
    _finish(model, ids, set(given))


def _must_be_values(vals: Any) -> None:
    """Raise ServerError for what is no struct of values."""
    if not isinstance(vals, Mapping):
        said = f"'{type_name(vals)}' object has no attribute 'get'"
        raise ServerError("AttributeError", said)


def unlink(model: "Model", ids: list[int]) -> None:
    """Delete records that exist, and do to those that refer to them what each reference says.

    Raises UserError, naming the other model, for a reference that may not be lost.
    """
    for other_name, name, field in model.referrers:
        other = model.env.as_superuser()[other_name]
        affected = sorted(other.table.having(name, ids))
        if model.name == other_name:
            affected = [each for each in affected if each not in ids]
        if not affected:
            continue
        if field.type == "many2many":
            for each in affected:
                left = tuple(n for n in other.table.rows[each][name] if n not in ids)
                other.store(each, **{name: left})
        elif field.ondelete == "cascade":
            other.unlink(affected)
        elif field.required or field.ondelete == "restrict":
            raise not_kept(other)
        else:
            for each in affected:
                other.store(each, **{name: None})
    for each in ids:
        model.env.drop(model.table, each)
    names: Any = model.env.as_superuser()["ir.model.data"]
    names.forget(model.name, ids)


def copied(model: "Model", source: "Record") -> dict[str, Any]:
    """Return the values of a record that a copy of it takes over."""
    values: dict[str, Any] = {}
    for name, field in model.all_fields.items():
        inherited = bool(field.related) and field.related[0] in model.inherits.values()
        skipped = name in AUTOMATIC or field.compute or not field.copy
        if skipped or (field.related and not inherited):
            continue
        raw = model.raw(source.id, name)
        if field.type == "one2many":
            assert field.relation is not None
            other = model.env[field.relation]
            lines = [copied(other, line) for line in other.browse(raw)]
            values[name] = [(0, 0, line) for line in lines]
        elif field.type == "many2many":
            values[name] = [(6, 0, list(raw))]
        elif name not in model.inherits.values():
            values[name] = False if raw is None else raw
    return values


def not_kept(model: "Model", missing: str | None = None) -> UserError:
    """Return the error of a record that the database would not keep, naming the model.

    `missing` is the field that has to be filled, when it is for that.
    """
    said = f"{NOT_KEPT}\n\n[object with reference: {model.description} - {model.name}]"
    error = UserError(said)
    error.missing_field = missing
    return error


def _create_inherited(model: "Model", given: dict[str, Any]) -> Row:
    """Make the record that this one is an extension of, from the values that belong to it."""
    row: Row = {}
    for parent, link in model.inherits.items():
        own = {
            name: given.pop(name)
            for name in list(given)
            if model.all_fields[name].related == (link, name)
        }
        if given.get(link):
            model.env[parent].write([given[link]], own)
            row[link] = given.pop(link)
        else:
            given.pop(link, None)
            row[link] = model.env[parent].create(own)
    return row


def _set(model: "Model", identifier: int, given: Values) -> None:
    row = dict(model.table.rows[identifier])
    many: list[tuple[str, Field, Any]] = []
    for name, value in given.items():
        field = model.all_fields[name]
        if name in AUTOMATIC or (field.compute and not field.store):
            continue
        if field.related and not field.store:
            _set_related(model, identifier, field, value)
        elif field.type in MANY:
            many.append((name, field, value))
        else:
            row[name] = _checked(model, name, field, value)
    model.env.put(model.table, identifier, row)
    for name, field, value in many:
        commands.apply(model, identifier, name, field, value)


def _set_related(model: "Model", identifier: int, field: Field, value: Any) -> None:
    """Write through a related field to the record that holds the value."""
    (target,) = model.browse(identifier)
    for step in field.related[:-1]:
        target = getattr(target, step)
        if target is None:
            return
    target.write({field.related[-1]: value})


def _checked(model: "Model", name: str, field: Field, value: Any) -> Any:
    kept = field.stored_value(model.name, name, value)
    if kept is None:
        return None
    if field.type == "selection" and kept not in dict(field.selection):
        raise ValidationError(
            f'The value "{kept}" for the field "{model.name}.{name}" is not in the selection'
        )
    if field.type == "many2one":
        assert field.relation is not None
        other = model.env[field.relation]
        if kept not in other.table.rows:
            raise not_kept(other)
    return kept


def _finish(model: "Model", ids: list[int], names: set[str]) -> None:
    """Check what was written, and compute what follows from it."""
    for identifier in ids:
        row = model.table.rows[identifier]
        for name, field in model.all_fields.items():
            if field.required and field.store and name in names and row.get(name) is None:
                raise not_kept(model, name)
    _check_unique(model, ids, names)
    records = model.browse(ids)
    _check_constraints(model, records, names)
    model.recompute_after(ids, names)
    for record in records:
        model.written(record, names)


def _check_constraints(model: "Model", records: list["Record"], names: set[str]) -> None:
    """Raise ValidationError with a line for each constraint that is not kept to."""
    wrong = []
    for rule in model.constraints:
        if names.isdisjoint(rule.fields):
            continue
        for record in records:
            if not rule.holds(record):
                said = rule.message if isinstance(rule.message, str) else rule.message(record)
                fields = ", ".join(rule.fields)
                wrong.append(f"Field(s) `{fields}` failed against a constraint: {said}")
                break
    if wrong:
        raise ValidationError("\n".join(wrong))


def _check_unique(model: "Model", ids: list[int], names: set[str]) -> None:
    for fields, message in model.unique:
        if names.isdisjoint(fields):
            continue
        for identifier in ids:
            row = model.table.rows[identifier]
            same = set.intersection(*(model.table.having(each, (row[each],)) for each in fields))
            if len(same) > 1 and all(row[each] is not None for each in fields):
                raise ValidationError(message)
