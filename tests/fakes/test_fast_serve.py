"""The fast server answers, keeps to its limits, and is gone when it is closed."""

import socket
import threading
from collections.abc import Iterable, Iterator
from contextlib import suppress
from typing import TYPE_CHECKING
from urllib.parse import SplitResult, urlsplit

import pytest
import requests

from fakes.fast_connection import LARGEST_BODY
from fakes.fast_serve import FastServed, fast_serve

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


def test_a_server_that_is_closed_as_soon_as_it_is_opened_ends() -> None:
    for _ in range(300):
        fast_serve(echo).close()


def test_a_server_ends_while_clients_go_on_connecting_and_keep_their_connections() -> None:
    for _ in range(25):
        served = fast_serve(echo)
        place = urlsplit(served.url)
        kept: list[socket.socket] = []

        def connect(place: SplitResult = place, kept: list[socket.socket] = kept) -> None:
            with suppress(OSError):
                while True:
                    kept.append(socket.create_connection((place.hostname, place.port), timeout=10))
                    kept[-1].sendall(b"GET / HTTP/1.1\r\nHost: x\r\n\r\n")

        client = threading.Thread(target=connect)
        client.start()
        while not kept and client.is_alive():
            client.join(0.001)
        served.close()
        client.join()
        for connection in kept:
            connection.close()


def said(served: FastServed, *parts: bytes) -> bytes:
    """Return everything that is answered to bytes that come in parts."""
    place = urlsplit(served.url)
    with socket.create_connection((place.hostname, place.port), timeout=10) as raw:
        for part in parts:
            raw.sendall(part)
        raw.shutdown(socket.SHUT_WR)
        return b"".join(iter(lambda: raw.recv(65536), b""))


def test_requests_in_a_row_and_in_pieces_are_answered_in_order(served: FastServed) -> None:
    first = b"POST /1 HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\n\r\nabc"
    second = b"GET /2 HTTP/1.1\r\nHost: x\r\n\r\n"
    last = b"GET /3 HTTP/1.0\r\nHost: x\r\n\r\n"
    answers = said(served, first + second + last + second).split(b"HTTP/1.1 200 OK\r\n")
    assert [answer.rpartition(b"\r\n")[2] for answer in answers] == [
        *(b"", b"/1  x 3", b"/2  x 0", b"/3  x 0")
    ]
    assert said(served, *(bytes([byte]) for byte in first)).endswith(b"/1  x 3")


def test_a_client_that_would_rather_speak_http_2_is_answered_in_http_1(served: FastServed) -> None:
    upgrade = b"Connection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nHTTP2-Settings: AA\r\n"
    head = b"POST / HTTP/1.1\r\nHost: x\r\n" + upgrade
    answer = said(served, head + b"Content-Length: 3\r\n\r\nabc")
    assert answer.startswith(b"HTTP/1.1 200 OK\r\n")
    assert answer.endswith(b" x 3")


def test_a_client_that_asks_on_and_never_reads_is_let_go() -> None:
    with fast_serve(large) as served:
        place = urlsplit(served.url)
        with socket.create_connection((place.hostname, place.port), timeout=10) as raw:
            raw.sendall(b"GET / HTTP/1.1\r\nHost: x\r\n\r\n" * 100)
            read = 0
            with suppress(ConnectionResetError):
                while part := raw.recv(1024 * 1024):
                    read += len(part)
        assert read < 50 * 1024 * 1024
        assert requests.get(served.url, timeout=5).status_code == 200


