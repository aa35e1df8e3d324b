"""Taxes, and what they make of a price."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any

from fakes.bizzcloud.amounts import rounded
from fakes.bizzcloud.declaring import Record, no_circle, on_model, on_records
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

EXTRA_PLACES = 5
"""How many more places a line's tax keeps when a company rounds the total and not each line."""


FOR_THE_RETURN = "Use this code for the tax declaration."


class TaxCode(Model):
    """A box of the tax return."""

    name = "account.tax.code"
    description = "Tax Code"
    order = "code"
    fields = {
        "name": char("Tax Case Name", required=True, translate=True),
        "code": char("Case Code", size=64),
        "info": text("Description"),
        "parent_id": many2one("Parent Code", "account.tax.code"),
        "child_ids": one2many("Child Codes", "account.tax.code", "parent_id"),
        "company_id": many2one("Company", "res.company", required=True, default=1),
        "sign": decimal("Coefficent for parent", None, required=True, default=1.0),
        "notprintable": boolean("Not Printable in Invoice"),
        "sequence": integer("Sequence"),
    }

    constraints = (no_circle("Error!\nYou cannot create recursive accounts."),)

    def name_of(self, record: Record) -> str:
        """Return a box's code and name."""
        return f"{record.code} - {record.name}" if record.code else str(record.name)


@dataclass(frozen=True)
class TaxAmount:
    """What one tax comes to on one price, and the price per unit that it is taken of.

    `included` says that it was taken out of the price; a document then prints its bare name.
    """

    tax: Record
    amount: float
    price_unit: float
    included: bool = False

    @property
    def name(self) -> str:
        """The name on an invoice: "21% BTW - Verkopen/omzet hoog"."""
        tax = self.tax
        if self.included or not tax.description:
            return str(tax.name)
        return f"{tax.description} - {tax.name}"


@dataclass(frozen=True)
class Taxed:
    """A price with its taxes: without, with, and each of them."""

    total: float
    total_included: float
    taxes: list[TaxAmount]


