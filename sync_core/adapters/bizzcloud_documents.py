"""Reads invoices and receipts whole, each batch in a handful of calls."""

from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from typing import Any

from sync_core.adapters.bizzcloud_masters import MasterReader
from sync_core.adapters.odoo_rpc import OdooRpc
from sync_core.adapters.odoo_values import day, link_name, linked, moment, money, text
from sync_core.documents import (
    EURO,
    CashMove,
    CashReceived,
    DocumentLine,
    Invoice,
    InvoicePayment,
    InvoiceState,
    Payment,
    PrintedTax,
    Receipt,
    ReceiptInvoice,
    SourceReceipt,
    Tax,
)
from sync_core.settlements import SettledLine, paid_of_each

INVOICE_FIELDS = (
    "type", "state", "number", "internal_number", "date_invoice", "date_due", "partner_id",
    "currency_id", "invoice_line", "tax_line", "amount_total", "create_date", "origin",
    "payment_ids",
)  # fmt: skip
INVOICE_LINE_FIELDS = ("name", "account_id", "price_subtotal", "invoice_line_tax_id")
GROUP_FIELDS = ("reconcile_id", "reconcile_partial_id")
RECEIPT_FIELDS = (
    "name", "pos_reference", "state", "date_order", "lines", "statement_ids", "amount_total",
    "amount_tax", "invoice_id", "create_date", "pricelist_id",
)  # fmt: skip
CASH_MOVE_FIELDS = (
    "name", "ref", "date", "amount", "journal_id", "statement_id", "journal_entry_id",
    "create_date", "pos_statement_id",
)  # fmt: skip
RECEIPT_LINE_FIELDS = ("product_id", "price_subtotal", "price_subtotal_incl")
PRODUCT_FIELDS = ("taxes_id", "property_account_income", "categ_id")

Rows = Mapping[int, Mapping[str, Any]]


