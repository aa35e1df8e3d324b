"""Serves a recording on loopback, for clients in any language; and in process for `requests`."""

import re
import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import requests
import responses

from contracts.answering.player import MismatchError, Mode, Player
from contracts.recording.proxy_addresses import readdressed
from contracts.recording.proxy_carrying import HOP_BY_HOP, carried
from contracts.recording.recordings import Recording, Request, Response, packed, unpacked
from contracts.recording.sessions import Recorder, as_request

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIEnvironment


class ReplayApplication:
    """Answers from a recording; `mismatches` are what was said of requests that did not fit.

    In the modes `new` and `all` a request goes to `target` (scheme, host and port), and `recorder`
    keeps what came back.
    """

    def __init__(
        self, recording: Recording, mode: Mode = Mode.NONE, target: str | None = None
    ) -> None:
        if mode is not Mode.NONE and not target:
            raise ValueError(f"mode {mode} needs the address of the service")
        self.player = Player(recording)
        self.mismatches: list[str] = []
        self.recorder = Recorder()
        self._mode = mode
        self._target = target or ""
        first = next(iter(recording), None)
        self._recorded_at = first.request.url if first else ""

    def __call__(
        self, environ: "WSGIEnvironment", start_response: "StartResponse"
    ) -> Iterable[bytes]:
        """Answer one request (WSGI)."""
        own = f"{environ['wsgi.url_scheme']}://{environ['HTTP_HOST']}"
        response = self._answered(_request(environ, own))
        service = self._target or self._recorded_at
        body = packed(response.headers, readdressed(response.body, service, own))
        headers = [
            (name, value) for name, value in response.headers if name.lower() not in HOP_BY_HOP
        ]
        headers.append(("Content-Length", str(len(body))))
        start_response(f"{response.status} {response.reason or 'Recorded'}", headers)
        return [body]

    def _answered(self, request: Request) -> Response:
        if self._mode is not Mode.ALL:
            try:
                return self.player.answer(request)
            except MismatchError as wrong:
                if self._mode is Mode.NONE:
                    self.mismatches.append(str(wrong))
                    sys.stderr.write(f"{wrong}\n")
                    told = (("Content-Type", "text/plain; charset=utf-8"),)
                    return Response(501, "Not Recorded", told, str(wrong).encode())
        return carried(request, self._target, self.recorder)


def _request(environ: "WSGIEnvironment", own: str) -> Request:
    headers = [
        (key[5:].replace("_", "-").title(), str(value))
        for key, value in environ.items()
        if key.startswith("HTTP_")
    ]
    if environ.get("CONTENT_TYPE"):
        headers.append(("Content-Type", environ["CONTENT_TYPE"]))
    query = f"?{environ['QUERY_STRING']}" if environ.get("QUERY_STRING") else ""
    length = environ.get("CONTENT_LENGTH")
    body = environ["wsgi.input"].read(int(length)) if length else b""
    if not length and environ.get("wsgi.input_terminated"):
        body = environ["wsgi.input"].read()
    return Request(
        environ["REQUEST_METHOD"],
        f"{own}{environ.get('PATH_INFO', '/')}{query}",
        tuple(headers),
        unpacked(headers, body),
    )


@contextmanager
def replayed(
    recording: Recording, mode: Mode = Mode.NONE, recorder: Recorder | None = None
) -> Iterator[Player]:
    """Answer every request that `requests` sends in this block from a recording.

    In the modes `new` and `all` what is not answered so goes to the service, and `recorder` keeps
    what came back. Raises MismatchError where the client stands when nothing fits, ValueError for
    such a mode without a recorder.
    """
    if mode is not Mode.NONE and recorder is None:
        raise ValueError(f"mode {mode} needs a recorder, which keeps what is new")
    player = Player(recording)

    def answer(request: requests.PreparedRequest) -> Any:
        sent = as_request(request)
        response = _played_or_carried(player, sent, mode, recorder)
        kept = [
            (name, value)
            for name, value in response.headers
            if name.lower() not in (*HOP_BY_HOP, "content-encoding")
        ]
        return response.status, kept, response.body

    with responses.RequestsMock(assert_all_requests_are_fired=False) as mock:
        for method in ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"):
            mock.add_callback(method, re.compile("https?://.*"), callback=answer)
        yield player


def _played_or_carried(
    player: Player, sent: Request, mode: Mode, recorder: Recorder | None
) -> Response:
    """Return the recorded answer to a request, or the service's own where the mode lets it go."""
    if mode is not Mode.ALL:
        try:
            return player.answer(sent)
        except MismatchError:
            if mode is Mode.NONE:
                raise
    assert recorder is not None
    return carried(sent, "{0.scheme}://{0.netloc}".format(urlsplit(sent.url)), recorder)
