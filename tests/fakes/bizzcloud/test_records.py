"""The record store over the wire: what Odoo's clients expect beyond the recorded exchanges."""

from datetime import timedelta
from xmlrpc import client

import pytest

from fakes.bizzcloud.fake import BizzcloudFake
from fakes.clock import SettableClock
from tests.fakes.bizzcloud.shop import RECEIVABLE, Caller


def test_references_are_set_changed_and_taken_away_by_commands(caller: Caller) -> None:
    red, blue = (caller.call("res.partner.category", "create", {"name": n}) for n in "RB")
    partner = caller.partner("Bakker", category_id=[[6, 0, [red]]])
    caller.call("res.partner", "write", [partner], {"category_id": [[4, blue]]})
    assert caller.read("res.partner", partner, "category_id")["category_id"] == [blue, red]
    caller.call("res.partner", "write", [partner], {"category_id": [[3, red]]})
    assert caller.read("res.partner", partner, "category_id")["category_id"] == [blue]
    caller.call("res.partner", "write", [partner], {"category_id": [[5]]})
    assert caller.read("res.partner", partner, "category_id")["category_id"] == []
    caller.call("res.partner", "write", [partner], {"category_id": [[0, 0, {"name": "Nieuw"}]]})
    (made,) = caller.read("res.partner", partner, "category_id")["category_id"]
    assert caller.read("res.partner.category", made, "name")["name"] == "Nieuw"


def test_contacts_below_a_company_follow_its_name_and_its_commands(caller: Caller) -> None:
    company = caller.partner(
        "Bakkerij", child_ids=[[0, 0, {"name": "Piet"}], [0, 0, {"name": "An"}]]
    )
    an, piet = caller.read("res.partner", company, "child_ids")["child_ids"]
    assert caller.read("res.partner", piet, "display_name")["display_name"] == "Bakkerij, Piet"
    caller.call("res.partner", "write", [company], {"name": "Banket"})
    assert caller.read("res.partner", piet, "display_name")["display_name"] == "Banket, Piet"
    caller.call(
        "res.partner", "write", [company], {"child_ids": [[1, an, {"name": "Anna"}], [2, piet]]}
    )
    assert caller.read("res.partner", company, "child_ids")["child_ids"] == [an]
    assert caller.read("res.partner", an, "name")["name"] == "Anna"
    assert caller.call("res.partner", "search", [["id", "child_of", company]]) == [company, an]


def test_hidden_records_are_found_only_when_asked_for(caller: Caller) -> None:
    partner = caller.partner("Weg BV", active=False)
    domain = [["name", "=", "Weg BV"]]
    assert caller.call("res.partner", "search", domain) == []
    assert caller.call("res.partner", "search", [*domain, ["active", "=", False]]) == [partner]
    found = caller.call("res.partner", "search", domain, context={"active_test": False})
    assert found == [partner]


