"""Where one story plays: its clock, both fakes, the coupling between them, and the ways to each."""

import copy
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from types import TracebackType
from typing import Any, Self

import requests
from requests.adapters import BaseAdapter, HTTPAdapter
from zeep.transports import Transport

from contracts.redacting.redaction import Redactor
from fakes import inprocess
from fakes.bizzcloud.database import Database
from fakes.bizzcloud.fake import BizzcloudFake
from fakes.bizzcloud.tables import Table
from fakes.clock import SettableClock
from fakes.eboekhouden.fake import EboekhoudenFake
from fakes.eboekhouden.settings import Settings
from fakes.faults import Fault as ServiceFault
from fakes.faults import Kind
from fakes.inprocess_zeep import WsgiTransport
from fakes.serve import serve
from scenarios.driving.driver import Driver, Killed
from scenarios.driving.ours import CouplingDriver
from scenarios.driving.outside import Outside, OutsideDriver
from scenarios.language.steps import Fault, Link
from scenarios.language.story import Story
from scenarios.playing.bookkeeper import Bookkeeper
from scenarios.playing.shop import Shop
from scenarios.wire.books_reader import BooksReader, Credentials
from scenarios.wire.log import WireLog, introduce
from scenarios.wire.rpc import Rpc, ShopError
from sync_core.access import BizzcloudAccess, EboekhoudenAccess
from sync_core.wires import Wires

SOCKET_TIMEOUT = 3.0
"""Seconds that a call over a socket may take in a story before it counts as unanswered."""

KILLING: Mapping[str, Kind] = {
    "killed before": Kind.REFUSED,
    "killed after": Kind.ANSWER_LOST,
}
"""What a service does with the call at which the coupling is killed."""

SOAP = "http://soap.e-boekhouden.test"
"""Where the fake e-Boekhouden is, in process."""


