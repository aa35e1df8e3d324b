"""Looks for a history that ends with other books than it should: made up, judged, shrunk.

Each core makes up histories of its own from the seed. Hypothesis steers them towards steps and
changes of state that were not seen yet, and shrinks what fails to the fewest steps.
"""

import time
from collections.abc import Callable, Iterator
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from itertools import pairwise
from multiprocessing import get_context
from typing import Any

import hypothesis
from hypothesis import HealthCheck, Phase

from scenarios.language.story import Story
from scenarios.results import StoryResult
from scenarios.runner import run
from scenarios.strategies import histories
from sync_core import journal, link

BATCH = 200
"""How many histories a batch makes up before it begins anew."""

SHRINK_SECONDS = 45.0
"""How long a failing history may be shrunk."""

ROUND_SECONDS = 2.0
"""How often progress is told."""


@dataclass
class Found:
    """What came of exploring: how many histories, what they covered, and what failed."""

    histories: int = 0
    seconds: float = 0.0
    covered: set[str] = field(default_factory=set)
    story: Story | None = None
    result: StoryResult | None = None
    seconds_to_failure: float | None = None

    def add(self, other: "Found") -> None:
        """Take over what another one counted; the first failure stays."""
        self.histories += other.histories
        self.seconds += other.seconds
        self.covered |= other.covered
        if self.story is None:
            self.story, self.result = other.story, other.result
            self.seconds_to_failure = other.seconds_to_failure

    @property
    def transitions(self) -> int:
        """How many changes of state of postings and links were seen."""
        return sum(one.startswith(("posting", "link")) for one in self.covered)


def transitions_known() -> int:
    """Return how many changes of state the tables of postings and links have."""
    return len(journal.TRANSITIONS) + len(link.TRANSITIONS)


def explore(
    seconds: float, seed: int, processes: int, tell: Callable[[Found], None] = lambda _: None
) -> Found:
    """Make up and judge histories for so long, or until one fails; `tell` hears of progress."""
    begun = time.monotonic()
    found = Found()
    numbers = iter(range(seed * 1_000_000, (seed + 1) * 1_000_000))
    with ProcessPoolExecutor(processes, mp_context=get_context("spawn")) as pool:
        running: set[Future[Found]] = set()
        while (found.story is None and time.monotonic() - begun < seconds) or running:
            left = seconds - (time.monotonic() - begun)
            while found.story is None and left > 0 and len(running) < processes:
                running.add(pool.submit(explore_batch, next(numbers), min(left, ROUND_SECONDS * 5)))
            done, running = wait(running, timeout=ROUND_SECONDS, return_when=FIRST_COMPLETED)
            for one in done:
                found.add(one.result())
            tell(found)
    return found


def explore_batch(seed: int, seconds: float) -> Found:
    """Make up and judge histories from one seed, in this process."""
    begun = time.monotonic()
    found = Found()

    def elapsed() -> float:
        return time.monotonic() - begun

    @hypothesis.seed(seed)
    @hypothesis.settings(
        max_examples=BATCH,
        database=None,
        deadline=None,
        suppress_health_check=list(HealthCheck),
        phases=[Phase.generate, Phase.target, Phase.shrink],
        report_multiple_bugs=False,
        print_blob=False,
    )
    @hypothesis.given(histories())
    def judge(story: Story) -> None:
        # Hypothesis takes failures for one only when they come from one place.
        if fails(story):
            raise _Failed

    def fails(story: Story) -> bool:
        if found.seconds_to_failure is None:
            until = seconds
        else:
            until = found.seconds_to_failure + SHRINK_SECONDS
        if elapsed() > until:
            raise _TimeIsUp
        with _watching(found.covered) as fresh:
            fresh |= {f"steps {one} {two}" for one, two in pairwise(_words(story))}
            result = run(story)
            new = len(fresh - found.covered)
        found.histories += 1
        if result.passed:
            hypothesis.target(float(new), label="not seen yet")
            return False
        if found.seconds_to_failure is None:
            found.seconds_to_failure = elapsed()
        found.story, found.result = story, result
        return True

    # What failed is in `found`, shrunk as far as the time allowed.
    with suppress(_Failed, _TimeIsUp, hypothesis.errors.Flaky):
        judge()
    found.seconds = elapsed()
    return found


class _Failed(AssertionError):
    """A history did not end as it should; says to hypothesis that it may be shrunk."""


class _TimeIsUp(BaseException):
    """There is no more time; no failure, so hypothesis lets it through at once."""


def _words(story: Story) -> list[str]:
    return [placed.step.word for placed in story.steps]


@contextmanager
def _watching(covered: set[str]) -> Iterator[set[str]]:
    """Yield a set that fills with the changes of state inside; it is added to `covered` then."""
    fresh: set[str] = set()
    posting_moved, link_moved = journal.Posting.moved, link.Link.moved

    def watch_posting(self: journal.Posting, to: Any, *more: Any, **named: Any) -> journal.Posting:
        fresh.add(f"posting {self.state} to {to}")
        return posting_moved(self, to, *more, **named)

    def watch_link(self: link.Link, to: link.LinkState, reason: str = "") -> link.Link:
        fresh.add(f"link {self.state} to {to}")
        return link_moved(self, to, reason)

    journal.Posting.moved = watch_posting  # type: ignore[method-assign]
    link.Link.moved = watch_link  # type: ignore[method-assign]
    try:
        yield fresh
    finally:
        journal.Posting.moved = posting_moved  # type: ignore[method-assign]
        link.Link.moved = link_moved  # type: ignore[method-assign]
        covered |= fresh
