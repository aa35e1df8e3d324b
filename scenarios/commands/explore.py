"""`koppeling explore`: makes up histories until one fails, and writes that one as a story file."""

import os
import secrets
import sys
from pathlib import Path

import click

from scenarios.exploring.coverage import not_reached, told
from scenarios.exploring.explore import Found, explore
from scenarios.exploring.not_invented import NOT_INVENTED
from scenarios.language.writing import write
from scenarios.reporting.text import failure_lines


@click.command(name="explore")
@click.option("--seconds", type=click.FloatRange(1), default=60, show_default=True)
@click.option("--seed", type=click.IntRange(0, 999_999), help="The same seed, the same histories.")
@click.option(
    "--processes",
    type=click.IntRange(1),
    default=os.cpu_count() or 1,
    help="How many at a time; one for each core unless said.",
)
@click.option(
    "--out",
    type=click.Path(path_type=Path, file_okay=False),
    default=Path(),
    help="Where the story of a failing history is written.",
)
@click.option(
    "--verbose",
    "-v",
    is_flag=True,
    help="Name the changes of state not reached, and what is not made up.",
)
@click.pass_context
def explore_command(
    context: click.Context,
    seconds: float,
    seed: int | None,
    processes: int,
    out: Path,
    verbose: bool,
) -> None:
    """Make up histories of a shop and its books and judge each by an independent model.

    The search goes where it has not been: towards states, changes of state and steps after each
    other that were not seen yet. The same seed and processes make up the same histories.

    Exit code 1 when one fails: it is shrunk and written to a story file that fails the same way.
    """
    chosen = secrets.randbelow(1_000_000) if seed is None else seed
    click.echo(f"seed {chosen}")
    found = explore(seconds, chosen, processes, _progress)
    if sys.stderr.isatty():
        click.echo("\r" + " " * 78 + "\r", nl=False, err=True)
    click.echo(_told(found, processes))
    for missed in not_reached(found.covered) if verbose else ():
        click.echo(f"  not reached: {missed}")
    for left_out, reason in NOT_INVENTED.items() if verbose else ():
        click.echo(f"  not made up: {left_out} ({reason})")
    if found.story is None or found.result is None:
        context.exit(0)
    file = out / f"found-{chosen}.story.yaml"
    out.mkdir(parents=True, exist_ok=True)
    file.write_text(write(found.story), encoding="utf-8")
    if found.result.failure is not None:
        click.echo("\n".join(failure_lines(found.result.failure)))
    else:
        click.echo(found.result.trouble)
    acted = sum(placed.step.word != "expect" for placed in found.story.steps)
    click.echo(
        f"A history of {acted} steps fails, found after {found.seconds_to_failure:.0f} s and "
        f"shrunk in {found.seconds_to_shrink:.0f} s; run it by: koppeling run {file}"
    )
    context.exit(1)


def _told(found: Found, processes: int) -> str:
    a_minute = found.histories / found.seconds * 60 if found.seconds else 0.0
    return (
        f"{found.histories} histories on {processes} "
        f"{'process' if processes == 1 else 'processes'}, {a_minute:.0f} a minute each; "
        f"reached {told(found.covered)}"
    )


def _progress(found: Found) -> None:
    if sys.stderr.isatty():
        click.echo(f"\r{found.histories} histories, {told(found.covered)}", nl=False, err=True)
