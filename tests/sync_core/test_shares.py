"""Every sum stays exact to the cent."""

from decimal import Decimal

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from sync_core.shares import cents, largest, share_along, share_out

AMOUNTS = st.decimals(min_value=-10000, max_value=10000, places=2)


@given(st.lists(AMOUNTS, min_size=1, max_size=6), st.data())
def test_each_row_and_each_column_is_exact(rows: list[Decimal], data: st.DataObject) -> None:
    total = sum(rows, Decimal(0))
    assume(total != 0)
    columns = data.draw(st.lists(AMOUNTS, max_size=3))
    columns.append(total - sum(columns, Decimal(0)))
    shared = share_out(rows, columns)
    assert [sum(row, Decimal(0)) for row in shared] == rows
    assert [sum((row[at] for row in shared), Decimal(0)) for at in range(len(columns))] == columns
    assert all(cell == cents(cell) for row in shared for cell in row)


@given(st.lists(AMOUNTS, min_size=1, max_size=6), st.data())
def test_a_share_is_within_two_cents_of_its_exact_part(
    rows: list[Decimal], data: st.DataObject
) -> None:
    total = sum(rows, Decimal(0))
    assume(total > 1)
    part = data.draw(st.decimals(min_value=0, max_value=total, places=2))
    for row, cells in zip(rows, share_out(rows, [part, total - part]), strict=True):
        assert abs(cells[0] - row * part / total) <= Decimal("0.02")


@given(AMOUNTS, st.lists(AMOUNTS, min_size=1, max_size=5))
def test_what_is_shared_along_adds_up(part: Decimal, shares: list[Decimal]) -> None:
    assert sum(share_along(part, sum(shares, Decimal(0)), shares), Decimal(0)) == part


def test_rows_and_columns_must_have_one_sum() -> None:
    with pytest.raises(ValueError, match="add up to 3"):
        share_out([Decimal(1), Decimal(2)], [Decimal(4)])


def test_the_first_of_equals_is_the_largest() -> None:
    assert largest([Decimal(1), Decimal(-3), Decimal(3)]) == 1


@pytest.mark.parametrize(
    ("exact", "rounded"), [("0.005", "0.01"), ("-0.005", "-0.01"), ("8.955", "8.96")]
)
def test_halves_round_away_from_zero(exact: str, rounded: str) -> None:
    assert cents(Decimal(exact)) == Decimal(rounded)
