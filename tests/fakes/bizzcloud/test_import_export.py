"""`load` and `export_data`: records to and from a table of texts, as importers send them."""

from typing import Any

import pytest

from tests.fakes.bizzcloud.shop import RECEIVABLE, Caller

PARTNER = "res.partner"


def test_a_table_makes_records_with_those_below_them(caller: Caller) -> None:
    columns = ["id", "name", "country_id", "category_id", "is_company", "child_ids/name"]
    caller.call("res.partner.category", "create", {"name": "Vast"})
    caller.call("res.partner.category", "create", {"name": "Groot"})
    rows = [
        ["shop.k1", "Bakker", "Netherlands", "Vast,Groot", "yes", "Piet"],
        ["", "", "", "", "", "An"],
        ["k2", "Smid", "", "", "0", ""],
    ]
    answer = caller.call(PARTNER, "load", columns, rows)
    assert answer["messages"] == []
    bakker, smid = answer["ids"]
    fields = ("country_id", "is_company", "category_id", "child_ids")
    found = caller.read(PARTNER, bakker, *fields)
    assert (found["country_id"], found["is_company"]) == ([166, "Netherlands"], True)
    assert len(found["category_id"]) == 2
    names = caller.call(PARTNER, "read", found["child_ids"], ["name", "parent_id"])
    assert [(row["name"], row["parent_id"][0]) for row in names] == [
        ("An", bakker),
        ("Piet", bakker),
    ]
    assert caller.read(PARTNER, smid, "country_id", "is_company") == {
        "id": smid,
        "country_id": False,
        "is_company": False,
    }
    assert caller.call(PARTNER, "get_metadata", [bakker])[0]["xmlid"] == "shop.k1"


def test_a_row_with_a_known_name_changes_its_record(caller: Caller) -> None:
    (made,) = caller.call(PARTNER, "load", ["id", "name"], [["shop.k1", "Bakker"]])["ids"]
    again = caller.call(PARTNER, "load", ["id", "email"], [["shop.k1", "b@x.nl"]])
    assert again == {"ids": [made], "messages": []}
    by_id = caller.call(PARTNER, "load", [".id", "phone"], [[str(made), "030"]])
    assert by_id["ids"] == [made]
    found = caller.read(PARTNER, made, "name", "email", "phone")
    assert [found[each] for each in ("name", "email", "phone")] == ["Bakker", "b@x.nl", "030"]
    conflict = caller.call("res.country", "load", ["id", "name"], [["shop.k1", "Land"]])
    assert conflict["ids"] is False
    assert "External ID conflict" in conflict["messages"][0]["message"]
    caller.call(PARTNER, "unlink", [made])
    (other,) = caller.call(PARTNER, "load", ["id", "name"], [["shop.k1", "Nieuw"]])["ids"]
    assert other != made


def test_an_invoice_with_lines_is_loaded(caller: Caller) -> None:
    columns = ["partner_id/id", "account_id", "invoice_line/name", "invoice_line/account_id/.id"]
    columns += ["invoice_line/price_unit", "invoice_line/invoice_line_tax_id/.id"]
    rows = [
        ["base.main_partner", "", "Taart", "460", "10.00", "2"],
        ["", "", "Koek", "460", "2.50", "2,5"],
    ]
    rows[0][1] = caller.call("account.account", "name_get", [RECEIVABLE])[0][1]
    answer = caller.call("account.invoice", "load", columns, rows)
    assert answer["messages"] == []
    (invoice,) = answer["ids"]
    assert caller.read("account.invoice", invoice, "amount_untaxed")["amount_untaxed"] == 12.5
    (last,) = caller.call("account.invoice.line", "search", [["name", "=", "Koek"]])
    taxes = caller.read("account.invoice.line", last, "invoice_line_tax_id")["invoice_line_tax_id"]
    assert sorted(taxes) == [2, 5]


@pytest.mark.parametrize(
    ("column", "text", "field", "message"),
    [
        ("credit_limit", "x", "credit_limit", "'x' does not seem to be a number for field"),
        ("date", "1/2/2017", "date", "'1/2/2017' does not seem to be a valid date for field"),
        ("type", "huis", "type", "Value 'huis' not found in selection field"),
        ("country_id", "Nergens", "country_id", "No matching record found for name 'Nergens'"),
        ("country_id/id", "base.xx", "country_id", "No matching record found for external id"),
        ("country_id/.id", "x", "country_id", "Invalid database id 'x' for the field"),
        ("country_id/.id", "99999", "country_id", "No matching record found for database id"),
        ("country_id/name", "NL", "country_id", "Can not create Many-To-One records indirectly"),
        (".id", "99999", ".id", "Unknown database identifier '99999'"),
    ],
)
def test_what_cannot_be_read_is_told_by_row_and_field(
    caller: Caller, column: str, text: str, field: str, message: str
) -> None:
    before = caller.call(PARTNER, "search_count", [])
    good = "1" if column == ".id" else ""
    answer = caller.call(PARTNER, "load", ["name", column], [["Goed", good], ["Fout", text]])
    assert answer["ids"] is False
    assert caller.call(PARTNER, "search_count", []) == before
    told = next(each for each in answer["messages"] if each["field"] == field)
    assert (told["type"], told["record"], told["rows"]) == ("error", 1, {"from": 1, "to": 1})
    assert told["message"].startswith(message)


