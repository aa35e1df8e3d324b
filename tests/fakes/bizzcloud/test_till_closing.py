"""What closing a till makes in the journals, read by a plain XML-RPC client over a socket."""

from collections.abc import Iterator
from contextlib import ExitStack
from typing import Any
from xmlrpc import client

import pytest

from fakes.bizzcloud.dictionary_order import Key, in_dictionary_order
from fakes.bizzcloud.fake import BizzcloudFake
from fakes.fast_serve import fast_serve
from tests.fakes.bizzcloud.shop import HIGH, LOW, Caller
from tests.fakes.bizzcloud.test_till import cup, receipt

CASH, CARD, SALES = 8, 9, 2
RECEIVABLE = "1300 Debiteuren"
PYTHON_2_7 = [
    ("product", 0, 3, False, False),
    ("tax", 0, 9, False),
    ("product", 0, 2, False, False),
    ("tax", 0, 7, False),
    ("counter_part", 0, 166, True),
    ("tax", 0, 6, False),
]
"""What Python 2.7.18 printed of a dictionary of these, made in the order of the test."""
Line = tuple[str, str, float, float]


@pytest.fixture
def till(fake: BizzcloudFake) -> Iterator["Till"]:
    """A till with an open session, on a server that is called over a socket."""
    with ExitStack() as stack:
        server = stack.enter_context(fast_serve(fake.wsgi))
        proxy = client.ServerProxy(f"{server.url}/xmlrpc/2/object", allow_none=True)
        yield Till(fake, stack.enter_context(proxy))


class Till:
    """Sells, closes and reads over XML-RPC."""

    def __init__(self, fake: BizzcloudFake, proxy: client.ServerProxy) -> None:
        self._login = (fake.database, 1, fake.password)
        self._proxy = proxy
        self.session = int(self.call("pos.session", "create", {"config_id": 1}))
        self.coffee = self.product("Koffie", 2.5, LOW)
        self.beaker = self.product("Beker", 9.95, HIGH)

    def call(self, model: str, method: str, *arguments: Any, **named: Any) -> Any:
        """Call a method of a model."""
        return self._proxy.execute_kw(*self._login, model, method, list(arguments), named)

    def refused(self, model: str, method: str, *arguments: Any) -> str:
        """Return what a call is refused with, as a message for the user."""
        with pytest.raises(client.Fault) as refusal:
            self.call(model, method, *arguments)
        assert refusal.value.faultCode == 2
        return str(refusal.value.faultString)

    def signal(self, signal: str, model: str = "pos.session", identifier: int = 0) -> Any:
        """Send a workflow signal, to the session unless another record is named."""
        return self._proxy.exec_workflow(*self._login, model, signal, identifier or self.session)

    def product(self, name: str, price: float, *taxes: int) -> int:
        """Make a product."""
        values = {"name": name, "list_price": price, "taxes_id": [[6, 0, list(taxes)]]}
        return int(self.call("product.product", "create", values))

    def ring(self, number: int, lines: list[Any], paid: list[Any], **more: Any) -> int:
        """Ring up a receipt."""
        order = receipt(self.session, number, lines, paid, **more)
        (made,) = self.call("pos.order", "create_from_ui", [order])
        return int(made)

    def move(self, *domain: list[Any]) -> dict[str, Any]:
        """Read the one entry of a domain."""
        fields = ["name", "ref", "state", "date", "period_id", "journal_id", "amount"]
        (found,) = self.call("account.move", "search_read", list(domain), fields)
        return dict(found)

    def lines(self, *domain: list[Any]) -> list[Line]:
        """Read the entry lines of a domain, in the order in which they were made."""
        fields = ["name", "account_id", "debit", "credit"]
        found = self.call("account.move.line", "search_read", list(domain), fields, order="id")
        return [
            (each["name"], each["account_id"][1], round(each["debit"], 2), round(each["credit"], 2))
            for each in found
        ]


