"""Promises about searching, reading and writing records."""

from typing import Any

import pytest

from contracts.bizzcloud.client import Refusal, RpcClient
from contracts.bizzcloud.observed import PARTNER, Ground
from contracts.suite.expect import broken, same, true


def _all(rpc: RpcClient) -> list[int]:
    found: list[int] = rpc.call("res.partner", "search", [])
    return found


def _search(rpc: RpcClient, *domain: Any) -> set[int]:
    found = rpc.call("res.partner", "search", list(domain))
    if not isinstance(found, list):
        broken(f"search {list(domain)!r} answered {found!r}")
    return set(found)


def _refused(said: Any, code: int, part: str) -> None:
    if not isinstance(said, Refusal):
        broken(f"promised fault {code}, found the answer {said!r}")
    same(said.code, code, "faultCode")
    true(part in said.text, f"faultString does not say {part!r} but {said.text[-200:]!r}")


@pytest.mark.promise("bz-search-window")
def test_search_takes_limit_offset_and_order(rpc: RpcClient) -> None:
    found = rpc.call("res.partner", "search", [], limit=2, offset=1, order="id desc")
    same(found, sorted(_all(rpc), reverse=True)[1:3], "the second and third by id, newest first")


@pytest.mark.promise("bz-search-order")
def test_partners_come_by_name(rpc: RpcClient) -> None:
    rows = rpc.call("res.partner", "read", _all(rpc), ["name"])
    names = [row["name"].lower() for row in rows]
    same(names, sorted(names), "the names in the order of search")


@pytest.mark.promise("bz-search-count")
def test_search_count_counts_what_search_finds(rpc: RpcClient) -> None:
    same(rpc.call("res.partner", "search_count", []), len(_all(rpc)), "search_count")


@pytest.mark.promise("bz-search-field-unknown")
def test_an_unknown_search_field_is_a_fault_like_a_bug(rpc: RpcClient) -> None:
    said = rpc.call("res.partner", "search", [["nofield", "=", 1]])
    _refused(said, 1, "ValueError: Invalid field 'nofield' in leaf")


@pytest.mark.promise("bz-search-operator-unknown")
def test_an_unknown_operator_is_a_fault_like_a_bug(rpc: RpcClient) -> None:
    said = rpc.call("res.partner", "search", [["name", "??", 1]])
    _refused(said, 1, "ValueError: Invalid leaf ['name', '??', 1]")


@pytest.mark.promise("bz-domain-prefix")
def test_domains_are_in_prefix_form(rpc: RpcClient) -> None:
    everybody = set(_all(rpc))
    either = _search(rpc, "|", ["name", "=", "Administrator"], ["name", "ilike", "your"])
    true(either <= everybody, f"| found {either - everybody} beside what there is")
    fields = ["name", "ref", "vat", "country_id", "child_ids"]
    rows = rpc.call("res.partner", "search_read", [["is_company", "=", True]], fields)
    others = _search(rpc, "!", ["is_company", "=", True])
    same(others, everybody - {row["id"] for row in rows}, "those that are not a company")


@pytest.mark.promise("bz-domain-in")
def test_in_and_not_in_take_lists(rpc: RpcClient) -> None:
    everybody = set(_all(rpc))
    same(_search(rpc, ["id", "in", [1, 3, 99]]), everybody & {1, 3, 99}, "in [1, 3, 99]")
    same(_search(rpc, ["id", "not in", [1]]), everybody - {1}, "not in [1]")


@pytest.mark.promise("bz-domain-path")
def test_a_dotted_path_reaches_other_records(rpc: RpcClient) -> None:
    found = _search(rpc, ["company_id.name", "=", "Bakkerij Demo"])
    true(found <= set(_all(rpc)), f"a dotted path found {found!r}")


@pytest.mark.promise("bz-domain-like")
def test_equal_like_takes_a_pattern(rpc: RpcClient) -> None:
    domain = [["code", "=like", "80%"], ["type", "!=", "view"]]
    found = rpc.call("account.account", "search", domain)
    true(isinstance(found, list) and bool(found), f"no account begins with 80: {found!r}")


