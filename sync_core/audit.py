"""Documents, postings and mutations side by side, by VAT period. Pure.

A total catches what a list hides, and the list then explains the total: per quarter what the shop
sold and the VAT on it, what of it the books hold, and the documents that make the difference.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum

from sync_core.bookings import Mutation
from sync_core.documents import DocumentKey
from sync_core.journal import IN_THE_BOOKS, WAITS, Posting, PostingState, mark_hash
from sync_core.mapper import Wanted
from sync_core.matching import same_booking

NOTHING = Decimal(0)
WAITING_CODE = "?"
"""Stands for the VAT code of a document that has none yet, since it waits."""

_S = PostingState


class Finding(StrEnum):
    """How a document and the books differ, or that a mutation is nobody's document."""

    MISSING = "missing"
    WAITING = "waiting"
    UNKNOWN = "unknown"
    DOUBLE = "double"
    DIFFERENT = "different"
    GONE = "gone"
    LEFT_OUT = "left out"


@dataclass(frozen=True)
class Followed:
    """A document of the shop as the audit sees it: its identity, day, total and wishes."""

    key: DocumentKey
    label: str
    day: date
    is_invoice: bool
    total: Decimal
    wanted: Wanted


@dataclass(frozen=True)
class Difference:
    """One document that explains a difference; `numbers` are the mutations concerned."""

    finding: Finding
    label: str
    day: date
    total: Decimal
    numbers: tuple[int, ...] = ()


@dataclass
class Period:
    """A quarter: amounts by VAT code (without tax, and the tax) of the shop and of the books."""

    name: str
    invoices: int = 0
    receipts: int = 0
    foreign: int = 0
    shop: dict[str, tuple[Decimal, Decimal]] = field(default_factory=dict)
    books: dict[str, tuple[Decimal, Decimal]] = field(default_factory=dict)
    differences: list[Difference] = field(default_factory=list)

    @property
    def difference(self) -> Decimal:
        """The shop's total less the books', with tax, in euros."""
        return _total(self.shop) - _total(self.books)

    @property
    def agrees(self) -> bool:
        """Tell whether the quarter is right, per VAT code and document by document."""
        codes = set(self.shop) | set(self.books)
        nothing = (NOTHING, NOTHING)
        equal = all(self.shop.get(c, nothing) == self.books.get(c, nothing) for c in codes)
        return equal and not self.differences


@dataclass(frozen=True)
class Audit:
    """The periods that have anything in them, and the postings whose state the books disprove."""

    periods: Sequence[Period]
    disproved: Sequence[Posting]

    @property
    def agrees(self) -> bool:
        """Tell whether all periods are right."""
        return all(period.agrees for period in self.periods)


def quarter(day: date) -> str:
    """Return the name of the VAT period of a day: "Q4 2017"."""
    return f"Q{(day.month + 2) // 3} {day.year}"


def compare(
    documents: Iterable[Followed],
    postings: Mapping[DocumentKey, Sequence[Posting]],
    held: Mapping[int, Mutation],
    at: datetime,
) -> Audit:
    """Put documents, postings and the books' mutations (by number) side by side.

    A person's own mutations are counted and otherwise left alone.
    """
    periods: dict[str, Period] = {}
    marks = _numbers_by_mark(held)
    disproved: list[Posting] = []
    ours = {each.number for group in postings.values() for each in group if each.number}
    our_marks = _marks_of(postings)

    def period(day: date) -> Period:
        return periods.setdefault(quarter(day), Period(quarter(day)))

    for document in documents:
        here = period(document.day)
        here.invoices += document.is_invoice
        here.receipts += not document.is_invoice
        _add_wanted(here.shop, document)
        for posting in postings.get(document.key, ()):
            found, moved = _judge(posting, held, marks, at)
            disproved += moved
            if found is not None:
                here.differences.append(_difference(found, document, (moved or [posting])[0]))
        if document.wanted and not postings.get(document.key):
            here.differences.append(
                Difference(Finding.MISSING, document.label, document.day, document.total)
            )
    for number, mutation in held.items():
        here = period(mutation.date)
        if number in ours or mark_hash(mutation.reference) in our_marks:
            _add_lines(here.books, mutation)
        else:
            here.foreign += 1
    return Audit(sorted(periods.values(), key=_in_time), disproved)