class InvoiceReader:
    """Reads sales invoices and credit notes."""

    def __init__(self, rpc: OdooRpc, masters: MasterReader) -> None:
        self._rpc = rpc
        self._masters = masters

    def read(self, ids: Sequence[int]) -> list[Invoice]:
        """Read invoices whole, in the order asked; leaves out those that do not exist."""
        rows = self._rpc.execute("account.invoice", "read", list(ids), list(INVOICE_FIELDS))
        lines = _read(
            self._rpc, "account.invoice.line", _ids(rows, "invoice_line"), INVOICE_LINE_FIELDS
        )
        printed = _read(
            self._rpc, "account.invoice.tax", _ids(rows, "tax_line"), ("name", "base", "amount")
        )
        partners = self._masters.partners_by_id({row["partner_id"][0] for row in rows})
        accounts = self._masters.account_codes(linked(row["account_id"]) for row in lines.values())
        payments = self._payments(rows)
        receipts = self._receipts(row["id"] for row in rows if row["origin"])
        return [
            Invoice(
                key=self._masters.key("account.invoice", row),
                is_credit_note=row["type"] == "out_refund",
                state=InvoiceState(row["state"]),
                number=text(row["number"]) or text(row["internal_number"]),
                invoice_date=day(row["date_invoice"]),
                due_date=day(row["date_due"]),
                partner=partners[row["partner_id"][0]],
                currency=link_name(row["currency_id"]),
                lines=tuple(self._line(lines[each], accounts) for each in row["invoice_line"]),
                taxes=tuple(self._printed(printed[each]) for each in row["tax_line"]),
                total=money(row["amount_total"]),
                origin=text(row["origin"]),
                payments=tuple(payments.get(row["id"], ())),
                receipt=receipts.get(row["id"]),
            )
            for row in rows
        ]  # fmt: skip

    def _receipts(self, invoices: Iterable[int]) -> Mapping[int, SourceReceipt]:
        """Return the receipts that invoices were made of; such a one names it as its origin."""
        ids = list(invoices)
        if not ids:
            return {}
        found = self._rpc.execute(
            "pos.order", "search_read", [["invoice_id", "in", ids]],
            ["invoice_id", "name", "date_order"],
        )  # fmt: skip
        return {
            row["invoice_id"][0]: SourceReceipt(text(row["name"]), moment(row["date_order"]))
            for row in found
        }

    def _payments(self, rows: Iterable[Mapping[str, Any]]) -> Mapping[int, list[InvoicePayment]]:
        """Read what was paid of each invoice, by its id, but for what came by the till's receipts.

        Where a payment was settled with several invoices, each has its share of it.
        """
        rows = list(rows)
        lines = _read(self._rpc, "account.move.line", _ids(rows, "payment_ids"),
                      ("date", "debit", "credit", "journal_id", "statement_id",
                       *GROUP_FIELDS))  # fmt: skip
        statements = _read(
            self._rpc, "account.bank.statement",
            {linked(row["statement_id"]) for row in lines.values()}, ("pos_session_id",),
        )  # fmt: skip
        journals = self._masters.journals if lines else {}
        shares = self._shares(
            row for row in lines.values() if journals[row["journal_id"][0]][2] == "cash"
        )
        shared = {line for line, _ in shares}
        found: dict[int, list[InvoicePayment]] = {}
        for invoice in rows:
            for line in invoice["payment_ids"]:
                row = lines.get(line, {})
                statement = statements.get(linked(row.get("statement_id")) or 0, {})
                paid_on = day(row.get("date"))
                if statement.get("pos_session_id") or paid_on is None:
                    continue
                journal = row["journal_id"][0]
                amount = money(row["credit"]) - money(row["debit"])
                if line in shared:
                    amount = shares.get((line, invoice["id"]), Decimal(0))
                payment = InvoicePayment(line, paid_on, journal, *journals[journal], amount)
                found.setdefault(invoice["id"], []).append(payment)
        return found

    def _shares(self, lines: Iterable[Mapping[str, Any]]) -> Mapping[tuple[int, int], Decimal]:
        """Return what each of these payments paid of each invoice, by both their ids."""
        groups = {(name, linked(row[name])) for row in lines for name in GROUP_FIELDS if row[name]}
        if not groups:
            return {}
        ids = sorted(group for _, group in groups if group is not None)
        domain = ["|", *([name, "in", ids] for name in GROUP_FIELDS)]
        found = self._rpc.execute(
            "account.move.line", "search_read", domain,
            ["debit", "credit", "invoice", *GROUP_FIELDS],
        )  # fmt: skip
        shares: dict[tuple[int, int], Decimal] = {}
        for name, group in groups:
            together = [
                SettledLine(
                    row["id"], money(row["debit"]) - money(row["credit"]), linked(row["invoice"])
                )
                for row in found
                if linked(row[name]) == group
            ]
            shares |= paid_of_each(together)
        return shares

    def _line(
        self, row: Mapping[str, Any], accounts: Mapping[int, tuple[str, str]]
    ) -> DocumentLine:
        code, name = accounts.get(linked(row["account_id"]) or 0, ("", ""))
        return DocumentLine(
            text=text(row["name"]),
            account_code=code,
            account_name=name,
            subtotal=money(row["price_subtotal"]),
            taxes=tuple(self._masters.taxes[each] for each in row["invoice_line_tax_id"]),
        )

    def _printed(self, row: Mapping[str, Any]) -> PrintedTax:
        name = text(row["name"])
        return PrintedTax(name, self._tax_printed_as(name), money(row["base"]),
                          money(row["amount"]))  # fmt: skip

    def _tax_printed_as(self, name: str) -> Tax | None:
        """Find the tax of a printed line; Odoo prints "description - name", or the name."""
        for tax in self._masters.taxes.values():
            if name in (f"{tax.description} - {tax.name}", tax.name, tax.description):
                return tax
        return None


