"""A story is replayed with a Bizzcloud that is not ours as the shop: safely, by its own words."""

import io
import json
import os
import random
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from contracts.sandbox import GuardError
from scenarios.cli import koppeling
from scenarios.language.story import Story
from scenarios.replaying.replay import differences
from scenarios.replaying.story import How, plan
from tests.scenarios.replay_shop import (
    DyingShop,
    Sandbox,
    everything,
    sandbox,
)
from tests.scenarios.replay_target import Dying, Interrupted, library

STORIES = (
    "cancelled_before_booking",
    "credit_note",
    "draft_stays_out",
    "live",
    "product_with_another_rate",
    "reverse_charge",
    "split_payment",
    "till_day",
    "waiting_receipt_without_customer",
    "wrong_password",
)
EVERYTHING_WRITES = 43
MOMENTS = 2 * int(os.environ.get("REPLAY_KILLS", "3"))


@pytest.mark.parametrize("name", STORIES)
def test_a_story_goes_in_a_shop_that_does_as_the_stand_in_does(name: str, tmp_path: Path) -> None:
    there = sandbox(tmp_path)
    assert there.replayed(library(name)) == []
    assert there.doubles() == []
    assert there.held().get("account.invoice", 0) + there.held().get("pos.order", 0) > 0


def test_documents_have_the_storys_days_and_the_runs_numbers_on_a_server_with_its_own(
    tmp_path: Path,
) -> None:
    """The server's own day is another one, and none of its numbers is used up by an invoice."""
    there = sandbox(tmp_path)
    assert there.replayed(everything(tmp_path)) == []
    invoices = there.tables["account.invoice"].rows.values()
    numbered = [row for row in invoices if row["internal_number"]]
    assert len(numbered) == 6
    assert all(row["internal_number"].startswith("KR") for row in numbered)
    assert {row["date_invoice"] for row in numbered} == {"2026-10-18", "2026-10-19"}
    receipts = there.tables["pos.order"].rows.values()
    assert {row["date_order"][:10] for row in receipts} == {"2026-10-19"}
    assert all(row["name"].startswith("KR") for row in receipts)
    of_journals = [row for row in there.tables["ir.sequence"].rows.values() if row["prefix"]]
    used = {row["prefix"] for row in of_journals if row["number_next"] != 1}
    assert used.isdisjoint({"F/%(year)s/", "SCNJ/%(year)s/", "EXJ/%(year)s/"})
    (paid,) = there.people().call("account.invoice", "search_read", [["residual", "=", 58.9]])
    (line,) = there.people().call("account.move.line", "read", paid["payment_ids"], ["date"])
    assert line["date"] == "2026-10-19"


def test_what_others_have_in_the_shop_is_neither_touched_nor_booked(tmp_path: Path) -> None:
    there = sandbox(tmp_path)
    foreign = _others(there)
    before = {model: dict(there.tables[model].rows[record]) for model, record in foreign.items()}
    prepared = there.prepared(everything(tmp_path), there.config(foreign_documents=True))
    assert differences(prepared, there.play(prepared)) == []
    for model, record in foreign.items():
        assert there.tables[model].rows[record] == before[model]
    assert all(code.startswith("KR") for code in there.books.administration.relations)
    assert all(mark.startswith("KR") for mark in there.books.marks())


def _others(there: Sandbox) -> dict[str, int]:
    """Make a customer, a product and an invoice that are somebody else's; return their ids."""
    rpc = there.people()
    partner = rpc.call("res.partner", "create", {"name": "Andermans klant", "ref": "A1"})
    product = rpc.call("product.product", "create", {"name": "Koffie", "list_price": 2.5})
    (account,) = rpc.call("account.account", "search", [["code", "=", "8020"]])
    (owed,) = rpc.call("account.account", "search", [["type", "=", "receivable"]])
    (journal,) = rpc.call("account.journal", "search", [["type", "=", "sale"]])
    line = [0, 0, {"name": "Taart", "account_id": account, "quantity": 1, "price_unit": 10.0}]
    values = {"partner_id": partner, "account_id": owed, "journal_id": journal}
    invoice = rpc.call("account.invoice", "create", {**values, "invoice_line": [line]})
    rpc.signal("account.invoice", "invoice_open", invoice)
    return {"res.partner": partner, "product.product": product, "account.invoice": invoice}


