"""What a contract suite is tried on: a fake, a recording, or the service that a config names."""

import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import requests

from contracts.allowance import MonthlyCalls, WriteLimit, writes_shop
from contracts.bizzcloud.client import RpcClient
from contracts.config import Bizzcloud, Config, ConfigError, Eboekhouden, Sandbox, read_config
from contracts.eboekhouden.client import SoapClient
from contracts.recording.recordings import Recording, read
from contracts.sandbox import GuardError, guard_administration
from contracts.suite.recorded import GUARD, RecordedAdapter, source_of
from fakes.clock import SettableClock
from fakes.inprocess import session

if TYPE_CHECKING:
    from fakes.bizzcloud.fake import BizzcloudFake
    from fakes.eboekhouden.fake import EboekhoudenFake, OpenedAdministration

SOURCE = "koppeling contract"
"""How the Source of a suite's own session begins; the run's prefix and day follow."""

FAKE_NOW = datetime(2026, 6, 15, 9, tzinfo=UTC)
FAKE_BOOKS = "http://soap.e-boekhouden.test"
FAKE_SHOP = "http://mycompany.bizzcloud.test"
RECORDED_AT = "KOPPELING_EBOEKHOUDEN_URL"
"""The variable by which `koppeling record` tells a program where its proxy is."""

NO_WRITE = "it writes, and --write was not given"


@dataclass(frozen=True)
class BookkeeperAtTheFake:
    """The fake's own bookkeeper, clock and settings, for what no client can do over SOAP."""

    fake: "EboekhoudenFake"
    opened: "OpenedAdministration"
    clock: SettableClock


@dataclass(frozen=True)
class BooksTarget:
    """An e-Boekhouden to try promises on.

    `prefix` begins every code and number of this run; `day` lies in an open year. `no_writing`
    says why promises that write are not tried, None when they are. `at_fake` is there for the fake.
    """

    name: str
    client: SoapClient
    username: str = field(repr=False)
    security_code_1: str = field(repr=False)
    security_code_2: str = field(repr=False)
    administration: str | None
    prefix: str
    day: date
    no_writing: str | None
    sandboxes: tuple[Sandbox, ...] = ()
    at_fake: BookkeeperAtTheFake | None = None
    recorded: RecordedAdapter | None = None

    @property
    def source(self) -> str:
        """What the suite calls itself when it opens a session."""
        return f"{SOURCE} {self.prefix} {self.day}"

    @property
    def secrets(self) -> tuple[str, ...]:
        """What no report may show."""
        return (self.username, self.security_code_1, self.security_code_2)


@dataclass(frozen=True)
class ShopTarget:
    """A Bizzcloud to try promises on."""

    name: str
    client: RpcClient
    no_writing: str | None
    at_fake: "BizzcloudFake | None" = None
    recorded: RecordedAdapter | None = None

    @property
    def secrets(self) -> tuple[str, ...]:
        """What no report may show."""
        return (self.client.password,) if self.at_fake is None and self.recorded is None else ()


Target = BooksTarget | ShopTarget


def target_named(service: str, name: str, *, write: bool) -> Target:
    """Return the target of a service ("eboekhouden", "bizzcloud") that a person named.

    `name` is "fake", "recording:FILE" or the path of a config. Raises ConfigError or
    RecordingError with a sentence when it is none of these.
    """
    kind, _, place = name.partition(":")
    makers = _MAKERS[service]
    if name == "fake":
        return makers.fake()
    if kind == "recording" and place:
        return makers.recording(Path(place))
    config = read_config(Path(name))
    return makers.config(config, write)


def guarded(target: Target) -> Target:
    """Return the target if promises may be tried on it; raises GuardError when they may not.

    One that a config names is asked first whether it is there and knows the login; the
    administration of a real e-Boekhouden is asked of the service itself before any promise that
    writes is tried. Raises `requests.RequestException` when nothing answers.
    """
    if target.at_fake is not None or target.recorded is not None:
        return target
    if isinstance(target, ShopTarget):
        if not isinstance(target.client.authenticate(), int):
            raise GuardError(f"{target.name} knows no such database, login and password.")
        return target
    opened = open_session(target, GUARD)
    session = {"SessionID": opened, "SecurityCode2": target.security_code_2}
    listed = target.client.send("GetAdministraties", session)
    target.client.send("CloseSession", {"SessionID": opened})
    if target.no_writing is None:
        rows = listed.rows("Administraties", "cAdministratie")
        guard_administration(rows, target.administration, target.username, target.sandboxes)
    return target


def open_session(target: BooksTarget, source: str | None = None) -> str:
    """Open a session on a target and return its id; raises GuardError when it is refused."""
    login: dict[str, str] = {
        "Username": target.username,
        "SecurityCode1": target.security_code_1,
        "SecurityCode2": target.security_code_2,
        "Source": source or target.source,
    }
    operation = "OpenSession"
    if target.administration is not None:
        operation, login["AdministratieGUID"] = "OpenSessionSub", target.administration
    reply = target.client.send(operation, login)
    if reply.code or not reply.text("SessionID"):
        told = reply.fault or f"{reply.code} {reply.description}".strip() or f"HTTP {reply.status}"
        raise GuardError(f"{target.name} opened no session: {told}")
    return reply.text("SessionID")


def run_prefix(now: datetime) -> str:
    """Return a prefix of six characters, another one for each second of almost two years."""
    digits = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"
    left, made = int(now.timestamp()) % 36**5, ""
    for _ in range(5):
        left, digit = divmod(left, 36)
        made = digits[digit] + made
    return f"K{made}"


