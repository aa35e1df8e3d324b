"""What a search says of numbers, ids and orders that its query cannot be made of."""

from typing import Any

import pytest

from tests.fakes.bizzcloud.shop import Caller

PARTNER = "res.partner"


@pytest.mark.parametrize(
    ("arguments", "last_line"),
    [
        (([], "1"), "TypeError: %d format: a number is required, not str"),
        (([], 0, [2]), "TypeError: %d format: a number is required, not list"),
        (([], -1), "DataError: OFFSET must not be negative"),
        (([], 0, -1), "DataError: LIMIT must not be negative"),
        (([["id", "=", "x"]],), 'DataError: invalid input syntax for type integer: "x"'),
        (([["id", "in", [1, "x"]]],), 'DataError: invalid input syntax for type integer: "x"'),
        (([["id", "in", 1]],), "ValueError: Invalid domain term ('id', 'in', 1)"),
        (([["name", "not in", "A"]],), "ValueError: Invalid domain term ('name', 'not in', 'A')"),
        (([["country_id", "in", 1]],), "ValueError: Invalid domain term ('country_id', 'in', 1)"),
        (
            ([], 0, 1, "name down"),
            'ProgrammingError: syntax error at or near "down"',
        ),
        (
            ([], 0, 1, "name,"),
            "ValueError: Sorting field  not found on model res.partner",
        ),
        (
            ([], 0, 1, '"name"'),
            'ValueError: Sorting field "name" not found on model res.partner',
        ),
        (
            ([], 0, 1, "__last_update"),
            "ValueError: Sorting field __last_update not found on model res.partner",
        ),
    ],
)
def test_what_no_query_can_be_made_of_is_a_fault_like_a_bug(
    caller: Caller, arguments: tuple[Any, ...], last_line: str
) -> None:
    fault = caller.fault(PARTNER, "search", *arguments)
    assert (fault.faultCode, fault.faultString.splitlines()[-1]) == (1, last_line)


@pytest.mark.parametrize(
    "order", ["name;", "name; drop table res_partner", "name.x", "name ", "," + "a" * 5000]
)
def test_an_order_of_other_characters_is_told_to_the_user(caller: Caller, order: str) -> None:
    fault = caller.fault(PARTNER, "search", [], 0, 1, order)
    assert fault.faultCode == 2
    assert fault.faultString.startswith('Invalid "order" specified.')


def test_a_direction_after_two_blanks_is_lost(caller: Caller) -> None:
    rising = caller.call(PARTNER, "search", [], 0, False, "name")
    assert caller.call(PARTNER, "search", [], 0, False, "name desc") == rising[::-1]
    assert caller.call(PARTNER, "search", [], 0, False, " name  desc") == rising
    assert caller.call(PARTNER, "search", [], 0, False, "name Desc, id") == rising[::-1]


def test_an_id_may_be_a_text_and_a_page_is_not_counted(caller: Caller) -> None:
    assert caller.call(PARTNER, "search", [["id", "=", "3"]]) == [3]
    assert caller.call(PARTNER, "search", [["id", "in", ["1", 3]]], 0, 0, "id") == [1, 3]
    every = caller.call(PARTNER, "search_count", [])
    assert every > 2
    assert caller.call(PARTNER, "search", [], 1, 2, False, {}, True) == every
    assert len(caller.call(PARTNER, "search", [], 1, 2.0)) == 2


def test_what_has_a_search_of_its_own_is_found_by_what_is_computed(caller: Caller) -> None:
    company = caller.partner("Bakkerij", child_ids=[[0, 0, {"name": "Piet"}]])
    (person,) = caller.read(PARTNER, company, "child_ids")["child_ids"]
    invoice = caller.invoice({"price_unit": 100}, partner=company)
    other = caller.invoice({"price_unit": 10})

    def found(model: str, *domain: list[Any]) -> list[int]:
        ids: list[int] = caller.call(model, "search", list(domain), 0, False, "id")
        return ids

    number = caller.read("account.invoice", invoice, "number", "move_id")
    (move, _), lines = number["move_id"], "account.move.line"
    own = found(lines, ["move_id", "=", move])
    assert len(own) == 3
    assert found(lines, ["invoice", "=", invoice]) == own
    assert found(lines, ["invoice", "in", [invoice]]) == own
    assert found(lines, ["invoice.number", "=", number["number"]]) == own
    assert found(lines, ["invoice", "ilike", number["number"]]) == own
    assert found(lines, ["invoice", "=", False]) == []
    assert len(found(lines, ["invoice", "!=", False])) == 6
    assert found("account.move", ["amount", ">", 100]) == [move]
    assert found(PARTNER, ["commercial_partner_id", "=", company]) == [company, person]
    assert found("account.invoice", ["commercial_partner_id", "=", "Bakkerij"]) == [invoice]
    assert found(PARTNER, ["credit", ">=", 121]) == [company]
    assert found(PARTNER, ["credit", "<", 121], ["credit", ">", 0]) == [1]
    assert other not in found("account.invoice", ["partner_id.credit", "=", 121.0])
    (group,) = caller.call("ir.model.data", "get_object_reference", "base", "group_user")[1:]
    assert group in found("res.groups", ["users", "in", [1]])
    assert group not in found("res.groups", ["users", "not in", [1]])
    assert found("account.invoice", ["payment_ids", "=", 99999]) == [invoice, other]


def test_moments_are_grouped_in_the_time_zone_of_the_context(caller: Caller) -> None:
    for moment in ("2017-10-18 21:59:59", "2017-10-18 22:00:00", "2017-10-28 22:30:00"):
        caller.call("ir.model.data", "create", {"name": moment, "model": "x", "date_init": moment})
    arguments = ([["model", "=", "x"]], ["date_init"], ["date_init:day"])

    def grouped(**context: Any) -> list[tuple[str, int, str, str]]:
        groups = caller.call("ir.model.data", "read_group", *arguments, context=context)
        return [
            (
                group["date_init:day"],
                group["date_init_count"],
                group["__domain"][0][2],
                group["__domain"][1][2],
            )
            for group in groups
        ]

    assert (
        grouped()
        == grouped(tz="Nergens/Hier")
        == [
            ("18 Oct 2017", 2, "2017-10-18 00:00:00", "2017-10-19 00:00:00"),
            ("28 Oct 2017", 1, "2017-10-28 00:00:00", "2017-10-29 00:00:00"),
        ]
    )
    assert grouped(tz="Europe/Amsterdam") == [
        ("18 Oct 2017", 1, "2017-10-17 22:00:00", "2017-10-18 22:00:00"),
        ("19 Oct 2017", 1, "2017-10-18 22:00:00", "2017-10-19 22:00:00"),
        ("29 Oct 2017", 1, "2017-10-28 22:00:00", "2017-10-29 22:00:00"),
    ]


def test_a_language_is_one_that_is_installed_and_values_are_a_struct(caller: Caller) -> None:
    fault = caller.fault(PARTNER, "write", [1], {"lang": "de_DE"})
    assert fault.faultString == (
        'The value "de_DE" for the field "res.partner.lang" is not in the selection'
    )
    fields = caller.call(PARTNER, "fields_get", ["lang"])
    assert [key for key, _ in fields["lang"]["selection"]] == ["en_US", "nl_NL"]
    fault = caller.fault(PARTNER, "write", [1], "naam")
    assert fault.faultString.splitlines()[-1] == (
        "AttributeError: 'str' object has no attribute 'get'"
    )