def test_two_runs_of_one_story_do_not_take_each_others_documents(tmp_path: Path) -> None:
    there = sandbox(tmp_path)
    assert there.replayed(everything(tmp_path)) == []
    once = there.held()["account.invoice"]
    head = json.loads((tmp_path / "journal.jsonl").read_text("utf-8").splitlines()[0])
    there.folder = tmp_path / "again"
    there.folder.mkdir()
    (there.folder / "journal.jsonl").write_text(json.dumps({**head, "prefix": "KRZZZZ"}) + "\n")
    assert there.replayed(everything(tmp_path)) == []
    assert there.held()["account.invoice"] == 2 * once


# --- refused before the first write ---------------------------------------------------------


def _renamed(model: str, field: str, was: str) -> Callable[[Sandbox], None]:
    """Return what takes a record of the shop away from where a story looks for it."""

    def change(there: Sandbox) -> None:
        rpc = there.people()
        found = rpc.call(model, "search", [[field, "=", was]])
        assert found
        rpc.call(model, "write", found, {field: "Zz anders"})

    return change


def _written(model: str, domain: list[Any], values: dict[str, Any]) -> Callable[[Sandbox], None]:
    def change(there: Sandbox) -> None:
        rpc = there.people()
        rpc.call(model, "write", rpc.call(model, "search", domain), values)

    return change


def _till_opened(there: Sandbox) -> None:
    there.people().call("pos.session", "create", {"config_id": 1})


def _nothing(_there: Sandbox) -> None:
    return


def _foreign(there: Sandbox) -> None:
    _others(there)


@pytest.mark.parametrize(
    ("change", "config", "sentence"),
    [
        (_nothing, {"sandboxes": []}, "The config's sandboxes do not say which database"),
        (_nothing, {"sandboxes": ["mycompany"]}, "Add [[bizzcloud.sandboxes]]"),
        (
            _nothing,
            {"sandboxes": [{"database": "mycompany", "company": "Echte BV", "uuid": "x"}]},
            "is called 'Bakkerij Demo'; the config's sandboxes have 'Echte BV'",
        ),
        (
            _nothing,
            {"sandboxes": [{"database": "mycompany", "company": "Bakkerij Demo", "uuid": "0"}]},
            "is not the one that the config names: its uuid there is '",
        ),
        (
            _nothing,
            {
                "sandboxes": [
                    {"database": "mycompany", "company": "Bakkerij Demo", "vat_number": "NL1"}
                ]
            },
            "its company's VAT number ''",
        ),
        (_nothing, {"password": "wrong"}, "Bizzcloud does not let 'admin' in"),
        (_nothing, {"database": "other"}, 'database "other" does not exist'),
        (_nothing, {"writes": 42}, "makes 43 writes in Bizzcloud, and the config allows 42"),
        (_foreign, {}, "Bizzcloud holds 1 invoices and receipts that no replay made."),
        (
            _renamed("account.tax", "description", "21% BTW"),
            {},
            "There is no sales tax with the name or code '21% BTW'",
        ),
        (_renamed("account.account", "code", "8011"), {}, "There is no ledger account 8011"),
        (_renamed("account.journal", "name", "PIN"), {}, "There is no payment journal called"),
        (
            _written("account.journal", [["type", "=", "sale_refund"]], {"type": "general"}),
            {},
            "There is no journal of sales refunds",
        ),
        (
            _written("account.period", [["code", "=", "10/2026"]], {"state": "done"}),
            {},
            "No open period holds 18-10-2026",
        ),
        (
            _written("account.journal", [["name", "=", "Kas"]], {"cash_control": True}),
            {},
            "has its cash counted, which a person does",
        ),
        (_till_opened, {}, "The till is open in Bizzcloud: session Main/00001."),
    ],
)
def test_a_replay_that_may_not_write_is_refused_before_the_first_write(
    change: Callable[[Sandbox], None], config: dict[str, Any], sentence: str, tmp_path: Path
) -> None:
    there = sandbox(tmp_path)
    change(there)
    before = there.held()
    with pytest.raises(GuardError) as refused:
        there.prepared(everything(tmp_path), there.config(**config))
    assert sentence in str(refused.value)
    assert there.held() == before
    assert not there.books.administration.relations


