"""The page under `koppeling serve` that shows every call as it is made."""

import json
from datetime import UTC, datetime
from typing import Any

import pytest
import requests
import zeep
from werkzeug.test import Client

from fakes.bizzcloud.fake import BizzcloudFake
from fakes.eboekhouden.fake import EboekhoudenFake
from fakes.inprocess import session
from fakes.inprocess_zeep import WsgiTransport
from scenarios.reporting import live
from scenarios.reporting.live import KEPT, LiveLog, LiveTimeline
from scenarios.wire import log
from scenarios.wire.log import introduce
from scenarios.wire.rpc import Rpc

BOOKS, SHOP = "http://books.test", "http://shop.test"


class House:
    """Both stand-ins with a log around them, and the page of it."""

    def __init__(self) -> None:
        self.books, self.shop = EboekhoudenFake(), BizzcloudFake()
        self.codes = self.books.open_administration("Demo BV").credentials
        self.log = LiveLog(lambda: datetime(2017, 10, 19, 9, tzinfo=UTC))
        self.at = {
            BOOKS: self.log.watching(self.books.wsgi, "e-Boekhouden", "client"),
            SHOP: self.log.watching(self.shop.wsgi, "Bizzcloud", "client"),
        }
        secrets = {
            "user": [self.codes.username],
            "secret": [
                self.codes.security_code_1,
                self.codes.security_code_2,
                self.shop.password,
            ],
        }
        self.page = Client(LiveTimeline(self.log, secrets))

    def rpc(self) -> Rpc:
        """Return a client of the shop."""
        return Rpc(session(self.at), SHOP, self.shop.database, "admin", "admin")

    def open_session(self) -> str:
        """Open a session at the books; return it."""
        service = zeep.Client(f"{BOOKS}/soap.asmx?wsdl", transport=WsgiTransport(self.at)).service
        codes = self.codes
        opened = service.OpenSession(
            codes.username, codes.security_code_1, codes.security_code_2, "test"
        )
        return str(opened.SessionID)

    def told(self, path: str) -> Any:
        """Return what the page's script is told."""
        answer = self.page.get(path)
        assert answer.status_code == 200, answer.text
        return json.loads(answer.text)


@pytest.fixture
def house() -> House:
    return House()


def test_the_page_needs_nothing_from_elsewhere(house: House) -> None:
    text = house.page.get("/").text

    assert "<title>Koppeling: calls</title>" in text
    assert "http://" not in text
    assert "https://" not in text


def test_calls_are_told_once_each_and_only_the_new_ones(house: House) -> None:
    house.rpc()
    first = house.told("/calls")
    house.open_session()
    second = house.told(f"/calls?after={first['newest']}")

    assert [call["operation"] for call in first["calls"]] == ["common.authenticate"]
    assert [call["operation"] for call in second["calls"]] == ["GET /soap.asmx?wsdl", "OpenSession"]
    assert {call["party"] for call in second["calls"]} == {"client"}
    assert second["calls"][-1]["clock"] == "19-10-2017 11:00:00"


def test_the_bytes_of_a_call_are_shown_without_what_is_secret(house: House) -> None:
    rpc = house.rpc()
    rpc.call("res.partner", "create", {"name": "Bakkerij Zonnebloem", "email": "bak@zonnebloem.nl"})
    rpc.call("res.partner", "search", [["name", "=", "Bakkerij Zonnebloem"]])
    opened = house.open_session()

    shown = ""
    for call in house.told("/calls")["calls"]:
        shown += json.dumps(house.told(f"/calls/{call['number']}"))

    codes = house.codes
    assert "OpenSession" in shown
    assert "create" in shown
    for secret in (codes.security_code_1, codes.security_code_2, codes.username, opened):
        assert secret not in shown
    for secret in ("Zonnebloem", "zonnebloem", "<string>admin<"):
        assert secret not in shown


def test_a_token_in_an_address_is_not_shown(house: House) -> None:
    session(house.at).get(f"{BOOKS}/autologin?token=hush-hush-hush")

    call = house.told("/calls")["calls"][0]
    assert call["operation"] == "GET /autologin?…"
    assert "hush" not in json.dumps(house.told(f"/calls/{call['number']}"))


def test_a_fault_tells_what_it_led_to_when_more_is_known(house: House) -> None:
    house.books.faults.add("answer lost", "OpenSession")
    with pytest.raises(requests.ConnectionError):
        house.open_session()
    (before,) = house.told("/calls")["led"].items()
    house.open_session()
    (after,) = house.told("/calls")["led"].items()

    assert before == (
        "2",
        "The client got: connection reset. It asked nothing more of e-Boekhouden.",
    )
    assert after[1].endswith("Next it asked e-Boekhouden for OpenSession (call 3).")