def _marks_of(postings: Mapping[DocumentKey, Sequence[Posting]]) -> frozenset[str]:
    mutations = (p.mutation for group in postings.values() for p in group if p.mutation)
    return frozenset(filter(None, (mark_hash(each.reference) for each in mutations)))


def _numbers_by_mark(held: Mapping[int, Mutation]) -> Mapping[str, tuple[int, ...]]:
    numbers: dict[str, tuple[int, ...]] = {}
    for number, mutation in held.items():
        short = mark_hash(mutation.reference)
        if short:
            numbers[short] = (*numbers.get(short, ()), number)
    return numbers


def _judge(
    posting: Posting,
    held: Mapping[int, Mutation],
    marks: Mapping[str, tuple[int, ...]],
    at: datetime,
) -> tuple[Finding | None, list[Posting]]:
    """Return what is to be said of a posting, and the posting in the state that the books prove."""
    if posting.state in WAITS:
        return Finding.WAITING, []
    if posting.state in (_S.UNKNOWN, _S.SENDING, _S.PLANNED):
        return Finding.UNKNOWN, []
    if posting.state is _S.GONE:
        return Finding.GONE, []
    if posting.state is _S.WITHDRAWN:
        left_out = posting.answer is not None and posting.answer.kind == "leave out"
        return (Finding.LEFT_OUT if left_out else None), []
    short = mark_hash(posting.mutation.reference) if posting.mutation else None
    numbers = marks.get(short, ()) if short else ()
    if posting.state is _S.DOUBLE:
        return _judge_double(posting, numbers, at)
    if posting.state in IN_THE_BOOKS and posting.number is not None:
        return _judge_booked(posting, posting.number, numbers, held, at)
    return None, []


def _judge_double(
    posting: Posting, numbers: tuple[int, ...], at: datetime
) -> tuple[Finding | None, list[Posting]]:
    if len(numbers) == 1:
        return None, [posting.moved(_S.BOOKED, at, number=numbers[0], numbers=())]
    return Finding.DOUBLE, []


def _judge_booked(
    posting: Posting,
    number: int,
    numbers: tuple[int, ...],
    held: Mapping[int, Mutation],
    at: datetime,
) -> tuple[Finding | None, list[Posting]]:
    booked = posting.state is _S.BOOKED
    if len(numbers) > 1:
        return Finding.DOUBLE, [posting.moved(_S.DOUBLE, at, numbers=numbers)] if booked else []
    if number not in held:
        return Finding.GONE, [posting.moved(_S.GONE, at)] if booked else []
    by_hand = posting.answer is not None
    if not by_hand and posting.mutation and not same_booking(posting.mutation, held[number]):
        return Finding.DIFFERENT, []
    return None, []


def _difference(found: Finding, document: Followed, posting: Posting) -> Difference:
    numbers = posting.numbers or ((posting.number,) if posting.number else ())
    total = posting.mutation.total if posting.mutation else document.total
    return Difference(found, document.label, document.day, total, numbers)


def _add_wanted(sums: dict[str, tuple[Decimal, Decimal]], document: Followed) -> None:
    mutations = [each for each in document.wanted.values() if isinstance(each, Mutation)]
    for mutation in mutations:
        _add_lines(sums, mutation)
    if document.wanted and not mutations:
        _add(sums, WAITING_CODE, document.total, NOTHING)


def _add_lines(sums: dict[str, tuple[Decimal, Decimal]], mutation: Mutation) -> None:
    for line in mutation.lines:
        _add(sums, line.vat_code, line.excluding, line.vat)


def _add(
    sums: dict[str, tuple[Decimal, Decimal]], code: str, excluding: Decimal, vat: Decimal
) -> None:
    before = sums.get(code, (NOTHING, NOTHING))
    sums[code] = (before[0] + excluding, before[1] + vat)


def _total(sums: Mapping[str, tuple[Decimal, Decimal]]) -> Decimal:
    return sum((excluding + vat for excluding, vat in sums.values()), NOTHING)


def _in_time(period: Period) -> tuple[str, str]:
    name, _, year = period.name.partition(" ")
    return year, name
