"""The VAT code of a rate and a date, by the meaning of the tax."""

from datetime import date
from decimal import Decimal

import pytest

from sync_core.documents import Tax
from sync_core.vat import VatMeaning, code, meaning


@pytest.mark.parametrize(
    ("what", "rate", "day", "expected"),
    [
        (VatMeaning.HIGH, "0.21", date(2017, 10, 19), "HOOG_VERK_21"),
        (VatMeaning.HIGH, "0.21", date(2012, 10, 1), "HOOG_VERK_21"),
        (VatMeaning.HIGH, "0.19", date(2012, 9, 30), "HOOG_VERK"),
        (VatMeaning.HIGH, "0.19", date(2012, 10, 1), "AFW_VERK"),
        (VatMeaning.LOW, "0.06", date(2018, 12, 31), "LAAG_VERK"),
        (VatMeaning.LOW, "0.06", date(2019, 1, 1), "AFW_VERK"),
        (VatMeaning.LOW, "0.09", date(2019, 1, 1), "LAAG_VERK"),
        (VatMeaning.LOW, "0.09", date(2018, 12, 31), "AFW_VERK"),
        (VatMeaning.OTHER_RATE, "0.21", date(2017, 10, 19), "AFW_VERK"),
        (VatMeaning.REVERSE_CHARGE, "0", date(2017, 10, 19), "VERL_VERK"),
        (VatMeaning.OUTSIDE_EU, "0", date(2017, 10, 19), "BU_EU_VERK"),
        (VatMeaning.GOODS_INSIDE_EU, "0", date(2017, 10, 19), "BI_EU_VERK"),
        (VatMeaning.SERVICES_INSIDE_EU, "0", date(2017, 10, 19), "BI_EU_VERK_D"),
        (VatMeaning.DISTANCE_SALES, "0", date(2017, 10, 19), "AFST_VERK"),
        (VatMeaning.NONE, "0", date(2017, 10, 19), "GEEN"),
        (VatMeaning.GOODS_INSIDE_EU, "0.21", date(2017, 10, 19), None),
        (VatMeaning.HIGH, "0", date(2017, 10, 19), None),
    ],
)
def test_the_code_follows_meaning_rate_and_date(
    what: VatMeaning, rate: str, day: date, expected: str | None
) -> None:
    assert code(what, Decimal(rate), day) == expected


def test_a_tax_is_known_by_its_identity_and_not_by_its_percentage() -> None:
    high = Tax(2, "Verkopen/omzet hoog", "21% BTW", Decimal("0.21"))
    other = Tax(6, "Verkopen/omzet overig", "variabel BTW", Decimal("0.21"))
    zero = Tax(4, "Verkopen/omzet onbelast (nul-tarief)", "0% BTW", Decimal(0))
    assert meaning(high, {}) is VatMeaning.HIGH
    assert meaning(other, {}) is VatMeaning.OTHER_RATE
    assert meaning(zero, {}) is None, "the service has no code for the zero rate: a person says"
    assert meaning(zero, {"4": VatMeaning.NONE}) is VatMeaning.NONE
    assert meaning(high, {"21% BTW": VatMeaning.OTHER_RATE}) is VatMeaning.OTHER_RATE
