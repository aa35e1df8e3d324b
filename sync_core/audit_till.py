"""The till's total of each day against the mutations, by account of the books. Pure."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal

from sync_core.audit_findings import NOTHING, Difference, Finding, Followed, Periods
from sync_core.booking_dates import booking_day
from sync_core.bookings import Mutation, MutationKind
from sync_core.documents import CashMove, Document, Invoice
from sync_core.invoices import COUNTER_PART
from sync_core.journal import IN_THE_BOOKS, Posting
from sync_core.link import LinkOptions
from sync_core.till import CASH_PART, JOURNAL_PART, PAYMENT_PART
from sync_core.till_payments import account_chosen_for

Place = tuple[date, str]
"""A day, and an account of cash or card."""


def takings(document: Document, options: LinkOptions) -> Mapping[str, tuple[date, str, Decimal]]:
    """Return what a document brought in at the till, by part: the day, the account, the amount.

    A payment journal that no account is chosen for stands by its name.
    """
    if isinstance(document, CashMove):
        account = account_chosen_for(document, options) or document.journal_name
        return {CASH_PART: (document.day, account, document.amount)}
    if isinstance(document, Invoice):
        return {
            f"{COUNTER_PART}{each.id}": (
                each.day,
                account_chosen_for(each, options) or each.journal_name,
                each.amount,
            )
            for each in document.payments
            if each.journal_type == "cash"
        }
    day = booking_day(document.moment)
    part = PAYMENT_PART if document.invoice else JOURNAL_PART
    return {
        f"{part}{each.journal}": (
            day,
            account_chosen_for(each, options) or each.journal_name,
            each.amount,
        )
        for each in document.payments
    }


class TillDays:
    """What came in at the till by day and account: by the shop, by our bookings, by hand.

    A booking counts on the day of its document, whatever it is dated: a correction belongs to
    the day that it corrects.
    """

    def __init__(self) -> None:
        self._shop: defaultdict[Place, Decimal] = defaultdict(Decimal)
        self._books: defaultdict[Place, Decimal] = defaultdict(Decimal)
        self._by_hand: defaultdict[Place, list[tuple[int, Decimal]]] = defaultdict(list)

    def add(
        self, document: Followed, postings: Sequence[Posting], held: Mapping[int, Mutation]
    ) -> None:
        """Add what a document brought in, and what the books hold of that."""
        booked_on = {
            each.part: each.mutation.account
            for each in postings
            if each.state in IN_THE_BOOKS and each.mutation is not None
        }
        for part, (day, account, amount) in document.till.items():
            # A journal that is mapped otherwise since took this in on the account of then.
            self._shop[day, booked_on.get(part, account)] += amount
        for posting in postings:
            booked = held.get(posting.number) if posting.number else None
            if booked is not None and booked.kind is not MutationKind.INVOICE_SENT:
                of_part = document.till.get(posting.part)
                paid_on = of_part[0] if of_part else document.day
                self._books[paid_on, booked.account] += booked.total

    def add_foreign(self, number: int, mutation: Mutation) -> None:
        """Add money that a person booked."""
        if mutation.kind is MutationKind.MONEY_RECEIVED:
            place = mutation.date, mutation.account
            self._by_hand[place].append((number, mutation.total))

    def conclude(self, periods: Periods) -> None:
        """Give each period its totals by account, and the days that differ or are there twice."""
        for place in sorted(self._shop.keys() | self._books.keys()):
            day, account = place
            shop, books = self._shop[place], self._books[place]
            period = periods.of(day)
            before = period.till.get(account, (NOTHING, NOTHING))
            period.till[account] = before[0] + shop, before[1] + books
            if shop != books:
                period.differences.append(
                    Difference(Finding.TILL_DIFFERS, account, day, shop - books)
                )
            for number, total in self._by_hand[place]:
                # The same total to the cent, by hand: the day was booked from the till's slip.
                if total and total == shop:
                    period.differences.append(
                        Difference(Finding.BY_HAND, account, day, total, (number,))
                    )
