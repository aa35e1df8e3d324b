"""What programs do that connect a shop to something else: credit, settle, look up, press."""

from datetime import datetime
from typing import Any

import pytest

from tests.fakes.bizzcloud.shop import Caller

RECEIVABLE, BANK, COSTS = 166, 484, 304
INVOICE, ENTRY_LINE = "account.invoice", "account.move.line"


def owed(caller: Caller, invoice: int) -> int:
    """Return the entry line of what is owed of an invoice."""
    domain = [["invoice", "=", invoice], ["account_id", "=", RECEIVABLE]]
    (line,) = caller.call(ENTRY_LINE, "search", domain)
    return int(line)


def paid(caller: Caller, amount: float) -> int:
    """Enter a payment in the bank's journal; return its line on the receivable account."""
    lines = [
        {"name": "Bank", "account_id": BANK, "debit": amount},
        {"name": "Betaling", "account_id": RECEIVABLE, "credit": amount},
    ]
    (period,) = caller.call("account.period", "find", "2017-10-19")
    values = {"journal_id": 9, "period_id": period, "line_id": [[0, 0, line] for line in lines]}
    move = caller.call("account.move", "create", values)
    domain = [["move_id", "=", move], ["account_id", "=", RECEIVABLE]]
    return int(caller.call(ENTRY_LINE, "search", domain)[0])


def state(caller: Caller, invoice: int) -> tuple[str, float]:
    """Return an invoice's state and what is left of it."""
    row = caller.read(INVOICE, invoice, "state", "residual")
    return row["state"], round(row["residual"], 2)


def test_a_payment_settles_an_invoice_in_part_and_then_in_whole(caller: Caller) -> None:
    invoice = caller.invoice({"price_unit": 100})
    line, first = owed(caller, invoice), paid(caller, 21.0)
    assert caller.call(ENTRY_LINE, "reconcile_partial", [line, first]) > 0
    assert state(caller, invoice) == ("open", 100.0)
    whole = caller.call(ENTRY_LINE, "reconcile_partial", [line, paid(caller, 100.0)], "manual")
    assert state(caller, invoice) == ("paid", 0.0)
    found = caller.read("account.move.reconcile", whole, "line_id", "type")
    assert (line in found["line_id"], len(found["line_id"])) == (True, 3)
    fault = caller.fault(ENTRY_LINE, "reconcile_partial", [line, first])
    assert "Move 'F/2017/0001' is already reconciled!" in fault.faultString
    caller.call("account.move.reconcile", "unlink", [whole])
    assert state(caller, invoice) == ("open", 121.0)


def test_what_a_settlement_leaves_is_written_off(caller: Caller) -> None:
    invoice = caller.invoice({"price_unit": 100})
    both = [owed(caller, invoice), paid(caller, 120.9)]
    fault = caller.fault(ENTRY_LINE, "reconcile", both)
    assert "You have to provide an account for the write off" in fault.faultString
    (period,) = caller.call("account.period", "find", "2017-10-19")
    caller.call(ENTRY_LINE, "reconcile", both, "auto", COSTS, period, 6)
    assert state(caller, invoice) == ("paid", 0.0)
    domain = [["name", "=", "Write-Off"]]
    fields = ["account_id", "debit", "credit"]
    found = caller.call(ENTRY_LINE, "search_read", domain, fields, order="id")
    assert [
        (row["account_id"][0], round(row["debit"], 2), round(row["credit"], 2)) for row in found
    ] == [(RECEIVABLE, 0.0, 0.1), (COSTS, 0.1, 0.0)]
    fault = caller.fault(ENTRY_LINE, "reconcile", both)
    assert fault.faultString == "Entry is already reconciled."
    others = caller.call(ENTRY_LINE, "search", [["account_id", "=", BANK]])
    fault = caller.fault(ENTRY_LINE, "reconcile", others)
    assert fault.faultString == "The account is not defined to be reconciled !"


def credited(caller: Caller, invoice: int, how: str, **more: Any) -> list[dict[str, Any]]:
    """Credit an invoice by the form; return the invoices that it shows then."""
    form = caller.call(
        "account.invoice.refund",
        "create",
        {"filter_refund": how, "description": "Retour", **more},
        context={"active_id": invoice, "active_ids": [invoice], "active_model": INVOICE},
    )
    context = {"active_ids": [invoice], "active_id": invoice}
    window = caller.call("account.invoice.refund", "invoice_refund", [form], context=context)
    assert (window["type"], window["res_model"]) == ("ir.actions.act_window", INVOICE)
    fields = ["type", "state", "amount_total", "name", "date_invoice", "journal_id"]
    rows: list[dict[str, Any]] = caller.call(
        INVOICE, "search_read", window["domain"], fields, order="id"
    )
    return rows


def test_the_form_makes_a_draft_credit_note(caller: Caller) -> None:
    invoice = caller.invoice({"price_unit": 100})
    (note,) = credited(caller, invoice, "refund", date="2017-10-20")
    assert (note["type"], note["state"], note["amount_total"]) == ("out_refund", "draft", 121.0)
    assert (note["name"], note["date_invoice"]) == ("Retour", "2017-10-20")
    assert note["journal_id"] == [4, "Sales Refund Journal (EUR)"]
    assert state(caller, invoice) == ("open", 121.0)


