"""The VAT code of a line: what the tax means, at which rate, on which booking date.

What a tax means is known from its identity (the link maps it), never from its percentage: five
sales taxes of the Dutch chart are 0%, and "variabel BTW" of 21% is not the high rate. The codes
and their dates are the service's (evidence: VAT codes).
"""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import Literal

from sync_core.documents import Tax

VatPeriod = Literal["month", "quarter", "year"]
"""For how long a firm files VAT at a time."""


class VatMeaning(StrEnum):
    """What a sales tax of the shop means to a bookkeeper."""

    HIGH = "high"
    LOW = "low"
    OTHER_RATE = "other rate"
    REVERSE_CHARGE = "reverse charge"
    OUTSIDE_EU = "outside the EU"
    GOODS_INSIDE_EU = "goods inside the EU"
    SERVICES_INSIDE_EU = "services inside the EU"
    DISTANCE_SALES = "distance sales inside the EU"
    NONE = "outside VAT"
    FOREIGN = "foreign VAT"


NO_VAT = "GEEN"
OTHER_RATE = "AFW_VERK"

PROPOSAL: Mapping[str, VatMeaning] = {
    "21% BTW": VatMeaning.HIGH,
    "6% BTW": VatMeaning.LOW,
    "9% BTW": VatMeaning.LOW,
    "variabel BTW": VatMeaning.OTHER_RATE,
    "0% BTW verlegd": VatMeaning.REVERSE_CHARGE,
    "BTW export buiten EU": VatMeaning.OUTSIDE_EU,
    "BTW export binnen EU": VatMeaning.GOODS_INSIDE_EU,
    "Inst./afst.verkopen binnen EU": VatMeaning.DISTANCE_SALES,
}
"""What the sales taxes of the Dutch chart mean, by what an invoice shows.

The zero rate ("0% BTW") is left out: the service has no code for it, so a person must say which
of the codes it is to be.
"""

FIXED_CODES: Mapping[VatMeaning, str] = {
    VatMeaning.OUTSIDE_EU: "BU_EU_VERK",
    VatMeaning.GOODS_INSIDE_EU: "BI_EU_VERK",
    VatMeaning.SERVICES_INSIDE_EU: "BI_EU_VERK_D",
    VatMeaning.DISTANCE_SALES: "AFST_VERK",
    VatMeaning.REVERSE_CHARGE: "VERL_VERK",
    VatMeaning.NONE: NO_VAT,
}
"""The codes that carry no tax: neither rate nor date changes them."""

INSIDE_EU = frozenset({"BI_EU_VERK", "BI_EU_VERK_D"})
"""Codes that only hold for a customer with the VAT number of another country of the EU."""

NEEDS_VAT_NUMBER = INSIDE_EU | {"VERL_VERK"}
"""Codes that only hold for a customer with a valid VAT number."""

HIGH_IS_21_FROM = date(2012, 10, 1)
LOW_IS_9_FROM = date(2019, 1, 1)


def meaning(tax: Tax, mapped: Mapping[str, VatMeaning]) -> VatMeaning | None:
    """Return what a tax means: as the link maps it, else as proposed for the Dutch chart.

    `mapped` may name a tax by its id ("12"), its name or its description, in that order. None
    means that nobody has said.
    """
    for names in (mapped, PROPOSAL):
        for name in (str(tax.id), tax.name, tax.description):
            if name in names:
                return names[name]
    return None


def code(what: VatMeaning, rate: Decimal, day: date) -> str | None:
    """Return the VAT code for a meaning, a rate (0.21) and a booking date.

    None when the meaning allows no tax and there is a rate, and for another country's VAT, which
    never goes under a Dutch code. A high or low rate that is not the
    one in force on that date goes under the code for another rate, with its exact tax.
    """
    fixed = FIXED_CODES.get(what)
    if fixed is not None:
        return fixed if rate == 0 else None
    if rate == 0 or what is VatMeaning.FOREIGN:
        return None
    if what is VatMeaning.HIGH:
        return _high(rate, day)
    if what is VatMeaning.LOW:
        return _low(rate, day)
    return OTHER_RATE


def code_on(day: date, vat_code: str, percentage: Decimal) -> str:
    """Return the code on another day for what is booked under a code, at a rate in percent.

    The codes of the high and the low rate mean the rate that is in force: what was 6% goes under
    the code for another rate from 2019 on. A rate that is not known changes nothing.
    """
    rate = percentage / 100
    if not rate:
        return vat_code
    if vat_code in ("HOOG_VERK", "HOOG_VERK_21"):
        return _high(rate, day)
    return _low(rate, day) if vat_code == "LAAG_VERK" else vat_code


def _high(rate: Decimal, day: date) -> str:
    if rate == Decimal("0.21") and day >= HIGH_IS_21_FROM:
        return "HOOG_VERK_21"
    if rate == Decimal("0.19") and day < HIGH_IS_21_FROM:
        return "HOOG_VERK"
    return OTHER_RATE


def _low(rate: Decimal, day: date) -> str:
    in_force = Decimal("0.09") if day >= LOW_IS_9_FROM else Decimal("0.06")
    return "LAAG_VERK" if rate == in_force else OTHER_RATE
