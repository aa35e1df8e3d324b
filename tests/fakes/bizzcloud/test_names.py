"""How records are named, found by a name, and copied."""

import pytest

from tests.fakes.bizzcloud.shop import Caller


def named(caller: Caller, model: str, *arguments: object, **more: object) -> list[str]:
    """Return the names that a name_search answers."""
    return [name for _, name in caller.call(model, "name_search", *arguments, **more)]


@pytest.mark.parametrize(
    ("model", "name", "found"),
    [
        ("account.account", "1300", ["1300 Debiteuren"]),
        (
            "account.account",
            "dubieuze",
            ["1350 Dubieuze debiteuren", "1360 Voorziening dubieuze debiteuren"],
        ),
        ("account.account", "1300 Debi", ["1300 Debiteuren"]),
        ("account.tax", "6% BTW", ["6% BTW", "6% BTW"]),
        ("account.journal", "SAJ", ["Sales Journal (EUR)"]),
        ("account.period", "10/2017", ["10/2017"]),
        ("res.users", "admin", ["Administrator"]),
        ("res.country", "NL", ["Netherlands", "Finland"]),
        ("pos.config", "Kassa", ["Kassa 1 (not used)"]),
    ],
)
def test_each_model_is_found_by_its_codes_and_names(
    caller: Caller, model: str, name: str, found: list[str]
) -> None:
    assert named(caller, model, name) == found


def test_a_contact_is_shown_after_its_company_and_found_by_address(caller: Caller) -> None:
    company = caller.partner("Bakkerij de Groot", email="info@groot.example")
    person = caller.partner("Jan", parent_id=company, is_company=False)
    assert caller.call("res.partner", "name_get", [person]) == [[person, "Bakkerij de Groot, Jan"]]
    assert named(caller, "res.partner", "groot, j") == ["Bakkerij de Groot, Jan"]
    assert named(caller, "res.partner", "info@groot") == ["Bakkerij de Groot"]
    assert named(caller, "res.partner", "groot", limit=1) == ["Bakkerij de Groot"]
    assert named(caller, "res.partner", "Jan", [["parent_id", "=", False]]) == []
    caller.call("res.partner", "write", [company], {"name": "Banketbakkerij"})
    assert caller.read("res.partner", person, "display_name")["display_name"] == (
        "Banketbakkerij, Jan"
    )


def test_a_product_is_found_by_reference_bar_code_and_name(caller: Caller) -> None:
    for name, code in (("Koffie", "K1"), ("Koffiebeker", "B1"), ("Thee", "T1")):
        caller.call("product.product", "create", {"name": name, "default_code": code})
    assert named(caller, "product.product", "K1") == ["[K1] Koffie"]
    assert named(caller, "product.product", "koffie") == ["[B1] Koffiebeker", "[K1] Koffie"]
    assert named(caller, "product.product", "[B1] iets") == ["[B1] Koffiebeker"]
    assert named(caller, "product.product", "koffie", [], "not ilike") == ["[T1] Thee"]


def test_an_invoice_is_found_by_its_number_before_its_description(caller: Caller) -> None:
    first = caller.invoice({"price_unit": 1}, name="F/2017/0002")
    second = caller.invoice({"price_unit": 1}, name="Tweede")
    assert named(caller, "account.invoice", "F/2017/0002") == ["F/2017/0002 Tweede"]
    assert named(caller, "account.invoice", "tweede") == ["F/2017/0002 Tweede"]
    assert caller.call("account.invoice", "name_get", [first, second]) == [
        [first, "F/2017/0001 F/2017/0002"],
        [second, "F/2017/0002 Tweede"],
    ]


def test_a_name_of_a_record_that_is_gone_is_a_fault_for_the_user(caller: Caller) -> None:
    fault = caller.fault("res.partner", "name_get", [4711])
    assert (fault.faultCode, fault.faultString) == (
        2,
        "One of the documents you are trying to access has been deleted, please try again after "
        "refreshing.",
    )


def test_a_copy_says_that_it_is_one(caller: Caller) -> None:
    for model, identifier, field, name in (
        ("res.partner", 1, "name", "Bakkerij Demo (copy)"),
        ("account.account", 460, "code", "8020 (copy)"),
        ("account.tax", 2, "name", "Verkopen/omzet hoog (Copy)"),
        ("account.journal", 2, "name", "Sales Journal (copy)"),
        ("res.users", 1, "login", "admin (copy)"),
    ):
        copy = caller.call(model, "copy", identifier)
        assert caller.read(model, copy, field)[field] == name
    fault = caller.fault("res.partner", "copy", 4711)
    assert fault.faultString.strip().splitlines()[-1] == (
        "IndexError: Record #4711 of res.partner not found, cannot copy!"
    )


def test_a_record_is_made_of_a_name_and_tells_who_made_it(caller: Caller) -> None:
    identifier, name = caller.call("res.partner", "name_create", "Alleen een naam")
    assert name == "Alleen een naam"
    assert caller.call("res.partner", "get_metadata", [identifier]) == [
        {
            "id": identifier,
            "create_uid": [1, "Administrator"],
            "create_date": "2017-10-19 09:00:00",
            "write_uid": [1, "Administrator"],
            "write_date": "2017-10-19 09:00:00",
            "xmlid": False,
        }
    ]


def test_texts_are_sorted_by_letters_then_accents_then_capitals(caller: Caller) -> None:
    for name in ("zaak", "Zaak", "zàak", "De Zaak", "'t Zand"):
        caller.partner(name, ref="sorteer")
    found = caller.call("res.partner", "search_read", [["ref", "=", "sorteer"]], ["name"])
    assert [each["name"] for each in found] == ["De Zaak", "'t Zand", "zaak", "Zaak", "zàak"]
