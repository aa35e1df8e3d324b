"""The commands of the contracts: `koppeling wsdl` and `koppeling evidence`, with `adopt` in it."""

import json
from pathlib import Path

import click
import requests

from contracts.eboekhouden.interface import Comparison, compare, inventory, parts
from contracts.evidence.adopt_command import adopt_command
from contracts.evidence.catalogue import SERVICES, Grade, by_grade, entries


@click.group()
def wsdl() -> None:
    """Look at the interface of e-Boekhouden."""


@wsdl.command("compare")
@click.argument("place", metavar="FILE|URL")
def compare_with(place: str) -> None:
    """Compare any WSDL, of a file or an address, with e-Boekhouden's, part by part."""
    expected = inventory()
    try:
        found = parts(_read(place))
    except requests.HTTPError as wrong:
        raise click.ClickException(f"{place} cannot be compared: {wrong}") from wrong
    except requests.RequestException as wrong:
        raise click.ClickException(f"{place} does not answer; is the address right?") from wrong
    except OSError as wrong:
        raise click.ClickException(f"{place} cannot be read: {wrong.strerror}") from wrong
    except ValueError as wrong:
        raise click.ClickException(f"{place} cannot be compared: {wrong}") from wrong
    compared = compare(found, expected)
    for name in compared.different:
        click.echo(f"differs: {name}")
        click.echo(f"  expected {'; '.join(expected[name])}")
        click.echo(f"  found    {'; '.join(found[name])}")
    for name in compared.missing:
        click.echo(f"missing: {name}")
    for name in compared.extra:
        click.echo(f"extra: {name}")
    click.echo(_summary(compared, len(expected)))
    if not compared.same:
        raise SystemExit(1)


def _summary(compared: Comparison, expected: int) -> str:
    extra = f"{len(compared.extra)} extra" if compared.extra else "none extra"
    return f"{len(compared.equal)} of {expected} parts are equal, {extra}."


def _read(place: str) -> bytes:
    if place.startswith(("http://", "https://")):
        answer = requests.get(place, timeout=30)
        answer.raise_for_status()
        return answer.content
    return Path(place).read_bytes()


@click.group(invoke_without_command=True)
@click.option("--all", "everything", is_flag=True, help="Print every entry, not only assumed ones.")
@click.option("--json", "as_json", is_flag=True, help="Print all entries as JSON.")
@click.pass_context
def evidence(context: click.Context, everything: bool, as_json: bool) -> None:
    """Show how the behaviour of the two fakes is known: counts by grade, and what is assumed."""
    if context.invoked_subcommand is not None:
        return
    catalogue = {service: entries(service) for service in SERVICES}
    if as_json:
        click.echo(
            json.dumps(
                {
                    service: [entry.model_dump(by_alias=True) for entry in found]
                    for service, found in catalogue.items()
                },
                indent=2,
                ensure_ascii=False,
            )
        )
        return
    for service, found in catalogue.items():
        counts = ", ".join(f"{count} {grade}" for grade, count in by_grade(found).items())
        click.echo(f"{service}: {len(found)} behaviours: {counts}")
    for service, found in catalogue.items():
        for entry in found:
            if everything or entry.grade is Grade.ASSUMED:
                click.echo(f"\n{service} {entry.id} ({entry.grade})")
                click.echo(f"  {entry.says}")
                click.echo(f"  source: {entry.source}")
                click.echo(f"  shown by: {entry.shown_by}")


evidence.add_command(adopt_command)
