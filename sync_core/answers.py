"""What becomes of a posting when a person answers what waits. Pure."""

from dataclasses import replace
from datetime import datetime

from sync_core.failures import NeedsPerson
from sync_core.journal import WAITS, Answer, AnswerKind, Posting, PostingState

_S = PostingState

ANSWERABLE = frozenset({_S.WAITING, _S.REFUSED, _S.UNKNOWN, _S.GONE})
"""States in which a person can say that they booked it themselves."""


class NothingToAnswer(NeedsPerson):
    """The document does not wait for this answer."""


def booked_by_me(posting: Posting, number: int, at: datetime) -> Posting:
    """Return the posting as a person's own mutation `number`; raises NothingToAnswer.

    The answer holds until the document changes; it is then for the person to change.
    """
    if posting.state not in ANSWERABLE:
        raise NothingToAnswer(f"{posting.label} is {posting.state}: there is nothing to answer")
    if posting.state is not _S.UNKNOWN:
        posting = posting.moved(_S.PLANNED, at)
    booked = posting.moved(_S.BOOKED, at, number=number)
    return replace(booked, answer=_answer(posting, "booked by me", f"mutation {number}", at))


def leave_out(posting: Posting, why: str, at: datetime) -> Posting:
    """Return the posting as one that is not to be booked; raises NothingToAnswer.

    The answer holds until the document changes.
    """
    if posting.state not in WAITS:
        raise NothingToAnswer(f"{posting.label} is {posting.state}: it does not wait")
    left_out = posting.moved(_S.WITHDRAWN, at)
    return replace(left_out, answer=_answer(posting, "leave out", why, at))


def try_again(posting: Posting, at: datetime) -> Posting:
    """Return the posting ready for the next round; raises NothingToAnswer."""
    if posting.state not in WAITS:
        raise NothingToAnswer(f"{posting.label} is {posting.state}: it does not wait")
    return replace(posting, answer=_answer(posting, "try again", "", at))


def repost(posting: Posting, at: datetime) -> Posting:
    """Return a posting that a bookkeeper deleted, to be booked again; raises NothingToAnswer."""
    if posting.state is not _S.GONE:
        raise NothingToAnswer(
            f"{posting.label} is {posting.state}; only what was deleted in e-Boekhouden is "
            "posted again"
        )
    return posting.moved(_S.PLANNED, at, number=None)


def _answer(posting: Posting, kind: AnswerKind, note: str, at: datetime) -> Answer:
    return Answer(kind, note, at, posting.wanted)
