"""What has been promised and done: postings, and the one table of their states.

A posting is one mutation that a document wants in a set of books. There is one row per (books,
document, part, revision): an invoice has one part, a receipt one for each payment journal;
revision 0 is the first booking, each correction the next. Nothing but `Posting.moved` changes a
posting's state, and it follows the table. How the table keeps the promise of booking once is told
in ARCHITECTURE.md, "Posting once".
"""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from typing import Any, Literal

from sync_core.bookings import Mutation
from sync_core.documents import DocumentKey


class PostingState(StrEnum):
    """Where a posting is on its way into the books."""

    PLANNED = "planned"
    WAITING = "waiting"
    SENDING = "sending"
    BOOKED = "booked"
    REFUSED = "refused"
    UNKNOWN = "unknown"
    DOUBLE = "double"
    SUPERSEDED = "superseded"
    GONE = "gone"
    WITHDRAWN = "withdrawn"


_S = PostingState

BEGINNINGS: Mapping[PostingState, str] = {
    _S.PLANNED: "a mutation was made of the document",
    _S.WAITING: "it cannot be booked faithfully: a person must act first",
}
"""The states in which a posting may begin, and when."""

TRANSITIONS: Mapping[tuple[PostingState, PostingState], str] = {
    (_S.PLANNED, _S.SENDING): "committed before the wire is touched",
    (_S.PLANNED, _S.BOOKED): "the books hold it already: by its mark, or adopted",
    (_S.PLANNED, _S.WAITING): "it can no longer be booked faithfully",
    (_S.PLANNED, _S.WITHDRAWN): "the document no longer wants this booking",
    (_S.WAITING, _S.WITHDRAWN): "the document no longer wants this booking",
    (_S.REFUSED, _S.WITHDRAWN): "the document no longer wants this booking",
    (_S.SENDING, _S.BOOKED): "answered with a number",
    (_S.SENDING, _S.PLANNED): "surely not done: no connection, session expired, quota reached",
    (_S.SENDING, _S.REFUSED): "e-Boekhouden said no: a person must act, nothing is lost",
    (_S.SENDING, _S.UNKNOWN): "the answer was lost, or the process that held it died",
    (_S.UNKNOWN, _S.BOOKED): "found by its mark: the number is adopted",
    (_S.UNKNOWN, _S.PLANNED): "proved absent",
    (_S.UNKNOWN, _S.DOUBLE): "found more than once: audit and attention name the numbers",
    (_S.WAITING, _S.PLANNED): "the cause is gone, or the document changed",
    (_S.REFUSED, _S.PLANNED): "the cause is gone, or the document changed",
    (_S.REFUSED, _S.WAITING): "the document changed and cannot be booked faithfully",
    (_S.BOOKED, _S.SUPERSEDED): "a later revision is booked",
    (_S.BOOKED, _S.DOUBLE): "audit found it more than once",
    (_S.BOOKED, _S.GONE): "a bookkeeper deleted it: not silently made again",
    (_S.DOUBLE, _S.BOOKED): "a person deleted all but one, and the audit found that one",
    (_S.GONE, _S.PLANNED): "by the command `repost` alone, or a person booked it again",
}
"""Every way from one state to another, and when it is taken."""

IN_THE_BOOKS = frozenset({_S.BOOKED, _S.SUPERSEDED})
"""States in which the mutation counts towards what the books hold of the document."""

MAY_BE_IN_THE_BOOKS = IN_THE_BOOKS | {_S.SENDING, _S.UNKNOWN, _S.DOUBLE, _S.GONE}
"""States in which something is, was, or may be in the books."""

WAITS = frozenset({_S.WAITING, _S.REFUSED})
"""States in which a person must act first."""

OPEN = frozenset({_S.PLANNED, _S.WAITING, _S.SENDING, _S.REFUSED, _S.UNKNOWN})
"""States from which the coupling itself goes on."""


class NotInTheTable(Exception):
    """A change of state that the table does not have: a defect of the coupling."""


@dataclass(frozen=True)
class Reason:
    """Why a posting waits: a code of the catalogue in `sync_core.messages`, and its details."""

    code: str
    details: Mapping[str, str] = field(default_factory=dict)


DocumentKind = Literal["invoice", "credit note", "receipt", "cash move"]


@dataclass(frozen=True)
class Facts:
    """What a person reads of a document beside its number; `total` in euros, with tax.

    `content` is a fingerprint of what the booking of this part follows from, whatever the link's
    settings; "" where it was not kept, and while a change is not wholly in the books yet.
    """

    kind: DocumentKind
    partner: str
    day: date | None
    total: Decimal
    content: str = ""


