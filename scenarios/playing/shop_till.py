"""The till as people use it in Bizzcloud: receipts, cash, closing, products."""

from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal
from typing import Any

from scenarios.language.steps import (
    NO_ACCOUNT,
    Cash,
    EditReceipt,
    InvoiceLine,
    InvoiceReceipt,
    PaymentJournal,
    Product,
    Receipt,
)
from scenarios.playing.shop_records import JOURNAL_OF_PAYMENT, ShopRecords
from scenarios.wire.rpc import Rpc, ShopError


class Till(ShopRecords):
    """Who sells at the till. Raises `ShopError` when Bizzcloud says no."""

    def __init__(self, rpc: Rpc) -> None:
        super().__init__(rpc)
        self._tickets = 0

    def receipt(self, step: Receipt, at: datetime) -> int:
        """Ring up a receipt at the till, opening its session when none is open; return its id."""
        till, statements = self._till()
        self._tickets += 1
        ticket = f"00001-001-{self._tickets:04}"
        moment = (step.at or at).strftime("%Y-%m-%d %H:%M:%S")
        paid = sum(step.paid.values(), Decimal(0))
        order = {
            "uid": ticket,
            "name": f"Order {ticket}",
            "amount_paid": float(paid),
            "amount_total": float(paid),
            "amount_tax": 0.0,
            "amount_return": 0.0,
            "lines": [[0, 0, self._sold(line)] for line in step.lines],
            "statement_ids": [
                [
                    0,
                    0,
                    {
                        **_of_journal(statements, way),
                        "name": moment,
                        "amount": float(amount),
                    },
                ]
                for way, amount in step.paid.items()
            ],
            "pos_session_id": till,
            "partner_id": self._one("res.partner", "ref", step.partner) if step.partner else False,
            "user_id": 1,
            "sequence_number": self._tickets,
            "creation_date": moment,
        }
        made = self._rpc.call(
            "pos.order",
            "create_from_ui",
            [{"id": ticket, "to_invoice": step.invoiced, "data": order}],
        )
        (kept,) = self._rpc.call("pos.order", "read", made, ["state", "amount_total"])
        # Bizzcloud keeps a receipt that is not paid to the cent as a draft, and says nothing.
        if kept["state"] == "draft":
            raise ShopError(
                f"the receipt comes to {kept['amount_total']:.2f} and {paid} is paid; "
                "the till waits for the difference"
            )
        self._remember(step.as_, "pos.order", made[0])
        return int(made[0])

    def cash(self, step: Cash) -> None:
        """Put cash in the till or take it out, opening its session when none is open."""
        session, _ = self._till()
        form = "cash.box.in" if step.in_ is not None else "cash.box.out"
        amount = step.in_ if step.in_ is not None else step.out
        assert amount is not None
        made = self._rpc.call(form, "create", {"name": step.reason, "amount": float(amount)})
        context = {"active_model": "pos.session", "active_ids": [session]}
        self._rpc.call(form, "run", [made], context=context)

    def invoice_receipt(self, step: InvoiceReceipt) -> None:
        """Make an invoice of a receipt that was paid before."""
        model, record = self.document(step.receipt)
        partner = self._one("res.partner", "ref", step.partner)
        self._rpc.call(model, "write", [record], {"partner_id": partner})
        self._rpc.call(model, "action_invoice", [record])
        (found,) = self._rpc.call(model, "read", [record], ["invoice_id"])
        self._rpc.signal("account.invoice", "invoice_open", found["invoice_id"][0])

    def edit_receipt(self, step: EditReceipt) -> None:
        """Type over what the session's statements say was paid of a receipt."""
        model, record = self.document(step.receipt)
        (order,) = self._rpc.call(model, "read", [record], ["statement_ids"])
        lines = "account.bank.statement.line"
        paid = self._rpc.call(lines, "read", order["statement_ids"], ["journal_id"])
        of_journal = {_journal_name(line): line["id"] for line in paid}
        for way, amount in step.paid.items():
            journal = JOURNAL_OF_PAYMENT.get(way, way)
            if journal not in of_journal:
                good = ", ".join(of_journal)
                raise ShopError(f"nothing of {step.receipt} was paid by {way!r}, but by {good}")
            values = {"amount": float(amount)}
            self._rpc.call(lines, "write", [of_journal[journal]], values)

    def payment_journal(self, step: PaymentJournal) -> None:
        """Make a payment journal that the till takes payments in."""
        known = self._rpc.call("account.journal", "search", [["name", "=", "PIN"]])
        copied = ["default_debit_account_id", "default_credit_account_id"]
        (like,) = self._rpc.call("account.journal", "read", known, copied)
        made = self._rpc.call(
            "account.journal",
            "create",
            {
                "name": step.name,
                "code": step.name[:5].upper(),
                "type": step.type,
                "journal_user": True,
                **{field: like[field][0] for field in copied},
            },
        )
        till = self._rpc.call("pos.config", "search", [])
        self._rpc.call("pos.config", "write", till, {"journal_ids": [[4, made]]})

    def product(self, step: Product) -> None:
        """Give a product another tax or another ledger account."""
        known = self._rpc.call("product.product", "search", [["name", "=", step.text]])
        if not known:
            raise ShopError(f"Bizzcloud has no product {step.text!r}")
        values: dict[str, Any] = {}
        if step.vat is not None:
            values["taxes_id"] = [[6, 0, self._taxes(step.vat)]]
        if step.account is not None:
            account = self._one("account.account", "code", step.account)
            values["property_account_income"] = account
        self._rpc.call("product.product", "write", known, values)

    def close_till(self, counted: Decimal | None = None) -> None:
        """Close the till's session; `counted` is how much cash was in it."""
        sessions = self._rpc.call("pos.session", "search", [["state", "=", "opened"]])
        if not sessions:
            raise ShopError("no session of the till is open")
        for session in sessions:
            if counted is not None:
                of_cash = [["pos_session_id", "=", session], ["journal_id.type", "=", "cash"]]
                statements = self._rpc.call("account.bank.statement", "search", of_cash)
                values = {"balance_end_real": float(counted)}
                self._rpc.call("account.bank.statement", "write", statements, values)
                self._rpc.signal("pos.session", "cashbox_control", session)
            self._rpc.signal("pos.session", "close", session)

    def _till(self) -> tuple[int, dict[str, dict[str, int]]]:
        """Return the open session and, by payment journal, where its payments go."""
        open_ones = self._rpc.call("pos.session", "search", [["state", "=", "opened"]])
        session = (
            open_ones[0]
            if open_ones
            else self._rpc.call(
                "pos.session",
                "create",
                {"config_id": self._rpc.call("pos.config", "search", [])[0]},
            )
        )
        statements = self._rpc.call(
            "account.bank.statement",
            "search_read",
            [["pos_session_id", "=", session]],
            ["journal_id", "account_id"],
        )
        return session, {
            _journal_name(one): {
                "statement_id": one["id"],
                "journal_id": one["journal_id"][0],
                "account_id": one["account_id"][0],
            }
            for one in statements
        }

    def _sold(self, line: InvoiceLine) -> dict[str, Any]:
        return {
            "product_id": self._product(line),
            "qty": float(line.quantity),
            "price_unit": float(line.price),
            "discount": float(line.discount),
        }

    def _product(self, line: InvoiceLine) -> int:
        """Return the product of a line's text, account and tax; made when there is none."""
        account: int | bool = False
        if line.account != NO_ACCOUNT:
            account = self._one("account.account", "code", line.account)
        taxes = self._taxes(line.vat)
        wanted = [
            ["name", "=", line.text],
            ["property_account_income", "=", account],
            ["taxes_id", "in", taxes] if taxes else ["taxes_id", "=", False],
        ]
        known = self._rpc.call("product.product", "search", wanted)
        if known:
            return int(known[0])
        return int(
            self._rpc.call(
                "product.product",
                "create",
                {
                    "name": line.text,
                    "type": "consu",
                    "list_price": float(line.price),
                    "available_in_pos": True,
                    "taxes_id": [[6, 0, taxes]],
                    "property_account_income": account,
                    **({} if account else {"categ_id": self._category_without_account()}),
                },
            )
        )

    def _category_without_account(self) -> int:
        """Return a product category that gives its products no ledger account."""
        name = "Zonder omzetrekening"
        known = self._rpc.call("product.category", "search", [["name", "=", name]])
        if known:
            return int(known[0])
        values = {"name": name, "property_account_income_categ": False}
        return int(self._rpc.call("product.category", "create", values))


def _of_journal(statements: Mapping[str, Any], way: str) -> dict[str, Any]:
    """Return what a payment in some way belongs to; raises `ShopError`, naming the good ways."""
    journal = JOURNAL_OF_PAYMENT.get(way, way)
    if journal not in statements:
        good = ", ".join((*JOURNAL_OF_PAYMENT, *statements))
        raise ShopError(f"nobody pays by {way!r} at this till; there are {good}")
    return dict(statements[journal])


def _journal_name(line: Mapping[str, Any]) -> str:
    """Return the name of the journal that a statement, or a line of one, is of."""
    name: str = line["journal_id"][1]
    return name.removesuffix(" (EUR)")
