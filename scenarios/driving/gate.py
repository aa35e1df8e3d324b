"""The way of an outside coupling to both services: it sees each of its calls, and can be shut.

Between the steps in which a coupling moves, the gate is shut: what the program asks meanwhile waits
until the next such step, so that a story means the same for a program that polls all the time.
"""

import threading
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from fakes.bizzcloud.faulting import operation_named as shop_operation
from fakes.eboekhouden.soap import operation_named as books_operation
from fakes.faults import Break, BrokenConnection
from fakes.serve import hold_until_client_leaves
from fakes.wsgi import call, whole_body

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

OperationOf = Callable[["WSGIEnvironment", bytes], str | None]


class Gate:
    """Counts the calls of one program and holds them while it is shut.

    `news` is told of everything that a waiting runner may want to know; `struck` is called when a
    fault has broken a call, before the program can know it.
    """

    def __init__(
        self, news: threading.Condition, struck: Callable[[], None] = lambda: None
    ) -> None:
        self._news = news
        self._struck = struck
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
            body = whole_body(environ)
            if body is None:
                return application(environ, start_response)
            operation = operation_of(environ, body) or f"{environ['REQUEST_METHOD']} of a page"
            life = self._enter(operation)
            try:
                return self._passed(application, environ, start_response)
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
        start_response: "StartResponse",
    ) -> Iterable[bytes]:
        try:
            code, reason, headers, content = call(application, environ)
        except BrokenConnection as broken:
            self._struck()
            if broken.how is Break.HANGS:
                # The program waits for an answer all this time, so it is not at rest.
                hold_until_client_leaves(environ["werkzeug.socket"])
            raise BrokenConnection(Break.RESET) from broken
        start_response(f"{code} {reason}", headers)
        return [content]
