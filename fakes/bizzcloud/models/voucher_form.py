"""What the form of a payment fills in by itself: the open items of a partner, oldest first."""

from typing import Any

from fakes.bizzcloud.declaring import Record, as_ids, on_records
from fakes.bizzcloud.models.periods import Period
from fakes.bizzcloud.records import Model

Value = dict[str, Any]


def journal_by_default(model: Model) -> int | None:
    """Return the journal that the context names, else the first of its type: of the bank."""
    context = model.env.context
    given: int | None = context.get("journal_id") or context.get("search_default_journal_id")
    if given:
        return given
    kind = context.get("type", "bank")
    kind = "bank" if kind in ("payment", "receipt") else kind
    found = model.env["account.journal"].search([("type", "=", kind)], limit=1)
    return found[0] if found else None


class VoucherForm(Model):
    """A model of payments, with what its form asks of the service while it is filled in."""

    @on_records
    def onchange_partner_id(
        self,
        ids: Any,
        partner_id: int | bool,
        journal_id: int | bool,
        amount: float,
        currency_id: int | bool,
        ttype: str | bool,
        date: str | bool,
    ) -> dict[str, Any]:
        """Return account, open items and rate for a partner; nothing without a journal."""
        if not journal_id:
            return {}
        value = self.basic_onchange_partner(ids, partner_id, journal_id, ttype)["value"]
        if ttype in ("sale", "purchase"):
            return {"value": value}
        value |= self._items(ids, partner_id, journal_id, amount, ttype)
        return {"value": value | self._rate(journal_id, amount)}

    @on_records
    def basic_onchange_partner(
        self, ids: Any, partner_id: int | bool, journal_id: int | bool, ttype: str | bool
    ) -> dict[str, Any]:
        """Return the account of a partner and journal: the partner's own, else the journal's."""
        if not partner_id or not journal_id:
            return {"value": {"account_id": False}}
        journal = self.env["account.journal"].one(int(journal_id))
        partner = self.env["res.partner"].one(int(partner_id))
        account = journal.default_credit_account_id or journal.default_debit_account_id
        if journal.type in ("sale", "sale_refund"):
            account = partner.property_account_receivable
        elif journal.type in ("purchase", "purchase_refund"):
            account = partner.property_account_payable
        return {"value": {"account_id": account.id if account is not None else False}}

    @on_records
    def onchange_amount(
        self,
        ids: Any,
        amount: float,
        rate: float,
        partner_id: int | bool,
        journal_id: int | bool,
        currency_id: int | bool,
        ttype: str | bool,
        date: str | bool,
        payment_rate_currency_id: int | bool,
        company_id: int | bool,
    ) -> dict[str, Any]:
        """Return the open items of a partner with an amount divided among them."""
        value = self._items(ids, partner_id, journal_id, amount, ttype)
        return {"value": value | {"paid_amount_in_company_currency": amount}}

    @on_records
    def recompute_voucher_lines(
        self,
        ids: Any,
        partner_id: int | bool,
        journal_id: int | bool,
        price: float,
        currency_id: int | bool,
        ttype: str | bool,
        date: str | bool,
    ) -> dict[str, Any]:
        """Return the open items of a partner with an amount divided among them."""
        return {"value": self._items(ids, partner_id, journal_id, price, ttype)}

    @on_records
    def onchange_journal(
        self,
        ids: Any,
        journal_id: int | bool,
        line_ids: Any,
        tax_id: int | bool,
        partner_id: int | bool,
        date: str | bool,
        amount: float,
        ttype: str | bool,
        company_id: int | bool,
    ) -> Any:
        """Return what goes with a journal: its currency, and what goes with the partner then."""
        if not journal_id:
            return False
        journal = self.env["account.journal"].one(int(journal_id))
        currency = (journal.currency or journal.company_id.currency_id).id
        value: Value = {"currency_id": currency}
        expected = self.env.context.get("payment_expected_currency")
        if expected and expected != currency:
            value["amount"] = amount = 0
        if partner_id:
            about = (partner_id, journal_id, amount, currency, ttype, date)
            value |= self.onchange_partner_id(ids, *about)["value"]
        return {"value": value}

    @on_records
    def onchange_date(
        self,
        ids: Any,
        date: str,
        currency_id: int | bool,
        payment_rate_currency_id: int | bool,
        amount: float,
        company_id: int | bool,
    ) -> dict[str, Any]:
        """Return the period of a day, and the rate of exchange, which is 1."""
        value: Value = {"period_id": self.env.of(Period).of_day(date)}
        if payment_rate_currency_id:
            value |= {"payment_rate": 1.0, "paid_amount_in_company_currency": amount}
        return {"value": value}

    @on_records
    def onchange_line_ids(
        self,
        ids: Any,
        line_dr_ids: Any,
        line_cr_ids: Any,
        amount: float,
        voucher_currency: int | bool,
        type: str | bool,  # noqa: A002 - Odoo's name, which callers may use
    ) -> dict[str, Any]:
        """Return what an amount leaves when lines are paid from it; lines come as commands."""
        if not line_dr_ids and not line_cr_ids:
            return {"value": {"writeoff_amount": 0.0}}
        debit, credit = self._commanded(line_dr_ids), self._commanded(line_cr_ids)
        left = _left(amount, debit, credit, type)
        return {"value": {"writeoff_amount": left, "is_multi_currency": False}}

    def _commanded(self, commands: Any) -> float:
        """Return the sum of the amounts of lines that a form sends as commands."""
        lines, total = self.env["account.voucher.line"], 0.0
        for command in commands or []:
            values = command if isinstance(command, dict) else (*command, None, None)[2]
            code = 0 if isinstance(command, dict) else command[0]
            if code in (0, 1) and isinstance(values, dict) and "amount" in values:
                total += values["amount"]
            elif code in (1, 4):
                total += lines.one(command[1]).amount
        return total

    def _rate(self, journal_id: int | bool, amount: float) -> Value:
        journal = self.env["account.journal"].one(int(journal_id))
        currency = journal.company_id.currency_id.id
        return {
            "payment_rate": 1.0,
            "currency_id": currency,
            "payment_rate_currency_id": currency,
            "paid_amount_in_company_currency": amount,
        }

    def _items(
        self,
        ids: Any,
        partner_id: int | bool,
        journal_id: int | bool,
        price: float,
        ttype: str | bool,
    ) -> Value:
        """Return the open items of a partner as lines, a price divided among them.

        It pays the invoice that the context names, else the item that it is just the amount of,
        else the oldest first. The lines that a voucher had are deleted.
        """
        lines = self.env["account.voucher.line"]
        lines.unlink(lines.search([("voucher_id", "in", as_ids(ids)[:1])]))
        value: Value = {"line_dr_ids": [], "line_cr_ids": [], "pre_line": False}
        if not partner_id or not journal_id:
            return value
        items = self._open_items(int(partner_id), "payable" if ttype == "payment" else "receivable")
        invoice = self.env.context.get("invoice_id")
        named = _meant(items, price, invoice)
        among = [] if invoice else items
        wide = {
            "dr": (price if ttype == "payment" else 0.0) + sum(each.debit for each in among),
            "cr": (0.0 if ttype == "payment" else price) + sum(each.credit for each in among),
        }
        remaining = price
        for item in items:
            left = abs(item.amount_residual)
            side = "dr" if item.credit else "cr"
            amount = min(abs(remaining), left) if item.id in named else 0.0
            remaining -= amount
            if not named:
                amount = min(left, abs(wide[side]))
                wide[side] -= amount
            shown = _shown(item, side, amount, left)
            value[f"line_{side}_ids"].append(shown)
        if items:
            value["pre_line"] = 1
            debit, credit = (
                sum(line["amount"] for line in value[each])
                for each in ("line_dr_ids", "line_cr_ids")
            )
            value["writeoff_amount"] = _left(price, debit, credit, ttype)
        return value

    def _open_items(self, partner: int, kind: str) -> list[Record]:
        """Return the lines of a kind of account that are open, the oldest first."""
        entries = self.env["account.move.line"]
        ids = self.env.context.get("move_line_ids") or entries.search(
            [
                ("state", "=", "valid"),
                ("account_id.type", "=", kind),
                ("reconcile_id", "=", False),
                ("partner_id", "=", partner),
            ]
        )
        return [
            item
            for item in entries.browse(list(ids)[::-1])
            if item.reconcile_partial_id is None or item.amount_residual > 0
        ]


