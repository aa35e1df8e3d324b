"""The mutations of an administration, kept so that each is found without looking at all."""

from bisect import bisect_left
from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import date
from heapq import merge

from sortedcontainers import SortedDict

from fakes.eboekhouden.records import Kind, Mutation


class MutationList:
    """Mutations by number, by day and by invoice number, lowest number first."""

    def __init__(self) -> None:
        self._by_number: dict[int, Mutation] = {}
        self._by_day = SortedDict()  # the numbers of each day, lowest first
        self._by_invoice_number: dict[str, list[int]] = {}
        self._by_relation: Counter[str] = Counter()
        self._highest = 0

    def add(self, mutation: Mutation) -> None:
        """Take in a mutation, whose number is higher than all before it."""
        self._by_number[mutation.number] = mutation
        of_day = self._by_day.get(mutation.date)
        if of_day is None:
            self._by_day[mutation.date] = [mutation.number]
        else:
            of_day.append(mutation.number)
        self._by_invoice_number.setdefault(mutation.invoice_number, []).append(mutation.number)
        self._by_relation[mutation.relation] += 1
        self._highest = mutation.number

    def remove(self, mutation: Mutation) -> None:
        """Take out a mutation that is in it."""
        del self._by_number[mutation.number]
        for kept in (
            self._by_day[mutation.date],
            self._by_invoice_number[mutation.invoice_number],
        ):
            del kept[bisect_left(kept, mutation.number)]
        self._by_relation[mutation.relation] -= 1

    def __getitem__(self, number: int) -> Mutation:
        return self._by_number[number]

    def get(self, number: int) -> Mutation | None:
        """Return the mutation with this number, None when there is none."""
        return self._by_number.get(number)

    def all(self) -> list[Mutation]:
        """Return all mutations."""
        return list(self._by_number.values())

    def with_relation(self, code: str) -> int:
        """Return how many mutations name a relation."""
        return self._by_relation[code]

    def has_sales_invoice(self, number: str) -> bool:
        """Tell whether a sales invoice with this invoice number is among them."""
        return any(
            self._by_number[kept].kind is Kind.INVOICE_SENT
            for kept in self._by_invoice_number.get(number, ())
        )

    def find(
        self,
        *,
        most: int,
        number: int,
        first_number: int,
        last_number: int,
        invoice_number: str,
        first_day: date | None,
        last_day: date | None,
    ) -> list[Mutation]:
        """Return the last `most` mutations that pass all filters; 0, "" and None do not filter."""
        found: list[Mutation] = []
        for mutation in self._candidates(
            number, first_number, last_number, invoice_number, first_day, last_day
        ):
            if (
                (not number or mutation.number == number)
                and (not first_number or mutation.number >= first_number)
                and (not last_number or mutation.number <= last_number)
                and (not invoice_number or mutation.invoice_number == invoice_number)
                and (first_day is None or mutation.date >= first_day)
                and (last_day is None or mutation.date <= last_day)
            ):
                found.append(mutation)
                if len(found) == most:
                    break
        found.reverse()
        return found

    def _candidates(
        self,
        number: int,
        first_number: int,
        last_number: int,
        invoice_number: str,
        first_day: date | None,
        last_day: date | None,
    ) -> Iterable[Mutation]:
        """Yield, newest first, at least every mutation that the filters can let through."""
        if number:
            return [self._by_number[number]] if number in self._by_number else []
        if invoice_number:
            numbers: Sequence[int] = self._by_invoice_number.get(invoice_number, [])
            return (self._by_number[kept] for kept in reversed(numbers))
        if first_number or last_number:
            highest = min(last_number or self._highest, self._highest)
            asked = range(highest, max(first_number, 1) - 1, -1)
            if len(asked) <= len(self._by_number):
                return (self._by_number[kept] for kept in asked if kept in self._by_number)
        if first_day is not None or last_day is not None:
            days = self._by_day.irange(first_day, last_day)
            # Merged one by one: a year of many mutations is not put in order for its last 500.
            newest = merge(*(reversed(self._by_day[day]) for day in days), reverse=True)
            return (self._by_number[kept] for kept in newest)
        return reversed(self._by_number.values())
