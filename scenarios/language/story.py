"""A story as it is run: its head, and its steps with their places in the file."""

from dataclasses import dataclass

from scenarios.language.errors import Place
from scenarios.language.given import Head
from scenarios.language.steps import Step


@dataclass(frozen=True)
class PlacedStep:
    """A step, its number (from 1) and where it stands."""

    number: int
    step: Step
    place: Place

    def __str__(self) -> str:
        return f"step {self.number} ({self.step.word}), {self.place.file}:{self.place.line}"


@dataclass(frozen=True)
class Story:
    """One story, or one case of a story with examples."""

    file: str
    head: Head
    steps: tuple[PlacedStep, ...]
    case: str | None = None
    """The values of the example that this case is made from."""

    @property
    def title(self) -> str:
        """The title, with the case when there are several."""
        return f"{self.head.title} ({self.case})" if self.case else self.head.title
