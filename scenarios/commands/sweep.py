"""`koppeling sweep`: breaks every call of the coupling, in every way, and reads the books after."""

import json
import time
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

import click

from scenarios.language.errors import BAD_INPUT, StoryError
from scenarios.language.reading import LIBRARY, read_all

if TYPE_CHECKING:
    from scenarios.sweeping.sweep import StorySweep

MOST_PRINTED = 3
"""How many differences of a failing case are printed; the others are counted."""

MOST_PRINTED_OF_KILLS = 20
"""How many differences after all kills are printed; the others are counted."""


@click.command(name="sweep")
@click.argument("files", nargs=-1, type=click.Path(path_type=Path))
@click.option("--case", "name", help="Run this case alone, by its name.")
@click.option("--writes", default=0.11, show_default=True, help="Share of the cases of writes.")
@click.option("--reads", default=0.0013, show_default=True, help="Share of all other cases.")
@click.option("--pairs", default=0.15, show_default=True, help="Pairs of faults, to single ones.")
@click.option("--all", "all_", is_flag=True, help="All single cases; takes hours.")
@click.option("--seed", default=0, show_default=True, help="Choose other cases.")
@click.option("--processes", type=int, help="How many processes; one a core unless said.")
@click.option(
    "--failing",
    type=click.Path(path_type=Path, file_okay=False),
    help="Write each failing case to this folder, as a story with its fault as a step; of a "
    "failing --kill the coupling's store.",
)
@click.option("--kill", is_flag=True, help="Kill a coupling's process at random moments instead.")
@click.option("--kills", type=click.IntRange(1), default=1000, show_default=True,
              help="How many kills of a process at work.")  # fmt: skip
@click.option("--json", "json_", is_flag=True, help="Print the results as one JSON object.")
@click.pass_context
def sweep_command(
    context: click.Context,
    files: tuple[Path, ...],
    name: str | None,
    writes: float,
    reads: float,
    pairs: float,
    all_: bool,
    seed: int,
    processes: int | None,
    failing: Path | None,
    kill: bool,
    kills: int,
    json_: bool,
) -> None:
    """Break each call of the coupling in turn and demand the books of an undisturbed run.

    FILES are stories, all in a folder, or the library. A case is one fault at one call of one
    story, or the coupling's process killed there; its name says which. Shares from 0 to 1 choose
    how many of all cases are run, by their names and the seed.

    With --kill no story is played: a process of the coupling works over sockets while the shop
    sells at random, is killed by SIGKILL again and again, and must lose and double nothing.

    Exit code 0: all ended as they should; 1: some did not; 2: a story cannot be read, or no case
    has that name.
    """
    if kill:
        context.exit(_kill(kills, seed, failing, json_))
    try:
        stories = read_all(files or [LIBRARY])
    except StoryError as error:
        click.echo(str(error), err=True)
        context.exit(BAD_INPUT)
    # The sweep brings both fakes and the coupling; a story that cannot be read needs none of it.
    from scenarios.sweeping.cases import Choice
    from scenarios.sweeping.story import write_failing
    from scenarios.sweeping.sweep import sweep

    choice = Choice(1, 1, 0, seed, name) if all_ else Choice(writes, reads, pairs, seed, name)
    begun = time.perf_counter()
    sweeps: list[StorySweep] = []
    for swept in sweep(stories, choice, processes):
        sweeps.append(swept)
        if not json_:
            for line in _lines(swept):
                click.echo(line)
        if failing is not None:
            for result in swept.results:
                if not result.passed:
                    click.echo(f"  written to {write_failing(swept, result, failing)}", err=json_)
    seconds = time.perf_counter() - begun
    cases = sum(len(swept.results) for swept in sweeps)
    if not cases and name is not None:
        click.echo(f"no case is called {name!r}", err=True)
        context.exit(BAD_INPUT)
    click.echo(_json(sweeps, seconds) if json_ else _summary(sweeps, seconds))
    context.exit(0 if not _failed(sweeps) and not _unplayable(sweeps) else 1)