AnswerKind = Literal["booked by me", "leave out", "try again"]


@dataclass(frozen=True)
class Answer:
    """What a person said about a posting that waited.

    `wanted` is a fingerprint of what the document wanted then: the answer holds until that
    changes. `note` is why, or how.
    """

    kind: AnswerKind
    note: str
    at: datetime
    wanted: str


@dataclass(frozen=True)
class Posting:
    """One mutation that a document wants in the books.

    `mutation` is None while it waits without one. `highest_before` is the highest number that the
    books held before the send; looking for an unknown one begins there. `unknown_since`,
    `absences` (how often it was looked for in vain after the settle time) and `looked` (when it was
    looked for last) belong to the state `unknown`. `label` is the document's own number; `numbers`
    are those found when it is double. `waiting_since` is when it began to wait for a person,
    however often it was tried since; `wanted` a fingerprint of what the document wanted when it
    was last followed.
    """

    books: str
    document: DocumentKey
    part: str
    revision: int
    state: PostingState
    mutation: Mutation | None
    label: str
    changed: datetime
    reason: Reason | None = None
    number: int | None = None
    numbers: tuple[int, ...] = ()
    highest_before: int = 0
    unknown_since: datetime | None = None
    absences: int = 0
    looked: datetime | None = None
    attempts: int = 0
    waiting_since: datetime | None = None
    wanted: str = ""
    answer: Answer | None = None
    facts: Facts | None = None
    id: int | None = None

    def moved(self, to: PostingState, at: datetime, **changes: Any) -> "Posting":
        """Return the posting in another state; raises NotInTheTable where there is no such way."""
        if (self.state, to) not in TRANSITIONS:
            raise NotInTheTable(
                f"posting {self.label} ({self.part}, revision {self.revision}) is {self.state} "
                f"and cannot become {to}"
            )
        due: dict[str, Any] = {}
        if to is not _S.UNKNOWN:
            due |= {"unknown_since": None, "absences": 0, "looked": None}
        if to in WAITS:
            due["waiting_since"] = self.waiting_since or at
        else:
            due["reason"] = None
        if to in IN_THE_BOOKS or to is _S.WITHDRAWN:
            due["waiting_since"] = None
        return replace(self, state=to, changed=at, **(due | changes))


def is_unchanged(postings: Sequence[Posting], content: str) -> bool:
    """Tell whether the shop still says of a part what it said when that came to stand in the books.

    `postings` are those of the part, by revision; `content` is what the shop says now. Nothing is
    to be corrected then: other settings of the link do not undo what was booked under the old ones.
    """
    if not any(each.state in IN_THE_BOOKS for each in postings):
        return False
    last = postings[-1]
    is_settled = last.state in IN_THE_BOOKS or last.state is _S.WITHDRAWN
    return is_settled and bool(content) and last.facts is not None and last.facts.content == content


def begin(
    state: PostingState,
    *,
    books: str,
    document: DocumentKey,
    part: str,
    revision: int,
    label: str,
    at: datetime,
    mutation: Mutation | None = None,
    reason: Reason | None = None,
) -> Posting:
    """Return a new posting; raises NotInTheTable for a state in which none begins."""
    if state not in BEGINNINGS:
        raise NotInTheTable(f"a posting cannot begin as {state}")
    return Posting(
        books=books,
        document=document,
        part=part,
        revision=revision,
        state=state,
        mutation=mutation,
        label=label,
        changed=at,
        reason=reason,
        waiting_since=at if state in WAITS else None,
    )


def fingerprint(wanted: object) -> str:
    """Return a short text that changes whenever what is wanted, or what it follows from, does."""
    return hashlib.sha256(repr(wanted).encode()).hexdigest()[:16]


def mark(document: DocumentKey, part: str, revision: int, label: str) -> str:
    """Return what recovery looks for: the document's number and a short hash of its identity.

    It fits in the service's `Boekstuk` (50 characters): a longer number is cut, the hash never.
    """
    identity = "\0".join(
        (
            document.database,
            str(document.company),
            document.model,
            str(document.id),
            document.created.isoformat(),
            part,
            str(revision),
        )
    )
    short = hashlib.sha256(identity.encode()).hexdigest()[:12]
    return f"{label[:36]} #{short}"


def mark_hash(reference: str) -> str | None:
    """Return the hash of a mark that somebody's `Boekstuk` holds, None when it holds none."""
    label, separator, short = reference.rpartition(" #")
    is_hash = len(short) == 12 and all(letter in "0123456789abcdef" for letter in short)
    return short if separator and label and is_hash else None