def _fake_books() -> BooksTarget:
    from fakes.eboekhouden.fake import EboekhoudenFake

    clock = SettableClock(FAKE_NOW)
    fake = EboekhoudenFake(clock=clock)
    opened = fake.open_administration("Demo BV")
    codes = opened.credentials
    return BooksTarget(
        name="fake",
        client=SoapClient(session({FAKE_BOOKS: fake.wsgi}), f"{FAKE_BOOKS}/soap.asmx"),
        username=codes.username,
        security_code_1=codes.security_code_1,
        security_code_2=codes.security_code_2,
        administration=None,
        prefix="KPROOF",
        day=FAKE_NOW.date(),
        no_writing=None,
        at_fake=BookkeeperAtTheFake(fake, opened, clock),
    )


def _recorded_books(path: Path) -> BooksTarget:
    recording = _read(path)
    adapter = RecordedAdapter(recording)
    source = source_of(recording, SOURCE)
    try:
        prefix, said = source.removeprefix(SOURCE).split() if source else ("KPROOF", "2026-06-15")
        day = date.fromisoformat(said)
    except ValueError as wrong:
        raise ConfigError(
            f"{path} was not recorded by this suite: it opened a session as {source!r}. Record "
            "`koppeling contract` itself."
        ) from wrong
    return BooksTarget(
        name=f"recording {path.name}",
        client=SoapClient(_mounted(adapter), recording.exchanges[0].request.url.partition("?")[0]),
        username=adapter.login.username,
        security_code_1=adapter.login.security_code_1,
        security_code_2=adapter.login.security_code_2,
        administration=None,
        prefix=prefix,
        day=day,
        no_writing=None,
        recorded=adapter,
    )


def books_of(config: Config, http: requests.Session, *, write: bool = True) -> BooksTarget:
    """Return the e-Boekhouden of a config; raises ConfigError when it has none."""
    books = _part(config.eboekhouden, config, "eboekhouden")
    assert isinstance(books, Eboekhouden)
    calls = MonthlyCalls(config.calls_file, books.monthly_calls)
    writes = WriteLimit(books.writes)

    def before(operation: str) -> None:
        calls.take(operation)
        writes.take(operation)

    return BooksTarget(
        name=config.name,
        client=SoapClient(http, address_of(books.soap), books.pause, before),
        username=books.username,
        security_code_1=books.security_code_1,
        security_code_2=books.security_code_2,
        administration=books.administration,
        prefix=run_prefix(datetime.now(UTC)),
        day=books.day,
        no_writing=None if write else NO_WRITE,
        sandboxes=books.sandboxes,
    )


def address_of(soap: str) -> str:
    """Return where to call: the address itself, or the recording proxy's that stands before it."""
    return os.environ.get(RECORDED_AT, soap)


def _configured_books(config: Config, write: bool) -> BooksTarget:
    return books_of(config, requests.Session(), write=write)


def _fake_shop() -> ShopTarget:
    from fakes.bizzcloud.fake import BizzcloudFake

    fake = BizzcloudFake(clock=SettableClock(FAKE_NOW))
    http = session({FAKE_SHOP: fake.wsgi})
    client = RpcClient(http, FAKE_SHOP, fake.database, fake.login, fake.password)
    return ShopTarget("fake", client, no_writing=None, at_fake=fake)


def _recorded_shop(path: Path) -> ShopTarget:
    adapter = RecordedAdapter(_read(path))
    login = adapter.login
    client = RpcClient(
        _mounted(adapter), FAKE_SHOP, login.database, login.username, login.security_code_1
    )
    return ShopTarget(f"recording {path.name}", client, no_writing=None, recorded=adapter)


def _configured_shop(config: Config, write: bool) -> ShopTarget:
    shop = _part(config.bizzcloud, config, "bizzcloud")
    assert isinstance(shop, Bizzcloud)
    why = None if write else NO_WRITE
    if write and shop.database not in shop.sandbox_databases:
        why = f"the config's sandboxes do not name the database {shop.database!r}"
    limit = WriteLimit(shop.writes, writes_shop)
    client = RpcClient(
        requests.Session(),
        shop.url,
        shop.database,
        shop.login,
        shop.password,
        shop.pause,
        limit.take,
    )
    return ShopTarget(config.name, client, no_writing=why)


@dataclass(frozen=True)
class _Makers:
    """How each kind of target of one service is made."""

    fake: Callable[[], Target]
    recording: Callable[[Path], Target]
    config: Callable[[Config, bool], Target]


def _read(path: Path) -> Recording:
    try:
        recording = read(path)
    except OSError as wrong:
        raise ConfigError(f"{path} cannot be read: {wrong.strerror}") from wrong
    if not len(recording):
        raise ConfigError(f"{path} holds no exchange; record one with `koppeling record`")
    return recording


def _mounted(adapter: RecordedAdapter) -> requests.Session:
    made = requests.Session()
    made.trust_env = False
    for scheme in ("http://", "https://"):
        made.mount(scheme, adapter)
    return made


def _part(part: object, config: Config, name: str) -> object:
    if part is None:
        raise ConfigError(f"The config {config.name!r} has no [{name}]; add where it is.")
    return part


_MAKERS: Mapping[str, _Makers] = {
    "eboekhouden": _Makers(_fake_books, _recorded_books, _configured_books),
    "bizzcloud": _Makers(_fake_shop, _recorded_shop, _configured_shop),
}
