"""What the core asks of the world, and what it hears back.

The core is written as generators: each yields an effect and is sent its outcome. Whoever drives
it performs the effects with real adapters (`sync_core.coupling`), or fails them one by one, in
tests. Effects and outcomes are plain values.
"""

from collections.abc import Generator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Generic, TypeVar

from sync_core.bookings import BookedMutation, LedgerAccount, Mutation, Relation
from sync_core.documents import DocumentKey
from sync_core.journal import Posting

Outcome = TypeVar("Outcome")
Result = TypeVar("Result")


class Effect(Generic[Outcome]):
    """Something that the world must do or tell; its type parameter is what comes back."""


Steps = Generator[Effect[Any], Any, Result]
"""A piece of the core at work: yields effects, is sent outcomes, returns its result."""


def ask(effect: Effect[Outcome]) -> Steps[Outcome]:
    """Yield one effect and return its outcome, with its type."""
    outcome: Outcome = yield effect
    return outcome


class TryLater(Exception):
    """Nothing was decided, since a side gave no answer: look at the document again next round."""


# What a send or a change in the books can come to.


@dataclass(frozen=True)
class Done:
    """e-Boekhouden answered; `number` is the mutation's, or the relation's key."""

    number: int


@dataclass(frozen=True)
class SaidNo:
    """e-Boekhouden read it and refused it: nothing was done."""

    code: str
    description: str


@dataclass(frozen=True)
class NotDone:
    """Surely not done; `again` tells whether trying again at once can help."""

    why: str
    again: bool


@dataclass(frozen=True)
class MaybeDone:
    """It went out and no usable answer came: done or not."""

    why: str


Sent = Done | SaidNo | NotDone | MaybeDone


# The journal.


@dataclass(frozen=True)
class Now(Effect[datetime]):
    """What time is it, in UTC?"""


@dataclass(frozen=True)
class Postings(Effect[Sequence[Posting]]):
    """All postings of a document in the linked books, oldest revision first."""

    document: DocumentKey


@dataclass(frozen=True)
class Save(Effect[Posting]):
    """Make a posting durable before anything else happens; returns it as the journal has it."""

    posting: Posting


@dataclass(frozen=True)
class Note(Effect[Posting]):
    """Keep what is known by now of a posting whose state stays as it is; returns it."""

    posting: Posting


@dataclass(frozen=True)
class Taken(Effect[frozenset[int]]):
    """Which of these mutation numbers belong to other postings than the given one?"""

    numbers: tuple[int, ...]
    besides: Posting


@dataclass(frozen=True)
class NumberUsedBy(Effect[Posting | None]):
    """Which posting of another document has this posting's invoice number in the same books?"""

    posting: Posting


# The books.


@dataclass(frozen=True)
class HighestNumber(Effect[int]):
    """The highest mutation number that the books are known to hold."""


@dataclass(frozen=True)
class LastNumber(Effect[int]):
    """The books' last mutation number as of now, by one unfiltered look on the wire."""


@dataclass(frozen=True)
class Window(Effect[Sequence[BookedMutation]]):
    """The mutations numbered `first` to `last`, both included; a window is at most 500 wide."""

    first: int
    last: int


@dataclass(frozen=True)
class HeldByMark(Effect[Sequence[BookedMutation]]):
    """The mutations seen in the books that carry the mark with this hash."""

    mark_hash: str


@dataclass(frozen=True)
class HeldByInvoiceNumber(Effect[Sequence[BookedMutation]]):
    """The mutations seen in the books that carry this invoice number."""

    invoice_number: str


@dataclass(frozen=True)
class HoldLease(Effect[None]):
    """Make sure that we alone post to these books for longer than a call may take."""


@dataclass(frozen=True)
class Send(Effect[Sent]):
    """Send a mutation to the books."""

    mutation: Mutation


@dataclass(frozen=True)
class LedgerAccounts(Effect[Mapping[str, LedgerAccount]]):
    """The ledger accounts of the books, by code; `fresh` reads them from the wire."""

    fresh: bool = False


@dataclass(frozen=True)
class NameWeGave(Effect[str | None]):
    """The name that the coupling last gave to this ledger account; None if it did not add it."""

    code: str


@dataclass(frozen=True)
class AddLedgerAccount(Effect[Sent]):
    """Add a ledger account to the books."""

    account: LedgerAccount


@dataclass(frozen=True)
class ChangeLedgerAccount(Effect[Sent]):
    """Change the name of a ledger account that the coupling added."""

    account: LedgerAccount


# Relations.


@dataclass(frozen=True)
class Binding:
    """Which relation of the books stands for a partner.

    `written` is what the coupling last wrote; None while nothing is known to be written.
    """

    partner: DocumentKey
    code: str
    written: Relation | None


@dataclass(frozen=True)
class BindingOf(Effect[Binding | None]):
    """The binding of a partner, None when it never had one."""

    partner: DocumentKey


@dataclass(frozen=True)
class SaveBinding(Effect[None]):
    """Make a binding durable."""

    binding: Binding


@dataclass(frozen=True)
class ClaimedBy(Effect[DocumentKey | None]):
    """Which partner has this relation code, if any?"""

    code: str


@dataclass(frozen=True)
class RelationWithCode(Effect[Relation | None]):
    """The relation of the books with this code."""

    code: str


@dataclass(frozen=True)
class RelationsWithVatNumber(Effect[Sequence[Relation]]):
    """The relations of the books with this VAT number."""

    vat_number: str


@dataclass(frozen=True)
class AddRelation(Effect[Sent]):
    """Add a relation to the books."""

    relation: Relation


@dataclass(frozen=True)
class ChangeRelation(Effect[Sent]):
    """Change a relation of the books; `relation.id` is the service's key."""

    relation: Relation
