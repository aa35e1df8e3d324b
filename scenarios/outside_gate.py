"""The way of an outside coupling to both services: it sees each of its calls, and can be shut.

Between the steps in which a coupling moves, the gate is shut: what the program asks meanwhile waits
until the next such step, so that a story means the same for a program that polls all the time.
"""

import io
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

import requests

from fakes.bizzcloud.faulting import operation_named as shop_operation
from fakes.eboekhouden.soap import operation_named as books_operation
from fakes.faults import Break, BrokenConnection, Kind
from fakes.serve import hold_until_client_leaves
from fakes.wsgi import call
from scenarios.wire_log import WireLog

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

OperationOf = Callable[["WSGIEnvironment", bytes], str | None]


class Gate:
    """Counts the calls of one program and holds them while it is shut.

    `news` is told of everything that a waiting runner may want to know.
    """

    def __init__(self, news: threading.Condition, log: WireLog | None) -> None:
        self._news = news
        self._log = log
        self._open = False
        self._life = 0
        self._held = 0
        self._under_way: list[str] = []
        self._last_end: float | None = None

    def before_shop(self, application: "WSGIApplication") -> "WSGIApplication":
        """Return Bizzcloud behind the gate."""
        return self._before(application, shop_operation)

    def before_books(self, application: "WSGIApplication") -> "WSGIApplication":
        """Return e-Boekhouden behind the gate."""
        return self._before(application, books_operation)

    @contextmanager
    def opened(self) -> Iterator[None]:
        """Let calls through meanwhile."""
        with self._news:
            self._open = True
            self._news.notify_all()
        try:
            yield
        finally:
            with self._news:
                self._open = False

    def forget(self) -> None:
        """Break the calls that are held: the program that made them is gone."""
        with self._news:
            self._life += 1
            self._under_way.clear()
            self._last_end = None
            self._news.notify_all()

    @property
    def held(self) -> int:
        """How many calls wait for the gate to open."""
        return self._held

    @property
    def under_way(self) -> list[str]:
        """The operations that have not been answered yet."""
        return list(self._under_way)

    @property
    def last_end(self) -> float | None:
        """When the program's last call ended, as `time.monotonic` has it; None before the first."""
        return self._last_end

    def _before(
        self, application: "WSGIApplication", operation_of: OperationOf
    ) -> "WSGIApplication":
        def answer(environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
            length = environ.get("CONTENT_LENGTH") or "0"
            if not length.isdecimal() or len(length) > 7:
                return application(environ, start_response)
            body = environ["wsgi.input"].read(int(length))
            operation = operation_of(environ, body) or f"{environ['REQUEST_METHOD']} of a page"
            life = self._enter(operation)
            try:
                return self._passed(application, environ, body, start_response)
            finally:
                self._leave(operation, life)

        return answer

    def _enter(self, operation: str) -> int:
        with self._news:
            life = self._life
            self._held += 1
            self._news.notify_all()
            self._news.wait_for(lambda: self._open or self._life != life)
            self._held -= 1
            if self._life != life:
                raise BrokenConnection(Break.RESET)
            self._under_way.append(operation)
            return life

    def _leave(self, operation: str, life: int) -> None:
        with self._news:
            if self._life == life:
                self._under_way.remove(operation)
                self._last_end = time.monotonic()
                self._news.notify_all()

    def _passed(
        self,
        application: "WSGIApplication",
        environ: "WSGIEnvironment",
        body: bytes,
        start_response: "StartResponse",
    ) -> Iterable[bytes]:
        fresh = {**environ, "wsgi.input": io.BytesIO(body), "CONTENT_LENGTH": str(len(body))}
        begun = time.perf_counter()
        waiting = [] if self._log is None else self._log.waiting()

        def keep(outcome: str, response: bytes) -> None:
            if self._log is not None:
                left = self._log.waiting()
                struck = ", ".join(fault.kind for fault in waiting if fault not in left)
                seconds = time.perf_counter() - begun
                self._log.keep(
                    "coupling", struck, _request(environ, body), seconds, outcome, response
                )

        try:
            code, reason, headers, content = call(application, fresh)
        except BrokenConnection as broken:
            if broken.how is Break.HANGS:
                # The program waits for an answer all this time, so it is not at rest.
                hold_until_client_leaves(environ["werkzeug.socket"])
            keep(_OUTCOMES[broken.how], b"")
            raise BrokenConnection(Break.RESET) from broken
        keep(str(code), content)
        start_response(f"{code} {reason}", headers)
        return [content]


_OUTCOMES = {
    Break.REFUSED: str(Kind.REFUSED),
    Break.RESET: "ConnectionError",
    Break.HANGS: "ReadTimeout",
}


def _request(environ: "WSGIEnvironment", body: bytes) -> requests.PreparedRequest:
    """Return a request as its sender made it, for the log."""
    made = requests.PreparedRequest()
    made.method = environ["REQUEST_METHOD"]
    query = environ.get("QUERY_STRING")
    host = environ.get("HTTP_HOST") or environ["SERVER_NAME"]
    made.url = f"http://{host}{environ.get('PATH_INFO', '')}{f'?{query}' if query else ''}"
    action = environ.get("HTTP_SOAPACTION")
    made.headers = requests.structures.CaseInsensitiveDict({"SOAPAction": action} if action else {})
    made.body = body
    return made
