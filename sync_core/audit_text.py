"""An audit as a bookkeeper reads it, period by period. Pure."""

from collections.abc import Iterator
from decimal import Decimal

from sync_core.audit import WAITING_CODE, Audit, Difference, Finding, Period
from sync_core.messages import Language
from sync_core.money_text import count_text, day_text, euros

FINDINGS = {
    Finding.MISSING: ("staat niet in e-Boekhouden", "is not in e-Boekhouden"),
    Finding.WAITING: ("wacht", "waits"),
    Finding.UNKNOWN: ("is onderweg", "is under way"),
    Finding.DOUBLE: ("staat dubbel", "is there more than once"),
    Finding.DIFFERENT: ("is in e-Boekhouden gewijzigd", "was changed in e-Boekhouden"),
    Finding.GONE: ("is in e-Boekhouden verwijderd", "was deleted in e-Boekhouden"),
    Finding.LEFT_OUT: ("wordt niet geboekt", "is left out"),
}

WORDS = {
    "nl": {
        "shop": "Bizzcloud",
        "books": "e-Boekhouden",
        "difference": "verschil",
        "turnover": "omzet",
        "vat": "btw",
        "waiting": "wacht",
        "right": "sluit aan",
        "wrong": "sluit NIET aan",
        "invoices": ("factuur", "facturen"),
        "receipts": ("bon", "bonnen"),
        "mutation": "mutatie",
        "nothing": "Er is niets om te vergelijken.",
    },
    "en": {
        "shop": "Bizzcloud",
        "books": "e-Boekhouden",
        "difference": "difference",
        "turnover": "turnover",
        "vat": "VAT",
        "waiting": "waits",
        "right": "is right",
        "wrong": "is NOT right",
        "invoices": ("invoice", "invoices"),
        "receipts": ("receipt", "receipts"),
        "mutation": "mutation",
        "nothing": "There is nothing to compare.",
    },
}


NONE = (Decimal(0), Decimal(0))


def audit_lines(audit: Audit, language: Language = "nl") -> Iterator[str]:
    """Yield the lines of an audit: per period amounts, what explains a difference, a verdict."""
    if not audit.periods:
        yield str(WORDS[language]["nothing"])
    for period in audit.periods:
        yield from _period_lines(period, language)


def _period_lines(period: Period, language: Language) -> Iterator[str]:
    words = WORDS[language]
    yield period.name
    header = ("", f"{words['shop']} {words['turnover']}", str(words["vat"]),
              f"{words['books']} {words['turnover']}", str(words["vat"]))  # fmt: skip
    rows: list[tuple[str, ...]] = [header]
    for code in sorted(set(period.shop) | set(period.books)):
        name = str(words["waiting"]) if code == WAITING_CODE else code
        sides = (period.shop.get(code, NONE), period.books.get(code, NONE))
        rows.append((name, *(euros(amount) for side in sides for amount in side)))
    widths = [max(len(row[column]) for row in rows) for column in range(5)]
    for row in rows:
        yield "  " + "  ".join(cell.rjust(width) for cell, width in zip(row, widths, strict=True))
    for difference in period.differences:
        yield f"  {_difference_text(difference, language)}"
    yield _verdict(period, language)


def _difference_text(difference: Difference, language: Language) -> str:
    said = FINDINGS[difference.finding][0 if language == "nl" else 1]
    numbers = ", ".join(map(str, difference.numbers))
    where = f" ({WORDS[language]['mutation']} {numbers})" if numbers else ""
    return (
        f"{difference.label}, {euros(difference.total)}, {day_text(difference.day)}: {said}{where}"
    )


def _verdict(period: Period, language: Language) -> str:
    words = WORDS[language]
    verdict = words["right" if period.agrees else "wrong"]
    counted = ", ".join(
        f"{count_text(number)} {words[kind][0 if number == 1 else 1]}"
        for kind, number in (("invoices", period.invoices), ("receipts", period.receipts))
    )
    return f"{period.name} {verdict}: {counted}, {words['difference']} {euros(period.difference)}"
