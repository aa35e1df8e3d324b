"""The lines of an invoice, and its tax lines, which are computed from them."""

from collections.abc import Iterable
from typing import Any

from fakes.bizzcloud.amounts import stored
from fakes.bizzcloud.fields import boolean, char, decimal, integer, many2many, many2one, text
from fakes.bizzcloud.models.tax import Tax, Taxed, printed_name
from fakes.bizzcloud.records import Model, Record


def net_unit_price(line: Record) -> float:
    """Return a line's price per unit with its discount taken off."""
    return float(line.price_unit * (1 - (line.discount or 0.0) / 100.0))


def taxed(line: Record, taxes: list[Record], quantity: float) -> Taxed:
    """Return a line's amount with taxes, for a line with `price_unit` and `discount`."""
    return line.model.env.of(Tax).computed(taxes, net_unit_price(line), quantity)


class InvoiceLine(Model):
    """A line of an invoice."""

    name = "account.invoice.line"
    description = "Invoice Line"
    order = "invoice_id, sequence, id"
    fields = {
        "name": text("Description", required=True),
        "origin": char("Source Document"),
        "sequence": integer("Sequence", default=10),
        "invoice_id": many2one("Invoice Reference", "account.invoice", ondelete="cascade"),
        "uos_id": many2one("Unit of Measure", "product.uom"),
        "product_id": many2one("Product", "product.product"),
        "account_id": many2one("Account", "account.account", required=True),
        "price_unit": decimal("Unit Price", required=True, default=0.0),
        "price_subtotal": decimal("Amount", readonly=True, compute="compute_subtotal"),
        "quantity": decimal("Quantity", (16, 3), required=True, default=1),
        "discount": decimal("Discount (%)", default=0.0),
        "invoice_line_tax_id": many2many("Taxes", "account.tax"),
        "company_id": many2one(
            "Company", "res.company", related=("invoice_id", "company_id"), store=False
        ),
        "partner_id": many2one(
            "Partner", "res.partner", related=("invoice_id", "partner_id"), store=False
        ),
    }

    def create(self, vals: Any) -> int:
        """Make a line; the account is that of the journal when none is given."""
        values = dict(vals)
        if not values.get("account_id") and values.get("invoice_id"):
            journal = self.env["account.invoice"].one(values["invoice_id"]).journal_id
            account = journal.default_credit_account_id
            if account is not None:
                values["account_id"] = account.id
        return super().create(values)

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
        "account_id": many2one("Tax Account", "account.account", required=True),
        "base": decimal("Base"),
        "amount": decimal("Amount"),
        "manual": boolean("Manual", default=True),
        "sequence": integer("Sequence"),
        "base_code_id": many2one("Base Code", "account.tax.code"),
        "base_amount": decimal("Base Code Amount", default=0.0),
        "tax_code_id": many2one("Tax Code", "account.tax.code"),
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
        less than their sum would.
        """
        is_refund = invoice.type in ("out_refund", "in_refund")
        grouped: dict[tuple[Any, ...], dict[str, Any]] = {}
        for line in invoice.invoice_line:
            for each in taxed(line, line.invoice_line_tax_id, line.quantity).taxes:
                tax = each.tax
                prefix = "ref_" if is_refund else ""
                account = tax.account_paid_id if is_refund else tax.account_collected_id
                base_code = getattr(tax, prefix + "base_code_id")
                tax_code = getattr(tax, prefix + "tax_code_id")
                base = stored(each.price_unit * line.quantity, 2)
                values = {
                    "name": printed_name(tax),
                    "manual": False,
                    "sequence": tax.sequence,
                    "account_id": (account or line.account_id).id,
                    "base_code_id": base_code.id if base_code else False,
                    "tax_code_id": tax_code.id if tax_code else False,
                    "base": base,
                    "amount": each.amount,
                    "base_amount": base * getattr(tax, prefix + "base_sign"),
                    "tax_amount": each.amount * getattr(tax, prefix + "tax_sign"),
                }
                key = (values["tax_code_id"], values["base_code_id"], values["account_id"])
                if key not in grouped:
                    grouped[key] = values
                else:
                    for name in ("base", "amount", "base_amount", "tax_amount"):
                        grouped[key][name] += values[name]
        return list(grouped.values())
