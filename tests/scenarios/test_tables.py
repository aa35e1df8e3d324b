"""The manual's table: read, written, compared."""

from datetime import date
from decimal import Decimal

import click
import pytest

from scenarios.language.expectations import MUTATIONS
from scenarios.language.tables import (
    Difference,
    PairedRow,
    Table,
    TableError,
    amount_text,
    codes_text,
    compare,
    date_text,
    parse,
)
from scenarios.reporting.text import difference_lines

SCREEN = """\
Nr   Datum       Soort       Bedrag    Rekening  Tegenrekening  Factuur
245  19-10-2017  Fact verst  99,99     1300      8020           F/2017/0001
242  10-10-2017  Fact verst  1.216,95  1300      4650,8015      20175
"""


def test_a_table_is_written_as_it_was_read() -> None:
    assert parse(SCREEN, MUTATIONS).lines() == SCREEN.splitlines()


def test_an_empty_cell_is_a_dash_or_nothing_at_the_end() -> None:
    read = parse("Nr  Rekening  Factuur\n1  -  -\n2  1300\n", MUTATIONS)

    assert read.rows == (("1", "", ""), ("2", "1300", ""))


@pytest.mark.parametrize(
    ("amount", "shown"),
    [
        ("99.99", "99,99"),
        ("1216.95", "1.216,95"),
        ("12100", "12.100,00"),
        ("-5", "-5,00"),
        ("-1234567.8", "-1.234.567,80"),
        ("-0.00", "0,00"),
    ],
)
def test_amounts_are_shown_as_on_the_screen(amount: str, shown: str) -> None:
    assert amount_text(Decimal(amount)) == shown


def test_days_and_codes_are_shown_as_on_the_screen() -> None:
    assert date_text(date(2017, 6, 1)) == "01-06-2017"
    assert codes_text(["8015", "4650", "8015"]) == "4650,8015"


def test_equal_tables_have_no_difference() -> None:
    assert compare(parse(SCREEN, MUTATIONS), parse(SCREEN, MUTATIONS)) is None


def test_a_difference_names_its_cell() -> None:
    other = SCREEN.replace("99,99", "99,98")

    difference = compare(parse(other, MUTATIONS), parse(SCREEN, MUTATIONS))

    assert difference is not None
    assert difference.cells() == ["Nr 245, Bedrag: expected 99,98, found 99,99"]


def test_a_row_too_many_and_a_row_too_few_are_named() -> None:
    expected = Table(("Nr", "Bedrag"), (("3", "1,00"), ("1", "2,00")))
    found = Table(("Nr", "Bedrag"), (("3", "1,00"), ("2", "5,00"), ("1", "2,00")))

    more, less = compare(expected, found), compare(found, expected)

    assert more is not None
    assert less is not None
    assert more.cells() == ["found, not expected: 2  5,00"]
    assert less.cells() == ["not found: 2  5,00"]


@pytest.mark.parametrize(
    ("text", "row", "at_fault"),
    [
        ("", 0, ""),
        ("Nr  Nr\n", 0, "Nr"),
        ("Nr  Bedrag\n\n1  1216,95\n", 2, "1216,95"),
        ("Nr  Datum\n1  1-6-2017\n", 1, "1-6-2017"),
        ("Nr  Soort\n1  fact verst\n", 1, "fact verst"),
    ],
)
def test_a_bad_cell_is_refused_with_its_row(text: str, row: int, at_fault: str) -> None:
    with pytest.raises(TableError) as caught:
        parse(text, MUTATIONS)

    assert (caught.value.row, caught.value.text) == (row, at_fault)


SIDE_BY_SIDE = """\
  expected                | found
   Nr   Bedrag   Factuur  |  Nr   Bedrag   Factuur
> [2]  [5,00]   [F2]      |
>  1   [7,00]    F1       |  1   [7,01]    F1
"""
ABOVE_EACH_OTHER = """\
  expected
   Nr   Bedrag   Factuur
> [2]  [5,00]   [F2]
>  1   [7,00]    F1
  found
   Nr   Bedrag   Factuur
>  1   [7,01]    F1
"""


@pytest.mark.parametrize(
    ("width", "told"), [(None, SIDE_BY_SIDE), (51, SIDE_BY_SIDE), (50, ABOVE_EACH_OTHER)]
)
def test_a_difference_is_told_side_by_side_where_there_is_room(
    width: int | None, told: str
) -> None:
    difference = Difference(
        ("Nr", "Bedrag", "Factuur"),
        (PairedRow(("2", "5,00", "F2"), None), PairedRow(("1", "7,00", "F1"), ("1", "7,01", "F1"))),
    )

    lines = [click.unstyle(line) for line in difference_lines(difference, width)]

    assert lines == told.splitlines()
