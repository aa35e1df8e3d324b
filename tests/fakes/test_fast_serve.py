"""The fast server answers, keeps to its limits, and is gone when it is closed."""

import socket
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import pytest
import requests

from fakes.fast_serve import LARGEST_BODY, FastServed, fast_serve

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIEnvironment


def echo(environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
    body: bytes = environ["wsgi.input"].read(int(environ["CONTENT_LENGTH"]))
    answer = " ".join(
        [environ["PATH_INFO"], environ["QUERY_STRING"], environ["HTTP_HOST"], str(len(body))]
    ).encode("latin-1")
    start_response("200 OK", [("Content-Length", str(len(answer)))])
    return [answer]


@pytest.fixture
def served() -> Iterator[FastServed]:
    with fast_serve(echo) as made:
        yield made


def test_path_query_host_and_body_reach_the_application(served: FastServed) -> None:
    answer = requests.post(f"{served.url}/caf%C3%A9?a=1%202", data=b"12345", timeout=5)
    host = served.url.removeprefix("http://")
    assert answer.content == f"/café a=1%202 {host} 5".encode()


def test_a_body_in_chunks_is_read_whole(served: FastServed) -> None:
    answer = requests.post(served.url, data=iter([b"123", b"45"]), timeout=5)
    assert answer.text.endswith(" 5")


def test_a_body_that_is_too_large_is_refused_said_or_not(served: FastServed) -> None:
    parts = iter([b"x" * 1024 * 1024] * 5)
    assert requests.post(served.url, data=parts, timeout=5).status_code == 413
    place = urlsplit(served.url)
    with socket.create_connection((place.hostname, place.port)) as raw:
        raw.sendall(b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 99999999999\r\n\r\nabc")
        assert raw.recv(100).startswith(b"HTTP/1.1 413")
    assert LARGEST_BODY == 4 * 1024 * 1024


def test_a_body_that_does_not_come_is_given_up_while_others_are_answered() -> None:
    with fast_serve(echo, patience=0.3) as served:
        place = urlsplit(served.url)
        with socket.create_connection((place.hostname, place.port)) as slow:
            slow.sendall(b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\nabc")
            assert requests.get(served.url, timeout=5).status_code == 200
            assert slow.recv(100).startswith(b"HTTP/1.1 408")


def test_a_taken_port_is_an_error_and_a_closed_one_is_free_again(served: FastServed) -> None:
    port = int(served.url.rsplit(":", 1)[1])
    with pytest.raises(OSError, match="in use"):
        fast_serve(echo, port=port)
    served.close()
    with pytest.raises(requests.ConnectionError):
        requests.get(served.url, timeout=5)
    served.close()
    with fast_serve(echo, port=port) as again:
        assert requests.get(again.url, timeout=5).status_code == 200
