"""The VAT codes of e-Boekhouden: which there are, for what, at which rate and in which years.

All of it quotes the service's manual as its clients do (evidence: eb-vat-codes, eb-vat-dates).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from enum import Enum

from fakes.eboekhouden.chart import Category

CENT = Decimal("0.01")

OCTOBER_2012 = date(2012, 10, 1)
JANUARY_2019 = date(2019, 1, 1)


class Side(Enum):
    """Whether a code is for what is sold, what is bought, or both."""

    SALE = "sale"
    PURCHASE = "purchase"
    BOTH = "both"


@dataclass(frozen=True)
class VatCode:
    """One code. `rates` holds (first day, percentage), oldest first; a percentage of None means
    that the caller's own percentage counts; `until` is the first day on which it no longer is."""

    code: str
    side: Side
    rates: tuple[tuple[date, Decimal | None], ...]
    account: Category
    until: date | None = None

    def percentage(self, on: date) -> Decimal | None:
        """Return the percentage on a day, or None where the caller's own counts."""
        found: Decimal | None = self.rates[0][1]
        for first, rate in self.rates:
            if first <= on:
                found = rate
        return found

    def exists_on(self, on: date) -> bool:
        """Tell whether the code may be used for a booking of this day."""
        return self.rates[0][0] <= on and (self.until is None or on < self.until)


_ALWAYS = date.min


def _code(
    code: str,
    side: Side,
    percentage: str | None,
    account: Category,
    *,
    since: date = _ALWAYS,
    until: date | None = None,
) -> VatCode:
    rate = None if percentage is None else Decimal(percentage)
    return VatCode(code, side, ((since, rate),), account, until)


def _low(code: str, side: Side, account: Category) -> VatCode:
    return VatCode(code, side, ((_ALWAYS, Decimal(6)), (JANUARY_2019, Decimal(9))), account)


VAT_CODES: Mapping[str, VatCode] = {
    made.code: made
    for made in (
        _code("HOOG_VERK", Side.SALE, "19", Category.VAT_DUE_HIGH, until=OCTOBER_2012),
        _code("HOOG_VERK_21", Side.SALE, "21", Category.VAT_DUE_HIGH, since=OCTOBER_2012),
        _low("LAAG_VERK", Side.SALE, Category.VAT_DUE_LOW),
        _code("LAAG_VERK_9", Side.SALE, "9", Category.VAT_DUE_LOW, since=JANUARY_2019),
        _code("VERL_VERK", Side.SALE, "0", Category.VAT_DUE_OTHER),
        _code("VERL_VERK_L9", Side.SALE, "0", Category.VAT_DUE_OTHER),
        _code("AFW", Side.BOTH, None, Category.VAT_DUE_OTHER),
        _code("AFW_VERK", Side.SALE, None, Category.VAT_DUE_OTHER),
        _code("BU_EU_VERK", Side.SALE, "0", Category.VAT_DUE_OTHER),
        _code("BI_EU_VERK", Side.SALE, "0", Category.VAT_DUE_OTHER),
        _code("BI_EU_VERK_D", Side.SALE, "0", Category.VAT_DUE_OTHER),
        _code("AFST_VERK", Side.SALE, "0", Category.VAT_DUE_OTHER),
        _low("LAAG_INK", Side.PURCHASE, Category.INPUT_VAT),
        _code("LAAG_INK_9", Side.PURCHASE, "9", Category.INPUT_VAT, since=JANUARY_2019),
        _code("VERL_INK_L9", Side.PURCHASE, "0", Category.INPUT_VAT),
        _code("HOOG_INK", Side.PURCHASE, "19", Category.INPUT_VAT, until=OCTOBER_2012),
        _code("HOOG_INK_21", Side.PURCHASE, "21", Category.INPUT_VAT, since=OCTOBER_2012),
        _code("VERL_INK", Side.PURCHASE, "0", Category.INPUT_VAT),
        _code("BU_EU_INK", Side.PURCHASE, "0", Category.INPUT_VAT),
        _code("BI_EU_INK", Side.PURCHASE, "0", Category.INPUT_VAT),
        _code("GEEN", Side.BOTH, "0", Category.VAT_DUE_OTHER),
    )
}


def cents(amount: Decimal) -> Decimal:
    """Round an amount in euros to cents, halves away from zero."""
    return amount.quantize(CENT, ROUND_HALF_UP)


def vat_on(excluding: Decimal, percentage: Decimal) -> Decimal:
    """Return the VAT, in cents, on an amount that excludes it."""
    return cents(excluding * percentage / 100)


def vat_in(including: Decimal, percentage: Decimal) -> Decimal:
    """Return the VAT, in cents, in an amount that includes it."""
    return cents(including * percentage / (100 + percentage))
