"""The command `koppeling evidence adopt`."""

from difflib import unified_diff
from importlib.resources import files
from pathlib import Path

import click

from contracts.config import ConfigError
from contracts.evidence.adopting import adopted, hosts_of_stand_ins
from contracts.evidence.catalogue import SERVICES, entries
from contracts.recording.recordings import RecordingError, read
from contracts.suite.run import SuiteError, try_promises
from contracts.targets import target_named


@click.command("adopt")
@click.argument("service", type=click.Choice(SERVICES))
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--source", required=True, help="Where and when the recording was made.")
@click.option("--write", is_flag=True, help="Make the edit, instead of printing it.")
def adopt_command(service: str, file: Path, source: str, write: bool) -> None:
    """Print what a recording of the real SERVICE proves, as an edit of the evidence to review.

    Promises that it keeps become `recorded`; for one that it breaks an entry says what was seen.
    """
    try:
        stand_ins = hosts_of_stand_ins(read(file))
        if stand_ins:
            raise click.ClickException(
                f"{file} was recorded at {', '.join(stand_ins)}, which is a stand-in: it proves "
                "nothing about the real service. Record the real one."
            )
        run = try_promises(service, target_named(service, f"recording:{file}", write=False))
    except (ConfigError, RecordingError, SuiteError) as wrong:
        raise click.UsageError(str(wrong)) from wrong
    place = Path(str(files("contracts.evidence").joinpath(f"{service}.yaml")))
    before = place.read_text(encoding="utf-8")
    after = adopted(before, entries(service), run.results, source)
    if after == before:
        click.echo(f"{run.summary()}\nNothing to adopt: the evidence says all of it already.")
        return
    if write:
        place.write_text(after, encoding="utf-8")
        click.echo(f"{run.summary()}\n{place} is changed; review it before you commit it.")
        return
    edit = unified_diff(
        before.splitlines(keepends=True), after.splitlines(keepends=True), place.name, place.name
    )
    click.echo("".join(edit), nl=False)
