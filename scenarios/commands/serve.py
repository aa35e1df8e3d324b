"""`koppeling serve`: both fakes on sockets of this machine, and the coupling between them."""

import errno
import ipaddress
import json
import os
import signal
import socket
import threading
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path
from types import FrameType
from typing import Any

import click

from fakes.bizzcloud.fake import BizzcloudFake
from fakes.clock import Clock, SettableClock, SystemClock
from fakes.control import controlled
from fakes.eboekhouden.fake import EboekhoudenFake
from fakes.eboekhouden.sessions import Credentials
from fakes.fast_serve import fast_serve
from fakes.serve import serve
from scenarios.reporting.live import LiveLog, LiveTimeline
from scenarios.wire.log import introduce

COMPANY = "Demo BV"
SECONDS_BETWEEN_WAKES = 0.1
SECONDS_TO_END = 0.8
BAD_INPUT = 2
LOOPBACK = "127.0.0.1"
TIMELINE_PORT = 8071
CLIENT = "client"
"""Who calls when it is not the coupling: a program, or a person in a browser."""
OTHER_PORTS = (
    "Take other ports by --bizzcloud-port, --eboekhouden-port and --timeline-port; "
    "0 takes any free one."
)
OTHER_HOST = "--host is a name or number of this machine, 127.0.0.1 unless it is said."
LINKED = "An invoice opened in Bizzcloud is booked by itself. "


@dataclass(frozen=True)
class Addresses:
    """Where both services answer and what opens them."""

    bizzcloud: dict[str, str]
    eboekhouden: dict[str, str]
    timeline: dict[str, str]
    coupling: dict[str, str] = field(default_factory=dict)

    def as_json(self) -> str:
        """Return them as one line of JSON."""
        told = {
            "bizzcloud": self.bizzcloud,
            "eboekhouden": self.eboekhouden,
            "timeline": self.timeline,
        }
        return json.dumps(told | ({"coupling": self.coupling} if self.coupling else {}))

    def lines(self) -> list[str]:
        """Return them as lines for a person."""
        told = []
        for name, values in (
            ("Bizzcloud", self.bizzcloud),
            ("e-Boekhouden", self.eboekhouden),
            ("The coupling", self.coupling),
            ("The timeline of all calls", self.timeline),
        ):
            if not values:
                continue
            told.append(name)
            told += [f"  {key.replace('_', ' '):<16} {value}" for key, value in values.items()]
        return told