class CashReader:
    """Reads the cash that customers paid, whatever for."""

    def __init__(self, rpc: OdooRpc) -> None:
        self._rpc = rpc

    def read(self, domain: list[Any]) -> list[CashReceived]:
        """Read lines of entries by a domain, but for those of the till's sessions."""
        fields = ["date", "debit", "credit", "ref", "name", "statement_id"]
        lines = self._rpc.execute("account.move.line", "search_read", domain, fields, order="id")
        statements = _read(
            self._rpc, "account.bank.statement",
            {linked(row["statement_id"]) for row in lines}, ("pos_session_id",),
        )  # fmt: skip
        return [
            CashReceived(
                row["id"],
                paid_on,
                text(row["ref"]) or text(row["name"]),
                money(row["credit"]) - money(row["debit"]),
            )
            for row in lines
            if not statements.get(linked(row["statement_id"]) or 0, {}).get("pos_session_id")
            and (paid_on := day(row["date"])) is not None
        ]


class CashMoveReader:
    """Reads cash put in a till and taken out of it."""

    def __init__(self, rpc: OdooRpc, masters: MasterReader) -> None:
        self._rpc = rpc
        self._masters = masters

    def read(self, ids: Sequence[int]) -> tuple[list[CashMove], Mapping[int, int]]:
        """Read cash moves whole, in the order asked; leaves out those that do not exist.

        Beside them it returns which receipt is paid by which of the lines asked, by their ids.
        """
        found = self._rpc.execute(
            "account.bank.statement.line", "read", list(ids), list(CASH_MOVE_FIELDS)
        )
        paid = {row["id"]: linked(row["pos_statement_id"]) for row in found}
        rows = [row for row in found if paid[row["id"]] is None]
        receipts = {line: receipt for line, receipt in paid.items() if receipt is not None}
        return self._moves(rows), receipts

    def _moves(self, rows: Sequence[Mapping[str, Any]]) -> list[CashMove]:
        differences = self._differences(rows)
        return [
            CashMove(
                key=self._masters.key("account.bank.statement.line", row),
                number=f"{text(row['ref']) or link_name(row['statement_id'])}-{row['id']}",
                text=text(row["name"]),
                day=moved_on,
                amount=money(row["amount"]),
                journal_code=code,
                journal_name=name,
                journal_type=kind,
                is_difference=row["id"] in differences,
                currency=self._masters.journal_currencies.get(row["journal_id"][0], EURO),
            )
            for row in rows
            for code, name, kind in [self._masters.journals[row["journal_id"][0]]]
            if (moved_on := day(row["date"])) is not None
        ]

    def _differences(self, rows: Iterable[Mapping[str, Any]]) -> frozenset[int]:
        """Return which lines were entered on their journal's account for profit or loss."""
        entries = {linked(row["journal_entry_id"]): row["id"] for row in rows}
        if not entries.keys() - {None}:
            return frozenset()
        own = self._masters.difference_accounts
        domain = [["move_id", "in", sorted(each for each in entries if each is not None)]]
        found = self._rpc.execute(
            "account.move.line", "search_read", domain, ["move_id", "account_id"]
        )
        return frozenset(
            entries[row["move_id"][0]] for row in found if linked(row["account_id"]) in own
        )


