"""What clients ask of the installation: external ids, modules, languages, settings, files."""

import base64

from tests.fakes.bizzcloud.shop import Caller

EMPLOYEE, CASHIER = "Human Resources / Employee", "Point of Sale / User"


def user(caller: Caller, *groups: str) -> Caller:
    """Make a user in some groups and return what calls as that user."""
    found = caller.call("res.groups", "search", [["name", "in", groups]])
    values = {"name": "Kim", "login": "kim", "password": "kim", "groups_id": [[6, 0, found]]}
    return Caller(caller.fake, caller.call("res.users", "create", values), "kim")


def test_records_are_known_by_their_external_ids(caller: Caller) -> None:
    def known(method: str, *arguments: object) -> object:
        return caller.call("ir.model.data", method, *arguments)

    assert known("get_object_reference", "base", "main_company") == ["res.company", 1]
    assert known("xmlid_to_res_model_res_id", "base.EUR") == ["res.currency", 1]
    assert (
        known("xmlid_to_res_id", "base.nl")
        == caller.call("res.country", "search", [["code", "=", "NL"]])[0]
    )
    assert known("xmlid_to_res_id", "base.nothing") is False
    assert known("xmlid_to_res_model_res_id", "base.nothing") == [False, False]
    for method, arguments in (
        ("xmlid_to_res_id", ("base.nothing", True)),
        ("get_object_reference", ("base", "nothing")),
        ("xmlid_lookup", ("base.nothing",)),
    ):
        fault = caller.fault("ir.model.data", method, *arguments)
        assert fault.faultCode == 1
        assert "ValueError: External ID not found in the system: base.nothing" in fault.faultString
    assert known("check_object_reference", "base", "main_partner") == ["res.partner", 1]


def test_a_program_names_records_and_the_name_goes_with_them(caller: Caller) -> None:
    partner = caller.partner("Bakkerij de Groot")
    values = {"module": "shop", "name": "p1", "model": "res.partner", "res_id": partner}
    made = caller.call("ir.model.data", "create", values)
    assert caller.read("ir.model.data", made, "complete_name")["complete_name"] == "shop.p1"
    (about,) = caller.call("res.partner", "get_metadata", [partner])
    assert about["xmlid"] == "shop.p1"
    call = ["mycompany", 1, "admin", "res.partner", "get_external_id", [partner, 1]]
    answer = caller.json("/jsonrpc", service="object", method="execute", args=call)
    assert answer["result"] == {str(partner): "shop.p1", "1": "base.main_partner"}
    fault = caller.fault("ir.model.data", "create", values)
    assert "You cannot have multiple records with the same external ID" in fault.faultString
    caller.call("res.partner", "unlink", [partner])
    assert caller.call("ir.model.data", "search_count", [["module", "=", "shop"]]) == 0


def test_groups_are_asked_for_by_their_external_ids(caller: Caller) -> None:
    kim = user(caller, EMPLOYEE, CASHIER)
    asked = ("base.group_user", "point_of_sale.group_pos_user", "account.group_account_invoice")
    assert [kim.call("res.users", "has_group", each) for each in asked] == [True, True, False]
    assert [caller.call("res.users", "has_group", each) for each in asked] == [True] * 3
    assert "must be fully qualified" in kim.fault("res.users", "has_group", "user").faultString
    for mode, expected in (("read", True), ("create", False)):
        assert kim.call("ir.model.access", "check", "res.partner", mode, False) is expected
    assert kim.fault("ir.model.access", "check", "res.partner", "create").faultCode == 4


