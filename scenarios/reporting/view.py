"""What every form of a report tells of a story, with nothing secret or personal in it."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from scenarios.language.sentences import sentence
from scenarios.language.tables import Difference, PairedRow, Table
from scenarios.playing.results import Failure, StoryResult
from scenarios.reporting.text import failure_lines
from scenarios.wire.log import WireCall

Tell = Callable[[str], str]
"""Takes what is secret or personal out of a text."""


@dataclass(frozen=True)
class ToldFailure:
    """Why a story failed, at which step, with expected and found side by side."""

    step: int
    place: str
    sentence: str
    difference: Difference
    lines: tuple[str, ...]
    """The same as plain text."""


@dataclass(frozen=True)
class ToldStep:
    """A step as a sentence; `state` is done, failed or not reached."""

    number: int
    line: int
    sentence: str
    state: str


@dataclass(frozen=True)
class ToldStory:
    """A story and what came of it."""

    title: str
    source: str
    file: str
    tags: tuple[str, ...]
    today: str
    passed: bool
    seconds: float
    trouble: str | None
    not_judged: tuple[str, ...]
    steps: tuple[ToldStep, ...]
    failure: ToldFailure | None
    lists: tuple[tuple[str, Table], ...]
    calls: tuple[WireCall, ...]
    last_words: str = ""
    """The end of what an outside coupling wrote to its standard error."""

    @property
    def name(self) -> str:
        """The name of its file, without the folder."""
        return Path(self.file).name

    @property
    def faults(self) -> tuple[str, ...]:
        """What was made to go wrong in it."""
        return tuple(dict.fromkeys(call.fault for call in self.calls if call.fault))

    @property
    def booked(self) -> Mapping[str, Sequence[str]]:
        """By document, the numbers of the mutations that the books hold at the end."""
        found: dict[str, list[str]] = {}
        for _, table in self.lists:
            for number, invoice in zip(table.column("Nr"), table.column("Factuur"), strict=True):
                if invoice:
                    found.setdefault(invoice, []).append(number)
        return found

    @property
    def documents(self) -> tuple[str, ...]:
        """The numbers of all documents that its calls and its lists name."""
        called = (number for call in self.calls for number in call.documents)
        return tuple(dict.fromkeys((*called, *self.booked)))


def told(result: StoryResult) -> ToldStory:
    """Return what is told of a story's result."""
    tell: Tell = result.redaction.text if result.redaction is not None else str
    story = result.story
    return ToldStory(
        title=tell(story.title),
        source=tell(story.head.source),
        file=story.file,
        tags=story.head.tags,
        today=story.head.today.isoformat(),
        passed=result.passed,
        seconds=result.seconds,
        trouble=None if result.trouble is None else tell(result.trouble),
        not_judged=tuple(tell(subject) for subject in result.not_judged),
        steps=tuple(
            ToldStep(
                placed.number,
                placed.place.line,
                tell(sentence(placed.step)),
                _state(placed.number, result),
            )
            for placed in story.steps
        ),
        failure=None if result.failure is None else _failure(result.failure, tell),
        lists=tuple((company, _table(table, tell)) for company, table in result.mutations),
        calls=result.calls,
        last_words=tell(result.last_words),
    )


def _state(number: int, result: StoryResult) -> str:
    failed = result.steps_done if result.failure is None else result.failure.step.number
    if number == failed and not result.passed:
        return "failed"
    return "done" if number <= result.steps_done else "not reached"


def _failure(failure: Failure, tell: Tell) -> ToldFailure:
    difference = failure.difference or Difference((), ())
    rows = tuple(
        PairedRow(_cells(row.expected, tell), _cells(row.found, tell)) for row in difference.rows
    )
    return ToldFailure(
        failure.step.number,
        str(failure.step),
        tell(failure.sentence),
        Difference(difference.headings, rows),
        tuple(tell(line) for line in failure_lines(failure)),
    )


def _table(table: Table, tell: Tell) -> Table:
    return Table(table.headings, tuple(_cells(row, tell) or () for row in table.rows))


def _cells(cells: tuple[str, ...] | None, tell: Tell) -> tuple[str, ...] | None:
    return None if cells is None else tuple(tell(cell) for cell in cells)