def test_without_write_nothing_is_asked_of_either_service(tmp_path: Path) -> None:
    there = sandbox(tmp_path)
    with pytest.raises(GuardError, match="Nothing is written without --write"):
        there.prepared(everything(tmp_path), write=False)


def test_a_copy_of_the_database_is_told_from_it(tmp_path: Path) -> None:
    """A copy has company, VAT number and all else of the first; its uuid is another."""
    there = sandbox(tmp_path)
    named = there.named()
    there.shop.add_database("mycompany")
    with pytest.raises(GuardError, match="is not the one that the config names"):
        there.prepared(everything(tmp_path), there.config(sandboxes=[named]))


def test_a_sandbox_can_be_named_by_its_vat_number(tmp_path: Path) -> None:
    there = sandbox(tmp_path)
    there.people().call("res.partner", "write", [1], {"vat": "NL123456782B90"})
    named = {"database": "mycompany", "company": "Bakkerij Demo", "vat_number": "NL123456782B90"}
    prepared = there.prepared(library("credit_note"), there.config(sandboxes=[named]))
    assert differences(prepared, there.play(prepared)) == []


IMPOSSIBLE = {
    "paid_by_bank": "step 4 (advance)",
    "restored_backup": "(backup)",
    "cash_in_and_out": "(cash)",
    "broken_reading": "a real service cannot be made to fail",
    "accounts_both_ways": "it would bring ledger accounts to a real Bizzcloud",
    "hole_in_the_numbers": "(numbering)",
    "waiting_payment_journal": "(payment journal)",
    "waiting_payment_typed_over": "(edit receipt)",
    "waiting_product_without_account": "a product without an account",
    "waiting_total_typed_over": "only a module of the shop writes over a total",
    "sequence_that_restarts": "(restore)",
}


@pytest.mark.parametrize("name", IMPOSSIBLE)
def test_a_step_that_no_real_shop_can_play_is_refused_by_its_line(
    name: str, tmp_path: Path
) -> None:
    there = sandbox(tmp_path)
    before = there.held()
    with pytest.raises(GuardError) as refused:
        there.prepared(library(name))
    assert IMPOSSIBLE[name] in str(refused.value)
    assert f"{name}.story.yaml:" in str(refused.value)
    assert there.held() == before


def test_the_plan_tells_what_a_person_does_in_bizzcloud() -> None:
    lines = plan(library("vouchers"), "KR0000", real_shop=True)
    told = [line.told for line in lines if line.how is How.PERSON]
    assert any(text.startswith("Accounting > Configuration > Accounts: account") for text in told)
    stand_in = plan(library("vouchers"), "KR0000")
    assert not any("Accounting" in line.told for line in stand_in)


# --- what a person does ---------------------------------------------------------------------


def test_a_ledger_account_is_made_by_a_person_and_asked_for_again_until_it_is_there(
    tmp_path: Path,
) -> None:
    there = sandbox(tmp_path)
    story = library("vouchers")
    asked: list[str] = []
    prepared = there.prepared(story, asked=asked)
    (broke,) = differences(prepared, there.play(prepared))
    assert "Bizzcloud has no ledger account 1750" in broke
    assert [text for text in asked if "in Bizzcloud" in text] == [
        "in Bizzcloud: Accounting > Configuration > Accounts: account 1750 Uitgegeven "
        "cadeaubonnen, type Liability"
    ]
    (kind,) = there.people().call("account.account.type", "search", [["name", "=", "Liability"]])
    account = {"code": "1750", "name": "Uitgegeven cadeaubonnen", "type": "other"}
    there.people().call("account.account", "create", {**account, "user_type": kind})
    again = there.prepared(story, asked=asked)
    assert differences(again, there.play(again)) == []
    assert there.doubles() == []