def test_the_orders_are_one_unposted_entry_in_the_sales_journal(till: Till) -> None:
    orders = [
        till.ring(1, [cup(till.coffee, 2)], [(CASH, 1, 5.3)]),
        till.ring(2, [cup(till.coffee), cup(till.beaker, 1, 9.95)], [(CARD, 2, 14.69)]),
        till.ring(3, [cup(till.beaker, -1, 9.95)], [(CASH, 1, -12.04)]),
    ]
    till.signal("close")
    found = till.call("pos.order", "read", orders, ["state", "account_move"])
    assert {each["state"] for each in found} == {"done"}
    (entry,) = {tuple(each["account_move"]) for each in found}
    assert entry[1] == f"*{entry[0]}"
    move = till.move(["journal_id", "=", SALES])
    assert move == {
        "id": entry[0],
        "name": "/",
        "ref": "Main/00001",
        "state": "draft",
        "date": "2017-10-19",
        "period_id": [24, "10/2017"],
        "journal_id": [SALES, "Sales Journal (EUR)"],
        "amount": move["amount"],
    }
    assert round(move["amount"], 2) == 9.95 + 2.09 + 19.99
    lines = till.lines(["move_id", "=", entry[0]])
    assert sorted(lines) == [
        ("Beker", "8012 Verkopen handel hoog", 0.0, 9.95),
        ("Beker", "8012 Verkopen handel hoog", 9.95, 0.0),
        ("Koffie", "8012 Verkopen handel hoog", 0.0, 7.5),
        ("Tax Verkopen/omzet hoog", "1602 Btw af te dragen hoog", 0.0, 2.09),
        ("Tax Verkopen/omzet hoog", "1602 Btw af te dragen hoog", 2.09, 0.0),
        ("Tax Verkopen/omzet laag", "1601 Btw af te dragen laag", 0.0, 0.45),
        ("Trade Receivables", RECEIVABLE, 0.0, 12.04),
        ("Trade Receivables", RECEIVABLE, 19.99, 0.0),
    ]
    boxes = till.call(
        "account.move.line",
        "search_read",
        [["move_id", "=", entry[0]], ["name", "in", ["Beker", "Tax Verkopen/omzet hoog"]]],
        ["name", "tax_code_id", "tax_amount"],
    )
    assert sorted((each["name"], round(each["tax_amount"], 2)) for each in boxes) == [
        ("Beker", -9.95),
        ("Beker", 9.95),
        ("Tax Verkopen/omzet hoog", 2.09),
        ("Tax Verkopen/omzet hoog", 2.09),
    ]
    assert all(each["tax_code_id"] for each in boxes)


def test_lines_of_two_customers_stay_apart_and_a_till_need_not_group(till: Till) -> None:
    company = till.call("res.partner", "create", {"name": "Bakkerij", "is_company": True})
    person = till.call("res.partner", "create", {"name": "Jan", "parent_id": company})
    coffee = [cup(till.coffee)]
    for number, partner in enumerate((False, person, company), 1):
        till.ring(number, coffee, [(CASH, 1, 2.65)], partner=partner)
    till.signal("close")
    sold: list[list[Any]] = [["journal_id", "=", SALES], ["name", "=", "Koffie"]]
    assert [credit for *_, credit in till.lines(*sold)] in ([2.5, 5.0], [5.0, 2.5])
    owners = till.call("account.move.line", "search_read", sold, ["partner_id", "quantity"])
    assert sorted((each["quantity"], each["partner_id"] and each["partner_id"][0])
                  for each in owners) == [(1.0, False), (2.0, company)]  # fmt: skip
    till.call("pos.config", "write", [1], {"group_by": False})
    till.session = till.call("pos.session", "create", {"config_id": 1})
    till.ring(4, coffee * 2, [(CASH, 3, 5.3)])
    till.signal("close")
    names = [
        name for name, *_ in till.lines(["ref", "=", "Main/00002"], ["journal_id", "=", SALES])
    ]
    assert sorted(names) == ["Koffie", "Koffie", "Tax Verkopen/omzet laag", "Trade Receivables"]


