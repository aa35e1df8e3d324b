"""`koppeling run`: plays stories and tells what came of them."""

import shlex
import shutil
import signal
import sys
import time
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

import click

from scenarios.language.errors import BAD_INPUT, INTERRUPTED, StoryError, nearest_name
from scenarios.language.reading import LIBRARY, read_all
from scenarios.language.story import Story

if TYPE_CHECKING:
    from scenarios.driving.outside import Outside

BY_HAND = "none"
"""What `--coupling` says when a person starts and ends the program."""


@click.command(name="run")
@click.argument("files", nargs=-1, type=click.Path(path_type=Path))
@click.option("--sockets", is_flag=True, help="Serve the fakes on loopback instead of in process.")
@click.option(
    "--coupling",
    metavar="COMMAND",
    help="Test this program instead of our own coupling (docs/outside-coupling.md); none: one "
    "that you start by hand.",
)
@click.option(
    "--rest",
    type=click.FloatRange(0.05, 60),
    default=1.0,
    show_default=True,
    help="For how many seconds such a program makes no call when it is at rest.",
)
@click.option(
    "--patience",
    type=click.FloatRange(1, 3600),
    default=30.0,
    show_default=True,
    help="How many seconds such a program may take to come to rest, or to end.",
)
@click.option("--json", "json_", is_flag=True, help="Print the results as one JSON object.")
@click.option("--debug", is_flag=True, help="Show where in the code a service problem came from.")
@click.option(
    "--report",
    type=click.Path(path_type=Path, file_okay=False, writable=True),
    help="Write a page to open, JUnit XML, JSON, a HAR file and a summary to this folder.",
)
@click.option("--tag", "tags", multiple=True, help="Only stories with this tag; may be repeated.")
@click.pass_context
def run_command(
    context: click.Context,
    files: tuple[Path, ...],
    sockets: bool,
    coupling: str | None,
    rest: float,
    patience: float,
    json_: bool,
    debug: bool,
    report: Path | None,
    tags: tuple[str, ...],
) -> None:
    """Play stories: FILES, all in a folder, or the library that comes with koppeling.

    A story of the library may be named without its folder: till_day.

    Exit code 0: all passed; 1: a story failed or a service gave trouble; 2: a story cannot be
    read; 130: interrupted, with what was played until then told and reported.
    """
    try:
        stories = read_all(files or [LIBRARY])
    except StoryError as error:
        if debug:
            raise
        click.echo(str(error), err=True)
        context.exit(BAD_INPUT)
    if tags:
        stories = _tagged(stories, tags)
    if report is not None:
        _make(report)
    # The runner brings both fakes and the coupling; a story that cannot be read needs none of it.
    from scenarios.playing.results import StoryResult
    from scenarios.playing.runner import run_all
    from scenarios.reporting.files import write_report
    from scenarios.reporting.text import as_json, story_lines, summary

    outside = None if coupling is None else _outside(coupling, rest, patience)
    begun = time.perf_counter()
    results: list[StoryResult] = []
    width = shutil.get_terminal_size().columns if sys.stdout.isatty() else None
    with suppress(KeyboardInterrupt):
        for result in run_all(stories, sockets, keep_calls=report is not None, outside=outside):
            results.append(result)
            if not json_:
                _tell(list(story_lines(result, debug, width)))
    seconds = time.perf_counter() - begun
    not_played = len(stories) - len(results)
    if report is not None:
        write_report(report, results, seconds, not_played)
    told = as_json if json_ else summary
    click.echo(told(results, seconds, not_played))
    if not_played:
        context.exit(INTERRUPTED)
    context.exit(0 if all(result.passed for result in results) else 1)


def _tagged(stories: Sequence[Story], tags: Sequence[str]) -> list[Story]:
    """Return the stories with one of the tags. Raises click.BadParameter for a tag of none."""
    known = {tag for story in stories for tag in story.head.tags}
    for tag in tags:
        if tag not in known:
            close = nearest_name(tag, known)
            hint = f"did you mean {close!r}?" if close else f"there are: {', '.join(sorted(known))}"
            raise click.BadParameter(f"no story has the tag {tag!r}; {hint}", param_hint="--tag")
    return [story for story in stories if set(tags) & set(story.head.tags)]


def _make(report: Path) -> None:
    """Make the report's folder, so that nothing is played in vain where that cannot be done."""
    try:
        report.mkdir(parents=True, exist_ok=True)
    except OSError as wrong:
        raise click.BadParameter(
            f"the folder {report} cannot be made: {wrong.strerror}", param_hint="--report"
        ) from wrong


def _outside(coupling: str, rest: float, patience: float) -> "Outside":
    """Return the coupling under test. Raises click.BadParameter for a command that is none."""
    from scenarios.driving.outside import Outside

    if coupling == BY_HAND:
        return Outside(None, rest, patience, ask=_ask)
    try:
        command = tuple(shlex.split(coupling))
    except ValueError as error:
        raise click.BadParameter(f"{error}; in {coupling!r}", param_hint="--coupling") from error
    if not command or shutil.which(command[0]) is None:
        raise click.BadParameter(
            f"there is no program {command[0] if command else ''!r}; name one with its arguments, "
            "as in --coupling 'node coupling.js', or none for one that you start by hand.",
            param_hint="--coupling",
        )
    # What is started here must not outlive a run that is ended from outside.
    signal.signal(signal.SIGTERM, lambda number, _frame: sys.exit(128 + number))
    return Outside(command, rest, patience)


def _ask(what: str) -> None:
    click.echo(what, err=True)
    click.prompt("Press Enter when that is done", default="", show_default=False, err=True)


def _tell(lines: Sequence[str]) -> None:
    click.echo("\n".join(lines))