# --- differences ----------------------------------------------------------------------------


def test_a_shop_that_rounds_otherwise_is_named_by_document_and_field(tmp_path: Path) -> None:
    there = sandbox(tmp_path)
    company = {"tax_calculation_rounding_method": "round_globally"}
    there.people().call("res.company", "write", [1], company)
    found = there.replayed(library("small_lines"))
    assert any(
        "F/2026/0001 in Bizzcloud: amount_tax on the fake '0.07', there '0.10'" in told
        for told in found
    ), found
    assert any("F/2026/0001 in the books: on the fake " in told for told in found), found


def test_a_tax_of_another_rate_is_named(tmp_path: Path) -> None:
    there = sandbox(tmp_path)
    found = there.people().call("account.tax", "search", [["description", "=", "21% BTW"]])
    there.people().call("account.tax", "write", found, {"amount": 0.19})
    told = there.replayed(library("credit_note"))
    assert any("amount_tax on the fake '17.35', there '15.70'" in text for text in told), told


def test_a_shop_that_keeps_its_own_numbers_is_named(tmp_path: Path) -> None:
    """A server that would not take an invoice's number books it under another."""
    there = sandbox(tmp_path)
    inner = there.shop.wsgi

    def stubborn(environ: Any, start_response: Any) -> Any:
        length = int(environ["CONTENT_LENGTH"])
        body = environ["wsgi.input"].read(length)
        own = body.replace(b"<name>internal_number</name>", b"<name>supplier_invoice_number</name>")
        changed = own if b"<string>write</string>" in body else body
        more = {"wsgi.input": io.BytesIO(changed), "CONTENT_LENGTH": str(len(changed))}
        return inner({**environ, **more}, start_response)

    found = there.replayed(library("two_vat_rates"), shop=stubborn)
    assert any("number on the fake 'KR" in told and "there 'F/2026/0001'" in told for told in found)


def test_a_refusal_of_the_shop_is_named_with_the_step(tmp_path: Path) -> None:
    there = sandbox(tmp_path)
    story = library("credit_note")
    prepared = there.prepared(story)
    found = there.people().call("account.account", "search", [["code", "=", "8020"]])
    there.people().call("account.account", "write", found, {"code": "8029"})
    (told,) = differences(prepared, there.play(prepared))
    assert "step 2 (invoice)" in told
    assert "Bizzcloud has no account.account whose code is '8020'" in told
    there.people().call("account.account", "write", found, {"code": "8020"})
    again = there.resumed(prepared)
    assert differences(again, there.play(again)) == []
    assert there.doubles() == []


def test_what_was_refused_last_is_tried_again_when_it_was_mended(tmp_path: Path) -> None:
    there = sandbox(tmp_path)
    prepared = there.prepared(everything(tmp_path))
    journals = there.people().call("account.journal", "search", [["type", "=", "sale"]])
    there.people().call("account.journal", "write", journals, {"update_posted": False})
    for _ in range(2):
        broken = there.resumed(prepared)
        found = differences(broken, there.play(broken))
        assert "step 4 (edit)" in found[-1]
    there.people().call("account.journal", "write", journals, {"update_posted": True})
    again = there.resumed(prepared)
    assert differences(again, there.play(again)) == []
    assert there.doubles() == []
    assert len(there.tables["account.invoice"].rows) == 7


# --- interrupted ----------------------------------------------------------------------------


