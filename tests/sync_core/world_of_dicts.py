"""A world of plain dicts for the core: performs effects in memory, and fails them on demand."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Any

from sync_core import effects
from sync_core.bookings import BookedMutation, LedgerAccount, Mutation, Relation
from sync_core.documents import DocumentKey
from sync_core.effects import Done, MaybeDone, Sent, Steps
from sync_core.journal import Posting, mark_hash


class Killed(Exception):
    """The process died at an effect."""


@dataclass
class WorldOfDicts:
    """`sends` scripts what becomes of each send, in order; after it, all go well.

    `die_before` and `die_after` name the effects (counted from 0) around which the process dies.
    """

    now: datetime = datetime(2017, 10, 19, 9, tzinfo=UTC)
    sends: list[Callable[["WorldOfDicts", Mutation], Sent]] = field(default_factory=list)
    held: list[BookedMutation] = field(default_factory=list)
    seen: list[BookedMutation] = field(default_factory=list)
    accounts: dict[str, LedgerAccount] = field(default_factory=dict)
    relations: dict[str, Relation] = field(default_factory=dict)
    bindings: dict[DocumentKey, effects.Binding] = field(default_factory=dict)
    named: dict[str, str] = field(default_factory=dict)
    journal: dict[int, Posting] = field(default_factory=dict)
    performed: list[effects.Effect[Any]] = field(default_factory=list)
    next_number: int = 245
    die_before: int | None = None
    die_after: int | None = None

    def perform(self, steps: Steps[Any]) -> Any:
        outcome: Any = None
        while True:
            try:
                effect = steps.send(outcome)
            except StopIteration as end:
                return end.value
            place = len(self.performed)
            self.performed.append(effect)
            if place == self.die_before:
                raise Killed
            outcome = getattr(self, f"_{type(effect).__name__}")(effect)
            if place == self.die_after:
                raise Killed

    def advance(self, duration: timedelta) -> None:
        self.now += duration

    def postings(self) -> list[Posting]:
        return list(self.journal.values())

    def book(self, mutation: Mutation) -> int:
        self.held.append(BookedMutation(self.next_number, mutation))
        self.next_number += 1
        return self.next_number - 1

    def _Now(self, effect: effects.Now) -> datetime:
        return self.now

    def _Postings(self, effect: effects.Postings) -> list[Posting]:
        return [each for each in self.journal.values() if each.document == effect.document]

    def _Save(self, effect: effects.Save) -> Posting:
        posting = effect.posting
        if posting.id is None:
            posting = replace(posting, id=len(self.journal) + 1)
        assert posting.id is not None
        self.journal[posting.id] = posting
        return posting

    def _Note(self, effect: effects.Note) -> Posting:
        return self._Save(effects.Save(effect.posting))

    def _NumberUsedBy(self, effect: effects.NumberUsedBy) -> Posting | None:
        ours = effect.posting
        assert ours.mutation is not None
        for each in self.journal.values():
            is_another = each.document != ours.document and each.state == "booked"
            number = each.mutation.invoice_number if each.mutation else None
            if is_another and number == ours.mutation.invoice_number:
                return each
        return None

    def _Taken(self, effect: effects.Taken) -> frozenset[int]:
        others = [each for each in self.journal.values() if each.id != effect.besides.id]
        return frozenset(each.number for each in others if each.number in effect.numbers)

    def _HighestNumber(self, effect: effects.HighestNumber) -> int:
        return max((each.number for each in self.held), default=self.next_number - 1)

    def _LastNumber(self, effect: effects.LastNumber) -> int:
        return max((each.number for each in self.held), default=0)

    def _Window(self, effect: effects.Window) -> list[BookedMutation]:
        assert effect.last - effect.first < 500
        return [each for each in self.held if effect.first <= each.number <= effect.last]

    def _HeldByMark(self, effect: effects.HeldByMark) -> list[BookedMutation]:
        return [e for e in self.seen if mark_hash(e.mutation.reference) == effect.mark_hash]

    def _HeldByInvoiceNumber(self, effect: effects.HeldByInvoiceNumber) -> list[BookedMutation]:
        return [e for e in self.seen if e.mutation.invoice_number == effect.invoice_number]

    def _HoldLease(self, effect: effects.HoldLease) -> None:
        return None

    def _Send(self, effect: effects.Send) -> Sent:
        if self.sends:
            return self.sends.pop(0)(self, effect.mutation)
        return Done(self.book(effect.mutation))

    def _LedgerAccounts(self, effect: effects.LedgerAccounts) -> dict[str, LedgerAccount]:
        return self.accounts

    def _NameWeGave(self, effect: effects.NameWeGave) -> str | None:
        return self.named.get(effect.code)

    def _AddLedgerAccount(self, effect: effects.AddLedgerAccount) -> Sent:
        if self.sends:
            return self.sends.pop(0)(self, None)  # type: ignore[arg-type]
        return self._ChangeLedgerAccount(effects.ChangeLedgerAccount(effect.account))

    def _ChangeLedgerAccount(self, effect: effects.ChangeLedgerAccount) -> Sent:
        self.accounts[effect.account.code] = effect.account
        self.named[effect.account.code] = effect.account.name
        return Done(1)

    def _BindingOf(self, effect: effects.BindingOf) -> effects.Binding | None:
        return self.bindings.get(effect.partner)

    def _SaveBinding(self, effect: effects.SaveBinding) -> None:
        self.bindings[effect.binding.partner] = effect.binding

    def _ClaimedBy(self, effect: effects.ClaimedBy) -> DocumentKey | None:
        return next((k for k, b in self.bindings.items() if b.code == effect.code), None)

    def _RelationWithCode(self, effect: effects.RelationWithCode) -> Relation | None:
        return self.relations.get(effect.code)

    def _RelationsWithVatNumber(self, effect: effects.RelationsWithVatNumber) -> list[Relation]:
        return [r for r in self.relations.values() if r.vat_number == effect.vat_number]

    def _AddRelation(self, effect: effects.AddRelation) -> Sent:
        if self.sends:
            return self.sends.pop(0)(self, None)  # type: ignore[arg-type]
        if effect.relation.code in self.relations:
            return effects.SaidNo("CREL001", "code in use")
        self.relations[effect.relation.code] = replace(effect.relation, id=len(self.relations) + 1)
        return Done(len(self.relations))

    def _ChangeRelation(self, effect: effects.ChangeRelation) -> Sent:
        self.relations[effect.relation.code] = effect.relation
        return Done(effect.relation.id)


def lost_before(world: WorldOfDicts, mutation: Mutation) -> Sent:
    """The call never reached the books, and nobody knows."""
    return MaybeDone("time-out")


def lost_after(world: WorldOfDicts, mutation: Mutation) -> Sent:
    """The books took the call, and the answer was lost."""
    world.book(mutation)
    return MaybeDone("answer lost")


def taken_twice(world: WorldOfDicts, mutation: Mutation) -> Sent:
    """The service served the call twice, and the answer was lost."""
    world.book(mutation)
    return lost_after(world, mutation)
