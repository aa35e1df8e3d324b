"""The models about models, and the rules by which changes are told to the coupling."""

from collections.abc import Iterable

from fakes.bizzcloud.database import Change, Database
from fakes.bizzcloud.fields import (
    boolean,
    char,
    integer,
    many2many,
    many2one,
    one2many,
    selection,
    text,
)
from fakes.bizzcloud.records import Model

PUSHED = ("account.invoice", "pos.order", "res.partner", "account.account")
"""The models whose changes are told."""


class IrModel(Model):
    """A model of the data model."""

    name = "ir.model"
    description = "Models"
    order = "model"
    fields = {
        "name": char("Model Description", required=True),
        "model": char("Model", required=True),
        "info": text("Information"),
        "field_id": one2many("Fields", "ir.model.fields", "model_id"),
        "state": selection(
            "Type", [("manual", "Custom Object"), ("base", "Base Object")], default="base"
        ),
        "osv_memory": boolean("Transient Model"),
        "modules": char("In Modules"),
    }


class IrModelFields(Model):
    """A field of a model."""

    name = "ir.model.fields"
    description = "Fields"
    order = "name"
    fields = {
        "name": char("Name", required=True),
        "model": char("Object Name", required=True),
        "model_id": many2one("Model", "ir.model", required=True, ondelete="cascade"),
        "field_description": char("Field Label", required=True),
        "ttype": char("Field Type", required=True, size=64),
        "relation": char("Object Relation"),
        "relation_field": char("Relation Field"),
        "required": boolean("Required"),
        "readonly": boolean("Readonly"),
        "state": selection(
            "Type", [("manual", "Custom Field"), ("base", "Base Field")], default="base"
        ),
    }


class ServerAction(Model):
    """Something that the server does by itself; here it tells the coupling."""

    name = "ir.actions.server"
    description = "ir.actions.server"
    order = "sequence, name"
    fields = {
        "name": char("Action Name", required=True),
        "type": char("Action Type", required=True, default="ir.actions.server"),
        "model_id": many2one("Base Model", "ir.model", required=True),
        "state": selection(
            "Action To Do",
            [("code", "Execute Python Code"), ("object_write", "Write on a Record")],
            required=True,
            default="code",
        ),
        "sequence": integer("Sequence", default=5),
        "code": text("Python Code"),
    }


class ActionRule(Model):
    """When something is done by itself: here on each change of a model that books need."""

    name = "base.action.rule"
    description = "Action Rules"
    order = "sequence"
    fields = {
        "name": char("Rule Name", required=True),
        "model_id": many2one("Related Document Model", "ir.model", required=True),
        "model": char("Model", related=("model_id", "model"), store=False),
        "active": boolean("Active", default=True),
        "sequence": integer("Sequence"),
        "kind": selection(
            "When to Run",
            [
                ("on_create", "On Creation"),
                ("on_write", "On Update"),
                ("on_create_or_write", "On Creation & Update"),
                ("on_time", "Based on Timed Condition"),
            ],
            default="on_create_or_write",
        ),
        "server_action_ids": many2many("Server Actions", "ir.actions.server"),
    }


def told(database: Database, changes: Iterable[Change]) -> list[Change]:
    """Return those changes whose model has an active rule; the others are told to nobody."""
    with database.transaction() as env:
        rules = env["base.action.rule"]
        models = {rules.raw(each, "model") for each in rules.search([("kind", "!=", "on_time")])}
    return [change for change in changes if change.model in models]