def large(environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
    start_response("200 OK", [])
    return [b"x" * 1024 * 1024]


def test_answers_that_are_not_read_in_time_are_let_go() -> None:
    with fast_serve(large, patience=0.3) as served:
        place = urlsplit(served.url)
        with (
            socket.create_connection((place.hostname, place.port), timeout=10) as deaf,
            socket.create_connection((place.hostname, place.port), timeout=10) as slow,
        ):
            deaf.sendall(b"GET / HTTP/1.1\r\nHost: x\r\n\r\n" * 7)
            slow.sendall(b"G")  # given up no sooner than the other
            assert slow.recv(100).startswith(b"HTTP/1.1 408")
            read = 0
            with suppress(ConnectionResetError):
                while part := deaf.recv(1024 * 1024):
                    read += len(part)
        assert read < 7 * 1024 * 1024


def test_answers_that_are_read_late_come_whole_and_the_next_too() -> None:
    with fast_serve(large) as served:
        place = urlsplit(served.url)
        with socket.create_connection((place.hostname, place.port), timeout=10) as late:
            late.sendall(b"GET / HTTP/1.1\r\nHost: x\r\n\r\n" * 6)
            requests.get(served.url, timeout=5)
            late.sendall(b"GET / HTTP/1.0\r\nHost: x\r\n\r\n")
            answers = b"".join(iter(lambda: late.recv(1024 * 1024), b""))
    assert answers.count(b"HTTP/1.1 200 OK") == 7
    assert answers.count(b"x") == 7 * 1024 * 1024


FIRST = b"GET /1 HTTP/1.1\r\nHost: x\r\n\r\n"


def test_the_beginning_of_a_request_that_came_with_another_is_not_waited_for_for_ever() -> None:
    with fast_serve(echo, patience=0.3) as served:
        place = urlsplit(served.url)
        with socket.create_connection((place.hostname, place.port), timeout=10) as raw:
            raw.sendall(FIRST + b"GET /2 HTT")
            told = b"".join(iter(lambda: raw.recv(65536), b""))
        assert told.endswith(b"408 Request Timeout")


def test_the_beginning_of_a_request_that_came_with_another_is_no_request(
    served: FastServed,
) -> None:
    assert said(served, FIRST + b"GET /2 HTT").endswith(b"400 Bad Request")


def asked(*parts: bytes) -> "WSGIEnvironment":
    """Return the environment of a request that is sent in parts."""
    seen: list[WSGIEnvironment] = []

    def application(environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
        seen.append(environ)
        return echo(environ, start_response)

    with fast_serve(application) as served:
        assert b" 200 " in said(served, *parts)
    (environ,) = seen
    return environ


CHUNKED = b"POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n1\r\na\r\n0\r\n"


def test_what_stands_in_a_trailer_is_no_header() -> None:
    environ = asked(CHUNKED + b"Host: evil\r\nSOAPAction: evil\r\nContent-Type: evil\r\n\r\n")
    assert "evil" not in map(str, environ.values())
    assert environ["HTTP_HOST"] == "x"


def test_a_header_with_an_underscore_does_not_pass_for_another() -> None:
    environ = asked(
        b"POST / HTTP/1.1\r\nHost: x\r\nContent_Type: evil\r\nX_Forwarded_Host: evil\r\n"
        b"Content_Length: 99\r\nContent-Length: 1\r\n\r\na"
    )
    assert environ["CONTENT_LENGTH"] == "1"
    assert not {"CONTENT_TYPE", "HTTP_CONTENT_TYPE", "HTTP_X_FORWARDED_HOST"} & set(environ)


def test_a_client_of_http_1_0_is_not_told_to_go_on(served: FastServed) -> None:
    for version, told in ((b"1.0", False), (b"1.1", True)):
        answer = said(
            served,
            b"POST / HTTP/" + version + b"\r\nHost: x\r\nExpect: 100-continue\r\n"
            b"Content-Length: 1\r\n\r\na",
        )
        assert answer.startswith(b"HTTP/1.1 100 Continue") == told


@pytest.mark.parametrize(
    ("sent", "status"),
    [
        (b"CONNECT x:1 HTTP/1.1\r\nHost: x\r\n\r\n", b"405"),
        (b"GET / HTTP/1.1\r\nHost: x\r\nX: " + b"a" * 400_000, b"431"),
        (b"GET / HTTP/1.1\r\nHost: x\r\nnonsense\r\n\r\n", b"400"),
        (b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\n\r\nabc", b"400"),
        (b"POST / HTTP/1.1\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n", b"400"),
    ],
)
def test_what_is_no_request_is_refused(served: FastServed, sent: bytes, status: bytes) -> None:
    assert said(served, sent).startswith(b"HTTP/1.1 " + status)


def test_an_address_as_a_proxy_is_asked_has_its_path(served: FastServed) -> None:
    answer = said(served, b"GET http://x/soap?a=1 HTTP/1.1\r\nHost: x\r\n\r\n")
    assert answer.endswith(b"/soap a=1 x 0")


def test_a_failure_of_the_application_is_a_500_and_logged(caplog: pytest.LogCaptureFixture) -> None:
    def broken(environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
        raise ValueError("a defect")

    with fast_serve(broken) as served:
        assert requests.get(f"{served.url}/x", timeout=5).status_code == 500
    assert [record.message for record in caplog.records] == ["the application failed at /x"]
