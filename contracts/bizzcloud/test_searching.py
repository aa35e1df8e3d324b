"""Promises about finding records: operators, hidden records, orders and groups."""

from typing import Any

import pytest

from contracts.bizzcloud.client import RpcClient
from contracts.suite.expect import broken, same

BAKER, SLATER, SMITH = "Zz Bakker", "Zz Slaker", "Zz Smid"
OPERATORS: tuple[tuple[list[Any], set[str]], ...] = (
    (["name", "=like", "Zz S%"], {SLATER, SMITH}),
    (["name", "=ilike", "zz s%"], {SLATER, SMITH}),
    (["name", "like", "aker"], {SLATER}),
    (["name", "not ilike", "AKER"], {BAKER, SMITH}),
    (["name", "in", [BAKER, SMITH]], {BAKER, SMITH}),
    (["name", "not in", [BAKER, SMITH]], {SLATER}),
    (["credit_limit", ">", 50], {BAKER}),
    (["credit_limit", "<=", 50], {SLATER, SMITH}),
    (["ref", "=", False], {SMITH}),
    (["country_id.code", "=", "NL"], {BAKER}),
)


@pytest.fixture(scope="module")
def three(rpc: RpcClient) -> dict[str, int]:
    """Return three partners by name: one in each country, the last without any."""
    values: dict[str, dict[str, Any]] = {
        BAKER: {"ref": "ZZ1", "country_id": _country(rpc, "NL"), "credit_limit": 100.0},
        SLATER: {"ref": "ZZ2", "country_id": _country(rpc, "BE"), "credit_limit": 50.0},
        SMITH: {},
    }
    return {
        name: rpc.call("res.partner", "create", {"name": name, **more})
        for name, more in values.items()
    }


def _country(rpc: RpcClient, code: str) -> int:
    found = rpc.call("res.country", "search", [["code", "=", code]])
    if not isinstance(found, list) or not found:
        broken(f"the country {code} was not found; the answer is {found!r}")
    return int(found[0])


def _found(rpc: RpcClient, three: dict[str, int], *domain: Any, **more: Any) -> list[int]:
    only = [["id", "in", sorted(three.values())], *domain]
    found = rpc.call("res.partner", "search", only, **more)
    if not isinstance(found, list):
        broken(f"search {only!r} answered {found!r}")
    return found


@pytest.mark.promise("bz-operators", writes=True)
def test_each_operator_finds_what_it_says(rpc: RpcClient, three: dict[str, int]) -> None:
    names = {number: name for name, number in three.items()}
    for leaf, wanted in OPERATORS:
        same({names[one] for one in _found(rpc, three, leaf)}, wanted, f"what {leaf!r} finds")


@pytest.mark.promise("bz-active-test", writes=True)
def test_a_hidden_record_is_found_when_asked_for(rpc: RpcClient, three: dict[str, int]) -> None:
    hidden = rpc.call("res.partner", "create", {"name": "Zz Verborgen", "active": False})
    domain = [["id", "=", hidden]]
    same(rpc.call("res.partner", "search", domain), [], "what a plain search finds")
    asked = [*domain, ["active", "=", False]]
    same(rpc.call("res.partner", "search", asked), [hidden], "what asking for active finds")
    found = rpc.call("res.partner", "search", domain, context={"active_test": False})
    same(found, [hidden], "what the context active_test finds")


@pytest.mark.promise("bz-reference-order", writes=True)
def test_a_reference_is_sorted_by_the_other_models_order(
    rpc: RpcClient, three: dict[str, int]
) -> None:
    both = [["country_id", "!=", False]]
    belgian_first = [three[SLATER], three[BAKER]]
    same(_found(rpc, three, *both, order="country_id"), belgian_first, "by country")
    backwards = _found(rpc, three, *both, order="country_id desc")
    same(backwards, belgian_first[::-1], "by country, the last first")


@pytest.mark.promise("bz-text-order", writes=True)
def test_texts_are_sorted_by_letters_accents_and_capitals(rpc: RpcClient) -> None:
    names = ["zzq a", "Zzq a", "zzq á", "zzq ab", "zzq b"]
    made = [rpc.call("res.partner", "create", {"name": name}) for name in reversed(names)]
    rows = rpc.call("res.partner", "search_read", [["id", "in", made]], ["name"], order="name")
    same([row["name"] for row in rows], names, "names in order")


@pytest.mark.promise("bz-read-group", writes=True)
def test_groups_are_counted_and_added_up(rpc: RpcClient, three: dict[str, int]) -> None:
    domain = [["id", "in", [three[BAKER], three[SLATER]]]]
    rows = rpc.call(
        "res.partner", "read_group", domain, ["country_id", "credit_limit"], ["country_id"]
    )
    found = {row["country_id"][0]: (row["country_id_count"], row["credit_limit"]) for row in rows}
    wanted = {_country(rpc, "NL"): (1, 100.0), _country(rpc, "BE"): (1, 50.0)}
    same(found, wanted, "count and sum by country")
