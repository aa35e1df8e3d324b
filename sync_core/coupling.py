"""The coupling at work: keeps the books following the shop that is linked to them.

It reads with the adapters, lets the core decide, and lets `sync_core.world` perform. Everything
here may be cut short at any moment and done again.
"""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from sync_core.answering import Answering
from sync_core.audit_findings import Audit
from sync_core.auditing import Auditor
from sync_core.booking_dates import booking_day
from sync_core.documents import Model
from sync_core.follower import Follower
from sync_core.journal import PostingState
from sync_core.linking import Linking
from sync_core.mapping import LinkMapping, mapping_of
from sync_core.progress import Progress, silent
from sync_core.quota import month

FOLLOWED: Sequence[Model] = (
    "account.account",
    "res.partner",
    "pos.order",
    "account.invoice",
    "account.bank.statement.line",
)
"""The order of a round: receipts first, since one that was invoiced brings its invoice along."""


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


class Coupling(Linking, Answering):
    """One coupling process, linked or still to be."""

    def sync(self, retry: bool = True, progress: Progress = silent) -> Report:
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

    def audit(self) -> Audit:
        """Put the shop's documents, the journal and the books side by side, by VAT period.

        Saves what the books prove: a booking that a person deleted is `gone`, one that is there
        more than once `double`. Raises CouplingError when a side fails.
        """
        link = self._active()
        with self._round() as world:
            shop, _ = self._sides()
            return Auditor(shop, self._store, world, link, self._now).audit()

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
