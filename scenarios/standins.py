"""The two stand-ins for tests of any client: `with eboekhouden() as books: ...`, without pytest.

Inside the block a client that is built on `requests` (zeep is) may keep the real address: its
calls are intercepted and answered in process. With `sockets=True` the stand-in is served on
loopback and any client, in any language, takes `url`.
"""

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

import requests
import responses
from zeep.transports import Transport

from fakes.bizzcloud.fake import BizzcloudFake
from fakes.clock import Clock
from fakes.eboekhouden.books import Administration
from fakes.eboekhouden.fake import EboekhoudenFake
from fakes.eboekhouden.settings import Settings
from fakes.faults import BrokenConnection, Faults
from fakes.inprocess import as_requests_error, environment
from fakes.serve import serve
from fakes.wsgi import call
from scenarios.language.values import AMSTERDAM
from sync_core.access import BizzcloudAccess, EboekhoudenAccess
from sync_core.adapters.store import Store
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


@contextmanager
def eboekhouden(
    *,
    company: str = "Demo BV",
    sockets: bool = False,
    clock: Clock | None = None,
    settings: Settings | None = None,
) -> Iterator[Books]:
    """Stand in for e-Boekhouden inside the block, with the books of one company."""
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


@contextmanager
def bizzcloud(
    *, database: str = "mycompany", sockets: bool = False, clock: Clock | None = None
) -> Iterator[Shop]:
    """Stand in for a Bizzcloud instance inside the block; the real one's name is the database's."""
    fake = BizzcloudFake(clock=clock, database=database)
    with _answering(fake.wsgi, f"https://{database}.bizzcloud.nl", sockets) as url:
        yield Shop(fake, url, fake.database, fake.login, fake.password)


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
            LinkOptions(book_from=clock.now().astimezone(AMSTERDAM).date()),
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
    with _INTERCEPTION.of(
        re.compile(re.escape(real).replace("https", "https?") + "(/|$)"), application
    ):
        yield real


class _Interception:
    """One interception of `requests` for all stand-ins that are in use at the same time."""

    def __init__(self) -> None:
        self._mock = responses.RequestsMock(assert_all_requests_are_fired=False)
        self._users = 0

    @contextmanager
    def of(self, address: re.Pattern[str], application: "WSGIApplication") -> Iterator[None]:
        """Let an application answer what is asked of an address."""
        if not self._users:
            self._mock.start()
            # Whatever the test calls besides is none of our business.
            self._mock.add_passthru(re.compile(""))
        self._users += 1
        answer = _answer_of(application)
        added = [responses.CallbackResponse(method, address, answer) for method in ("GET", "POST")]
        for one in added:
            self._mock.add(one)
        try:
            yield
        finally:
            for one in added:
                self._mock.remove(one)
            self._users -= 1
            if not self._users:
                self._mock.stop()
                self._mock.reset()


_INTERCEPTION = _Interception()


def _answer_of(
    application: "WSGIApplication",
) -> Callable[[requests.PreparedRequest], tuple[int, dict[str, str], bytes]]:
    def answer(request: requests.PreparedRequest) -> tuple[int, dict[str, str], bytes]:
        try:
            status, _, headers, body = call(application, environment(request))
        except BrokenConnection as broken:
            raise as_requests_error(broken, request) from broken
        return status, dict(headers), body

    return answer
