"""Fills in a story that shares givens (`include`), names values (`variables`) or has `examples`.

All of it is done to texts, before anything is typed: `<price>` may stand for any part of any
value. An included file holds a `given` alone; what the story says itself goes before it.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path

from scenarios.language import loader
from scenarios.language.errors import StoryError, nearest_name
from scenarios.language.loader import Source, Value, ValuePath
from scenarios.language.tables import TableError, parse_any

_NAME = re.compile(r"<([a-z][a-z0-9 _]*)>")


def include(source: Source, folder: Path) -> None:
    """Put the givens of the files under `include` into a loaded story, each with its place."""
    top = source.value
    assert isinstance(top, dict)
    names = top.get("include")
    if names is None:
        return
    if not isinstance(names, list):
        raise StoryError(source.place(("include",)), "expected a list of files under 'include'.")
    for position, name in enumerate(names):
        place = source.place(("include", position))
        if not isinstance(name, str):
            raise StoryError(place, "expected the name of a file.")
        if not name.endswith((".yaml", ".yml")):
            raise StoryError(place, f"expected a file named *.yaml, found {name!r}.")
        path = folder / name
        if not path.is_file():
            near = nearest_name(name, [one.name for one in folder.glob("*.yaml")])
            raise StoryError(place, f"there is no file {name!r} beside this story.", near)
        shared = loader.load(path)
        if not isinstance(shared.value, dict) or set(shared.value) != {"given"}:
            raise StoryError(shared.place(()), "an included file holds a 'given' and nothing else.")
        source.lines = {**source.lines, **shared.lines}
        top["given"] = _merged(
            source, ("given",), top.get("given"), shared, ("given",), shared.value["given"]
        )


def cases(source: Source) -> Iterator[tuple[str | None, Source]]:
    """Yield the story with its names filled in, once for each example, with the example's text."""
    top = source.value
    assert isinstance(top, dict)
    variables = _names(source, top.get("variables"))
    for case, values in _examples(source, top.get("examples")):
        known = {**variables, **values}
        filled = {
            key: value
            if key in ("variables", "examples", "include")
            else _filled(source, (key,), value, known)
            for key, value in top.items()
        }
        yield case, replace(source, value=filled)


def _merged(
    ours: Source, at: ValuePath, own: Value, theirs: Source, there: ValuePath, other: Value
) -> Value:
    """Return own and included values as one, and note the places of what comes in."""
    if isinstance(own, dict) and isinstance(other, dict):
        merged: dict[str, Value] = dict(own)
        for key, value in other.items():
            ours.keys.setdefault((*at, key), theirs.key_place((*there, key)))
            merged[key] = _merged(ours, (*at, key), own.get(key), theirs, (*there, key), value)
        return merged
    if isinstance(own, list) and isinstance(other, list):
        for position, value in enumerate(other):
            _bring(ours, (*at, len(own) + position), theirs, (*there, position), value)
        return own + other
    if own is None:
        _bring(ours, at, theirs, there, other)
        return other
    return own


def _bring(ours: Source, at: ValuePath, theirs: Source, there: ValuePath, value: Value) -> None:
    ours.places[at] = theirs.place(there)
    if isinstance(value, dict):
        for key, inner in value.items():
            ours.keys[(*at, key)] = theirs.key_place((*there, key))
            _bring(ours, (*at, key), theirs, (*there, key), inner)
    elif isinstance(value, list):
        for position, inner in enumerate(value):
            _bring(ours, (*at, position), theirs, (*there, position), inner)


def _names(source: Source, value: Value) -> dict[str, str]:
    if value is None:
        return {}
    if not isinstance(value, dict):
        raise StoryError(source.place(("variables",)), "expected names with a value each.")
    for name, text in value.items():
        if not isinstance(text, str):
            raise StoryError(source.place(("variables", name)), f"{name}: expected one value.")
    return {name: str(text) for name, text in value.items()}


def _examples(source: Source, value: Value) -> list[tuple[str | None, Mapping[str, str]]]:
    if value is None:
        return [(None, {})]
    place = source.place(("examples",))
    if not isinstance(value, str):
        raise StoryError(place, "expected a table: a line of names, then a line for each case.")
    try:
        table = parse_any(value)
    except TableError as error:
        raise StoryError(source.below(place, error.row, error.text), error.problem) from error
    if not table.rows:
        raise StoryError(place, "expected at least one case under the names.")
    return [
        (
            ", ".join(f"{name} {cell}" for name, cell in zip(table.headings, row, strict=True)),
            dict(zip(table.headings, row, strict=True)),
        )
        for row in table.rows
    ]


def _filled(source: Source, path: ValuePath, value: Value, known: Mapping[str, str]) -> Value:
    if isinstance(value, dict):
        return {key: _filled(source, (*path, key), one, known) for key, one in value.items()}
    if isinstance(value, list):
        return [
            _filled(source, (*path, position), one, known) for position, one in enumerate(value)
        ]
    if value is None:
        return None

    def replacement(match: re.Match[str]) -> str:
        name = match[1]
        if name not in known:
            raise StoryError(
                source.place(path),
                f"no variable is called {name!r}; known: {', '.join(known) or 'none'}.",
                nearest_name(name, known),
            )
        return known[name]

    return _NAME.sub(replacement, value)
