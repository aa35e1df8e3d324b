"""Payment terms, and fiscal positions: how customers differ in when and in what tax."""

from calendar import monthrange
from collections.abc import Iterable
from datetime import date as day
from datetime import timedelta
from typing import Any

from fakes.bizzcloud.amounts import rounded
from fakes.bizzcloud.declaring import Record, on_model
from fakes.bizzcloud.fields import (
    boolean,
    char,
    decimal,
    integer,
    many2one,
    one2many,
    selection,
    text,
)
from fakes.bizzcloud.records import Model


class PaymentTerm(Model):
    """When an invoice is due."""

    name = "account.payment.term"
    description = "Payment Term"
    order = "name"
    fields = {
        "name": char("Payment Term", required=True, translate=True),
        "active": boolean("Active", default=True),
        "note": text("Description", translate=True),
        "line_ids": one2many("Terms", "account.payment.term.line", "payment_id"),
    }

    def shares(self, term: Record, total: float, from_day: str) -> list[tuple[str, float]]:
        """Return the due dates of a total, each with its amount; what is left is due today."""
        start = day.fromisoformat(from_day)
        left, shares = total, []
        for line in term.line_ids:
            amount = rounded(left, 2)
            if line.value == "fixed":
                amount = rounded(line.value_amount, 2)
            elif line.value == "procent":
                amount = rounded(total * line.value_amount, 2)
            if not amount:
                continue
            due = start + timedelta(days=line.days)
            if line.days2:
                first = (due.replace(day=1) + timedelta(days=32)).replace(day=1)
                due = first + timedelta(days=line.days2)
                if line.days2 > 0:
                    due = first.replace(day=min(line.days2, monthrange(first.year, first.month)[1]))
            shares.append((due.isoformat(), amount))
            left -= amount
        remainder = rounded(total - sum(amount for _, amount in shares), 2)
        if remainder:
            shares.append((self.env.today_in_utc, remainder))
        return shares

    @on_model
    def compute(
        self,
        id: int,  # noqa: A002 - Odoo's name, which callers may use
        value: float,
        date_ref: str | None = None,
    ) -> list[list[Any]]:
        """Return [date, amount] for each due date of a total."""
        term = self.one(id)
        return [
            list(share) for share in self.shares(term, value, date_ref or self.env.today_in_utc)
        ]


class PaymentTermLine(Model):
    """A part of a payment term: a share of the total, and its days."""

    name = "account.payment.term.line"
    description = "Payment Term Line"
    order = "value desc, days"
    rec_name = "value"
    fields = {
        "value": selection(
            "Computation",
            [("procent", "Percent"), ("balance", "Balance"), ("fixed", "Fixed Amount")],
            required=True,
            default="balance",
        ),
        "value_amount": decimal("Amount To Pay", (16, 6)),
        "days": integer("Number of Days", required=True, default=30),
        "days2": integer("Day of the Month", required=True, default=0),
        "payment_id": many2one(
            "Payment Term", "account.payment.term", required=True, ondelete="cascade"
        ),
    }


class FiscalPosition(Model):
    """How the taxes and accounts of a kind of customer differ."""

    name = "account.fiscal.position"
    description = "Fiscal Position"
    order = "sequence"
    fields = {
        "name": char("Fiscal Position", required=True),
        "sequence": integer("Sequence"),
        "active": boolean("Active", default=True),
        "company_id": many2one("Company", "res.company"),
        "tax_ids": one2many("Tax Mapping", "account.fiscal.position.tax", "position_id"),
        "note": text("Notes"),
        "auto_apply": boolean("Automatic"),
        "vat_required": boolean("VAT required"),
        "country_id": many2one("Countries", "res.country"),
    }

    def mapped(self, position: int | bool, taxes: Iterable[Record]) -> list[int]:
        """Return the ids of taxes as a fiscal position has them, unchanged without one."""
        if not position:
            return [tax.id for tax in taxes]
        rules = self.one(int(position)).tax_ids
        made: list[int] = []
        for tax in taxes:
            mine = [rule for rule in rules if rule.tax_src_id.id == tax.id]
            into = [rule.tax_dest_id.id for rule in mine if rule.tax_dest_id] if mine else [tax.id]
            made += [each for each in into if each not in made]
        return made


class FiscalPositionTax(Model):
    """One tax that a fiscal position replaces, by another or by none."""

    name = "account.fiscal.position.tax"
    description = "Taxes Fiscal Position"
    rec_name = "position_id"
    fields = {
        "position_id": many2one(
            "Fiscal Position", "account.fiscal.position", required=True, ondelete="cascade"
        ),
        "tax_src_id": many2one("Tax Source", "account.tax", required=True),
        "tax_dest_id": many2one("Replacement Tax", "account.tax"),
    }
