"""The command `koppeling drift`."""

import json
from dataclasses import asdict
from pathlib import Path

import click

from contracts.commands.recording import FILE, opened
from contracts.drifting.drift import Difference, compare


@click.command("drift")
@click.argument("before", type=FILE)
@click.argument("after", type=FILE)
@click.option("--json", "as_json", is_flag=True, help="Print the differences as JSON.")
def drift_command(before: Path, after: Path, as_json: bool) -> None:
    """Compare two recordings of the same run, and name each difference once; 1 when there is one.

    BEFORE is what is known (a run against the fake, or last month's), AFTER what is to be held
    against it.
    """
    found = compare(opened(before), opened(after))
    if as_json:
        rows = [{"name": difference.name, **asdict(difference)} for difference in found]
        click.echo(json.dumps(rows, indent=2, ensure_ascii=False))
    elif not found:
        click.echo("No difference.")
    else:
        for difference in found:
            click.echo(told(difference))
        click.echo("1 difference." if len(found) == 1 else f"{len(found)} differences.")
    if found:
        raise SystemExit(1)


def told(difference: Difference) -> str:
    """Return a difference as the lines that a terminal shows."""
    many = "1 exchange" if difference.exchanges == 1 else f"{difference.exchanges} exchanges"
    lines = [
        difference.name,
        f"  was {difference.was}, is {difference.now}, in {many}",
        f"  touches {difference.promise}; in the fake: {difference.change}"
        if difference.promise
        else "  touches no promise that is known",
    ]
    return "\n".join(lines)
