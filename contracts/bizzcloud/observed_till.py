"""The day of a till that several promises look at, lived once a run, its answers kept by name.

Its steps go in the order of the recordings, so that the same steps find their answers there.
"""

from typing import Any

from contracts.bizzcloud.client import RpcClient
from contracts.bizzcloud.observed import INVOICE_FIELDS, Ground, one
from contracts.suite.expect import broken

ORDER_FIELDS = [
    "name",
    "pos_reference",
    "state",
    "date_order",
    "partner_id",
    "session_id",
    "lines",
    "statement_ids",
    "amount_total",
    "amount_tax",
    "amount_paid",
    "amount_return",
    "invoice_id",
    "account_move",
    "sale_journal",
    "write_date",
]
LINE_FIELDS = [
    "product_id",
    "qty",
    "price_unit",
    "discount",
    "price_subtotal",
    "price_subtotal_incl",
    "name",
]
PAYMENT_FIELDS = [
    "name",
    "ref",
    "amount",
    "date",
    "journal_id",
    "statement_id",
    "partner_id",
    "account_id",
]
SALE_TIME = "2026-11-23 09:00:00"
"""When the till says that its receipts were rung up."""


def till_day(rpc: RpcClient, ground: Ground) -> dict[str, Any]:
    """Live a day of a till: a receipt twice, two rates by two means, a return, one invoiced."""
    coffee = _product(rpc, "Koffie", 2.5, ground.low, ground.accounts["8001"])
    beaker = _product(rpc, "Beker", 9.95, ground.high, ground.accounts["8000"])
    config = rpc.call("pos.config", "search_read", [], ["name", "journal_ids", "state"])
    if not config:
        broken("there is no till (pos.config)")
    session = rpc.call("pos.session", "create", {"config_id": config[0]["id"]})
    fields = [
        "name",
        "state",
        "config_id",
        "user_id",
        "start_at",
        "stop_at",
        "statement_ids",
        "cash_journal_id",
    ]
    opened = one(rpc.call("pos.session", "read", [session], fields), "the session")
    fields = ["journal_id", "account_id", "name", "state"]
    domain = [["pos_session_id", "=", session]]
    statements = rpc.call("account.bank.statement", "search_read", domain, fields)
    pin, cash = (_by_account(statements, code) for code in ("PIN", "Kas"))
    till = _Till(rpc, session)
    seen: dict[str, Any] = {"session": opened, "statements": statements, "config": config[0]}
    seen["rung up"] = till.ring(1, 5.3, [[coffee, 2, 2.5, 0]], [(cash, 5.3)])
    seen["again"] = till.ring(1, 5.3, [[coffee, 2, 2.5, 0]], [(cash, 5.3)])
    two = [[coffee, 1, 2.5, 0], [beaker, 1, 9.95, 10]]
    till.ring(2, 13.49, two, [(cash, 5.0), (pin, 8.49)], customer=ground.partner)
    till.ring(3, -12.04, [[beaker, -1, 9.95, 0]], [(cash, -12.04)])
    till.ring(4, 12.04, [[beaker, 1, 9.95, 0]], [(pin, 12.04)], ground.partner, invoiced=True)
    orders = rpc.call("pos.order", "search_read", [], ORDER_FIELDS, order="id")
    seen["orders"] = orders[-4:]
    seen["lines"], seen["payments"] = [], []
    for order in seen["orders"]:
        seen["lines"].append(rpc.call("pos.order.line", "read", order["lines"], LINE_FIELDS))
        ids = order["statement_ids"]
        seen["payments"].append(
            rpc.call("account.bank.statement.line", "read", ids, PAYMENT_FIELDS)
        )
    invoice = seen["orders"][3]["invoice_id"][0]
    seen["invoice"] = one(
        rpc.call("account.invoice", "read", [invoice], INVOICE_FIELDS), "the invoice"
    )
    return seen


