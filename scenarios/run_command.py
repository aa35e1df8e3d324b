"""`koppeling run`: plays stories and tells what came of them."""

import time
from collections.abc import Sequence
from pathlib import Path

import click

from scenarios.errors import BAD_INPUT, StoryError
from scenarios.language.reading import LIBRARY, read_all


@click.command(name="run")
@click.argument("files", nargs=-1, type=click.Path(path_type=Path))
@click.option("--sockets", is_flag=True, help="Serve the fakes on loopback instead of in process.")
@click.option("--json", "json_", is_flag=True, help="Print the results as one JSON object.")
@click.option("--debug", is_flag=True, help="Show where in the code a service problem came from.")
@click.option(
    "--report",
    type=click.Path(path_type=Path, file_okay=False),
    help="Write a page to open, JUnit XML, JSON, a HAR file and a summary to this folder.",
)
@click.option("--tag", "tags", multiple=True, help="Only stories with this tag; may be repeated.")
@click.pass_context
def run_command(
    context: click.Context,
    files: tuple[Path, ...],
    sockets: bool,
    json_: bool,
    debug: bool,
    report: Path | None,
    tags: tuple[str, ...],
) -> None:
    """Play stories: FILES, all in a folder, or the library that comes with koppeling.

    Exit code 0: all passed; 1: a story failed or a service gave trouble; 2: a story cannot be
    read.
    """
    try:
        stories = read_all(files or [LIBRARY])
    except StoryError as error:
        if debug:
            raise
        click.echo(str(error), err=True)
        context.exit(BAD_INPUT)
    if tags:
        stories = [story for story in stories if set(tags) & set(story.head.tags)]
    # The runner brings both fakes and the coupling; a story that cannot be read needs none of it.
    from scenarios.report_files import write_report
    from scenarios.report_text import as_json, story_lines, summary
    from scenarios.results import StoryResult
    from scenarios.runner import run_all

    begun = time.perf_counter()
    results: list[StoryResult] = []
    for result in run_all(stories, sockets, keep_calls=report is not None):
        results.append(result)
        if not json_:
            _tell(list(story_lines(result, debug)))
    seconds = time.perf_counter() - begun
    if report is not None:
        write_report(report, results, seconds)
    click.echo(as_json(results, seconds) if json_ else summary(results, seconds))
    context.exit(0 if all(result.passed for result in results) else 1)


def _tell(lines: Sequence[str]) -> None:
    click.echo("\n".join(lines))
