"""The VAT period that a day is in: a month, a quarter or a year, as the firm files. Pure."""

from datetime import date

from sync_core.messages import MONTHS, Language
from sync_core.vat import VatPeriod


def first_day(day: date, length: VatPeriod) -> date:
    """Return the first day of the VAT period of a day."""
    match length:
        case "month":
            return day.replace(day=1)
        case "quarter":
            return day.replace(month=day.month - (day.month - 1) % 3, day=1)
        case "year":
            return day.replace(month=1, day=1)


def period_name(day: date, length: VatPeriod) -> str:
    """Return the name of the VAT period of a day in any language: "2017-10", "Q4 2017", "2017"."""
    match length:
        case "month":
            return f"{day:%Y-%m}"
        case "quarter":
            return f"Q{(day.month + 2) // 3} {day.year}"
        case "year":
            return str(day.year)


def period_text(day: date, length: VatPeriod, language: Language) -> str:
    """Return what a person calls the VAT period of a day: "oktober 2017", "Q4 2017", "2017"."""
    if length == "month":
        return f"{MONTHS[language][day.month - 1]} {day.year}"
    return period_name(day, length)
