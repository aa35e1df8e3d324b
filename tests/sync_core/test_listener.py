"""What Bizzcloud calls: signed, fresh, once; everything else is refused and does nothing."""

import json
import random
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from sync_core.documents import Model
from sync_core.listener import LONGEST_BODY, Activation, Answer, create_listener
from sync_core.signatures import SIGNATURE_HEADER, TIME_HEADER, WINDOW, Gate, NotFromBizzcloud, sign

SECRET = b"geheim"
NOW = datetime(2017, 10, 19, 9, tzinfo=UTC)
PUSH = {"database": "mycompany", "model": "account.invoice", "id": 17, "event": "opened"}


class DeskThatNotes:
    """Notes what it was asked."""

    def __init__(self) -> None:
        self.pushed: list[tuple[str, str, int]] = []
        self.asked: list[tuple[str, Activation]] = []

    def push(self, database: str, model: Model, record: int) -> None:
        self.pushed.append((database, model, record))

    def test(self, activation: Activation) -> Answer:
        return self._note("test", activation)

    def link(self, activation: Activation) -> Answer:
        return self._note("link", activation)

    def unlink(self, activation: Activation) -> Answer:
        return self._note("unlink", activation)

    def state(self, activation: Activation) -> Answer:
        return self._note("state", activation)

    def _note(self, what: str, activation: Activation) -> Answer:
        self.asked.append((what, activation))
        return Answer(True, "De koppeling is nu actief.", "Demo BV", "active")


class Caller:
    """Calls the listener as Bizzcloud does."""

    def __init__(self) -> None:
        self.desk = DeskThatNotes()
        self.now = NOW
        self.app = create_listener(self.desk, SECRET, lambda: self.now)
        self.client: FlaskClient = self.app.test_client()

    def post(self, path: str, values: Any, **changes: Any) -> TestResponse:
        body = changes.get("body", json.dumps(values).encode())
        time = changes.get("time", str(int(self.now.timestamp())))
        signature = changes.get("signature", sign(changes.get("secret", SECRET), time, body))
        headers = {TIME_HEADER: time, SIGNATURE_HEADER: signature}
        return self.client.post(path, data=body, headers=headers)


def test_the_signature_is_the_documented_one() -> None:
    expected = "4a342628aebbfb514790d2e9bfc580dfbef6a9235adac71be80b6a49452178fe"
    assert sign(b"geheim", "1508403600", b'{"a": 1}') == expected


def test_a_signed_push_is_taken_and_answered_at_once() -> None:
    caller = Caller()
    assert caller.post("/push", PUSH).status_code == 202
    assert caller.desk.pushed == [("mycompany", "account.invoice", 17)]


@pytest.mark.parametrize(
    ("changes", "status"),
    [
        ({"secret": b"other"}, 401),
        ({"signature": ""}, 401),
        ({"signature": "é"}, 401),
        ({"time": ""}, 401),
        ({"time": "nu"}, 401),
        ({"time": "٣"}, 401),
        ({"time": str(int((NOW - WINDOW).timestamp()) - 1)}, 401),
        ({"time": str(int((NOW + WINDOW).timestamp()) + 1)}, 401),
        ({"time": "9" * 12}, 401),
        ({"time": "9" * 400}, 401),
        ({"body": b"no json"}, 400),
        ({"body": b"[" * 4000}, 400),
        ({"body": b"[]"}, 400),
        ({"body": b"\xff\xfe"}, 400),
        ({"body": b"{" + b" " * LONGEST_BODY + b"}"}, 413),
    ],
)
def test_what_is_not_rightly_signed_or_not_understood_does_nothing(
    changes: dict[str, Any], status: int
) -> None:
    caller = Caller()
    answer = caller.post("/push", PUSH, **changes)
    assert answer.status_code == status
    assert answer.data == b""
    assert caller.desk.pushed == []


