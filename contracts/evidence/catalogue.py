"""Reads the evidence: every behaviour of a fake, how strongly it is known, and what shows it.

One YAML file a service (`eboekhouden.yaml`, `bizzcloud.yaml`), each a list of entries with the keys
id, says, grade, source and shown by. The grades, strongest first, are those of `Grade`.
"""

from collections import Counter
from collections.abc import Iterable
from enum import StrEnum
from importlib.resources import files

from pydantic import BaseModel, ConfigDict, Field, ValidationError
from ruamel.yaml import YAML

SERVICES = ("eboekhouden", "bizzcloud")


class Grade(StrEnum):
    """How strongly a behaviour is known."""

    RECORDED = "recorded"
    PUBLISHED = "published"
    CLIENT = "client"
    ASSUMED = "assumed"


class Entry(BaseModel):
    """One behaviour: what is so, how it is known, and the test that shows the fake does it."""

    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=True)

    id: str
    says: str
    grade: Grade
    source: str
    shown_by: str = Field(alias="shown by")


def entries(service: str) -> list[Entry]:
    """Return the entries of a service, none when it has no file yet.

    Raises ValueError, naming the entry, for one that is incomplete or whose id is taken.
    """
    place = files("contracts.evidence").joinpath(f"{service}.yaml")
    if not place.is_file():
        return []
    found: list[Entry] = []
    for number, raw in enumerate(YAML(typ="safe").load(place.read_text(encoding="utf-8")), 1):
        try:
            found.append(Entry.model_validate(raw))
        except ValidationError as wrong:
            name = raw.get("id", f"number {number}") if isinstance(raw, dict) else f"{raw!r}"
            raise ValueError(f"{service}.yaml, entry {name}: {wrong}") from wrong
    twice = [name for name, count in Counter(entry.id for entry in found).items() if count > 1]
    if twice:
        raise ValueError(f"{service}.yaml: more than one entry is called {', '.join(twice)}")
    return found


def by_grade(found: Iterable[Entry]) -> dict[Grade, int]:
    """Count entries by grade, strongest first."""
    counted = Counter(entry.grade for entry in found)
    return {grade: counted[grade] for grade in Grade}
