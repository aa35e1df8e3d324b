"""The operator's commands: link, status, sync, watch, unlink, relink."""

import json
import re
import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, TypeVar

import click

from sync_core.adapters.listening import listening
from sync_core.adapters.settings import (
    Settings,
    SettingsWrong,
    read_push_secret,
    read_settings,
)
from sync_core.adapters.store import Store
from sync_core.coupling import Coupling, Report
from sync_core.desk import ActivationDesk
from sync_core.failures import CouplingError
from sync_core.link import Link, LinkOptions
from sync_core.listener import create_listener
from sync_core.logs import Log, silent, to_stderr
from sync_core.mapping import mapping_lines
from sync_core.progress import shown
from sync_core.quota import MUTATION_LOOKS_A_MONTH
from sync_core.watch import Watch
from sync_core.wires import sockets


class Day(click.DateTime):
    """A date as 2017-10-19."""

    name = "date"

    def __init__(self) -> None:
        super().__init__(["%Y-%m-%d"])

    def convert(
        self, value: Any, param: click.Parameter | None, ctx: click.Context | None
    ) -> datetime:
        """Return the date; any other form is told with the one that is expected."""
        try:
            found: datetime = super().convert(value, param, ctx)
        except click.BadParameter:
            self.fail(f"expected a day as 2017-10-19, found {value!r}", param, ctx)
        return found


DAY = Day()

Command = TypeVar("Command", bound=Callable[..., Any])

FAILED = 1
BAD_INPUT = 2
INTERRUPTED = 130
LAST_PORT = 65_535


def operator_options(command: Command) -> Command:
    """Give a command the options that all of the operator's commands have."""
    for option in (
        click.option("--debug", is_flag=True, help="Show where in the code trouble came from."),
        click.option("--json", "json_", is_flag=True, help="Print one JSON object."),
        click.option(
            "--config",
            type=click.Path(path_type=Path, dir_okay=False),
            default=Path("koppeling.toml"),
            show_default=True,
            envvar="KOPPELING_CONFIG",
            help="The settings file.",
        ),
    ):
        command = option(command)
    return command


@contextmanager
def coupling_of(
    config: Path, debug: bool, log: Log = silent
) -> Iterator[tuple[Coupling, Settings]]:
    """Open the store and a coupling on it; turn failures into a sentence and an exit code."""
    store: Store | None = None
    try:
        settings = read_settings(config)
        store = Store.open(settings.store)
        coupling = Coupling(store, sockets(), now, log)
        try:
            yield coupling, settings
        finally:
            coupling.close()
    except CouplingError as error:
        if debug:
            raise
        click.echo(str(error), err=True)
        code = BAD_INPUT if isinstance(error, SettingsWrong) else FAILED
        raise click.exceptions.Exit(code) from error
    except KeyboardInterrupt as error:
        click.echo("Interrupted; nothing is lost: the same command goes on.", err=True)
        raise click.exceptions.Exit(INTERRUPTED) from error
    finally:
        if store is not None:
            store.close()


def now() -> datetime:
    """Return the present moment, in UTC."""
    return datetime.now(UTC)


@click.command(name="link")
@click.option("--book-from", type=DAY, metavar="DATE", help="Book documents from then.")
@operator_options
def link_command(book_from: datetime | None, config: Path, json_: bool, debug: bool) -> None:
    """Link the shop to the books, and copy its ledger accounts and relations."""
    with coupling_of(config, debug) as (coupling, settings):
        options = settings.options
        if book_from is not None:
            options = replace(options, book_from=book_from.date())
        link = coupling.link(settings.bizzcloud, settings.eboekhouden, options)
        tell_link(link, json_)
        if not json_:
            _tell_waiting(len(coupling.attention()))
        _refuse_other_day(link, options)


@click.command(name="relink")
@click.option("--book-from", type=DAY, metavar="DATE", help="Book documents from then.")
@operator_options
def relink_command(book_from: datetime | None, config: Path, json_: bool, debug: bool) -> None:
    """Link again: to the same books, which continues, or to the others in the settings."""
    with coupling_of(config, debug) as (coupling, settings):
        options = settings.options
        if book_from is not None:
            options = replace(options, book_from=book_from.date())
        left = coupling.leave_others(settings.bizzcloud, settings.eboekhouden)
        for old in left if not json_ else ():
            click.echo(f"{old.books_name} keeps what it holds; nothing follows there any more.")
        link = coupling.link(settings.bizzcloud, settings.eboekhouden, options)
        tell_link(link, json_)
        _refuse_other_day(link, options)


@click.command(name="unlink")
@operator_options
def unlink_command(config: Path, json_: bool, debug: bool) -> None:
    """End the link: nothing is deleted, and nothing follows any more."""
    with coupling_of(config, debug) as (coupling, settings):
        coupling.resume(settings.bizzcloud, settings.eboekhouden)
        tell_link(coupling.unlink(), json_)


@click.command(name="status")
@operator_options
def status_command(config: Path, json_: bool, debug: bool) -> None:
    """Tell how the link is, what was booked and what waits, and the quota of looks used."""
    with coupling_of(config, debug) as (coupling, settings):
        link = coupling.resume(settings.bizzcloud, settings.eboekhouden)
        states = dict(sorted(coupling.states().items()))
        used = coupling.looks_used()
        waiting = len(coupling.attention())
        if json_:
            told = {**_link_values(link), "postings": states}
            told["attention"] = waiting
            told["looks"] = {"used": used, "a_month": MUTATION_LOOKS_A_MONTH}
            click.echo(json.dumps(told))
            return
        tell_link(link, json_)
        for state, number in states.items():
            click.echo(f"{number:>8}  {state}")
        _tell_waiting(waiting)
        click.echo(f"{used} of this month's {MUTATION_LOOKS_A_MONTH} looks at mutations used")


