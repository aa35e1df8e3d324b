"""The web application: the addresses that clients know, and what each speaks.

The protocols are answered here, directly, for speed; whatever else is asked goes to the pages,
which are loaded when the first of them is asked for.
"""

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any

from fakes.bizzcloud import jsonrpc, xmlrpc_wire
from fakes.bizzcloud.database import STARTED
from fakes.bizzcloud.errors import (
    AccessDenied,
    AccessError,
    CallError,
    ServerError,
    UserError,
    traceback_of,
)
from fakes.bizzcloud.faulting import READ
from fakes.bizzcloud.rpc import Services
from fakes.faults import STARTED as SENT

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

    from fakes.bizzcloud.fake import BizzcloudFake

LARGEST_BODY = 32 * 1024 * 1024
TOO_LARGE = "this is more than a call can be"
CUT_SHORT = "the call did not come whole"
PLAIN = "text/plain; charset=utf-8"

FaultOf = Callable[[CallError], tuple[int | str, str]]


class RefusedError(Exception):
    """A request that is answered with a status of its own; `str()` of it is the body."""

    def __init__(self, status: str, text: str) -> None:
        super().__init__(text)
        self.status = status


class Site:
    """The whole site of a stand-in, as a WSGI application."""

    def __init__(self, fake: "BizzcloudFake") -> None:
        self._fake = fake
        self._services = Services(fake)
        self._sessions = jsonrpc.Sessions()
        self._json = jsonrpc.Endpoints(fake, self._services, self._sessions)
        self._pages: WSGIApplication | None = None

    def __call__(
        self, environ: "WSGIEnvironment", start_response: "StartResponse"
    ) -> Iterable[bytes]:
        """Answer one request."""
        path: str = environ.get("PATH_INFO", "")
        if not path.startswith("/xmlrpc/") and self._json.handler(path) is None:
            return self._pages_of_site()(environ, start_response)
        headers: list[tuple[str, str]] = []
        token = STARTED.set(environ.get(SENT) or STARTED.get())
        try:
            status, kind, body = "200 OK", *self._answered(environ, path, headers)
        except RefusedError as refused:
            status, kind, body = refused.status, PLAIN, f"{refused}\n".encode()
        finally:
            STARTED.reset(token)
        headers += [("Content-Type", kind), ("Content-Length", str(len(body)))]
        start_response(status, headers)
        return [body]

    def _pages_of_site(self) -> "WSGIApplication":
        if self._pages is None:
            from fakes.bizzcloud.pages import make_pages

            self._pages = make_pages(self._fake, self._sessions)
        return self._pages

    def _answered(
        self, environ: "WSGIEnvironment", path: str, headers: list[tuple[str, str]]
    ) -> tuple[str, bytes]:
        """Return content type and body of an answer; adds to the headers when it sets a cookie."""
        if environ["REQUEST_METHOD"] != "POST":
            raise RefusedError("405 Method Not Allowed", "only POST is answered here")
        body = body_of(environ)
        handle = self._json.handler(path)
        if handle is None:
            service = path.removeprefix("/xmlrpc/")
            numbered = service.startswith("2/")
            try:
                # A call is taken but once: whoever performs it may change what is in it.
                method, parameters = (environ.get(READ) or [xmlrpc_wire.read_call(body)]).pop()
            except xmlrpc_wire.UnreadableCallError as error:
                raise RefusedError("400 Bad Request", str(error)) from error
            fault_of = numbered_fault if numbered else worded_fault
            answer = self._called(service.removeprefix("2/"), method, parameters, fault_of)
            return "text/xml", answer
        try:
            answer, opened = self._json.answered(handle, body, jsonrpc.session_named(environ))
        except jsonrpc.UnreadableMessageError as error:
            raise RefusedError("400 Bad Request", str(error)) from error
        if opened is not None:
            cookie = f"{jsonrpc.COOKIE}={opened}; HttpOnly; Path=/; SameSite=Lax"
            headers.append(("Set-Cookie", cookie))
        return "application/json", answer

    def _called(
        self, service: str, method: str, parameters: tuple[Any, ...], fault_of: FaultOf
    ) -> bytes:
        try:
            return xmlrpc_wire.written_answer(self._services.call(service, method, parameters))
        except CallError as error:
            return xmlrpc_wire.written_fault(*fault_of(error))
        except (TypeError, OverflowError) as error:
            unsaid = ServerError(type(error).__name__, str(error))
            return xmlrpc_wire.written_fault(*fault_of(unsaid))


def body_of(environ: "WSGIEnvironment") -> bytes:
    """Return the body of a request.

    Raises RefusedError for one that is too large, lies about its length, or does not come.
    """
    length = environ.get("CONTENT_LENGTH") or ""
    if length and not (length.isascii() and length.isdecimal()):
        raise RefusedError("400 Bad Request", "Content-Length is no length")
    if len(length) > 9 or int(length or 0) > LARGEST_BODY:
        raise RefusedError("413 Content Too Large", TOO_LARGE)
    in_chunks = environ.get("wsgi.input_terminated")
    wanted = int(length) if length else LARGEST_BODY + 1 if in_chunks else 0
    try:
        body: bytes = environ["wsgi.input"].read(wanted)
    except TimeoutError as wrong:
        raise RefusedError("408 Request Timeout", "the call did not come") from wrong
    except OSError as wrong:
        raise RefusedError("400 Bad Request", CUT_SHORT) from wrong
    if length and len(body) < wanted:
        raise RefusedError("400 Bad Request", CUT_SHORT)
    if len(body) > LARGEST_BODY:
        raise RefusedError("413 Content Too Large", TOO_LARGE)
    return body


def numbered_fault(error: CallError) -> tuple[int | str, str]:
    """Return code and text of a fault on the endpoints of version 2."""
    return error.code, traceback_of(error) if error.code == 1 else str(error)


def worded_fault(error: CallError) -> tuple[int | str, str]:
    """Return code and text of a fault on the older endpoints, where the code is a text."""
    if isinstance(error, AccessDenied):
        return "AccessDenied", str(error)
    if isinstance(error, AccessError):
        return f"warning -- AccessError\n\n{error}", ""
    if isinstance(error, UserError):
        return f"warning -- {type(error).__name__}\n\n{error}", ""
    return str(error), traceback_of(error)
