"""The recording proxy: stands before the services on loopback, and keeps what passes.

It stands in three ways at one port. As a reverse proxy: each service has a path of its own, since
clients that follow a WSDL's address come back by it. As a proxy for http. And by CONNECT for
clients with a fixed https address: then it speaks for the service by a certificate of an authority
that was made for this run and is trusted by nobody else.
"""

import ssl
import threading
from collections.abc import Mapping
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from types import TracebackType
from typing import Self
from urllib.parse import urlsplit

import trustme

from contracts.recording.proxy_addresses import readdressed
from contracts.recording.proxy_carrying import HOP_BY_HOP, carried
from contracts.recording.recordings import Request, Response, packed, unpacked
from contracts.recording.sessions import Recorder

LARGEST_BODY = 64 * 1024 * 1024


class RecordingProxy:
    """A proxy that is running; `url` is its address, `recorder` holds what passed.

    `targets` maps a service's name to its scheme, host and port: requests to `url` go to the one
    whose paths they have (see `target_of`). `authority` is a file of certificates by which the
    services are known, where those are not public ones.
    """

    def __init__(
        self, targets: Mapping[str, str], folder: Path, authority: Path | None = None
    ) -> None:
        self.targets = dict(targets)
        self.recorder = Recorder()
        self.trusted = str(authority) if authority else None
        self._own = trustme.CA()
        self.certificate = folder / "koppeling-recording.pem"
        self._own.cert_pem.write_to_path(str(self.certificate))
        self._contexts: dict[str, ssl.SSLContext] = {}
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(self))
        self._server.daemon_threads = True
        self.url = f"http://127.0.0.1:{self._server.server_port}"
        self._thread = threading.Thread(
            target=self._server.serve_forever, args=(0.05,), daemon=True
        )
        self._thread.start()

    @property
    def environment(self) -> dict[str, str]:
        """What a client's process is given, so that it goes through the proxy.

        The address of each service, and for those with a fixed one the proxy and its authority
        under the names that Python, Node, PHP and curl know.
        """
        own = {
            f"KOPPELING_{name.upper()}_URL": self.url + ("/soap.asmx" * (name == "eboekhouden"))
            for name in self.targets
        }
        proxy = dict.fromkeys(("HTTP_PROXY", "HTTPS_PROXY"), self.url)
        lower = {name.lower(): value for name, value in proxy.items()}
        trust = dict.fromkeys(
            ("SSL_CERT_FILE", "REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE", "NODE_EXTRA_CA_CERTS"),
            str(self.certificate),
        )
        # Node heeds the proxy's variables from version 22.21 on, and only when it is told to.
        nothing_past_it = {"NO_PROXY": "", "no_proxy": "", "NODE_USE_ENV_PROXY": "1"}
        return {**own, **proxy, **lower, **trust, **nothing_past_it}

    def target_of(self, path: str) -> str | None:
        """Return the service for a path of the reverse proxy, None when there is none."""
        if len(self.targets) == 1:
            return next(iter(self.targets.values()))
        return self.targets.get("eboekhouden" if ".asmx" in path.lower() else "bizzcloud")

    def context(self, host: str) -> ssl.SSLContext:
        """Return how to speak for a host over TLS."""
        if host not in self._contexts:
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            self._own.issue_cert(host).configure_cert(context)
            self._contexts[host] = context
        return self._contexts[host]

    def close(self) -> None:
        """Stop, and give the port back."""
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


class _Handler(BaseHTTPRequestHandler):
    """Takes one connection's requests; after CONNECT it takes them within TLS."""

    protocol_version = "HTTP/1.1"
    proxy: RecordingProxy
    tunnel: str | None = None

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the base's name
        """Log nothing."""

    def do_CONNECT(self) -> None:
        """Open a tunnel, and speak for its other end."""
        host = self.path.rpartition(":")[0]
        self.send_response(200, "Connection established")
        self.end_headers()
        self.wfile.flush()
        context = self.proxy.context(host)
        try:
            self.connection = context.wrap_socket(self.connection, server_side=True)
        except OSError:
            self.close_connection = True  # the client does not trust the authority of this run
            return
        self.rfile = self.connection.makefile("rb", -1)
        self.wfile = self.connection.makefile("wb", 0)
        self.tunnel = f"https://{self.path.removesuffix(':443')}"
        self.close_connection = False

    def finish(self) -> None:
        """End the connection, and the TLS within it, which the server does not know of."""
        super().finish()
        if self.tunnel:
            self.connection.close()

    def do_any(self) -> None:
        """Carry a request and its answer."""
        body = self._body()
        if body is None:
            self._answer(Response(413, "Payload Too Large", (), b""), "")
            return
        path = self.path.removeprefix(self.proxy.url)
        fixed = self.tunnel or (path.startswith("http://") and "http://" + urlsplit(path).netloc)
        target = fixed or self.proxy.target_of(path)
        if not target:
            told = b"The config names no service for this path."
            self._answer(Response(404, "Not Found", (), told), "")
            return
        headers = tuple((name, value) for name, value in self.headers.items())
        url = path if path.startswith("http://") else f"{target}{path}"
        request = Request(self.command, url, headers, unpacked(headers, body))
        answer = carried(request, target, self.proxy.recorder, self.proxy.trusted)
        self._answer(answer, "" if fixed else target)

    do_GET = do_POST = do_PUT = do_HEAD = do_DELETE = do_OPTIONS = do_PATCH = do_any  # noqa: N815 - named after the methods of HTTP

    def _answer(self, response: Response, target: str) -> None:
        body = response.body
        if target:
            body = readdressed(body, target, f"http://{self.headers['Host']}")
        body = packed(response.headers, body)
        self.send_response_only(response.status, response.reason)
        for name, value in response.headers:
            if name.lower() not in HOP_BY_HOP:
                self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)

    def _body(self) -> bytes | None:
        """Return the request's body, put together where it comes in chunks; None if too long."""
        if "chunked" in self.headers.get("Transfer-Encoding", "").lower():
            body = b""
            while size := int(self.rfile.readline().partition(b";")[0], 16):
                body += self.rfile.read(size)
                self.rfile.readline()
                if len(body) > LARGEST_BODY:
                    return None
            while self.rfile.readline().strip():
                continue
            return body
        length = int(self.headers.get("Content-Length") or 0)
        return self.rfile.read(length) if length <= LARGEST_BODY else None


def _handler(proxy: RecordingProxy) -> type[_Handler]:
    return type("Handler", (_Handler,), {"proxy": proxy})
