"""Reads a story file as text: every scalar stays the text that was written, with its place.

YAML would make 8020 a number, `no` a boolean and 2017-10-19 a date before anybody has said what
is expected there; here the models of the language say what a text means.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, YAMLError
from ruamel.yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

from scenarios.language.errors import Place, StoryError

_UNWRITABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff]")

ValuePath = tuple[str | int, ...]
"""The way to a value: keys of mappings and positions in lists."""

Value = str | None | list["Value"] | dict[str, "Value"]
"""What a story file holds before it is typed: texts, nothing, lists and mappings."""


DEEPEST = 20
"""How many levels a value may lie inside others; a story has at most eight."""

TOO_DEEP = "lists and mappings lie too deep inside each other; a story has at most eight levels."


@dataclass
class Source:
    """The values of a story file and where each of them stands."""

    file: str
    value: Value = None
    places: dict[ValuePath, Place] = field(default_factory=dict)
    keys: dict[ValuePath, Place] = field(default_factory=dict)
    lines: Mapping[str, list[str]] = field(default_factory=dict)

    def place(self, path: ValuePath) -> Place:
        """Return the place of the value at a path, or of the nearest value around it."""
        while path not in self.places and path:
            path = path[:-1]
        return self.places.get(path, Place(self.file, 1, 1))

    def key_place(self, path: ValuePath) -> Place:
        """Return the place of the key that leads to a path, or of its value when it has none."""
        return self.keys.get(path) or self.place(path)

    def below(self, place: Place, row: int, text: str) -> Place:
        """Return where `text` stands in row `row` (from 0) of the block text at `place`.

        A block text starts on the line after its `|`.
        """
        lines = self.lines.get(place.file, [])
        number = place.line + 1 + row
        if not place.text[place.column - 1 :].startswith(("|", ">")) or number > len(lines):
            return place
        line = lines[number - 1]
        return Place(place.file, number, max(line.find(text), 0) + 1, line)


def load(path: Path) -> Source:
    """Read a story file.

    Raises `StoryError` when it is missing, is no UTF-8 or no YAML, holds a tab, a key twice, an
    anchor, a tag or more than one document.
    """
    return load_text(_read(path), str(path))


def load_text(text: str, file: str) -> Source:
    """Read a story from a text; `file` is the name that its errors show. Raises `StoryError`."""
    lines = text.splitlines()
    _refuse_tabs(lines, file)
    node = _compose(text, file, lines)
    source = Source(file, lines={file: lines})
    if node is None:
        raise StoryError(Place(file, 1, 1), "the file is empty; a story begins with 'title: …'.")
    source.value = _take(node, (), source, lines)
    return source


def _read(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except FileNotFoundError as error:
        raise StoryError(Place(str(path), 0, 0), "there is no such file.") from error
    except IsADirectoryError as error:
        raise StoryError(Place(str(path), 0, 0), "this is a folder; name a story file.") from error
    except UnicodeDecodeError as error:
        raise StoryError(
            Place(str(path), 0, 0), "the file is no UTF-8 text; save it as UTF-8."
        ) from error
    except OSError as error:
        reason = error.strerror or "it cannot be read"
        raise StoryError(Place(str(path), 0, 0), f"cannot be read: {reason}.") from error


def _refuse_tabs(lines: list[str], file: str) -> None:
    for number, line in enumerate(lines, 1):
        column = line.find("\t") + 1
        if column:
            raise StoryError(
                Place(file, number, column, line), "a tab; expected spaces, two for each level."
            )


def _compose(text: str, file: str, lines: list[str]) -> Node | None:
    try:
        node: Node | None = YAML(typ="rt", pure=True).compose(text)
    except MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        place = _place(file, lines, mark.line, mark.column) if mark else Place(file, 1, 1)
        problem = str(error.problem or error.context)
        raise StoryError(place, f"this is no YAML: {problem}.{_hint(problem)}") from error
    except YAMLError as error:
        raise StoryError(Place(file, 1, 1), f"this is no YAML: {error}.") from error
    except RecursionError as error:
        raise StoryError(Place(file, 1, 1), TOO_DEEP) from error
    return node


def _hint(problem: str) -> str:
    """Return what mostly helps against a problem that YAML words for its own people."""
    if problem.startswith("mapping values"):
        return " A text that holds a colon and a space goes in quotes."
    if problem == "but found another document":
        return " A file holds one story; put the other in a file of its own."
    return ""


def _place(file: str, lines: list[str], line: int, column: int) -> Place:
    text = lines[line] if line < len(lines) else ""
    return Place(file, line + 1, column + 1, text)


def _take(node: Node, path: ValuePath, source: Source, lines: list[str]) -> Value:
    mark = node.start_mark
    place = _place(source.file, lines, mark.line, mark.column)
    source.places[path] = place
    if len(path) > DEEPEST:
        raise StoryError(place, TOO_DEEP)
    if node.anchor is not None:
        raise StoryError(place, "an anchor (&) or alias (*); expected the value itself.")
    if isinstance(node, ScalarNode):
        if _UNWRITABLE.search(node.value):
            raise StoryError(place, "a control character, which no service takes; leave it out.")
        return None if node.style is None and node.value in ("", "~") else str(node.value)
    if isinstance(node, SequenceNode):
        return [
            _take(item, (*path, position), source, lines)
            for position, item in enumerate(node.value)
        ]
    assert isinstance(node, MappingNode)
    taken: dict[str, Value] = {}
    for key_node, value_node in node.value:
        key_place = _place(source.file, lines, key_node.start_mark.line, key_node.start_mark.column)
        if not isinstance(key_node, ScalarNode):
            raise StoryError(key_place, "a key that is no word; expected a name.")
        key = str(key_node.value)
        if key in taken:
            raise StoryError(key_place, f"the key {key!r} stands here twice; expected it once.")
        source.keys[(*path, key)] = key_place
        taken[key] = _take(value_node, (*path, key), source, lines)
    return taken
