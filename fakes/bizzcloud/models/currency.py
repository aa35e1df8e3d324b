"""Currencies, their rates by date, and amounts in another currency.

Published: openerp/addons/base/res/res_currency.py of Odoo 8.
"""

from typing import Any

from fakes.bizzcloud.amounts import to_multiple
from fakes.bizzcloud.declaring import Record, on_model
from fakes.bizzcloud.errors import UserError
from fakes.bizzcloud.fields import (
    boolean,
    char,
    date,
    decimal,
    integer,
    many2one,
    moment,
    one2many,
    selection,
)
from fakes.bizzcloud.records import Model

RATE_DIGITS = (12, 6)


class Currency(Model):
    """A currency; amounts are rounded to its rounding."""

    name = "res.currency"
    description = "Currency"
    order = "name"
    fields = {
        "name": char("Currency", size=32, required=True),
        "symbol": char("Symbol", size=4),
        "rounding": decimal("Rounding Factor", RATE_DIGITS, default=0.01),
        "accuracy": integer("Computational Accuracy", default=4),
        "rate": decimal(
            "Current Rate",
            RATE_DIGITS,
            readonly=True,
            compute="compute_rate",
            store=False,
            help="The rate of the currency to the currency of rate 1.",
        ),
        "rate_silent": decimal(
            "Current Rate",
            RATE_DIGITS,
            readonly=True,
            compute="compute_rate_or_nothing",
            store=False,
            help="The rate of the currency to the currency of rate 1 (0 if no rate defined).",
        ),
        "rate_ids": one2many("Rates", "res.currency.rate", "currency_id"),
        "date": date("Date", readonly=True, compute="compute_date", store=False),
        "position": selection(
            "Symbol Position",
            [("after", "After Amount"), ("before", "Before Amount")],
            default="before",
        ),
        "active": boolean("Active", default=True),
        "company_id": many2one("Company", "res.company"),
        "base": boolean("Base"),
    }
    unique = ((("name", "company_id"), "The currency code must be unique per company!"),)

    def compute_rate(self, currency: Record) -> float:
        """Return the rate on the context's date, else today's; raises UserError without one."""
        found = self._rate_on(currency, self.env.context.get("date") or self.env.today_in_utc)
        if found is None:
            raise UserError(
                f"No currency rate associated for currency '{currency.name}' for the given period"
            )
        return found

    def compute_rate_or_nothing(self, currency: Record) -> float:
        """Return the rate as `compute_rate` does, 0 without one."""
        day = self.env.context.get("date") or self.env.today_in_utc
        return self._rate_on(currency, day) or 0.0

    def compute_date(self, currency: Record) -> str | None:
        """Return the day of the newest rate."""
        newest = max((each.name for each in currency.rate_ids), default=None)
        return None if newest is None else str(newest)[:10]

    def _rate_on(self, currency: Record, day: str) -> float | None:
        """Return the rate that began last, at the latest when this day began."""
        begins = f"{day} 00:00:00"[:19]
        begun = [each for each in currency.rate_ids if each.name <= begins]
        if not begun:
            return None
        return float(max(begun, key=lambda each: (each.name, each.id)).rate)

    @on_model
    def compute(
        self,
        from_currency_id: int,
        to_currency_id: int,
        from_amount: float,
        round: bool = True,  # noqa: A002 - Odoo's name, which callers may use
    ) -> float:
        """Return an amount in another currency, by their rates on the context's date.

        Raises UserError where one has no rate, or one of 0.
        """
        source = self.one(int(from_currency_id or to_currency_id))
        target = self.one(int(to_currency_id or from_currency_id))
        amount = from_amount
        if source.id != target.id:
            rates = {each.id: each.rate for each in (source, target)}
            for each in (source, target):
                if rates[each.id] == 0:
                    day = self.env.context.get("date") or self.env.today_in_utc
                    raise UserError(
                        f"No rate found \nfor the currency: {each.symbol} \nat the date: {day}"
                    )
            amount = from_amount * (rates[target.id] / rates[source.id])
        return to_multiple(amount, target.rounding) if round else amount


class CurrencyRate(Model):
    """What one of the currency of rate 1 is in a currency, from a moment on."""

    name = "res.currency.rate"
    description = "Currency Rate"
    order = "name desc"
    fields = {
        "name": moment(
            "Date", required=True, default=lambda model: f"{model.env.today_in_utc} 00:00:00"
        ),
        "rate": decimal(
            "Rate", RATE_DIGITS, help="The rate of the currency to the currency of rate 1"
        ),
        "currency_id": many2one("Currency", "res.currency", readonly=True),
    }


def on_day(record: Record, day: Any) -> Currency:
    """Return the currencies as they are on a day, seen from the transaction of a record."""
    return record.model.env.with_context(date=day).of(Currency)
