"""A story made ready for a real set of books: which steps can be done there, and its own words.

Its dates move by whole years into an open year, and the customers' references, the invoice numbers
and the shop's database carry the prefix of the run, so that no two runs and nobody else's bookings
can be mistaken for each other.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum
from typing import Any, TypeVar

from pydantic import BaseModel

from scenarios.language import steps
from scenarios.language.given import (
    Administration,
    BookLedgerAccount,
    BookRelation,
    EboekhoudenSettings,
    ShopLedgerAccount,
)
from scenarios.language.story import PlacedStep, Story

BOOKING = "Boekhouden > Invoeren"
"""Where a person books; what is booked while they do anything else is not the run's."""

NUMBER = re.compile(r"^(?P<series>[A-Z]+/)(?P<year>\d{4})(?P<rest>/\d+.*)$")
"""A number of Bizzcloud's own series, with the year in which it was given."""

REFERENCES = frozenset({"ref", "partner", "relation"})
"""Fields that hold a customer's reference."""

DOCUMENTS = frozenset({"invoice", "of", "document"})
"""Fields that hold a document's number, or the name that a story gives it."""

RELATION_CODE = 15
"""How many characters a relation's code holds (evidence: eb-relation-lengths)."""


DayOrMoment = TypeVar("DayOrMoment", bound=date)


class How(StrEnum):
    """How a step is done against a real service."""

    RUNS = "runs"
    PERSON = "done by a person"
    IMPOSSIBLE = "impossible"


@dataclass(frozen=True)
class PlanLine:
    """One step of a plan: what, how, and why or where."""

    what: str
    how: How
    told: str = ""


def plan(story: Story, prefix: str, *, real_shop: bool = False) -> list[PlanLine]:
    """Return how each step of a story is done against a real e-Boekhouden, the given things first.

    Books that a story gives must be made by a person before it begins. With `real_shop` the shop is
    a real Bizzcloud too, not the stand-in.
    """
    given = [PlanLine("given", how, told) for how, told in _given(story, prefix)]
    if real_shop:
        accounts = story.head.given.bizzcloud.ledger_accounts
        given += [
            PlanLine("given", How.PERSON, f"{account_in_shop(account)}, unless it is there")
            for account in accounts
        ]
    return given + [
        PlanLine(str(placed), *_step(placed.step, prefix, real_shop)) for placed in story.steps
    ]


def given_by_person(administration: Administration) -> list[str]:
    """Return what a person makes in e-Boekhouden before a story begins, and where."""
    told = [_account_told(account) for account in administration.ledger_accounts]
    told += [
        f"Relaties > Nieuw: relation {relation.code}, {relation.name}"
        for relation in administration.relations
    ]
    told += [
        f"{BOOKING}: {mutation.kind} of {mutation.date:%d-%m-%Y} on {mutation.account}"
        for mutation in administration.mutations
    ]
    return told


def adapted(story: Story, prefix: str, years: int) -> Story:
    """Return a story with its dates moved by years and its references prefixed."""
    words = _Words(prefix, years)
    head = words.part(story.head)
    shop = head.given.bizzcloud
    named = shop.model_copy(update={"instance": f"{shop.instance}-{prefix.lower()}"})
    given = head.given.model_copy(update={"bizzcloud": named})
    moved = tuple(
        PlacedStep(placed.number, words.part(placed.step), placed.place) for placed in story.steps
    )
    return replace(story, head=head.model_copy(update={"given": given}), steps=moved)


def by_person(step: steps.Books) -> list[str]:
    """Return what a person does in e-Boekhouden for a step of the bookkeeper, and where."""
    told = []
    if step.book is not None:
        told.append(
            f"{BOOKING}: {step.book.kind} of {step.book.date:%d-%m-%Y} on {step.book.account}"
        )
    if step.delete:
        numbers = ", ".join(map(str, step.delete))
        told.append(f"Boekhouden > Overzichten > Mutaties: delete {numbers} with the X")
    for name, period in (("close", step.close), ("reopen", step.reopen)):
        if period is not None:
            first, last = period
            told.append(
                f"Beheer > Geavanceerd > Afgesloten periodes: {name} {first:%d-%m-%Y} to "
                f"{last:%d-%m-%Y}"
            )
    if step.ledger_account is not None:
        told.append(_account_told(step.ledger_account))
    if step.relation is not None:
        told.append(f"Relaties > Nieuw: relation {step.relation.code}, {step.relation.name}")
    return told


def account_in_shop(account: ShopLedgerAccount) -> str:
    """Return what a person does in Bizzcloud for a ledger account, and where."""
    return (
        f"Accounting > Configuration > Accounts: account {account.code} {account.name}, "
        f"type {account.type}"
    )


def _account_told(account: BookLedgerAccount) -> str:
    return (
        f"Beheer > Grootboekrekeningen: account {account.code} {account.name}, "
        f"category {account.category}"
    )


