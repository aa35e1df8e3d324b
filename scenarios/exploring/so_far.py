"""A history so far, as the acts that follow need it: what is open, and what is to be put right."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from scenarios.exploring.expected_books import ExpectedBooks
from scenarios.exploring.expected_documents import CODE_OF_ANOTHER
from scenarios.language import steps
from scenarios.language.given import PartnerFields
from scenarios.language.steps import InvoiceLine, Step
from scenarios.language.values import AMSTERDAM

TODAY = datetime(2017, 10, 19, 9, 0, tzinfo=AMSTERDAM)
"""When every history begins."""

BOOK_FROM = date(2017, 10, 1)
"""From which day the first link books; some documents are dated before it."""

FIRST, SECOND = "Demo BV", "Tweede BV"
"""The companies whose books a history may be linked to."""

PERIOD = (date(2017, 10, 1), date(2018, 12, 31))
"""What a bookkeeper closes; all documents of a history lie in it, or before its first day."""

PARTNERS = (
    PartnerFields(ref="K0001", name="Bakkerij de Groot", company=True, city="Utrecht"),
    PartnerFields(ref="K0002", name="Lunchroom De Hoek", company=True, city="Zeist"),
)

NAMESAKE = PartnerFields(ref=CODE_OF_ANOTHER, name="Slagerij Smit", company=True, city="Zwolle")
"""A customer whose invoices wait, since the books have somebody else by its code."""

CHANGED = (
    ("name", "Bakkerij De Groot en Zn"),
    ("street", "Dorpsstraat 1"),
    ("postcode", "3511 AB"),
    ("city", "Houten"),
    ("email", "post@degroot.example"),
    ("phone", "030-1234567"),
)
"""What may change about a customer."""

PLAIN_LINE = InvoiceLine(text="Taart", account="8020", price=Decimal("82.64"), vat="21")

PLAIN_INVOICE = steps.Invoice(partner=PARTNERS[0].ref, lines=(PLAIN_LINE,))
"""An invoice for acts that need one."""

PLAIN_RECEIPT = steps.Receipt(lines=(PLAIN_LINE,), paid={"cash": Decimal("99.99")})
"""A receipt for acts that need one."""


@dataclass(frozen=True)
class Act:
    """Something that happens in a history; `at` chooses among the documents that there are."""

    kind: str
    at: int = 0
    part: Any = None


@dataclass
class ShopSoFar:
    """What a history has come to.

    `synced` tells that the last step was a look at everything that must not fail. `open` are the
    numbers of invoices that can be changed, `receipts` the names of those of the till's session
    that is open, `journals` the names of the payment journals that were made, and `chosen` the
    accounts that a person chose for them.
    """

    books: ExpectedBooks = field(default_factory=lambda: ExpectedBooks(FIRST, TODAY))
    count: int = 0
    by_hand: int = 0
    rung_up: int = 0
    now: datetime = TODAY
    may_break: bool = False
    unsettled: bool = False
    closed: bool = False
    synced: bool = False
    linked: bool = True
    moved: bool = False
    till_open: bool = False
    till_closes: bool = True
    one_register: bool = True
    open: list[str] = field(default_factory=list)
    receipts: list[str] = field(default_factory=list)
    journals: list[str] = field(default_factory=list)
    unproposed: list[str] = field(default_factory=list)
    chosen: Mapping[str, str] = field(default_factory=dict)

    def named(self, at: int) -> str:
        """Return the number of one of the open invoices."""
        return self.open[at % len(self.open)]

    @property
    def today(self) -> date:
        """The day it is in Amsterdam."""
        return self.now.astimezone(AMSTERDAM).date()


StepsOf = Callable[[Act, ShopSoFar], Iterator[Step]]
"""How an act is done in a history: the steps that it takes."""

A_MINUTE = steps.Advance(by=timedelta(minutes=1))
"""Comes before what is changed: the shop dates what is written by the second."""


def recovered(shop: ShopSoFar) -> list[Step]:
    """Return the steps after which whatever went wrong must be settled."""
    done: list[Step] = []
    if shop.closed:
        done.append(steps.Books(administration=FIRST, reopen=PERIOD))
    if shop.may_break:
        # What was to go wrong has its chance first.
        done += [steps.Sync(may_fail=True), steps.Calm()]
    if shop.unsettled:
        half_an_hour, ten_minutes = timedelta(minutes=30), timedelta(minutes=10)
        done.append(steps.Advance(by=half_an_hour, sync_every=ten_minutes))
    elif done or not shop.synced:
        done.append(steps.Sync())
    shop.closed = shop.may_break = shop.unsettled = False
    return done


def settled(shop: ShopSoFar) -> list[Step]:
    """Return the steps before a change that must meet the same books whatever went wrong.

    What is changed into a document that waits stays in the books as it was there, so whether it
    was there must be sure; while nothing is linked, nothing is looked at.
    """
    return recovered(shop) if shop.linked else []
