"""`load`: a table of texts made into records, as the client's import and programs send it.

A column is a path: `name`, `country_id` (a name), `country_id/id` (an external id), `child_ids/.id`
(an id), `child_ids/name`. A row that has values for one2many fields only belongs to the record
before it. Published: openerp/models.py (load, _extract_records, _convert_records) and ir_fields.py.
"""

import re
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

from fakes.bizzcloud.converting import Told, converted
from fakes.bizzcloud.domain import py2
from fakes.bizzcloud.errors import CallError, ServerError, UserError
from fakes.bizzcloud.search import as_id

if TYPE_CHECKING:
    from fakes.bizzcloud.records import Model

Path = Sequence[str | None]
Extracted = dict[str | None, Any]


def path_of(column: str) -> list[str]:
    """Return the steps of a column's name; `partner_id:id` and `partner_id.id` are older forms."""
    by_id = re.sub(r"([^/])\.id", r"\1/.id", column)
    return re.sub(r"([^/]):id", r"\1/id", by_id).split("/")


def loaded(model: "Model", columns: Sequence[str], rows: Sequence[Sequence[Any]]) -> dict[str, Any]:
    """Make or change a record of each row; return their ids, and messages about the rows.

    When a message is an error, nothing is kept and `ids` is False. Raises ServerError for a column
    that the model lacks.
    """
    messages: list[Told] = []
    ids: list[int] = []
    paths = [path_of(column) for column in columns]
    try:
        with model.env.savepoint():
            for number, (record, span) in enumerate(_extracted(model, paths, rows)):
                about = {"rows": {"from": span[0], "to": span[1]}, "record": number}
                ids += _kept(model, record, about, messages)
            if any(message["type"] == "error" for message in messages):
                raise _NothingKept
    except _NothingKept:
        return {"ids": False, "messages": messages}
    return {"ids": ids, "messages": messages}


class _NothingKept(Exception):
    """An import that goes back to where it began."""


def _kept(model: "Model", record: Extracted, about: Told, messages: list[Told]) -> list[int]:
    """Keep one record; return its id, or nothing and a message why not."""
    identifier = _asked_id(model, record, about, messages)

    def tell(name: str, kind: str, said: str, more: Told) -> None:
        label = model.all_fields[name].string
        message = said.replace("%(field)s", label)
        messages.append({**about, "type": kind, "field": name, "message": message, **more})

    values = converted(model, record, tell)
    try:
        with model.env.savepoint():
            known: Any = model.env["ir.model.data"]
            return [known.keep(model.name, str(record.get("id") or ""), values, identifier)]
    except CallError as error:
        messages.append({**about, "type": "error", **_explained(model, error)})
        return []


def _asked_id(model: "Model", record: Extracted, about: Told, messages: list[Told]) -> int | None:
    """Return the id that a row asks for in its column `.id`, when there is such a record.

    Raises ServerError for a text that is no number, an empty one too, as the search for it does.
    """
    if ".id" not in record:
        return None
    asked = as_id(record[".id"])
    if model.search([("id", "=", asked)]):
        return int(asked)
    said = f"Unknown database identifier '{asked}'"
    messages.append({**about, "type": "error", "field": ".id", "message": said})
    return None


def _explained(model: "Model", error: CallError) -> Told:
    """Return the message of an error that kept a record from being made."""
    missing = error.missing_field if isinstance(error, UserError) else None
    if missing is not None and missing in model.all_fields:
        label = model.all_fields[missing].string
        said = f"Missing required value for the field '{label}' ({missing})"
        return {"message": said, "field": missing}
    if isinstance(error, ServerError) and error.odoo_name.startswith("psycopg2."):
        return {"message": f"{error}\n"}
    return {
        "message": f"Unknown error during import: <class '{error.odoo_name}'>: {error}",
        "moreinfo": "Resolve other errors first",
    }


def _extracted(
    model: "Model", paths: Sequence[Path], rows: Sequence[Sequence[Any]]
) -> Iterator[tuple[Extracted, tuple[int, int]]]:
    """Yield the records of a table, each with the first and last of its rows, counted from 0."""
    first = [path[0] for path in paths]
    many = [at for at, name in enumerate(first) if _kind(model, name) == "one2many"]
    others = [at for at in range(len(paths)) if at not in many]
    at = 0
    while at < len(rows):
        end = at + 1
        while (
            end < len(rows)
            and any(rows[end][each] for each in many)
            and not any(rows[end][each] for each in others)
        ):
            end += 1
        record: Extracted = {
            name: value
            for name, value in zip(first, rows[at], strict=False)
            if not _kind(model, name)
        }
        for name in dict.fromkeys(first):
            if _kind(model, name):
                record[name] = _below(model, str(name), paths, rows[at:end])
        yield record, (at, end - 1)
        at = end


def _below(
    model: "Model", name: str, paths: Sequence[Path], rows: Sequence[Sequence[Any]]
) -> list[Extracted]:
    """Return what the rows of one record say of the records that one of its fields refers to."""
    places = [at for at, path in enumerate(paths) if path[0] == name]
    inner: list[Path] = [list(paths[at][1:]) or [None] for at in places]
    cells = [[row[at] for at in places] for row in rows]
    other = model.env[str(model.all_fields[name].relation)]
    filled = [row for row in cells if any(row)]
    return [record for record, _ in _extracted(other, inner, filled)]


def _kind(model: "Model", name: str | None) -> str | None:
    """Return the type of a field that refers to records, None for one that does not.

    Raises ServerError for a field that the model lacks.
    """
    if name in (None, "id", ".id"):
        return None
    field = model.all_fields.get(str(name))
    if field is None:
        raise ServerError("KeyError", py2(name))
    return field.type if field.relation else None
