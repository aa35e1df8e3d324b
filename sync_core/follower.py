"""Follows the shop in one round: what was named, what polling finds, what was left unfinished."""

from collections.abc import Callable, Iterator, Sequence
from datetime import datetime, timedelta
from typing import TypeVar

from sync_core.adapters.bizzcloud import ID_PAGE, PAGE, Bizzcloud, Changed
from sync_core.adapters.store import Store
from sync_core.documents import Model
from sync_core.journal import PostingState
from sync_core.link import Link
from sync_core.masters import missing_in_shop
from sync_core.progress import Progress, silent
from sync_core.record_follower import RecordFollower
from sync_core.recovery import settle
from sync_core.world import World

Item = TypeVar("Item")

BATCH = 50
"""How many documents are read whole at a time."""

SECOND_OVER = timedelta(seconds=2)
"""How long after a reading the second is surely over in which it was made."""

RECENT = timedelta(days=1)
"""What was written longer ago was not written while it was read, however clocks may differ."""


class Follower:
    """One round of one link. `followed` counts the records that were read whole."""

    def __init__(
        self, shop: Bizzcloud, store: Store, world: World, link: Link, now: Callable[[], datetime]
    ) -> None:
        self.followed = 0
        self._shop = shop
        self._store = store
        self._world = world
        self._link = link
        self._now = now
        self._progress: Progress = silent
        self._named: set[tuple[Model, int]] = set()
        self._records = RecordFollower(shop, store, world, link, now)

    def bring_accounts(self) -> None:
        """Bring accounts that only the books have to the shop, where the link says so."""
        if self._link.options.ledger_accounts != "both":
            return
        held = self._world.ledger_accounts(fresh=True)
        for account in missing_in_shop(held, self._shop.account_codes(), self._link.options):
            self._shop.add_account(account)

    def recover(self) -> None:
        """Settle what a dead process or a lost answer left unknown."""
        unknown = (PostingState.SENDING, PostingState.UNKNOWN)
        for posting in self._store.postings_in(self._link, unknown):
            self._world.perform(settle(posting, self._link.options))

    def retry(self) -> None:
        """Look again at what was not finished: its cause may be gone."""
        unfinished = self._store.unfinished(self._link)
        if not unfinished:
            return
        held = self._world.ledger_accounts(fresh=True)
        lacking = {
            (each.model, each.record)
            for each in self._store.waiting_masters(self._link)
            if each.reason.code == "money-account-missing"
            and each.reason.details["account"] not in held
        }
        for model, records in unfinished.items():
            # What only an account of the books can end need not be read again while it lacks.
            again = [record for record in records if (model, record) not in lacking]
            self.named(model, again)

    def pushed(self, model: Model, record: int) -> None:
        """Follow a record that the shop named, if it is one of those that are followed."""
        self.named(model, self._shop.followed_among(model, [record]))

    def named(self, model: Model, records: Sequence[int]) -> None:
        """Follow records by their ids."""
        self._named |= {(model, record) for record in records}
        for batch in _batches(records, BATCH):
            unfinished = self._follow(model, batch)
            for record in batch:
                self._store.finish(self._link, model, record, record in unfinished)
            self._world.keep()

    def compare(self, models: Sequence[Model]) -> None:
        """Follow records of the shop that were never seen, by comparing all ids."""
        for model in models:
            self._compare(model)

    def poll(self, models: Sequence[Model], progress: Progress = silent) -> None:
        """Follow what was written since the last poll, and what was overlooked in the overlap.

        One call a model when nothing is new, however much the overlap holds: then counts are
        compared instead of the records. `progress` hears how far each model is.
        """
        self._progress = progress
        cursors = self._store.cursors(self._link)
        again = self._store.due_again(self._link, self._now())
        for model in models:
            self._read_again(model, again.get(model, ()))
            self._poll(model, cursors.get(model))

    def _compare(self, model: Model) -> None:
        above = 0
        while True:
            page = self._shop.ids(model, above, self._link.options.book_from)
            known = self._store.known_ids(self._link, model, page)
            self.named(model, [each for each in page if each not in known])
            if len(page) < ID_PAGE:
                return
            above = page[-1]

    def _poll(self, model: Model, cursor: tuple[datetime, int] | None) -> None:
        since = None if cursor is None else cursor[0] - self._link.options.overlap
        if since is not None and cursor is not None:
            number = sum(self._store.counts(self._link, model, since).values())
            if number >= PAGE:
                if self._is_as_followed(model, since, cursor):
                    return
                self._pages(model, since, cursor)
                cursor = self._store.cursors(self._link)[model]
                if self._is_as_followed(model, since, cursor):
                    return
        self._pages(model, since, None)

    def _is_as_followed(self, model: Model, since: datetime, cursor: tuple[datetime, int]) -> bool:
        """Tell by one call whether what was written since a moment was followed already.

        While the overlap lasts, counts by state tell what was committed late; once it is over, how
        many there are and what was written last tell an edit, which leaves the counts as they were.
        """
        book_from = self._link.options.book_from
        known = self._store.counts(self._link, model, since)
        if timedelta(0) <= self._now() - cursor[0] < self._link.options.overlap:
            return self._shop.counts(model, since, book_from) == known
        number = sum(known.values())
        return self._shop.written_from(model, since, number - 1, book_from) == [cursor[0]]

    def _read_again(self, model: Model, records: Sequence[int]) -> None:
        """Read once more what was read in the very second of its write date.

        An edit later in that second leaves the write date as it was, and perhaps the summary too.
        """
        for batch in _batches(records, BATCH):
            self.named(model, [each for each in batch if (model, each) not in self._named])
            self._store.read_again(self._link, model, batch)

    def _pages(
        self, model: Model, since: datetime | None, after: tuple[datetime, int] | None
    ) -> None:
        done, total = 0, 0
        book_from = self._link.options.book_from
        while True:
            page = self._shop.changed(model, since, after, book_from)
            if not total:
                full = len(page) == PAGE
                total = self._shop.number(model, since, book_from) if full else len(page)
            known = self._store.remembered(self._link, model, [row.id for row in page])
            fresh = [
                row
                for row in page
                if known.get(row.id) != (row.written, row.summary)
                and (model, row.id) not in self._named
            ]
            known_already = len(page) - len(fresh)
            done += known_already
            for batch in _batches(fresh, BATCH):
                self._follow_changed(model, batch, page[-1].written)
                done += len(batch)
                self._progress(model, done, max(done, total))
            if len(page) < PAGE:
                self._progress(model, done, done)
                return
            after = (page[-1].written, page[-1].id)

    def _follow_changed(self, model: Model, rows: Sequence[Changed], newest: datetime) -> None:
        """Follow polled records; `newest` is the last write date that the poll saw.

        What was written before it was not written in the second of the reading.
        """
        unfinished = self._follow(model, [row.id for row in rows])
        now = self._now()
        again = {
            row.id: now + SECOND_OVER
            for row in rows
            if row.written >= newest and now - row.written < RECENT
        }
        self._store.remember(self._link, rows, unfinished, again)
        self._world.keep()

    def _follow(self, model: Model, ids: Sequence[int]) -> frozenset[int]:
        """Follow records of a model; return those that must be looked at again."""
        self.followed += len(ids)
        unfinished = set()
        for record, finished in self._records.followed(model, ids):
            if not finished:
                unfinished.add(record)
            if self._world.stopped is not None:
                raise self._world.stopped
        return frozenset(unfinished)


def _batches(items: Sequence[Item], size: int) -> Iterator[Sequence[Item]]:
    for start in range(0, len(items), size):
        yield items[start : start + size]