def _given(story: Story, prefix: str) -> Iterator[tuple[How, str]]:
    books = story.head.given.eboekhouden
    if books.other_administrations:
        yield How.IMPOSSIBLE, "a replay has one sandbox, and the story has more books"
    if books.settings != EboekhoudenSettings():
        yield How.IMPOSSIBLE, "the story chooses how the service behaves; a real one chooses itself"
    for told in given_by_person(books.administration):
        yield How.PERSON, told
    for partner in story.head.given.bizzcloud.partners:
        yield from _too_long(partner.ref, prefix)


IN_A_REAL_SHOP: Mapping[type[steps.Step], str] = {
    steps.Advance: "a real Bizzcloud lives in its own time, which nobody moves",
    steps.Backup: "a real database is not put back from here",
    steps.Restore: "a real database is not put back from here",
    steps.Numbering: "it would change the numbers of all invoices of a real Bizzcloud",
    steps.Cash: "a real Bizzcloud dates cash put in or taken out by its own day",
    steps.PaymentJournal: "it would change the till of a real Bizzcloud",
    steps.EditReceipt: "what was paid stands in the till's own statements, which are not written",
}
"""Steps that nobody can do in a real Bizzcloud over RPC, and why."""


def _step(step: steps.Step, prefix: str, real_shop: bool) -> tuple[How, str]:
    if isinstance(step, steps.Fault) and (real_shop or step.service == "eboekhouden"):
        return How.IMPOSSIBLE, "a real service cannot be made to fail"
    if real_shop:
        for done in _step_in_a_real_shop(step):
            return done
    if isinstance(step, steps.Link) and step.administration is not None:
        return How.IMPOSSIBLE, "a replay has one sandbox, and the step names other books"
    if isinstance(step, steps.Books):
        return How.PERSON, "; ".join(by_person(step))
    if isinstance(step, steps.Partner):
        for impossible in _too_long(step.ref, prefix):
            return impossible
    return How.RUNS, ""


def _step_in_a_real_shop(step: steps.Step) -> Iterator[tuple[How, str]]:
    if type(step) in IN_A_REAL_SHOP:
        yield How.IMPOSSIBLE, IN_A_REAL_SHOP[type(step)]
    if isinstance(step, steps.CloseTill) and step.counted is not None:
        yield How.IMPOSSIBLE, "a real Bizzcloud dates what was counted by its own day"
    if isinstance(step, steps.Edit) and step.total is not None:
        yield How.IMPOSSIBLE, "only a module of the shop writes over a total"
    if isinstance(step, steps.Receipt) and any(
        line.account == steps.NO_ACCOUNT for line in step.lines
    ):
        yield How.IMPOSSIBLE, "a product without an account takes a category of its own"
    if isinstance(step, steps.Link) and step.ledger_accounts == "both":
        yield How.IMPOSSIBLE, "it would bring ledger accounts to a real Bizzcloud"
    if isinstance(step, steps.LedgerAccount):
        yield How.PERSON, account_in_shop(step)


def _too_long(reference: str, prefix: str) -> Iterator[tuple[How, str]]:
    if len(prefix) + len(reference) > RELATION_CODE:
        yield (
            How.IMPOSSIBLE,
            f"the reference {reference!r} and the run's prefix are longer than a relation's code",
        )


class _Words:
    """Moves the dates and prefixes the references in any part of a story."""

    def __init__(self, prefix: str, years: int) -> None:
        self._prefix = prefix
        self._years = years

    def part(self, part: Any) -> Any:
        """Return a part of a story in the run's words."""
        values = {name: getattr(part, name) for name in type(part).model_fields}
        own = {name: self._value(name, value) for name, value in values.items()}
        # What a step leaves unsaid stays unsaid: a copy counts what it is given as said.
        changed = {name: value for name, value in own.items() if value != values[name]}
        if isinstance(part, BookRelation):
            changed["code"] = self._prefix + part.code
        return part.model_copy(update=changed)

    def _value(self, name: str, value: Any) -> Any:
        if isinstance(value, BaseModel):
            return self.part(value)
        if isinstance(value, tuple):
            return tuple(self._value(name, one) for one in value)
        if isinstance(value, Mapping):
            return {key: self._value(name, one) for key, one in value.items()}
        if isinstance(value, date):
            return moved(value, self._years)
        if isinstance(value, str) and name in REFERENCES:
            return self._prefix + value
        found = NUMBER.match(value) if isinstance(value, str) and name in DOCUMENTS else None
        if found is None:
            return value
        return f"{self._prefix}{found['series']}{int(found['year']) + self._years}{found['rest']}"


def moved(day: DayOrMoment, years: int) -> DayOrMoment:
    """Return a day or moment some years on; the last of February where that year has no 29th."""
    last = {"day": 28} if (day.month, day.day) == (2, 29) else {}
    return day.replace(year=day.year + years, **last)