def test_each_payment_is_a_posted_entry_of_its_journal(till: Till) -> None:
    partner = till.call("res.partner", "create", {"name": "Bakkerij"})
    till.ring(1, [cup(till.coffee)], [(CARD, 2, 10.0)], change=7.35, partner=partner)
    till.ring(2, [cup(till.coffee)], [(CARD, 2, 2.65)])
    till.signal("close")
    fields = ["state", "closing_date", "balance_end", "balance_end_real", "difference",
              "total_entry_encoding", "all_lines_reconciled", "move_line_ids"]  # fmt: skip
    cash, card = till.call("account.bank.statement", "read", [1, 2], fields)
    assert {each["state"] for each in (cash, card)} == {"confirm"}
    assert card["closing_date"] == "2017-10-19 09:00:00"
    assert (cash["balance_end"], cash["balance_end_real"], cash["difference"]) == (
        -7.3500000000000005,
        -7.3500000000000005,
        0.0,
    )
    assert (card["total_entry_encoding"], card["all_lines_reconciled"]) == (12.65, True)
    moves = till.call(
        "account.move", "search_read", [["journal_id", "=", CARD]], ["name", "state", "ref"]
    )
    assert [(each["name"], each["state"], each["ref"]) for each in moves] == [
        ("BNK2/2017/0001/1", "posted", "Main/00001")
    ] * 2
    assert till.lines(["statement_id", "=", 2]) == [
        ("POS0001: ", "1002 PIN", 10.0, 0.0),
        ("POS0001: ", RECEIVABLE, 0.0, 10.0),
        ("POS0002: ", "1002 PIN", 2.65, 0.0),
        ("POS0002: ", RECEIVABLE, 0.0, 2.65),
    ]
    assert till.lines(["id", "in", cash["move_line_ids"]]) == [
        ("POS0001: return", "1001 Kas", 0.0, 7.35),
        ("POS0001: return", RECEIVABLE, 7.35, 0.0),
    ]
    own: list[list[Any]] = [["statement_id", "=", 2], ["partner_id", "=", partner]]
    assert [account for _, account, *_ in till.lines(*own)] == ["1002 PIN"]
    open_items = till.lines(["account_id.code", "=", "1300"], ["reconcile_id", "=", False])
    assert round(sum(debit - credit for *_, debit, credit in open_items), 2) == 0.0
    assert len(open_items) == 5


def test_an_invoiced_order_is_left_out_and_its_invoice_stays_open(till: Till) -> None:
    partner = till.call("res.partner", "create", {"name": "Bakkerij"})
    paid = [(CARD, 2, 12.04)]
    order = till.ring(1, [cup(till.beaker, 1, 9.95)], paid, partner=partner, to_invoice=True)
    till.signal("close")
    fields = ["state", "account_move", "invoice_id"]
    (row,) = till.call("pos.order", "read", [order], fields)
    assert (row["state"], row["account_move"]) == ("invoiced", False)
    (invoice,) = till.call(
        "account.invoice", "read", row["invoice_id"][:1], ["state", "residual", "payment_ids"]
    )
    assert (invoice["state"], round(invoice["residual"], 2)) == ("open", 12.04)
    assert invoice["payment_ids"] == []
    assert till.move(["ref", "=", "Main/00001"], ["journal_id", "=", SALES])["amount"] == 0.0
    assert till.lines(["statement_id", "=", 2]) == [
        ("POS0001: ", "1002 PIN", 12.04, 0.0),
        ("POS0001: ", RECEIVABLE, 0.0, 12.04),
    ]


def test_only_a_manager_closes_a_till_in_which_too_much_is_missing(
    till: Till, fake: BizzcloudFake
) -> None:
    groups = till.call("res.groups", "search", [["name", "=", "Point of Sale / User"]])
    values = {"name": "Kim", "login": "kim", "password": "kim", "groups_id": [[6, 0, groups]]}
    cashier = Caller(fake, till.call("res.users", "create", values), "kim")
    till.ring(1, [cup(till.coffee)], [(CASH, 1, 2.65)])
    till.call("account.bank.statement", "write", [1], {"balance_end_real": 2.0})
    till.signal("cashbox_control")
    with pytest.raises(client.Fault) as refusal:
        cashier.signal("pos.session", "close", till.session)
    assert refusal.value.faultString == (
        "Your ending balance is too different from the theoretical cash closing (-0.65), the "
        "maximum allowed is: 0.00. You can contact your manager to force it."
    )
    till.signal("close")
    assert till.lines(["statement_id", "=", 1], ["name", "=", "Loss"]) == [
        ("Loss", "1001 Kas", 0.0, 0.65),
        ("Loss", "4900 Kasverschillen", 0.65, 0.0),
    ]


