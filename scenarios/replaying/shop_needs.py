"""What a story needs to find in a real Bizzcloud: taxes, journals, accounts, a period, a till."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from scenarios.language import steps
from scenarios.language.story import Story
from scenarios.playing.shop_records import JOURNAL_OF_PAYMENT, TAX_OF_RATE

TILL = (steps.Receipt, steps.InvoiceReceipt, steps.Cash, steps.CloseTill)
JOURNALS: Mapping[type[steps.Step], tuple[str, str]] = {
    steps.Invoice: ("sale", "sales"),
    steps.CreditNote: ("sale_refund", "sales refunds"),
    steps.SupplierInvoice: ("purchase", "purchases"),
}


@dataclass(frozen=True)
class Need:
    """Something that must be there: how it is searched for, and what to do where it is not."""

    model: str
    domain: tuple[Any, ...]
    told: str


def uses_the_till(story: Story) -> bool:
    """Return whether a story rings up anything."""
    return any(isinstance(placed.step, TILL) for placed in story.steps)


def accounts_of(story: Story) -> frozenset[str]:
    """Return the codes of the ledger accounts that a story speaks of."""
    given = {one.code for one in story.head.given.bizzcloud.ledger_accounts}
    made = {one.step.code for one in story.steps if isinstance(one.step, steps.LedgerAccount)}
    return frozenset(
        given | made | {line.account for step in _done(story) for line in _lines(step)}
    )


def needs_of(story: Story) -> list[Need]:
    """Return what a story needs, each once. What a step makes itself, or a person, is no need."""
    found = [*_period(story)]
    for code in sorted(accounts_of(story) - _made_by_a_person(story)):
        found.append(
            Need(
                "account.account",
                (["code", "=", code],),
                f"There is no ledger account {code}: make it under Accounting > Configuration > "
                "Accounts.",
            )
        )
    for step in _done(story):
        for line in _lines(step):
            found += _taxes(line.vat)
        if isinstance(step, steps.Product) and step.vat is not None:
            found += _taxes(step.vat)
        found += _journals(step)
        if isinstance(step, steps.Invoice) and step.currency != "EUR":
            found.append(
                Need(
                    "res.currency",
                    (["name", "=", step.currency],),
                    f"The currency {step.currency} is not in use: switch it on under Accounting > "
                    "Configuration > Currencies.",
                )
            )
    return list({need.told: need for need in found}.values())


def _made_by_a_person(story: Story) -> frozenset[str]:
    given = {one.code for one in story.head.given.bizzcloud.ledger_accounts}
    made = {one.step.code for one in story.steps if isinstance(one.step, steps.LedgerAccount)}
    return frozenset(given | made)


def _done(story: Story) -> Iterator[steps.Step]:
    """Yield the steps that are expected to go well: what another lacks is its point."""
    for placed in story.steps:
        if placed.step.refused is None and not placed.step.may_fail:
            yield placed.step


def _lines(step: steps.Step) -> Sequence[steps.InvoiceLine]:
    with_lines = steps.Invoice | steps.CreditNote | steps.SupplierInvoice | steps.Receipt
    return step.lines if isinstance(step, with_lines | steps.Edit) else ()


def _period(story: Story) -> Iterator[Need]:
    days = {story.head.today.date()} | {
        step.date
        for step in _done(story)
        if isinstance(step, steps.Invoice | steps.CreditNote | steps.Edit) and step.date
    }
    days |= {
        step.period for step in _done(story) if isinstance(step, steps.Invoice) and step.period
    }
    for day in sorted(days):
        yield Need(
            "account.period",
            (
                ["date_start", "<=", day.isoformat()],
                ["date_stop", ">=", day.isoformat()],
                ["special", "=", False],
                ["state", "=", "draft"],
            ),
            f"No open period holds {day:%d-%m-%Y}: make the fiscal year and its periods under "
            "Accounting > Configuration > Periods.",
        )


def _taxes(vat: str) -> Iterator[Need]:
    if vat == "none":
        return
    for part in vat.split(" + "):
        name = TAX_OF_RATE.get(part, part)
        yield Need(
            "account.tax",
            (
                ["type_tax_use", "in", ["sale", "all"]],
                "|",
                ["description", "=", name],
                ["name", "=", name],
            ),
            f"There is no sales tax with the name or code {name!r}: make it, or give one that "
            "code, under Accounting > Configuration > Taxes.",
        )


def _journals(step: steps.Step) -> Iterator[Need]:
    for kind, (wanted, word) in JOURNALS.items():
        if isinstance(step, kind):
            yield Need(
                "account.journal",
                (["type", "=", wanted],),
                f"There is no journal of {word}: make one under Accounting > Configuration > "
                "Journals.",
            )
    ways: Sequence[str] = ()
    if isinstance(step, steps.Receipt):
        ways = tuple(step.paid)
    elif isinstance(step, steps.Pay):
        ways = (step.by,)
    for way in ways:
        name = JOURNAL_OF_PAYMENT.get(way, way)
        yield Need(
            "account.journal",
            (["name", "=", name], ["type", "in", ["cash", "bank"]]),
            f"There is no payment journal called {name!r}: make it under Accounting > "
            "Configuration > Journals.",
        )
