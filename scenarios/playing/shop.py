"""What people do in Bizzcloud: customers, invoices, the till. Every act is a call over XML-RPC."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any, Literal

from scenarios.language.given import PartnerFields, ShopLedgerAccount
from scenarios.language.steps import (
    NO_ACCOUNT,
    Cash,
    CreditNote,
    Edit,
    EditReceipt,
    Invoice,
    InvoiceLine,
    InvoiceReceipt,
    Numbering,
    Pay,
    PaymentJournal,
    Product,
    Receipt,
    SupplierInvoice,
)
from scenarios.wire.rpc import Rpc, ShopError

TAX_OF_RATE: Mapping[str, str] = {"21": "21% BTW", "6": "6% BTW", "0": "0% BTW"}
"""What the Dutch chart's tax of a rate is called; any other tax is named whole."""

JOURNAL_OF_PAYMENT: Mapping[str, str] = {"cash": "Kas", "card": "PIN"}
"""The payment journal of each everyday way of payment; any other is named whole."""


Model = Literal["account.account", "res.partner", "account.invoice", "pos.order"]
"""The models of Bizzcloud by which a story names records."""


def _of_journal(statements: Mapping[str, Any], way: str) -> dict[str, Any]:
    """Return what a payment in some way belongs to; raises `ShopError`, naming the good ways."""
    journal = JOURNAL_OF_PAYMENT.get(way, way)
    if journal not in statements:
        good = ", ".join((*JOURNAL_OF_PAYMENT, *statements))
        raise ShopError(f"nobody pays by {way!r} at this till; there are {good}")
    return dict(statements[journal])


class Shop:
    """The people of one shop. Raises `ShopError` when Bizzcloud says no."""

    def __init__(self, rpc: Rpc) -> None:
        self._rpc = rpc
        self._names: dict[str, tuple[Model, int]] = {}
        self._tickets = 0

    # --- customers and accounts -------------------------------------------------------------

    def partner(self, fields: PartnerFields) -> int:
        """Make a customer, or change the one with this reference; return its id."""
        values = {
            key: value
            for key, value in {
                "ref": fields.ref,
                "name": fields.name,
                "is_company": fields.company,
                "street": fields.street,
                "zip": fields.postcode,
                "city": fields.city,
                "email": fields.email,
                "phone": fields.phone,
                "vat": fields.vat_number,
            }.items()
            if value is not None
        }
        known = self._rpc.call("res.partner", "search", [["ref", "=", fields.ref]])
        if known:
            self._rpc.call("res.partner", "write", known, values)
            return int(known[0])
        return int(self._rpc.call("res.partner", "create", {"customer": True, **values}))

    def ledger_account(self, fields: ShopLedgerAccount) -> int:
        """Make a ledger account, or rename the one with this code; return its id."""
        known = self._rpc.call("account.account", "search", [["code", "=", fields.code]])
        if known:
            self._rpc.call("account.account", "write", known, {"name": fields.name})
            return int(known[0])
        kind = self._one("account.account.type", "name", fields.type)
        return int(
            self._rpc.call(
                "account.account",
                "create",
                {"code": fields.code, "name": fields.name, "type": "other", "user_type": kind},
            )
        )

    # --- invoices ---------------------------------------------------------------------------

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

    def _taxes(self, vat: str) -> list[int]:
        if vat == "none":
            return []
        if " + " in vat:
            return [tax for part in vat.split(" + ") for tax in self._taxes(part)]
        name = TAX_OF_RATE.get(vat, vat)
        known = self._rpc.call(
            "account.tax",
            "search",
            [
                "&",
                ["type_tax_use", "in", ["sale", "all"]],
                "|",
                ["description", "=", name],
                ["name", "=", name],
            ],
        )
        if not known:
            raise ShopError(f"Bizzcloud has no sales tax {vat!r}")
        return [int(known[0])]

    # --- the till ---------------------------------------------------------------------------

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

    def numbering(self, step: Numbering) -> None:
        """Change which number the next sales invoice gets."""
        journal = self._one("account.journal", "type", "sale")
        (row,) = self._rpc.call("account.journal", "read", [journal], ["sequence_id"])
        values = {"number_next": step.next}
        self._rpc.call("ir.sequence", "write", [row["sequence_id"][0]], values)

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

    # --- names ------------------------------------------------------------------------------

    def document(self, name: str) -> tuple[Model, int]:
        """Return model and id of what a story calls by a name of its own, or by its number."""
        if name in self._names:
            return self._names[name]
        numbers: tuple[tuple[Model, str], ...] = (
            ("account.invoice", "internal_number"),
            ("pos.order", "name"),
        )
        for model, field in numbers:
            known = self._rpc.call(model, "search", [[field, "=", name]])
            if known:
                return model, int(known[0])
        raise ShopError(f"Bizzcloud has no invoice or receipt {name!r}")

    def named_partner(self, ref: str) -> tuple[Model, int]:
        """Return model and id of the customer with a reference."""
        return "res.partner", self._one("res.partner", "ref", ref)

    def named_account(self, code: str) -> tuple[Model, int]:
        """Return model and id of the ledger account with a code."""
        return "account.account", self._one("account.account", "code", code)

    def _remember(self, name: str | None, model: Model, record: int) -> None:
        if name is not None:
            self._names[name] = (model, record)

    def _one(self, model: str, field: str, value: str) -> int:
        known = self._rpc.call(model, "search", [[field, "=", value]])
        if not known:
            raise ShopError(f"Bizzcloud has no {model} whose {field} is {value!r}")
        return int(known[0])


def _journal_name(line: Mapping[str, Any]) -> str:
    """Return the name of the journal that a statement, or a line of one, is of."""
    name: str = line["journal_id"][1]
    return name.removesuffix(" (EUR)")


def _days(day: date | None) -> list[str]:
    return [] if day is None else [day.isoformat()]
