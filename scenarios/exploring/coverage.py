"""What a history reached of the coupling: states and changes of state, by watching both tables."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from scenarios.language.story import Story
from sync_core import journal, link


@dataclass(frozen=True)
class Reached:
    """Something that was seen: a change of state, a pair of steps, or a fault in a state."""

    kind: str
    before: str
    after: str


@contextmanager
def watching() -> Iterator[set[Reached]]:
    """Yield a set that fills with the changes of state that happen inside."""
    seen: set[Reached] = set()
    posting_moved, link_moved = journal.Posting.moved, link.Link.moved

    def watch_posting(self: journal.Posting, to: Any, *more: Any, **named: Any) -> journal.Posting:
        moved = posting_moved(self, to, *more, **named)
        seen.add(Reached("posting", self.state, to))
        return moved

    def watch_link(self: link.Link, to: link.LinkState, reason: str = "") -> link.Link:
        moved = link_moved(self, to, reason)
        seen.add(Reached("link", self.state, to))
        return moved

    journal.Posting.moved = watch_posting  # type: ignore[method-assign]
    link.Link.moved = watch_link  # type: ignore[method-assign]
    try:
        yield seen
    finally:
        journal.Posting.moved = posting_moved  # type: ignore[method-assign]
        link.Link.moved = link_moved  # type: ignore[method-assign]


def pairs_of_steps(story: Story) -> set[Reached]:
    """Return which step of a story follows which."""
    words = [placed.step.word for placed in story.steps]
    return {Reached("steps", one, two) for one, two in pairwise(words)}


def told(covered: Iterable[Reached]) -> str:
    """Return how much was reached, in words: of the states and changes of both tables."""
    covered = list(covered)
    changes = [one for one in covered if one.kind in ("posting", "link")]
    states = {(one.kind, state) for one in changes for state in (one.before, one.after)}
    pairs = sum(one.kind == "steps" for one in covered)
    known = len(journal.PostingState) + len(link.LinkState)
    return (
        f"{len(states)} of {known} states, {len(changes)} of "
        f"{len(journal.TRANSITIONS) + len(link.TRANSITIONS)} changes of state "
        f"and {pairs} pairs of steps"
    )


def not_reached(covered: Iterable[Reached]) -> list[str]:
    """Return the changes of state that were not reached, as lines."""
    covered = set(covered)
    return [
        f"{kind}: {before} to {after}"
        for kind, table in (("posting", journal.TRANSITIONS), ("link", link.TRANSITIONS))
        for before, after in table
        if Reached(kind, before, after) not in covered
    ]
