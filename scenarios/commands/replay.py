"""`koppeling replay`: plays a story with a real e-Boekhouden, and a real Bizzcloud too, safely."""

import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

import click
import requests
from zeep.transports import Transport

from contracts.commands.files import OutFile, unanswered
from contracts.commands.recording import known_values
from contracts.config import ConfigError, read_config
from contracts.recording.recordings import write as write_recording
from contracts.recording.sessions import Recorder
from contracts.redacting.recordings import RecordingRedactor
from contracts.sandbox import GuardError
from scenarios.commands.replay_recorded import Chosen, replay_recording
from scenarios.language.errors import BAD_INPUT, StoryError
from scenarios.language.reading import read_all
from scenarios.language.story import Story
from scenarios.replaying.journal import JournalError
from scenarios.replaying.left import free_place, left_in_shop, left_lines
from scenarios.replaying.replay import Played, Prepared, differences, dry_run, perform, prepare
from scenarios.replaying.story import How, plan
from sync_core.wires import CALL_TIMEOUT

FILE = click.Path(dir_okay=False, path_type=Path)


@click.command(name="replay")
@click.argument("file", metavar="STORY", type=FILE)
@click.option("--target", required=True, type=FILE, metavar="CONFIG.toml", help="The sandbox.")
@click.option("--check", is_flag=True, help="Only tell how each step is done; nothing is called.")
@click.option("--dry-run", "dry", is_flag=True, help="Print what would be sent; nothing is.")
@click.option("--write", is_flag=True, help="Write to the sandbox that the config names.")
@click.option(
    "--journal", type=OutFile(), help="Where writes are noted [default: STORY.journal.jsonl]."
)
@click.option("--record", type=OutFile(), help="Where the run is kept [default: STORY.run.jsonl].")
@click.pass_context
def replay_command(
    context: click.Context,
    file: Path,
    target: Path,
    check: bool,
    dry: bool,
    write: bool,
    journal: Path | None,
    record: Path | None,
) -> None:
    """Replay STORY with the e-Boekhouden of a config, and with its Bizzcloud or the fake one.

    Bizzcloud is the fake one unless the config has [bizzcloud]. A real one can play customers,
    products, invoices, credit notes, payments, receipts and closing the till, each under the
    number and day of the story; its ledger accounts are made by a person. It cannot play
    advance, backup, restore, numbering, cash, payment journal, edit receipt, an edit of the total,
    a product without an account, a till whose cash is counted, a link with ledger accounts both,
    nor any fault: these are refused by their line before anything is written.

    STORY is a file, or the name of a story in the library (credit_note), or a recording of
    e-Boekhouden (.jsonl), whose calls are sent again in this run's words.

    A replay that broke off goes on when the same command is given again: what its journal says
    is not written twice. What was said is kept as a recording, redacted. Exit code 0: all as on
    the fake; 1: differences, or it broke off; 2: nothing was written.
    """
    if file.suffix == ".jsonl":
        chosen = Chosen(target, journal, record, check=check, dry=dry, write=write)
        context.exit(replay_recording(file, chosen))
    recorder = Recorder()
    try:
        config = read_config(target)
        (story,) = _one(read_all([file]))
        if check:
            context.exit(_tell_plan(story, config.bizzcloud is not None))
        if dry:
            for number, sent in enumerate(dry_run(story, config), 1):
                click.echo(f"{number:>4}  {sent}")
            return
        name = file.name.partition(".")[0]
        place = journal or Path(f"{name}.journal.jsonl")
        http = recorder.watch(requests.Session())
        prepared = prepare(story, config, journal=place, write=write, ask=_ask, http=http)
    except (ConfigError, GuardError, JournalError) as wrong:
        click.echo(str(wrong), err=True)
        context.exit(BAD_INPUT)
    except StoryError as wrong:
        click.echo(str(wrong), err=True)
        context.exit(BAD_INPUT)
    except requests.RequestException as wrong:
        click.echo(unanswered(wrong, str(target)), err=True)
        context.exit(BAD_INPUT)
    kept = record or free_place(Path(f"{name}.run.jsonl"))
    try:
        carrier = Transport(session=http, timeout=CALL_TIMEOUT, operation_timeout=CALL_TIMEOUT)
        played = perform(prepared, carrier)
    except KeyboardInterrupt:
        played = Played((), "interrupted")
    finally:
        redactor = RecordingRedactor(known=known_values(config))
        write_recording(kept, redactor.recording(recorder.recording))
    found = differences(prepared, played)
    for line in _report(prepared, played, found):
        click.echo(line)
    if played.trouble is not None:
        click.echo(f"\nThe same command goes on: {place} says what was written.")
    click.echo(f"\nWhat was said is kept in {kept}, redacted.")
    context.exit(1 if found else 0)


def _one(stories: Sequence[Story]) -> tuple[Story]:
    if len(stories) != 1:
        raise GuardError(f"This file holds {len(stories)} cases; a replay plays one story.")
    return (stories[0],)


def _tell_plan(story: Story, real_shop: bool) -> int:
    lines = plan(story, "KR0000", real_shop=real_shop)
    for line in lines:
        click.echo(f"{line.how:<16}  {line.what}" + (f": {line.told}" if line.told else ""))
    return 1 if any(line.how is How.IMPOSSIBLE for line in lines) else 0


def _ask(told: str) -> None:
    click.echo(f"\nBy a person, {told}")
    click.echo("Press Enter when it is done.")
    if not sys.stdin.readline():
        raise GuardError(f"Nobody said that this is done: {told}.")


def _report(prepared: Prepared, played: Played, found: Sequence[str]) -> Iterator[str]:
    title, name = prepared.story.title, prepared.books.target.name
    if not found:
        mutations = len(played.seen[-1].rows)
        documents = len(played.seen[-1].documents)
        shop = f", {documents} documents in Bizzcloud" if prepared.shop is not None else ""
        yield f"{title}: {name} did as the fake does, {mutations} mutations{shop}."
    elif found != [played.trouble]:
        many = "1 difference" if len(found) == 1 else f"{len(found)} differences"
        yield f"{title}: {many} between the fake and {name}:"
        yield from (f"  {sentence}" for sentence in found)
    else:
        yield f"{title}: it broke off: {played.trouble}"
    yield from left_lines(name, list(prepared.left_behind))
    yield from left_in_shop(name, prepared.journal.shop.writes)
