"""`export_data`: records as a table of texts, which `load` takes back.

Published: openerp/models.py (__export_rows, __export_xml_id) and fields.py (convert_to_export).
"""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from fakes.bizzcloud.domain import py2
from fakes.bizzcloud.errors import ServerError
from fakes.bizzcloud.fields import NUMBERS, Field

if TYPE_CHECKING:
    from fakes.bizzcloud.records import Model


def exported(
    model: "Model", ids: Sequence[int], paths: Sequence[Sequence[str]], *, raw: bool
) -> list[list[Any]]:
    """Return a row of cells for each record, and more for records that its fields refer to.

    A path is taken apart as `importing.path_of` does. A record that is exported by its external id
    and has none is given one. With `raw`, cells are values and not texts. Raises ServerError for a
    field that the model lacks.
    """
    rows: list[list[Any]] = []
    for identifier in ids:
        first: list[Any] = [""] * len(paths)
        more: list[list[Any]] = []
        done: set[str] = set()
        for at, path in enumerate(paths):
            name = path[0] if path else None
            if name is None or name in done:
                continue
            if name == ".id":
                first[at] = str(identifier)
            elif name == "id":
                first[at] = external_id(model, identifier)
            else:
                field = model.all_fields.get(name)
                if field is None:
                    raise ServerError("KeyError", py2(name))
                if field.relation is None:
                    first[at] = _cell(field, model.raw(identifier, name), raw=raw)
                    continue
                done.add(name)
                more += _referred(model, identifier, name, paths, first, at, raw=raw)
        rows += [first, *more]
    return rows


def _referred(
    model: "Model",
    identifier: int,
    name: str,
    paths: Sequence[Sequence[str]],
    first: list[Any],
    at: int,
    *,
    raw: bool,
) -> list[list[Any]]:
    """Fill in a record's first row what a field refers to; return the rows that come below it."""
    field = model.all_fields[name]
    other = model.env[str(field.relation)]
    value = model.raw(identifier, name)
    ids = [] if value is None else [value] if isinstance(value, int) else list(value)
    if field.type == "many2many" and list(paths[at][1:2]) == ["id"]:
        first[at] = ",".join(external_id(other, each) for each in ids) or False
        return []
    inner = [path[1:] if path and path[0] == name else [] for path in paths]
    rows = exported(other, ids, inner, raw=raw)
    if not rows:
        first[at] = False
        return []
    for place, cell in enumerate(rows[0]):
        if cell:
            first[place] = cell
    if first[at]:
        return rows[1:]
    first[at] = ",".join(pair[1] for pair in other.name_get(ids))
    return []


def _cell(field: Field, value: Any, *, raw: bool) -> Any:
    if field.type in NUMBERS:
        return value if raw else _number(value)
    if field.type in ("date", "datetime") and not value:
        return ""
    if field.type == "selection":
        return dict(field.selection).get(value, False)
    if raw:
        return False if value is None else value
    return str(value) if value else False


def _number(value: float) -> str:
    """Return a number as Python 2 makes a text of it: twelve digits, and a point in a float."""
    if isinstance(value, int):
        return str(value)
    shown = f"{value:.12g}"
    return shown if any(each in shown for each in ".en") else f"{shown}.0"


def external_id(model: "Model", identifier: int) -> str:
    """Return a record's external id; one without any is given one of the module `__export__`."""
    known: Any = model.env.as_superuser()["ir.model.data"]
    found: dict[int, str] = known.names_of(model.name, [identifier])
    if identifier in found:
        return found[identifier].removeprefix(".")
    plain = name = f"{model.name.replace('.', '_')}_{identifier}"
    number = 0
    while known.search([("module", "=", "__export__"), ("name", "=", name)]):
        number += 1
        name = f"{plain}_{number}"
    about = {"module": "__export__", "name": name, "model": model.name, "res_id": identifier}
    known.create(about)
    return f"__export__.{name}"