def till_evening(rpc: RpcClient, ground: Ground, seen: dict[str, Any]) -> dict[str, Any]:
    """Live the rest of a till's day: change, too little money, cash by hand, and the closing."""
    session = seen["session"]["id"]
    cash = _by_account(seen["statements"], "Kas")
    coffee = _product(rpc, "Koffie", 2.5, ground.low, ground.accounts["8001"])
    till = _Till(rpc, session)
    evening: dict[str, Any] = {
        "second": rpc.call("pos.session", "create", {"config_id": seen["config"]["id"]})
    }
    fields = ["state", "amount_paid", "amount_return"]
    two = [[coffee, 2, 2.5, 0]]
    for name, number, paid, change in (("change", 5, 10.0, 4.7), ("unpaid", 6, 5.0, 0.0)):
        made = one(till.ring(number, 5.3, two, [(cash, paid)], change=change), "the receipt")
        evening[name] = one(rpc.call("pos.order", "read", [made], fields), "the receipt")
    rpc.call("pos.order", "unlink", [evening["unpaid"]["id"]])
    context = {"active_model": "pos.session", "active_ids": [session]}
    evening["by hand"] = []
    for box in ("in", "out"):
        form = rpc.call(f"cash.box.{box}", "create", {"name": f"Zz {box}", "amount": 50.0})
        rpc.call(f"cash.box.{box}", "run", [form], context=context)
        evening["by hand"].append(_last_line(rpc, cash, "name", "amount", "pos_statement_id"))
    fields = ["balance_end", "balance_end_real"]
    row = one(rpc.call("account.bank.statement", "read", [cash["id"]], fields), "the statement")
    counted = {"balance_end_real": round(row["balance_end"] - 0.4, 2)}
    rpc.call("account.bank.statement", "write", [cash["id"]], counted)
    rpc.signal("pos.session", "cashbox_control", session)
    rpc.signal("pos.session", "close", session)
    evening["difference"] = _last_line(rpc, cash, "name", "amount", "journal_entry_id")
    fields = ["name", "state", "stop_at"]
    evening["closed"] = one(rpc.call("pos.session", "read", [session], fields), "the session")
    numbers = [order["id"] for order in seen["orders"]]
    evening["orders"] = rpc.call("pos.order", "read", numbers, ["state", "account_move"])
    invoice = [seen["invoice"]["id"]]
    evening["invoice"] = one(rpc.call("account.invoice", "read", invoice, ["state"]), "its invoice")
    return evening


def _last_line(rpc: RpcClient, statement: dict[str, Any], *fields: str) -> dict[str, Any]:
    domain = [["statement_id", "=", statement["id"]]]
    rows = rpc.call(
        "account.bank.statement.line", "search_read", domain, list(fields), order="id desc"
    )
    row: dict[str, Any] = one(rows, "a line of the cash statement")
    return row


class _Till:
    """Rings up receipts in one session."""

    def __init__(self, rpc: RpcClient, session: int) -> None:
        self._rpc = rpc
        self._session = session

    def ring(
        self,
        number: int,
        total: float,
        lines: list[list[Any]],
        payments: list[tuple[dict[str, Any], float]],
        customer: int | bool = False,
        invoiced: bool = False,
        change: float = 0,
    ) -> Any:
        """Ring up a receipt of products (id, quantity, price, discount) paid by statements."""
        name = f"{self._session:05}-001-{number:04}"
        data = {
            "uid": name,
            "name": f"Order {name}",
            "amount_paid": total,
            "amount_total": total,
            "amount_tax": 0,
            "amount_return": change,
            "lines": [
                [0, 0, {"qty": qty, "price_unit": price, "discount": less, "product_id": product}]
                for product, qty, price, less in lines
            ],
            "statement_ids": [
                [
                    0,
                    0,
                    {
                        "name": SALE_TIME,
                        "statement_id": statement["id"],
                        "account_id": statement["account_id"][0],
                        "journal_id": statement["journal_id"][0],
                        "amount": amount,
                    },
                ]
                for statement, amount in payments
            ],
            "pos_session_id": self._session,
            "partner_id": customer,
            "user_id": self._rpc.uid,
            "sequence_number": number,
            "creation_date": SALE_TIME,
        }
        sent = [{"id": name, "to_invoice": invoiced, "data": data}]
        return self._rpc.call("pos.order", "create_from_ui", sent)


def _by_account(statements: list[dict[str, Any]], word: str) -> dict[str, Any]:
    for statement in statements:
        if word in statement["account_id"][1]:
            return statement
    return broken(f"the session has no statement for {word}; it has {statements!r}")


def _product(rpc: RpcClient, name: str, price: float, tax: int, account: int) -> int:
    values = {
        "name": name,
        "type": "consu",
        "list_price": price,
        "available_in_pos": True,
        "taxes_id": [[6, 0, [tax]]],
        "property_account_income": account,
    }
    made: int = rpc.call("product.product", "create", values)
    return made
