"""The JSON schema of a story file, made from the models, so that editors complete and check it."""

from typing import Any

from pydantic.json_schema import models_json_schema

from scenarios.language.given import Head
from scenarios.language.steps import STEPS, Step

TEMPLATES: dict[str, Any] = {
    "include": {
        "type": "array",
        "items": {"type": "string"},
        "description": "files beside this one that hold a `given`",
    },
    "variables": {
        "type": "object",
        "additionalProperties": {"type": ["string", "number"]},
        "description": "values by name; `<name>` stands for each",
    },
    "examples": {
        "type": "string",
        "description": "a table: a line of names, then a line for each case that is a story",
    },
}
"""The keys that fill a story in before it is typed."""


def story_schema() -> dict[str, Any]:
    """Return the JSON schema (2020-12) of a story file."""
    models = [(Head, "validation"), *((step, "validation") for step in STEPS.values())]
    references, definitions = models_json_schema(models, by_alias=True)  # type: ignore[arg-type]
    found = definitions["$defs"]
    head = found.pop(references[(Head, "validation")]["$ref"].rpartition("/")[2])
    steps = [_step(step, references[(step, "validation")]) for step in STEPS.values()]
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "A story of koppeling",
        "type": "object",
        "additionalProperties": False,
        "required": [*head["required"], "steps"],
        "properties": {
            **head["properties"],
            **TEMPLATES,
            "steps": {"type": "array", "minItems": 1, "items": {"anyOf": [_words(), *steps]}},
        },
        "$defs": found,
    }


def _words() -> dict[str, Any]:
    """Return the schema of a step that is a word alone."""
    return {"enum": [step.word for step in STEPS.values() if not _needs(step)]}


def _step(step: type[Step], reference: dict[str, Any]) -> dict[str, Any]:
    inside = reference if _needs(step) else {"anyOf": [reference, {"type": "null"}]}
    return {
        "type": "object",
        "additionalProperties": False,
        "required": [step.word],
        "properties": {step.word: inside},
        "description": step.__doc__,
    }


def _needs(step: type[Step]) -> bool:
    return any(field.is_required() for field in step.model_fields.values())
