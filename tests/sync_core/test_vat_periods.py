"""The VAT period of a day, as the firm files and as a person calls it."""

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from sync_core.attention import Attention
from sync_core.attention_text import attention_line
from sync_core.journal import Facts, Reason
from sync_core.messages import Language
from sync_core.vat import VatPeriod
from sync_core.vat_periods import first_day, period_name, period_text

NOW = datetime(2017, 10, 19, tzinfo=UTC)


@pytest.mark.parametrize(
    ("length", "day", "first", "name"),
    [
        ("month", date(2017, 10, 31), date(2017, 10, 1), "2017-10"),
        ("month", date(2018, 1, 1), date(2018, 1, 1), "2018-01"),
        ("quarter", date(2017, 9, 30), date(2017, 7, 1), "Q3 2017"),
        ("quarter", date(2017, 10, 1), date(2017, 10, 1), "Q4 2017"),
        ("quarter", date(2020, 2, 29), date(2020, 1, 1), "Q1 2020"),
        ("year", date(2017, 12, 31), date(2017, 1, 1), "2017"),
    ],
)
def test_a_day_is_in_one_period(length: VatPeriod, day: date, first: date, name: str) -> None:
    assert first_day(day, length) == first
    assert period_name(day, length) == period_name(first, length) == name


def test_all_days_of_a_year_fall_in_as_many_periods_as_are_filed() -> None:
    days = [date.fromordinal(date(2020, 1, 1).toordinal() + number) for number in range(366)]
    lengths: dict[VatPeriod, int] = {"month": 12, "quarter": 4, "year": 1}
    for length, number in lengths.items():
        assert len({first_day(day, length) for day in days}) == number
        assert len({period_name(day, length) for day in days}) == number


@pytest.mark.parametrize(
    ("length", "language", "text"),
    [
        ("month", "nl", "oktober 2017"),
        ("month", "en", "October 2017"),
        ("quarter", "nl", "Q4 2017"),
        ("year", "en", "2017"),
    ],
)
def test_a_line_that_waits_names_its_period(
    length: VatPeriod, language: Language, text: str
) -> None:
    facts = Facts("invoice", "Bakkerij de Groot", date(2017, 10, 19), Decimal("121.00"))
    waiting = Attention("F/2017/0001", Reason("unknown"), NOW, facts, language, length)
    assert period_text(date(2017, 10, 19), length, language) == text
    assert attention_line(waiting, NOW, language).endswith(f", {text})")
