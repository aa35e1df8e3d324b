"""Serves a WSGI application on a socket of this machine, in a thread of this process.

The application's state stays where the test can reach it, and a connection that is broken on
demand (see `fakes.faults`) is really reset or really hangs. For speed there is `fakes.fast_serve`.
"""

import logging
import socket
import struct
import threading
from collections.abc import Iterable
from io import BufferedIOBase
from types import TracebackType
from typing import IO, TYPE_CHECKING, Self, cast

from werkzeug.serving import (
    BaseWSGIServer,
    DechunkedInput,
    ThreadedWSGIServer,
    WSGIRequestHandler,
)

from fakes.faults import Break, BrokenConnection
from fakes.listening import listening, url_of

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

log = logging.getLogger(__name__)
RESET_ON_CLOSE = struct.pack("ii", 1, 0)


class _Whole:
    """Reads from a connection; what ends before all of it came is an OSError.

    Werkzeug's reader of chunks puts what it got in the place of what it asked for. Less of it makes
    its buffer shorter than Python believes, which then reads on in the memory that comes after: a
    chunk that is cut short would be filled up with what this process holds, or end the process.
    """

    def __init__(self, connection: BufferedIOBase) -> None:
        self._connection = connection

    def read(self, size: int) -> bytes:
        """Return exactly so many bytes."""
        content = self._connection.read(size)
        if len(content) < size:
            raise ConnectionResetError("the request ended within a chunk")
        return content

    def readline(self, limit: int) -> bytes:
        """Return a line, or as much of it as the limit lets."""
        return self._connection.readline(limit)


class _QuietHandler(WSGIRequestHandler):
    """Speaks HTTP/1.1, and writes no line per request."""

    protocol_version = "HTTP/1.1"
    timeout = 30

    def make_environ(self) -> "WSGIEnvironment":
        """Return the environment of a request.

        Chunks are read whole or not at all; the space that may stand around a length is no part.
        """
        environ = super().make_environ()
        if "CONTENT_LENGTH" in environ:
            environ["CONTENT_LENGTH"] = environ["CONTENT_LENGTH"].strip(" \t")
        if environ.get("wsgi.input_terminated"):
            environ["wsgi.input"] = DechunkedInput(cast("IO[bytes]", _Whole(self.rfile)))
        return environ

    def handle_expect_100(self) -> bool:
        """Leave it to werkzeug to tell a client to go on, or it would be told twice."""
        return True

    def log(self, type: str, message: str, *args: object) -> None:  # noqa: A002 # werkzeug's
        """Log nothing: what is wrong with a request is told to whoever sent it."""

    def connection_dropped(
        self, error: BaseException, environ: "WSGIEnvironment | None" = None
    ) -> None:
        """Wait for no further request on a connection that is gone."""
        self.close_connection = True


class _QuietServer(ThreadedWSGIServer):
    """Logs nothing: what goes wrong on a connection is its client's matter."""

    def log(self, type: str, message: str, *args: object) -> None:  # noqa: A002 # werkzeug's
        """Log nothing; a failure of the application itself is logged where it is called."""


class Served:
    """A server that is answering; `url` is its address. Closing it ends it at once."""

    def __init__(self, server: BaseWSGIServer) -> None:
        self._server = server
        self.url = url_of(server.host, server.port)
        self._thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
        self._thread.start()

    def close(self) -> None:
        """Stop answering and give the port back."""
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.close()


def serve(application: "WSGIApplication", host: str = "127.0.0.1", port: int = 0) -> Served:
    """Serve an application; port 0 takes any free one. Raises OSError when the port is taken."""
    # The server would end the process when it cannot listen, so it is handed a listening socket.
    with listening(host, port) as place:
        server = _QuietServer(host, port, _breaking(application), _QuietHandler, fd=place.fileno())
    return Served(server)


def _breaking(application: "WSGIApplication") -> "WSGIApplication":
    """Let a connection that is broken on demand really break."""

    def answer(environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
        try:
            return application(environ, start_response)
        except BrokenConnection as broken:
            connection: socket.socket = environ["werkzeug.socket"]
            if broken.how is Break.HANGS:
                hold_until_client_leaves(connection)
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, RESET_ON_CLOSE)
            connection.close()
            raise ConnectionResetError("the connection is broken on demand") from broken
        except Exception:
            log.exception("the application failed at %s", environ.get("PATH_INFO"))
            raise

    return answer


def hold_until_client_leaves(connection: socket.socket) -> None:
    """Answer nothing on a connection until its client gives up."""
    connection.settimeout(None)
    try:
        while connection.recv(4096):
            pass
    except OSError:
        return
