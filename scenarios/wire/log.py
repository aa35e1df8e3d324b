"""Keeps the calls that the parties of a story make: who asked whom what, how long, what came back.

The log stands around the services' own WSGI applications, so it sees every call of every program
in every language, in process and over sockets, and what was made to go wrong with it. Programs
that are ours say who they are in their User-Agent.
"""

import threading
import time
from collections import deque
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING
from urllib.parse import quote, urlsplit

from contracts.recording.calls import operation_of
from contracts.recording.recordings import Exchange, Request, Response, unpacked
from fakes.faults import STRUCK, Break, BrokenConnection
from fakes.wsgi import call, whole_body
from scenarios.wire.documents import documents_in

if TYPE_CHECKING:
    import requests
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

LARGEST_BODY = 4 * 1024 * 1024
"""Larger requests are answered, but their bodies are not kept."""

MOST_BYTES = 64 * 1024 * 1024
"""So much is kept of what was said, by a log that keeps the newest calls only."""

UNSEEN = (".css", ".ico", ".png", ".svg", ".js")
"""What a browser fetches for a page by itself is no call."""

NO_ANSWER = {
    Break.REFUSED: "connection refused",
    Break.RESET: "connection reset",
    Break.HANGS: "no answer",
}
"""What a caller gets when a connection breaks, in words."""

_AGENT = "koppeling "


@dataclass(frozen=True)
class WireCall:
    """One call over the wire."""

    number: int
    """Its place in the log, from 1."""
    step: int
    """The number of the step in which it was made; 0 is the setting up."""
    party: str
    """Who calls: people, coupling, judge, or who else there is."""
    service: str
    """Who is called: Bizzcloud, e-Boekhouden, or the coupling."""
    operation: str
    at: datetime
    """On the story's clock, in UTC."""
    outcome: str
    """The HTTP status, or what the caller got instead of an answer."""
    fault: str
    """What was made to go wrong with it, "" for nothing."""
    documents: tuple[str, ...]
    """The numbers of the invoices and receipts that it names."""
    exchange: Exchange
    """The bytes both ways, with the real time; secrets are in it until it was redacted."""


class WireLog:
    """The calls so far, in order; the oldest go when there are more than `keep`, or too long."""

    def __init__(self, now: Callable[[], datetime], keep: int | None = None) -> None:
        self._now = now
        self._lock = threading.Lock()
        self._count = 0
        self.step = 0
        self._keep = keep
        self._bytes = 0
        self._calls: deque[WireCall] = deque()

    @property
    def calls(self) -> tuple[WireCall, ...]:
        """The calls that are kept, the oldest first."""
        with self._lock:
            return tuple(self._calls)

    def watching(
        self, application: "WSGIApplication", service: str, caller: str = "coupling"
    ) -> "WSGIApplication":
        """Return the application of a service with its calls kept.

        `caller` is who calls when a program does not say that it is one of ours.
        """
        return _Watched(application, service, caller, self)

    def keep(self, party: str, service: str, exchange: Exchange, at: datetime, fault: str) -> None:
        """Keep one call."""
        operation = operation_of(exchange.request)
        outcome = exchange.broken if exchange.response is None else str(exchange.response.status)
        documents = documents_in(operation, exchange)
        with self._lock:
            self._count += 1
            self._calls.append(
                WireCall(
                    self._count,
                    self.step,
                    party,
                    service,
                    operation,
                    at,
                    outcome,
                    fault,
                    documents,
                    exchange,
                )
            )
            self._bytes += _size(exchange)
            self._forget_the_oldest()

    def _forget_the_oldest(self) -> None:
        if self._keep is None:
            return
        while len(self._calls) > self._keep or (self._bytes > MOST_BYTES and len(self._calls) > 1):
            self._bytes -= _size(self._calls.popleft().exchange)

    def now(self) -> datetime:
        """Return the moment on the story's clock."""
        return self._now()


def _size(exchange: Exchange) -> int:
    response = exchange.response
    return len(exchange.request.body) + (len(response.body) if response is not None else 0)


def introduce(session: "requests.Session", party: str) -> "requests.Session":
    """Let a session's calls be known as those of a party; return the session."""
    session.headers["User-Agent"] = f"{_AGENT}{party}"
    return session


class _Watched:
    """An application whose calls are kept in a log."""

    def __init__(
        self, application: "WSGIApplication", service: str, caller: str, log: WireLog
    ) -> None:
        self._application = application
        self._service = service
        self._caller = caller
        self._log = log

    def __call__(
        self, environ: "WSGIEnvironment", start_response: "StartResponse"
    ) -> Iterable[bytes]:
        if environ.get("PATH_INFO", "").endswith(UNSEEN):
            return self._application(environ, start_response)
        request = _request(environ)
        at, began, ticks = self._log.now(), datetime.now(UTC), time.perf_counter()
        response, broken = None, "the service failed"
        try:
            status, reason, headers, body = call(self._application, environ)
            kept = _wsdl(body) if request.url.lower().endswith("?wsdl") else unpacked(headers, body)
            response = Response(status, reason, tuple(headers), kept)
        except BrokenConnection as wrong:
            broken = NO_ANSWER[wrong.how]
            raise
        finally:
            seconds = time.perf_counter() - ticks
            told = "" if response is not None else broken
            agent = str(environ.get("HTTP_USER_AGENT", ""))
            self._log.keep(
                agent.removeprefix(_AGENT) if agent.startswith(_AGENT) else self._caller,
                self._service,
                Exchange(0, request, response, began, seconds, told),
                at,
                str(environ.get(STRUCK, "")),
            )
        start_response(f"{status} {reason}", headers)
        return [body]


def _wsdl(body: bytes) -> bytes:
    """Return what is kept instead of the WSDL, which is long and always the same."""
    return f"(the WSDL, {len(body)} bytes)".encode()


def _request(environ: "WSGIEnvironment") -> Request:
    """Read a request from its environment, and put its body back for the application."""
    headers = tuple(
        (name.removeprefix("HTTP_").replace("_", "-").title(), str(value))
        for name, value in environ.items()
        if name.startswith("HTTP_") or (name == "CONTENT_TYPE" and value)
    )
    body = whole_body(environ) or b""
    if len(body) > LARGEST_BODY:
        body = b""
    path = quote(str(environ.get("PATH_INFO", "/")).encode("latin-1"))
    query = environ.get("QUERY_STRING", "")
    host = environ.get("HTTP_HOST") or environ.get("SERVER_NAME", "")
    if not _is_host(host):
        host = environ.get("SERVER_NAME", "")
    url = f"{environ['wsgi.url_scheme']}://{host}{path}{'?' if query else ''}{query}"
    return Request(environ["REQUEST_METHOD"], url, headers, unpacked(headers, body))


def _is_host(name: str) -> bool:
    """Tell whether a Host header can stand in an address."""
    try:
        urlsplit(f"http://{name}/")
    except ValueError:
        return False
    return True
