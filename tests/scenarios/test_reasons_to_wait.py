"""For each reason to wait a story: what is read, what is done, and that it then goes in."""

from collections.abc import Iterator, Sequence

import pytest

from scenarios.language.reading import LIBRARY, read_all
from scenarios.language.steps import Expect
from scenarios.language.story import Story
from scenarios.playing.runner import run
from sync_core.attention import Attention
from sync_core.coupling import Coupling
from sync_core.messages import CATALOGUE

WITHOUT_A_STORY = {
    "account-refused": "the books refuse a ledger account only for what is checked before sending",
    "date-out-of-range": "Odoo opens no invoice outside its fiscal years",
    "journal-unmapped": "a till of Odoo has journals for cash and bank only",
    "line-without-account": "every line of a story names its account",
    "payments-differ": "a till of Odoo closes no receipt that is not paid in full",
    "relation-refused": "the books refuse a relation only for what is checked before sending",
    "totals-differ": "Odoo's totals are the sums of its lines",
}
"""Reasons that no story can bring about, and why; `tests/sync_core/test_mapper.py` has them."""


def stories() -> Iterator[Story]:
    for story in read_all([LIBRARY]):
        expected = [each.step for each in story.steps if isinstance(each.step, Expect)]
        if any(each.needs_attention for each in expected):
            yield story


def test_each_reason_to_wait_is_met_by_a_story_or_says_why_none_can(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    met: set[str] = set()
    whole = Coupling.attention

    def noting(self: Coupling) -> Sequence[Attention]:
        listed = whole(self)
        met.update(each.code for each in listed)
        return listed

    monkeypatch.setattr(Coupling, "attention", noting)
    for story in stories():
        result = run(story)
        assert result.passed, result
    assert set(CATALOGUE) - met == set(WITHOUT_A_STORY)


def test_what_waited_is_gone_at_the_end_of_its_story() -> None:
    left = []
    for story in stories():
        expected = [each.step for each in story.steps if isinstance(each.step, Expect)]
        if not expected[-1].needs_no_attention and not expected[-1].mutations:
            left.append(story.head.title)
    assert left == []