class ReceiptReader:
    """Reads till receipts. Accounts and taxes come from the products as they are now."""

    def __init__(self, rpc: OdooRpc, masters: MasterReader) -> None:
        self._rpc = rpc
        self._masters = masters

    def read(self, ids: Sequence[int]) -> list[Receipt]:
        """Read receipts whole, in the order asked; leaves out those that do not exist."""
        rows = self._rpc.execute("pos.order", "read", list(ids), list(RECEIPT_FIELDS))
        lines = _read(self._rpc, "pos.order.line", _ids(rows, "lines"), RECEIPT_LINE_FIELDS)
        paid = _read(
            self._rpc,
            "account.bank.statement.line",
            _ids(rows, "statement_ids"),
            ("amount", "journal_id"),
        )
        products = self._products({linked(line["product_id"]) for line in lines.values()})
        invoices = self._invoices({linked(row["invoice_id"]) for row in rows} - {None})
        price_lists = _read(
            self._rpc, "product.pricelist", {linked(row["pricelist_id"]) for row in rows},
            ("currency_id",),
        )  # fmt: skip
        return [
            Receipt(
                key=self._masters.key("pos.order", row),
                number=text(row["name"]),
                reference=text(row["pos_reference"]),
                state=text(row["state"]),
                moment=moment(row["date_order"]),
                lines=tuple(self._line(lines[each], products) for each in row["lines"]),
                payments=self._payments([paid[each] for each in row["statement_ids"]]),
                total=money(row["amount_total"]),
                tax=money(row["amount_tax"]),
                invoice=invoices.get(linked(row["invoice_id"]) or 0),
                currency=link_name(price_lists[linked(row["pricelist_id"]) or 0]["currency_id"]),
            )
            for row in rows
        ]  # fmt: skip

    def _line(
        self, row: Mapping[str, Any], products: Mapping[int, tuple[str, str, tuple[Tax, ...]]]
    ) -> DocumentLine:
        code, name, taxes = products.get(linked(row["product_id"]) or 0, ("", "", ()))
        subtotal = money(row["price_subtotal"])
        return DocumentLine(
            text=link_name(row["product_id"]),
            account_code=code,
            account_name=name,
            subtotal=subtotal,
            taxes=taxes,
            tax_amount=money(row["price_subtotal_incl"]) - subtotal,
        )

    def _payments(self, rows: Sequence[Mapping[str, Any]]) -> tuple[Payment, ...]:
        amounts: dict[int, Decimal] = {}
        for row in rows:
            journal = row["journal_id"][0]
            amounts[journal] = amounts.get(journal, Decimal(0)) + money(row["amount"])
        return tuple(
            Payment(journal, *self._masters.journals[journal], amount)
            for journal, amount in sorted(amounts.items())
        )

    def _products(
        self, ids: Iterable[int | None]
    ) -> Mapping[int, tuple[str, str, tuple[Tax, ...]]]:
        rows = _read(self._rpc, "product.product", ids, PRODUCT_FIELDS)
        categories = _read(
            self._rpc, "product.category", {linked(row["categ_id"]) for row in rows.values()},
            ("property_account_income_categ",),
        )  # fmt: skip
        account_of = {
            product: linked(row["property_account_income"])
            or linked(
                categories.get(linked(row["categ_id"]) or 0, {}).get(
                    "property_account_income_categ"
                )
            )
            for product, row in rows.items()
        }
        codes = self._masters.account_codes(account_of.values())
        taxes = self._masters.taxes
        return {
            product: (
                *codes.get(account_of[product] or 0, ("", "")),
                tuple(taxes[each] for each in row["taxes_id"] if each in taxes),
            )
            for product, row in rows.items()
        }

    def _invoices(self, ids: Iterable[int | None]) -> Mapping[int, ReceiptInvoice]:
        rows = _read(self._rpc, "account.invoice", ids,
                     ("number", "internal_number", "partner_id"))  # fmt: skip
        partners = self._masters.partners_by_id({row["partner_id"][0] for row in rows.values()})
        return {
            invoice: ReceiptInvoice(
                id=invoice,
                number=text(row["number"]) or text(row["internal_number"]),
                partner=partners[row["partner_id"][0]],
            )
            for invoice, row in rows.items()
        }


def _ids(rows: Iterable[Mapping[str, Any]], field: str) -> set[int]:
    return {each for row in rows for each in row[field]}


def _read(rpc: OdooRpc, model: str, ids: Iterable[int | None], fields: Sequence[str]) -> Rows:
    wanted = sorted(each for each in set(ids) if each is not None)
    if not wanted:
        return {}
    return {row["id"]: row for row in rpc.execute(model, "read", wanted, list(fields))}
