"""Turns Odoo's wire values into ours. Floats are rounded here and nowhere else."""

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

from sync_core.shares import cents

UNKNOWN = datetime(1970, 1, 1, tzinfo=UTC)
"""Stands for the moment at which a record was made when nobody knows it."""


def text(value: Any) -> str:
    """Return a text; Odoo sends False for an empty one."""
    return "" if value is False or value is None else str(value)


def day(value: Any) -> date | None:
    """Return a date ("2017-10-19"), None for an empty one."""
    return date.fromisoformat(value) if value else None


def moment(value: str) -> datetime:
    """Return a moment ("2017-10-19 09:00:00", in UTC as Odoo sends it), aware.

    Raises ValueError for what is no moment, or is one in a zone, which Odoo never sends.
    """
    read = datetime.fromisoformat(value)
    if read.tzinfo is not None:
        raise ValueError(f"a moment without a zone was expected, not {value!r}")
    return read.replace(tzinfo=UTC)


def made_at(value: Any) -> datetime:
    """Return when a record was made, `UNKNOWN` where Odoo does not know.

    What its installation writes into the database itself (the company's own partner) has no create
    date, and neither has what was imported so.
    """
    return moment(value) if value else UNKNOWN


def money(value: float) -> Decimal:
    """Return euros, rounded to cents: 9.950000000000001 is € 9,95 (evidence: records)."""
    return cents(Decimal(repr(float(value))))


def rate(value: float) -> Decimal:
    """Return a tax rate as a fraction, without a float's tail: 0.21000000000000002 is 0.21."""
    return Decimal(repr(float(value))).quantize(Decimal("0.000001")).normalize() + 0


def linked(value: Any) -> int | None:
    """Return the id of a many2one ([id, name]), None for an empty one."""
    return int(value[0]) if value else None


def link_name(value: Any) -> str:
    """Return the name of a many2one ([id, name]), "" for an empty one."""
    return str(value[1]) if value else ""
