"""One client's connection to the fast server: HTTP/1.1 in, a call of the application, HTTP out.

llhttp (by httptools) parses; what it cannot read, what is too large and what does not come in time
is refused here, and a connection that is broken on demand (see `fakes.faults`) really breaks.
"""

import asyncio
import io
import logging
import socket
import struct
from collections.abc import Callable
from functools import lru_cache
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote_to_bytes

import httptools

from fakes.faults import Break, BrokenConnection
from fakes.wsgi import call

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIApplication, WSGIEnvironment

LARGEST_HEAD = 64 * 1024
LARGEST_BODY = 4 * 1024 * 1024
LARGEST_REQUEST = LARGEST_HEAD + 2 * LARGEST_BODY
"""In bytes as they come, with what chunks add."""

LARGEST_UNREAD = 8 * 1024 * 1024
"""How many bytes of answers may wait for a client that asks on and does not read."""

SECONDS_TO_READ_A_REFUSAL = 2.0
RESET_ON_CLOSE = struct.pack("ii", 1, 0)
OF_AN_UPGRADE = frozenset({"HTTP_UPGRADE", "HTTP_CONNECTION", "HTTP_HTTP2_SETTINGS", "HTTP_EXPECT"})
ALWAYS = {
    "SCRIPT_NAME": "",
    "wsgi.version": (1, 0),
    "wsgi.url_scheme": "http",
    "wsgi.multithread": False,
    "wsgi.multiprocess": False,
    "wsgi.run_once": False,
}
"""What the environment of every request holds (PEP 3333)."""

WITHOUT_BODY = frozenset({"204", "304"})

log = logging.getLogger(__name__)


class Refusal(Exception):
    """A request that is answered with a status and no more; the connection ends with it."""


