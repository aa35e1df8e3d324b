"""The life that several promises look at: one invoice from draft to refund.

It is lived once a run, step by step in the order of the recordings, so that the same steps find
their answers in a recording; every answer is kept by a name.
"""

from typing import Any

from contracts.bizzcloud.client import RpcClient
from contracts.suite.expect import broken

INVOICE_FIELDS = [
    "state",
    "number",
    "internal_number",
    "move_name",
    "move_id",
    "date_invoice",
    "date_due",
    "amount_untaxed",
    "amount_tax",
    "amount_total",
    "residual",
    "partner_id",
    "account_id",
    "journal_id",
    "period_id",
    "currency_id",
    "invoice_line",
    "tax_line",
    "type",
    "origin",
    "reference",
    "name",
    "display_name",
    "create_date",
    "write_date",
    "__last_update",
]
PARTNER = {
    "name": "Café 't Hoekje & Zn.",
    "ref": "K0001",
    "customer": True,
    "is_company": True,
    "street": "Dorpsstraat 1",
    "zip": "1234 AB",
    "city": "Utrecht",
    "email": "info@hoekje.example",
    "phone": "030-1234567",
    "vat": "NL123456782B90",
}


class Ground:
    """What documents are made of: a customer, accounts, taxes, a journal, by id."""

    def __init__(self, rpc: RpcClient) -> None:
        self.country = one(rpc.call("res.country", "search", [["code", "=", "NL"]]), "NL")
        values = {**PARTNER, "country_id": self.country}
        self.partner: int = rpc.call("res.partner", "create", values)
        self.high = one(_tax(rpc, "Verkopen/omzet hoog"), "the high sales tax")
        self.low = one(_tax(rpc, "Verkopen/omzet laag"), "the low sales tax")
        codes = ["1300", "1000", "8000", "8001", "8010", "8011", "8020"]
        fields = ["code", "name", "type", "user_type", "reconcile", "parent_id"]
        rows = rpc.call("account.account", "search_read", [["code", "in", codes]], fields)
        self.accounts: dict[str, int] = {row["code"]: row["id"] for row in rows}
        fields = ["name", "code", "type", "sequence_id", "default_credit_account_id", "currency"]
        rows = rpc.call("account.journal", "search_read", [["type", "=", "sale"]], fields)
        self.journal: int = one(rows, "a sales journal")["id"]

    def head(self) -> dict[str, Any]:
        """Return what every invoice begins with."""
        return {
            "type": "out_invoice",
            "partner_id": self.partner,
            "account_id": self.accounts["1300"],
            "journal_id": self.journal,
        }

    def line(self, name: str, account: str, quantity: int, price: float, tax: int) -> Any:
        """Return the command that makes an invoice line."""
        return [
            0,
            0,
            {
                "name": name,
                "account_id": self.accounts[account],
                "quantity": quantity,
                "price_unit": price,
                "invoice_line_tax_id": [[6, 0, [tax]]],
            },
        ]


def invoice_life(rpc: RpcClient, ground: Ground) -> dict[str, Any]:
    """Live an invoice: drafted, opened, changed, cancelled, opened again and refunded."""
    cake = ground.line("Taart", "8000", 3, 27.55, ground.high)
    bread = ground.line("Brood", "8001", 7, 1.99, ground.low)
    bread[2]["discount"] = 10.0
    values = {**ground.head(), "date_invoice": "2017-10-19", "invoice_line": [cake, bread]}
    number = rpc.call("account.invoice", "create", values)
    seen: dict[str, Any] = {"id": number}

    def read(*fields: str) -> Any:
        wanted = list(fields) or INVOICE_FIELDS
        return one(rpc.call("account.invoice", "read", [number], wanted), "the invoice")

    seen["draft"] = read()
    seen["taxes computed"] = rpc.call("account.invoice", "button_reset_taxes", [number])
    seen["opening"] = rpc.signal("account.invoice", "invoice_open", number)
    seen["open"] = read()
    fields = ["name", "account_id", "quantity", "price_unit", "discount", "price_subtotal"]
    fields += ["invoice_line_tax_id", "product_id", "sequence"]
    seen["lines"] = rpc.call("account.invoice.line", "read", seen["open"]["invoice_line"], fields)
    fields = [
        "name",
        "base",
        "amount",
        "account_id",
        "tax_code_id",
        "base_code_id",
        "manual",
        "sequence",
    ]
    seen["taxes"] = rpc.call("account.invoice.tax", "read", seen["open"]["tax_line"], fields)
    fields = ["name", "account_id", "debit", "credit", "partner_id", "date_maturity", "ref"]
    move = seen["open"]["move_id"][0]
    seen["items"] = rpc.call("account.move.line", "search_read", [["move_id", "=", move]], fields)
    domain = [
        ["type", "in", ["out_invoice", "out_refund"]],
        ["state", "in", ["open", "paid"]],
        ["write_date", ">=", "2017-01-01 00:00:00"],
    ]
    fields = ["number", "state", "amount_total"]
    seen["polled"] = rpc.call(
        "account.invoice", "search_read", domain, fields, order="write_date, id"
    )
    seen["written"] = rpc.call("account.invoice", "write", [number], {"reference": "PO-17"})
    seen["deleted open"] = rpc.call("account.invoice", "unlink", [number])
    rpc.signal("account.invoice", "invoice_cancel", number)
    seen["cancelled"] = read("state", "number", "internal_number", "move_id")
    rpc.call("account.invoice", "action_cancel_draft", [number])
    seen["deleted draft"] = rpc.call("account.invoice", "unlink", [number])
    rpc.signal("account.invoice", "invoice_open", number)
    seen["again"] = read("state", "number", "internal_number")
    refunds = rpc.call("account.invoice", "refund", [number], "2017-10-20")
    number = one(refunds, "a refund")
    seen["refund"] = read()
    rpc.signal("account.invoice", "invoice_open", number)
    seen["refund open"] = read("state", "number", "type", "amount_total", "amount_tax", "origin")
    return seen


def dateless_invoice(rpc: RpcClient, ground: Ground) -> Any:
    """Open an invoice that has no date; return it as it is then."""
    coffee = ground.line("Koffie", "8000", 1, 100.0, ground.high)
    number = rpc.call("account.invoice", "create", {**ground.head(), "invoice_line": [coffee]})
    rpc.call("account.invoice", "button_reset_taxes", [number])
    rpc.signal("account.invoice", "invoice_open", number)
    fields = ["date_invoice", "number", "date_due"]
    return one(rpc.call("account.invoice", "read", [number], fields), "the invoice")


def one(found: Any, what: str) -> Any:
    """Return the first of what was found; the promise is broken when there is none."""
    if not isinstance(found, list) or not found:
        broken(f"{what} was not found; the answer is {found!r}")
    return found[0]


def _tax(rpc: RpcClient, name: str) -> Any:
    return rpc.call("account.tax", "search", [["name", "=", name]])