@click.command(name="serve")
@click.option("--no-coupling", is_flag=True, help="Serve the fakes alone.")
@click.option("--bizzcloud-port", type=click.IntRange(0, 65535), default=8069, show_default=True)
@click.option("--eboekhouden-port", type=click.IntRange(0, 65535), default=8070, show_default=True)
@click.option(
    "--timeline-port",
    type=click.IntRange(0, 65535),
    help=f"Where the page with all calls is.  [default: {TIMELINE_PORT}, or any free one]",
)
@click.option("--host", default=LOOPBACK, show_default=True, help="Where to listen.")
@click.option(
    "--poll",
    type=click.FloatRange(0.1, 3600),
    default=1.0,
    show_default=True,
    help="Seconds between two looks of the coupling.",
)
@click.option(
    "--given",
    type=click.Path(path_type=Path),
    help="Begin with what this story gives, its clock, and its steps up to the first link.",
)
@click.option("--unlinked", is_flag=True, help="Wait to be linked from Bizzcloud's page.")
@click.option(
    "--settings",
    type=click.Path(path_type=Path, dir_okay=False),
    help="A file of what e-Boekhouden does where that is not known.",
)
@click.option(
    "--trust-forwarded",
    is_flag=True,
    help="Believe a proxy's X-Forwarded-Proto and -Host about e-Boekhouden's address.",
)
@click.option(
    "--control", is_flag=True, help="Let faults and the clock be set at /control of both fakes."
)
@click.option("--json", "json_", is_flag=True, help="Print one line of JSON when all answers.")
@click.pass_context
def serve_command(
    context: click.Context,
    no_coupling: bool,
    bizzcloud_port: int,
    eboekhouden_port: int,
    timeline_port: int | None,
    host: str,
    poll: float,
    given: Path | None,
    unlinked: bool,
    settings: Path | None,
    trust_forwarded: bool,
    control: bool,
    json_: bool,
) -> None:
    """Serve both fakes, and a coupling that books by itself what is made in Bizzcloud.

    Port 0 takes any free port. Ctrl-C ends it.
    """
    ended = _until_a_signal()
    if not _is_loopback(host):
        click.echo(
            f"Warning: {host} can be reached by others, and the fakes keep no secrets.", err=True
        )
    with ExitStack() as exits:
        fakes = _from_story(context, exits, given) if given else _fresh(control)
        if settings is not None:
            _choose(context, fakes.books, settings)
        fakes.books.site.trust_forwarded = trust_forwarded
        log = LiveLog(fakes.now)
        try:
            addresses = _serve(exits, fakes, log, host, bizzcloud_port, eboekhouden_port, control)
            timeline = _show(exits, fakes, log, timeline_port)
        except OSError as error:
            reason = error.strerror or "cannot listen"
            click.echo(
                f"{host}: {reason}. {OTHER_HOST if _is_of_host(error) else OTHER_PORTS}", err=True
            )
            context.exit(1)
        addresses = replace(addresses, timeline={"url": timeline})
        if not no_coupling:
            addresses = _couple(exits, fakes, addresses, log, poll, unlinked)
        click.echo(addresses.as_json() if json_ else "\n".join(addresses.lines()))
        if not json_:
            linked = not (no_coupling or unlinked)
            click.echo(f"{LINKED if linked else ''}Ctrl-C ends it.")
        # A signal that another thread of the process got is heard when this one next wakes.
        while not ended.wait(SECONDS_BETWEEN_WAKES):
            pass


@dataclass(frozen=True)
class _Fakes:
    """Both stand-ins, what opens the books, and the clock that all of them live by."""

    shop: BizzcloudFake
    books: EboekhoudenFake
    codes: Credentials
    now: Callable[[], datetime]


def _choose(context: click.Context, books: EboekhoudenFake, path: Path) -> None:
    """Make the choices of a file of settings, over those of a story."""
    from fakes.eboekhouden.settings_file import read_settings

    try:
        read_settings(path, books.settings)
    except ValueError as error:
        click.echo(str(error), err=True)
        context.exit(BAD_INPUT)


def _fresh(control: bool) -> _Fakes:
    """Make both anew, living in the computer's time; `control` lets it be set."""
    clock: Clock = SystemClock()
    if control:
        clock = settable = SettableClock(clock.now())
        settable.let_run()
    shop, books = BizzcloudFake(clock=clock), EboekhoudenFake(clock=clock)
    opened = books.open_administration(COMPANY)
    return _Fakes(shop, books, opened.credentials, shop.clock.now)


def _from_story(context: click.Context, exits: ExitStack, path: Path) -> _Fakes:
    """Play a story up to its first link, then let its clock run."""
    from scenarios.language.errors import StoryError
    from scenarios.language.reading import read_all
    from scenarios.language.steps import Link
    from scenarios.playing.acts import ACTS
    from scenarios.playing.stage import Stage

    try:
        (story,) = read_all([path])
    except StoryError as error:
        click.echo(str(error), err=True)
        context.exit(BAD_INPUT)
    stage = exits.enter_context(Stage(story))
    for placed in story.steps:
        if isinstance(placed.step, Link):
            break
        ACTS[type(placed.step)](stage, placed.step)
    stage.clock.let_run()
    (login, *_) = stage.eboekhouden.sessions.logins
    return _Fakes(stage.bizzcloud, stage.eboekhouden, login.credentials, stage.clock.now)


