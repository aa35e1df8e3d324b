"""The life of a link between a shop and a set of books.

A link joins one (database, company) to one set of books. All of its states and every way from
one to another stand in one table; nothing else may change a link's state.

    new -> checking -> copying -> active
    active -> stopped       codes refused, or not the books or database that were linked
    stopped -> checking     by a person
    active -> unlinking -> unlinked     what is unknown is resolved first; nothing is deleted
    unlinked -> checking    relink
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from enum import StrEnum
from typing import Literal

from sync_core.failures import LinkRefused
from sync_core.vat import VatMeaning, VatPeriod


class LinkState(StrEnum):
    """Where a link is in its life."""

    NEW = "new"
    CHECKING = "checking"
    COPYING = "copying"
    ACTIVE = "active"
    STOPPED = "stopped"
    UNLINKING = "unlinking"
    UNLINKED = "unlinked"


TRANSITIONS: Mapping[tuple[LinkState, LinkState], str] = {
    (LinkState.NEW, LinkState.CHECKING): "a person asked for the link",
    (LinkState.CHECKING, LinkState.COPYING): "both sides answered and are who they should be",
    (LinkState.CHECKING, LinkState.STOPPED): "codes refused, or other books than the linked ones",
    (LinkState.COPYING, LinkState.ACTIVE): "ledger accounts and relations are copied",
    (LinkState.COPYING, LinkState.STOPPED): "codes refused while copying",
    (LinkState.COPYING, LinkState.CHECKING): "the copying was cut short: it begins again",
    (LinkState.ACTIVE, LinkState.STOPPED): "codes refused, or not the books or database linked",
    (LinkState.STOPPED, LinkState.CHECKING): "by a person",
    (LinkState.ACTIVE, LinkState.UNLINKING): "a person asked to unlink",
    (LinkState.STOPPED, LinkState.UNLINKING): "a person asked to unlink what had stopped",
    (LinkState.UNLINKING, LinkState.UNLINKED): "what was unknown is resolved",
    (LinkState.UNLINKED, LinkState.CHECKING): "relink",
}
"""Every way from one state to another, and when it is taken."""

LedgerAccounts = Literal["to the books", "both"]
Corrections = Literal["book", "ask"]
CorrectionDate = Literal["today", "original"]


@dataclass(frozen=True)
class LinkOptions:
    """What a person decides about a link; everything else has a default.

    `book_from`: documents dated before it stay out. `filed_until` is the last day of the last VAT
    period that was filed: what moves VAT is not dated in it any more. `vat_period` is for how long
    VAT is filed at a time: by that the audit is told. `adopt`: a booking that
    somebody typed in by hand may be taken for the document's own when number, relation, date,
    total and VAT agree. `accounts`, `payment_accounts` and `taxes` map the shop's account codes,
    payment journals (by name or code) and taxes (by id, name or description). `number_prefix`
    stands before this shop's invoice numbers in the books, for two shops with equal ones.
    `ledger_accounts`: "both" brings accounts that only the books have to the shop too. `settle`
    is longer than the service may keep a request in hand; `overlap` is how far back each poll
    looks again.
    """

    book_from: date | None = None
    filed_until: date | None = None
    vat_period: VatPeriod = "quarter"
    adopt: bool = True
    corrections: Corrections = "book"
    correction_date: CorrectionDate = "today"
    debtors_account: str = "1300"
    cash_account: str = "1000"
    card_account: str = "1050"
    clearing_account: str = "2000"
    difference_account: str = "4800"
    accounts: Mapping[str, str] = field(default_factory=dict)
    payment_accounts: Mapping[str, str] = field(default_factory=dict)
    taxes: Mapping[str, VatMeaning] = field(default_factory=dict)
    exempt_accounts: tuple[str, ...] = ()
    number_prefix: str = ""
    ledger_accounts: LedgerAccounts = "to the books"
    settle: timedelta = timedelta(minutes=5)
    overlap: timedelta = timedelta(minutes=10)


@dataclass(frozen=True)
class Link:
    """One link. `books` is the identity of the books, `id` the store's key of this link."""

    id: int
    database: str
    company: int
    books: str
    books_name: str
    state: LinkState
    options: LinkOptions
    reason: str = ""

    def moved(self, to: LinkState, reason: str = "") -> "Link":
        """Return the link in another state; raises LinkRefused where the table has no such way."""
        if (self.state, to) not in TRANSITIONS:
            raise LinkRefused(
                f"the link of {self.database} to {self.books_name} is {self.state} and cannot "
                f"become {to}; see `koppeling status`"
            )
        return replace(self, state=to, reason=reason)