def test_cash_by_hand_is_booked_between_accounts(till: Till) -> None:
    context = {"active_model": "pos.session", "active_ids": [till.session]}
    form = till.call("cash.box.in", "create", {"name": "Wisselgeld", "amount": 50.0})
    till.call("cash.box.in", "run", [form], context=context)
    till.signal("close")
    assert till.lines(["statement_id", "=", 1]) == [
        ("Wisselgeld", "1001 Kas", 50.0, 0.0),
        ("Wisselgeld", "1298 Kruisposten", 0.0, 50.0),
    ]
    till.call("account.journal", "write", [CASH], {"internal_account_id": False})
    till.session = till.call("pos.session", "create", {"config_id": 1})
    context = {"active_model": "pos.session", "active_ids": [till.session]}
    with pytest.raises(client.Fault, match="'Internal Transfers Account' is set on the payment"):
        till.call("cash.box.in", "run", [form], context=context)


def test_a_bank_statement_pays_an_invoice_by_its_entry_line(till: Till) -> None:
    partner = till.call("res.partner", "create", {"name": "Bakkerij"})
    line = [0, 0, {"name": "Taart", "account_id": 460, "quantity": 1, "price_unit": 100.0}]
    values = {"partner_id": partner, "account_id": 166, "invoice_line": [line]}
    invoice = till.call("account.invoice", "create", values)
    till.signal("invoice_open", "account.invoice", invoice)
    owed = till.call(
        "account.move.line",
        "search",
        [["invoice", "=", invoice], ["account_id.type", "=", "receivable"]],
    )
    statement = till.call(
        "account.bank.statement",
        "create",
        {
            "journal_id": CARD,
            "balance_end_real": 100.0,
            "line_ids": [[0, 0, {"name": "Factuur", "amount": 100.0, "ref": "F/2017/0001"}]],
        },
    )
    assert "All the account entries lines must be processed" in till.refused(
        "account.bank.statement", "button_confirm_bank", [statement]
    )
    (paid,) = till.call("account.bank.statement", "read", statement, ["line_ids"])["line_ids"]
    against = [
        {"counterpart_move_line_id": owed[0], "credit": 100.0, "debit": 0.0, "name": "Taart"}
    ]
    till.call("account.bank.statement.line", "process_reconciliation", paid, against)
    fields = ["state", "residual", "payment_ids"]
    (row,) = till.call("account.invoice", "read", [invoice], fields)
    assert (row["state"], row["residual"], len(row["payment_ids"])) == ("paid", 0.0, 1)
    again = till.refused("account.bank.statement.line", "process_reconciliation", paid, against)
    assert again == "The bank statement line was already reconciled."
    till.call("account.bank.statement", "write", [statement], {"balance_end_real": 90.0})
    assert till.refused("account.bank.statement", "button_confirm_bank", [statement]) == (
        "The statement balance is incorrect !\nThe expected balance (90.00) is different than the "
        "computed one. (100.00)"
    )
    till.call("account.bank.statement", "write", [statement], {"balance_end_real": 100.0})
    till.call("account.bank.statement", "button_confirm_bank", [statement])
    kept = till.refused("account.bank.statement.line", "unlink", [paid])
    assert kept.startswith("In order to delete a bank statement line, you must first cancel it")
    till.call("account.bank.statement", "button_cancel", [statement])
    (row,) = till.call("account.invoice", "read", [invoice], fields)
    assert (row["state"], row["residual"], row["payment_ids"]) == ("open", 100.0, [])
    assert till.lines(["statement_id", "=", statement]) == []


def test_the_order_of_lines_is_that_of_python_2() -> None:
    products = [("product", 0, number, False, False) for number in (2, 3)]
    taxes = [("tax", 0, code, False) for code in (6, 7, 9)]
    keys: list[Key] = [*products, *taxes, ("counter_part", 0, 166, True)]
    assert in_dictionary_order(keys) == PYTHON_2_7
