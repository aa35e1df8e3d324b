"""Serves a WSGI application fast, on a socket of this machine, in a thread of this process.

Granian reads and writes HTTP in Rust; the application is called on one event loop (uvloop's, which
wakes at half the cost), one request at a time, and its state stays in this process. A connection
that is broken on demand (see `fakes.faults`) is really cut or really hangs. An application that
waits for its own callers while it answers is served by `fakes.serve` instead.
"""

import asyncio
import io
import os
import socket
import threading
import time
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any, Self

import uvloop
from granian.constants import HTTPModes, Interfaces
from granian.http import HTTP1Settings
from granian.server.embed import Server

from fakes.faults import Break, BrokenConnection
from fakes.wsgi import call

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIApplication, WSGIEnvironment

LARGEST_BODY = 4 * 1024 * 1024
SECONDS_FOR_BODY = 20.0
SECONDS_TO_START = 10
SECONDS_TO_STOP = 5


class _TooLargeError(Exception):
    """The request is larger than any application here takes."""


class FastServed:
    """A server that is answering; `url` is its address. Closing it ends it within a second."""

    def __init__(
        self, application: "WSGIApplication", host: str, port: int, patience: float
    ) -> None:
        self._patience = patience
        self._host, self._port = host, port or _free_port(host)
        _refuse_taken_port(host, self._port)
        self.url = f"http://{host}:{self._port}"
        self._application = application
        self._loop = uvloop.new_event_loop()
        self._server: Any = None
        self._reading: dict[asyncio.Task[Any] | None, float] = {}
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._thread.start()
        self._wait_until_it_answers()

    def close(self) -> None:
        """Stop answering and give the port back; closing twice is no error."""
        deadline = time.monotonic() + SECONDS_TO_STOP
        while self._thread.is_alive() and time.monotonic() < deadline:
            # Granian forgets a stop that comes while it is still starting, so it is said again.
            with suppress(RuntimeError):  # the loop may have been closed just now
                self._loop.call_soon_threadsafe(self._server.stop)
            self._thread.join(0.05)

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
        self._loop.run_until_complete(self._serve())
        self._loop.close()

    def _give_up_the_slow(self) -> None:
        """Let go of requests whose body has not come in time; looks again a little later.

        One look at all of them now and then costs less than a timer for each.
        """
        now = self._loop.time()
        for reading, due in list(self._reading.items()):
            if reading is not None and due < now:
                reading.cancel()
        self._loop.call_later(min(1.0, self._patience / 4), self._give_up_the_slow)

    async def _serve(self) -> None:
        self._give_up_the_slow()
        self._server = Server(
            self._answer,
            address=self._host,
            port=self._port,
            interface=Interfaces.RSGI,
            http=HTTPModes.http1,
            http1_settings=HTTP1Settings(header_read_timeout=10_000, max_buffer_size=65_536),
            websockets=False,
            log_enabled=False,
        )
        await self._server.serve()

    def _wait_until_it_answers(self) -> None:
        deadline = time.monotonic() + SECONDS_TO_START
        while True:
            try:
                socket.create_connection((self._host, self._port), timeout=1).close()
            except OSError as wrong:
                if time.monotonic() > deadline or not self._thread.is_alive():
                    raise OSError(f"nothing answers at {self.url}") from wrong
                time.sleep(0.005)
            else:
                return

    async def _answer(self, scope: Any, protocol: Any) -> None:
        reading = asyncio.current_task()
        self._reading[reading] = self._loop.time() + self._patience
        try:
            body = await _body(scope, protocol)
        except _TooLargeError:
            protocol.response_str(413, [("content-type", "text/plain")], "Request too large")
            return
        except asyncio.CancelledError:
            protocol.response_str(408, [("content-type", "text/plain")], "Request too slow")
            return
        except RuntimeError:  # granian has it so when the client left in the middle
            protocol.response_str(400, [("content-type", "text/plain")], "Request cut short")
            return
        finally:
            self._reading.pop(reading, None)
        try:
            status, _, headers, content = call(
                self._application, _environment(scope, body, self._host, self._port)
            )
        except BrokenConnection as broken:
            if broken.how is Break.HANGS:
                await protocol.client_disconnect()
            else:
                _cut(scope.client, self._port)
            status, headers, content = 500, [], b""  # to nobody
        protocol.response_bytes(status, headers, content)


async def _body(scope: Any, protocol: Any) -> bytes:
    """Read a request's body, and no more of it than any application takes."""
    length = scope.headers.get("content-length")
    if length is not None and len(length) < 8 and int(length) <= LARGEST_BODY:
        whole: bytes = await protocol()
        return whole
    parts = bytearray()
    if length is not None:
        raise _TooLargeError
    async for part in protocol:
        parts += part
        if len(parts) > LARGEST_BODY:
            raise _TooLargeError
    return bytes(parts)


def _environment(scope: Any, body: bytes, host: str, port: int) -> "WSGIEnvironment":
    """Return the WSGI environment (PEP 3333) of a request."""
    environ: dict[str, Any] = {
        "REQUEST_METHOD": scope.method,
        "SCRIPT_NAME": "",
        "PATH_INFO": scope.path.encode("utf-8", "surrogateescape").decode("latin-1"),
        "QUERY_STRING": scope.query_string,
        "SERVER_NAME": host,
        "SERVER_PORT": str(port),
        "SERVER_PROTOCOL": "HTTP/1.1",
        "REMOTE_ADDR": scope.client.rpartition(":")[0],
        "CONTENT_LENGTH": str(len(body)),
        "wsgi.version": (1, 0),
        "wsgi.url_scheme": "http",
        "wsgi.input": io.BytesIO(body),
        "wsgi.errors": io.StringIO(),
        "wsgi.multithread": False,
        "wsgi.multiprocess": False,
        "wsgi.run_once": False,
    }
    for name, value in scope.headers.items():
        key = name.upper().replace("-", "_")
        if key == "CONTENT_TYPE":
            environ[key] = value
        elif key != "CONTENT_LENGTH":
            environ[f"HTTP_{key}"] = value
    return environ


def _cut(client: str, port: int) -> None:
    """End the connection that a client has with a port of ours, without an answer.

    Granian keeps its sockets to itself, so the one meant is looked for among all open files.
    """
    for opened in Path("/dev/fd").iterdir():
        try:
            connection = socket.socket(fileno=os.dup(int(opened.name)))
        except OSError:
            continue  # a file that is no socket, or that was closed meanwhile
        with connection, suppress(OSError):
            if connection.family not in (socket.AF_INET, socket.AF_INET6):
                continue
            theirs, ours = connection.getpeername(), connection.getsockname()
            if ours[1] == port and f"{theirs[0]}:{theirs[1]}" == client:
                connection.shutdown(socket.SHUT_RDWR)


def _free_port(host: str) -> int:
    with socket.create_server((host, 0)) as found:
        port: int = found.getsockname()[1]
        return port


def _refuse_taken_port(host: str, port: int) -> None:
    """Raise OSError when the port is taken, which granian, sharing ports, would not notice."""
    socket.create_server((host, port)).close()


def fast_serve(
    application: "WSGIApplication",
    host: str = "127.0.0.1",
    port: int = 0,
    *,
    patience: float = SECONDS_FOR_BODY,
) -> FastServed:
    """Serve an application; port 0 takes any free one. Raises OSError when the port is taken.

    `patience` is how many seconds a request's body may take to arrive.
    """
    return FastServed(application, host, port, patience)
