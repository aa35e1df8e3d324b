"""Serves a WSGI application fast, on a socket of this machine, in a thread of this process.

The application is called on one event loop (uvloop's, which wakes at half the cost), one request at
a time, and its state stays in this process. An application that waits for its own callers while it
answers is served by `fakes.serve` instead.
"""

import asyncio
import threading
from types import TracebackType
from typing import TYPE_CHECKING, Self

import uvloop

from fakes.fast_connection import Connection
from fakes.listening import listening, url_of

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIApplication

SECONDS_FOR_REQUEST = 20.0


class FastServed:
    """A server that is answering; `url` is its address. Closing it ends it at once."""

    def __init__(
        self, application: "WSGIApplication", host: str, port: int, patience: float
    ) -> None:
        self._listening = listening(host, port)
        place: tuple[str, int] = (host, self._listening.getsockname()[1])
        self.url = url_of(*place)
        self._application, self._place, self._patience = application, place, patience
        self._connections: set[Connection] = set()
        self._ending = asyncio.Event()
        self._loop = uvloop.new_event_loop()
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._thread.start()

    def close(self) -> None:
        """Stop answering and give the port back; closing twice is no error."""
        if self._thread.is_alive():
            self._loop.call_soon_threadsafe(self._ending.set)
            self._thread.join()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.close()

    def _run(self) -> None:
        asyncio.set_event_loop(self._loop)
        self._loop.run_until_complete(self._answer_until_the_end())
        self._loop.close()

    async def _answer_until_the_end(self) -> None:
        server = await self._loop.create_server(self._connected, sock=self._listening)
        self._give_up_the_slow()
        await self._ending.wait()
        server.close()
        for connection in list(self._connections):
            connection.abort()
        await server.wait_closed()

    def _connected(self) -> Connection:
        return Connection(
            self._application,
            self._place,
            self._patience,
            self._loop.time,
            self._connections,
            self._ending.is_set,
        )

    def _give_up_the_slow(self) -> None:
        """Let go of requests that have not arrived in time; look again a little later.

        One look at all connections now and then costs less than a timer for each request.
        """
        now = self._loop.time()
        for connection in list(self._connections):
            if connection.due is not None and connection.due < now:
                connection.give_up()
        self._loop.call_later(min(1.0, self._patience / 4), self._give_up_the_slow)


def fast_serve(
    application: "WSGIApplication",
    host: str = "127.0.0.1",
    port: int = 0,
    *,
    patience: float = SECONDS_FOR_REQUEST,
) -> FastServed:
    """Serve an application; port 0 takes any free one. Raises OSError when the port is taken.

    `patience` is how many seconds a request may take to arrive.
    """
    return FastServed(application, host, port, patience)