@pytest.mark.parametrize(
    ("leaf", "names"),
    [
        (["name", "like", "ak"], ["Bakker", "Slaker"]),
        (["name", "not like", "ak"], ["Smid"]),
        (["name", "=like", "S%"], ["Slaker", "Smid"]),
        (["name", "=ilike", "sM_d"], ["Smid"]),
        (["ref", "=", False], ["Smid"]),
        (["ref", "!=", "B1"], ["Slaker"]),
        (["ref", "not ilike", "b"], ["Slaker"]),
        (["ref", "not ilike", ""], ["Smid"]),
        (["ref", "ilike", "%1"], ["Bakker", "Slaker"]),
        (["name", "ilike", "sm\\_d"], []),
        (["ref", "not in", ["B1"]], ["Slaker", "Smid"]),
        (["ref", "in", ["B1", False]], ["Bakker", "Smid"]),
        (["ref", "not in", ["B1", False]], ["Slaker"]),
        (["country_id", "=", "Netherlands"], ["Bakker"]),
        (["country_id.code", "in", ["BE", "NL"]], ["Bakker", "Slaker"]),
        (["country_id.code", "!=", "NL"], ["Slaker"]),
        (["country_id", "!=", 166], ["Slaker"]),
        (["country_id", "!=", "Netherlands"], ["Slaker", "Smid"]),
        (["country_id", "not in", [166]], ["Slaker", "Smid"]),
        (["country_id", "ilike", "bel"], ["Slaker"]),
        (["country_id", "=", False], ["Smid"]),
        (["credit_limit", ">", 99.5], ["Bakker"]),
        (["credit_limit", "=", False], ["Slaker", "Smid"]),
        (["category_id", "=", "Vast"], ["Bakker"]),
        (["category_id", "!=", False], ["Bakker"]),
        (["ref", "=?", False], ["Bakker", "Slaker", "Smid"]),
    ],
)
def test_each_operator_finds_what_it_says(
    caller: Caller, leaf: list[object], names: list[str]
) -> None:
    tag = caller.call("res.partner.category", "create", {"name": "Vast"})
    caller.partner(
        "Bakker", ref="B1", country_id=166, credit_limit=100, category_id=[[6, 0, [tag]]]
    )
    caller.partner("Slaker", ref="S1", country_id=21)
    caller.partner("Smid")
    found = caller.call("res.partner", "search_read", [["id", ">", 5], leaf], ["name"])
    assert [each["name"] for each in found] == names


def test_not_turns_a_leaf_round_and_leaves_empty_fields_out(caller: Caller) -> None:
    bakker = caller.partner("Bakker", ref="B1", country_id=166)
    slaker = caller.partner("Slaker", ref="S1", country_id=21)
    caller.partner("Smid")

    def found(*domain: object) -> list[int]:
        return list(caller.call("res.partner", "search", [["id", ">", 5], *domain]))

    assert found("!", ["ref", "=", "B1"]) == [slaker]
    assert found("!", ["ref", "=like", "B%"]) == [slaker]
    assert found("!", "|", ["ref", "=", "B1"], ["ref", "=", False]) == [slaker]
    assert found("!", "!", ["country_id.code", "=", "NL"]) == [bakker]
    assert found("!", ["country_id.code", "=", "NL"]) == [slaker]


def test_the_children_of_a_company_are_found_with_it(caller: Caller) -> None:
    company = caller.partner("Zaak BV", is_company=True)
    person = caller.partner("Jan", parent_id=company, is_company=False)
    caller.partner("Piet")
    found = caller.call("res.partner", "search", [["parent_id", "child_of", company]])
    assert found == [company, person]
    found = caller.call("res.partner", "search", [["parent_id", "child_of", ["Zaak"]]])
    assert found == [company, person]


def test_defaults_come_from_the_model_and_from_the_context(caller: Caller) -> None:
    wanted = ["type", "state", "journal_id", "currency_id", "reference_type", "name"]
    found = caller.call("account.invoice", "default_get", wanted)
    assert found == {
        "type": "out_invoice",
        "state": "draft",
        "journal_id": 2,
        "currency_id": 1,
        "reference_type": "none",
    }
    refund = caller.call("account.invoice", "default_get", wanted, context={"type": "out_refund"})
    assert (refund["type"], refund["journal_id"]) == ("out_refund", 4)
    named = caller.call("res.partner", "default_get", ["name"], context={"default_name": "X"})
    assert named == {"name": "X"}


def test_a_copy_is_a_draft_with_the_same_lines(caller: Caller) -> None:
    invoice = caller.invoice({"price_unit": 10}, {"price_unit": 5, "quantity": 2})
    copy = caller.call("account.invoice", "copy", [invoice])
    found = caller.read(
        "account.invoice", copy, "state", "number", "amount_untaxed", "date_invoice"
    )
    assert found == {
        "id": copy,
        "state": "draft",
        "number": False,
        "amount_untaxed": 20.0,
        "date_invoice": False,
    }