@pytest.mark.parametrize(
    ("how", "kinds"),
    [("cancel", [("out_refund", "paid")]),
     ("modify", [("out_refund", "paid"), ("out_invoice", "draft")])],
)  # fmt: skip
def test_the_form_credits_and_settles_an_invoice(
    caller: Caller, how: str, kinds: list[tuple[str, str]]
) -> None:
    invoice = caller.invoice({"price_unit": 100})
    made = credited(caller, invoice, how)
    assert [(row["type"], row["state"]) for row in made] == kinds
    assert {row["amount_total"] for row in made} == {121.0}
    assert state(caller, invoice) == ("paid", 0.0)
    with pytest.raises(Exception, match=f"Cannot {how} invoice which is already reconciled"):
        credited(caller, invoice, how)
    draft = caller.invoice({"price_unit": 1}, opened=False)
    with pytest.raises(Exception, match=f"Cannot {how} draft/proforma/cancel invoice."):
        credited(caller, draft, how)


def test_a_partner_tells_what_is_open_and_where_it_gets_its_mail(caller: Caller) -> None:
    company = caller.partner("Bakkerij de Groot", type="default")
    people = {
        kind: caller.partner(kind, parent_id=company, is_company=False, type=kind)
        for kind in ("invoice", "delivery")
    }
    invoice = caller.invoice({"price_unit": 100}, partner=company)
    assert caller.read("res.partner", company, "credit", "debit") == {
        "id": company,
        "credit": 121.0,
        "debit": 0.0,
    }
    caller.call(ENTRY_LINE, "reconcile", [owed(caller, invoice), paid(caller, 121.0)])
    assert caller.read("res.partner", company, "credit")["credit"] == 0.0
    asked = ["invoice", "delivery", "other"]
    found = caller.call("res.partner", "address_get", [company], asked)
    assert found == {**people, "other": company, "default": company}
    found = caller.call("res.partner", "address_get", [people["invoice"]], ["delivery"])
    assert found == {"delivery": people["delivery"], "default": company}


def test_a_partner_is_found_or_made_of_an_address(caller: Caller) -> None:
    made = caller.call("res.partner", "find_or_create", "Jan de Wit <jan@wit.nl>")
    assert caller.read("res.partner", made, "name", "email") == {
        "id": made,
        "name": "Jan de Wit",
        "email": "jan@wit.nl",
    }
    assert caller.call("res.partner", "find_or_create", "JAN@wit.nl") == made
    assert caller.call("res.partner", "name_create", "piet@wit.nl")[1] == "piet@wit.nl"


def test_years_and_numbers_are_asked_for_directly(caller: Caller) -> None:
    year = caller.call("account.fiscalyear", "find", "2017-10-19")
    assert caller.read("account.fiscalyear", year, "code")["code"] == "2017"
    assert caller.call("account.fiscalyear", "find", "1999-01-01", False) is False
    fault = caller.fault("account.fiscalyear", "find", "1999-01-01")
    assert "no period defined for this date: 1999-01-01" in fault.faultString
    assert caller.call("ir.sequence", "get_id", "pos.order", "code") == "POS0001"
    assert caller.call("ir.sequence", "get_id", 39) == "F/2017/0001"


def test_an_entry_line_tells_the_balance_of_its_account_so_far(caller: Caller) -> None:
    for price in (100, 10):
        caller.invoice({"price_unit": price})
    lines = caller.call(
        ENTRY_LINE, "search_read", [["account_id", "=", RECEIVABLE]], ["balance"], order="id"
    )
    assert [line["balance"] for line in lines] == [121.0, 133.1]


@pytest.mark.parametrize(
    ("method", "arguments", "named", "said"),
    [
        ("read", [], {}, "read() takes at least 4 arguments (3 given)"),
        ("unlink", [[1], {}, 3], {}, "unlink() takes at most 5 arguments (6 given)"),
        ("search", [[]], {"foo": 1}, "search() got an unexpected keyword argument 'foo'"),
        ("search", [[]], {"args": []}, "got multiple values for keyword argument 'args'"),
        ("name_create", [], {}, "name_create() takes at least 4 arguments (3 given)"),
    ],
)
def test_wrong_arguments_are_told_in_the_words_of_python_2(
    caller: Caller, method: str, arguments: list[Any], named: dict[str, Any], said: str
) -> None:
    fault = caller.fault("res.partner", method, *arguments, **named)
    assert fault.faultCode == 1
    assert fault.faultString.rstrip().endswith(said)


