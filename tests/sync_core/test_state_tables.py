"""The tables of states: nothing moves but along them, and every way is exercised."""

from dataclasses import replace
from datetime import UTC, datetime
from itertools import product

import pytest

from sync_core import journal, link
from sync_core.failures import LinkRefused
from sync_core.journal import NotInTheTable, PostingState, begin
from sync_core.link import Link, LinkOptions, LinkState
from tests.sync_core.examples import key

AT = datetime(2017, 10, 19, tzinfo=UTC)


def posting_in(state: PostingState) -> journal.Posting:
    posting = begin(
        PostingState.PLANNED,
        books="books",
        document=key(),
        part="invoice",
        revision=0,
        label="F/2017/0001",
        at=AT,
    )
    return replace(posting, state=state)


@pytest.mark.parametrize(("before", "after"), list(product(PostingState, PostingState)))
def test_a_posting_moves_along_its_table_and_nowhere_else(
    before: PostingState, after: PostingState
) -> None:
    posting = posting_in(before)
    if (before, after) in journal.TRANSITIONS:
        assert posting.moved(after, AT).state is after
    else:
        with pytest.raises(NotInTheTable, match=f"is {before} and cannot become {after}"):
            posting.moved(after, AT)


@pytest.mark.parametrize("state", [s for s in PostingState if s not in journal.BEGINNINGS])
def test_a_posting_begins_planned_or_waiting(state: PostingState) -> None:
    with pytest.raises(NotInTheTable):
        begin(state, books="b", document=key(), part="p", revision=0, label="l", at=AT)


@pytest.mark.parametrize(("before", "after"), list(product(LinkState, LinkState)))
def test_a_link_moves_along_its_table_and_nowhere_else(before: LinkState, after: LinkState) -> None:
    there = Link(1, "mycompany", 1, "books", "Demo BV", before, LinkOptions())
    if (before, after) in link.TRANSITIONS:
        assert there.moved(after).state is after
    else:
        with pytest.raises(LinkRefused, match=f"is {before} and cannot become {after}"):
            there.moved(after)


def test_every_state_can_be_reached_from_a_beginning() -> None:
    reached = set(journal.BEGINNINGS)
    while more := {b for a, b in journal.TRANSITIONS if a in reached} - reached:
        reached |= more
    assert reached == set(PostingState)


def test_a_mark_fits_and_is_found_again() -> None:
    mark = journal.mark(key(), "invoice", 0, "F" * 80)
    assert len(mark) == 50
    assert journal.mark_hash(mark) == mark[-12:]
    assert journal.mark_hash("factuur van Jan #1") is None
    assert journal.mark_hash("") is None


def test_marks_differ_by_document_part_and_revision() -> None:
    marks = {
        journal.mark(document, part, revision, "F/2017/0001")
        for document in (key(), key(record=2), key("pos.order"))
        for part in ("invoice", "journal:8")
        for revision in (0, 1)
    }
    assert len(marks) == 12
