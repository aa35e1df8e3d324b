"""The lines of an invoice, and its tax lines, which are computed from them."""

from collections.abc import Iterable, Mapping
from typing import Any

from fakes.bizzcloud.amounts import stored
from fakes.bizzcloud.declaring import Record, on_records
from fakes.bizzcloud.dictionary_order import Key, in_dictionary_order
from fakes.bizzcloud.errors import UserError
from fakes.bizzcloud.fields import boolean, char, decimal, integer, many2many, many2one, text
from fakes.bizzcloud.models.currency import on_day
from fakes.bizzcloud.models.tax import Tax, Taxed
from fakes.bizzcloud.models.terms import FiscalPosition
from fakes.bizzcloud.records import Model


def net_unit_price(line: Record) -> float:
    """Return a line's price per unit with its discount taken off."""
    return float(line.price_unit * (1 - (line.discount or 0.0) / 100.0))


def taxed(line: Record, taxes: list[Record], quantity: float) -> Taxed:
    """Return a line's amount with taxes, for a line with `price_unit` and `discount`."""
    return line.model.env.of(Tax).computed(taxes, net_unit_price(line), quantity)


def _usual_account(model: Model) -> int | None:
    """Return the account of sales where the context tells of one, else that of purchases."""
    sale = model.env.context.get("type") in ("out_invoice", "out_refund")
    kind = "income" if sale else "expense"
    (category,) = model.env.as_superuser()["product.category"].browse(1)
    account = getattr(category, f"property_account_{kind}_categ")
    return account.id if account else None


class InvoiceLine(Model):
    """A line of an invoice."""

    name = "account.invoice.line"
    description = "Invoice Line"
    order = "invoice_id, sequence, id"
    fields = {
        "name": text("Description", required=True),
        "origin": char(
            "Source Document",
            help="Reference of the document that produced this invoice.",
        ),
        "sequence": integer(
            "Sequence",
            help="Gives the sequence of this line when displaying the invoice.",
            default=10,
        ),
        "invoice_id": many2one("Invoice Reference", "account.invoice", ondelete="cascade"),
        "uos_id": many2one("Unit of Measure", "product.uom"),
        "product_id": many2one("Product", "product.product"),
        "account_id": many2one(
            "Account",
            "account.account",
            help="The income or expense account related to the selected product.",
            domain=[["type", "not in", ["view", "closed"]]],
            required=True,
            default=_usual_account,
        ),
        "price_unit": decimal("Unit Price", required=True, default=0.0),
        "price_subtotal": decimal(
            "Amount",
            readonly=True,
            compute="compute_subtotal",
            depends=(
                "price_unit",
                "discount",
                "invoice_line_tax_id",
                "quantity",
                "product_id",
                "invoice_id.partner_id",
                "invoice_id.currency_id",
            ),
        ),
        "quantity": decimal("Quantity", (16, 3), required=True, default=1),
        "discount": decimal("Discount (%)", default=0.0),
        "invoice_line_tax_id": many2many(
            "Taxes", "account.tax", domain=[["parent_id", "=", False]]
        ),
        "company_id": many2one(
            "Company", "res.company", related=("invoice_id", "company_id"), store=False
        ),
        "partner_id": many2one(
            "Partner", "res.partner", related=("invoice_id", "partner_id"), store=False
        ),
    }

    @on_records
    def product_id_change(
        self,
        ids: Any,
        product: int | bool,
        uom_id: int | bool,
        qty: float = 0,
        name: str = "",
        type: str = "out_invoice",  # noqa: A002 - Odoo's name, which callers may use
        partner_id: int | bool = False,
        fposition_id: int | bool = False,
        price_unit: float | bool = False,
        currency_id: int | bool = False,
        company_id: int | bool | None = None,
    ) -> dict[str, Any]:
        """Return what a form fills in when a product is chosen; raises UserError without partner.

        Taxes and account are those of the product for its side, taxes as the fiscal position has
        them.
        """
        if not partner_id:
            raise UserError("You must first select a partner!")
        bought = type in ("in_invoice", "in_refund")
        if not product:
            value: dict[str, Any] = {} if bought else {"price_unit": 0.0}
            return {"value": value, "domain": {"uos_id": []}}
        chosen = self.env["product.product"].one(int(product))
        kind = "expense" if bought else "income"
        account = getattr(chosen, f"property_account_{kind}") or getattr(
            chosen.categ_id, f"property_account_{kind}_categ"
        )
        taxes = chosen.supplier_taxes_id if bought else chosen.taxes_id
        if not taxes and account is not None:
            taxes = account.tax_ids
        shown = chosen.model.name_of(chosen)
        if not bought and chosen.description_sale:
            shown += f"\n{chosen.description_sale}"
        cost = price_unit or chosen.standard_price
        value = {
            "name": shown,
            "invoice_line_tax_id": self.env.of(FiscalPosition).mapped(fposition_id, taxes),
            "price_unit": cost if bought else chosen.list_price,
            "uos_id": uom_id or chosen.uom_id.id,
        }
        if account is not None:
            value["account_id"] = account.id
        return {"value": value, "domain": {"uos_id": [("category_id", "=", 1)]}}

    def recompute(self, ids: Iterable[int]) -> None:
        """Compute the amounts of lines, and the totals of their invoices."""
        invoices: dict[int, None] = {}
        for line in self.browse(ids):
            made = taxed(line, line.invoice_line_tax_id, line.quantity)
            self.store(line.id, price_subtotal=stored(made.total, 2))
            if line.invoice_id is not None:
                invoices[line.invoice_id.id] = None
        self.env["account.invoice"].recompute(invoices)

    def unlink(self, ids: Any) -> bool:
        """Delete lines, and compute the totals of their invoices again."""
        there = [each for each in ids if each in self.table.rows]
        invoices = {self.table.rows[each].get("invoice_id") for each in there} - {None}
        super().unlink(there)
        self.env["account.invoice"].recompute(
            each for each in invoices if each in self.env["account.invoice"].table.rows
        )
        return True


