"""The receipts of a till: how they come in, are paid and are invoiced."""

from typing import Any

from fakes.bizzcloud.amounts import stored
from fakes.bizzcloud.declaring import Record, as_ids, on_model, on_records
from fakes.bizzcloud.errors import ServerError, UserError
from fakes.bizzcloud.fields import (
    char,
    decimal,
    integer,
    many2one,
    moment,
    one2many,
    selection,
    text,
)
from fakes.bizzcloud.models.invoice import Invoice
from fakes.bizzcloud.models.product import income_account
from fakes.bizzcloud.models.sequences import Sequence
from fakes.bizzcloud.models.tax import Tax
from fakes.bizzcloud.models.till_entry import receivable_of
from fakes.bizzcloud.records import Model

DRAFT_ONLY = {"draft": [["readonly", False]]}


_RETURN_WINDOW: dict[str, Any] = {
    "name": "Return Products",
    "view_type": "form",
    "view_mode": "form",
    "res_model": "pos.order",
    "view_id": False,
    "type": "ir.actions.act_window",
    "nodestroy": True,
    "target": "current",
}

_WINDOW: dict[str, Any] = {
    "name": "Customer Invoice",
    "view_type": "form",
    "view_mode": "form",
    "view_id": [False],
    "res_model": "account.invoice",
    "context": "{'type':'out_invoice'}",
    "type": "ir.actions.act_window",
    "nodestroy": True,
    "target": "current",
}
"""What the service's own client opens after an order was invoiced; views there are none here."""


def _payer(order: Record) -> int | bool:
    """Return the partner that a payment is on: the company that the customer buys for."""
    partner = order.partner_id
    return int(partner.model.compute_commercial_partner(partner)) if partner else False


def _cash_journal(session: Record, journals: list[int]) -> int:
    """Return the journal that change is given from: one that was paid with, else any of cash."""
    if session.cash_journal_id is not None:
        return int(session.cash_journal_id.id)
    cash = [each.journal_id.id for each in session.statement_ids if each.journal_id.type == "cash"]
    if not cash:
        raise UserError("No cash statement found for this session. Unable to record returned cash.")
    return int(next((each for each in cash if each in journals), cash[0]))


