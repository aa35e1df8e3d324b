"""The stand-in for Bizzcloud as one object: make it, talk to `wsgi`, or serve it."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import TYPE_CHECKING

from fakes.bizzcloud.activation import Activation
from fakes.bizzcloud.app import Site
from fakes.bizzcloud.database import STARTED, Change, Database
from fakes.bizzcloud.faulting import ANSWERS, operation_named
from fakes.bizzcloud.models import ODOO_8
from fakes.bizzcloud.models.meta import told
from fakes.bizzcloud.push import Pushes
from fakes.bizzcloud.seed import seed
from fakes.bizzcloud.signing import CouplingAddress
from fakes.clock import Clock, SystemClock
from fakes.faults import Faults

if TYPE_CHECKING:
    import requests
    from _typeshed.wsgi import WSGIApplication


class BizzcloudFake:
    """A Bizzcloud with one database to begin with.

    `clock` dates records, documents and numbers. `wsgi` is the whole site: the protocols of Odoo
    and the pages. `faults` breaks calls of it on demand (see `fakes.faults`), by operations such
    as "account.invoice.search_read" and "common.authenticate".
    """

    def __init__(
        self,
        *,
        clock: Clock | None = None,
        database: str = "mycompany",
        login: str = "admin",
        password: str = "admin",  # noqa: S107 - the stand-in's own first user
    ) -> None:
        self.clock = clock or SystemClock()
        self.database = database
        self.login = login
        self.password = password
        self.databases: dict[str, Database] = {}
        self.pushes = Pushes(self.clock)
        self.activation = Activation(self.clock, self.pushes)
        self.add_database(database)
        self.faults = Faults(self.clock)
        self.wsgi: WSGIApplication = self.faults.around(Site(self), operation_named, ANSWERS)

    def add_database(self, name: str) -> Database:
        """Make another database, with the same first user; return it."""
        made = Database(name, ODOO_8, lambda: self.clock.now())
        seed(made, self.login, self.password)
        made.on_commit = lambda changes: self._tell(made, changes)
        self.databases[name] = made
        return made

    def _tell(self, database: Database, changes: list[Change]) -> None:
        if self.pushes.is_active(database.name):
            self.pushes.note(database.name, told(database, changes))

    @contextmanager
    def transactions_started(self, moment: datetime) -> Iterator[None]:
        """Date what calls in this block write with a moment, at which their transactions started.

        So a record appears with a write date that a reader of later ones has passed already. It
        holds for calls in this process; a call over a socket is dated by its own transaction.
        """
        token = STARTED.set(moment)
        try:
            yield
        finally:
            STARTED.reset(token)

    def connect(
        self, url: str, secret: str, *, http: "requests.Session | None" = None
    ) -> CouplingAddress:
        """Give the address at which the coupling listens, and the secret shared with it.

        The pages ask the coupling there to make the link, and pushes then go there. `http` carries
        the requests; give one from `fakes.inprocess` to stay in this process.
        """
        address = CouplingAddress(url, secret)
        self.activation.address = address
        if http is not None:
            self.pushes.http = http
        return address
