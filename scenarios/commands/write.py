"""`koppeling schema` and `koppeling new`: what a person needs to write a story of their own."""

import json
import shlex
from pathlib import Path

import click

from scenarios.language.errors import BAD_INPUT
from scenarios.language.reference import reference
from scenarios.language.schema import story_schema

FIRST_STORY = """\
title: {title}
source: where this story comes from
today: 2017-10-19

given:
  eboekhouden:
    administration: {{company: Demo BV, next mutation: 245}}
  bizzcloud:
    partners:
      - {{ref: K0001, name: Bakkerij de Groot, company: yes, city: Utrecht}}

steps:
  - link: {{book from: 2017-10-19}}
  - invoice:
      partner: K0001
      lines:
        - {{text: Taart, account: 8020, quantity: 1, price: 82.64, vat: 21}}
  - sync
  - expect:
      mutations: |
        Nr   Datum       Soort       Bedrag  Rekening  Tegenrekening  Factuur
        245  19-10-2017  Fact verst  99,99   1300      8020           F/2017/0001
"""


@click.command(name="schema")
@click.option("--reference", "as_reference", is_flag=True, help="Print it as a page to read.")
def schema_command(as_reference: bool) -> None:
    """Print the JSON schema of a story file, for an editor to complete and check by."""
    if as_reference:
        click.echo(reference(), nl=False)
    else:
        click.echo(json.dumps(story_schema(), ensure_ascii=False, indent=2))


@click.command(name="new")
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
@click.pass_context
def new_command(context: click.Context, file: Path) -> None:
    """Write a first story to FILE, which passes as it is; change it into your own."""
    if not file.name.endswith(".story.yaml"):
        file = file.with_name(f"{file.name.removesuffix('.yaml').removesuffix('.yml')}.story.yaml")
    if file.exists():
        click.echo(f"{file} is there already; name another file.", err=True)
        context.exit(BAD_INPUT)
    title = file.name.removesuffix(".story.yaml").replace("_", " ").replace("-", " ").capitalize()
    try:
        if not file.parent.exists():
            file.parent.mkdir(parents=True)
        file.write_text(FIRST_STORY.format(title=title), encoding="utf-8")
    except OSError as wrong:
        click.echo(f"{file} cannot be written: {wrong.strerror}", err=True)
        context.exit(BAD_INPUT)
    click.echo(f"wrote {file}; run it by: koppeling run {shlex.quote(str(file))}")
