"""Performs the core's effects for one link, with the real adapters and the store."""

from collections import Counter
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any, TypeVar

from sync_core import effects
from sync_core.adapters.eboekhouden import Eboekhouden
from sync_core.adapters.store import Store
from sync_core.booking_dates import booking_day
from sync_core.bookings import BookedMutation, LedgerAccount
from sync_core.effects import Done, NotDone, Sent, Steps
from sync_core.failures import LeaseLost, NeedsPerson
from sync_core.journal import Posting, PostingState
from sync_core.link import Link
from sync_core.logs import Log, described, silent
from sync_core.quota import may_look, month
from sync_core.recovery import WINDOW

Result = TypeVar("Result")

LEASE = timedelta(seconds=60)
"""How long the right to post lasts; longer than a call may take (`sync_core.wires`)."""


class World:
    """The world that the core sees during one round of one link.

    `moves` counts the postings that came to each state in this round. `stopped` is what makes
    going on with the link pointless (refused codes), noted when a send met it.
    """

    def __init__(
        self,
        store: Store,
        books: Eboekhouden,
        link: Link,
        owner: str,
        now: Callable[[], datetime],
        log: Log = silent,
    ) -> None:
        self.moves: Counter[str] = Counter()
        self.stopped: NeedsPerson | None = None
        self._store = store
        self._books = books
        self._link = link
        self._owner = owner
        self._now = now
        self._log = log
        self._numbers: tuple[int, int] | None = None
        self._lease_until = datetime.min.replace(tzinfo=UTC)
        self._calls: Counter[str] = Counter()
        self._has_looked = False
        self._accounts: Mapping[str, LedgerAccount] | None = None
        self._performers: Mapping[type[effects.Effect[Any]], Callable[[Any], Any]] = {
            effects.Now: lambda _: now(),
            effects.Postings: lambda e: store.postings(link.books, e.document),
            effects.Save: self._save,
            effects.Taken: lambda e: store.taken(e.numbers, e.besides),
            effects.NumberUsedBy: lambda e: store.number_used_by(e.posting),
            effects.Note: lambda e: store.save_posting(e.posting),
            effects.HighestNumber: lambda _: self._highest_number(),
            effects.LastNumber: lambda _: self.last_number(),
            effects.Window: lambda e: self.window(e.first, e.last),
            effects.HeldByMark: self._held_by_mark,
            effects.HeldByInvoiceNumber: lambda e: store.held_by_invoice_number(
                link.books, e.invoice_number
            ),
            effects.HoldLease: lambda _: self.hold_lease(),
            effects.Send: self._send,
            effects.LedgerAccounts: lambda e: self.ledger_accounts(e.fresh),
            effects.NameWeGave: lambda e: store.name_we_gave(link.books, e.code),
            effects.AddLedgerAccount: lambda e: self._name_account(
                e.account, self._write("AddGrootboekrekening", books.add_ledger_account, e.account)
            ),
            effects.ChangeLedgerAccount: lambda e: self._name_account(
                e.account,
                self._write("UpdateGrootboekrekening", books.change_ledger_account, e.account),
            ),
            effects.BindingOf: lambda e: store.binding(link.books, e.partner),
            effects.SaveBinding: lambda e: store.save_binding(link.books, e.binding),
            effects.ClaimedBy: lambda e: store.claimed_by(link.books, e.code),
            effects.RelationWithCode: lambda e: books.relation(e.code),
            effects.RelationsWithVatNumber: lambda e: books.relations_with_vat_number(e.vat_number),
            effects.AddRelation: lambda e: self._write(
                "AddRelatie",
                lambda relation: books.add_relation(relation, booking_day(now())),
                e.relation,
            ),
            effects.ChangeRelation: lambda e: self._write(
                "UpdateRelatie", books.change_relation, e.relation
            ),
        }

    def perform(self, steps: Steps[Result]) -> Result:
        """Drive a piece of the core to its end and return its result.

        What an effect raises goes to the caller; what was saved before it stays.
        """
        outcome: Any = None
        while True:
            try:
                effect = steps.send(outcome)
            except StopIteration as end:
                result: Result = end.value
                return result
            outcome = self._performers[type(effect)](effect)
            if self._log is not silent:
                self._log(type(effect).__name__, **described(effect, outcome))

    def hold_lease(self) -> None:
        """Take or renew the right to post to these books; raises LeaseLost."""
        now = self._now()
        if self._lease_until - now > LEASE / 2:
            return
        if not self._store.take_lease(self._link.books, self._owner, now, LEASE):
            raise LeaseLost(
                f"another process is posting to {self._link.books_name}; this one waits its turn"
            )
        self._lease_until = now + LEASE

    def ledger_accounts(self, fresh: bool = False) -> Mapping[str, LedgerAccount]:
        """Return the ledger accounts of the books by code; `fresh` reads them from the wire."""
        if fresh or self._accounts is None:
            known = {} if fresh else self._store.ledger_accounts(self._link.books)
            if not known:
                self._count("GetGrootboekrekeningen")
                self._store.note_ledger_accounts(self._link.books, self._books.ledger_accounts())
                known = dict(self._store.ledger_accounts(self._link.books))
            self._accounts = known
        return self._accounts

    def look(self) -> None:
        """See what came into the books since the last look, and which of the newest are gone.

        One unfiltered look, and windows where more than the last 500 came.
        """
        _, seen_to, _ = self._store.books_seen(self._link.books)
        newest = self._last_mutations()
        last = max((each.number for each in newest), default=seen_to)
        oldest = min((each.number for each in newest), default=last)
        if len(newest) >= WINDOW:
            for first in range(seen_to + 1, oldest, WINDOW):
                until = min(first + WINDOW, oldest) - 1
                window = self.window(first, until)
                self._store.note_seen(self._link.books, window, until, self._now())
        seen_again = 1 if len(newest) < WINDOW else oldest
        numbers = [each.number for each in newest]
        self._store.forget_deleted(self._link.books, seen_again, numbers)
        fresh = [each for each in newest if each.number > seen_to]
        self._store.note_seen(self._link.books, fresh, max(last, seen_to), self._now())
        self._has_looked = True
        self._numbers = None

    def keep(self) -> None:
        """Keep what was counted along: the calls made, and the numbers that the service gave."""
        calls, self._calls = self._calls, Counter()
        self._store.note_round(self._link.books, month(self._now()), calls, self._numbers)

    def _save(self, effect: effects.Save) -> Posting:
        if effect.posting.state is not PostingState.UNKNOWN or effect.posting.looked is None:
            self.moves[effect.posting.state.value] += 1
        return self._store.save_posting(effect.posting)

    def _highest_number(self) -> int:
        if self._numbers is None:
            self._numbers = self._store.books_seen(self._link.books)[:2]
        return self._numbers[0]

    def _count_along(self, number: int) -> None:
        """Note a number that the service gave; right after all that was seen, it is seen too."""
        highest = self._highest_number()
        seen_to = self._numbers[1] if self._numbers else highest
        self._numbers = max(highest, number), number if number == seen_to + 1 else seen_to

    def _held_by_mark(self, effect: effects.HeldByMark) -> Any:
        if not self._has_looked:
            _, _, looked = self._store.books_seen(self._link.books)
            now = self._now()
            used = self._store.calls(self._link.books, month(now), "GetMutaties")
            if may_look(used + self._calls["GetMutaties"], now, looked):
                self.look()
            self._has_looked = True
        return self._store.held_by_mark(self._link.books, effect.mark_hash)

    def _last_mutations(self) -> list[BookedMutation]:
        self._count("GetMutaties")
        return list(self._books.last_mutations())

    def last_number(self) -> int:
        """Return the books' last mutation number, by one unfiltered look."""
        highest = self._highest_number()
        return max((each.number for each in self._last_mutations()), default=highest)

    def window(self, first: int, last: int) -> list[BookedMutation]:
        """Return the mutations numbered `first` to `last`, at most 500 apart."""
        self._count("GetMutaties")
        return list(self._books.mutations_between(first, last))

    def _send(self, effect: effects.Send) -> Sent:
        sent = self._write("AddMutatie", self._books.send, effect.mutation)
        if isinstance(sent, Done):
            self._count_along(sent.number)
        return sent

    def _write(self, operation: str, call: Callable[[Any], Sent], value: Any) -> Sent:
        self._count(operation)
        try:
            return call(value)
        except NeedsPerson as error:
            self.stopped = error
            return NotDone(str(error), again=False)

    def _name_account(self, account: LedgerAccount, sent: Sent) -> Sent:
        if isinstance(sent, Done):
            self._store.note_named_account(self._link.books, account)
            self._accounts = {**self.ledger_accounts(), account.code: account}
        return sent

    def _count(self, operation: str) -> None:
        self._calls[operation] += 1