def test_a_rule_that_is_broken_keeps_nothing_and_a_guess_is_a_warning(caller: Caller) -> None:
    rows = [["Fout", "NL000000000B00"], ["", ""]]
    vat, name = caller.call(PARTNER, "load", ["name", "vat"], rows)["messages"]
    assert "does not seem to be valid" in vat["message"]
    assert vat["moreinfo"] == "Resolve other errors first"
    assert name["message"] == "Missing required value for the field 'Name' (name)"
    answer = caller.call(PARTNER, "load", ["name", "customer"], [["Goed", "misschien"]])
    assert len(answer["ids"]) == 1
    assert answer["messages"][0]["type"] == "warning"
    assert answer["messages"][0]["message"] == (
        "Unknown value 'misschien' for boolean field 'Customer', assuming 'yes'"
    )
    fault = caller.fault(PARTNER, "load", ["nofield"], [["1"]])
    assert fault.faultString.splitlines()[-1] == "KeyError: 'nofield'"
    fault = caller.fault(PARTNER, "load", [".id", "name"], [["", "Naam"]])
    assert "DataError: invalid input syntax for type integer" in fault.faultString


def exported(caller: Caller, ids: list[int], *columns: str, **named: Any) -> list[list[Any]]:
    """Return the table of records."""
    rows: list[list[Any]] = caller.call(PARTNER, "export_data", ids, list(columns), **named)[
        "datas"
    ]
    return rows


def test_records_are_exported_as_texts_and_loaded_back(caller: Caller) -> None:
    made = caller.partner(
        "Bakker",
        country_id=166,
        credit_limit=9.95,
        customer=True,
        child_ids=[[0, 0, {"name": "An"}], [0, 0, {"name": "Piet"}]],
    )
    columns = ("id", ".id", "name", "country_id/id", "credit_limit", "customer", "date", "type")
    (row,) = exported(caller, [made], *columns)
    name = f"__export__.res_partner_{made}"
    assert row == [name, str(made), "Bakker", "base.nl", "9.95", "True", "", "Contact"]
    assert exported(caller, [made], "name", "country_id", "child_ids/name", "child_ids/email") == [
        ["Bakker", "Netherlands", "An", ""],
        ["", "", "Piet", False],
    ]
    assert exported(caller, [made], "child_ids", "bank_ids") == [["Bakker, An,Bakker, Piet", False]]
    (raw,) = exported(caller, [made], "customer", "country_id", raw_data=True)
    assert raw == [True, "Netherlands"]
    row[2] = "Banket"
    known = [at for at, column in enumerate(columns) if column not in (".id", "date")]
    table = [columns[at] for at in known], [[row[at] for at in known]]
    assert caller.call(PARTNER, "load", *table)["ids"] == [made]
    assert caller.read(PARTNER, made, "name")["name"] == "Banket"
    fault = caller.fault(PARTNER, "export_data", [made], ["nofield"])
    assert fault.faultString.splitlines()[-1] == "KeyError: 'nofield'"


def test_the_values_of_a_copy_are_told_before_it_is_made(caller: Caller) -> None:
    invoice = caller.invoice({"price_unit": 10})
    data = caller.call("account.invoice", "copy_data", invoice, {"comment": "Nog eens"})
    assert (data["state"], data["comment"], data["partner_id"]) == ("draft", "Nog eens", 1)
    assert not {"number", "internal_number", "move_id", "id", "create_date"} & set(data)
    ((code, zero, line),) = data["invoice_line"]
    assert (code, zero, line["price_unit"], line["invoice_line_tax_id"]) == (
        0,
        0,
        10.0,
        [[6, 0, [2]]],
    )
    made = caller.call("account.invoice", "create", data)
    assert caller.read("account.invoice", made, "amount_untaxed")["amount_untaxed"] == 10.0
    fault = caller.fault("account.invoice", "copy_data", 99999)
    assert fault.faultString.splitlines()[-1] == (
        "IndexError: Record #99999 of account.invoice not found, cannot copy!"
    )


def test_a_model_shows_itself_where_no_view_was_written(caller: Caller) -> None:
    form = caller.call("res.country", "fields_view_get", view_type="form")
    assert set(form["fields"]) == {"name", "code", "currency_id"}
    assert '<field name="name" modifiers="{&quot;required&quot;: true}" />' in form["arch"]
    tree = caller.call("res.country", "fields_view_get", False, "tree", {}, True)
    assert (tree["type"], tree["toolbar"]["print"]) == ("tree", [])
    assert tree["arch"].startswith('<tree string="Country"><field name="name"')
    fault = caller.fault("res.country", "fields_view_get", view_type="gantt")
    assert (fault.faultCode, fault.faultString) == (
        2,
        "No default view of type 'gantt' could be found !",
    )


def test_rights_are_asked_for_by_record_and_by_group(caller: Caller) -> None:
    assert caller.call(PARTNER, "user_has_groups", "base.group_user,no.group") is True
    fault = caller.fault(PARTNER, "check_access_rule", [99999], "read")
    assert fault.faultCode == 2
    answer = caller.json(
        "/jsonrpc",
        service="object",
        method="execute",
        args=[caller.fake.database, 1, caller.password, PARTNER, "check_access_rule", [1], "read"],
    )
    assert answer["result"] is None
