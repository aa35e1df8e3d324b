"""Promises about making, copying and changing records, and what is refused."""

from typing import Any

import pytest

from contracts.bizzcloud.client import RpcClient
from contracts.bizzcloud.observed import Ground
from contracts.bizzcloud.refusals import refused
from contracts.suite.expect import broken, same, true


@pytest.mark.promise("bz-fault-codes")
def test_a_fault_is_a_bug_a_message_or_denied(rpc: RpcClient) -> None:
    refused(rpc.call("res.partner", "nosuch", []), 1, "Traceback (most recent call last)")
    refused(rpc.call("nope.model", "search", []), 2, "Object nope.model doesn't exist")
    refused(rpc.call_as(rpc.database, "bad", "res.partner", "search", []), 3, "Access denied.")


@pytest.mark.promise("bz-fault-words")
def test_the_older_endpoints_give_texts_as_fault_codes(rpc: RpcClient) -> None:
    login = (rpc.database, rpc.uid)
    denied = rpc.xmlrpc("/xmlrpc/object", "execute", *login, "bad", "res.partner", "search", [])
    refused(denied, "AccessDenied", "")
    unknown = rpc.xmlrpc("/xmlrpc/object", "execute", *login, rpc.password, "nope", "search", [])
    refused(unknown, "warning -- UserError\n\nObject nope doesn't exist", "")


@pytest.mark.promise("bz-exec-workflow", writes=True)
def test_exec_workflow_says_false_also_when_it_did_it(invoice: dict[str, Any]) -> None:
    same((invoice["opening"], invoice["open"]["state"]), (False, "open"), "answer and state")


@pytest.mark.promise("bz-referred-kept", writes=True)
def test_a_record_that_is_referred_to_is_kept(rpc: RpcClient, ground: Ground) -> None:
    customer = rpc.call("res.partner", "create", {"name": "Zz Genoemd"})
    rpc.call("account.invoice", "create", {**ground.head(), "partner_id": customer})
    said = rpc.call("res.partner", "unlink", [customer])
    refused(said, 2, "[object with reference: Invoice - account.invoice]")
    true(bool(rpc.call("res.partner", "read", [customer], ["name"])), "it is gone all the same")


@pytest.mark.promise("bz-commands", writes=True)
def test_references_are_written_by_commands(rpc: RpcClient) -> None:
    tags = [rpc.call("res.partner.category", "create", {"name": f"Zz {n}"}) for n in range(3)]
    made = rpc.call(
        "res.partner",
        "create",
        {"name": "Zz Commando", "category_id": [[6, 0, tags[:2]], [0, 0, {"name": "Zz nieuw"}]]},
    )

    def held() -> list[int]:
        (row,) = rpc.call("res.partner", "read", [made], ["category_id"])
        found: list[int] = sorted(row["category_id"])
        return found

    (new,) = set(held()) - set(tags)
    for commands, wanted in (
        ([[3, tags[0]], [4, tags[2]]], [tags[1], tags[2], new]),
        ([[1, new, {"name": "Zz anders"}], [2, tags[1]]], [tags[2], new]),
        ([[5]], []),
    ):
        rpc.call("res.partner", "write", [made], {"category_id": commands})
        same(held(), sorted(wanted), f"what is referred to after {commands!r}")
    (row,) = rpc.call("res.partner.category", "read", [new], ["name"])
    same(row["name"], "Zz anders", "what command 1 wrote")


@pytest.mark.promise("bz-whole-calls", writes=True)
def test_a_call_that_fails_halfway_leaves_nothing(rpc: RpcClient, ground: Ground) -> None:
    good = ground.line("Zz half", "8000", 1, 1.0, ground.high)
    bad = ground.line("Zz half", "8000", 1, 1.0, ground.high)
    bad[2]["account_id"] = 4711_4711
    said = rpc.call("account.invoice", "create", {**ground.head(), "invoice_line": [good, bad]})
    if isinstance(said, int):
        broken("a line on an account that does not exist was taken")
    left = rpc.call("account.invoice.line", "search_count", [["name", "=", "Zz half"]])
    same(left, 0, "the lines left of it")


@pytest.mark.promise("bz-defaults")
def test_defaults_come_from_the_model_and_the_context(rpc: RpcClient) -> None:
    wanted = ["type", "state", "reference_type"]
    found = rpc.call("account.invoice", "default_get", wanted)
    plain = {"type": "out_invoice", "state": "draft", "reference_type": "none"}
    same(found, plain, "the defaults of an invoice")
    refund = rpc.call("account.invoice", "default_get", wanted, context={"type": "out_refund"})
    same(refund["type"], "out_refund", "the type that the context asks")
    named = rpc.call("res.partner", "default_get", ["name"], context={"default_name": "Zz"})
    same(named, {"name": "Zz"}, "a default of the context")


@pytest.mark.promise("bz-copy", writes=True)
def test_a_copy_is_a_draft_with_the_same_lines(rpc: RpcClient, ground: Ground) -> None:
    lines = [ground.line("Zz kopie", "8000", 2, 5.0, ground.high)]
    values = {**ground.head(), "date_invoice": "2017-10-19", "invoice_line": lines}
    copy = rpc.call("account.invoice", "copy", [rpc.call("account.invoice", "create", values)])
    if isinstance(copy, list):
        copy = copy[0]
    fields = ["state", "number", "date_invoice", "amount_untaxed", "invoice_line"]
    (row,) = rpc.call("account.invoice", "read", [copy], fields)
    found = (row["state"], row["number"], row["date_invoice"], row["amount_untaxed"])
    same(found, ("draft", False, False, 10.0), "state, number, date and amount of the copy")
    same(len(row["invoice_line"]), 1, "its lines")


WRONG: tuple[tuple[dict[str, Any], int, str], ...] = (
    ({"name": "Zz", "date": "gisteren"}, 1, 'invalid input syntax for type date: "gisteren"'),
    ({"name": {"a": 1}}, 1, "can't adapt type 'dict'"),
    ({"name": "Zz", "credit_limit": "veel"}, 1, "could not convert string to float: veel"),
    ({"name": "Zz", "type": "thuis"}, 2, 'The value "thuis" for the field "res.partner.type"'),
)


@pytest.mark.promise("bz-wrong-types", writes=True)
def test_a_value_of_the_wrong_type_is_refused(rpc: RpcClient) -> None:
    for values, code, part in WRONG:
        refused(rpc.call("res.partner", "create", values), code, part)
