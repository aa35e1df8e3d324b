"""Random runs of operations: the books stay balanced and equal a model made of plain dicts."""

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from fakes.eboekhouden.books import Administration
from fakes.eboekhouden.chart import Category
from fakes.eboekhouden.errors import Error, Refused
from fakes.eboekhouden.records import INVOICES, Kind, Mutation, MutationLine
from fakes.eboekhouden.vat import Side, vat_on
from tests.fakes.eboekhouden.conftest import add_relation

FIRST = date(2017, 9, 1)
DAYS = st.integers(0, 120).map(lambda days: FIRST + timedelta(days=days))
AMOUNTS = st.integers(-50_000, 50_000).map(lambda cents: Decimal(cents) / 100)
RELATIONS = st.sampled_from(["K1", "K2", "K9"])
INVOICE_NUMBERS = st.sampled_from(["F1", "F2", "F3", "F4"])
RATES = st.sampled_from([("HOOG_VERK_21", 21), ("LAAG_VERK", 6), ("GEEN", 0), ("MIDDEN", 12)])
COUNTER_ACCOUNTS = st.sampled_from(["8020", "8010", "9999"])


def mutation_line(amount: Decimal, code: str, percentage: int, account: str) -> MutationLine:
    vat = vat_on(amount, Decimal(percentage))
    return MutationLine(amount, amount, vat, amount + vat, code, Decimal(percentage), account)


LINES = st.lists(
    st.builds(
        lambda amount, rate, account: mutation_line(amount, rate[0], rate[1], account),
        AMOUNTS,
        RATES,
        COUNTER_ACCOUNTS,
    ),
    min_size=1,
    max_size=3,
)


class Books(RuleBasedStateMachine):
    """What a bookkeeper and a coupling do to one administration, in any order."""

    @initialize()
    def open_the_books(self) -> None:
        self.books = Administration("Demo BV", "guid")
        add_relation(self.books, "K1")
        add_relation(self.books, "K2")
        self.model: dict[int, Mutation] = {}
        self.closed: dict[date, date] = {}
        self.highest = 0

    def book(self, draft: Mutation) -> None:
        reasons = self.reasons(draft)
        if reasons:
            with pytest.raises(Refused) as refused:
                self.books.book(draft)
            assert refused.value.error in reasons
            return
        booked = self.books.book(draft)
        assert booked.number == self.highest + 1
        self.highest = booked.number
        self.model[booked.number] = replace(draft, number=booked.number)

    def reasons(self, draft: Mutation) -> set[Error]:
        """Return why, by the model, a draft must be refused; nothing when it must be booked."""
        wrong = set()
        if self.is_closed(draft.date):
            wrong.add(Error.PERIOD_CLOSED)
        if draft.relation == "K9":
            wrong.add(Error.RELATION_UNKNOWN)
        if any(line.counter_account == "9999" for line in draft.lines):
            wrong.add(Error.ACCOUNT_UNKNOWN)
        if any(line.vat_code == "MIDDEN" for line in draft.lines):
            wrong.add(Error.VAT_CODE_UNKNOWN)
        return wrong

    def is_closed(self, on: date) -> bool:
        return any(first <= on <= last for first, last in self.closed.items())

    @rule(on=DAYS, relation=RELATIONS, number=INVOICE_NUMBERS, lines=LINES)
    def send_invoice(self, on: date, relation: str, number: str, lines: list[MutationLine]) -> None:
        self.book(
            Mutation(
                0,
                Kind.INVOICE_SENT,
                on,
                "1300",
                tuple(lines),
                relation=relation,
                invoice_number=number,
                description="Taart",
                payment_term="14",
            )
        )

    @rule(on=DAYS, relation=RELATIONS, number=INVOICE_NUMBERS, amount=AMOUNTS)
    def receive_payment(self, on: date, relation: str, number: str, amount: Decimal) -> None:
        self.book(
            Mutation(
                0,
                Kind.INVOICE_PAYMENT_RECEIVED,
                on,
                "1010",
                (mutation_line(amount, "GEEN", 0, "1300"),),
                relation=relation,
                invoice_number=number,
            )
        )

    @rule(on=DAYS, lines=LINES)
    def receive_money(self, on: date, lines: list[MutationLine]) -> None:
        self.book(Mutation(0, Kind.MONEY_RECEIVED, on, "1000", tuple(lines)))

    @rule(place=st.integers(0, 30))
    def delete(self, place: int) -> None:
        if not self.model:
            return
        number = sorted(self.model)[place % len(self.model)]
        if self.is_closed(self.model[number].date):
            with pytest.raises(Refused, match="period closed"):
                self.books.delete([number])
            return
        self.books.delete([number])
        del self.model[number]

    @rule(first=DAYS, length=st.integers(0, 20))
    def close_period(self, first: date, length: int) -> None:
        if first not in self.closed:
            self.closed[first] = first + timedelta(days=length)
            self.books.close_period(first, self.closed[first])

    @rule()
    def reopen_everything(self) -> None:
        self.books.reopen_period(date.min, date.max)
        self.closed.clear()

    @rule(
        first=st.integers(0, 30),
        last=st.integers(0, 30),
        number=st.sampled_from(["", "F1", "F4", "F9"]),
        days=st.one_of(st.none(), st.tuples(DAYS, DAYS)),
    )
    def find(self, first: int, last: int, number: str, days: tuple[date, date] | None) -> None:
        first_day, last_day = days or (None, None)
        found = self.books.find_mutations(
            first_number=first,
            last_number=last,
            invoice_number=number,
            first_day=first_day,
            last_day=last_day,
            most=5,
        )
        expected = [
            kept
            for kept, mutation in sorted(self.model.items())
            if kept >= first
            and (not last or kept <= last)
            and (not number or mutation.invoice_number == number)
            and (first_day is None or mutation.date >= first_day)
            and (last_day is None or mutation.date <= last_day)
        ]
        assert [mutation.number for mutation in found] == expected[-5:]

    @invariant()
    def debit_equals_credit(self) -> None:
        assert sum(self.books.balance(code) for code in self.books.accounts) == 0

    @invariant()
    def the_books_hold_what_the_model_holds(self) -> None:
        assert {made.number: made for made in self.books.mutations} == self.model
        turnover = sum(
            line.including_vat - line.vat
            for mutation in self.model.values()
            for line in mutation.lines
            if line.counter_account in ("8020", "8010")
        )
        assert self.books.balance("8020") + self.books.balance("8010") == -turnover

    @invariant()
    def debtors_are_what_is_open(self) -> None:
        expected: dict[tuple[str, str], Decimal] = {}
        for mutation in self.model.values():
            if mutation.kind is Kind.MONEY_RECEIVED:
                continue
            key = (mutation.relation, mutation.invoice_number)
            sign = 1 if mutation.kind in INVOICES else -1
            expected[key] = expected.get(key, Decimal(0)) + sign * mutation.total
        found = {
            (item.relation, item.invoice_number): item.open
            for item in self.books.open_items(Side.SALE)
        }
        assert found == {key: amount for key, amount in expected.items() if amount}
        assert sum(found.values()) == self.books.balance("1300")
        assert self.books.accounts["1300"].category is Category.DEBTORS


TestBooks = Books.TestCase
TestBooks.settings = settings(max_examples=60, stateful_step_count=30, deadline=None)