def test_groups_are_counted_and_added_up(caller: Caller) -> None:
    partner = caller.partner("Bakker")
    for day, price in (("2017-09-01", 10), ("2017-10-02", 20), ("2017-10-30", 30)):
        caller.invoice({"price_unit": price}, partner=partner, date_invoice=day)
    found = caller.call(
        "account.invoice", "read_group", [], ["amount_untaxed", "date_invoice"], "date_invoice"
    )
    assert found == [
        {
            "date_invoice": "September 2017",
            "date_invoice_count": 1,
            "amount_untaxed": 10.0,
            "__domain": [["date_invoice", ">=", "2017-09-01"], ["date_invoice", "<", "2017-10-01"]],
        },
        {
            "date_invoice": "October 2017",
            "date_invoice_count": 2,
            "amount_untaxed": 50.0,
            "__domain": [["date_invoice", ">=", "2017-10-01"], ["date_invoice", "<", "2017-11-01"]],
        },
    ]
    wanted = ["partner_id", "residual"]
    (by_partner,) = caller.call("account.invoice", "read_group", [], wanted, ["partner_id"])
    assert by_partner["partner_id"] == [partner, "Bakker"]
    assert by_partner["residual"] == 72.6, "a sum is one of decimals, 72.60000000000001 is not"
    (whole,) = caller.call("account.invoice", "read_group", [], ["residual"], [])
    assert whole == {"id": 1, "__count": 3, "residual": 72.6}


def test_groups_come_in_the_order_that_was_asked(caller: Caller) -> None:
    for name, country, limit in (("B", 166, 5), ("A", 21, 9), ("C", 166, 1), ("D", False, 2)):
        caller.partner(name, country_id=country, credit_limit=limit, ref="groep")
    domain, fields = [["ref", "=", "groep"]], ["country_id", "credit_limit"]

    def order(**more: object) -> list[object]:
        groups = caller.call("res.partner", "read_group", domain, fields, ["country_id"], **more)
        return [each["country_id"] and each["country_id"][1] for each in groups]

    assert order() == ["Belgium", "Netherlands", False]
    assert order(orderby="country_id desc") == [False, "Netherlands", "Belgium"]
    assert order(orderby="credit_limit") == [False, "Netherlands", "Belgium"]
    assert order(orderby="name", limit=1) == ["Netherlands"]
    fault = caller.fault("res.partner", "read_group", domain, ["name"], ["country_id"])
    assert "AssertionError: Fields in 'groupby' must appear in the list" in fault.faultString


def test_a_record_that_is_referred_to_is_not_deleted(caller: Caller) -> None:
    partner = caller.partner("Bakker")
    caller.invoice({"price_unit": 10}, partner=partner)
    fault = caller.fault("res.partner", "unlink", [partner])
    assert fault.faultCode == 2
    assert fault.faultString.endswith("[object with reference: Invoice - account.invoice]")
    assert caller.read("res.partner", partner, "name")["name"] == "Bakker"


def test_a_reference_to_nothing_is_refused_and_undone(caller: Caller) -> None:
    fault = caller.fault(
        "account.invoice", "create", {"partner_id": 4711, "account_id": RECEIVABLE}
    )
    assert fault.faultString.endswith("[object with reference: Partner - res.partner]")
    assert caller.call("account.invoice", "search_count", []) == 0


def test_a_call_that_fails_halfway_leaves_nothing(caller: Caller) -> None:
    good = {"name": "Taart", "account_id": 460, "price_unit": 1}
    bad = {"name": "Fout", "account_id": 4711, "price_unit": 1}
    caller.fault(
        "account.invoice",
        "create",
        {"partner_id": 1, "account_id": RECEIVABLE, "invoice_line": [[0, 0, good], [0, 0, bad]]},
    )
    assert caller.call("account.invoice", "search_count", []) == 0
    assert caller.call("account.invoice.line", "search_count", []) == 0


@pytest.mark.parametrize(
    ("order", "message"),
    [
        ("name; drop table", 'Invalid "order" specified'),
        ("nofield", "Sorting field nofield not found on model res.partner"),
    ],
)
def test_an_order_that_is_none_is_a_fault(caller: Caller, order: str, message: str) -> None:
    assert message in caller.fault("res.partner", "search", [], 0, 0, order).faultString


