"""Pushes and the activation: what the coupling hears, when, and how often."""

from datetime import timedelta

import pytest
import requests

from fakes.bizzcloud.activation import NOT_CONFIGURED, UNREACHABLE, Codes
from fakes.bizzcloud.fake import BizzcloudFake
from fakes.bizzcloud.push import Courier
from fakes.bizzcloud.signing import signature
from fakes.clock import SettableClock
from fakes.serve import serve
from tests.fakes.bizzcloud.shop import Caller, Coupling, unreachable

CODES = Codes("demo", "0" * 32, "9B0C9E7E-0000-0000-0000-000000000000")


def test_the_signature_is_that_of_the_documented_example() -> None:
    assert signature("geheim", "1508403600", b'{"a": 1}') == (
        "4a342628aebbfb514790d2e9bfc580dfbef6a9235adac71be80b6a49452178fe"
    )


def test_an_opened_invoice_is_pushed_by_name_only(
    fake: BizzcloudFake, caller: Caller, coupling: Coupling
) -> None:
    fake.pushes.begin(fake.database, coupling.address)
    invoice = caller.invoice({"price_unit": 82.64})
    assert fake.pushes.deliver_due() == 1
    assert coupling.pushes == [("account.invoice", invoice, "opened")]
    _, message = coupling.heard[0]
    assert set(message) == {"database", "model", "id", "event", "delivery"}
    assert fake.pushes.waiting == []


def test_what_matters_of_partners_accounts_and_the_workflow_is_pushed(
    fake: BizzcloudFake, caller: Caller, coupling: Coupling
) -> None:
    fake.pushes.begin(fake.database, coupling.address)
    partner = caller.partner("Bakkerij de Groot")
    caller.call("res.partner", "write", [partner], {"comment": "belt vaak"})
    caller.call("account.account", "write", [460], {"name": "Taarten"})
    invoice = caller.invoice({"price_unit": 10}, partner=partner)
    (credit,) = caller.call("account.invoice", "refund", [invoice])
    caller.signal("account.invoice", "invoice_open", credit)
    caller.signal("account.invoice", "invoice_cancel", invoice)
    fake.pushes.deliver_due()
    assert coupling.pushes == [
        ("res.partner", partner, "changed"),
        ("account.account", 460, "changed"),
        ("account.invoice", invoice, "opened"),
        ("account.invoice", invoice, "refunded"),
        ("account.invoice", credit, "opened"),
        ("account.invoice", invoice, "cancelled"),
    ]


def test_nothing_is_pushed_of_a_call_that_fails(
    fake: BizzcloudFake, caller: Caller, coupling: Coupling
) -> None:
    fake.pushes.begin(fake.database, coupling.address)
    caller.fault("res.partner", "create", {"name": "Fout BV", "vat": "NL000000000B00"})
    assert fake.pushes.waiting == []


def test_a_push_that_is_not_taken_comes_again_later_and_later(
    fake: BizzcloudFake, caller: Caller, coupling: Coupling, clock: SettableClock
) -> None:
    fake.pushes.begin(fake.database, coupling.address)
    coupling.status = "503 Service Unavailable"
    caller.invoice({"price_unit": 10})
    tried = []
    for second in range(16):
        before = len(coupling.heard)
        fake.pushes.deliver_due()
        if len(coupling.heard) > before:
            tried.append(second)
        clock.advance(timedelta(seconds=1))
    assert tried == [0, 1, 3, 7, 15]
    coupling.status = "200 OK"
    clock.advance(timedelta(minutes=10))
    assert fake.pushes.deliver_due() == 1
    assert len({message["delivery"] for _, message in coupling.heard}) == 1


def test_pushes_can_come_twice_and_out_of_order(
    fake: BizzcloudFake, caller: Caller, coupling: Coupling
) -> None:
    fake.pushes.begin(fake.database, coupling.address)
    first, second = caller.invoice({"price_unit": 1}), caller.invoice({"price_unit": 2})
    fake.pushes.deliver_due(twice=True, newest_first=True)
    assert [identifier for _, identifier, _ in coupling.pushes] == [second, second, first, first]


def test_a_coupling_that_cannot_be_reached_loses_no_push(
    fake: BizzcloudFake, caller: Caller, coupling: Coupling, clock: SettableClock
) -> None:
    reachable = fake.pushes.http
    fake.pushes.begin(fake.database, coupling.address)
    fake.pushes.http = unreachable()
    caller.invoice({"price_unit": 10})
    assert fake.pushes.deliver_due() == 0
    fake.pushes.http = reachable
    clock.advance(timedelta(seconds=1))
    assert fake.pushes.deliver_due() == 1


def test_the_activation_links_and_then_changes_are_pushed(
    fake: BizzcloudFake, caller: Caller, coupling: Coupling
) -> None:
    coupling.answers["/activation/link"] = {
        "ok": True,
        "message": "De koppeling met Demo BV is nu actief.",
        "administration": "Demo BV",
        "state": "active",
    }
    caller.partner("Te vroeg BV")
    answer = fake.activation.link(fake.database, 1, CODES)
    assert (answer.ok, answer.administration, answer.state) == (True, "Demo BV", "active")
    ((path, asked),) = coupling.heard
    assert asked.pop("delivery")
    assert (path, asked) == (
        "/activation/link",
        {
            "ask": "link",
            "database": "mycompany",
            "company": 1,
            "username": "demo",
            "security_code_1": "0" * 32,
            "security_code_2": "9B0C9E7E-0000-0000-0000-000000000000",
        },
    )
    partner = caller.partner("Op tijd BV")
    fake.pushes.deliver_due()
    assert coupling.pushes == [("res.partner", partner, "changed")]
    fake.activation.unlink(fake.database, 1)
    caller.partner("Te laat BV")
    assert fake.pushes.waiting == []


def test_a_refused_link_pushes_nothing(
    fake: BizzcloudFake, caller: Caller, coupling: Coupling
) -> None:
    coupling.answers["/activation/link"] = {"ok": False, "message": "De codes kloppen niet."}
    answer = fake.activation.link(fake.database, 1, CODES)
    assert (answer.ok, answer.message) == (False, "De codes kloppen niet.")
    assert not fake.pushes.is_active(fake.database)


@pytest.mark.parametrize("answer", [{"ok": True}, [], {"message": "Goed."}])
def test_an_answer_that_is_none_counts_as_out_of_reach(
    fake: BizzcloudFake, coupling: Coupling, answer: dict[str, object]
) -> None:
    coupling.answers["/activation/test"] = answer
    assert fake.activation.test(fake.database, 1, CODES).message == UNREACHABLE


def test_without_a_coupling_the_activation_says_so(fake: BizzcloudFake) -> None:
    assert fake.activation.state(fake.database, 1).message == NOT_CONFIGURED


def test_a_courier_delivers_over_a_socket_by_itself(caller: Caller) -> None:
    fake = caller.fake
    coupling = Coupling(fake)
    fake.pushes.http = requests.Session()
    with serve(coupling) as served:
        fake.pushes.begin(fake.database, fake.connect(served.url, coupling.secret))
        courier = Courier(fake.pushes)
        partner = caller.partner("Bakkerij de Groot")
        assert coupling.arrived.wait(10), "nothing arrived within ten seconds"
        courier.close()
    assert coupling.pushes == [("res.partner", partner, "changed")]