class InvoiceTax(Model):
    """The total of one tax on an invoice."""

    name = "account.invoice.tax"
    description = "Invoice Tax"
    order = "sequence"
    fields = {
        "invoice_id": many2one("Invoice Line", "account.invoice", ondelete="cascade"),
        "name": char("Tax Description", required=True),
        "account_id": many2one(
            "Tax Account",
            "account.account",
            domain=[["type", "not in", ["view", "income", "closed"]]],
            required=True,
        ),
        "base": decimal("Base"),
        "amount": decimal("Amount"),
        "manual": boolean("Manual", default=True),
        "sequence": integer(
            "Sequence",
            help="Gives the sequence order when displaying a list of invoice tax.",
        ),
        "base_code_id": many2one(
            "Base Code",
            "account.tax.code",
            help="The account basis of the tax declaration.",
        ),
        "base_amount": decimal("Base Code Amount", default=0.0),
        "tax_code_id": many2one(
            "Tax Code", "account.tax.code", help="The tax basis of the tax declaration."
        ),
        "tax_amount": decimal("Tax Code Amount", default=0.0),
        "company_id": many2one(
            "Company", "res.company", related=("account_id", "company_id"), store=False
        ),
    }

    def recompute(self, ids: Iterable[int]) -> None:
        """Compute the totals of the invoices that tax lines belong to."""
        rows = self.table.rows
        invoices = dict.fromkeys(rows[each].get("invoice_id") for each in ids)
        self.env["account.invoice"].recompute(each for each in invoices if each)

    def unlink(self, ids: Any) -> bool:
        """Delete tax lines, and compute the totals of their invoices again."""
        invoices = {self.table.rows[each].get("invoice_id") for each in ids} - {None}
        super().unlink(ids)
        self.env["account.invoice"].recompute(
            each for each in invoices if each in self.env["account.invoice"].table.rows
        )
        return True

    def computed(self, invoice: Record) -> list[dict[str, Any]]:
        """Return the values of an invoice's tax lines: one for each tax code and account.

        A line's tax is rounded by itself and then added, so that many small lines may come to
        less than their sum would. The order is that of the service's own dictionary, since the
        lines get their ids, and the entry its lines, in that order.
        """
        is_refund = invoice.type in ("out_refund", "in_refund")
        company = invoice.company_id.currency_id.id
        currencies = on_day(invoice, invoice.date_invoice or self.env.today)

        def here(amount: float) -> float:
            """Return an amount in the company's currency, in which the tax return is."""
            if invoice.currency_id.id == company:
                return amount
            return currencies.compute(invoice.currency_id.id, company, amount, round=False)

        grouped: dict[Key, dict[str, Any]] = {}
        for line in invoice.invoice_line:
            for each in taxed(line, line.invoice_line_tax_id, line.quantity).taxes:
                tax = each.tax
                prefix = "ref_" if is_refund else ""
                account = tax.account_paid_id if is_refund else tax.account_collected_id
                base_code = getattr(tax, prefix + "base_code_id")
                tax_code = getattr(tax, prefix + "tax_code_id")
                base = stored(each.price_unit * line.quantity, 2)
                values = {
                    "name": each.name,
                    "manual": False,
                    "sequence": tax.sequence,
                    "account_id": (account or line.account_id).id,
                    "base_code_id": base_code.id if base_code else False,
                    "tax_code_id": tax_code.id if tax_code else False,
                    "base": base,
                    "amount": each.amount,
                    "base_amount": here(base * getattr(tax, prefix + "base_sign")),
                    "tax_amount": here(each.amount * getattr(tax, prefix + "tax_sign")),
                }
                key = key_of(values)
                if key not in grouped:
                    grouped[key] = values
                else:
                    for name in ("base", "amount", "base_amount", "tax_amount"):
                        grouped[key][name] += values[name]
        return [grouped[key] for key in in_dictionary_order(grouped)]


def key_of(values: Mapping[str, Any]) -> tuple[int, int, int]:
    """Return what tax lines are told apart by: tax code, base code and account; 0 for none."""
    names = ("tax_code_id", "base_code_id", "account_id")
    tax, base, account = (int(values[name] or 0) for name in names)
    return tax, base, account
