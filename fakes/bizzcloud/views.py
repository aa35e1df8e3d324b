"""The views that the service makes of a model when none was written for it.

Published: openerp/models.py (fields_view_get and _get_default_*_view). The views that modules bring
are not here.
"""

import json
from typing import TYPE_CHECKING, Any
from xml.etree.ElementTree import Element, SubElement, tostring

from fakes.bizzcloud.errors import UserError
from fakes.bizzcloud.fields import MANY

if TYPE_CHECKING:
    from fakes.bizzcloud.records import Model

AUTOMATIC = ("id", "display_name", "__last_update")
LOGGED = ("create_date", "create_uid", "write_date", "write_uid")


def default_view(model: "Model", kind: str, *, toolbar: bool) -> dict[str, Any]:
    """Return a view: its architecture as XML, and what `fields_get` tells of the fields in it.

    Raises UserError for a kind of view that the service does not make by itself.
    """
    view = Element(kind, string=model.description)
    if kind == "form":
        names = [
            name
            for name, field in model.all_fields.items()
            if name not in (*AUTOMATIC, *LOGGED) and field.type not in MANY
        ]
        group = SubElement(view, "group", col="4")
        for name in names:
            _add(model, group, name)
    elif kind in ("tree", "search"):
        names = [model.rec_name if model.rec_name in model.fields else next(iter(model.fields))]
        _add(model, view, names[0])
    elif kind == "pivot":
        names = []
    else:
        raise UserError(f"No default view of type '{kind}' could be found !")
    answer: dict[str, Any] = {
        "model": model.name,
        "field_parent": False,
        "arch": tostring(view, encoding="unicode"),
        "type": kind,
        "name": "default",
        "fields": model.fields_get(names) if names else {},
    }
    if toolbar:
        answer["toolbar"] = {"print": [], "action": [], "relate": []}
    return answer


def _add(model: "Model", parent: Element, name: str) -> None:
    """Add a field to a view, with what a form has to know of it, and a new line after a text."""
    field = model.all_fields[name]
    node = SubElement(parent, "field", name=name)
    told = {each: True for each in ("readonly", "required") if getattr(field, each)}
    if told:
        node.set("modifiers", json.dumps(told))
    if field.type == "text" and parent.tag == "group":
        SubElement(parent, "newline")