@pytest.mark.promise("bz-domain-dates")
def test_dates_compare_as_texts(rpc: RpcClient) -> None:
    domain = [["date_start", ">=", "2017-06-01"], ["date_stop", "<=", "2017-12-31"]]
    found = rpc.call("account.period", "search_count", domain)
    true(isinstance(found, int), f"search_count of periods answered {found!r}")


@pytest.mark.promise("bz-read-order")
def test_read_gives_records_in_the_order_asked(rpc: RpcClient) -> None:
    rows = rpc.call("res.partner", "read", [1, 3], ["name", "email"])
    same([row["id"] for row in rows], [1, 3], "the ids read")
    true(all(set(row) == {"id", "name", "email"} for row in rows), f"other fields: {rows!r}")


@pytest.mark.promise("bz-read-one")
def test_one_id_gives_one_record(rpc: RpcClient) -> None:
    row = rpc.call("res.partner", "read", 1, ["name"])
    true(isinstance(row, dict), f"reading a single id answered {row!r}")


@pytest.mark.promise("bz-read-missing")
def test_a_missing_id_is_left_out(rpc: RpcClient) -> None:
    same(rpc.call("res.partner", "read", [99999], ["name"]), [], "a missing record")


@pytest.mark.promise("bz-read-field-unknown")
def test_an_unknown_field_is_left_out(rpc: RpcClient) -> None:
    same(rpc.call("res.partner", "read", [1], ["nofield"]), [{"id": 1}], "an unknown field")


@pytest.mark.promise("bz-empty-is-false")
def test_what_is_empty_reads_false(rpc: RpcClient) -> None:
    fields = ["name", "ref", "vat", "country_id", "child_ids"]
    for row in rpc.call("res.partner", "search_read", [["is_company", "=", True]], fields):
        true(row["ref"] is False or bool(row["ref"]), f"an empty ref reads {row['ref']!r}")
        true(isinstance(row["child_ids"], list), f"child_ids reads {row['child_ids']!r}")


FIELD_TYPES = {
    "account.account": (
        "code name type user_type reconcile company_id active",
        {"code": "char", "name": "char", "user_type": "many2one", "reconcile": "boolean"},
    ),
    "account.invoice": (
        "type state number internal_number date_invoice date_due partner_id account_id "
        "invoice_line tax_line amount_untaxed amount_tax amount_total residual currency_id origin "
        "reference journal_id period_id write_date move_name",
        {
            "state": "selection",
            "number": "char",
            "date_invoice": "date",
            "invoice_line": "one2many",
            "tax_line": "one2many",
            "amount_total": "float",
            "write_date": "datetime",
        },
    ),
    "pos.order": (
        "name pos_reference state date_order partner_id session_id lines statement_ids "
        "amount_total amount_tax amount_paid invoice_id account_move",
        {
            "pos_reference": "char",
            "date_order": "datetime",
            "lines": "one2many",
            "statement_ids": "one2many",
            "invoice_id": "many2one",
        },
    ),
}


@pytest.mark.promise("bz-fields")
def test_fields_get_tells_the_types_of_fields(rpc: RpcClient) -> None:
    for model, (names, types) in FIELD_TYPES.items():
        told = rpc.call(model, "fields_get", names.split())
        found = {name: told.get(name, {}).get("type", "(absent)") for name in types}
        same(found, types, f"the types of fields of {model}")


@pytest.mark.promise("bz-taxes")
def test_sales_taxes_have_a_rate_and_a_name(rpc: RpcClient) -> None:
    fields = ["name", "amount", "description", "type", "price_include", "type_tax_use", "sequence"]
    fields.append("account_collected_id")
    domain = [["type_tax_use", "in", ["sale", "all"]]]
    rows = rpc.call("account.tax", "search_read", domain, fields)
    found = {row["description"]: round(row["amount"], 4) for row in rows}
    rates = {name: rate for name, rate in found.items() if name in ("21% BTW", "6% BTW")}
    same(rates, {"21% BTW": 0.21, "6% BTW": 0.06}, "the rates of the high and the low tax")
    true(all(row["type"] == "percent" for row in rows), "a sales tax is no percentage")


