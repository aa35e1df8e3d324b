"""Sweeps stories: plays each with every chosen disturbance, and judges what the books then hold."""

import os
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import as_completed
from dataclasses import dataclass
from pathlib import Path

from scenarios.language.steps import Fault
from scenarios.language.story import Story
from scenarios.playing.workers import Workers
from scenarios.sweeping.books import BooksState, differences, differences_but_doubles
from scenarios.sweeping.cases import Case, Choice
from scenarios.sweeping.play import Ending, play_all


@dataclass(frozen=True)
class CaseResult:
    """What came of one case: the sentences that say what is wrong, none when all is well."""

    case: Case
    wrong: tuple[str, ...]
    seconds: float
    at_step: int
    """The step of the story in which the disturbance was."""
    doubles: int
    """How many doubles the coupling named, where the service itself served a call twice."""

    @property
    def passed(self) -> bool:
        """Whether the books ended as they should."""
        return not self.wrong


@dataclass(frozen=True)
class StorySweep:
    """The sweep of one story."""

    name: str
    story: Story
    results: tuple[CaseResult, ...]
    calls: Counter[str]
    """How often the coupling called each operation, undisturbed."""
    trouble: str = ""
    """Why the story cannot be swept."""
    about_its_fault: bool = False
    """Whether that is because it makes no sense without the fault that it makes itself."""


def sweep(
    stories: Sequence[Story],
    choice: Choice,
    processes: int | None = None,
    prepare: Callable[[], object] | None = None,
) -> Iterator[StorySweep]:
    """Sweep stories and yield each sweep as it ends; needs a system that can fork.

    `prepare` is called once in each process, before the first story.
    """
    names = story_names(stories)
    count = processes or os.cpu_count() or 1
    with Workers(count, prepare) as pool:
        running = [
            pool.submit(sweep_story, story, name, choice)
            for name, story in zip(names, stories, strict=True)
            if choice.name is None or choice.name.partition("/")[0] == name
        ]
        for done in as_completed(running):
            yield done.result()


def story_names(stories: Sequence[Story]) -> list[str]:
    """Return the name of each story in cases: its file's, and its number among its examples."""
    stems = [Path(story.file).name.partition(".")[0] for story in stories]
    totals, seen = Counter(stems), Counter[str]()
    names = []
    for stem in stems:
        seen[stem] += 1
        names.append(stem if totals[stem] == 1 else f"{stem}.{seen[stem]}")
    return names


def sweep_story(story: Story, name: str, choice: Choice) -> StorySweep:
    """Sweep one story in this process, which must have one thread."""
    try:
        plays = play_all(story, name, choice)
    except Exception as error:  # noqa: BLE001 # whatever a story cannot be played by is its result
        trouble = f"cannot be played undisturbed: {type(error).__name__}: {error}"
        own_fault = any(isinstance(placed.step, Fault) for placed in story.steps)
        return StorySweep(name, story, (), Counter(), trouble, own_fault)
    results = []
    for case, ending, seconds in plays.disturbed:
        expected = plays.undisturbed.get(case.setting) or next(iter(plays.undisturbed.values()))
        wrong = tuple(_judge(case, expected, ending))
        results.append(CaseResult(case, wrong, seconds, ending.at_step, _count(ending)))
    return StorySweep(name, story, tuple(results), plays.calls)


def _judge(case: Case, expected: Ending, found: Ending) -> Iterator[str]:
    """Yield what is wrong with the ending of a case."""
    if expected.trouble or found.trouble:
        yield found.trouble or f"undisturbed: {expected.trouble}"
        return
    twice = case.name.count("served-twice")
    if _count(found) > twice:
        yield f"{_count(found)} doubles, where {twice} calls were served twice"
    for company, state in expected.books.items():
        doubles = found.doubles.get(company, ())
        for sentence in _differences(case, state, found.books[company], doubles):
            yield f"{company}: {sentence}"


def _count(ending: Ending) -> int:
    return ending.deleted + sum(map(len, ending.doubles.values()))


def _differences(
    case: Case, expected: BooksState, found: BooksState, doubles: Sequence[Sequence[int]]
) -> Iterator[str]:
    """Yield in what a company's books differ from what they should be.

    For each call that the service served twice the books may hold a double that the coupling names.
    """
    if "served-twice" in case.name:
        yield from differences_but_doubles(expected, found, doubles)
    else:
        yield from differences(expected, found)
