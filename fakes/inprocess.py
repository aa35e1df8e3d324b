"""Lets `requests` and zeep talk to a WSGI application without a socket.

Every call still goes through real bytes: the request is prepared by the client's own library,
handed to the application as a WSGI environment, and its answer is read back as a response.
"""

import io
import sys
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, cast
from urllib.parse import unquote, urlsplit

import requests
from requests.adapters import BaseAdapter
from urllib3 import HTTPHeaderDict, HTTPResponse

from fakes.faults import Break, BrokenConnection
from fakes.wsgi import call

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIApplication, WSGIEnvironment


class WsgiAdapter(BaseAdapter):
    """A transport adapter for `requests` that calls a WSGI application directly.

    A broken call (see `fakes.faults`) leaves the application as an exception of `requests`.
    """

    def __init__(self, application: "WSGIApplication") -> None:
        super().__init__()
        self._application = application

    def send(
        self,
        request: requests.PreparedRequest,
        stream: bool = False,
        timeout: Any = None,
        verify: bool | str = True,
        cert: Any = None,
        proxies: Mapping[str, str] | None = None,
    ) -> requests.Response:
        """Hand the prepared request to the application and return its answer."""
        try:
            status, reason, headers, body = call(self._application, environment(request))
        except BrokenConnection as broken:
            raise as_requests_error(broken, request) from broken
        raw = HTTPResponse(
            body=io.BytesIO(body),
            headers=HTTPHeaderDict(headers),
            status=status,
            reason=reason,
            preload_content=False,
        )
        response = requests.Response()
        response.status_code = status
        response.reason = reason
        response.headers = requests.structures.CaseInsensitiveDict(headers)
        response.encoding = requests.utils.get_encoding_from_headers(response.headers)
        response.raw = raw
        response.url = request.url or ""
        response.request = request
        if "set-cookie" in response.headers:
            requests.cookies.extract_cookies_to_jar(
                response.cookies, request, cast("Any", _with_original_response(raw, headers))
            )
        return response

    def close(self) -> None:
        """Do nothing: there is no connection to close."""


def session(applications: Mapping[str, "WSGIApplication"]) -> requests.Session:
    """Return a `requests` session that finds each application at its base address.

    `applications` maps a base address ("http://mycompany.bizzcloud.example") to its application;
    any other address is refused with `requests.exceptions.InvalidSchema`.
    """
    made = requests.Session()
    made.adapters.clear()
    made.trust_env = False
    for base, application in applications.items():
        made.mount(base, WsgiAdapter(application))
    return made


def as_requests_error(
    broken: BrokenConnection, request: requests.PreparedRequest | None = None
) -> requests.RequestException:
    """Return what `requests` raises over a socket when a connection breaks like this."""
    if broken.how is Break.HANGS:
        return requests.ReadTimeout("read timed out", request=request)
    return requests.ConnectionError(f"connection {broken.how}", request=request)


def environment(request: requests.PreparedRequest) -> "WSGIEnvironment":
    """Return the WSGI environment (PEP 3333) of a prepared request."""
    parts = urlsplit(request.url or "")
    content = _content(request.body)
    environ: dict[str, Any] = {
        "REQUEST_METHOD": request.method or "GET",
        "SCRIPT_NAME": "",
        "PATH_INFO": unquote(parts.path or "/", "latin-1"),
        "QUERY_STRING": parts.query,
        "SERVER_NAME": parts.hostname or "localhost",
        "SERVER_PORT": str(parts.port or (443 if parts.scheme == "https" else 80)),
        "SERVER_PROTOCOL": "HTTP/1.1",
        "REMOTE_ADDR": "127.0.0.1",
        "HTTP_HOST": parts.netloc,
        "CONTENT_LENGTH": str(len(content)),
        "wsgi.version": (1, 0),
        "wsgi.url_scheme": parts.scheme,
        "wsgi.input": io.BytesIO(content),
        "wsgi.errors": sys.stderr,
        "wsgi.multithread": True,
        "wsgi.multiprocess": False,
        "wsgi.run_once": False,
    }
    for name, value in request.headers.items():
        key = name.upper().replace("-", "_")
        if key == "CONTENT_TYPE":
            environ["CONTENT_TYPE"] = value
        elif key != "CONTENT_LENGTH":
            environ[f"HTTP_{key}"] = value
    return environ


def _content(body: Any) -> bytes:
    """Return all of a body: a text, bytes, a file, or what a client sends piece by piece."""
    if isinstance(body, str):
        return body.encode()
    if body is None or isinstance(body, bytes | bytearray):
        return bytes(body or b"")
    pieces = [body.read()] if hasattr(body, "read") else body
    return b"".join(piece.encode() if isinstance(piece, str) else piece for piece in pieces)


class _OriginalResponse:
    """What cookie handling and urllib3 read of the standard library's response."""

    def __init__(self, headers: list[tuple[str, str]]) -> None:
        from email.message import Message

        self.msg = Message()
        for name, value in headers:
            self.msg[name] = value

    def isclosed(self) -> bool:
        """Tell that there is no connection to keep."""
        return True

    def close(self) -> None:
        """Do nothing: there is no connection to close."""


def _with_original_response(raw: HTTPResponse, headers: list[tuple[str, str]]) -> HTTPResponse:
    """Give cookie handling the message that it reads Set-Cookie from."""
    raw._original_response = cast("Any", _OriginalResponse(headers))
    return raw
