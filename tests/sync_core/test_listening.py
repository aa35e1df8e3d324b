"""The listener on a real socket: slow, huge and broken senders hold up nobody."""

import socket
from collections.abc import Iterator
from datetime import UTC, datetime
from urllib.parse import urlsplit

import pytest
import requests

from sync_core.adapters.listening import CannotListen, listening
from sync_core.listener import create_listener
from sync_core.signatures import SIGNATURE_HEADER, TIME_HEADER, sign
from tests.ipv6 import needs_ipv6
from tests.sync_core.test_listener import PUSH, SECRET, DeskThatNotes

NOW = datetime(2017, 10, 19, 9, tzinfo=UTC)


class Served:
    """A listener that is being served."""

    def __init__(self, url: str, desk: DeskThatNotes) -> None:
        self.url = url
        self.desk = desk
        parts = urlsplit(url)
        self.place = (parts.hostname or "", parts.port or 0)

    def push(self, record: int) -> int:
        body = requests.Request("POST", self.url, json={**PUSH, "id": record}).prepare().body
        assert isinstance(body, bytes)
        time = str(int(NOW.timestamp()))
        headers = {TIME_HEADER: time, SIGNATURE_HEADER: sign(SECRET, time, body)}
        answer = requests.post(f"{self.url}/push", data=body, headers=headers, timeout=20)
        return answer.status_code


@pytest.fixture
def served() -> Iterator[Served]:
    desk = DeskThatNotes()
    with listening(create_listener(desk, SECRET, lambda: NOW), "127.0.0.1", 0) as url:
        yield Served(url, desk)


def test_a_push_comes_in_while_twenty_slow_senders_hold_their_connections(served: Served) -> None:
    slow = [socket.create_connection(served.place) for _ in range(20)]
    for each in slow:
        each.sendall(b"POST /push HTTP/1.1\r\nHost: x\r\nContent-Length: 500\r\n\r\n{")
    assert served.push(17) == 202
    assert served.desk.pushed == [("mycompany", "account.invoice", 17)]
    for each in slow:
        each.close()


@pytest.mark.parametrize(
    "request_bytes",
    [
        b"POST /push HTTP/1.1\r\nHost: x\r\nContent-Length: 999999999\r\n\r\n",
        b"POST /push HTTP/1.1\r\nHost: x\r\nContent-Length: -1\r\n\r\n",
        b"POST /push HTTP/1.1\r\nHost: x\r\n" + b"A: b\r\n" * 20000 + b"\r\n",
        b"\x00\xff\x00\xff" * 100 + b"\r\n\r\n",
        b"POST /push HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
    ],
    ids=["huge", "negative", "endless headers", "no HTTP", "bad chunk"],
)
def test_a_hostile_request_is_refused_and_the_next_push_comes_in(
    served: Served, request_bytes: bytes
) -> None:
    with socket.create_connection(served.place, timeout=20) as hostile:
        hostile.sendall(request_bytes)
        answer = hostile.recv(200)
    assert not answer or answer.split(b" ")[1].startswith((b"4", b"5"))
    assert served.push(18) == 202
    assert served.desk.pushed == [("mycompany", "account.invoice", 18)]


def test_a_port_that_is_taken_is_a_sentence(served: Served) -> None:
    app = create_listener(served.desk, SECRET, lambda: NOW)
    with pytest.raises(CannotListen, match="cannot listen at"), listening(app, *served.place):
        pass


@needs_ipv6
def test_pushes_come_over_ipv6_too() -> None:
    desk = DeskThatNotes()
    with listening(create_listener(desk, SECRET, lambda: NOW), "::1", 0) as url:
        assert Served(url, desk).push(17) == 202