def test_a_call_with_too_few_or_too_many_parts_is_told_so(caller: Caller) -> None:
    login = ("mycompany", 1, "admin")
    for method, rest, said in (
        ("execute_kw", ("res.partner",), "execute_kw() takes at least 5 arguments (3 given)"),
        ("execute_kw", ("res.partner", "search", [], {}, 1), "takes at most 6 arguments (7 given)"),
        ("execute", ("res.partner",), "execute() takes at least 4 arguments (3 given)"),
        ("exec_workflow", (INVOICE,), "exec_workflow() takes at least 4 arguments (3 given)"),
        ("exec_workflow", (INVOICE, "invoice_open"), "IndexError: tuple index out of range"),
    ):
        with pytest.raises(Exception, match="Traceback") as failure:
            caller.post("/xmlrpc/2/object", method, *login, *rest)
        assert str(failure.value).find(said) > 0, (said, failure.value)


def test_the_web_client_presses_buttons_within_a_session(caller: Caller) -> None:
    invoice = caller.invoice({"price_unit": 10}, opened=False)
    button = {"model": INVOICE, "method": "button_reset_taxes", "args": [[invoice]]}
    assert caller.json("/web/dataset/call_button", **button)["error"]["code"] == 100
    assert caller.json("/web/session/check")["error"]["code"] == 100
    login = {"db": "mycompany", "login": "admin", "password": "admin"}
    caller.json("/web/session/authenticate", **login)
    assert caller.json("/web/session/check")["result"] is None
    assert caller.json("/web/dataset/call_button", **button)["result"] is False
    assert caller.read(INVOICE, invoice, "amount_tax")["amount_tax"] == 2.1
    assert "account" in caller.json("/web/session/modules")["result"]
    assert ["nl_NL", "Dutch / Nederlands"] in caller.json("/web/session/get_lang_list")["result"]


@pytest.mark.parametrize(
    ("operator", "moment", "found"),
    [
        (">=", "2017-10-19T09:00:00", True),
        (">", "2017-10-19T09:00:00Z", False),
        (">=", "2017-10-19T09:00:00.000+00:00", True),
        (">=", "2017-10-19T09:00:00.5", False),
        (">", "2017-10-19 08:59", True),
        ("=", "2017-10-19T09:00:00", True),
        ("<=", "2017-10-19", True),
        (">", "2017-10-19", True),
    ],
)
def test_a_moment_is_read_as_the_database_reads_it(
    caller: Caller, operator: str, moment: str, found: bool
) -> None:
    partner = caller.partner("Bakkerij de Groot")
    domain = [["id", "=", partner], ["write_date", operator, moment]]
    assert caller.call("res.partner", "search", domain) == ([partner] if found else [])


def test_a_day_is_compared_without_the_time_of_a_moment(caller: Caller) -> None:
    invoice = caller.invoice({"price_unit": 1}, date_invoice="2017-10-19")
    for operator, moment in ((">=", "2017-10-19 23:00:00"), ("=", "2017-10-19T00:00:00")):
        assert caller.call(INVOICE, "search", [["date_invoice", operator, moment]]) == [invoice]


@pytest.mark.parametrize(
    ("value", "said"),
    [
        ("19-10-2017", 'DataError: invalid input syntax for type date: "19-10-2017"'),
        ("2017-02-30", 'DataError: date/time field value out of range: "2017-02-30"'),
        (datetime(2017, 10, 19), "ProgrammingError: can't adapt type 'instance'"),
    ],
)
def test_what_is_no_day_is_refused_in_a_domain_as_in_a_record(
    caller: Caller, value: object, said: str
) -> None:
    fault = caller.fault(INVOICE, "search", [["date_invoice", ">", value]])
    assert (fault.faultCode, fault.faultString.rstrip().endswith(said)) == (1, True)
    if isinstance(value, datetime):
        fault = caller.fault("res.partner", "create", {"name": "x", "date": value})
        assert fault.faultString.rstrip().endswith(said)


def test_months_are_told_in_the_language_of_the_context(caller: Caller) -> None:
    caller.invoice({"price_unit": 1}, date_invoice="2017-03-19")

    def shown(unit: str) -> str:
        by = f"date_invoice:{unit}"
        (group,) = caller.call(
            INVOICE, "read_group", [], ["date_invoice"], [by], context={"lang": "nl_NL"}
        )
        return str(group[by])

    assert [shown(unit) for unit in ("day", "month", "quarter", "year")] == [
        "19 mrt. 2017",
        "maart 2017",
        "K1 2017",
        "2017",
    ]


def test_users_change_what_is_personal_of_their_own(caller: Caller) -> None:
    values = {"name": "Kim", "login": "kim", "password": "kim"}
    uid = caller.call("res.users", "create", values)
    kim = Caller(caller.fake, uid, "kim")
    assert kim.call("res.users", "write", [uid], {"lang": "nl_NL", "tz": "Europe/Amsterdam"})
    assert kim.call("res.users", "context_get") == {"lang": "nl_NL", "tz": "Europe/Amsterdam"}
    for ids, change in (([uid], {"login": "x"}), ([1], {"name": "x"}), ([uid, 1], {"lang": "x"})):
        assert kim.fault("res.users", "write", ids, change).faultCode == 4


def test_a_record_is_made_of_one_set_of_values(caller: Caller) -> None:
    fault = caller.fault("res.partner", "create", [{"name": "Een"}, {"name": "Twee"}])
    assert fault.faultCode == 1
    assert "AttributeError: 'list' object has no attribute 'get'" in fault.faultString
