"""The two stand-ins for tests of any client: `with eboekhouden() as books: ...`, without pytest.

Inside the block a client that is built on `requests` (zeep is) may keep the real address: its
calls are intercepted and answered in process. With `sockets=True` the stand-in is served on
loopback and any client, in any language, takes `url`.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, overload

import requests
from zeep.transports import Transport

from fakes.bizzcloud.fake import BizzcloudFake
from fakes.clock import Clock
from fakes.eboekhouden.books import Administration
from fakes.eboekhouden.fake import EboekhoudenFake
from fakes.eboekhouden.settings import Settings
from fakes.faults import Faults
from fakes.serve import serve
from scenarios.interception import INTERCEPTION
from scenarios.standing import Function, StandIn
from sync_core.access import BizzcloudAccess, EboekhoudenAccess
from sync_core.adapters.store import Store
from sync_core.booking_dates import day_of_linking
from sync_core.coupling import Coupling
from sync_core.link import LinkOptions
from sync_core.wires import Wires

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIApplication

REAL_EBOEKHOUDEN = "https://soap.e-boekhouden.nl"
"""Where the real service is; clients that keep this address are intercepted."""


@dataclass(frozen=True)
class Books:
    """The stand-in for e-Boekhouden with one administration, and what opens it."""

    fake: EboekhoudenFake
    administration: Administration
    url: str
    username: str
    security_code_1: str
    security_code_2: str

    @property
    def wsdl(self) -> str:
        """The address of the WSDL."""
        return f"{self.url}/soap.asmx?wsdl"

    @property
    def faults(self) -> Faults:
        """What is to go wrong: `books.faults.add("answer lost", "AddMutatie")`."""
        return self.fake.faults


@dataclass(frozen=True)
class Shop:
    """The stand-in for Bizzcloud with one database, and what opens it."""

    fake: BizzcloudFake
    url: str
    database: str
    login: str
    password: str

    @property
    def faults(self) -> Faults:
        """What is to go wrong: `shop.faults.add("refused", "account.invoice.read")`."""
        return self.fake.faults


@overload
def eboekhouden(function: Function, /) -> Function: ...
@overload
def eboekhouden(
    *,
    company: str = ...,
    sockets: bool = ...,
    clock: Clock | None = ...,
    settings: Settings | None = ...,
) -> StandIn[Books]: ...
def eboekhouden(
    function: Any = None,
    /,
    *,
    company: str = "Demo BV",
    sockets: bool = False,
    clock: Clock | None = None,
    settings: Settings | None = None,
) -> Any:
    """Stand in for e-Boekhouden with the books of one company, empty each time.

    For a block, `with eboekhouden() as books:`, or for a function or class of tests,
    `@eboekhouden` or `@eboekhouden(company=...)`: then a parameter `books` gets them.
    """

    @contextmanager
    def standing() -> Iterator[Books]:
        fake = EboekhoudenFake(clock=clock, settings=settings)
        opened = fake.open_administration(company)
        with _answering(fake.wsgi, REAL_EBOEKHOUDEN, sockets) as url:
            yield Books(
                fake,
                opened.administration,
                url,
                opened.credentials.username,
                opened.credentials.security_code_1,
                opened.credentials.security_code_2,
            )

    made = StandIn(standing, "books")
    return made if function is None else made(function)


@overload
def bizzcloud(function: Function, /) -> Function: ...
@overload
def bizzcloud(
    *, database: str = ..., sockets: bool = ..., clock: Clock | None = ...
) -> StandIn[Shop]: ...
def bizzcloud(
    function: Any = None,
    /,
    *,
    database: str = "mycompany",
    sockets: bool = False,
    clock: Clock | None = None,
) -> Any:
    """Stand in for a Bizzcloud instance; the real one's name is the database's.

    For a block or for a function, as `eboekhouden`; the parameter is called `shop`.
    """

    @contextmanager
    def standing() -> Iterator[Shop]:
        fake = BizzcloudFake(clock=clock, database=database)
        with _answering(fake.wsgi, f"https://{database}.bizzcloud.nl", sockets) as url:
            yield Shop(fake, url, fake.database, fake.login, fake.password)

    made = StandIn(standing, "shop")
    return made if function is None else made(function)


@contextmanager
def coupled(shop: Shop, books: Books) -> Iterator[Coupling]:
    """Link our own coupling between two stand-ins, from today on; nothing moves by itself.

    The time is that of the shop's clock.
    """
    clock = shop.fake.clock
    # Each stand-in answers at its address, intercepted or served, so ordinary wires will do.
    wires = Wires(bizzcloud=requests.Session(), eboekhouden=Transport())
    store = Store.open("sqlite://")
    made = Coupling(store=store, wires=wires, now=clock.now)
    try:
        made.link(
            BizzcloudAccess(shop.url, shop.database, shop.login, shop.password),
            EboekhoudenAccess(
                books.wsdl, books.username, books.security_code_1, books.security_code_2
            ),
            LinkOptions(book_from=day_of_linking(clock.now())),
        )
        yield made
    finally:
        made.close()
        store.close()


@contextmanager
def _answering(application: "WSGIApplication", real: str, sockets: bool) -> Iterator[str]:
    """Let an application answer, on a socket or at the real address; yield where."""
    if sockets:
        with serve(application) as served:
            yield served.url
        return
    with INTERCEPTION.of(real, application):
        yield real
