"""What a coupling process is linked to: both sides, the link between them, and its rounds.

`linking`, `answering` and `coupling` each add one subject to it.
"""

import hashlib
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime

from sync_core.access import BizzcloudAccess, EboekhoudenAccess
from sync_core.adapters.bizzcloud import Bizzcloud
from sync_core.adapters.eboekhouden import Eboekhouden
from sync_core.adapters.store import Store
from sync_core.failures import CredentialsRefused, LinkRefused
from sync_core.link import TRANSITIONS, Link, LinkOptions, LinkState
from sync_core.logs import Log, silent
from sync_core.wires import Wires
from sync_core.world import World


class Linked:
    """A store, the wires to both sides, a clock, and the link that this process works on.

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

    def current_link(self) -> Link | None:
        """Return the link that this process works on, None before it has one."""
        return self._link

    def close(self) -> None:
        """Close the session with e-Boekhouden and let another process post."""
        if self._books is not None:
            self._books.close()
        if self._link is not None:
            self._store.drop_lease(self._link.books, self._owner)

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
            state=LinkState.NEW,
            options=LinkOptions(),
        )
        return self._link

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
            if (self._current().state, LinkState.STOPPED) in TRANSITIONS:
                self._move(LinkState.STOPPED, str(error))
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
        if link.state is not LinkState.ACTIVE:
            because = f" ({link.reason})" if link.reason else ""
            raise LinkRefused(
                f"the link of {link.database} to {link.books_name} is {link.state}{because}; "
                "link it again to go on"
            )
        return link
