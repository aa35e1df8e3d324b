"""The typed fields that models are declared with, and what may be stored in each."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from fakes.bizzcloud.amounts import stored
from fakes.bizzcloud.errors import ServerError

Default = Callable[[Any], Any]
"""Takes the model that a record is made in; returns the value of a field that was not given."""

NUMBERS = ("integer", "float")
MANY = ("one2many", "many2many")
TEXTS = ("char", "text", "html", "selection")
DATE_FORMATS = {"date": ("%Y-%m-%d", 10), "datetime": ("%Y-%m-%d %H:%M:%S", 19)}
LARGEST_INTEGER = 2**31 - 1


@dataclass(frozen=True, kw_only=True)
class Field:
    """A field of a model.

    `readonly`, `states`, `domain`, `translate`, `company_dependent`, `depends` and `related` are
    what `fields_get` tells clients; the stand-in itself acts on the others. `compute` names a
    method of the model that takes a record; such a field is stored only when `store` says so, and
    then the model recomputes it. A one2many field with a list as `domain` holds those records
    that match it alone, and makes new ones with the defaults of `context`.
    """

    type: str
    string: str
    help: str | None = None
    required: bool = False
    readonly: bool | int = False
    size: int | None = None
    digits: tuple[int, int] | None = None
    selection: tuple[tuple[Any, str], ...] = ()
    relation: str | None = None
    relation_field: str | None = None
    domain: Any = None
    context: Mapping[str, Any] | None = None
    states: Mapping[str, Any] | None = None
    translate: bool = False
    company_dependent: bool = False
    depends: tuple[str, ...] = ()
    related: tuple[str, ...] = ()
    compute: str | None = None
    store: bool = True
    default: Default | Any = None
    copy: bool = True
    ondelete: str = "set null"

    def described(self) -> dict[str, Any]:
        """Return what `fields_get` answers for the field: only attributes that say something."""
        store = self.store and not self.company_dependent
        told: dict[str, Any] = {"type": self.type, "string": self.string, "store": store}
        for name in ("help", "size", "relation", "relation_field", "domain", "context", "states"):
            value = getattr(self, name)
            if value is not None:
                told[name] = value
        for name in ("required", "readonly", "translate", "company_dependent"):
            if getattr(self, name):
                told[name] = getattr(self, name)
        if self.digits is not None:
            told["digits"] = list(self.digits)
        if self.type == "selection":
            told["selection"] = [list(pair) for pair in self.selection]
        for name in ("depends", "related"):
            if getattr(self, name):
                told[name] = list(getattr(self, name))
        return told

    def stored_value(self, model: str, name: str, value: Any) -> Any:
        """Return a value from the wire as it is kept; None is empty.

        Raises ServerError for a value that the database could not take.
        """
        if self.type == "boolean":
            return bool(value)
        if value is None or value is False:
            return self.empty_stored()
        must_be_adaptable(value)
        return _CONVERT[self.type](self, value)

    def empty_stored(self) -> Any:
        """Return what an empty field keeps."""
        return {"integer": 0, "float": 0.0, "boolean": False, "many2many": ()}.get(self.type)


def must_be_adaptable(value: Any) -> None:
    """Raise ServerError for a value that the database has no form for.

    A date or a file as XML-RPC has them is one: the service's own library makes an object of it.
    """
    if isinstance(value, (dict, list, tuple)):
        raise ServerError("ProgrammingError", f"can't adapt type '{type(value).__name__}'")
    if isinstance(value, (datetime, bytes)):
        raise ServerError("ProgrammingError", "can't adapt type 'instance'")


def _text(field: Field, value: Any) -> str:
    if "\x00" in str(value):
        raise ServerError("ValueError", "A string literal cannot contain NUL (0x00) characters.")
    return str(value)[: field.size] if field.size else str(value)


def _choice(field: Field, value: Any) -> str | int:
    """Return a key as it is kept: a number where the keys are numbers."""
    numbered = field.selection and isinstance(field.selection[0][0], int)
    return _integer(field, value) if numbered else _text(field, value)


def _reference(field: Field, value: Any) -> int:
    if isinstance(value, str) and not value.strip().lstrip("-").isdigit():
        raise ServerError("DataError", f'invalid input syntax for type integer: "{value[:60]}"')
    return _integer(field, value)


def _integer(field: Field, value: Any) -> int:
    try:
        number = int(value)
    except (ValueError, OverflowError) as error:
        raise ServerError(
            "ValueError", f"invalid literal for int() with base 10: '{str(value)[:60]}'"
        ) from error
    if abs(number) > LARGEST_INTEGER:
        raise ServerError("DataError", "integer out of range")
    return number


def _float(field: Field, value: Any) -> float:
    try:
        number = float(value)
    except (ValueError, OverflowError) as error:
        raise ServerError(
            "ValueError", f"could not convert string to float: {str(value)[:60]}"
        ) from error
    if field.digits is None:
        return number
    whole, places = field.digits
    if not abs(number) < 10 ** (whole - places):
        raise ServerError("DataError", "numeric field overflow")
    return stored(number, places)


def _moment(field: Field, value: Any) -> str:
    pattern, length = DATE_FORMATS[field.type]
    text = str(value)[:length]
    if field.type == "datetime" and len(text) == 10:
        text += " 00:00:00"
    try:
        datetime.strptime(text, pattern)
    except ValueError as error:
        kind = "timestamp" if field.type == "datetime" else "date"
        raise ServerError(
            "DataError", f'invalid input syntax for type {kind}: "{str(value)[:60]}"'
        ) from error
    return text


_CONVERT: dict[str, Callable[[Field, Any], Any]] = {
    "char": _text,
    "text": _text,
    "html": _text,
    "selection": _choice,
    "binary": _text,
    "integer": _integer,
    "many2one": _reference,
    "float": _float,
    "date": _moment,
    "datetime": _moment,
}


def char(string: str, **options: Any) -> Field:
    """Return a field of one line of text."""
    return Field(type="char", string=string, **options)


def text(string: str, **options: Any) -> Field:
    """Return a field of lines of text."""
    return Field(type="text", string=string, **options)


def html(string: str, **options: Any) -> Field:
    """Return a field of lines of marked-up text."""
    return Field(type="html", string=string, **options)


def integer(string: str, **options: Any) -> Field:
    """Return a field of a whole number."""
    return Field(type="integer", string=string, **options)


def decimal(string: str, digits: tuple[int, int] | None = (16, 2), **options: Any) -> Field:
    """Return a field of a float, kept to a number of places; by default an amount in euros."""
    return Field(type="float", string=string, digits=digits, **options)


def boolean(string: str, **options: Any) -> Field:
    """Return a field of yes or no."""
    return Field(type="boolean", string=string, **options)


def date(string: str, **options: Any) -> Field:
    """Return a field of a day."""
    return Field(type="date", string=string, **options)


def moment(string: str, **options: Any) -> Field:
    """Return a field of a moment, UTC, to the second (Odoo's datetime)."""
    return Field(type="datetime", string=string, **options)


def selection(string: str, choices: Sequence[tuple[Any, str]], **options: Any) -> Field:
    """Return a field whose value is one of the given keys: texts, or numbers."""
    return Field(type="selection", string=string, selection=tuple(choices), **options)


def binary(string: str, **options: Any) -> Field:
    """Return a field of a file's content, in base64."""
    return Field(type="binary", string=string, **options)


def many2one(string: str, relation: str, **options: Any) -> Field:
    """Return a field that refers to one record of another model."""
    return Field(type="many2one", string=string, relation=relation, **options)


def one2many(string: str, relation: str, relation_field: str, **options: Any) -> Field:
    """Return a field of the records that refer to this one by `relation_field`."""
    return Field(
        type="one2many", string=string, relation=relation, relation_field=relation_field, **options
    )


def many2many(string: str, relation: str, **options: Any) -> Field:
    """Return a field of any number of records of another model."""
    return Field(type="many2many", string=string, relation=relation, **options)
