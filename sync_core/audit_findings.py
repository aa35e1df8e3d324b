"""What an audit finds: amounts by period, what differs, and what is worth a remark. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import Literal

from sync_core.documents import DocumentKey
from sync_core.journal import Posting
from sync_core.vat import VatPeriod
from sync_core.vat_periods import first_day, period_name
from sync_core.wanted import Wanted

NOTHING = Decimal(0)
WAITING_CODE = "?"
"""Stands for the VAT code of a document that has none yet, since it waits."""

Sums = dict[str, tuple[Decimal, Decimal]]
"""Amounts by VAT code: without tax, and the tax."""


class Finding(StrEnum):
    """How a document, or a day of the till, and the books differ."""

    MISSING = "missing"
    WAITING = "waiting"
    UNKNOWN = "unknown"
    DOUBLE = "double"
    DIFFERENT = "different"
    MOVED = "on another account"
    NOT_FOLLOWED = "not followed"
    GONE = "gone"
    VANISHED = "not in the shop any more"
    LEFT_OUT = "left out"
    TILL_DIFFERS = "till differs"
    BY_HAND = "by hand too"


Kind = Literal["invoice", "receipt", "cash move"]


@dataclass(frozen=True)
class Followed:
    """A document of the shop as the audit sees it: its identity, day, total and wishes.

    `till` is what came in at the till: the day, the account of the books, and the amount, by the
    part of the document. `origin` is the number of the invoice that a credit note says it is of.
    `content` is a fingerprint of what an invoice's booking follows from beside the settings.
    """

    key: DocumentKey
    label: str
    day: date
    kind: Kind
    total: Decimal
    wanted: Wanted
    till: Mapping[str, tuple[date, str, Decimal]] = field(default_factory=dict)
    origin: str = ""
    content: str = ""


@dataclass(frozen=True)
class Difference:
    """One document that explains a difference; `numbers` are the mutations concerned."""

    finding: Finding
    label: str
    day: date
    total: Decimal
    numbers: tuple[int, ...] = ()


class Remark(StrEnum):
    """What a bookkeeper wants to know although nothing differs."""

    SETTLE = "settle against each other"
    DATED_LATER = "dated later"
    HOLE = "hole in the numbers"
    CASH = "cash that is no document's"


@dataclass(frozen=True)
class Note:
    """A remark about a document: the number, day or amount that it is about, and the mutations."""

    remark: Remark
    label: str
    other: str = ""
    day: date | None = None
    numbers: tuple[int, ...] = ()


@dataclass
class Period:
    """A VAT period: amounts by VAT code (without tax, and the tax) of the shop and of the books.

    `first` is its first day. `till` is what came in at the till by account of the books: the
    shop's, and the books'.
    """

    first: date
    length: VatPeriod
    invoices: int = 0
    receipts: int = 0
    foreign: int = 0
    shop: dict[str, tuple[Decimal, Decimal]] = field(default_factory=dict)
    books: dict[str, tuple[Decimal, Decimal]] = field(default_factory=dict)
    till: dict[str, tuple[Decimal, Decimal]] = field(default_factory=dict)
    differences: list[Difference] = field(default_factory=list)
    notes: list[Note] = field(default_factory=list)

    @property
    def name(self) -> str:
        """Its name in any language: "2017-10", "Q4 2017", "2017"."""
        return period_name(self.first, self.length)

    @property
    def difference(self) -> Decimal:
        """The shop's total less the books', with tax, in euros."""
        return _total(self.shop) - _total(self.books)

    @property
    def agrees(self) -> bool:
        """Tell whether the period is right, per VAT code and document by document."""
        codes = set(self.shop) | set(self.books)
        nothing = (NOTHING, NOTHING)
        equal = all(self.shop.get(c, nothing) == self.books.get(c, nothing) for c in codes)
        return equal and not self.differences


@dataclass(frozen=True)
class Audit:
    """The periods that have anything in them, and what is to be done about what was found.

    `disproved` are the postings whose state the books disprove, in the state that they prove;
    `not_followed` the documents that changed since they were booked, to be looked at again.
    """

    periods: Sequence[Period]
    disproved: Sequence[Posting]
    not_followed: Sequence[DocumentKey] = ()

    @property
    def agrees(self) -> bool:
        """Tell whether all periods are right."""
        return all(period.agrees for period in self.periods)


class Periods:
    """The VAT periods that have anything in them, made when they are first asked for."""

    def __init__(self, length: VatPeriod) -> None:
        self._length = length
        self._by_first_day: dict[date, Period] = {}

    def of(self, day: date) -> Period:
        """Return the period of a day."""
        first = first_day(day, self._length)
        return self._by_first_day.setdefault(first, Period(first, self._length))

    def in_time(self) -> Sequence[Period]:
        """Return all of them, the oldest first."""
        return [self._by_first_day[first] for first in sorted(self._by_first_day)]


def _total(sums: Sums) -> Decimal:
    return sum((excluding + vat for excluding, vat in sums.values()), NOTHING)