@pytest.mark.parametrize(
    ("values", "last_line"),
    [
        ({"name": "X", "date": "gisteren"}, 'invalid input syntax for type date: "gisteren"'),
        ({"name": "X", "country_id": "BE"}, 'invalid input syntax for type integer: "BE"'),
        ({"name": {"a": 1}}, "can't adapt type 'dict'"),
        ({"name": "X", "credit_limit": "veel"}, "could not convert string to float: veel"),
        ({"name": "X", "type": "thuis"}, 'The value "thuis" for the field "res.partner.type"'),
    ],
)
def test_a_value_of_the_wrong_type_is_a_fault(
    caller: Caller, values: dict[str, object], last_line: str
) -> None:
    assert last_line in caller.fault("res.partner", "create", values).faultString


def test_a_user_without_rights_is_told_who_has_them(caller: Caller) -> None:
    uid = caller.call(
        "res.users", "create", {"name": "Kees", "login": "kees", "password": "geheim"}
    )
    kees = Caller(caller.fake, uid, "geheim")
    assert kees.call("res.partner", "search_count", []) > 0
    fault = kees.fault("account.invoice", "search", [])
    assert fault.faultCode == 4
    assert fault.faultString == (
        "Sorry, you are not allowed to access this document. Only users with the following access "
        "level are currently allowed to do that:\n- Accounting & Finance / Invoicing & Payments"
        "\n\n(Document model: account.invoice)"
    )
    assert kees.call("account.invoice", "check_access_rights", "read", False) is False
    assert kees.fault("res.partner", "create", {"name": "X"}).faultCode == 4


def test_a_password_is_changed_by_who_knows_it_and_never_shown(caller: Caller) -> None:
    assert caller.fault("res.users", "change_password", "fout", "nieuw").faultCode == 3
    assert caller.call("res.users", "change_password", "admin", "nieuw") is True
    assert caller.post("/xmlrpc/2/common", "login", "mycompany", "admin", "admin") is False
    again = Caller(caller.fake, 1, "nieuw")
    assert again.read("res.users", 1, "password")["password"] == "********"


def test_another_company_is_out_of_sight(caller: Caller) -> None:
    other = caller.call("res.company", "create", {"name": "Elders BV"})
    everyone = caller.call("res.groups", "search", [])
    uid = caller.call(
        "res.users",
        "create",
        {
            "name": "Els",
            "login": "els",
            "password": "geheim",
            "company_id": other,
            "company_ids": [[6, 0, [other]]],
            "groups_id": [[6, 0, everyone]],
        },
    )
    partner = caller.partner("Van de eerste")
    els = Caller(caller.fake, uid, "geheim")
    assert partner not in els.call("res.partner", "search", [])
    fault = els.fault("res.partner", "read", [partner], ["name"])
    assert fault.faultCode == 4
    assert "due to security restrictions" in fault.faultString


def test_a_late_transaction_carries_an_earlier_write_date(
    fake: BizzcloudFake, caller: Caller, clock: SettableClock
) -> None:
    started = clock.now()
    clock.advance(timedelta(seconds=30))
    early = caller.partner("Eerst klaar")
    seen_up_to = caller.read("res.partner", early, "write_date")["write_date"]
    with fake.transactions_started(started):
        late = caller.partner("Later klaar")
    newer = [["write_date", ">", seen_up_to]]
    assert caller.call("res.partner", "search", newer) == []
    overlap = [["write_date", ">=", started.strftime("%Y-%m-%d %H:%M:%S")], ["id", ">", 5]]
    assert caller.call("res.partner", "search", overlap, 0, 0, "write_date, id") == [late, early]