class Stage:
    """Everything that one story needs, fresh; a context manager.

    In process, each call goes through real request and response bytes without a socket; with
    `sockets`, the same over loopback. With `keep_calls`, `log` has every call of each party. The
    coupling is our own unless `outside` names another.
    """

    def __init__(
        self,
        story: Story,
        sockets: bool = False,
        keep_calls: bool = False,
        outside: Outside | None = None,
    ) -> None:
        given = story.head.given
        settings = given.eboekhouden.settings
        self._exits = ExitStack()
        self.clock = SettableClock(story.head.today)
        self.bizzcloud = BizzcloudFake(clock=self.clock, database=given.bizzcloud.instance)
        self.eboekhouden = EboekhoudenFake(
            clock=self.clock,
            settings=Settings(**settings.model_dump()),
        )
        self.log = WireLog(self.clock.now)
        self._ways = _Ways(
            self.bizzcloud,
            self.eboekhouden,
            sockets,
            self._exits,
            self.log if keep_calls else None,
        )
        self.books = {
            administration.company: Bookkeeper(self.eboekhouden, administration)
            for administration in (
                given.eboekhouden.administration,
                *given.eboekhouden.other_administrations,
            )
        }
        self.shop = self._people()
        self._linked_company: str | None = None
        self._backup: dict[str, Table] | None = None
        self._set_up: list[tuple[Fault, ServiceFault]] = []
        self._deadly: list[ServiceFault] = []
        self._has_killing = any(
            isinstance(placed.step, Fault) and placed.step.happens in KILLING
            for placed in story.steps
        )
        self.is_outside = outside is not None
        self.not_judged: list[str] = []
        self.coupling = self._coupling(outside, self.log if keep_calls else None)
        self._exits.callback(self.coupling.close)
        with self._closed_if_it_fails():
            for account in given.bizzcloud.ledger_accounts:
                self.shop.ledger_account(account)
            for partner in given.bizzcloud.partners:
                self.shop.partner(partner)

    @contextmanager
    def _closed_if_it_fails(self) -> Iterator[None]:
        """Let go of everything when the setting up fails: there is no stage to close then."""
        try:
            yield
        except BaseException:
            self.close()
            raise

    def _people(self) -> Shop:
        """Return the people of the shop; a stage with another shop has others."""
        return Shop(
            Rpc(
                self._ways.session("people"),
                self._ways.shop_url,
                self.bizzcloud.database,
                self.bizzcloud.login,
                self.bizzcloud.password,
            )
        )

    def _coupling(self, outside: Outside | None, log: WireLog | None) -> Driver:
        if outside is not None:
            secrets = (value for values in self.secrets().values() for value in values)
            redacted = Redactor(secrets).text
            return OutsideDriver(
                outside, self.bizzcloud, self.eboekhouden, log, redacted, self._kills
            )
        kills = self._kills if self._has_killing else None
        wires = Wires(
            bizzcloud=self._ways.session("coupling", kills),
            eboekhouden=self._ways.transport("coupling", kills),
        )
        return CouplingDriver(wires, self.clock.now)

    @property
    def own(self) -> CouplingDriver:
        """Our own coupling; raises TypeError on a stage with an outside one."""
        if not isinstance(self.coupling, CouplingDriver):
            raise TypeError("the coupling of this stage is an outside program")
        return self.coupling

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def close(self) -> None:
        """Stop what was started and remove what was stored."""
        self._exits.close()

    def bookkeeper(self, company: str | None) -> Bookkeeper:
        """Return the bookkeeper of a company, of the first one when none is named."""
        return self.books[company or next(iter(self.books))]

    def reader(self, company: str | None) -> BooksReader:
        """Return a reader of a company's books, over the wire."""
        return BooksReader(self._credentials(company), self._ways.transport("judge"))

    def shop_access(self, step: Link) -> BizzcloudAccess:
        """Return how the coupling reaches the shop, with the password that was typed."""
        return BizzcloudAccess(
            url=self._ways.shop_url,
            database=self.bizzcloud.database,
            login=self.bizzcloud.login,
            password=step.password or self.bizzcloud.password,
        )

    def books_access(self, step: Link) -> EboekhoudenAccess:
        """Return how the coupling reaches the books, with the codes that were typed.

        A link again without a company is to the books that were linked last.
        """
        if step.administration is not None:
            self._linked_company = step.administration
        good = self._credentials(self._linked_company)
        return EboekhoudenAccess(
            wsdl=good.wsdl,
            username=good.username,
            security_code_1=step.security_code_1 or good.security_code_1,
            security_code_2=good.security_code_2,
        )

    def back_up(self) -> None:
        """Keep a copy of Bizzcloud's database as it is now."""
        self._backup = copy.deepcopy(self._database.tables)

    def restore(self) -> None:
        """Put the last copy of Bizzcloud's database back; raises `ShopError` without one."""
        if self._backup is None:
            raise ShopError("there is no backup to put back; a `backup` step makes one")
        self._database.tables = copy.deepcopy(self._backup)

    @property
    def _database(self) -> Database:
        return self.bizzcloud.databases[self.bizzcloud.database]

    def break_call(self, step: Fault) -> None:
        """Let something go wrong with a call that is still to come."""
        fake = self.eboekhouden if step.service == "eboekhouden" else self.bizzcloud
        late = {} if step.seconds is None else {"seconds": step.seconds}
        kind = KILLING.get(step.happens, step.happens)
        fault = fake.faults.add(kind, step.operation, call=step.call, **late)
        self._set_up.append((step, fault))
        if step.happens in KILLING:
            self._deadly.append(fault)

    def _kills(self) -> bool:
        """Whether a fault that kills the coupling has happened just now."""
        struck = [fault for fault in self._deadly if fault.spent]
        for fault in struck:
            self._deadly.remove(fault)
        return bool(struck)

    def unstruck(self) -> Fault | None:
        """Return the first fault that was set up and never happened."""
        return next(
            (step for step, fault in self._set_up if step.certain and not fault.spent), None
        )

    def calm(self) -> None:
        """Call off what was still to go wrong."""
        self.bizzcloud.faults.call_off()
        self.eboekhouden.faults.call_off()
        self._deadly.clear()

    @contextmanager
    def undisturbed(self) -> Iterator[None]:
        """Let no fault happen meanwhile: faults are for the coupling's calls."""
        with self.bizzcloud.faults.paused(), self.eboekhouden.faults.paused():
            yield

    def attention(self) -> Sequence[str]:
        """Return what the coupling lists for a person to do."""
        return self.coupling.attention()

    def secrets(self) -> dict[str, list[str]]:
        """Return the credentials of both services by kind, for who takes them out of a report."""
        codes = [self._credentials(company) for company in self.books]
        return {
            "user": [self.bizzcloud.login, *(one.username for one in codes)],
            "secret": [
                self.bizzcloud.password,
                *(one.security_code_1 for one in codes),
                *(one.security_code_2 for one in codes),
            ],
        }

    def _credentials(self, company: str | None) -> Credentials:
        return self.bookkeeper(company).credentials(self._ways.wsdl)


