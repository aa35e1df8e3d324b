"""Promises about what is refused: each a mutation, relation or account that breaks one rule."""

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from contracts.eboekhouden.books import Books
from contracts.suite.expect import broken

Broken = tuple[str, Callable[[Books], dict[str, Any]]]


def _rule(promise: str, *cases: Broken) -> Any:
    marks = pytest.mark.promise(promise, writes=True)
    return pytest.param(cases, marks=marks, id=promise)


def _with_line(**other: Any) -> Callable[[Books], dict[str, Any]]:
    return lambda books: books.invoice(books.line(**other))


def _with(**other: Any) -> Callable[[Books], dict[str, Any]]:
    return lambda books: books.invoice(**other)


MUTATIONS = (
    _rule(
        "eb-mutation-lengths",
        ("Factuurnummer of 51", _with(Factuurnummer="F" * 51)),
        ("Boekstuk of 51", _with(Boekstuk="B" * 51)),
        ("Omschrijving of 201", _with(Omschrijving="O" * 201)),
        ("Betalingstermijn of 5", _with(Betalingstermijn="10000")),
    ),
    _rule("eb-payment-term", ("a Betalingstermijn that is no number", _with(Betalingstermijn="x"))),
    _rule(
        "eb-mutation-dates",
        ("Datum in 1979", _with(Datum=date(1979, 12, 31))),
        ("Datum in 2050", _with(Datum=date(2050, 1, 1))),
    ),
    _rule("eb-mutation-lines", ("no lines", _with(MutatieRegels=None))),
    _rule(
        "eb-invoice-required",
        *(
            (f"no {name}", _with(**{name: None}))
            for name in ("RelatieCode", "Factuurnummer", "Omschrijving", "Betalingstermijn")
        ),
    ),
    _rule(
        "eb-payment-required",
        ("no Factuurnummer", lambda books: books.payment("", "9.99")),
        ("no RelatieCode", lambda books: books.payment("F", "9.99", RelatieCode=None)),
    ),
    _rule("eb-mutation-relation", ("an unknown RelatieCode", _with(RelatieCode="NOSUCH"))),
    _rule(
        "eb-mutation-accounts",
        ("an unknown Rekening", _with(Rekening="NOSUCH")),
        ("an unknown TegenrekeningCode", _with_line(TegenrekeningCode="NOSUCH")),
    ),
    _rule(
        "eb-account-category",
        (
            "money on a turnover account",
            lambda books: books.money("GeldOntvangen", Rekening=books.turnover),
        ),
    ),
    _rule(
        "eb-counter-account-category",
        (
            "an invoice with cash as counter account",
            lambda books: books.invoice(books.line(TegenrekeningCode=books.account("FIN"))),
        ),
    ),
    _rule("eb-vat-dates", ("HOOG_VERK, of before October 2012", _with_line(code="HOOG_VERK"))),
    _rule("eb-vat-side", ("a purchase code in a sale", _with_line(code="HOOG_INK_21"))),
    _rule(
        "eb-amount-limit",
        ("an amount of a million million", _with_line(excl="1000000000000", vat="0", code="GEEN")),
    ),
    _rule(
        "eb-line-adds-up",
        ("a line that does not add up", _with_line(BedragInclBTW=Decimal("99.95"))),
    ),
    _rule("eb-line-without-vat", ("VAT with code GEEN", _with_line(code="GEEN"))),
    _rule("eb-cost-centre-known", ("an unknown cost centre", _with_line(KostenplaatsID=987654))),
)


@pytest.mark.parametrize("cases", MUTATIONS)
def test_a_mutation_that_breaks_a_rule_is_refused(books: Books, cases: tuple[Broken, ...]) -> None:
    _all_refused(books, cases, "AddMutatie", "oMut", books.invoice())


def _relation(**other: Any) -> Callable[[Books], dict[str, Any]]:
    return lambda books: books.relation_fields(books.code("Z"), **other)


RELATIONS = (
    _rule(
        "eb-relation-required",
        *((f"no {name}", _relation(**{name: None})) for name in ("Code", "Bedrijf", "BP")),
    ),
    _rule(
        "eb-relation-lengths",
        ("Code of 16", _relation(Code="C" * 16)),
        ("Adres of 151", _relation(Adres="A" * 151)),
        ("Plaats of 51", _relation(Plaats="P" * 51)),
        ("Def1 of 101", _relation(Def1="D" * 101)),
    ),
    _rule(
        "eb-relation-choices",
        ("BP that is X", _relation(BP="X")),
        ("Geslacht that is x", _relation(Geslacht="x")),
    ),
    _rule(
        "eb-relation-code-unique",
        ("a used Code", lambda books: books.relation_fields(books.relation)),
    ),
)


@pytest.mark.parametrize("cases", RELATIONS)
def test_a_relation_that_breaks_a_rule_is_refused(books: Books, cases: tuple[Broken, ...]) -> None:
    _all_refused(books, cases, "AddRelatie", "oRel", _relation()(books))


def _account(**other: Any) -> Callable[[Books], dict[str, Any]]:
    values = {"ID": 0, "Omschrijving": "Omzet online", "Categorie": "VW", "Groep": None}
    return lambda books: {"ID": 0, "Code": books.code("")[-10:], **values, **other}


ACCOUNTS = (
    _rule(
        "eb-account-required",
        ("no Code", _account(Code=None)),
        ("no Omschrijving", _account(Omschrijving=None)),
    ),
    _rule(
        "eb-account-lengths",
        ("Code of 11", _account(Code="8" * 11)),
        ("Omschrijving of 51", _account(Omschrijving="O" * 51)),
    ),
    _rule(
        "eb-account-code-unique",
        ("a used Code", lambda books: _account(Code=books.turnover)(books)),
    ),
)


@pytest.mark.parametrize("cases", ACCOUNTS)
def test_an_account_that_breaks_a_rule_is_refused(books: Books, cases: tuple[Broken, ...]) -> None:
    _all_refused(books, cases, "AddGrootboekrekening", "oGb", _account()(books))


def _all_refused(
    books: Books,
    cases: tuple[Broken, ...],
    operation: str,
    field: str,
    good: dict[str, Any],
) -> None:
    """Break the promise with every case that was not refused.

    What breaks no rule is sent first: if that were refused too, the rest would show nothing.
    """
    books.done(operation, **{field: good})
    wrong = []
    for what, made in cases:
        reply = books.send(operation, **{field: made(books)})
        if reply.fault is not None:
            wrong.append(f"{what}: promised a refusal, found the fault {reply.fault!r}")
        elif not reply.code:
            wrong.append(f"{what}: promised a refusal, found that {operation} did it")
    if wrong:
        broken("; ".join(wrong))