def _serve(
    exits: ExitStack,
    fakes: _Fakes,
    log: LiveLog,
    host: str,
    bizzcloud_port: int,
    eboekhouden_port: int,
    control: bool,
) -> Addresses:
    """Serve both fakes; the books fast, unless their connections must be able to break."""
    shop = log.watching(fakes.shop.wsgi, "Bizzcloud", CLIENT)
    books = log.watching(fakes.books.wsgi, "e-Boekhouden", CLIENT)
    if control:
        shop = controlled(shop, fakes.shop.faults, fakes.shop.clock)
        books = controlled(books, fakes.books.faults, fakes.books.clock)
    shop_url = exits.enter_context(serve(shop, host, bizzcloud_port)).url
    if control:
        books_url = exits.enter_context(serve(books, host, eboekhouden_port)).url
    else:
        books_url = exits.enter_context(fast_serve(books, host, eboekhouden_port)).url
    return Addresses(
        bizzcloud={
            "url": shop_url,
            "database": fakes.shop.database,
            "login": fakes.shop.login,
            "password": fakes.shop.password,
        },
        eboekhouden={
            "wsdl": f"{books_url}/soap.asmx?wsdl",
            "username": fakes.codes.username,
            "security_code_1": fakes.codes.security_code_1,
            "security_code_2": fakes.codes.security_code_2,
            "pages": books_url,
        },
        timeline={},
    )


def _show(exits: ExitStack, fakes: _Fakes, log: LiveLog, port: int | None) -> str:
    """Serve the timeline, always on loopback; return its address."""
    opened = [login.credentials for login in fakes.books.sessions.logins]
    codes = [code for one in opened for code in (one.security_code_1, one.security_code_2)]
    page = LiveTimeline(
        log,
        {"user": [one.username for one in opened], "secret": [fakes.shop.password, *codes]},
        plain=[fakes.shop.database, COMPANY],
    )
    try:
        return exits.enter_context(
            serve(page, LOOPBACK, TIMELINE_PORT if port is None else port)
        ).url
    except OSError:
        if port is not None:
            raise
        return exits.enter_context(serve(page, LOOPBACK)).url


def _couple(
    exits: ExitStack,
    fakes: _Fakes,
    addresses: Addresses,
    log: LiveLog,
    poll: float,
    unlinked: bool,
) -> Addresses:
    """Start the coupling between the two, linked unless it is to wait for a person."""
    # The coupling brings zeep and a database; serving the fakes alone needs neither.
    from scenarios.driving.coupled import start
    from sync_core.access import BizzcloudAccess, EboekhoudenAccess
    from sync_core.wires import sockets

    wires = sockets()
    introduce(wires.bizzcloud, "coupling")
    introduce(wires.eboekhouden.session, "coupling")
    books: dict[str, Any] = {
        key: value for key, value in addresses.eboekhouden.items() if key != "pages"
    }
    coupled = start(
        exits,
        fakes.shop,
        BizzcloudAccess(**addresses.bizzcloud),
        addresses.eboekhouden["wsdl"],
        fakes.now,
        poll,
        lambda sentence: click.echo(sentence, err=True),
        wires,
        log,
    )
    if not unlinked:
        trouble = coupled.link(EboekhoudenAccess(**books))
        if trouble:
            click.echo(trouble, err=True)
    return replace(addresses, coupling={"url": coupled.url, "secret": coupled.secret})


def _until_a_signal() -> threading.Event:
    """Return an event that SIGINT and SIGTERM set."""
    ended = threading.Event()

    def end(_number: int, _frame: FrameType | None) -> None:
        ended.set()
        # All that is served lives in memory, so a server that does not stop is left behind.
        giving_up = threading.Timer(SECONDS_TO_END, os._exit, (0,))
        giving_up.daemon = True
        giving_up.start()

    signal.signal(signal.SIGINT, end)
    signal.signal(signal.SIGTERM, end)
    return ended


def _is_of_host(error: OSError) -> bool:
    """Tell whether the host, not the port, cannot be had."""
    return error.errno in (errno.EADDRNOTAVAIL, socket.EAI_NONAME, socket.EAI_AGAIN)


def _is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
