"""Dividing amounts so that every sum stays exact to the cent."""

from collections.abc import Sequence
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction

CENT = Decimal("0.01")


def cents(amount: Decimal) -> Decimal:
    """Round euros to cents, halves away from zero, as Bizzcloud does."""
    return amount.quantize(CENT, ROUND_HALF_UP)


def largest(amounts: Sequence[Decimal]) -> int:
    """Return the index of the amount furthest from zero, the first of equals.

    This is the one rule for a cent that rounding leaves: it goes to the largest line.
    """
    return max(range(len(amounts)), key=lambda index: (abs(amounts[index]), -index))


def share_out(rows: Sequence[Decimal], columns: Sequence[Decimal]) -> list[list[Decimal]]:
    """Divide each row's amount over the columns, in proportion, exact to the cent both ways.

    `rows` and `columns` are euros in cents with the same, non-zero sum. Each row of the answer
    adds up to its amount in `rows`, each column to its amount in `columns`: the running totals
    are rounded, and each cell is a difference of running totals.
    """
    total = sum(rows, Decimal(0))
    if total == 0 or total != sum(columns, Decimal(0)):
        raise ValueError(f"rows add up to {total}, columns to {sum(columns, Decimal(0))}")
    above = [Decimal(0)] * (len(columns) + 1)
    shared: list[list[Decimal]] = []
    rows_so_far = Decimal(0)
    for row in rows:
        rows_so_far += row
        running = [Decimal(0)]
        columns_so_far = Decimal(0)
        for column in columns:
            columns_so_far += column
            exact = Fraction(rows_so_far) * Fraction(columns_so_far) / Fraction(total)
            running.append(_nearest_cent(exact))
        shared.append(
            [
                running[index + 1] - running[index] - above[index + 1] + above[index]
                for index in range(len(columns))
            ]
        )
        above = running
    return shared


def share_along(part: Decimal, whole: Decimal, shares: Sequence[Decimal]) -> list[Decimal]:
    """Divide `part` of a `whole` along the whole's own `shares`, exact to the cent.

    Used for the VAT within amounts that were shared out. Where the whole is nothing, all of the
    part goes to the first share.
    """
    if whole == 0:
        return [part, *(Decimal(0) for _ in shares[1:])]
    answer: list[Decimal] = []
    so_far = done = Decimal(0)
    for share in shares:
        so_far += share
        running = _nearest_cent(Fraction(part) * Fraction(so_far) / Fraction(whole))
        answer.append(running - done)
        done = running
    return answer


def _nearest_cent(exact: Fraction) -> Decimal:
    scaled = exact * 100
    whole, rest = divmod(abs(scaled.numerator), scaled.denominator)
    if 2 * rest >= scaled.denominator:
        whole += 1
    return Decimal(whole if scaled >= 0 else -whole).scaleb(-2)
