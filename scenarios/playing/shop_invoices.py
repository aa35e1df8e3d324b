"""Invoices as people make, change, cancel and pay them in Bizzcloud."""

from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from scenarios.language.steps import CreditNote, Edit, Invoice, InvoiceLine, Pay, SupplierInvoice
from scenarios.playing.shop_records import JOURNAL_OF_PAYMENT, ShopRecords


class Invoicing(ShopRecords):
    """Who writes the invoices. Raises `ShopError` when Bizzcloud says no."""

    def invoice(self, step: Invoice) -> int:
        """Make an invoice, and open it unless it stays a draft; return its id."""
        return self._invoice(
            "out_invoice",
            step.partner,
            step.date,
            step.due,
            step.lines,
            step.as_,
            step.draft,
            step.currency,
            step.period,
        )

    def supplier_invoice(self, step: SupplierInvoice) -> int:
        """Enter a supplier's invoice and open it; return its id."""
        return self._invoice("in_invoice", step.partner, None, None, step.lines, None, draft=False)

    def credit_note(self, step: CreditNote) -> int:
        """Make a credit note and open it; return its id."""
        if step.of is None:
            assert step.partner is not None
            return self._invoice(
                "out_refund", step.partner, step.date, None, step.lines, step.as_, draft=False
            )
        original = self.document(step.of)[1]
        made = self._rpc.call("account.invoice", "refund", [original], *_days(step.date))
        self._open(made[0])
        self._remember(step.as_, "account.invoice", made[0])
        return int(made[0])

    def cancel(self, name: str) -> None:
        """Cancel an invoice."""
        _, record = self.document(name)
        self._rpc.signal("account.invoice", "invoice_cancel", record)

    def edit(self, step: Edit) -> None:
        """Change an open invoice; what changes its amounts goes by way of a draft."""
        model, record = self.document(step.invoice)
        values: dict[str, Any] = {}
        if step.reference is not None:
            values["reference"] = step.reference
        if step.date is not None:
            values["date_invoice"] = step.date.isoformat()
        if step.due is not None:
            values["date_due"] = step.due.isoformat()
        if step.tax_lines is not None:
            values["tax_line"] = self._tax_lines(record, step.tax_lines)
        if step.total is not None:
            values["amount_total"] = float(step.total)
        if step.recompute_taxes:
            self._rpc.call(model, "button_reset_taxes", [record])
        if not step.lines and step.date is None:
            self._rpc.call(model, "write", [record], values)
            return
        self.cancel(step.invoice)
        self._rpc.call(model, "action_cancel_draft", [record])
        if step.lines:
            old = self._rpc.call(model, "read", [record], ["invoice_line"])[0]["invoice_line"]
            values["invoice_line"] = [[2, line] for line in old] + self._lines(step.lines)
        self._rpc.call(model, "write", [record], values)
        self._open(record)

    def _tax_lines(self, invoice: int, typed: Mapping[str, Decimal]) -> list[Any]:
        """Return the commands that put typed tax lines in the place of the computed ones."""
        model = "account.invoice.tax"
        old = self._rpc.call(model, "search", [["invoice_id", "=", invoice]])
        account = self._one("account.account", "type", "receivable")
        return [[2, line] for line in old] + [
            [0, 0, {"name": name, "amount": float(amount), "account_id": account}]
            for name, amount in typed.items()
        ]

    def pay(self, step: Pay) -> None:
        """Pay an invoice, through a payment journal, today."""
        model, record = self.document(step.invoice)
        journal = self._one("account.journal", "name", JOURNAL_OF_PAYMENT.get(step.by, step.by))
        (found,) = self._rpc.call(
            "account.journal", "read", [journal], ["default_debit_account_id"]
        )
        (invoice,) = self._rpc.call(model, "read", [record], ["period_id", "number"])
        self._rpc.call(
            model,
            "pay_and_reconcile",
            [record],
            float(step.amount),
            found["default_debit_account_id"][0],
            invoice["period_id"][0],
            journal,
            False,
            False,
            False,
            {},
            invoice["number"],
        )

    def _invoice(
        self,
        kind: str,
        partner: str,
        day: date | None,
        due: date | None,
        lines: Sequence[InvoiceLine],
        name: str | None,
        draft: bool,
        currency: str = "EUR",
        period: date | None = None,
    ) -> int:
        journal = {"out_refund": "sale_refund", "in_invoice": "purchase"}.get(kind, "sale")
        values: dict[str, Any] = {
            "type": kind,
            "partner_id": self._one("res.partner", "ref", partner),
            "account_id": self._one(
                "account.account", "type", "payable" if kind == "in_invoice" else "receivable"
            ),
            "journal_id": self._one("account.journal", "type", journal),
            "invoice_line": self._lines(lines),
        }
        if day is not None:
            values["date_invoice"] = day.isoformat()
        if due is not None:
            values["date_due"] = due.isoformat()
        if period is not None:
            (values["period_id"],) = self._rpc.call("account.period", "find", period.isoformat())
        if currency != "EUR":
            values["currency_id"] = self._one("res.currency", "name", currency)
        made = int(self._rpc.call("account.invoice", "create", values))
        self._remember(name, "account.invoice", made)
        if not draft:
            self._open(made)
        return made

    def _open(self, record: int) -> None:
        self._rpc.call("account.invoice", "button_reset_taxes", [record])
        self._rpc.signal("account.invoice", "invoice_open", record)

    def _lines(self, lines: Sequence[InvoiceLine]) -> list[Any]:
        return [
            [
                0,
                0,
                {
                    "name": line.text,
                    "account_id": self._one("account.account", "code", line.account),
                    "quantity": float(line.quantity),
                    "price_unit": float(line.price),
                    "discount": float(line.discount),
                    "invoice_line_tax_id": [[6, 0, self._taxes(line.vat)]],
                },
            ]
            for line in lines
        ]


def _days(day: date | None) -> list[str]:
    return [] if day is None else [day.isoformat()]
