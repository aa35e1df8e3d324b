"""Products, their templates, categories and units."""

import re
from collections.abc import Iterable
from typing import Any

from fakes.bizzcloud.declaring import Record, as_ids, no_circle, on_records
from fakes.bizzcloud.domain import NEGATIVE
from fakes.bizzcloud.fields import (
    boolean,
    char,
    decimal,
    integer,
    many2many,
    many2one,
    one2many,
    selection,
    text,
)
from fakes.bizzcloud.models.pricelist import Pricelist
from fakes.bizzcloud.records import Model


class UnitOfMeasure(Model):
    """A unit that products are counted in."""

    name = "product.uom"
    description = "Product Unit of Measure"
    order = "name"
    fields = {
        "name": char("Unit of Measure", required=True, translate=True),
        "factor": decimal("Ratio", (12, 12), default=1.0),
        "rounding": decimal("Rounding Precision", (12, 6), default=0.01),
        "active": boolean("Active", default=True),
        "uom_type": selection(
            "Type",
            [("bigger", "Bigger"), ("reference", "Reference"), ("smaller", "Smaller")],
            default="reference",
        ),
    }


class ProductCategory(Model):
    """A category of products, which may name their accounts."""

    name = "product.category"
    description = "Product Category"
    order = "name"
    fields = {
        "name": char("Name", required=True, translate=True),
        "parent_id": many2one("Parent Category", "product.category", ondelete="cascade"),
        "child_id": one2many("Child Categories", "product.category", "parent_id"),
        "property_account_income_categ": many2one("Income Account", "account.account"),
        "property_account_expense_categ": many2one("Expense Account", "account.account"),
        "type": selection(
            "Category Type", [("view", "View"), ("normal", "Normal")], default="normal"
        ),
    }
    constraints = (no_circle("Error ! You cannot create recursive categories."),)

    def name_of(self, record: Record) -> str:
        """Return a category's name after those above it."""
        above = record.parent_id
        return f"{self.name_of(above)} / {record.name}" if above else str(record.name)


class ProductTemplate(Model):
    """What the variants of a product have in common; here each has one variant."""

    name = "product.template"
    description = "Product Template"
    order = "name"
    fields = {
        "name": char("Name", required=True, translate=True),
        "sequence": integer("Sequence", default=1),
        "description": text("Description"),
        "description_sale": text("Sale Description"),
        "type": selection(
            "Product Type",
            [("consu", "Consumable"), ("service", "Service")],
            required=True,
            default="consu",
        ),
        "categ_id": many2one("Internal Category", "product.category", required=True, default=1),
        "list_price": decimal("Sale Price", default=1.0),
        "standard_price": decimal("Cost Price", default=0.0),
        "sale_ok": boolean("Can be Sold", default=True),
        "uom_id": many2one("Unit of Measure", "product.uom", required=True, default=1),
        "uom_po_id": many2one("Purchase Unit of Measure", "product.uom", required=True, default=1),
        "company_id": many2one("Company", "res.company", default=1),
        "active": boolean("Active", default=True),
        "taxes_id": many2many("Customer Taxes", "account.tax"),
        "supplier_taxes_id": many2many("Supplier Taxes", "account.tax"),
        "property_account_income": many2one("Income Account", "account.account"),
        "property_account_expense": many2one("Expense Account", "account.account"),
        "available_in_pos": boolean("Available in the Point of Sale", default=True),
        "to_weight": boolean("To Weigh With Scale"),
        "income_pdt": boolean("Point of Sale Cash In"),
        "expense_pdt": boolean("Point of Sale Cash Out"),
        "product_variant_ids": one2many("Products", "product.product", "product_tmpl_id"),
    }

    def create(self, vals: Any) -> int:
        """Make a template and its one variant."""
        identifier = super().create(vals)
        if not self.env.context.get("create_product_product"):
            self.env["product.product"].create({**vals, "product_tmpl_id": identifier})
        return identifier

    @on_records
    def copy(self, ids: Any, default: Any = None) -> int:
        """Copy a template, with a name that says so."""
        source = self.copied_one(ids)
        return super().copy(ids, {**(default or {}), "name": f"{source.name} (copy)"})


class Product(Model):
    """A product that can be sold."""

    name = "product.product"
    description = "Product"
    order = "default_code, name_template"
    inherits = {"product.template": "product_tmpl_id"}
    fields = {
        "product_tmpl_id": many2one(
            "Product Template", "product.template", required=True, ondelete="cascade"
        ),
        "default_code": char("Internal Reference"),
        "ean13": char("EAN13 Barcode", size=13),
        "active": boolean("Active", default=True),
        "name_template": char("Template Name", compute="compute_name"),
        "lst_price": decimal(
            "Public Price", related=("product_tmpl_id", "list_price"), store=False
        ),
        "price": decimal("Price", compute="compute_price", store=False),
    }

    def compute_price(self, product: Record) -> float:
        """Return a product's price in the list that the context names, by id or name; else 0."""
        context, lists = self.env.context, self.env.of(Pricelist)
        named = context.get("pricelist")
        if isinstance(named, str):
            found = lists.name_search(named, operator="=", limit=1)
            named = found[0][0] if found else None
        if not named:
            return 0.0
        price, _ = lists.price(lists.one(int(named)), product, context.get("quantity") or 1.0)
        return float(price or 0.0)

    @on_records
    def price_get(self, ids: Any, ptype: str = "list_price") -> dict[int, float]:
        """Return a price of each product: what it sells for, or costs (JSON-RPC alone can)."""
        return {product.id: getattr(product, ptype) for product in self.browse(as_ids(ids))}

    def create(self, vals: Any) -> int:
        """Make a product, and its template unless that is given."""
        if vals.get("product_tmpl_id"):
            return super().create(vals)
        with_context = self.env.with_context(create_product_product=True)
        return Model.create(Product(with_context), vals)

    def recompute(self, ids: Iterable[int]) -> None:
        """Keep the template's name, which products are sorted by."""
        for record in self.browse(ids):
            self.store(record.id, name_template=record.product_tmpl_id.name)

    def name_of(self, record: Record) -> str:
        """Return a product's name, after its reference when it has one."""
        if record.default_code:
            return f"[{record.default_code}] {record.product_tmpl_id.name}"
        return str(record.product_tmpl_id.name)

    def named(self, name: str, args: list[Any], operator: str, limit: int | None) -> list[int]:
        """Return the product with a reference or bar code, else those alike in reference or name.

        A reference between brackets, as references to products show it, is looked for last.
        """
        if not name:
            return super().named(name, args, "ilike", limit)
        if operator in NEGATIVE:
            domain = self.either(("default_code", "name"), operator, name)
            return list(self.search([*domain, *args], limit=limit))
        for exact in ("default_code", "ean13"):
            ids: list[int] = self.search([(exact, "=", name), *args], limit=limit)
            if ids:
                return ids
        ids = self.search([*args, ("default_code", operator, name)], limit=limit)
        if not limit or len(ids) < limit:
            others = [("name", operator, name), ("id", "not in", ids)]
            ids += self.search([*args, *others], limit=limit - len(ids) if limit else None)
        bracketed = re.search(r"\[(.*?)\]", name)
        if not ids and bracketed:
            ids = self.search([("default_code", "=", bracketed[1]), *args], limit=limit)
        return ids


def income_account(product: Record) -> Record | None:
    """Return the account that a product's turnover is booked on: its own, else its category's."""
    account: Record | None = product.property_account_income
    return account or product.categ_id.property_account_income_categ