class Tax(Model):
    """A tax: a percentage or a fixed amount per unit, within the price or on top of it."""

    name = "account.tax"
    description = "Tax"
    order = "sequence"
    fields = {
        "name": char(
            "Tax Name", required=True, translate=True, help="This name will be displayed on reports"
        ),
        "sequence": integer(
            "Sequence",
            help="The sequence field is used to order the tax lines from the lowest sequences to "
            "the higher ones. The order is important if you have a tax with several tax children. "
            "In this case, the evaluation order is important.",
            required=True,
            default=1,
        ),
        "amount": decimal(
            "Amount",
            (14, 4),
            help="For taxes of type percentage, enter % ratio between 0-1.",
            required=True,
            default=0.0,
        ),
        "active": boolean(
            "Active",
            help="If the active field is set to False, it will allow you to hide the tax without "
            "removing it.",
            default=True,
        ),
        "type": selection(
            "Tax Type",
            [
                ("percent", "Percentage"),
                ("fixed", "Fixed Amount"),
                ("none", "None"),
                ("code", "Python Code"),
                ("balance", "Balance"),
            ],
            help="The computation method for the tax amount.",
            required=True,
            default="percent",
        ),
        "applicable_type": selection(
            "Applicability",
            [("true", "Always"), ("code", "Given by Python Code")],
            help="If not applicable (computed through a Python code), the tax won't appear on the "
            "invoice.",
            required=True,
            default="true",
        ),
        "account_collected_id": many2one(
            "Invoice Tax Account",
            "account.account",
            help="Set the account that will be set by default on invoice tax lines for invoices. "
            "Leave empty to use the expense account.",
            ondelete="restrict",
        ),
        "account_paid_id": many2one(
            "Refund Tax Account",
            "account.account",
            help="Set the account that will be set by default on invoice tax lines for refunds. "
            "Leave empty to use the expense account.",
            ondelete="restrict",
        ),
        "parent_id": many2one("Parent Tax Account", "account.tax"),
        "child_ids": one2many("Child Tax Accounts", "account.tax", "parent_id"),
        "child_depend": boolean(
            "Tax on Children",
            help="Set if the tax computation is based on the computation of child taxes rather "
            "than on the total amount.",
        ),
        "base_code_id": many2one("Account Base Code", "account.tax.code", help=FOR_THE_RETURN),
        "tax_code_id": many2one("Account Tax Code", "account.tax.code", help=FOR_THE_RETURN),
        "base_sign": decimal("Base Code Sign", (14, 4), help="Usually 1 or -1.", default=1.0),
        "tax_sign": decimal("Tax Code Sign", (14, 4), help="Usually 1 or -1.", default=1.0),
        "ref_base_code_id": many2one("Refund Base Code", "account.tax.code", help=FOR_THE_RETURN),
        "ref_tax_code_id": many2one("Refund Tax Code", "account.tax.code", help=FOR_THE_RETURN),
        "ref_base_sign": decimal(
            "Refund Base Code Sign", (14, 4), help="Usually 1 or -1.", default=1.0
        ),
        "ref_tax_sign": decimal(
            "Refund Tax Code Sign", (14, 4), help="Usually 1 or -1.", default=1.0
        ),
        "include_base_amount": boolean(
            "Included in base amount",
            help="Indicates if the amount of tax must be included in the base amount for the "
            "computation of the next taxes",
        ),
        "company_id": many2one("Company", "res.company", required=True, default=1),
        "description": char("Tax Code"),
        "price_include": boolean(
            "Tax Included in Price",
            help="Check this if the price you use on the product and invoices includes this tax.",
        ),
        "type_tax_use": selection(
            "Tax Application",
            [("sale", "Sale"), ("purchase", "Purchase"), ("all", "All")],
            required=True,
            default="all",
        ),
    }
    unique = ((("name", "company_id", "type_tax_use"), "Tax Name must be unique per company!"),)

    def name_of(self, record: Record) -> str:
        """Return the short name that documents print, else the name."""
        return str(record.description or record.name)

    def name_domain(self, name: str, operator: str) -> list[Any]:
        """Return the domain of the taxes that a name or a short name means."""
        return self.either(("description", "name"), operator, name)

    @on_records
    def copy(self, ids: Any, default: Any = None) -> int:
        """Copy a tax, with a name of its own."""
        source = self.copied_one(ids)
        return super().copy(ids, {"name": f"{source.name} (Copy)", **(default or {})})

    def computed(self, taxes: Iterable[Record], price_unit: float, quantity: float) -> Taxed:
        """Return what taxes make of a price per unit (discount taken off) and a quantity.

        Each tax is rounded by itself, to cents, or to more places when the company rounds the
        total. Taxes within the price are taken out first; those on top follow on what is left.
        """
        ordered = sorted(taxes, key=lambda tax: (tax.sequence, tax.id))
        places = 2
        globally = ordered and (
            ordered[0].company_id.tax_calculation_rounding_method == "round_globally"
        )
        if globally:
            places += EXTRA_PLACES
        gross = rounded(price_unit * quantity, 2)
        included = [
            replace(each, amount=rounded(each.amount * quantity, places))
            for each in _within([tax for tax in ordered if tax.price_include], price_unit)
        ]
        net = gross
        for each in included:
            net -= each.amount
        on_top = [
            replace(each, amount=rounded(each.amount * quantity, places))
            for each in _on_top(
                [tax for tax in ordered if not tax.price_include],
                net / quantity if quantity else 0.0,
            )
        ]
        for each in on_top:
            gross += each.amount
        return Taxed(net, gross, included + on_top)

    @on_model
    def compute_all(
        self,
        taxes: list[int],
        price_unit: float,
        quantity: float,
        product: Any = None,
        partner: Any = None,
        force_excluded: bool = False,
    ) -> dict[str, Any]:
        """Return the total without and with taxes, and each tax's amount."""
        made = self.computed(self.browse(taxes), price_unit, quantity)
        return {
            "total": made.total,
            "total_included": made.total_included,
            "taxes": [
                {
                    "id": each.tax.id,
                    "name": each.name,
                    "amount": each.amount,
                    "price_unit": each.price_unit,
                    "sequence": each.tax.sequence,
                }
                for each in made.taxes
            ],
        }


def _on_top(taxes: list[Record], price_unit: float) -> list[TaxAmount]:
    """Return each tax per unit, on a price without it."""
    made: list[TaxAmount] = []
    price = price_unit
    for tax in taxes:
        amount = price * tax.amount if tax.type == "percent" else float(tax.amount)
        if tax.type not in ("percent", "fixed"):
            continue
        made.append(TaxAmount(tax, amount, price))
        if tax.include_base_amount:
            price += amount
    return made


def _within(taxes: list[Record], price_unit: float) -> list[TaxAmount]:
    """Return each tax per unit, out of a price that holds it; the last tax is taken out first.

    Percentages that stand beside each other are taken of the same base; one that is part of the
    base of the next is taken out before that base is known.
    """
    beside = [tax for tax in taxes if not tax.include_base_amount]
    together = sum(tax.amount for tax in beside if tax.type == "percent")
    price = price_unit - sum(tax.amount for tax in beside if tax.type == "fixed")
    made: list[tuple[Record, float, float]] = []
    for tax in reversed(taxes):
        amount = 0.0
        if tax.type == "fixed":
            amount = float(tax.amount)
        elif tax.type == "percent" and tax.include_base_amount:
            amount = price - price / (1 + tax.amount)
        elif tax.type == "percent":
            amount = price / (1 + together) * tax.amount
        if tax.include_base_amount:
            price -= amount
        made.append((tax, amount, price))
    taken = sum(amount for tax, amount, _ in made if not tax.include_base_amount)
    return [TaxAmount(tax, amount, base - taken, included=True) for tax, amount, base in made]
