"""Random creates, writes, commands, workflow calls and searches, against a naive model."""

from datetime import UTC, datetime
from typing import Any

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from fakes.bizzcloud.errors import CallError
from fakes.bizzcloud.fake import BizzcloudFake
from fakes.bizzcloud.rpc import Services
from fakes.clock import SettableClock
from tests.fakes.bizzcloud.naive import Row, matching
from tests.fakes.bizzcloud.shop import RECEIVABLE

TEXT = st.text("abAB é", min_size=1, max_size=4)
DAY = st.dates(datetime(2017, 1, 1).date(), datetime(2017, 3, 1).date()).map(str)
AMOUNT = st.integers(-300, 300).map(lambda cents: cents / 100)
TAG = st.integers(1, 3)
VALUES = st.fixed_dictionaries(
    {},
    optional={
        "name": TEXT,
        "ref": st.one_of(st.just(False), TEXT),
        "date": st.one_of(st.just(False), DAY),
        "credit_limit": AMOUNT,
        "customer": st.booleans(),
        "active": st.booleans(),
        "country_id": st.sampled_from([False, 21, 166]),
    },
)
TEXT_LEAF = st.tuples(
    st.sampled_from(["name", "ref"]),
    st.sampled_from(["=", "!=", "like", "not like", "ilike", "not ilike", "=like", "=ilike"]),
    st.one_of(TEXT, st.text("ab%_", min_size=1, max_size=4)),
)
LEAF = st.one_of(
    TEXT_LEAF,
    st.tuples(st.just("ref"), st.sampled_from(["=", "!=", "=?"]), st.just(False)),
    st.tuples(st.just("ref"), st.just("=?"), TEXT),
    st.tuples(
        st.just("ref"),
        st.sampled_from(["in", "not in"]),
        st.lists(st.one_of(TEXT, st.just(False)), max_size=3),
    ),
    st.tuples(st.just("date"), st.sampled_from(["=", "!=", "<", "<=", ">", ">="]), DAY),
    st.tuples(st.just("credit_limit"), st.sampled_from(["=", "!=", "<", ">="]), AMOUNT),
    st.tuples(st.just("customer"), st.sampled_from(["=", "!="]), st.booleans()),
    st.tuples(st.just("active"), st.just("="), st.booleans()),
    st.tuples(
        st.just("country_id"), st.sampled_from(["=", "!="]), st.sampled_from([False, 21, 166])
    ),
    st.tuples(st.just("category_id"), st.sampled_from(["=", "!="]), st.one_of(TAG, st.just(False))),
    st.tuples(
        st.just("category_id"),
        st.sampled_from(["in", "not in"]),
        st.lists(TAG, min_size=1, max_size=2),
    ),
    st.tuples(st.just("id"), st.sampled_from(["in", "not in"]), st.lists(st.integers(1, 12))),
).map(list)


def combined(inner: st.SearchStrategy[list[Any]]) -> st.SearchStrategy[list[Any]]:
    """Return domains that join or turn round smaller ones."""
    return st.one_of(
        st.tuples(st.sampled_from("&|"), inner, inner).map(lambda t: [t[0], *t[1], *t[2]]),
        inner.map(lambda one: ["!", *one]),
    )


DOMAIN = st.recursive(LEAF.map(lambda leaf: [leaf]), combined, max_leaves=6)