class TillOrder(Model):
    """A receipt of a till."""

    name = "pos.order"
    description = "Point of Sale"
    order = "id desc"
    fields = {
        "name": char("Order Ref", required=True, readonly=True, copy=False, default="/"),
        "company_id": many2one("Company", "res.company", required=True, readonly=True, default=1),
        "date_order": moment("Order Date", readonly=True, default=lambda model: model.env.now),
        "user_id": many2one("Salesman", "res.users", default=lambda model: model.env.uid),
        "amount_tax": decimal("Taxes", readonly=1, compute="compute_tax", store=False),
        "amount_total": decimal("Total", readonly=1, compute="compute_total", store=False),
        "amount_paid": decimal(
            "Paid", readonly=1, states=DRAFT_ONLY, compute="compute_paid", store=False
        ),
        "amount_return": decimal("Returned", readonly=1, compute="compute_return", store=False),
        "lines": one2many(
            "Order Lines", "pos.order.line", "order_id", readonly=True, states=DRAFT_ONLY
        ),
        "statement_ids": one2many(
            "Payments",
            "account.bank.statement.line",
            "pos_statement_id",
            readonly=True,
            states=DRAFT_ONLY,
            copy=False,
        ),
        "partner_id": many2one(
            "Customer",
            "res.partner",
            states={"draft": [["readonly", False]], "paid": [["readonly", False]]},
        ),
        "pricelist_id": many2one(
            "Pricelist",
            "product.pricelist",
            required=True,
            readonly=True,
            states=DRAFT_ONLY,
            default=1,
        ),
        "sequence_number": integer("Sequence Number", default=1),
        "session_id": many2one(
            "Session",
            "pos.session",
            domain="[('state', '=', 'opened')]",
            readonly=True,
            states=DRAFT_ONLY,
        ),
        "state": selection(
            "Status",
            [
                ("draft", "New"),
                ("cancel", "Cancelled"),
                ("paid", "Paid"),
                ("done", "Posted"),
                ("invoiced", "Invoiced"),
            ],
            readonly=True,
            default="draft",
            copy=False,
        ),
        "invoice_id": many2one("Invoice", "account.invoice", copy=False),
        "account_move": many2one("Journal Entry", "account.move", readonly=True, copy=False),
        "sale_journal": many2one(
            "Sale Journal",
            "account.journal",
            related=("session_id", "config_id", "journal_id"),
            store=False,
        ),
        "pos_reference": char("Receipt Ref", readonly=True, copy=False),
        "note": text("Internal Notes"),
        "nb_print": integer("Number of Print", readonly=True, default=0, copy=False),
    }

    def create(self, vals: Any) -> int:
        """Make an order, with the next number."""
        return super().create({**vals, "name": self.env.of(Sequence).next_by_code("pos.order")})

    @on_records
    def write(self, ids: Any, vals: Any) -> bool:
        """Change orders; payments follow the customer, who stays once there is an invoice."""
        answer = super().write(ids, vals)
        for order in self.browse(as_ids(ids) if "partner_id" in vals else []):
            if order.invoice_id is not None:
                raise UserError(
                    "You cannot change the partner of a POS order for which an invoice has already "
                    "been issued."
                )
            for payment in order.statement_ids:
                payment.write({"partner_id": _payer(order)})
        return answer

    @on_records
    def unlink(self, ids: Any) -> bool:
        """Delete orders that are new or cancelled."""
        for order in self.browse(each for each in as_ids(ids) if each in self.table.rows):
            if order.state not in ("draft", "cancel"):
                raise UserError("In order to delete a sale, it must be new or cancelled.")
        return super().unlink(ids)

    def compute_total(self, record: Record) -> float:
        """Return what the lines come to with tax."""
        return stored(sum(line.price_subtotal_incl for line in record.lines), 2)

    def compute_tax(self, record: Record) -> float:
        """Return the tax: what the lines come to with tax, less without."""
        with_tax = sum(line.price_subtotal_incl for line in record.lines)
        return stored(with_tax - sum(line.price_subtotal for line in record.lines), 2)

    def compute_paid(self, record: Record) -> float:
        """Return what was paid, less what was given back."""
        return stored(sum(payment.amount for payment in record.statement_ids), 2)

    def compute_return(self, record: Record) -> float:
        """Return what was given back, a negative amount."""
        return stored(sum(min(payment.amount, 0.0) for payment in record.statement_ids), 2)

    def total_of(self, lines: list[dict[str, Any]]) -> float:
        """Return what lines that are still to be sold come to, with tax."""
        total = 0.0
        for line in lines:
            product = self.env["product.product"].one(line["product_id"])
            price = line["price_unit"] * (1 - line.get("discount", 0.0) / 100.0)
            made = self.env.of(Tax).computed(product.taxes_id, price, line["qty"])
            total += stored(made.total_included, 2)
        return stored(total, 2)

    @on_model
    def create_from_ui(self, orders: Any) -> list[int]:
        """Take orders as a till sends them; return the ids made.

        An order whose reference is known already is left out: a till sends again what it had no
        answer to. An invoice that goes with one is opened at once.
        """
        made: list[int] = []
        references = [order["data"]["name"] for order in orders]
        known = {
            order.pos_reference
            for order in self.browse(self.search([("pos_reference", "in", references)]))
        }
        for order in orders:
            data = order["data"]
            if data["name"] in known:
                continue
            identifier = self._from_till(data)
            made.append(identifier)
            self.signal(identifier, "paid")
            if order.get("to_invoice"):
                self.action_invoice([identifier])
                self.env.of(Invoice).signal(self.one(identifier).invoice_id.id, "invoice_open")
        return made

    def _from_till(self, data: dict[str, Any]) -> int:
        session = self.env["pos.session"].one(data["pos_session_id"])
        identifier = self.create(
            {
                "user_id": data.get("user_id") or False,
                "session_id": session.id,
                "lines": data.get("lines") or [],
                "pos_reference": data["name"],
                "partner_id": data.get("partner_id") or False,
                "sequence_number": data.get("sequence_number") or 1,
            }
        )
        journals: list[int] = []
        for command in data.get("statement_ids") or []:
            payment = command[2]
            journals.append(payment.get("journal_id") or 0)
            self.add_payment(
                [identifier],
                {
                    "amount": payment["amount"] or 0.0,
                    "payment_date": payment.get("name") or self.env.now,
                    "statement_id": payment["statement_id"],
                    "payment_name": payment.get("note", False),
                    "journal": payment.get("journal_id"),
                },
            )
        number = data.get("sequence_number") or 1
        if session.sequence_number <= number:
            session.write({"sequence_number": number + 1})
        change = data.get("amount_return") or 0.0
        if stored(change, 2):
            self.add_payment(
                [identifier],
                {
                    "amount": -change,
                    "payment_date": self.env.now,
                    "payment_name": "return",
                    "journal": _cash_journal(session, journals),
                },
            )
        return identifier

    @on_records
    def add_payment(self, ids: Any, data: dict[str, Any]) -> int:
        """Add a payment (`amount`, and `journal` or `statement_id`) to an order.

        Returns the statement that it is on. Raises UserError when the session has none for it.
        """
        (identifier,) = as_ids(ids)
        order = self.one(identifier)
        journal, statement = data.get("journal"), data.get("statement_id")
        if not journal and not statement:
            raise ServerError(
                "AssertionError", "No statement_id or journal_id passed to the method!"
            )
        for each in order.session_id.statement_ids:
            if each.id == statement:
                break
            if each.journal_id.id == journal:
                statement = each.id
                break
        if not statement:
            raise UserError("You have to open at least one cashbox.")
        self.env["account.bank.statement.line"].create(
            {
                "amount": data["amount"],
                "date": str(data.get("payment_date") or self.env.today_in_utc)[:10],
                "name": f"{order.name}: {data.get('payment_name') or ''}",
                "partner_id": _payer(order),
                "statement_id": statement,
                "pos_statement_id": identifier,
                "ref": order.session_id.name,
                "account_id": receivable_of(order.partner_id, order),
            }
        )
        return int(statement)

    def signal(self, identifier: int, signal: str) -> bool:
        """Send a signal to an order: `paid` (when it is), `cancel`, `invoice` (when it was)."""
        order = self.one(identifier)
        if signal == "paid" and order.state == "draft":
            if not self.test_paid([identifier]):
                return False
            order.write({"state": "paid"})
            self.env.changed(self.name, identifier, "paid")
        elif signal == "cancel" and order.state == "draft":
            order.write({"state": "cancel"})
        elif signal == "invoice" and order.state == "paid":
            order.write({"state": "invoiced"})
        return False

    @on_records
    def action_paid(self, ids: Any) -> bool:
        """Mark orders as paid that are."""
        for each in as_ids(ids):
            self.signal(each, "paid")
        return True

    @on_records
    def test_paid(self, ids: Any) -> bool:
        """Return whether orders are paid in full, as one that comes to nothing is."""
        for order in self.browse(as_ids(ids)):
            if order.lines and not order.amount_total:
                return True
            if not order.lines or not order.statement_ids:
                return False
            if abs(order.amount_total - order.amount_paid) > 0.00001:
                return False
        return True

    @on_records
    def signal_workflow(self, ids: Any, signal: str) -> dict[int, bool]:
        """Send a workflow signal to orders."""
        return {each: self.signal(each, signal) for each in as_ids(ids)}

    @on_records
    def refund(self, ids: Any) -> dict[str, Any]:
        """Take back what orders sold: a copy of each with the opposite quantities, to be paid back.

        It is a draft in the caller's own open session; raises UserError without one. Returns the
        window of the first.
        """
        made = []
        for order in self.browse(as_ids(ids)):
            open_ones = [["state", "!=", "closed"], ["user_id", "=", self.env.uid]]
            sessions = self.env["pos.session"].search(open_ones)
            if not sessions:
                raise UserError(
                    "To return product(s), you need to open a session that will be used to "
                    "register the refund."
                )
            values = {"session_id": sessions[0], "date_order": self.env.now}
            made.append(self.copy([order.id], values))
        for copy in self.browse(made):
            for line in copy.lines:
                line.write({"qty": -line.qty})
        return {**_RETURN_WINDOW, "res_id": made[0], "context": self.env.context} if made else {}

    @on_records
    def action_invoice(self, ids: Any) -> dict[str, Any]:
        """Make a draft invoice of orders, and mark them as invoiced; return the window of it."""
        invoices = self.env.of(Invoice)
        made: list[int] = []
        for order in self.browse(as_ids(ids)):
            if order.invoice_id is not None:
                made.append(order.invoice_id.id)
                continue
            if order.partner_id is None:
                raise UserError("Please provide a partner for the sale.")
            journal = order.sale_journal
            lines = [
                (
                    0,
                    0,
                    {
                        "product_id": line.product_id.id,
                        "name": line.product_id.model.name_of(line.product_id),
                        "quantity": line.qty,
                        "price_unit": line.price_unit,
                        "discount": line.discount,
                        "uos_id": line.product_id.uom_id.id,
                        "account_id": (
                            income_account(line.product_id) or journal.default_credit_account_id
                        ).id,
                        "invoice_line_tax_id": [
                            (6, 0, [tax.id for tax in line.product_id.taxes_id])
                        ],
                    },
                )
                for line in order.lines
            ]
            invoice = invoices.create(
                {
                    "name": order.name,
                    "origin": order.name,
                    "reference": order.name,
                    "account_id": order.partner_id.property_account_receivable.id,
                    "journal_id": journal.id,
                    "type": "out_invoice",
                    "partner_id": order.partner_id.id,
                    "comment": order.note or "",
                    **{
                        name: value
                        for name, value in invoices.onchange_partner_id(
                            [], "out_invoice", order.partner_id.id
                        )["value"].items()
                        if value
                    },
                    "invoice_line": lines,
                }
            )
            invoices.button_reset_taxes([invoice])
            order.write({"invoice_id": invoice, "state": "invoiced"})
            self.env.changed(self.name, order.id, "invoiced")
            made.append(invoice)
        return {} if not made else {**_WINDOW, "res_id": made[0]}
