"""Mutations are found without looking at all of them, and just as if all were looked at."""

from datetime import date, timedelta
from typing import Any

from fakes.eboekhouden.mutation_list import MutationList
from tests.fakes.eboekhouden.conftest import invoice

FIRST_DAY = date(2017, 1, 1)
DAYS = 30
UNFILTERED: dict[str, Any] = {
    "number": 0,
    "first_number": 0,
    "last_number": 0,
    "invoice_number": "",
}


class Number(int):
    """A number that counts how often it is compared."""

    compared = 0

    def __lt__(self, other: int) -> bool:
        Number.compared += 1
        return int(self) < other

    def __eq__(self, other: object) -> bool:
        Number.compared += 1
        return int(self) == other

    __hash__ = int.__hash__


def many(count: int) -> MutationList:
    """A list of mutations whose days go to and fro while their numbers rise."""
    made = MutationList()
    for number in range(1, count + 1):
        on = FIRST_DAY + timedelta(days=number * 7 % DAYS)
        made.add(invoice(number=f"F{number}", on=on)._replace(number=Number(number)))
    return made


def test_the_newest_of_some_days_cost_the_same_however_many_there_are() -> None:
    costs = []
    for count in (1_000, 20_000):
        mutations = many(count)
        last_day = FIRST_DAY + timedelta(days=DAYS - 2)
        Number.compared = 0
        found = mutations.find(most=500, first_day=FIRST_DAY, last_day=last_day, **UNFILTERED)
        costs.append(Number.compared)
        wanted = [kept for kept in mutations.all() if kept.date <= last_day][-500:]
        assert found == wanted
    few, plenty = costs
    assert 0 < plenty < 1.2 * few
