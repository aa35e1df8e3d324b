"""The operator's commands about what is in the books: audit, attention, repost."""

import json
from collections.abc import Callable, Sequence
from functools import wraps
from pathlib import Path
from typing import Any

import click
from click.core import ParameterSource

from sync_core.attention import Attention
from sync_core.attention_text import attention_lines
from sync_core.audit_findings import Audit, Period
from sync_core.audit_text import audit_lines
from sync_core.cli import FAILED, coupling_of, now, operator_options
from sync_core.coupling import Coupling
from sync_core.messages import Language

Options = tuple[Path, bool, bool]
"""What the answers share: the settings file, whether to debug, and whether to print JSON."""

language_option = click.option(
    "--lang", "language", type=click.Choice(["nl", "en"]), default="nl", show_default=True
)


@click.command(name="audit")
@language_option
@operator_options
@click.pass_context
def audit_command(
    context: click.Context, language: Language, config: Path, json_: bool, debug: bool
) -> None:
    """Compare the shop, the journal and the books; exit code 1 when they do not agree."""
    with coupling_of(config, debug) as (coupling, settings):
        coupling.resume(settings.bizzcloud, settings.eboekhouden)
        coupling.use_options(settings.options)
        found = coupling.audit()
    click.echo(
        json.dumps(_audit_values(found)) if json_ else "\n".join(audit_lines(found, language))
    )
    if not found.agrees:
        context.exit(FAILED)


@click.group(name="attention", invoke_without_command=True)
@language_option
@operator_options
@click.pass_context
def attention_command(
    context: click.Context, language: Language, config: Path, json_: bool, debug: bool
) -> None:
    """List what waits for a person: why, what to do, and what happens then."""
    context.obj = (config, debug, json_)
    if context.invoked_subcommand is not None:
        return
    with coupling_of(config, debug) as (coupling, settings):
        coupling.resume(settings.bizzcloud, settings.eboekhouden)
        waiting = coupling.attention(language)
    if json_:
        click.echo(json.dumps([_attention_values(each) for each in waiting]))
    else:
        click.echo("\n".join(attention_lines(waiting, now(), language)))


def answer_options(answer: Callable[..., None]) -> Callable[..., None]:
    """Give an answer the operator's options, after its own word or after `attention`.

    The answer is called with the three of them first.
    """

    @operator_options
    @wraps(answer)
    def answered(config: Path, json_: bool, debug: bool, **arguments: Any) -> None:
        context = click.get_current_context()
        outer, outer_debug, outer_json = context.obj
        here = context.get_parameter_source("config") is ParameterSource.COMMANDLINE
        options = config if here else outer, debug or outer_debug, json_ or outer_json
        answer(options, **arguments)

    return answered


@attention_command.command(name="booked")
@click.argument("document")
@click.argument("mutation", type=click.IntRange(1))
@answer_options
def booked_command(options: Options, document: str, mutation: int) -> None:
    """Say that you booked DOCUMENT yourself, as mutation number MUTATION."""
    _answer(
        options,
        lambda coupling: coupling.booked_by_me(document, mutation),
        document,
        f"{document} is taken for mutation {mutation}",
    )


@attention_command.command(name="leave-out")
@click.argument("document")
@click.option("--why", required=True, help="Kept with the document.")
@answer_options
def leave_out_command(options: Options, document: str, why: str) -> None:
    """Say that DOCUMENT is not to be booked, until it changes."""
    _answer(
        options,
        lambda coupling: coupling.leave_out(document, why),
        document,
        f"{document} is left out until it changes",
    )


@attention_command.command(name="try-again")
@click.argument("document")
@answer_options
def try_again_command(options: Options, document: str) -> None:
    """Let the next round try DOCUMENT again, whatever held it back."""
    _answer(
        options,
        lambda coupling: coupling.try_again(document),
        document,
        f"{document} is tried again in the next round",
    )


@click.command(name="repost")
@click.argument("document")
@operator_options
def repost_command(document: str, config: Path, json_: bool, debug: bool) -> None:
    """Book DOCUMENT again after its mutation was deleted in e-Boekhouden."""
    said = f"{document} is booked again in the next round"
    _answer((config, debug, json_), lambda coupling: coupling.repost(document), document, said)


def _answer(
    options: Options, answer: Callable[[Coupling], object], document: str, said: str
) -> None:
    """Let the coupling take an answer, and say what follows from it."""
    config, debug, json_ = options
    with coupling_of(config, debug) as (coupling, settings):
        coupling.resume(settings.bizzcloud, settings.eboekhouden)
        answer(coupling)
    click.echo(json.dumps({"document": document}) if json_ else said)


def _attention_values(attention: Attention) -> dict[str, Any]:
    return {
        "document": attention.label,
        "what": attention.what,
        "code": attention.code,
        "details": dict(attention.reason.details),
        "why": attention.why,
        "remedy": attention.remedy,
        "then": attention.then,
        "since": attention.since.isoformat(),
        "total": str(attention.total),
        "period": attention.period,
    }


def _audit_values(found: Audit) -> dict[str, Any]:
    return {"agrees": found.agrees, "periods": [_period_values(each) for each in found.periods]}


def _period_values(period: Period) -> dict[str, Any]:
    def amounts(side: dict[str, Any]) -> dict[str, Sequence[str]]:
        return {code: [str(excluding), str(vat)] for code, (excluding, vat) in side.items()}

    return {
        "period": period.name,
        "agrees": period.agrees,
        "invoices": period.invoices,
        "receipts": period.receipts,
        "foreign": period.foreign,
        "shop": amounts(period.shop),
        "books": amounts(period.books),
        "difference": str(period.difference),
        "till": {
            account: [str(shop), str(books)] for account, (shop, books) in period.till.items()
        },
        "notes": [
            {
                "remark": each.remark.value,
                "document": each.label,
                "other": each.other,
                "date": each.day.isoformat() if each.day else None,
                "mutations": list(each.numbers),
            }
            for each in period.notes
        ],
        "differences": [
            {
                "finding": each.finding.value,
                "document": each.label,
                "date": each.day.isoformat(),
                "total": str(each.total),
                "mutations": list(each.numbers),
            }
            for each in period.differences
        ],
    }