@pytest.mark.promise("bz-partner-kept", writes=True)
def test_a_partner_reads_back_as_it_was_created(rpc: RpcClient, ground: Ground) -> None:
    fields = [
        "name",
        "ref",
        "customer",
        "is_company",
        "street",
        "zip",
        "city",
        "country_id",
        "email",
        "phone",
        "vat",
    ]
    fields += ["display_name", "create_date", "write_date", "active", "property_account_receivable"]
    (row,) = rpc.call("res.partner", "read", [ground.partner], fields)
    same({name: row[name] for name in PARTNER}, PARTNER, "what was created")
    same(row["country_id"][0], ground.country, "the first of a many2one")
    same(row["active"], True, "active")
    for name in ("create_date", "write_date"):
        same(len(row[name]), len("2026-11-23 09:09:35"), f"the length of {name}, {row[name]!r}")


@pytest.mark.promise("bz-vat-checked", writes=True)
def test_an_invalid_vat_number_is_refused(rpc: RpcClient, ground: Ground) -> None:
    said = rpc.call("res.partner", "create", {"name": "Fout BV", "vat": "NL000000000B00"})
    _refused(said, 2, "The VAT number [NL000000000B00] for partner [Fout BV]")


@pytest.mark.promise("bz-mandatory", writes=True)
def test_a_record_without_its_mandatory_field_is_refused(rpc: RpcClient, ground: Ground) -> None:
    said = rpc.call("res.partner", "create", {})
    _refused(said, 2, "a mandatory field is not correctly set")
    head = {name: value for name, value in ground.head().items() if name != "partner_id"}
    said = rpc.call("account.invoice", "create", head)
    _refused(said, 2, "a mandatory field is not correctly set")


@pytest.mark.promise("bz-write-field-unknown", writes=True)
def test_an_unknown_field_is_ignored_on_creating(rpc: RpcClient, ground: Ground) -> None:
    made = rpc.call("res.partner", "create", {"name": "X", "nofield": 1})
    true(isinstance(made, int), f"create answered {made!r}")


@pytest.mark.promise("bz-write", writes=True)
def test_write_says_true(rpc: RpcClient, ground: Ground) -> None:
    said = rpc.call("res.partner", "write", [ground.partner], {"phone": "030-7654321"})
    same(said, True, "the answer to a write")


@pytest.mark.promise("bz-write-missing", writes=True)
def test_writing_a_missing_record_is_refused(rpc: RpcClient, ground: Ground) -> None:
    said = rpc.call("res.partner", "write", [99999], {"phone": "1"})
    _refused(said, 2, "has already been deleted")


@pytest.mark.promise("bz-names", writes=True)
def test_records_are_found_by_name(rpc: RpcClient, ground: Ground) -> None:
    pair = [ground.partner, PARTNER["name"]]
    found = rpc.call("res.partner", "name_search", "hoekje")
    true(pair in found, f"name_search did not find {pair!r} but {found!r}")
    same(rpc.call("res.partner", "name_get", [ground.partner]), [pair], "name_get")


@pytest.mark.promise("bz-unlink", writes=True)
def test_unlinking_what_is_gone_is_true_too(rpc: RpcClient, ground: Ground) -> None:
    made = rpc.call("res.partner", "create", {"name": "Jansen, P.", "customer": True})
    same(rpc.call("res.partner", "unlink", [made]), True, "the answer to an unlink")
    same(rpc.call("res.partner", "unlink", [made]), True, "the answer to a second unlink")
    same(rpc.call("res.partner", "read", [made], ["name"]), [], "the record afterwards")


@pytest.mark.promise("bz-domain-decimals")
def test_a_tax_is_found_by_its_decimal(rpc: RpcClient) -> None:
    taxes = rpc.call("account.tax", "search_read", [], ["amount"])
    (some, *_) = [tax for tax in taxes if tax["amount"]]
    found = rpc.call("account.tax", "search", [["amount", "=", round(some["amount"], 5)]])
    alike = {tax["id"] for tax in taxes if tax["amount"] == some["amount"]}
    same(set(found), alike, f"the taxes of {some['amount']}")