@pytest.mark.parametrize(
    "wrong",
    [
        {"model": "res.users"},
        {"model": ["account.invoice"]},
        {"id": 0},
        {"id": -1},
        {"id": 2**31},
        {"id": True},
        {"id": "17"},
        {"id": 1.0},
        {"database": None},
        {"database": "x" * 201},
    ],
    ids=str,
)
def test_a_signed_push_of_nonsense_is_refused(wrong: dict[str, Any]) -> None:
    caller = Caller()
    assert caller.post("/push", PUSH | wrong).status_code == 400
    assert caller.desk.pushed == []


def test_a_replayed_request_is_refused_and_a_newly_signed_repeat_taken() -> None:
    caller = Caller()
    assert caller.post("/push", PUSH).status_code == 202
    assert caller.post("/push", PUSH).status_code == 401
    caller.now += timedelta(seconds=1)
    assert caller.post("/push", PUSH).status_code == 202
    assert len(caller.desk.pushed) == 2


def test_an_activation_waits_for_its_answer() -> None:
    caller = Caller()
    form = {
        "database": "mycompany",
        "company": 1,
        "username": "demo",
        "security_code_1": "een",
        "security_code_2": "twee",
    }
    for what in ("test", "link", "unlink", "state"):
        answer = caller.post(f"/activation/{what}", form | {"ask": what})
        assert answer.json == {
            "ok": True,
            "message": "De koppeling is nu actief.",
            "administration": "Demo BV",
            "state": "active",
        }
    assert [what for what, _ in caller.desk.asked] == ["test", "link", "unlink", "state"]
    activation = caller.desk.asked[0][1]
    assert activation.security_code_1 == "een"
    assert "een" not in repr(activation)
    assert caller.post("/activation/other", form | {"ask": "other"}).status_code == 404
    caller.now += timedelta(seconds=1)
    turned = caller.post("/activation/unlink", form | {"ask": "state"})
    assert turned.status_code == 400, "a request signed for one thing is good for no other"


def test_what_is_remembered_against_replay_is_forgotten_when_it_is_too_old() -> None:
    gate = Gate(SECRET)
    for second in range(0, 1200, 10):
        now = NOW + timedelta(seconds=second)
        time = str(int(now.timestamp()))
        gate.admit(time, sign(SECRET, time, b""), b"", now)
    assert len(gate._seen) <= 32
    with pytest.raises(ValueError, match="needs a secret"):
        Gate(b"")


def test_five_thousand_hostile_requests_do_nothing() -> None:
    """Mutations of a right request, each with something wrong; none is let in, none stays long."""
    chance = random.Random(20171019)
    caller = Caller()
    right = json.dumps(PUSH).encode()
    time = str(int(NOW.timestamp()))
    signature = sign(SECRET, time, right)
    statuses = set()
    for _ in range(5000):
        body, stamp, signed = bytearray(right), time, signature
        for _ in range(chance.randint(1, 3)):
            what = chance.choice(["body", "time", "signature", "long", "cut", "path"])
            if what == "body" and body:
                body[chance.randrange(len(body))] ^= 1 << chance.randrange(8)
            elif what == "time":
                stamp = chance.choice(["", "0", "-1", stamp + "0", "1e9", "NaN", "٣" * 3])
            elif what == "signature":
                signed = chance.choice(["", "0" * 64, signed[:-1], signed.upper(), "é" * 64])
            elif what == "long":
                body += b" " * chance.choice([1, 100, LONGEST_BODY])
            elif what == "cut" and body:
                del body[chance.randrange(len(body)) :]
        path = chance.choice(["/push", "/activation/link", "/activation/", "/", "/push/../push"])
        changed = (bytes(body), stamp, signed) != (right, time, signature)
        if not changed:
            body = bytearray(b"{}")
        answer = caller.post(path, None, body=bytes(body), time=stamp, signature=signed)
        statuses.add(answer.status_code)
        assert answer.status_code in (400, 401, 404, 405, 413)
        assert b"Traceback" not in answer.data
    assert 401 in statuses
    assert caller.desk.pushed == []
    assert caller.desk.asked == []
    assert len(Gate(SECRET)._seen) == 0


def test_a_header_of_another_kind_is_no_signature() -> None:
    with pytest.raises(NotFromBizzcloud, match="not signed"):
        Gate(SECRET).admit(None, None, b"", NOW)
