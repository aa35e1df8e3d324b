"""`koppeling replay`: plays a story with a real e-Boekhouden, safely."""

from collections.abc import Iterator, Sequence
from pathlib import Path

import click
import requests

from contracts.config import ConfigError, read_config
from contracts.sandbox import GuardError
from scenarios.errors import BAD_INPUT, StoryError
from scenarios.language.reading import read
from scenarios.language.story import Story
from scenarios.replay import Played, Prepared, differences, dry_run, perform, prepare
from scenarios.replay_journal import JournalError, Write
from scenarios.replay_story import How, plan

FILE = click.Path(dir_okay=False, path_type=Path)
WHERE = {
    "AddMutatie": "Boekhouden > Overzichten > Mutaties, the X",
    "AddRelatie": "Relaties",
    "AddGrootboekrekening": "Beheer > Grootboekrekeningen",
    "AddFactuur": "Facturen",
}
"""Where a person deletes what a write left behind."""


@click.command(name="replay")
@click.argument("file", metavar="STORY", type=FILE)
@click.option("--target", required=True, type=FILE, metavar="CONFIG.toml", help="The sandbox.")
@click.option("--check", is_flag=True, help="Only tell how each step is done; nothing is called.")
@click.option("--dry-run", "dry", is_flag=True, help="Print what would be sent; nothing is.")
@click.option("--write", is_flag=True, help="Write to the sandbox that the config names.")
@click.option("--journal", type=FILE, help="Where writes are noted [default: STORY.journal.jsonl].")
@click.pass_context
def replay_command(
    context: click.Context,
    file: Path,
    target: Path,
    check: bool,
    dry: bool,
    write: bool,
    journal: Path | None,
) -> None:
    """Replay STORY with the fake Bizzcloud and the e-Boekhouden of a config.

    A replay that broke off goes on when the same command is given again: what its journal says
    is not written twice. Exit code 0: all as on the fake; 1: differences; 2: nothing was written.
    """
    try:
        config = read_config(target)
        (story,) = _one(read(file))
        if check:
            context.exit(_tell_plan(story))
        if dry:
            for sent in dry_run(story, config):
                click.echo(f"{sent.number:>4}  {sent.told}")
            return
        place = journal or Path(f"{file.name.partition('.')[0]}.journal.jsonl")
        prepared = prepare(story, config, journal=place, write=write, ask=_ask)
    except (ConfigError, GuardError, JournalError) as wrong:
        click.echo(str(wrong), err=True)
        context.exit(BAD_INPUT)
    except StoryError as wrong:
        click.echo(str(wrong), err=True)
        context.exit(BAD_INPUT)
    except requests.RequestException as wrong:
        click.echo(f"{target}: the service does not answer as it should: {wrong}", err=True)
        context.exit(BAD_INPUT)
    played = perform(prepared)
    found = differences(prepared.reference, played)
    for line in _report(prepared, played, found):
        click.echo(line)
    context.exit(1 if found else 0)


def _one(stories: Sequence[Story]) -> tuple[Story]:
    if len(stories) != 1:
        raise GuardError(f"This file holds {len(stories)} cases; a replay plays one story.")
    return (stories[0],)


def _tell_plan(story: Story) -> int:
    lines = plan(story, "KR0000")
    for line in lines:
        click.echo(f"{line.how:<16}  {line.what}" + (f": {line.told}" if line.told else ""))
    return 1 if any(line.how is How.IMPOSSIBLE for line in lines) else 0


def _ask(told: str) -> None:
    click.echo(f"\nBy a person, in e-Boekhouden: {told}")
    click.pause("Press a key when it is done.")


def _report(prepared: Prepared, played: Played, found: Sequence[str]) -> Iterator[str]:
    title, name = prepared.story.title, prepared.books.target.name
    if not found:
        mutations = len(played.seen[-1].rows)
        yield f"{title}: {name} did as the fake does, {mutations} mutations."
    else:
        yield f"{title}: {len(found)} differences between the fake and {name}:"
        yield from (f"  {sentence}" for sentence in found)
    left = list(prepared.left_behind)
    if left:
        yield ""
        yield f"Left behind in {name}, to be deleted by a person:"
        yield from (f"  {_left(write)}" for write in left)


def _left(write: Write) -> str:
    number = f"number {write.mutation}, " if write.mutation is not None else ""
    return f"{number}{write.told} ({WHERE[write.operation]})"