class Shop(RuleBasedStateMachine):
    """Does the same to the stand-in and to the naive model, and compares."""

    def __init__(self) -> None:
        super().__init__()
        fake = BizzcloudFake(clock=SettableClock(datetime(2017, 10, 19, 9, tzinfo=UTC)))
        self.database = fake.databases[fake.database]
        self.services = Services(fake)
        for name in ("een", "twee", "drie"):
            self.call("res.partner.category", "create", {"name": name})
        fields = [name for name in self.fields if name != "id"]
        everyone = self.call("res.partner", "search", [["active", "in", [True, False]]])
        self.partners = [
            self.as_naive(row) for row in self.call("res.partner", "read", everyone, fields)
        ]
        self.next_partner = 6
        self.invoices: dict[int, Row] = {}
        self.next_invoice = 1
        self.opened = 0

    fields = (
        "id",
        "name",
        "ref",
        "date",
        "credit_limit",
        "customer",
        "active",
        "country_id",
        "category_id",
    )

    def call(self, model: str, method: str, *arguments: Any) -> Any:
        return self.services.execute(self.database, 1, model, method, arguments, {})

    def as_naive(self, row: Row) -> Row:
        """Return a record of the stand-in as the naive model keeps it."""
        country = row["country_id"]
        return {
            **{name: row[name] for name in self.fields},
            "country_id": country[0] if country else False,
            "category_id": set(row["category_id"]),
        }

    def known(self, data: st.DataObject) -> Row:
        """Draw a partner that neither user nor company needs."""
        made = [row for row in self.partners if row["id"] > 5]
        return data.draw(st.sampled_from(made))

    @rule(values=VALUES, tags=st.lists(TAG, max_size=3))
    def create_partner(self, values: Row, tags: list[int]) -> None:
        values = {"name": "zonder naam", **values}
        made = self.call("res.partner", "create", {**values, "category_id": [[6, 0, tags]]})
        assert made == self.next_partner
        self.next_partner += 1
        empty = {"ref": False, "date": False, "credit_limit": 0.0, "customer": True}
        self.partners.append(
            {
                **empty,
                "active": True,
                "country_id": False,
                **values,
                "category_id": set(tags),
                "id": made,
            }
        )

    @rule(ref=TEXT)
    def fail_to_create_partner(self, ref: str) -> None:
        try:
            self.call("res.partner", "create", {"ref": ref})
        except CallError:
            self.next_partner += 1
        else:
            raise AssertionError("a partner without a name was made")

    @precondition(lambda self: self.next_partner > 6 and len(self.partners) > 5)
    @rule(data=st.data(), values=VALUES)
    def write_partner(self, data: st.DataObject, values: Row) -> None:
        row = self.known(data)
        assert self.call("res.partner", "write", [row["id"]], values) is True
        row.update(values)

    @precondition(lambda self: any(row["id"] > 5 for row in self.partners))
    @rule(
        data=st.data(), code=st.sampled_from([3, 4, 5, 6]), tag=TAG, tags=st.lists(TAG, max_size=3)
    )
    def command_partner(self, data: st.DataObject, code: int, tag: int, tags: list[int]) -> None:
        row = self.known(data)
        command = {3: [3, tag], 4: [4, tag], 5: [5], 6: [6, 0, tags]}[code]
        self.call("res.partner", "write", [row["id"]], {"category_id": [command]})
        row["category_id"] = {
            3: row["category_id"] - {tag},
            4: row["category_id"] | {tag},
            5: set(),
            6: set(tags),
        }[code]

    @precondition(lambda self: any(row["id"] > 5 for row in self.partners))
    @rule(data=st.data())
    def unlink_partner(self, data: st.DataObject) -> None:
        row = self.known(data)
        used = any(invoice["partner"] == row["id"] for invoice in self.invoices.values())
        try:
            self.call("res.partner", "unlink", [row["id"]])
        except CallError:
            assert used, "a partner without documents could not be deleted"
        else:
            assert not used, "a partner with documents was deleted"
            self.partners.remove(row)

    @rule(domain=DOMAIN)
    def search_partners(self, domain: list[Any]) -> None:
        found = self.call("res.partner", "search", domain)
        assert sorted(found) == matching(self.partners, domain), domain
        assert self.call("res.partner", "search_count", domain) == len(found)

    @rule(domain=DOMAIN, offset=st.integers(0, 3), limit=st.integers(1, 3), down=st.booleans())
    def search_a_page(self, domain: list[Any], offset: int, limit: int, down: bool) -> None:
        order = "credit_limit desc, id" if down else "credit_limit, id"
        found = self.call("res.partner", "search", domain, offset, limit, order)
        by_id = {row["id"]: row for row in self.partners}
        sign = -1 if down else 1
        expected = sorted(
            matching(self.partners, domain),
            key=lambda each: (sign * by_id[each]["credit_limit"], each),
        )
        assert found == expected[offset : offset + limit]

    @precondition(lambda self: any(row["id"] > 5 for row in self.partners))
    @rule(data=st.data(), price=st.integers(1, 99))
    def create_invoice(self, data: st.DataObject, price: int) -> None:
        partner = self.known(data)["id"]
        line = {"name": "Taart", "account_id": 460, "price_unit": price}
        made = self.call(
            "account.invoice",
            "create",
            {"partner_id": partner, "account_id": RECEIVABLE, "invoice_line": [[0, 0, line]]},
        )
        assert made == self.next_invoice
        self.next_invoice += 1
        self.invoices[made] = {
            "partner": partner,
            "state": "draft",
            "number": False,
            "internal": False,
            "total": price,
        }

    @precondition(lambda self: self.invoices)
    @rule(
        data=st.data(),
        signal=st.sampled_from(["invoice_open", "invoice_cancel", "action_cancel_draft"]),
    )
    def signal_invoice(self, data: st.DataObject, signal: str) -> None:
        identifier = data.draw(st.sampled_from(sorted(self.invoices)))
        invoice = self.invoices[identifier]
        if signal == "action_cancel_draft":
            self.call("account.invoice", signal, [identifier])
        else:
            self.services.call(
                "object",
                "exec_workflow",
                ["mycompany", 1, "admin", "account.invoice", signal, identifier],
            )
        if signal == "invoice_open" and invoice["state"] == "draft":
            if not invoice["internal"]:
                self.opened += 1
                invoice["internal"] = f"F/2017/{self.opened:04d}"
            invoice |= {"state": "open", "number": invoice["internal"]}
        elif signal == "invoice_cancel" and invoice["state"] in ("draft", "open"):
            invoice |= {"state": "cancel", "number": False}
        elif signal == "action_cancel_draft" and invoice["state"] == "cancel":
            invoice["state"] = "draft"

    @precondition(lambda self: self.invoices)
    @rule(data=st.data())
    def unlink_invoice(self, data: st.DataObject) -> None:
        identifier = data.draw(st.sampled_from(sorted(self.invoices)))
        invoice = self.invoices[identifier]
        may_go = invoice["state"] in ("draft", "cancel") and not invoice["internal"]
        try:
            self.call("account.invoice", "unlink", [identifier])
        except CallError:
            assert not may_go, "a draft without a number could not be deleted"
        else:
            assert may_go, f"{invoice} was deleted"
            del self.invoices[identifier]

    @invariant()
    def partners_read_as_the_naive_model_has_them(self) -> None:
        ids = [row["id"] for row in self.partners]
        found = self.call("res.partner", "read", ids, list(self.fields))
        assert [self.as_naive(row) for row in found] == self.partners

    @invariant()
    def invoices_read_as_the_naive_model_has_them(self) -> None:
        wanted = ["state", "number", "internal_number", "amount_total", "residual", "partner_id"]
        for row in self.call("account.invoice", "read", sorted(self.invoices), wanted):
            invoice = self.invoices[row["id"]]
            assert row["state"] == invoice["state"]
            assert (row["number"], row["internal_number"]) == (
                invoice["number"],
                invoice["internal"],
            )
            assert row["partner_id"][0] == invoice["partner"]
            assert row["amount_total"] == invoice["total"]
            assert row["residual"] == (invoice["total"] if invoice["state"] == "open" else 0.0)

    @invariant()
    def entries_balance_and_belong_to_open_invoices(self) -> None:
        lines = self.call("account.move.line", "search_read", [], ["debit", "credit", "move_id"])
        assert sum(line["debit"] for line in lines) == sum(line["credit"] for line in lines)
        opened = sum(invoice["state"] == "open" for invoice in self.invoices.values())
        assert self.call("account.move", "search_count", []) == opened


Shop.TestCase.settings = settings(
    max_examples=80,
    stateful_step_count=25,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow],
)
TestShop = Shop.TestCase
