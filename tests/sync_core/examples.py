"""Documents and books to test with."""

from datetime import UTC, date, datetime
from decimal import Decimal

from sync_core.bookings import LedgerAccount
from sync_core.documents import (
    DocumentKey,
    DocumentLine,
    Invoice,
    InvoiceState,
    Model,
    Partner,
    Payment,
    PrintedTax,
    Receipt,
    Tax,
)
from sync_core.link import LinkOptions

CREATED = datetime(2017, 10, 19, 8, tzinfo=UTC)
TODAY = date(2017, 10, 19)
HIGH = Tax(2, "Verkopen/omzet hoog", "21% BTW", Decimal("0.21"))
LOW = Tax(5, "Verkopen/omzet laag", "6% BTW", Decimal("0.06"))
ZERO = Tax(4, "Verkopen/omzet onbelast (nul-tarief)", "0% BTW", Decimal(0))
INSIDE_EU = Tax(14, "Verkopen export binnen EU", "BTW export binnen EU", Decimal(0))
OPTIONS = LinkOptions(book_from=date(2017, 10, 1))
ACCOUNTS = {
    code: LedgerAccount(code, f"rekening {code}", category)
    for code, category in (
        ("1000", "FIN"),
        ("1050", "FIN"),
        ("1300", "DEB"),
        ("2000", "BAL"),
        ("8000", "VW"),
        ("8001", "VW"),
        ("8020", "VW"),
    )
}


def key(model: Model = "account.invoice", record: int = 1) -> DocumentKey:
    return DocumentKey("mycompany", 1, model, record, CREATED)


def partner(**changes: object) -> Partner:
    values: dict[str, object] = {
        "key": key("res.partner", 6),
        "reference": "K0001",
        "reference_is_unique": True,
        "name": "Bakkerij de Groot",
        "is_company": True,
        "postcode": "1234 AB",
    }
    return Partner(**(values | changes))  # type: ignore[arg-type]


def line(
    subtotal: str, tax: Tax | None = HIGH, account: str = "8020", tax_amount: str | None = None
) -> DocumentLine:
    return DocumentLine(
        text="Taart",
        account_code=account,
        account_name=f"rekening {account}",
        subtotal=Decimal(subtotal),
        taxes=(tax,) if tax else (),
        tax_amount=None if tax_amount is None else Decimal(tax_amount),
    )


def printed(amount: str, tax: Tax = HIGH, base: str = "0") -> PrintedTax:
    return PrintedTax(f"{tax.description} - {tax.name}", tax, Decimal(base), Decimal(amount))


def invoice(*lines: DocumentLine, taxes: tuple[PrintedTax, ...], **changes: object) -> Invoice:
    total = sum((each.subtotal for each in lines), Decimal(0))
    values: dict[str, object] = {
        "key": key(),
        "is_credit_note": False,
        "state": InvoiceState.OPEN,
        "number": "F/2017/0001",
        "invoice_date": TODAY,
        "due_date": TODAY,
        "partner": partner(),
        "currency": "EUR",
        "lines": lines,
        "taxes": taxes,
        "total": total + sum((each.amount for each in taxes), Decimal(0)),
    }
    return Invoice(**(values | changes))  # type: ignore[arg-type]


def receipt(*lines: DocumentLine, payments: tuple[Payment, ...], **changes: object) -> Receipt:
    tax = sum((each.tax_amount or Decimal(0) for each in lines), Decimal(0))
    values: dict[str, object] = {
        "key": key("pos.order"),
        "number": "POS0001",
        "reference": "Order 00001-001-0001",
        "state": "paid",
        "moment": datetime(2017, 10, 19, 12, tzinfo=UTC),
        "lines": lines,
        "payments": payments,
        "total": sum((each.subtotal for each in lines), Decimal(0)) + tax,
        "tax": tax,
        "invoice": None,
    }
    return Receipt(**(values | changes))  # type: ignore[arg-type]


def cash(amount: str) -> Payment:
    return Payment(8, "CSH", "Kas", "cash", Decimal(amount))


def card(amount: str) -> Payment:
    return Payment(9, "PIN", "PIN", "bank", Decimal(amount))
