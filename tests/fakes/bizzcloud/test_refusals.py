"""What the server refuses, in its own words: constraints, uniqueness, calls that are none."""

from xmlrpc import client

import pytest

from tests.fakes.bizzcloud.shop import RECEIVABLE, Caller

BEGIN = "Field(s) `{}` failed against a constraint: {}"


@pytest.mark.parametrize(
    ("model", "identifier", "values", "fields", "message"),
    [
        (
            "res.partner",
            1,
            {"parent_id": 1},
            "parent_id",
            "You cannot create recursive Partner hierarchies.",
        ),
        (
            "account.account",
            165,
            {"parent_id": 166},
            "parent_id",
            "Error!\nYou cannot create recursive accounts.",
        ),
        (
            "account.account",
            165,
            {"type": "other"},
            "type",
            "Configuration Error!\nYou cannot define children to an account with internal type "
            'different of "View".',
        ),
        (
            "account.account",
            166,
            {"user_type": 8},
            "user_type, type",
            "Configuration Error!\nYou cannot select an account type with a deferral method "
            'different of "Unreconciled" for accounts with internal type "Payable/Receivable".',
        ),
        (
            "account.fiscalyear",
            2,
            {"date_stop": "2016-01-01"},
            "date_start, date_stop",
            "Error!\nThe start date of a fiscal year must precede its end date.",
        ),
        (
            "account.period",
            24,
            {"date_stop": "2017-11-30"},
            "date_stop",
            "Error!\nThe period is invalid. Either some periods are overlapping or the period's "
            "dates are not matching the scope of the fiscal year.",
        ),
        (
            "res.users",
            1,
            {"company_ids": [[6, 0, [2]]]},
            "company_id, company_ids",
            "The chosen company is not in the allowed companies for this user",
        ),
    ],
)
def test_a_constraint_names_its_fields_and_its_reason(
    caller: Caller,
    model: str,
    identifier: int,
    values: dict[str, object],
    fields: str,
    message: str,
) -> None:
    caller.call("res.company", "create", {"name": "Elders BV"})
    fault = caller.fault(model, "write", [identifier], values)
    assert (fault.faultCode, fault.faultString) == (2, BEGIN.format(fields, message))


def test_every_constraint_that_is_broken_is_told(caller: Caller) -> None:
    caller.call("pos.session", "create", {"config_id": 1})
    fault = caller.fault("pos.session", "create", {"config_id": 1})
    about = "You cannot create two active sessions "
    assert fault.faultString.split("\n") == [
        BEGIN.format("user_id, state", about + "with the same responsible!"),
        BEGIN.format("config_id", about + "related to the same point of sale!"),
    ]
    fault = caller.fault("pos.session", "create", {})
    assert fault.faultString == "You should assign a Point of Sale to your session."


@pytest.mark.parametrize(
    ("model", "values", "message"),
    [
        (
            "account.account",
            {"code": "1300", "name": "X", "type": "other", "user_type": 6},
            "The code of the account must be unique per company !",
        ),
        (
            "account.tax",
            {"name": "Verkopen/omzet hoog", "type_tax_use": "sale"},
            "Tax Name must be unique per company!",
        ),
        (
            "res.users",
            {"name": "X", "login": "admin"},
            "You can not have two users with the same login !",
        ),
        (
            "res.country",
            {"name": "Nederland", "code": "nl"},
            "The code of the country must be unique !",
        ),
    ],
)
def test_what_has_to_be_unique_is(
    caller: Caller, model: str, values: dict[str, object], message: str
) -> None:
    fault = caller.fault(model, "create", values)
    assert (fault.faultCode, fault.faultString) == (2, message)


def test_an_account_with_entries_keeps_what_they_rest_on(caller: Caller) -> None:
    caller.invoice({"price_unit": 10})
    for method, arguments, message in (
        (
            "write",
            [{"code": "8021"}],
            "You cannot change the code of account which contains journal items!",
        ),
        (
            "write",
            [{"active": False}],
            "You cannot deactivate an account that contains journal items.",
        ),
        (
            "write",
            [{"type": "view"}],
            "You cannot change the type of account to 'view' type as it contains journal items!",
        ),
        ("unlink", [], "You cannot remove an account that contains journal items."),
    ):
        assert caller.fault("account.account", method, [460], *arguments).faultString == message
    assert caller.call("account.account", "write", [460], {"name": "Andere naam"}) is True
    unused = caller.account("1500")
    assert caller.fault("account.account", "unlink", [unused]).faultString == (
        "You cannot remove/deactivate an account which is set on a customer or supplier."
    )


def test_nothing_is_booked_on_a_view(caller: Caller) -> None:
    invoice = caller.invoice({"price_unit": 10, "account_id": 451}, opened=False)
    caller.call("account.invoice", "button_reset_taxes", [invoice])
    with pytest.raises(client.Fault, match="journal items on an account of type view or conso"):
        caller.signal("account.invoice", "invoice_open", invoice)
    assert caller.read("account.invoice", invoice, "state")["state"] == "draft"


