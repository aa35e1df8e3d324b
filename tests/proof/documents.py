"""Invents invoices and receipts, and says by itself what must become of them in the books.

The calculation is in whole cents, from the manual and the explanation of what a document becomes;
it shares no code with the coupling.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

from hypothesis import strategies as st

from sync_core.documents import (
    DocumentLine,
    Invoice,
    InvoiceState,
    Partner,
    Payment,
    PrintedTax,
    Receipt,
    Tax,
)
from tests.sync_core.examples import key

Amounts = Mapping[tuple[str, str], tuple[int, int]]
"""Cents without tax and cents of tax, by (counter account, VAT code)."""

RATES = {
    "hoog": 21,
    "laag 6": 6,
    "laag 9": 9,
    "variabel": 12,
    "binnen": 0,
    "diensten": 0,
    "afstand": 0,
    "buiten": 0,
    "verlegd": 0,
}
DESCRIPTIONS = {
    "hoog": "21% BTW",
    "laag 6": "6% BTW",
    "laag 9": "9% BTW",
    "variabel": "variabel BTW",
    "binnen": "BTW export binnen EU",
    "buiten": "BTW export buiten EU",
    "diensten": "Diensten binnen EU",
    "afstand": "Inst./afst.verkopen binnen EU",
    "verlegd": "0% BTW verlegd",
}
MAPPED = {"Diensten binnen EU": "services inside the EU"}
"""What a person must say of a tax, since the Dutch chart has none for it."""

FOR_COMPANIES = ("binnen", "diensten", "verlegd")
"""Taxes of sales to a company with a VAT number, which no receipt without a customer has."""

TAXES = {
    name: Tax(number, name, DESCRIPTIONS[name], Decimal(rate) / 100)
    for number, (name, rate) in enumerate(RATES.items(), 1)
}
BOXES = {
    "HOOG_VERK_21": "1a",
    "LAAG_VERK": "1b",
    "AFW_VERK": "1c",
    "VERL_VERK": "1e",
    "BI_EU_VERK": "3b",
    "BI_EU_VERK_D": "3b",
    "AFST_VERK": "3c",
    "BU_EU_VERK": "3a",
}
"""The box of the VAT return in which each code is declared."""

ACCOUNTS = ("8000", "8001", "8020")
CUSTOMER = Partner(
    key("res.partner", 6), "K0001", True, "Bakkerij", True, vat_number="BE0428759497"
)


def code_of(tax: str, day: date) -> str:
    """Return the VAT code of a tax on a day: the low rate was 6% before 2019 and 9% from then."""
    low = "laag 9" if day.year >= 2019 else "laag 6"
    if tax.startswith("laag"):
        return "LAAG_VERK" if tax == low else "AFW_VERK"
    return {
        "hoog": "HOOG_VERK_21",
        "variabel": "AFW_VERK",
        "binnen": "BI_EU_VERK",
        "buiten": "BU_EU_VERK",
        "diensten": "BI_EU_VERK_D",
        "afstand": "AFST_VERK",
        "verlegd": "VERL_VERK",
    }[tax]


@dataclass(frozen=True)
class Line:
    """A line as invented: an account, a tax, cents without tax."""

    account: str
    tax: str
    cents: int

    @property
    def tax_cents(self) -> int:
        """The tax in cents, a half away from zero."""
        whole, rest = divmod(abs(self.cents) * RATES[self.tax], 100)
        rounded = whole + (rest >= 50)
        return rounded if self.cents >= 0 else -rounded


def lines_of(taxes: Iterable[str]) -> st.SearchStrategy[list[Line]]:
    """Invent one to six lines."""
    line = st.builds(
        Line,
        st.sampled_from(ACCOUNTS),
        st.sampled_from(tuple(taxes)),
        st.integers(-50_000, 200_000),
    )
    return st.lists(line, min_size=1, max_size=6)


LINES = lines_of(RATES)
LINES_OF_RECEIPTS = lines_of(tax for tax in RATES if tax not in FOR_COMPANIES)
DAYS = st.dates(date(2013, 1, 1), date(2025, 12, 31))


def euros(cents: int) -> Decimal:
    return Decimal(cents).scaleb(-2)


@st.composite
def invoices(draw: st.DrawFn) -> tuple[Invoice, date, Amounts]:
    """Invent an invoice or a credit note, with what its lines must come to.

    The printed tax of a rate may differ by a cent from the sum of its lines' taxes: the cent goes
    to the largest line of that rate, the first of equals.
    """
    lines = draw(LINES)
    day = draw(DAYS)
    is_credit_note = draw(st.booleans())
    sign = -1 if is_credit_note else 1
    taxes = [line.tax_cents for line in lines]
    printed = []
    for name in dict.fromkeys(line.tax for line in lines):
        of_tax = [index for index, line in enumerate(lines) if line.tax == name]
        cent = draw(st.sampled_from((0, 0, 0, 1, -1))) if RATES[name] else 0
        largest = of_tax[0]
        for index in of_tax:
            if abs(lines[index].cents) > abs(lines[largest].cents):
                largest = index
        taxes[largest] += cent
        amount = sum(taxes[index] for index in of_tax)
        tax = TAXES[name]
        printed.append(PrintedTax(name, tax, Decimal(0), euros(amount)))
    amounts: dict[tuple[str, str], tuple[int, int]] = defaultdict(lambda: (0, 0))
    for line, vat in zip(lines, taxes, strict=True):
        place = line.account, code_of(line.tax, day)
        before = amounts[place]
        amounts[place] = before[0] + sign * line.cents, before[1] + sign * vat
    total = sum(line.cents for line in lines) + sum(taxes)
    document = Invoice(
        key=key(),
        is_credit_note=is_credit_note,
        state=draw(st.sampled_from((InvoiceState.OPEN, InvoiceState.PAID))),
        number="F/2017/0001",
        invoice_date=day,
        due_date=day + timedelta(days=draw(st.integers(0, 90))),
        partner=CUSTOMER,
        currency="EUR",
        lines=tuple(
            DocumentLine("Iets", line.account, "", euros(line.cents), (TAXES[line.tax],))
            for line in lines
        ),
        taxes=tuple(printed),
        total=euros(total),
    )
    return document, day, dict(amounts)


@st.composite
def receipts(draw: st.DrawFn) -> tuple[Receipt, date, Amounts]:
    """Invent a receipt or a return, paid in one or two ways, with what its lines must come to.

    One of two payments may be opposite to the receipt: cash-back on a card.
    """
    lines = draw(LINES_OF_RECEIPTS)
    day = draw(DAYS)
    amounts: dict[tuple[str, str], tuple[int, int]] = defaultdict(lambda: (0, 0))
    for line in lines:
        place = line.account, code_of(line.tax, day)
        before = amounts[place]
        amounts[place] = before[0] + line.cents, before[1] + line.tax_cents
    tax = sum(line.tax_cents for line in lines)
    total = sum(line.cents for line in lines) + tax
    by_card = draw(st.sampled_from((0, total, total // 3, total + 2_000, -500)))
    payments = [
        Payment(8, "CSH", "Kas", "cash", euros(total - by_card)),
        Payment(9, "PIN", "PIN", "bank", euros(by_card)),
    ]
    document = Receipt(
        key=key("pos.order"),
        number="POS0001",
        reference="Order 00001-001-0001",
        state="paid",
        moment=datetime(day.year, day.month, day.day, 11, tzinfo=UTC),
        lines=tuple(
            DocumentLine(
                "Iets", line.account, "", euros(line.cents), (TAXES[line.tax],),
                euros(line.tax_cents),
            )
            for line in lines
        ),
        payments=tuple(payment for payment in payments if payment.amount),
        total=euros(total),
        tax=euros(tax),
        invoice=None,
    )  # fmt: skip
    return document, day, dict(amounts)
