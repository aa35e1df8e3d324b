"""The lines of the receipts of a till."""

from typing import Any

from fakes.bizzcloud.amounts import stored
from fakes.bizzcloud.declaring import Record
from fakes.bizzcloud.fields import char, decimal, many2one
from fakes.bizzcloud.models.invoice_line import taxed
from fakes.bizzcloud.models.sequences import Sequence
from fakes.bizzcloud.records import Model


class TillOrderLine(Model):
    """A line of a receipt."""

    name = "pos.order.line"
    description = "Lines of Point of Sale"
    order = "id"
    rec_name = "product_id"
    fields = {
        "company_id": many2one("Company", "res.company", required=True, default=1),
        "name": char("Line No", required=True, copy=False, default="/"),
        "notice": char("Discount Notice"),
        "product_id": many2one("Product", "product.product", required=True),
        "price_unit": decimal("Unit Price"),
        "qty": decimal("Quantity", (16, 3), default=1),
        "price_subtotal": decimal("Subtotal w/o Tax", compute="compute_subtotal", store=False),
        "price_subtotal_incl": decimal("Subtotal", compute="compute_subtotal_incl", store=False),
        "discount": decimal("Discount (%)", default=0.0),
        "order_id": many2one("Order Ref", "pos.order", ondelete="cascade"),
    }

    def create(self, vals: Any) -> int:
        """Make a line, with the next number."""
        name = vals.get("name") or self.env.of(Sequence).next_by_code("pos.order.line")
        return super().create({**vals, "name": name})

    def compute_subtotal(self, line: Record) -> float:
        """Return a line's amount without tax."""
        return stored(taxed(line, line.product_id.taxes_id, line.qty).total, 2)

    def compute_subtotal_incl(self, line: Record) -> float:
        """Return a line's amount with tax."""
        return stored(taxed(line, line.product_id.taxes_id, line.qty).total_included, 2)
