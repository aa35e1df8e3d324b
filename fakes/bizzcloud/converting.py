"""What a text of an import means to a field of each type. Published: Odoo 8, ir_fields.py."""

from collections.abc import Callable
from datetime import datetime
from typing import TYPE_CHECKING, Any

from fakes.bizzcloud.errors import ServerError
from fakes.bizzcloud.fields import DATE_FORMATS, Field

if TYPE_CHECKING:
    from fakes.bizzcloud.records import Model

Told = dict[str, Any]
Tell = Callable[[str, str, str, Told], None]
"""Takes a field's name, "error" or "warning", a sentence with %(field)s in it, and more."""

REFERRING = (None, "id", ".id")
"""What names a record that is there: its name, its external id, its id."""


class NotConvertedError(Exception):
    """A text that a field cannot take; the sentence has %(field)s where the field is named."""

    def __init__(self, said: str, **more: Any) -> None:
        super().__init__(said)
        self.more = more


def converted(model: "Model", record: dict[Any, Any], tell: Tell) -> Told:
    """Return the values of a record of texts, and tell what could not be read or was guessed."""
    values: Told = {}
    for name, text in record.items():
        if name in REFERRING:
            continue
        if not text:
            values[name] = False
            continue

        def warn(said: str, named: str = name, **more: Any) -> None:
            tell(named, "warning", said, more)

        field = model.all_fields[name]
        try:
            values[name] = _BY_TYPE.get(field.type, _as_it_is)(model, field, text, warn)
        except NotConvertedError as error:
            tell(name, "error", str(error), error.more)
    return values


Warn = Callable[..., None]


def _as_it_is(model: "Model", field: Field, text: Any, warn: Warn) -> Any:
    return text


def _boolean(model: "Model", field: Field, text: Any, warn: Warn) -> bool:
    word = str(text).lower()
    if word in ("1", "true", "yes"):
        return True
    if word in ("", "0", "false", "no"):
        return False
    warn(
        f"Unknown value '{text}' for boolean field '%(field)s', assuming 'yes'",
        moreinfo="Use '1' for yes and '0' for no",
    )
    return True


def _integer(model: "Model", field: Field, text: Any, warn: Warn) -> int:
    try:
        return int(text)
    except ValueError as error:
        said = f"'{text}' does not seem to be an integer for field '%(field)s'"
        raise NotConvertedError(said) from error


def _number(model: "Model", field: Field, text: Any, warn: Warn) -> float:
    try:
        return float(text)
    except ValueError as error:
        said = f"'{text}' does not seem to be a number for field '%(field)s'"
        raise NotConvertedError(said) from error


def _moment(model: "Model", field: Field, text: Any, warn: Warn) -> str:
    pattern, _ = DATE_FORMATS[field.type]
    try:
        datetime.strptime(str(text), pattern)
    except ValueError as error:
        example = "2012-12-31 23:59:59" if field.type == "datetime" else "2012-12-31"
        raise NotConvertedError(
            f"'{text}' does not seem to be a valid {field.type} for field '%(field)s'",
            moreinfo=f"Use the format '{example}'",
        ) from error
    return str(text)


def _choice(model: "Model", field: Field, text: Any, warn: Warn) -> Any:
    for key, label in field.selection:
        if text in (str(key), label):
            return key
    raise NotConvertedError(
        f"Value '{text}' not found in selection field '%(field)s'",
        moreinfo=[label or str(key) for key, label in field.selection],
    )


def _many2one(model: "Model", field: Field, records: Any, warn: Warn) -> int:
    (record,) = records
    kind = _referring(record)
    return _found(model, field, kind, str(record[kind]), warn)


def _many2many(model: "Model", field: Field, records: Any, warn: Warn) -> list[Any]:
    (record,) = records
    kind = _referring(record)
    texts = str(record[kind]).split(",")
    return [(6, 0, [_found(model, field, kind, each, warn) for each in texts])]


def _one2many(model: "Model", field: Field, records: Any, warn: Warn) -> list[Any]:
    """Return the commands for the records of a field; a row of names alone links them."""
    other = model.env[str(field.relation)]
    if len(records) == 1 and not set(records[0]).difference(REFERRING):
        kind = _referring(records[0])
        records = [{kind: each} for each in str(records[0][kind]).split(",")]

    def tell(name: str, sort: str, said: str, more: Told) -> None:
        if sort == "error":
            raise NotConvertedError(said, **more)
        warn(said, **more)

    commands: list[Any] = []
    for record in records:
        references = {name: value for name, value in record.items() if name in REFERRING}
        found = None
        if references:
            kind = _referring(references)
            found = _found(model, field, kind, str(references[kind]), warn)
        values = converted(other, record, tell)
        if found is None:
            commands.append((0, False, values))
        else:
            commands += [(4, found, False), (1, found, values)]
    return commands


def _referring(record: dict[Any, Any]) -> str | None:
    """Return which of name, external id and id a record is named by; raises for none or several."""
    if set(record).difference(REFERRING):
        raise NotConvertedError(
            "Can not create Many-To-One records indirectly, import the field separately"
        )
    if len(record) > 1:
        raise NotConvertedError(
            "Ambiguous specification for field '%(field)s', only provide one of name, external "
            "id or database id"
        )
    (kind,) = record
    return kind  # type: ignore[no-any-return]  # the keys are texts or None


def _found(model: "Model", field: Field, kind: str | None, text: str, warn: Warn) -> int:
    """Return the id of the record that a text names; raises NotConvertedError for none."""
    other = model.env[str(field.relation)]
    action: Told = {
        "type": "ir.actions.act_window",
        "target": "new",
        "view_mode": "tree,form",
        "view_type": "form",
        "views": [(False, "tree"), (False, "form")],
        "help": "See all possible values",
        "res_model": other.name,
    }
    if kind is not None:
        action |= {"res_model": "ir.model.data", "domain": [("model", "=", other.name)]}
    ids: list[int] = []
    if kind == ".id":
        if not text.isdigit():
            said = f"Invalid database id '{text}' for the field '%(field)s'"
            raise NotConvertedError(said, moreinfo=action)
        ids = other.search([("id", "=", int(text))])
    elif kind == "id":
        known: Any = model.env["ir.model.data"]
        try:
            ids = [known.xmlid_lookup(text if "." in text else f".{text}")[2]]
        except ServerError:
            ids = []
    else:
        ids = [pair[0] for pair in other.name_search(text, operator="=")]
        if len(ids) > 1:
            warn(f"Found multiple matches for field '%(field)s' ({len(ids)} matches)")
    if not ids:
        named = {None: "name", "id": "external id", ".id": "database id"}[kind]
        said = f"No matching record found for {named} '{text}' in field '%(field)s'"
        raise NotConvertedError(said, moreinfo=action)
    return ids[0]


_BY_TYPE: dict[str, Callable[["Model", Field, Any, Warn], Any]] = {
    "boolean": _boolean,
    "integer": _integer,
    "float": _number,
    "date": _moment,
    "datetime": _moment,
    "selection": _choice,
    "many2one": _many2one,
    "many2many": _many2many,
    "one2many": _one2many,
}
