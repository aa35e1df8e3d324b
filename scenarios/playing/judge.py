"""Compares what a story expects with what the books hold and the coupling lists for people."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from scenarios.language.expectations import Expectations
from scenarios.language.tables import Difference, Table, compare, date_text, mapping_table
from scenarios.playing import ledger_view
from scenarios.wire.books_reader import BooksReader, Mutation


@dataclass(frozen=True)
class Finding:
    """Something that is not as expected: what was looked at, a sentence, the two tables."""

    subject: str
    sentence: str
    difference: Difference | None = None


class Books:
    """What a set of books holds now; everything is read once, when it is first asked for."""

    def __init__(self, reader: BooksReader) -> None:
        self.reader = reader

    @cached_property
    def mutations(self) -> Sequence[Mutation]:
        """All mutations, newest first."""
        return self.reader.mutations()

    @cached_property
    def ledger(self) -> Sequence[Any]:
        """All ledger accounts, as the wire has them."""
        return self.reader.ledger_accounts()


def judge(
    expected: Expectations, books: Books, attention: Callable[[], Sequence[str]]
) -> Finding | None:
    """Return the first thing that is not as expected, or None."""
    for look in LOOKS:
        for finding in look(expected, books):
            return finding
    return next(_attention(expected, attention), None)


def mutation_list(expected: Expectations, books: Books) -> Iterator[Finding]:
    """The list of mutations: the whole of it, or the newest."""
    wanted = expected.mutations
    if wanted is not None:
        found = ledger_view.mutations(books.mutations)
        if expected.newest is not None:
            found = found.newest(expected.newest)
        yield from _same("mutations", "the list of mutations is", wanted, found)


def mutation_lines(expected: Expectations, books: Books) -> Iterator[Finding]:
    """The lines of the mutations that are named."""
    wanted = expected.lines
    if wanted is not None:
        found = ledger_view.lines(books.mutations)
        if "Nr" in wanted.headings:
            found = found.where("Nr", wanted.column("Nr"))
        yield from _same("lines", "the lines of the mutations are", wanted, found)


def relations(expected: Expectations, books: Books) -> Iterator[Finding]:
    """All relations."""
    if expected.relations is not None:
        found = ledger_view.relations(books.reader.relations())
        yield from _same("relations", "the list of relations is", expected.relations, found)


def ledger_accounts(expected: Expectations, books: Books) -> Iterator[Finding]:
    """The ledger accounts that are named, and those that must not be there."""
    wanted = expected.ledger_accounts
    if wanted is None and not expected.no_ledger_accounts:
        return
    found = ledger_view.ledger_accounts(books.ledger)
    if wanted is not None:
        named = found.where("Code", wanted.column("Code"))
        yield from _same("ledger accounts", "the ledger is", wanted, named)
    for code in expected.no_ledger_accounts:
        if code in found.column("Code"):
            yield Finding("no ledger accounts", f"the ledger holds {code}, which it should not")


def open_items(expected: Expectations, books: Books) -> Iterator[Finding]:
    """What debtors owe."""
    if expected.open_items is not None:
        found = ledger_view.open_items(books.reader.open_items())
        yield from _same("open items", "the open items are", expected.open_items, found)


def balances(expected: Expectations, books: Books) -> Iterator[Finding]:
    """The balance of each account that is named."""
    if expected.balances is not None:
        found = books.reader.balances(expected.balances)
        headings = ("Rekening", "Saldo")
        yield from _same(
            "balances",
            "the balances are",
            mapping_table(headings, expected.balances),
            mapping_table(headings, found),
        )


def turnover(expected: Expectations, books: Books) -> Iterator[Finding]:
    """The turnover of all accounts that have any."""
    if expected.turnover is not None:
        headings = ("Rekening", "Omzet")
        wanted = {code: expected.turnover[code] for code in sorted(expected.turnover)}
        found = ledger_view.turnover(books.mutations, books.ledger)
        yield from _same(
            "turnover",
            "the turnover is",
            mapping_table(headings, wanted),
            mapping_table(headings, found),
        )


def received(expected: Expectations, books: Books) -> Iterator[Finding]:
    """What the receipts of each day come to."""
    if expected.received is not None:
        headings = ("Datum", "Ontvangen")
        wanted = {date_text(day): expected.received[day] for day in sorted(expected.received)}
        found = ledger_view.received(books.mutations)
        yield from _same(
            "received",
            "what was received by day is",
            mapping_table(headings, wanted),
            mapping_table(headings, {date_text(day): total for day, total in found.items()}),
        )


def invoices(expected: Expectations, books: Books) -> Iterator[Finding]:
    """All invoices sent, each with its corrections."""
    if expected.invoices is not None:
        found = ledger_view.invoices(books.mutations)
        yield from _same("invoices", "the invoices sent are", expected.invoices, found)


def vat_return(expected: Expectations, books: Books) -> Iterator[Finding]:
    """The VAT return by box."""
    if expected.vat_return is not None:
        found = ledger_view.vat_return(books.mutations)
        yield from _same("vat return", "the VAT return is", expected.vat_return, found)


LOOKS: tuple[Callable[[Expectations, Books], Iterator[Finding]], ...] = (
    mutation_list,
    mutation_lines,
    relations,
    ledger_accounts,
    open_items,
    balances,
    turnover,
    received,
    invoices,
    vat_return,
)
"""Each looks at one thing that a story can expect of the books."""


def _attention(expected: Expectations, attention: Callable[[], Sequence[str]]) -> Iterator[Finding]:
    if not expected.needs_attention and not expected.needs_no_attention:
        return
    listed = list(attention())
    told = "\n".join(f"  {line}" for line in listed) or "  (nothing)"
    for part in expected.needs_attention:
        if not any(part in line for line in listed):
            yield Finding(
                "needs attention", f"nothing that needs attention holds {part!r}; listed:\n{told}"
            )
    for part in expected.needs_no_attention:
        if any(part in line for line in listed):
            yield Finding("needs no attention", f"{part!r} needs attention; listed:\n{told}")


def _same(subject: str, what: str, wanted: Table, found: Table) -> Iterator[Finding]:
    difference = compare(wanted, found.only(wanted.headings))
    if difference is not None:
        yield Finding(subject, f"{what} not as expected:", difference)