class _Ways:
    """How clients reach the fakes: in process, or over sockets."""

    def __init__(
        self,
        bizzcloud: BizzcloudFake,
        eboekhouden: EboekhoudenFake,
        sockets: bool,
        exits: ExitStack,
        log: WireLog | None,
    ) -> None:
        self._sockets = sockets
        self._log = log
        shop, books = bizzcloud.wsgi, eboekhouden.wsgi
        if log is not None:
            shop, books = log.watching(shop, "Bizzcloud"), log.watching(books, "e-Boekhouden")
        if sockets:
            self.shop_url = exits.enter_context(serve(shop)).url
            soap = exits.enter_context(serve(books)).url
        else:
            self.shop_url = f"http://{bizzcloud.database}.bizzcloud.test"
            soap = SOAP
            self._applications = {self.shop_url: shop, soap: books}
        self.wsdl = f"{soap}/soap.asmx?wsdl"

    def session(self, party: str, kills: Callable[[], bool] | None = None) -> requests.Session:
        """Return a session by which a party reaches both services; what `kills` it ends in it."""
        if self._sockets:
            session = requests.Session()
            session.mount("http://", _ImpatientAdapter())
        else:
            session = inprocess.session(self._applications)
        if kills is not None:
            for prefix, adapter in list(session.adapters.items()):
                session.mount(prefix, _KillingAdapter(adapter, kills))
        return introduce(session, party)

    def transport(self, party: str, kills: Callable[[], bool] | None = None) -> Transport:
        """Return a zeep transport by which a party reaches both services."""
        if not self._sockets and self._log is None and kills is None:
            return WsgiTransport(self._applications)
        transport = Transport(session=self.session(party, kills), operation_timeout=SOCKET_TIMEOUT)
        introduce(transport.session, party)  # zeep gives the session a name of its own
        return transport


class _KillingAdapter(BaseAdapter):
    """Hands a request on; where that was the coupling's last call, nothing comes back."""

    def __init__(self, inner: BaseAdapter, kills: Callable[[], bool]) -> None:
        super().__init__()
        self._inner = inner
        self._kills = kills

    def send(self, request: requests.PreparedRequest, *args: Any, **more: Any) -> requests.Response:
        """Send a request; raises Killed where a fault of the story says so."""
        try:
            return self._inner.send(request, *args, **more)
        finally:
            if self._kills():
                raise Killed

    def close(self) -> None:
        """Close the other adapter."""
        self._inner.close()


class _ImpatientAdapter(HTTPAdapter):
    """Carries calls over sockets, and gives up on each after the story's time-out."""

    def send(self, request: requests.PreparedRequest, *args: Any, **more: Any) -> requests.Response:
        """Send a request; whatever time-out it came with, the story's is shorter."""
        return super().send(request, *args, **{**more, "timeout": SOCKET_TIMEOUT})