def _interrupted_everywhere(
    story: Story, tmp_path: Path, moments: Callable[[int, int], list[tuple[str, int, bool]]]
) -> int:
    """Break a replay off at moments of either service, go on, and look for what is there twice."""
    whole = sandbox(tmp_path)
    prepared = whole.prepared(story)
    shop, books = DyingShop(whole.shop.wsgi), Dying(whole.books)
    counted = whole.resumed(prepared, shop)
    assert differences(counted, whole.play(counted, books)) == []
    expected = whole.held()
    chosen = moments(shop.calls, books.calls)
    for place, (side, call, before) in enumerate(chosen):
        folder = tmp_path / str(place)
        folder.mkdir()
        there = sandbox(folder)
        dying = DyingShop(there.shop.wsgi, call if side == "shop" else None, before=before)
        carrier = Dying(there.books, call if side == "books" else None, before=before)
        with pytest.raises(Interrupted):
            there.play(there.resumed(prepared, dying), carrier)
        again = there.resumed(prepared)
        where = f"{'before' if before else 'after'} call {call} of {side}"
        assert differences(again, there.play(again)) == [], where
        assert there.doubles() == [], where
        assert there.held() == expected, where
    return len(chosen)


def test_a_replay_that_broke_off_goes_on_without_making_a_document_twice(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Broken off before a call is made, or after it and before its answer is known."""
    chance = random.Random(8)

    def moments(shop: int, books: int) -> list[tuple[str, int, bool]]:
        sides = {"shop": shop, "books": books}
        chosen = [chance.choice(["shop", "shop", "books"]) for _ in range(MOMENTS)]
        return [(side, chance.randint(1, sides[side]), chance.random() < 0.3) for side in chosen]

    broken = _interrupted_everywhere(everything(tmp_path), tmp_path, moments)
    with capsys.disabled():
        print(f"\nreplay with a real Bizzcloud, broken off {broken} times: 0 documents made twice")
    assert broken == MOMENTS


def test_a_shop_that_is_further_on_than_its_journal_is_not_gone_on_with(tmp_path: Path) -> None:
    there = sandbox(tmp_path)
    prepared = there.prepared(everything(tmp_path))
    there.play(prepared)
    lines = (tmp_path / "journal.jsonl").read_text("utf-8").splitlines(keepends=True)
    lost = next(line for line in lines if line.startswith('{"shop read": "account.tax'))
    (tmp_path / "journal.jsonl").write_text("".join(line for line in lines if line != lost))
    held = there.held()
    again = there.resumed(prepared)
    (told,) = differences(again, there.play(again))
    assert "The replay goes otherwise than its journal" in told
    assert there.held() == held


def test_the_limit_of_writes_holds_over_all_passes(tmp_path: Path) -> None:
    """The limit is looked at beforehand; the gate keeps to it also where the story took more."""
    there = sandbox(tmp_path)
    prepared = there.prepared(everything(tmp_path))
    assert prepared.shop is not None
    shop = prepared.shop.shop
    narrow = replace(shop, settings=shop.settings.model_copy(update={"writes": 20}))
    for _ in range(2):
        again = there.resumed(replace(prepared, shop=replace(prepared.shop, shop=narrow)))
        (told,) = differences(again, there.play(again))
        assert "The run has made the 20 writes in Bizzcloud that the config allows." in told
        assert again.journal.shop.sent == 20
    whole = there.resumed(prepared)
    assert differences(whole, there.play(whole)) == []
    assert whole.journal.shop.sent == EVERYTHING_WRITES


# --- the command ----------------------------------------------------------------------------


def test_the_command_tells_what_each_step_is_and_what_would_be_sent(tmp_path: Path) -> None:
    there = sandbox(tmp_path)
    config = tmp_path / "sandbox.toml"
    config.write_text(_toml(there, "http://127.0.0.1:1"), "utf-8")
    run = CliRunner()
    told = run.invoke(koppeling, ["replay", "cash_in_and_out", "--target", str(config), "--check"])
    assert told.exit_code == 1, told.output
    assert "impossible" in told.output
    assert "dates cash put in or taken out by its own day" in told.output


def _toml(there: Sandbox, url: str) -> str:
    codes = there.books.fake.sessions.logins[0].credentials
    return (
        f'name = "Demo"\n[eboekhouden]\nsoap = "{url}/soap.asmx"\nusername = "{codes.username}"\n'
        f'security_code_1 = "{codes.security_code_1}"\n'
        f'security_code_2 = "{codes.security_code_2}"\n[bizzcloud]\nurl = "{url}"\n'
        'database = "mycompany"\nlogin = "admin"\npassword = "admin"\n'
    )
