"""What the server of the fakes makes of requests in chunks, whole and cut short."""

import socket
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import pytest
import requests

from fakes.fast_serve import FastServed, fast_serve
from fakes.serve import Served, serve
from fakes.wsgi import whole_body
from tests.ipv6 import needs_ipv6

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

HEAD = b"POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n"


class Asks:
    """An application that asks for much of a body, and keeps what it got."""

    def __init__(self) -> None:
        self.got: list[bytes | OSError] = []

    def __call__(
        self, environ: "WSGIEnvironment", start_response: "StartResponse"
    ) -> Iterable[bytes]:
        try:
            self.got.append(environ["wsgi.input"].read(1_000_000))
        except OSError as error:
            self.got.append(error)
        start_response("200 OK", [("Content-Length", "0")])
        return [b""]


@pytest.mark.parametrize("length", [b"5", b"FFFFF", b"F" * 40])
def test_a_chunk_that_is_cut_short_is_an_error_and_never_filled_up(length: bytes) -> None:
    asks = Asks()
    with serve(asks) as served:
        place = urlsplit(served.url)
        with socket.create_connection((place.hostname, place.port)) as raw:
            raw.sendall(HEAD + length + b"\r\nabc")
            raw.shutdown(socket.SHUT_WR)
            assert raw.recv(65536).startswith(b"HTTP/1.1 200 ")
    (got,) = asks.got
    assert isinstance(got, OSError), got
    assert str(got) == "the request ended within a chunk"


def test_what_comes_after_a_chunk_that_is_none_is_no_body() -> None:
    """Who looks at a body before the application must not leave it another."""
    asks = Asks()

    def looked_at(environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
        assert whole_body(environ) is None
        return asks(environ, start_response)

    with serve(looked_at) as served:
        place = urlsplit(served.url)
        with socket.create_connection((place.hostname, place.port)) as raw:
            raw.sendall(HEAD + b"3\r\nabc\r\nno chunk\r\n4\r\nevil\r\n0\r\n\r\n")
            raw.shutdown(socket.SHUT_WR)
            assert raw.recv(65536).startswith(b"HTTP/1.1 200 ")
    (got,) = asks.got
    assert isinstance(got, OSError), got


def test_what_comes_in_chunks_is_put_together() -> None:
    asks = Asks()
    parts = [b"a" * 70_000, b"b", b"c" * 3]
    with serve(asks) as served:
        assert requests.post(served.url, data=iter(parts), timeout=10).status_code == 200
    assert asks.got == [b"".join(parts)]


@needs_ipv6
@pytest.mark.parametrize("server", [serve, fast_serve])
def test_an_address_of_ipv6_is_served_and_stands_in_brackets(
    server: "Callable[[WSGIApplication, str], Served | FastServed]",
) -> None:
    asks = Asks()
    with server(asks, "::1") as served:
        assert served.url.startswith("http://[::1]:")
        assert requests.post(served.url, data=iter([b"he", b"re"]), timeout=20).ok
    assert asks.got == [b"here"]