class Connection(asyncio.Protocol):
    """Answers the requests of one connection, one after another.

    `application` is called with `place` (host and port) in its environment. `patience` is how many
    seconds a request may take to arrive, on the clock `now`. When the server `is_ending`, one that
    it had just taken in is ended before anything of it is read.
    """

    def __init__(
        self,
        application: "WSGIApplication",
        place: tuple[str, int],
        patience: float,
        now: Callable[[], float],
        connections: "set[Connection]",
        is_ending: Callable[[], bool],
    ) -> None:
        self._application = application
        self._patience = patience
        self._now = now
        self._connections = connections
        self._is_ending = is_ending
        self._transport: Any = None
        self._parser: Any = httptools.HttpRequestParser(self)
        self._client = ""
        self._silent = False  # from here on nothing that comes is answered
        self._unread = False  # answers wait for the client to read them
        self._always: WSGIEnvironment = {
            **ALWAYS,
            "SERVER_NAME": place[0],
            "SERVER_PORT": str(place[1]),
        }
        self.due: float | None = None
        """When the request that is arriving must be here, or the answers that wait be read; None
        between two requests."""
        self._begin()

    def _begin(self) -> None:
        self._url = b""
        self._arriving: dict[str, str] = {}
        self._body: list[bytes] = []
        self._body_size = 0
        self._fed = 0
        self._in_head = True
        self.due = None

    # What the transport tells

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Begin."""
        self._transport = transport
        peer = transport.get_extra_info("peername")  # None when it has left already
        self._client = peer[0] if peer else ""
        self._connections.add(self)
        if self._is_ending():
            self.abort()

    def connection_lost(self, exc: Exception | None) -> None:
        """End."""
        self._connections.discard(self)

    def pause_writing(self) -> None:
        """Take no more from a client that does not read its answers."""
        self._transport.pause_reading()
        self._unread = True

    def resume_writing(self) -> None:
        """Go on."""
        self._transport.resume_reading()
        self._unread = False
        if not self._silent:
            self.due = self._now() + self._patience if self._url else None

    def data_received(self, data: bytes) -> None:
        """Parse what came; a request that it completes is answered before this returns."""
        while data and not self._silent:
            if self.due is None:
                self.due = self._now() + self._patience
            self._fed += len(data)
            try:
                if self._fed > (LARGEST_HEAD + len(data) if self._in_head else LARGEST_REQUEST):
                    raise Refusal("431 Request Header Fields Too Large")
                self._parser.feed_data(data)
                if self._url or self._unread:
                    self._be_patient()
                return
            except httptools.HttpParserUpgrade as upgrade:
                data = self._without_upgrade() + data[upgrade.args[0] :]
            except httptools.HttpParserError as wrong:
                refusal = wrong.__context__
                said = str(refusal) if isinstance(refusal, Refusal) else "400 Bad Request"
                self._refuse(said)
            except Refusal as refusal:
                self._refuse(str(refusal))

    def _be_patient(self) -> None:
        """Wait for the rest of a request that began, and for answers to be read, but not for ever.

        The beginning of a request may have come with the end of the one before.
        """
        if self.due is None:
            self.due = self._now() + self._patience

    def _without_upgrade(self) -> bytes:
        """Return the head of a request that asks for another protocol, asking no more for it.

        Java's client offers HTTP/2 with its first request, and sends its body in HTTP/1.1.
        """
        method: bytes = self._parser.get_method()
        if method == b"CONNECT":
            self._refuse("405 Method Not Allowed")
        lines = [
            f"{key.removeprefix('HTTP_').replace('_', '-')}: {text}"
            for key, text in self._headers.items()
            if key not in OF_AN_UPGRADE
        ]
        head = "\r\n".join([*lines, "", ""]).encode("latin-1")
        start = method + b" " + self._url + b" HTTP/1.1\r\n"
        self._parser = httptools.HttpRequestParser(self)
        self._begin()
        return start + head

    def eof_received(self) -> bool:
        """Refuse a request that was cut short; a client that only reads on still can."""
        if self.due is not None and not self._silent:
            self._refuse("400 Bad Request")
            self._transport.close()
        return False

    def give_up(self) -> None:
        """Refuse a request that did not arrive in time; end a connection that was refused, or whose
        client does not read."""
        if self._silent or self._unread:
            self._transport.abort()
        else:
            self._refuse("408 Request Timeout")

    def abort(self) -> None:
        """End the connection at once."""
        self._transport.abort()

    # What the parser tells

    def on_url(self, url: bytes) -> None:
        """Take in a part of the address."""
        self._url += url

    def on_header(self, name: bytes, value: bytes) -> None:
        """Take in a header, or a field of the trailer, which no longer counts."""
        key, text = _key(name), value.decode("latin-1")
        earlier = self._arriving.get(key)
        self._arriving[key] = text if earlier is None else f"{earlier},{text}"

    def on_headers_complete(self) -> None:
        """Refuse what is too large before it comes; tell a client that asks to go on."""
        self._in_head = False
        self._headers, self._arriving = self._arriving, {}
        length = self._headers.get("CONTENT_LENGTH", "0")
        if len(length) > 9 or int(length) > LARGEST_BODY:
            raise Refusal("413 Request Entity Too Large")
        expected = self._headers.get("HTTP_EXPECT", "").lower()
        if expected == "100-continue" and self._parser.get_http_version() == "1.1":
            self._transport.write(b"HTTP/1.1 100 Continue\r\n\r\n")

    def on_body(self, part: bytes) -> None:
        """Take in a part of the body."""
        self._body_size += len(part)
        if self._body_size > LARGEST_BODY:
            raise Refusal("413 Request Entity Too Large")
        self._body.append(part)

    def on_message_complete(self) -> None:
        """Answer the request that is complete."""
        if self._silent or self._parser.should_upgrade():
            return
        if self._transport.get_write_buffer_size() > LARGEST_UNREAD:
            self._silent = True
            self._transport.abort()
            return
        keep, head = self._parser.should_keep_alive(), self._parser.get_method() == b"HEAD"
        environ = self._environment()
        self._begin()
        try:
            status, reason, headers, content = call(self._application, environ)
        except BrokenConnection as broken:
            self._break(broken.how)
            return
        except Exception:
            log.exception("the application failed at %s", environ["PATH_INFO"])
            self._refuse("500 Internal Server Error")
            return
        self._transport.write(_answer(f"{status} {reason}", headers, content, keep=keep, head=head))
        if not keep:
            self._silent = True
            self._transport.close()

    # What goes back

    def _refuse(self, status: str) -> None:
        """Answer a status and end the connection.

        What the client may still be sending is taken in for a while, or it would meet a reset and
        never read why.
        """
        if self._silent:
            return
        content = status.encode()
        headers = [("Content-Type", "text/plain")]
        self._transport.write(_answer(status, headers, content, keep=False))
        self._silent = True
        self._transport.write_eof()
        self.due = self._now() + SECONDS_TO_READ_A_REFUSAL

    def _break(self, how: Break) -> None:
        self._silent = True
        if how is not Break.HANGS:
            connection = self._transport.get_extra_info("socket")
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, RESET_ON_CLOSE)
            self._transport.abort()

    def _environment(self) -> "WSGIEnvironment":
        """Return the WSGI environment (PEP 3333) of the request."""
        url = self._url
        if not url.startswith(b"/"):  # as a proxy is asked: http://host/path
            _, _, rest = url.partition(b"://")
            url = b"/" + rest.partition(b"/")[2]
        path, _, query = url.partition(b"?")
        if b"%" in path:
            path = unquote_to_bytes(path)
        body = b"".join(self._body)
        return {
            **self._always,
            **self._headers,
            "REQUEST_METHOD": self._parser.get_method().decode("latin-1"),
            "PATH_INFO": path.decode("latin-1"),
            "QUERY_STRING": query.decode("latin-1"),
            "SERVER_PROTOCOL": f"HTTP/{self._parser.get_http_version()}",
            "REMOTE_ADDR": self._client,
            "CONTENT_LENGTH": str(len(body)),
            "wsgi.input": io.BytesIO(body),
            "wsgi.errors": io.StringIO(),
        }


def _answer(
    status: str,
    headers: list[tuple[str, str]],
    content: bytes,
    *,
    keep: bool,
    head: bool = False,
) -> bytes:
    """Return an answer's bytes; `keep` says whether the connection stays, `head` was HEAD."""
    lines = f"HTTP/1.1 {status}\r\n"
    measured = False
    for name, value in headers:
        lines += f"{name}: {value}\r\n"
        measured = measured or name.lower() == "content-length"
    if not measured:
        lines += f"Content-Length: {len(content)}\r\n"
    lines += "Connection: keep-alive\r\n\r\n" if keep else "Connection: close\r\n\r\n"
    start = lines.encode("latin-1", "replace")
    return start if head or status[:3] in WITHOUT_BODY else start + content


@lru_cache(maxsize=256)
def _key(name: bytes) -> str:
    """Return a header's name as WSGI has it.

    One with an underscore of its own would pass for another; nobody looks for what it is called.
    """
    if b"_" in name:
        return f"unheard {name.decode('latin-1')}"
    key = name.decode("latin-1").upper().replace("-", "_")
    return key if key in ("CONTENT_TYPE", "CONTENT_LENGTH") else f"HTTP_{key}"
