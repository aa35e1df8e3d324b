"""The coupling at work: links a shop to books, and keeps the books following the shop.

It reads with the adapters, lets the core decide, and lets `sync_core.world` perform. Everything
here may be cut short at any moment and done again.
"""

import hashlib
import uuid
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime

from sync_core.access import BizzcloudAccess, EboekhoudenAccess
from sync_core.adapters.bizzcloud import Bizzcloud
from sync_core.adapters.eboekhouden import Eboekhouden
from sync_core.adapters.store import Store
from sync_core.answers import NothingToAnswer, booked_by_me, leave_out, repost, try_again
from sync_core.attention import Attention, of_master, of_posting
from sync_core.audit_findings import Audit
from sync_core.auditing import Auditor
from sync_core.booking_dates import booking_day, day_of_linking
from sync_core.documents import Model
from sync_core.failures import (
    BookFromNeeded,
    CouplingError,
    CredentialsRefused,
    LinkRefused,
    NeedsPerson,
)
from sync_core.follower import Follower
from sync_core.journal import Posting, PostingState
from sync_core.link import TRANSITIONS, Link, LinkOptions, LinkState
from sync_core.logs import Log, silent
from sync_core.mapping import LinkMapping, mapping_of
from sync_core.messages import Language
from sync_core.progress import Progress
from sync_core.progress import silent as unseen
from sync_core.quota import month
from sync_core.recovery import settle
from sync_core.wires import Wires
from sync_core.world import World

FOLLOWED: Sequence[Model] = (
    "account.account",
    "res.partner",
    "pos.order",
    "account.invoice",
    "account.bank.statement.line",
)
"""The order of a round: receipts first, since one that was invoiced brings its invoice along."""

MASTERS: Sequence[Model] = ("account.account", "res.partner")

NEEDS_ATTENTION = (
    PostingState.WAITING,
    PostingState.REFUSED,
    PostingState.UNKNOWN,
    PostingState.DOUBLE,
    PostingState.GONE,
)

_L = LinkState


@dataclass(frozen=True)
class Report:
    """What a round did: how many postings came to each state, and how many records were read."""

    moves: Counter[str] = field(default_factory=Counter)
    followed: int = 0

    @property
    def booked(self) -> int:
        """Mutations that were booked or found in the books."""
        return self.moves[PostingState.BOOKED.value]

    @property
    def waiting(self) -> int:
        """Postings that came to wait for a person in this round."""
        return self.moves[PostingState.WAITING.value] + self.moves[PostingState.REFUSED.value]


