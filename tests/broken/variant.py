"""What a coupling that is broken on purpose is."""

from collections.abc import Callable
from dataclasses import dataclass

import pytest

Patch = pytest.MonkeyPatch


@dataclass(frozen=True)
class Variant:
    """A faulty coupling: how it is made, and by what it must be caught."""

    name: str
    patch: Callable[[Patch], None]
    caught_by: str | Callable[[], None]
    """The name of a story of the library, or a property."""
    beyond: str = ""
    """Why no history that is made up can show it; "" for one that can."""
