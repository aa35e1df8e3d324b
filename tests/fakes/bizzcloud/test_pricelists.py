"""Price lists: what a product costs whom, how many of it, on which day."""

from typing import Any

import pytest

from tests.fakes.bizzcloud.shop import Caller

LIST, VERSION, RULE = "product.pricelist", "product.pricelist.version", "product.pricelist.item"


@pytest.fixture
def product(caller: Caller) -> int:
    values = {"name": "Taart", "list_price": 10.0, "standard_price": 4.0}
    return int(caller.call("product.product", "create", values))


def made(caller: Caller, *rules: dict[str, Any], **version: Any) -> int:
    """Make a list with one version of rules, each on the public price."""
    items = [[0, 0, {"base": 1, **rule}] for rule in rules]
    values = {"name": "Eerste", "items_id": items, **version}
    about = {"name": "Vaste klant", "type": "sale", "version_id": [[0, 0, values]]}
    return int(caller.call(LIST, "create", about))


def price(caller: Caller, pricelist: int, product: int, quantity: float = 1, **context: Any) -> Any:
    """Return a product's price in a list, as JSON, since its keys are numbers."""
    who = (caller.fake.database, 1, caller.password)
    arguments = ([pricelist], product, quantity)
    args = [*who, LIST, "price_get", arguments, {"context": context}]
    answer = caller.json("/jsonrpc", service="object", method="execute_kw", args=args)
    return answer["result"][str(pricelist)] if "result" in answer else answer["error"]


@pytest.mark.parametrize(
    ("rule", "expected"),
    [
        ({}, 10.0),
        ({"base": 2}, 4.0),
        ({"price_discount": -0.1}, 9.0),
        ({"price_discount": -0.125, "price_round": 0.5}, 9.0),
        ({"price_round": 10, "price_surcharge": -0.01}, 9.99),
        ({"price_discount": -0.5, "price_min_margin": -2}, 8.0),
        ({"price_surcharge": 5, "price_max_margin": 3}, 13.0),
        ({"base": -1, "base_pricelist_id": 1, "price_discount": 0.5}, 15.0),
        ({"base": -2}, False),
    ],
)
def test_a_rule_makes_a_price_of_another(
    caller: Caller, product: int, rule: dict[str, Any], expected: Any
) -> None:
    found = price(caller, made(caller, rule), product)
    assert found == (expected if expected is False else pytest.approx(expected))


def test_the_first_rule_that_holds_makes_the_price(caller: Caller, product: int) -> None:
    other = caller.call("product.category", "create", {"name": "Brood", "parent_id": 1})
    pricelist = made(
        caller,
        {"sequence": 9},
        {"min_quantity": 10, "price_discount": -0.2},
        {"min_quantity": 5, "price_discount": -0.1},
        {"sequence": 1, "product_id": 1, "price_surcharge": 99},
        {"sequence": 1, "categ_id": other, "price_discount": -0.5},
    )
    amounts = [price(caller, pricelist, product, quantity) for quantity in (1, 5, 12)]
    assert amounts == [10.0, 9.0, 8.0]
    caller.call("product.product", "write", [product], {"categ_id": other})
    assert price(caller, pricelist, product, 12) == 5.0
    fault = caller.fault(LIST, "price_get", [pricelist], product, 1.0)
    assert fault.faultString.splitlines()[-1] == "TypeError: dictionary key must be string"


def test_neither_categories_nor_lists_go_round_for_ever(caller: Caller, product: int) -> None:
    child = caller.call("product.category", "create", {"name": "Brood", "parent_id": 1})
    fault = caller.fault("product.category", "write", [1], {"parent_id": child})
    assert "Error ! You cannot create recursive categories." in fault.faultString
    first, second = made(caller, {}), made(caller, {})
    for pricelist, other in ((first, second), (second, first)):
        (rule,) = caller.call(RULE, "search", [["price_version_id.pricelist_id", "=", pricelist]])
        caller.call(RULE, "write", [rule], {"base": -1, "base_pricelist_id": other})
    error = price(caller, first, product)
    assert error["data"]["message"] == "maximum recursion depth exceeded"


def test_a_version_holds_between_its_days_and_alone(caller: Caller, product: int) -> None:
    pricelist = made(caller, {}, date_start="2018-01-01")
    error = price(caller, pricelist, product)
    assert error["data"]["message"].startswith("At least one pricelist has no active version !")
    assert price(caller, pricelist, product, date="2018-01-01") == 10.0
    second = {"pricelist_id": pricelist, "name": "Tweede", "date_end": "2018-01-01"}
    fault = caller.fault(VERSION, "create", second)
    assert "You cannot have 2 pricelist versions that overlap!" in fault.faultString
    caller.call(VERSION, "create", {**second, "date_end": "2017-12-31"})
    (first,) = caller.call(VERSION, "search", [["name", "=", "Eerste"]])
    copied = caller.call(VERSION, "copy", first)
    assert caller.read(VERSION, copied, "active")["active"] is False
    fault = caller.fault(
        RULE, "create", {"price_version_id": first, "base": -1, "base_pricelist_id": pricelist}
    )
    assert "You cannot assign the Main Pricelist as Other Pricelist" in fault.faultString
    fault = caller.fault(RULE, "create", {"price_version_id": first, "base": 7})
    assert fault.faultString == (
        'The value "7" for the field "product.pricelist.item.base" is not in the selection'
    )


def test_customers_tills_and_products_have_a_list(caller: Caller, product: int) -> None:
    partner = caller.partner("Bakker", child_ids=[[0, 0, {"name": "An"}]])
    public = [1, "Public Pricelist (EUR)"]
    (person,) = caller.read("res.partner", partner, "child_ids")["child_ids"]
    field = "property_product_pricelist"
    assert caller.read("res.partner", partner, field)[field] == public
    pricelist = made(caller, {"price_discount": -0.1})
    caller.call("res.partner", "write", [partner], {field: pricelist})
    assert caller.read("res.partner", person, field)[field][0] == pricelist
    assert caller.call("res.partner", "search", [[field, "=", pricelist]], 0, 0, "id") == [
        partner,
        person,
    ]
    assert caller.read("pos.config", 1, "pricelist_id")["pricelist_id"] == public
    assert caller.call(LIST, "name_search", "Public Pricelist (EUR)", [], "=") == [public]
    rows = caller.call("product.product", "read", [product], ["price", "lst_price"])
    assert [rows[0]["price"], rows[0]["lst_price"]] == [0.0, 10.0]
    for named in (pricelist, "Vaste klant (EUR)"):
        (row,) = caller.call(
            "product.product", "read", [product], ["price"], context={"pricelist": named}
        )
        assert row["price"] == 9.0
    known = caller.call("ir.model.data", "get_object_reference", "product", "list0")
    assert known == [LIST, 1]
    rule = caller.call(RULE, "search_read", [["base", "=", 1]], ["base", "name"])
    assert {row["base"] for row in rule} == {1}
