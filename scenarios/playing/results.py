"""What came of a run: a result for each story, whatever prints it."""

from collections.abc import Sequence
from dataclasses import dataclass

from scenarios.language.story import PlacedStep, Story
from scenarios.language.tables import Difference, Table
from scenarios.playing.redaction import Redaction
from scenarios.wire.log import WireCall


@dataclass(frozen=True)
class Failure:
    """Why a story failed, at which step."""

    step: PlacedStep
    subject: str
    """What was looked at, as the story calls it: mutations, or the step's word."""
    sentence: str
    difference: Difference | None = None


@dataclass(frozen=True)
class StoryResult:
    """What came of one story."""

    story: Story
    seconds: float
    mutations: Sequence[tuple[str, Table]] = ()
    """The list of mutations at its end, by the company whose books they are."""
    failure: Failure | None = None
    trouble: str | None = None
    """The service problem that ended the story, as a sentence."""
    trace: str | None = None
    """Where the trouble came from, for developers."""
    calls: tuple[WireCall, ...] = ()
    """The calls of all parties, redacted, when they were kept."""
    redaction: Redaction | None = None
    """What takes secrets out of the rest, when calls were kept."""
    steps_done: int = 0
    """How many steps were done, the failing one included."""
    not_judged: tuple[str, ...] = ()
    """Expectations that could not be looked at."""
    last_words: str = ""
    """The last lines that an outside coupling wrote to its standard error; "" for none."""

    @property
    def passed(self) -> bool:
        """Whether all was as the story expects."""
        return self.failure is None and self.trouble is None
