"""`koppeling contract`: tries what a service promises on a fake, a recording or the real one."""

from dataclasses import replace
from pathlib import Path

import click
import requests

from contracts.commands.files import OutFile, unanswered
from contracts.config import ConfigError
from contracts.recording.recordings import RecordingError
from contracts.sandbox import GuardError
from contracts.suite.report_html import page
from contracts.suite.report_text import ALL, as_json, lines
from contracts.suite.results import Verdict
from contracts.suite.run import SuiteError, try_promises
from contracts.targets import guarded, target_named

FILE = OutFile()


@click.command()
@click.argument("service", type=click.Choice(["eboekhouden", "bizzcloud"]))
@click.option(
    "--target", default="fake", metavar="fake|recording:FILE|CONFIG.toml", show_default=True
)
@click.option("--write", is_flag=True, help="Try promises that write too, in a named sandbox only.")
@click.option("--read-only", is_flag=True, help="Try only promises that read, on any target.")
@click.option("--json", "json_file", type=FILE, help="Write the results as JSON to a file.")
@click.option("--junit", type=FILE, help="Write the results as JUnit's XML to a file.")
@click.option("--html", type=FILE, help="Write the results as a page to a file.")
@click.option("--broken", is_flag=True, help="Print only what is broken.")
@click.pass_context
def contract(
    context: click.Context,
    service: str,
    target: str,
    write: bool,
    read_only: bool,
    json_file: Path | None,
    junit: Path | None,
    html: Path | None,
    broken: bool,
) -> None:
    """Try what SERVICE promises, one promise an evidence entry, on a target.

    Promises that write need --write against anything but the fake, and then the config must name
    the administration (by name and GUID, checked at the service) or the database as a sandbox.
    Exit code 0: none is broken; 1: some are; 2: the suite could not be run.
    """
    if write and read_only:
        raise click.UsageError("--write and --read-only exclude each other")
    try:
        chosen = target_named(service, target, write=write)
        if read_only:
            chosen = replace(chosen, no_writing="it writes, and --read-only was given")
        run = try_promises(service, guarded(chosen), junit)
    except (ConfigError, RecordingError, GuardError, SuiteError) as wrong:
        click.echo(str(wrong), err=True)
        context.exit(2)
    except requests.RequestException as wrong:
        click.echo(unanswered(wrong, target), err=True)
        context.exit(2)
    if json_file is not None:
        json_file.write_text(as_json(run) + "\n", encoding="utf-8")
    if html is not None:
        html.write_text(page(run), encoding="utf-8")
    for line in lines(run, (Verdict.BROKEN,) if broken else ALL):
        click.echo(line)
    context.exit(1 if run.broken else 0)
