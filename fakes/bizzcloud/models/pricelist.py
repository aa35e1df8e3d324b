"""product.pricelist: what a product costs whom, how many of it, on which day.

Published: addons/product/pricelist.py of Odoo 8. Rules on what suppliers ask are passed over, since
products here have no suppliers, and so are other units than a product's own.
"""

from collections.abc import Iterator
from typing import Any

from fakes.bizzcloud.amounts import to_multiple
from fakes.bizzcloud.declaring import Constraint, Record, as_ids, on_records
from fakes.bizzcloud.errors import UserError
from fakes.bizzcloud.fields import (
    boolean,
    char,
    date,
    decimal,
    integer,
    many2one,
    one2many,
    selection,
)
from fakes.bizzcloud.models.currency import Currency
from fakes.bizzcloud.records import Model

PUBLIC, COST, OTHER_LIST, SUPPLIER = 1, 2, -1, -2
"""What the price of a rule begins with: a price of the product, or that of another list."""


class PriceType(Model):
    """A field of products that is a price."""

    name = "product.price.type"
    description = "Price Type"
    fields = {
        "name": char("Price Name", required=True, translate=True),
        "active": boolean("Active", default=True),
        "field": selection(
            "Product Field",
            [("list_price", "Sale Price"), ("standard_price", "Cost Price")],
            required=True,
        ),
        "currency_id": many2one("Currency", "res.currency", required=True, default=1),
    }


class Pricelist(Model):
    """A list of prices, in versions of which one holds on a day."""

    name = "product.pricelist"
    description = "Pricelist"
    order = "name"
    fields = {
        "name": char("Pricelist Name", required=True, translate=True),
        "active": boolean(
            "Active",
            default=True,
            help="If unchecked, it will allow you to hide the pricelist without removing it.",
        ),
        "type": selection("Pricelist Type", [("sale", "Sale Pricelist")], required=True),
        "version_id": one2many("Pricelist Versions", "product.pricelist.version", "pricelist_id"),
        "currency_id": many2one("Currency", "res.currency", required=True, default=1),
        "company_id": many2one("Company", "res.company"),
    }

    def name_of(self, record: Record) -> str:
        """Return a list's name and currency."""
        return f"{record.name} ({record.currency_id.name})"

    def named(self, name: str, args: list[Any], operator: str, limit: int | None) -> list[int]:
        """Return the list with just such a name and currency, else those with such a name."""
        if name and operator == "=" and not args:
            known = self.search([])
            ids = [each for each in known if self.name_of(Record(self, each)) == name]
            if ids:
                return ids[:limit] if limit else ids
        return super().named(name, args, operator, limit)

    @on_records
    def price_get(
        self, ids: Any, prod_id: int, qty: float, partner: int | bool | None = None
    ) -> dict[int, Any]:
        """Return the price of a product by list; False where no rule holds (JSON-RPC alone can)."""
        found = self.price_rule_get(ids, prod_id, qty, partner)
        return {each: price for each, (price, _) in found.items()}

    @on_records
    def price_rule_get(
        self, ids: Any, prod_id: int, qty: float, partner: int | bool | None = None
    ) -> dict[int, Any]:
        """Return a product's price and the rule that makes it, by list (JSON-RPC alone can)."""
        product = self.env["product.product"].one(int(prod_id))
        lists = as_ids(ids) or self.search([])
        return {each: self.price(self.one(each), product, qty) for each in lists}

    def price(self, pricelist: Record, product: Record, quantity: float) -> tuple[Any, Any]:
        """Return a product's price and the id of its rule; False for both where no rule holds.

        The day is that of the context, or today. Raises UserError for a list without a version
        that holds then.
        """
        day = str(self.env.context.get("date") or self.env.today_in_utc)[:10]
        version = next(
            (
                each
                for each in pricelist.version_id
                if (each.date_start or "") <= day <= (each.date_end or day)
            ),
            None,
        )
        if version is None:
            raise UserError(
                "At least one pricelist has no active version !\nPlease create or activate one."
            )
        for rule in version.items_id:
            if _holds(rule, product, quantity):
                price = self._begun(rule, pricelist, product, quantity)
                if price is not False:
                    return _changed(rule, price), rule.id
        return False, False

    def _begun(self, rule: Record, pricelist: Record, product: Record, quantity: float) -> Any:
        """Return the price that a rule begins with, in the currency of its list; False for none."""
        if rule.base == SUPPLIER:
            return False
        if rule.base == OTHER_LIST:
            if rule.base_pricelist_id is None:
                return False
            source = rule.base_pricelist_id.currency_id
            price = self.price(rule.base_pricelist_id, product, quantity)[0]
        else:
            kind = self.env["product.price.type"].one(rule.base)
            source = kind.currency_id
            price = getattr(product, kind.field)
        if price is False:
            return False
        into = pricelist.currency_id.id
        return self.env.of(Currency).compute(source.id, into, price, round=False)