def test_a_posted_entry_is_not_deleted_and_one_out_of_balance_not_posted(caller: Caller) -> None:
    invoice = caller.invoice({"price_unit": 10})
    (move, number) = caller.read("account.invoice", invoice, "move_id")["move_id"]
    assert caller.fault("account.move", "unlink", [move]).faultString == (
        f'You cannot delete a posted journal entry "{number}".'
    )
    line = {"name": "X", "account_id": 460, "debit": 1.0}
    values = {"journal_id": 6, "period_id": 24, "line_id": [[0, 0, line]]}
    crooked = caller.call("account.move", "create", values)
    assert caller.call("account.move", "name_get", [crooked]) == [[crooked, f"*{crooked}"]]
    fault = caller.fault("account.move", "post", [crooked])
    assert fault.faultString.startswith("You cannot validate a non-balanced entry.\nMake sure")
    assert caller.call("account.move", "unlink", [crooked]) is True


@pytest.mark.parametrize(
    ("service", "method", "arguments", "last_line"),
    [
        ("object", "execute_kw", [], "ValueError: need more than 0 values to unpack"),
        ("object", "execute_kw", ["mycompany"], "ValueError: need more than 1 value to unpack"),
        ("object", "obj_list", ["mycompany", 1, "admin"], "NameError: Method not available"),
        ("common", "nope", [], "Exception: Method not found: nope"),
        (
            "common",
            "authenticate",
            ["mycompany", "admin", "admin"],
            "TypeError: exp_authenticate() takes exactly 4 arguments (3 given)",
        ),
        ("db", "nope", [], "KeyError: 'Method not found: nope'"),
        ("nope", "version", [], "TypeError: 'NoneType' object is not callable"),
    ],
)
def test_a_call_that_is_none_ends_as_the_server_does(
    caller: Caller, service: str, method: str, arguments: list[object], last_line: str
) -> None:
    with pytest.raises(client.Fault) as raised:
        caller.post(f"/xmlrpc/2/{service}", method, *arguments)
    assert raised.value.faultCode == 1
    assert raised.value.faultString.strip().splitlines()[-1].startswith(last_line)


def test_what_the_keeper_of_the_server_may_do_is_denied(caller: Caller) -> None:
    with pytest.raises(client.Fault) as raised:
        caller.post("/xmlrpc/2/db", "drop", "geheim", "mycompany")
    assert raised.value.faultCode == 3
    assert caller.post("/xmlrpc/2/db", "db_exist", "mycompany") is True


def test_a_signal_to_nothing_changes_nothing(caller: Caller) -> None:
    assert caller.signal("account.invoice", "invoice_open", 4711) is False
    assert caller.signal("res.partner", "invoice_open", 1) is False
    with pytest.raises(client.Fault, match=r"Object no\.model doesn't exist"):
        caller.signal("no.model", "invoice_open", 1)


def test_a_signal_is_a_method_too(caller: Caller) -> None:
    invoice = caller.invoice({"price_unit": 10}, opened=False)
    fault = caller.fault("account.invoice", "signal_invoice_open", [invoice])
    assert fault.faultString.strip().endswith("TypeError: dictionary key must be string")
    assert caller.read("account.invoice", invoice, "state")["state"] == "open"


def test_faults_over_json_name_texts_as_unicode(caller: Caller) -> None:
    answer = caller.json(
        "/jsonrpc",
        service="object",
        method="execute",
        args=["mycompany", 1, "admin", "res.partner", "search", [["nofield", "=", 1]]],
    )
    assert answer["error"]["data"]["message"] == (
        "Invalid field u'nofield' in leaf \"<osv.ExtendedLeaf: (u'nofield', u'=', 1) on "
        'res_partner (ctx: )>"'
    )


@pytest.mark.parametrize(
    ("domain", "last_line"),
    [
        ([["name.foo", "=", 1]], "AssertionError: Invalid field 'name.foo' in domain term"),
        (["x"], "ValueError: Invalid leaf x"),
        (["|", ["name", "=", "x"]], "AssertionError: This domain is syntactically not correct:"),
        ("x", "AssertionError: Domains to normalize must have a 'domain' form: a list or tuple"),
    ],
)
def test_a_domain_that_is_none_is_a_fault_like_a_bug(
    caller: Caller, domain: object, last_line: str
) -> None:
    fault = caller.fault("res.partner", "search", domain)
    assert fault.faultString.strip().splitlines()[-1].startswith(last_line)


def test_a_number_of_a_failed_call_is_given_again_only_without_gaps(caller: Caller) -> None:
    partner = {"partner_id": 4711, "account_id": RECEIVABLE}
    before = caller.call("ir.sequence", "next_by_code", "pos.order")
    session = caller.call("pos.session", "create", {"config_id": 1})
    order = {"data": {"name": "Order 1", "pos_session_id": session, **partner}}
    caller.fault("pos.order", "create_from_ui", [order])
    after = caller.call("ir.sequence", "next_by_code", "pos.order")
    assert (before, after) == ("POS0001", "POS0003")
