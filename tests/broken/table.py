"""Prints how soon `explore` finds each broken coupling, and to how few steps it is shrunk.

python -m tests.broken.table [--seconds N] [--seed S] [--processes P] [--out DIR] [NAME ...]

Each is handed to the search without the stories of the library; what it finds is written as a
story, which must fail by `koppeling run` with the same coupling, and pass with the right one.
Seconds are those that the search's one process worked, so that the table is the same beside others.
Those that no history can show are not searched for, and named at the end with the reason.
"""

import os
import tempfile
import time
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from functools import partial
from multiprocessing import get_context
from pathlib import Path

import click
import pytest
from click.testing import CliRunner

from scenarios.cli import koppeling
from scenarios.exploring.explore import explore_here
from scenarios.language.writing import write
from tests.broken.variants import VARIANTS

ENOUGH = 0.8
"""The share of all that must be found in time and shrunk: 20 of 25."""

FEW = 8
"""How many steps a story that was shrunk may have, its expectations not counted."""


@dataclass(frozen=True)
class Search:
    """What came of the search for one broken coupling."""

    histories: int
    seconds: float | None = None
    shrinking: float = 0.0
    steps: int = 0
    fails_again: bool = False
    right_one_passes: bool = False

    @property
    def is_good(self) -> bool:
        """Whether it was found, is small, and is a story that fails for the right reason."""
        found = self.seconds is not None and self.fails_again and self.right_one_passes
        return found and self.steps <= FEW


def search(name: str, seconds: float, seed: int, folder: Path) -> Search:
    """Break the coupling of this process and explore."""
    with pytest.MonkeyPatch.context() as patch:
        VARIANTS[name].patch(patch)
        found = explore_here(seconds, seed, clock=time.process_time)
        if found.story is None:
            return Search(found.histories)
        file = folder / f"{name.replace(' ', '-').replace('`', '')}.story.yaml"
        file.write_text(write(found.story), "utf-8")
        fails_again = _exit_code(file) == 1
    return Search(
        found.histories,
        found.seconds_to_failure,
        found.seconds_to_shrink,
        sum(placed.step.word != "expect" for placed in found.story.steps),
        fails_again,
        _exit_code(file) == 0,
    )


def _exit_code(file: Path) -> int:
    return CliRunner().invoke(koppeling, ["run", str(file)]).exit_code


@click.command()
@click.argument("names", nargs=-1)
@click.option("--seconds", default=60.0, show_default=True)
@click.option("--seed", default=1, show_default=True)
@click.option("--processes", default=os.cpu_count() or 1, show_default=True)
@click.option("--out", type=click.Path(path_type=Path, file_okay=False))
@click.pass_context
def main(
    context: click.Context,
    names: tuple[str, ...],
    seconds: float,
    seed: int,
    processes: int,
    out: Path | None,
) -> None:
    """Print a line for each broken coupling and a count; exit code 1 when too few are found."""
    folder = out or Path(tempfile.mkdtemp(prefix="koppeling-broken-"))
    folder.mkdir(parents=True, exist_ok=True)
    chosen = names or tuple(name for name, variant in VARIANTS.items() if not variant.beyond)
    click.echo(f"{'broken coupling':<44}{'found':>8}{'histories':>11}{'shrunk':>8}{'steps':>7}")
    good = 0
    one = partial(search, seconds=seconds, seed=seed, folder=folder)
    pool = ProcessPoolExecutor(processes, mp_context=get_context("spawn"), max_tasks_per_child=1)
    with pool:
        for name, found in zip(chosen, pool.map(one, chosen), strict=True):
            good += found.is_good
            click.echo(_line(name, found))
    click.echo(
        f"{good} of {len(chosen)} found within {seconds:.0f} s, shrunk to at most {FEW} steps, and "
        f"written to a file that fails by `koppeling run` ({folder})"
    )
    for name, variant in VARIANTS.items():
        if variant.beyond and not names:
            click.echo(f"beyond any history: {name} ({variant.beyond})")
    context.exit(0 if good >= ENOUGH * len(chosen) else 1)


def _line(name: str, found: Search) -> str:
    if found.seconds is None:
        return f"{name:<44}{'-':>8}{found.histories:>11}"
    again = "" if found.fails_again else "  does not fail again"
    right = "" if found.right_one_passes else "  fails with the right coupling too"
    return (
        f"{name:<44}{found.seconds:>6.1f} s{found.histories:>11}{found.shrinking:>6.1f} s"
        f"{found.steps:>7}{again}{right}"
    )


if __name__ == "__main__":
    main()