def _meant(items: list[Record], price: float, invoice: int | None) -> list[int]:
    """Return the items that a payment is certainly of."""
    if invoice:
        return [
            item.id for item in items if item.invoice is not None and item.invoice.id == invoice
        ]
    return [item.id for item in items if item.amount_residual == price][:1]


def _shown(item: Record, side: str, amount: float, left: float) -> Value:
    line: Value = {
        "name": item.move_id.name,
        "type": side,
        "move_line_id": item.id,
        "account_id": item.account_id.id,
        "amount_original": item.credit or item.debit or 0.0,
        "amount": amount,
        "date_original": item.date or False,
        "date_due": item.date_maturity or False,
        "amount_unreconciled": left,
        "currency_id": (item.currency_id or item.company_id.currency_id).id,
    }
    return {**line, "reconcile": True} if amount == left else line


def _left(amount: float, debit: float, credit: float, kind: str | bool) -> float:
    sign = -1 if kind == "payment" else 1
    return amount - sign * (credit - debit)


def payment_form(invoice: Record) -> dict[str, Any]:
    """Return the window in which an invoice's payment is registered, filled in for it."""
    sale = invoice.type in ("out_invoice", "out_refund")
    refund = invoice.type in ("out_refund", "in_refund")
    kind = "receipt" if sale else "payment"
    partner = invoice.partner_id.model.compute_commercial_partner(invoice.partner_id)
    return {
        "name": "Pay Invoice",
        "view_mode": "form",
        "view_id": False,
        "view_type": "form",
        "res_model": "account.voucher",
        "type": "ir.actions.act_window",
        "nodestroy": True,
        "target": "new",
        "domain": "[]",
        "context": {
            "payment_expected_currency": invoice.currency_id.id,
            "default_partner_id": partner,
            "default_amount": -invoice.residual if refund else invoice.residual,
            "default_reference": invoice.name or False,
            "close_after_process": True,
            "invoice_type": invoice.type,
            "invoice_id": invoice.id,
            "default_type": kind,
            "type": kind,
        },
    }
