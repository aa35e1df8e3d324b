"""Turns what a model says is wrong into a story's error: place, problem, nearest good name."""

import re
import types
from collections.abc import Mapping
from typing import Annotated, Any, TypeVar, Union, get_args, get_origin

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from scenarios.language.errors import StoryError, nearest_name
from scenarios.language.loader import Source, Value, ValuePath
from scenarios.language.tables import TableError

Model = TypeVar("Model", bound=BaseModel)


def validate(model: type[Model], value: Value, source: Source, path: ValuePath) -> Model:
    """Return the value at a path as a model. Raises `StoryError` for the first thing wrong."""
    if not isinstance(value, dict):
        found = "nothing stands here" if value is None else f"found {_short(value)}"
        raise StoryError(
            source.place(path), f"expected a mapping with {', '.join(keys(model))}; {found}."
        )
    try:
        return model.model_validate(value)
    except ValidationError as error:
        first = sorted(error.errors(), key=lambda one: one["type"] != "extra_forbidden")[0]
        raise _story_error(model, first, source, path) from error


def keys(model: type[BaseModel]) -> list[str]:
    """Return the keys that a model knows, as a story writes them."""
    return [field.alias or name for name, field in model.model_fields.items()]


def _story_error(
    model: type[BaseModel], error: ErrorDetails, source: Source, path: ValuePath
) -> StoryError:
    where = (*path, *error["loc"])
    name = next((part for part in reversed(where) if isinstance(part, str)), "story")
    cause = error.get("ctx", {}).get("error")
    if error["type"] == "extra_forbidden":
        good = _keys_at(model, error["loc"][:-1])
        return StoryError(
            source.key_place(where),
            f"unknown key {name!r}; expected {', '.join(good)}.",
            nearest_name(name, good),
        )
    if error["type"] == "missing":
        return StoryError(source.place(where[:-1]), f"the key {name!r} is missing here.")
    if isinstance(cause, TableError):
        place = source.below(source.place(where), cause.row, cause.text)
        return StoryError(place, cause.problem, cause.nearest)
    if isinstance(cause, ValueError):
        return StoryError(source.place(where), f"{name}: {cause}")
    if error["type"] in ("literal_error", "enum"):
        return _no_such_word(error, source, where, name)
    return StoryError(source.place(where), f"{name}: {_plain(error)}")


def _no_such_word(error: ErrorDetails, source: Source, where: ValuePath, name: str) -> StoryError:
    expected = str(error.get("ctx", {}).get("expected", ""))
    good = re.findall(r"'([^']*)'", expected)
    found = error["input"]
    return StoryError(
        source.place(where),
        f"{name}: expected {', '.join(good)}; found {_short(found)}.",
        nearest_name(found, good) if isinstance(found, str) else None,
    )


_EXPECTED = {
    "tuple_type": "expected a list",
    "model_type": "expected a mapping",
    "dict_type": "expected a mapping",
    "too_short": "expected at least one",
    "too_long": "too many values",
}


def _plain(error: ErrorDetails) -> str:
    return f"{_EXPECTED.get(error['type'], error['msg'])}; found {_short(error['input'])}."


def _short(found: object) -> str:
    if found is None:
        return "nothing"
    if isinstance(found, Mapping):
        return "a mapping"
    if isinstance(found, list | tuple):
        return f"a list of {len(found)}"
    return repr(found)


def _keys_at(model: type[BaseModel], where: ValuePath) -> list[str]:
    """Return the keys that may stand at a place inside a model."""
    kind: Any = model
    for part in where:
        kind = inner(kind)
        if isinstance(part, str) and isinstance(kind, type) and issubclass(kind, BaseModel):
            fields = {field.alias or name: field for name, field in kind.model_fields.items()}
            kind = fields[part].annotation
    kind = inner(kind)
    return keys(kind) if isinstance(kind, type) and issubclass(kind, BaseModel) else []


def inner(kind: Any) -> Any:
    """Take optionals, lists and notes off a type."""
    origin = get_origin(kind)
    if origin is Annotated or origin is tuple:
        return inner(get_args(kind)[0])
    if origin in (Union, types.UnionType):
        return inner(next(one for one in get_args(kind) if one is not type(None)))
    return kind
