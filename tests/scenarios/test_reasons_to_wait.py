"""For each reason to wait a story: what is read, what is done, and that it then goes in."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

import pytest

from scenarios.driving.ours import CouplingDriver
from scenarios.language.reading import LIBRARY, read_all
from scenarios.language.steps import Expect
from scenarios.language.story import Story
from scenarios.playing.runner import run
from sync_core.attention import Attention
from sync_core.coupling import Coupling
from sync_core.journal import IN_THE_BOOKS
from sync_core.messages import CATALOGUE


@dataclass
class Played:
    """What the coupling listed in one story, and what of it no longer waits when it ends.

    A document counts when it is in the books at the end, a ledger account or a customer when it is
    no longer listed.
    """

    story: Story
    listed: list[Attention] = field(default_factory=list)
    ended: set[str] = field(default_factory=set)

    def shown(self) -> set[str]:
        """The codes of the reasons whose sentence an expectation of the story names."""
        expected = [each.step for each in self.story.steps if isinstance(each.step, Expect)]
        texts = [text for step in expected for text in step.needs_attention]
        return {each.code for each in self.listed if any(text in each.why for text in texts)}

    def gone_in(self) -> set[str]:
        """The codes of the reasons for which something waited that then went in."""
        return {each.code for each in self.listed if each.label in self.ended}

    def end(self, coupling: Coupling) -> None:
        """Note what is in the books now of all that ever waited."""
        waiting = {each.label for each in coupling.attention()}
        for each in self.listed:
            postings = coupling._store.labelled(coupling._current(), each.label)
            answers = [posting.answer.kind for posting in postings if posting.answer is not None]
            booked = any(posting.state in IN_THE_BOOKS for posting in postings)
            is_in = booked and "leave out" not in answers
            if each.label not in waiting and is_in == bool(each.facts):
                self.ended.add(each.label)


def stories() -> Iterator[Story]:
    for story in read_all([LIBRARY]):
        expected = [each.step for each in story.steps if isinstance(each.step, Expect)]
        if any(each.needs_attention for each in expected):
            yield story


@pytest.fixture
def played(monkeypatch: pytest.MonkeyPatch) -> Sequence[Played]:
    """All stories of the library in which something waits, as they were played."""
    all_played: list[Played] = []
    whole_attention, whole_close = Coupling.attention, CouplingDriver.close

    def noting(self: Coupling) -> Sequence[Attention]:
        listed = whole_attention(self)
        all_played[-1].listed += listed
        return listed

    def closing(self: CouplingDriver) -> None:
        all_played[-1].end(self.running)
        whole_close(self)

    monkeypatch.setattr(Coupling, "attention", noting)
    monkeypatch.setattr(CouplingDriver, "close", closing)
    for story in stories():
        all_played.append(Played(story))
        result = run(story)
        assert result.passed, result
    return all_played


def test_each_reason_to_wait_has_a_story_that_shows_it_and_goes_in(
    played: Sequence[Played],
) -> None:
    told: defaultdict[str, set[str]] = defaultdict(set)
    for each in played:
        for code in each.shown() & each.gone_in():
            told[code].add(each.story.head.title)

    assert sorted(set(CATALOGUE) - set(told)) == []


def test_what_waited_is_gone_at_the_end_of_its_story() -> None:
    left = []
    for story in stories():
        expected = [each.step for each in story.steps if isinstance(each.step, Expect)]
        if not expected[-1].needs_no_attention and not expected[-1].mutations:
            left.append(story.head.title)
    assert left == []
