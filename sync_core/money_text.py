"""Euros and dates as a bookkeeper in the Netherlands reads them. Pure."""

from datetime import date
from decimal import Decimal


def euros(amount: Decimal) -> str:
    """Return "€ 1.216,95" for 1216.95."""
    text = f"{amount:,.2f}".replace(",", " ").replace(".", ",").replace(" ", ".")
    return f"€ {text}"


def day_text(day: date) -> str:
    """Return "19-10-2017"."""
    return day.strftime("%d-%m-%Y")


def count_text(number: int) -> str:
    """Return "3.120" for 3120."""
    return f"{number:,}".replace(",", ".")
