"""The rules by which a recording is redacted, read from `rules.toml` and a file beside.

Raises RuleError for a file that cannot be used, with the good names.
"""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any

from contracts.redacting.kinds import KINDS

PLAIN = "plain"
"""What a field is called that holds nothing to be replaced, though its name is that of one."""
TABLES = ("fields", "arguments", "answers", "headers")


class RuleError(ValueError):
    """Rules cannot be used; the message says which and what was expected."""


@dataclass(frozen=True)
class Rules:
    """What stands where: kinds by field, by argument of a method, by answer, by header."""

    fields: Mapping[str, str] = field(default_factory=dict)
    arguments: Mapping[str, Mapping[int, str]] = field(default_factory=dict)
    answers: Mapping[str, str] = field(default_factory=dict)
    headers: Mapping[str, str] = field(default_factory=dict)

    def kind_of(self, name: str, operation: str) -> str | None:
        """Return the kind of a field in a call, None when it holds nothing to be replaced."""
        lowered = name.lower()
        model = operation.rpartition(".")[0].lower()
        found = self.fields.get(f"{model}.{lowered}") or self.fields.get(lowered)
        return None if found == PLAIN else found

    def kind_of_header(self, name: str) -> str | None:
        """Return the kind of a header's whole value; a name in the rules may hold a star."""
        lowered = name.lower()
        for pattern, kind in self.headers.items():
            if fnmatchcase(lowered, pattern):
                return None if kind == PLAIN else kind
        return None

    def joined(self, other: "Rules") -> "Rules":
        """Return these rules with others over them."""
        return Rules(
            {**self.fields, **other.fields},
            {**self.arguments, **other.arguments},
            {**self.answers, **other.answers},
            {**other.headers, **self.headers},
        )


@cache
def own_rules() -> Rules:
    """Return the rules that come with the project."""
    place = files("contracts.redacting").joinpath("rules.toml")
    return rules_in(place.read_text(encoding="utf-8"), "rules.toml")


def read_rules(path: Path) -> Rules:
    """Return the project's rules with those of a file over them."""
    try:
        text = path.read_text(encoding="utf-8")
    except OSError as wrong:
        raise RuleError(f"{path} cannot be read: {wrong.strerror}") from wrong
    return own_rules().joined(rules_in(text, str(path)))


def rules_in(text: str, where: str) -> Rules:
    """Return the rules that a TOML text holds; `where` is what a message calls it."""
    try:
        told = tomllib.loads(text)
    except tomllib.TOMLDecodeError as wrong:
        raise RuleError(f"{where} is no TOML: {wrong}") from wrong
    for name in told:
        if name not in TABLES:
            raise RuleError(f"{where}: there is no table [{name}]; there are {', '.join(TABLES)}")
    return Rules(
        _by_name(told.get("fields", {}), where),
        {
            method: {int(place): _known(kind, where) for place, kind in places.items()}
            for method, places in told.get("arguments", {}).items()
        },
        {name: _known(kind, where) for name, kind in told.get("answers", {}).items()},
        _by_name(told.get("headers", {}), where),
    )


def _by_name(told: Mapping[str, Any], where: str) -> dict[str, str]:
    return {name.lower(): _known(kind, where) for kind, names in told.items() for name in names}


def _known(kind: str, where: str) -> str:
    if kind not in (*KINDS, PLAIN):
        raise RuleError(
            f"{where}: there is no kind {kind!r}; there are {', '.join(KINDS)} and {PLAIN}"
        )
    return kind