def test_modules_languages_and_settings_are_told(caller: Caller) -> None:
    modules = caller.call(
        "ir.module.module", "search_read", [["state", "=", "installed"]], ["name"]
    )
    assert {"account", "l10n_nl", "point_of_sale"} <= {each["name"] for each in modules}
    languages = caller.call("res.lang", "search_read", [], ["code"])
    assert {each["code"] for each in languages} == {"en_US", "nl_NL"}

    def setting(method: str, *arguments: object) -> object:
        return caller.call("ir.config_parameter", method, *arguments)

    assert setting("get_param", "database.create_date") == "2015-01-01 00:00:00"
    assert setting("get_param", "shop.mark", "none") == "none"
    assert setting("set_param", "shop.mark", "12") is False
    assert setting("set_param", "shop.mark", "13") == "12"
    assert setting("get_param", "shop.mark") == "13"
    assert setting("set_param", "shop.mark", False) == "13"
    assert setting("get_param", "shop.mark") is False


def test_a_file_belongs_to_a_record_and_to_who_may_change_that(caller: Caller) -> None:
    invoice = caller.invoice({"price_unit": 10})
    content = base64.b64encode(b"%PDF-1.4 factuur").decode()
    values: dict[str, object] = {"name": "F.pdf", "datas": content, "datas_fname": "F.pdf"}
    values |= {"res_model": "account.invoice", "res_id": invoice}
    made = caller.call("ir.attachment", "create", values)
    domain = [["res_model", "=", "account.invoice"], ["res_id", "=", invoice]]
    fields = ["datas", "file_size", "res_name", "type"]
    (row,) = caller.call("ir.attachment", "search_read", domain, fields)
    assert row == {"id": made, "datas": content, "file_size": 16, "type": "binary",
                   "res_name": "F/2017/0001 "}  # fmt: skip
    context = {"bin_size": True}
    (row,) = caller.call("ir.attachment", "read", [made], ["datas"], context=context)
    assert row["datas"] == "16.00 bytes"
    kim = user(caller, EMPLOYEE)
    for fault in (
        kim.fault("ir.attachment", "read", [made], ["name"]),
        kim.fault("ir.attachment", "unlink", [made]),
        kim.fault("ir.attachment", "create", values),
    ):
        assert fault.faultCode == 4
    assert kim.call("ir.attachment", "create", {"name": "note", "url": "http://x", "type": "url"})
    broken = caller.fault("ir.attachment", "create", {**values, "datas": "abc"})
    assert "Incorrect padding" in broken.faultString


def test_people_write_about_invoices_and_partners(caller: Caller) -> None:
    invoice = caller.invoice({"price_unit": 10})
    named = {"body": "<p>Geboekt als 245</p>", "attachments": [["bon.txt", "inhoud"]]}
    first = caller.call("account.invoice", "message_post", [invoice], **named, partner_ids=[1])
    caller.call("res.partner", "message_post", [invoice], body="Elders")
    second = caller.call("account.invoice", "message_post", [invoice], "Nog een")
    found = caller.read("account.invoice", invoice, "message_ids", "message_is_follower")
    assert (found["message_ids"], found["message_is_follower"]) == ([second, first], True)
    fields = ["body", "author_id", "model", "res_id", "record_name", "attachment_ids", "type"]
    (row,) = caller.call("mail.message", "read", [first], fields)
    (attached,) = row.pop("attachment_ids")
    assert row == {
        "id": first,
        "body": "<p>Geboekt als 245</p>",
        "author_id": [3, "Administrator"],
        "model": "account.invoice",
        "res_id": invoice,
        "record_name": "F/2017/0001 ",
        "type": "notification",
    }
    kept = caller.read("ir.attachment", attached, "name", "datas", "res_id")
    assert base64.b64decode(kept["datas"]) == b"inhoud"
    assert (kept["name"], kept["res_id"]) == ("bon.txt", invoice)
    assert caller.call("mail.message", "search_count", [["res_id", "=", invoice]]) == 3


def test_printing_an_invoice_marks_it_as_sent(caller: Caller) -> None:
    invoice = caller.invoice({"price_unit": 10})
    window = caller.call("account.invoice", "invoice_print", [invoice])
    assert window["type"] == "ir.actions.report.xml"
    assert window["report_name"] == "account.report_invoice"
    assert caller.read("account.invoice", invoice, "sent")["sent"] is True