def test_looks_that_find_nothing_new_push_nothing_out(house: House) -> None:
    rpc = house.rpc()
    rpc.call("res.partner", "create", {"name": "Klant"})
    for _ in range(KEPT + 5):
        rpc.call("res.partner", "search", [["name", "=", "Niemand"]])

    told = house.told("/calls")
    assert [call["operation"] for call in told["calls"]] == [
        "common.authenticate",
        "res.partner.create",
        "res.partner.search",
    ]
    assert told["repeats"] == {"3": KEPT + 4}


def test_what_is_kept_of_long_calls_has_an_end(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(log, "MOST_BYTES", 100_000)
    client = session(house.at)
    for number in range(9):
        client.post(f"{BOOKS}/soap.asmx", data=f"{number}" + "x" * 30_000)
    assert [call.number for call in house.log.calls] == [7, 8, 9]
    client.post(f"{BOOKS}/soap.asmx", data="y" * 200_000)
    assert [call.number for call in house.log.calls] == [10]


STRANGE = {
    "a host that is none": ({"Host": "[x"}, b"<a/>"),
    "a reference to an entity": ({}, b'<!DOCTYPE a [<!ENTITY x "y">]><Envelope>&x;</Envelope>'),
    "deep JSON": ({"Content-Type": "application/json"}, b"[" * 100_000),
    "JSON with a very large number": (
        {"Content-Type": "application/json"},
        b"[" + b"9" * 5000 + b"]",
    ),
    "deep JSON that ends": ({"Content-Type": "application/json"}, b"[" * 900 + b"]" * 900),
}


@pytest.mark.parametrize(("headers", "body"), STRANGE.values(), ids=STRANGE)
def test_a_strange_call_is_answered_as_without_the_log(
    house: House, headers: dict[str, str], body: bytes
) -> None:
    plain = {BOOKS: house.books.wsgi, SHOP: house.shop.wsgi}
    for address in (f"{BOOKS}/soap.asmx", f"{SHOP}/xmlrpc/2/common", f"{SHOP}/jsonrpc"):
        answers = [
            session(at).post(address, data=body, headers=headers) for at in (house.at, plain)
        ]
        assert answers[0].status_code == answers[1].status_code
        assert answers[0].text == answers[1].text
    for call in house.told("/calls")["calls"]:
        house.told(f"/calls/{call['number']}")


def test_a_number_that_no_call_can_have_is_not_there(house: House) -> None:
    house.rpc()
    for number in ("9" * 5000, "٣", "01"):
        assert house.page.get(f"/calls/{number}").status_code == 404


def test_repeats_of_calls_that_are_forgotten_are_forgotten(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(live, "KEPT", 10)
    client = session(house.at)
    for number in range(100):
        for _ in range(2):
            client.post(f"{BOOKS}/soap.asmx", data=f"{number}")
        assert house.log.repeats[number + 1] == 1
        assert len(house.log.repeats) <= 20


def test_an_answer_that_changed_is_a_call_of_its_own(house: House) -> None:
    rpc = house.rpc()
    looked = ("res.partner", "search", [["name", "=", "Klant"]])
    rpc.call(*looked)
    rpc.call("res.partner", "create", {"name": "Klant"})
    rpc.call(*looked)

    told = house.told("/calls")
    assert [call["operation"] for call in told["calls"]].count("res.partner.search") == 2
    assert told["repeats"] == {}


def test_a_program_of_ours_is_called_by_its_name(house: House) -> None:
    introduce(carrier := session(house.at), "coupling").get(f"{BOOKS}/soap.asmx")

    (call,) = house.told("/calls")["calls"]
    assert call["party"] == "coupling"
    carrier.close()


@pytest.mark.parametrize(
    ("method", "path", "host", "status"),
    [
        ("GET", "/", "evil.example", 403),
        ("GET", "/calls", "evil.example:8071", 403),
        ("POST", "/", "localhost", 405),
        ("GET", "/calls/17", "localhost", 404),
        ("GET", "/calls/x", "localhost", 404),
        ("GET", "/etc/passwd", "localhost", 404),
    ],
)
def test_what_is_not_for_others_is_refused(
    house: House, method: str, path: str, host: str, status: int
) -> None:
    assert house.page.open(path, method=method, headers={"Host": host}).status_code == status
