"""The life of a link: made, gone on with, made again, left, undone.

Everything here may be cut short at any moment and done again.
"""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date

from sync_core.access import BizzcloudAccess, EboekhoudenAccess
from sync_core.adapters.eboekhouden import Eboekhouden
from sync_core.booking_dates import day_of_linking
from sync_core.documents import Model
from sync_core.failures import BookFromNeeded, CouplingError, LinkRefused, NeedsPerson
from sync_core.follower import Follower
from sync_core.journal import IN_THE_BOOKS, PostingState
from sync_core.link import Link, LinkOptions, LinkState
from sync_core.linked import Linked
from sync_core.recovery import settle

MASTERS: Sequence[Model] = ("account.account", "res.partner")

_L = LinkState


class Linking(Linked):
    """Links a shop to a set of books, and undoes that."""

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
            if link.id and settled.book_from == link.options.book_from:
                self._refuse_what_others_hold(link, settled.book_from)
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

    def try_codes(self, eboekhouden: EboekhoudenAccess) -> str:
        """Return the name of the books that these codes open; raises CredentialsRefused."""
        books = Eboekhouden(eboekhouden, self._wires.eboekhouden)
        try:
            return books.administration()[1]
        finally:
            books.close()

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

    def _refuse_what_others_hold(self, link: Link, book_from: date | None) -> None:
        """Ask from which date to book when the shop comes back from other books.

        What was booked there meanwhile would be booked here too, and its VAT declared twice.
        """
        for name, last in self._held_elsewhere(link):
            if book_from is None or last >= book_from:
                raise BookFromNeeded(
                    f"{name} holds what {link.books_name} does not, the last of it dated {last}: "
                    "say from which other date to book, or it is booked in both"
                )

    def _held_elsewhere(self, link: Link) -> Iterator[tuple[str, date]]:
        """Yield the shop's other books that hold documents which these do not, and the last day."""
        here = set(self._store.documents_in(link, PostingState)) if link.id else set()
        for other in self._store.links():
            is_same = (other.database, other.company) == (link.database, link.company)
            if not is_same or other.id == link.id:
                continue
            days = [
                posting.facts.day
                for posting in self._store.postings_in(other, IN_THE_BOOKS)
                if posting.document not in here and posting.facts and posting.facts.day
            ]
            if days:
                yield other.books_name, max(days)

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
        for name, last in self._held_elsewhere(link):
            holders.append(f"{name} holds some of them, up to {last},")
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