class Coupling:
    """One coupling process: a store, the wires to both sides, and a clock.

    `now` tells the time, aware, in UTC. Nothing here is for several threads at once.
    """

    def __init__(
        self, store: Store, wires: Wires, now: Callable[[], datetime], log: Log = silent
    ) -> None:
        self._store = store
        self._wires = wires
        self._now = now
        self._log = log
        self._owner = uuid.uuid4().hex
        self._shop: Bizzcloud | None = None
        self._books: Eboekhouden | None = None
        self._link: Link | None = None

    def link(
        self,
        bizzcloud: BizzcloudAccess,
        eboekhouden: EboekhoudenAccess,
        options: LinkOptions | None = None,
    ) -> Link:
        """Link a shop to a set of books and copy its ledger accounts and relations.

        The same shop and books continue the same journal; an active link goes on with the new
        options. Raises CredentialsRefused, BookFromNeeded, LinkRefused; nothing is half done then.
        """
        before = self._shop, self._books, self._link
        try:
            link = self._meet(bizzcloud, eboekhouden)
            if link.state is _L.ACTIVE:
                return self.use_options(options) if options is not None else link
            self._refuse_second_link(link)
            settled = self._with_book_from(link, options)
        except CouplingError:
            self._shop, self._books, self._link = before
            raise
        if link.id and settled.book_from != link.options.book_from:
            self._store.restart_records(link)
        link = replace(link, options=settled)
        self._link = self._store.save_link(link)
        if link.state is not _L.CHECKING:
            self._move(_L.CHECKING)
        return self._copy()

    def resume(self, bizzcloud: BizzcloudAccess, eboekhouden: EboekhoudenAccess) -> Link:
        """Go on with a link that an earlier process made; raises LinkRefused when there is none."""
        link = self._meet(bizzcloud, eboekhouden)
        if link.state in (_L.CHECKING, _L.COPYING):
            return self._copy()
        if link.id == 0:
            raise LinkRefused(f"{link.database} was never linked to these books; link it first")
        return link

    def use_options(self, options: LinkOptions) -> Link:
        """Go on with other options than the link had; only linking again changes `book from`."""
        link = self._current()
        kept = replace(options, book_from=link.options.book_from)
        if kept != link.options:
            link = self._link = self._store.save_link(replace(link, options=kept))
        return link

    def relink(
        self, eboekhouden: EboekhoudenAccess | None = None, options: LinkOptions | None = None
    ) -> Link:
        """Link again: to the same books (continues), or to others (unlinks the old ones first).

        Raises as `link` does.
        """
        shop, books = self._sides()
        if self._link is not None and self._link.state in (_L.ACTIVE, _L.STOPPED):
            self.unlink()
        return self.link(shop.access, eboekhouden or books.access, options)

    def leave_others(
        self, bizzcloud: BizzcloudAccess, eboekhouden: EboekhoudenAccess
    ) -> Sequence[Link]:
        """Unlink the shop from all books but these; return the links that were left.

        The other books are not reached, so nothing may be unknown there: raises LinkRefused.
        """
        link = self._meet(bizzcloud, eboekhouden)
        left = []
        for other in self._others(link):
            if self._store.postings_in(other, (PostingState.SENDING, PostingState.UNKNOWN)):
                raise LinkRefused(
                    f"it is not known yet whether {other.books_name} took the last mutation; "
                    "unlink it with its own codes first"
                )
            if other.state is not _L.UNLINKING:
                other = other.moved(_L.UNLINKING)
            left.append(self._store.save_link(other.moved(_L.UNLINKED)))
        return left

    def unlink(self) -> Link:
        """End the link: what is unknown is resolved first, nothing is deleted, nothing follows.

        Raises NeedsPerson while an answer is still unknown; the link is then `unlinking`, and
        the same call goes on.
        """
        link = self._current()
        if link.state is _L.UNLINKED:
            return link
        if link.state is not _L.UNLINKING:
            self._move(_L.UNLINKING)
        with self._round() as world:
            unknown = (PostingState.SENDING, PostingState.UNKNOWN)
            for posting in self._store.postings_in(link, unknown):
                world.perform(settle(posting, link.options))
            left = self._store.postings_in(link, unknown)
        if left:
            raise NeedsPerson(
                f"it is not yet known whether {left[0].label} was booked; unlink again in "
                f"{link.options.settle.total_seconds():.0f} seconds"
            )
        return self._move(_L.UNLINKED)

    def sync(self, retry: bool = True, progress: Progress = unseen) -> Report:
        """Look for what has changed, and book it. Raises CouplingError when a side fails.

        What was done before a failure stays done; the next call continues. `retry` looks again at
        what waits, since its cause may be gone. `progress` hears how far each model is.
        """
        return self._follow(retry, lambda follower: follower.poll(FOLLOWED, progress))

    def push(self, model: Model, record: int) -> Report:
        """Follow one record that Bizzcloud named, now. Raises as `sync` does.

        What polling would not find (a supplier's invoice, another company's) is nothing to us.
        """
        return self._follow(False, lambda follower: follower.pushed(model, record))

    def compare_ids(self) -> Report:
        """Follow what polling by write date overlooked: a record that was committed very late.

        Compares all ids of the shop with the ones that were followed. Raises as `sync` does.
        """

        def work(follower: Follower) -> None:
            follower.compare(FOLLOWED)
            follower.bring_accounts()

        return self._follow(False, work)

    def try_codes(self, eboekhouden: EboekhoudenAccess) -> str:
        """Return the name of the books that these codes open; raises CredentialsRefused."""
        books = Eboekhouden(eboekhouden, self._wires.eboekhouden)
        try:
            return books.administration()[1]
        finally:
            books.close()

    def audit(self) -> Audit:
        """Put the shop's documents, the journal and the books side by side, by VAT period.

        Saves what the books prove: a booking that a person deleted is `gone`, one that is there
        more than once `double`. Raises CouplingError when a side fails.
        """
        link = self._active()
        with self._round() as world:
            shop, _ = self._sides()
            return Auditor(shop, self._store, world, link, self._now).audit()

    def booked_by_me(self, label: str, number: int) -> None:
        """Take mutation `number`, which a person booked, for the document with this number.

        Raises NothingToAnswer where the books hold no such mutation, or another document has it.
        """
        for posting in self._store.labelled(self._current(), label)[:1]:
            if self._store.taken([number], posting):
                raise NothingToAnswer(f"mutation {number} is another document's already")
        with self._round() as world:
            held = world.window(number, number)
        if not held:
            raise NothingToAnswer(f"the books hold no mutation {number}; is the number right?")
        self._answer(label, lambda posting: booked_by_me(posting, number, self._now()))

    def leave_out(self, label: str, why: str) -> None:
        """Leave the document with this number out of the books, until it changes.

        Also a ledger account or a customer that waits: it stays as it is, for the same reason.
        """
        if self._store.leave_masters(self._current(), label, why):
            return
        self._answer(label, lambda posting: leave_out(posting, why, self._now()))

    def try_again(self, label: str) -> None:
        """Let the next round try the document with this number again, whatever held it back."""
        self._answer(label, lambda posting: try_again(posting, self._now()))

    def repost(self, label: str) -> None:
        """Let the next round book again what a bookkeeper deleted in e-Boekhouden."""
        link = self._current()
        for posting in self._store.labelled(link, label):
            if posting.state is PostingState.GONE and posting.number is not None:
                self._store.forget_held(link.books, posting.number)
        self._answer(label, lambda posting: repost(posting, self._now()))

    def mapping(self) -> LinkMapping:
        """Return what the link makes of the shop's taxes and payment journals today."""
        link = self._current()
        shop, _ = self._sides()
        held = self._store.ledger_accounts(link.books)
        today = booking_day(self._now())
        return mapping_of(shop.sales_taxes(), shop.payment_journals(), held, link.options, today)

    def states(self) -> Mapping[str, int]:
        """Return how many postings of the link are in each state."""
        return self._store.states(self._current())

    def looks_used(self) -> int:
        """Return how many of this month's GetMutaties calls were used."""
        return self._store.calls(self._current().books, month(self._now()), "GetMutaties")

    def attention(self, language: Language = "nl") -> Sequence[Attention]:
        """Return what waits for a person, longest first."""
        link = self._current()
        postings = self._store.postings_in(link, NEEDS_ATTENTION)
        vat_period = link.options.vat_period
        found = [of_posting(posting, language, vat_period) for posting in postings]
        found += [
            of_master(master.label, master.reason, master.since, language)
            for master in self._store.waiting_masters(link)
            if not master.left_out
        ]
        return sorted(found, key=lambda each: each.since)

    def current_link(self) -> Link | None:
        """Return the link that this process works on, None before it has one."""
        return self._link

    def close(self) -> None:
        """Close the session with e-Boekhouden and let another process post."""
        if self._books is not None:
            self._books.close()
        if self._link is not None:
            self._store.drop_lease(self._link.books, self._owner)

    def _follow(self, retry: bool, work: Callable[[Follower], object]) -> Report:
        """Let a follower work for one round, after settling what an earlier one left unknown."""
        link = self._active()
        with self._round() as world:
            follower = Follower(self._sides()[0], self._store, world, link, self._now)
            follower.recover()
            if retry:
                follower.retry()
            work(follower)
            return Report(world.moves, follower.followed)

    def _answer(self, label: str, change: Callable[[Posting], Posting]) -> None:
        """Apply a person's answer to what waits of a document; raises NothingToAnswer."""
        link = self._current()
        postings = self._store.labelled(link, label)
        if not postings:
            raise NothingToAnswer(f"no document {label} is known; see `koppeling attention`")
        waiting = [each for each in postings if each.state in NEEDS_ATTENTION] or postings[-1:]
        for posting in waiting:
            self._store.save_posting(change(posting))
            key = posting.document
            self._store.finish(link, key.model, key.id, unfinished=True)

    # Linking.

    def _meet(self, bizzcloud: BizzcloudAccess, eboekhouden: EboekhoudenAccess) -> Link:
        """Reach both sides and return their link, as the store has it or new (id 0)."""
        shop = Bizzcloud(bizzcloud, self._wires.bizzcloud)
        books = Eboekhouden(eboekhouden, self._wires.eboekhouden)
        company = shop.company
        identity, name = books.administration()
        if not identity:
            identity = f"user {hashlib.sha256(eboekhouden.username.encode()).hexdigest()[:16]}"
        if self._books is not None:
            self._books.close()
        self._shop, self._books = shop, books
        self._link = self._store.find_link(bizzcloud.database, company, identity) or Link(
            id=0,
            database=bizzcloud.database,
            company=company,
            books=identity,
            books_name=name or "the administration",
            state=_L.NEW,
            options=LinkOptions(),
        )
        return self._link

    def _others(self, link: Link) -> Sequence[Link]:
        """Return the shop's links to other books that are not undone."""
        return [
            other
            for other in self._store.links()
            if (other.database, other.company) == (link.database, link.company)
            and other.id != link.id
            and other.state is not _L.UNLINKED
        ]

    def _refuse_second_link(self, link: Link) -> None:
        for other in self._others(link):
            raise LinkRefused(
                f"{link.database} is linked to {other.books_name} ({other.state}); unlink that "
                "first"
            )

    def _with_book_from(self, link: Link, options: LinkOptions | None) -> LinkOptions:
        """Settle from which date to book: as said, as before for these books, or from today."""
        wanted = options or link.options
        if wanted.book_from is not None:
            return wanted
        if link.options.book_from is not None:
            return replace(wanted, book_from=link.options.book_from)
        shop, books = self._sides()
        holders = []
        if books.last_mutations():
            holders.append(f"{link.books_name} holds mutations")
        if shop.holds_documents():
            holders.append(f"{link.database} holds invoices or receipts")
        if holders:
            raise BookFromNeeded(
                f"{' and '.join(holders)} already: say from which date to book. A good choice is "
                "the first day of the VAT period that has not been filed"
            )
        return replace(wanted, book_from=day_of_linking(self._now()))

    def _copy(self) -> Link:
        """Look at the books, copy ledger accounts and relations, and make the link active."""
        try:
            with self._round() as world:
                world.look()
                world.ledger_accounts(fresh=True)
                if self._current().state is _L.CHECKING:
                    self._move(_L.COPYING)
                link = self._current()
                follower = Follower(self._sides()[0], self._store, world, link, self._now)
                follower.poll(MASTERS)
                follower.bring_accounts()
        except CouplingError:
            if self._current().state is _L.COPYING:
                self._move(_L.CHECKING)
            raise
        return self._move(_L.ACTIVE)

    # Inside.

    @contextmanager
    def _round(self) -> Iterator[World]:
        """Hold the books' lease for a round; stop the link when its codes turn out refused."""
        link = self._current()
        _, books = self._sides()
        world = World(self._store, books, link, self._owner, self._now, self._log)
        try:
            world.hold_lease()
            yield world
            if world.stopped is not None:
                raise world.stopped
        except CredentialsRefused as error:
            if (self._current().state, _L.STOPPED) in TRANSITIONS:
                self._move(_L.STOPPED, str(error))
            raise
        finally:
            world.keep()
            self._store.drop_lease(link.books, self._owner)

    def _move(self, state: LinkState, reason: str = "") -> Link:
        self._link = self._store.save_link(self._current().moved(state, reason))
        return self._link

    def _sides(self) -> tuple[Bizzcloud, Eboekhouden]:
        if self._shop is None or self._books is None:
            raise LinkRefused("nothing is linked yet; link a shop to books first")
        return self._shop, self._books

    def _current(self) -> Link:
        if self._link is None:
            raise LinkRefused("nothing is linked yet; link a shop to books first")
        return self._link

    def _active(self) -> Link:
        link = self._current()
        if link.state is not _L.ACTIVE:
            because = f" ({link.reason})" if link.reason else ""
            raise LinkRefused(
                f"the link of {link.database} to {link.books_name} is {link.state}{because}; "
                "link it again to go on"
            )
        return link
