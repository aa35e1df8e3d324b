"""What a company's people have in common with it, and how partners are described."""

from tests.fakes.bizzcloud.shop import Caller

ADDRESS = {"street": "Dorpsstraat 1", "zip": "1234 AB", "city": "Utrecht", "country_id": 166}


def test_people_have_the_terms_of_their_company(caller: Caller) -> None:
    company = caller.partner("Bakkerij de Groot", vat="NL123456782B90", **ADDRESS)
    person = caller.partner("Jan", parent_id=company, is_company=False)
    found = caller.read("res.partner", person, "vat", "street", "commercial_partner_id")
    assert (found["vat"], found["street"]) == ("NL123456782B90", False)
    assert found["commercial_partner_id"][0] == company
    caller.call("res.partner", "write", [company], {"vat": "NL004495445B01", "credit_limit": 500})
    found = caller.read("res.partner", person, "vat", "credit_limit")
    assert (found["vat"], found["credit_limit"]) == ("NL004495445B01", 500.0)
    branch = caller.partner("Filiaal", parent_id=company)
    assert caller.read("res.partner", branch, "vat")["vat"] is False


def test_an_address_is_shared_by_who_says_so(caller: Caller) -> None:
    company = caller.partner("Bakkerij de Groot", **ADDRESS)
    person = caller.partner("Jan", parent_id=company, is_company=False, use_parent_address=True)
    assert caller.read("res.partner", person, "street", "country_id") == {
        "id": person,
        "street": "Dorpsstraat 1",
        "country_id": [166, "Netherlands"],
    }
    caller.call("res.partner", "write", [company], {"street": "Kade 2"})
    assert caller.read("res.partner", person, "street")["street"] == "Kade 2"


def test_a_company_without_an_address_gets_that_of_its_first_person(caller: Caller) -> None:
    company = caller.partner("Bakkerij de Groot")
    caller.partner("Jan", parent_id=company, is_company=False, **ADDRESS)
    assert caller.read("res.partner", company, "city")["city"] == "Utrecht"


def test_fields_tell_what_they_are(caller: Caller) -> None:
    found = caller.call("res.partner", "fields_get", ["property_account_receivable", "child_ids"])
    assert found["property_account_receivable"] == {
        "type": "many2one",
        "string": "Account Receivable",
        "store": False,
        "relation": "account.account",
        "required": True,
        "company_dependent": True,
        "domain": "[('type', '=', 'receivable')]",
        "help": "This account will be used instead of the default one as the receivable account "
        "for the current partner",
    }
    assert found["child_ids"]["domain"] == [["active", "=", True]]
    (name,) = caller.call("res.country", "fields_get", ["name"]).values()
    assert (name["translate"], name["required"]) == (True, True)
    only = caller.call("res.partner", "fields_get", ["name"], attributes=["type", "string"])
    assert only == {"name": {"type": "char", "string": "Name"}}


def test_older_clients_ask_for_the_names_of_fields_and_who_made_records(caller: Caller) -> None:
    keys = caller.call("res.partner", "fields_get_keys")
    assert {"name", "vat", "display_name", "create_date"} <= set(keys)
    assert not {"id", "__last_update"} & set(keys)
    (made,) = caller.call("res.partner", "perm_read", [3])
    assert (made["id"], made["create_uid"]) == (3, [1, "Administrator"])


def test_what_the_installation_wrote_itself_has_no_maker(caller: Caller) -> None:
    for model in ("res.partner", "res.company", "res.users", "res.currency"):
        found = caller.read(model, 1, "create_date", "create_uid", "write_date")
        assert (found["create_date"], found["create_uid"]) == (False, False)
        assert found["write_date"]


def test_an_address_has_a_state_and_a_person_a_title(caller: Caller) -> None:
    (belgium,) = caller.call("res.country", "search", [["code", "=", "BE"]])
    values = {"name": "Antwerpen", "code": "VAN", "country_id": belgium}
    state = caller.call("res.country.state", "create", values)
    assert caller.call("res.partner", "onchange_state", [], state) == {
        "value": {"country_id": belgium}
    }
    title = caller.call("res.partner.title", "create", {"name": "Mevrouw", "shortcut": "Mevr."})
    company = caller.partner("Bakkerij", state_id=state, country_id=belgium)
    person = {"name": "An", "parent_id": company, "title": title, "use_parent_address": True}
    made = caller.call("res.partner", "create", person)
    assert caller.read("res.partner", made, "title", "state_id", "country_id") == {
        "id": made,
        "title": [title, "Mevrouw"],
        "state_id": [state, "Antwerpen"],
        "country_id": [belgium, "Belgium"],
    }
    assert caller.call("res.country.state", "name_search", "VAN") == [[state, "Antwerpen"]]