@click.command(name="mapping")
@operator_options
def mapping_command(config: Path, json_: bool, debug: bool) -> None:
    """Show what the link makes of taxes and payment journals, as settings to change."""
    with coupling_of(config, debug) as (coupling, settings):
        coupling.resume(settings.bizzcloud, settings.eboekhouden)
        coupling.use_options(settings.options)
        found = coupling.mapping()
    if not json_:
        click.echo("\n".join(mapping_lines(found)))
        return
    taxes = [
        {"tax": each.name, "rate": str(each.rate), "meaning": each.meaning,
         "vat_code": each.vat_code, "proposed": each.is_proposed}
        for each in found.taxes
    ]  # fmt: skip
    journals = [
        {"journal": each.name, "account": each.account, "problem": each.problem,
         "proposed": each.is_proposed}
        for each in found.journals
    ]  # fmt: skip
    told = {"taxes": taxes, "journals": journals, "accounts": dict(found.accounts)}
    click.echo(json.dumps(told))


@click.command(name="sync")
@operator_options
def sync_command(config: Path, json_: bool, debug: bool) -> None:
    """Book what has changed in the shop since the last time."""
    with coupling_of(config, debug) as (coupling, settings):
        coupling.resume(settings.bizzcloud, settings.eboekhouden)
        coupling.use_options(settings.options)
        with shown(quiet=json_) as progress:
            report = coupling.sync(progress=progress)
        tell_report(report, json_)


@click.command(name="watch")
@click.option("--poll", type=click.FloatRange(1, 3600), default=30.0, show_default=True,
              help="Seconds between two looks.")  # fmt: skip
@click.option("--listen", metavar="HOST:PORT", help="Take pushes and activations there too.")
@click.option("--log", is_flag=True, help="Write a structured log line for each effect.")
@operator_options
def watch_command(
    poll: float, listen: str | None, log: bool, config: Path, json_: bool, debug: bool
) -> None:
    """Follow the shop by itself until a signal ends it."""
    write = to_stderr(json_) if log else silent
    with coupling_of(config, debug, write) as (coupling, settings), ExitStack() as exits:
        coupling.resume(settings.bizzcloud, settings.eboekhouden)
        tell_link(coupling.use_options(settings.options), json_)
        watch = Watch(coupling, now, timedelta(seconds=poll), _tell_failure, write)
        if listen is not None:
            _listen(exits, watch, settings, listen)
        if threading.current_thread() is threading.main_thread():
            for number in (signal.SIGINT, signal.SIGTERM):
                signal.signal(number, lambda *_: watch.stop())
        watch.run()


def _listen(exits: ExitStack, watch: Watch, settings: Settings, place: str) -> None:
    """Take signed pushes and the activation's requests at HOST:PORT."""
    host, _, port = place.rpartition(":")
    if not host or not re.fullmatch("[0-9]{1,5}", port) or int(port) > LAST_PORT:
        raise SettingsWrong(f"--listen takes HOST:PORT, 127.0.0.1:8071 for instance, not {place}")
    desk = ActivationDesk(
        watch, settings.bizzcloud, settings.eboekhouden.wsdl, now, settings.options
    )
    app = create_listener(desk, read_push_secret(), now)
    click.echo(
        f"listening at {exits.enter_context(listening(app, host.strip('[]'), int(port)))}", err=True
    )


def tell_link(link: Link, json_: bool) -> None:
    """Print how a link is."""
    if json_:
        click.echo(json.dumps(_link_values(link)))
        return
    since = f", books from {link.options.book_from}" if link.options.book_from else ""
    why = f": {link.reason}" if link.reason else ""
    click.echo(f"{link.database} to {link.books_name} is {link.state}{since}{why}")


def _refuse_other_day(link: Link, options: LinkOptions) -> None:
    """End with a sentence where an active link keeps another `book from` than was asked for."""
    if options.book_from is None or options.book_from == link.options.book_from:
        return
    click.echo(
        f"it goes on from {link.options.book_from}, not {options.book_from}: only a link that is "
        "made again books from another day. Give `koppeling unlink`, then "
        f"`koppeling relink --book-from {options.book_from}`.",
        err=True,
    )
    raise click.exceptions.Exit(FAILED)


def _tell_waiting(count: int) -> None:
    if count:
        click.echo(f"{count} to look at: koppeling attention")


def tell_report(report: Report, json_: bool) -> None:
    """Print what a round did."""
    if json_:
        click.echo(json.dumps({"followed": report.followed, **report.moves}))
        return
    click.echo(f"{report.followed} records looked at, {report.booked} mutations booked, "
               f"{report.waiting} waiting for a person")  # fmt: skip


def _link_values(link: Link) -> dict[str, Any]:
    book_from = link.options.book_from
    return {
        "database": link.database,
        "books": link.books_name,
        "state": link.state.value,
        "reason": link.reason,
        "book_from": book_from.isoformat() if book_from else None,
    }


def _tell_failure(sentence: str) -> None:
    click.echo(sentence, err=True)