def _kill(kills: int, seed: int, failing: Path | None, json_: bool) -> int:
    """Kill a coupling's process so many times and tell what became of it; return the exit code."""
    from rich.console import Console
    from rich.progress import MofNCompleteColumn, Progress, TimeRemainingColumn

    from scenarios.sweeping.kill_sweep import kill_sweep

    begun = time.perf_counter()
    console = Console(stderr=True)
    columns = ("kills", MofNCompleteColumn(), TimeRemainingColumn())
    # The bars' own thread would not survive the forks, so they are drawn when a kill was done.
    with Progress(
        *columns, console=console, auto_refresh=False, disable=json_ or not console.is_terminal
    ) as bars:
        task = bars.add_task("", total=kills)

        def show(done: int) -> None:
            bars.update(task, completed=done)
            bars.refresh()

        killed = kill_sweep(kills, seed, show, failing)
    seconds = round(time.perf_counter() - begun, 1)
    if json_:
        click.echo(json.dumps({**asdict(killed), "seconds": seconds}, ensure_ascii=False))
    else:
        for sentence in killed.wrong[:MOST_PRINTED_OF_KILLS]:
            click.echo(f"  {sentence}")
        click.echo(
            f"{killed.kills} kills of a process at work (and {killed.idle_kills} of an idle one), "
            f"{killed.documents} documents, {killed.mutations} mutations, {killed.lost} lost, "
            f"{killed.double} double, {len(killed.wrong)} differences, in {seconds:.0f} s"
        )
    return 1 if killed.wrong else 0


def _lines(swept: "StorySweep") -> Iterable[str]:
    if swept.about_its_fault:
        yield f"{swept.name}: not swept, since it is about a fault of its own"
        return
    failed = _failed([swept])
    verdict = f"{failed} FAILED" if failed else "all as they should be"
    yield f"{swept.name}: {swept.trouble or f'{len(swept.results)} cases, {verdict}'}"
    for result in swept.results:
        if not result.passed:
            yield f"  {result.case.name}"
            for sentence in result.wrong[:MOST_PRINTED]:
                yield f"    {sentence}"
            if len(result.wrong) > MOST_PRINTED:
                yield f"    and {len(result.wrong) - MOST_PRINTED} differences more"


def _summary(sweeps: Sequence["StorySweep"], seconds: float) -> str:
    cases = sum(len(swept.results) for swept in sweeps)
    doubles = sum(result.doubles for swept in sweeps for result in swept.results)
    failed = _failed(sweeps)
    not_swept = sum(bool(swept.trouble) for swept in sweeps)
    return (
        f"{len(sweeps) - not_swept} stories ({not_swept} not swept), {cases} cases, "
        f"{failed} failed, {doubles} doubles of the service's own named, in {seconds:.0f} s"
    )


def _failed(sweeps: Iterable["StorySweep"]) -> int:
    return sum(not result.passed for swept in sweeps for result in swept.results)


def _unplayable(sweeps: Iterable["StorySweep"]) -> bool:
    return any(swept.trouble and not swept.about_its_fault for swept in sweeps)


def _json(sweeps: Sequence["StorySweep"], seconds: float) -> str:
    kinds = Counter(result.case.kind for swept in sweeps for result in swept.results)
    return json.dumps(
        {
            "stories": len(sweeps),
            "cases": sum(kinds.values()),
            "failed": _failed(sweeps),
            "seconds": round(seconds, 1),
            "kinds": kinds,
            "failing": [
                {"case": result.case.name, "wrong": result.wrong}
                for swept in sweeps
                for result in swept.results
                if not result.passed
            ],
            "troubles": {swept.name: swept.trouble for swept in sweeps if swept.trouble},
        },
        indent=2,
        ensure_ascii=False,
    )
