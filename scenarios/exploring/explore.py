"""Looks for a history that ends with other books than it should: made up, judged, shrunk.

Each process makes up histories of its own from the seed, batch after batch. Hypothesis makes them
up; a history that reached something new is kept, and later ones are made by changing it, so that
the search goes where it has not been. What was kept does not depend on time, so that the same seed
gives the same histories, on a slow machine only fewer of them.
"""

import time
from collections.abc import Callable, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, wait
from contextlib import suppress
from dataclasses import dataclass, field, replace

import hypothesis
from hypothesis import HealthCheck, Phase

from scenarios.exploring.coverage import Reached, pairs_of_steps, watching
from scenarios.exploring.histories import history
from scenarios.exploring.shrinking import shrink
from scenarios.exploring.so_far import Act
from scenarios.language.story import Story
from scenarios.playing.results import StoryResult
from scenarios.playing.runner import run
from scenarios.playing.workers import Workers
from scenarios.strategies import happenings

BATCH = 25
"""How many histories are made up before what was reached steers the next."""

SHRINK_SECONDS = 30.0
"""How long a failing history may be shrunk."""

ROUND_SECONDS = 1.0
"""How often progress is told."""

Clock = Callable[[], float]
"""Counts seconds: all that pass, or those that the process worked."""

PROCESSES_PER_SEED = 1_000
BATCHES_PER_PROCESS = 1_000_000


@dataclass
class Found:
    """What came of exploring: how many histories, what they reached, and what failed."""

    histories: int = 0
    seconds: float = 0.0
    """The time that all processes together spent on making up and judging histories."""
    covered: set[Reached] = field(default_factory=set)
    acts: Sequence[Act] = ()
    story: Story | None = None
    result: StoryResult | None = None
    seconds_to_failure: float | None = None
    """After how many seconds of exploring it failed, before it was shrunk."""
    seconds_to_shrink: float = 0.0

    def add(self, other: "Found") -> None:
        """Take over what another one counted; the first failure stays."""
        self.histories += other.histories
        self.seconds += other.seconds
        self.covered |= other.covered
        if self.story is None and other.story is not None:
            self.acts, self.story, self.result = other.acts, other.story, other.result
            self.seconds_to_failure = other.seconds_to_failure
            self.seconds_to_shrink = other.seconds_to_shrink


@dataclass(frozen=True)
class Search:
    """How far the search of one process has come: its next batch depends on nothing else."""

    seed: int
    process: int = 0
    batch: int = 0
    known: tuple[tuple[Act, ...], ...] = ()
    """The acts of histories that reached something new."""
    covered: frozenset[Reached] = frozenset()

    @property
    def batch_seed(self) -> int:
        """The seed of the next batch."""
        process = self.seed * PROCESSES_PER_SEED + self.process
        return process * BATCHES_PER_PROCESS + self.batch


def explore(
    seconds: float, seed: int, processes: int, tell: Callable[[Found], None] = lambda _: None
) -> Found:
    """Make up and judge histories for so long, or until one fails; `tell` hears of progress."""
    if processes == 1:
        return explore_here(seconds, seed, tell)
    begun = time.monotonic()
    found = Found()
    with Workers(processes) as pool:
        waiting = [Search(seed, process) for process in range(processes)]
        running: set[Future[tuple[Found, Search]]] = set()
        while True:
            left = seconds - (time.monotonic() - begun)
            if found.story is None and left > 0:
                running |= {pool.submit(explore_batch, search, left) for search in waiting}
                waiting = []
            if not running:
                return found
            done, running = wait(running, timeout=ROUND_SECONDS, return_when=FIRST_COMPLETED)
            for one in done:
                batch, search = one.result()
                if batch.story is not None and batch.seconds_to_failure is not None:
                    batch.seconds_to_failure = time.monotonic() - begun - batch.seconds_to_shrink
                found.add(batch)
                waiting.append(search)
            tell(found)


def explore_here(
    seconds: float,
    seed: int,
    tell: Callable[[Found], None] = lambda _: None,
    clock: Clock = time.monotonic,
) -> Found:
    """Explore in this process alone, as the first of several would; `clock` counts the seconds."""
    begun = clock()
    found = Found()
    search = Search(seed)
    while found.story is None and (left := seconds - (clock() - begun)) > 0:
        batch, search = explore_batch(search, left, clock)
        found.add(batch)
        tell(found)
    if found.story is not None:
        found.seconds_to_failure = clock() - begun - found.seconds_to_shrink
    return found


def explore_batch(
    search: Search, seconds: float, clock: Clock = time.monotonic
) -> tuple[Found, Search]:
    """Make up and judge the next histories of a search; return what came of it, and what follows.

    It ends early when a history fails, which is shrunk then, or after so many seconds.
    """
    begun = clock()
    found = Found()
    covered = set(search.covered)
    known = list(search.known)

    @hypothesis.seed(search.batch_seed)
    @hypothesis.settings(
        max_examples=BATCH,
        database=None,
        deadline=None,
        suppress_health_check=list(HealthCheck),
        phases=[Phase.generate],
    )
    @hypothesis.given(happenings(search.known))
    def judge(acts: list[Act]) -> None:
        if clock() - begun > seconds:
            raise _Enough
        story = history(acts)
        with watching() as reached:
            result = run(story)
        reached |= pairs_of_steps(story)
        found.histories += 1
        if not result.passed:
            found.acts, found.story, found.result = acts, story, result
            raise _Enough
        if reached - covered:
            known.append(tuple(acts))
            covered.update(reached)

    with suppress(_Enough):
        judge()
    found.covered = covered
    found.seconds = clock() - begun
    if found.story is not None:
        found.seconds_to_failure = found.seconds
        _shrink(found, clock)
    return found, replace(
        search, batch=search.batch + 1, known=tuple(known), covered=frozenset(covered)
    )


class _Enough(BaseException):
    """There is nothing more to do; no failure, so hypothesis lets it through at once."""


def _shrink(found: Found, clock: Clock) -> None:
    """Make the failing history small, as far as the time allows."""
    begun = clock()

    def fails(acts: Sequence[Act]) -> bool:
        if clock() - begun > SHRINK_SECONDS:
            raise _Enough
        story = history(acts)
        result = run(story)
        if not result.passed:
            found.acts, found.story, found.result = acts, story, result
        return not result.passed

    with suppress(_Enough):
        shrink(found.acts, fails)
    found.seconds_to_shrink = clock() - begun