def _holds(rule: Record, product: Record, quantity: float) -> bool:
    """Return whether a rule is of a product, in such a quantity."""
    if rule.min_quantity and quantity < rule.min_quantity:
        return False
    if rule.product_id is not None and rule.product_id.id != product.id:
        return False
    template = rule.product_tmpl_id
    if template is not None and template.id != product.product_tmpl_id.id:
        return False
    return rule.categ_id is None or rule.categ_id.id in _categories(product)


def _categories(product: Record) -> Iterator[int]:
    category = product.categ_id
    while category is not None:
        yield category.id
        category = category.parent_id


def _changed(rule: Record, begun: float) -> float:
    """Return a price as a rule makes it: discount, rounding, surcharge, then the margins."""
    price: float = begun * (1.0 + rule.price_discount)
    if rule.price_round:
        price = to_multiple(price, rule.price_round)
    price += rule.price_surcharge
    if rule.price_min_margin:
        price = max(price, begun + rule.price_min_margin)
    if rule.price_max_margin:
        price = min(price, begun + rule.price_max_margin)
    return price


def _alone(version: Record) -> bool:
    """Return whether no other active version of a list holds on a day of this one."""
    others = [
        each for each in version.pricelist_id.version_id if each.active and each.id != version.id
    ]
    first, last = version.date_start or "", version.date_end or "9999"
    return not version.active or not any(
        (each.date_start or "") <= last and (each.date_end or "9999") >= first for each in others
    )


class PricelistVersion(Model):
    """The rules of a list between two days."""

    name = "product.pricelist.version"
    description = "Pricelist Version"
    fields = {
        "pricelist_id": many2one(
            "Price List", "product.pricelist", required=True, ondelete="cascade"
        ),
        "name": char("Name", required=True, translate=True),
        "active": boolean("Active", default=True),
        "items_id": one2many("Price List Items", "product.pricelist.item", "price_version_id"),
        "date_start": date("Start Date", help="First valid date for the version."),
        "date_end": date("End Date", help="Last valid date for the version."),
        "company_id": many2one(
            "Company",
            "res.company",
            readonly=True,
            related=("pricelist_id", "company_id"),
            store=False,
        ),
    }
    constraints = (
        Constraint(
            _alone,
            "You cannot have 2 pricelist versions that overlap!",
            ("date_start", "date_end"),
        ),
    )

    @on_records
    def copy(self, ids: Any, default: Any = None) -> int:
        """Copy a version, which does not hold yet, since two may not hold together."""
        return super().copy(ids, {**(default or {}), "active": False})


class PricelistItem(Model):
    """A rule: for which products, what their price begins with, what is done to it."""

    name = "product.pricelist.item"
    description = "Pricelist item"
    order = "sequence, min_quantity desc"
    fields = {
        "name": char("Rule Name", help="Explicit rule name for this pricelist line."),
        "price_version_id": many2one(
            "Price List Version", "product.pricelist.version", required=True, ondelete="cascade"
        ),
        "product_tmpl_id": many2one("Product Template", "product.template", ondelete="cascade"),
        "product_id": many2one("Product", "product.product", ondelete="cascade"),
        "categ_id": many2one("Product Category", "product.category", ondelete="cascade"),
        "min_quantity": integer("Min. Quantity", required=True, default=0),
        "sequence": integer("Sequence", required=True, default=5),
        "base": selection(
            "Based on",
            [
                (PUBLIC, "Public Price"),
                (COST, "Cost Price"),
                (OTHER_LIST, "Other Pricelist"),
                (SUPPLIER, "Supplier Prices on the product form"),
            ],
            required=True,
            default=lambda model: PUBLIC if model.env.context.get("type") == "sale" else OTHER_LIST,
            help="Base price for computation.",
        ),
        "base_pricelist_id": many2one("Other Pricelist", "product.pricelist"),
        "price_surcharge": decimal("Price Surcharge"),
        "price_discount": decimal("Price Discount", (16, 4), default=0.0),
        "price_round": decimal("Price Rounding"),
        "price_min_margin": decimal("Min. Price Margin"),
        "price_max_margin": decimal("Max. Price Margin"),
        "company_id": many2one(
            "Company",
            "res.company",
            readonly=True,
            related=("price_version_id", "company_id"),
            store=False,
        ),
    }
    constraints = (
        Constraint(
            lambda rule: (
                rule.base != OTHER_LIST
                or rule.base_pricelist_id is None
                or rule.base_pricelist_id.id != rule.price_version_id.pricelist_id.id
            ),
            "Error! You cannot assign the Main Pricelist as Other Pricelist in PriceList Item!",
            ("base_pricelist_id",),
        ),
        Constraint(
            lambda rule: (
                not (rule.price_max_margin and rule.price_min_margin)
                or rule.price_min_margin <= rule.price_max_margin
            ),
            "Error! The minimum margin should be lower than the maximum margin.",
            ("price_min_margin", "price_max_margin"),
        ),
    )