def test_a_call_committed_late_is_dated_when_it_was_sent(
    fake: BizzcloudFake, caller: Caller, clock: SettableClock
) -> None:
    sent = clock.now().strftime("%Y-%m-%d %H:%M:%S")
    fake.faults.add("committed late", "res.partner.create", seconds=60)
    with pytest.raises(OSError, match="timed out"):
        caller.partner("Langzaam BV")
    clock.advance(timedelta(seconds=61))
    found = caller.call(
        "res.partner", "search_read", [["name", "=", "Langzaam BV"]], ["write_date"]
    )
    assert [each["write_date"] for each in found] == [sent]


def test_the_models_describe_themselves(caller: Caller) -> None:
    (invoice,) = caller.call(
        "ir.model", "search_read", [["model", "=", "account.invoice"]], ["name"]
    )
    assert invoice["name"] == "Invoice"
    fields = caller.call(
        "ir.model.fields", "search_read", [["model_id", "=", invoice["id"]]], ["name", "ttype"]
    )
    kinds = {each["name"]: each["ttype"] for each in fields}
    assert (kinds["partner_id"], kinds["amount_total"]) == ("many2one", "float")


def test_a_rule_that_is_switched_off_pushes_nothing(caller: Caller) -> None:
    fake = caller.fake
    fake.pushes.begin(fake.database, fake.connect("http://coupling.example", "geheim"))
    (rule,) = caller.call("base.action.rule", "search", [["model_id.model", "=", "res.partner"]])
    caller.call("base.action.rule", "write", [rule], {"active": False})
    caller.partner("Stil BV")
    assert fake.pushes.waiting == []
    caller.call("base.action.rule", "write", [rule], {"active": True})
    caller.partner("Luid BV")
    assert [each.change.event for each in fake.pushes.waiting] == ["changed"]


def test_the_web_has_sessions(caller: Caller) -> None:
    fake = caller.fake
    ask = {"model": "res.partner", "method": "search_count", "args": [[]], "kwargs": {}}
    assert caller.json("/web/dataset/call_kw", **ask)["error"]["code"] == 100
    caller.json("/web/session/authenticate", db=fake.database, login="admin", password="admin")
    assert caller.json("/web/dataset/call_kw", **ask)["result"] == 3
    caller.json("/web/session/destroy")
    assert (
        caller.json("/web/dataset/call_kw", **ask)["error"]["message"] == "OpenERP Session Invalid"
    )
    assert caller.json("/web/webclient/version_info")["result"]["server_serie"] == "9.0"


def test_the_older_endpoints_give_texts_as_fault_codes(caller: Caller) -> None:
    assert caller.post("/xmlrpc/common", "login", "mycompany", "admin", "admin") == 1
    with pytest.raises(client.Fault) as denied:
        caller.post("/xmlrpc/object", "execute", "mycompany", 1, "x", "res.partner", "search", [])
    assert str(denied.value.faultCode) == "AccessDenied"
    with pytest.raises(client.Fault) as warned:
        caller.post("/xmlrpc/object", "execute", "mycompany", 1, "admin", "nope", "search", [])
    assert str(warned.value.faultCode) == "warning -- UserError\n\nObject nope doesn't exist"


@pytest.mark.parametrize(
    ("operator", "value", "finds"),
    [
        ("=", 0.21, True),
        ("=", 0.21000000000000002, True),
        ("=", 0.2100001, True),
        ("=", 0.2101, False),
        ("!=", 0.21, False),
        (">=", 0.21, True),
        (">", 0.21, False),
        ("<=", 0.21, True),
        ("in", [0.06, 0.21], True),
        ("in", [0.21000000000000002], False),
        ("not in", [0.21], False),
    ],
)
def test_an_amount_is_found_by_the_decimal_that_a_person_writes(
    caller: Caller, operator: str, value: object, finds: bool
) -> None:
    high = [["description", "=", "21% BTW"], ["type_tax_use", "=", "sale"]]
    (tax,) = caller.call("account.tax", "search", high)
    assert caller.read("account.tax", tax, "amount")["amount"] == 0.21000000000000002
    found = caller.call("account.tax", "search", [*high, ["amount", operator, value]])
    assert found == ([tax] if finds else [])
