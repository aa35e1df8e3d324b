"""The timeline of a report while it happens: a page of this machine under `koppeling serve`.

    GET /                the page
    GET /calls?after=N   the calls kept since call N, and what each fault has led to so far
    GET /calls/N         the bytes of one call, redacted

A coupling that finds nothing new asks the same over and over; a call that is asked and answered
as it was before is counted with the first of them instead of pushing the others out.
"""

import json
from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Any

from werkzeug.exceptions import Forbidden, HTTPException, MethodNotAllowed, NotFound
from werkzeug.wrappers import Request, Response

from contracts.recording.recordings import Exchange
from scenarios.wire.log import WireCall, WireLog

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIEnvironment

    from scenarios.playing.redaction import Redaction

KEPT = 1000
"""So many calls are kept, and shown."""

LOCAL_NAMES = frozenset({"localhost", "127.0.0.1", "[::1]"})

_Asked = tuple[str, str, str, int]
_Answered = tuple[int, int]
"""Who asks whom for what, and the answer's status; of both bodies, which may be long, the hash."""


class LiveLog(WireLog):
    """The calls of served stand-ins; one that is repeated with the same answer is kept once."""

    def __init__(self, now: Callable[[], datetime]) -> None:
        super().__init__(now, KEPT)
        self.repeats: dict[int, int] = {}
        """How often each call was made again, by its number."""
        self._last: dict[_Asked, tuple[int, _Answered]] = {}

    def keep(self, party: str, service: str, exchange: Exchange, at: datetime, fault: str) -> None:
        """Keep one call, or count it with the last one that was asked and answered the same."""
        response = exchange.response
        if fault or response is None:
            super().keep(party, service, exchange, at, fault)
            return
        request = exchange.request
        asked = (party, service, request.method + request.url, hash(request.body))
        answered = (response.status, hash(response.body))
        last = self._last.get(asked)
        if last is not None and last[1] == answered and last[0] > self._count - KEPT:
            self.repeats[last[0]] = self.repeats.get(last[0], 0) + 1
            if len(self.repeats) > 2 * KEPT:
                oldest = self._count - KEPT
                self.repeats = {one: times for one, times in self.repeats.items() if one > oldest}
            return
        super().keep(party, service, exchange, at, fault)
        if len(self._last) > KEPT:
            self._last.clear()
        self._last[asked] = (self._count, answered)


class LiveTimeline:
    """The page: a WSGI application.

    `secrets` are the credentials of the services by kind; `plain` is what stays, though it stands
    where something personal does.
    """

    def __init__(
        self, log: LiveLog, secrets: Mapping[str, Iterable[str]], plain: Iterable[str] = ()
    ) -> None:
        self._log = log
        self._secrets = secrets
        self._plain = tuple(plain)
        self._redaction: Redaction | None = None
        self._learned = 0

    def __call__(
        self, environ: "WSGIEnvironment", start_response: "StartResponse"
    ) -> Iterable[bytes]:
        """Answer a request."""
        try:
            response = self._answered(Request(environ))
        except HTTPException as wrong:
            response = Response(f"{wrong.description}\n", wrong.code, content_type="text/plain")
        response.headers["Cache-Control"] = "no-store"
        return response(environ, start_response)

    def _answered(self, request: Request) -> Response:
        if request.host.rsplit(":", 1)[0] not in LOCAL_NAMES:
            raise Forbidden("the timeline is for this machine alone")
        if request.method not in ("GET", "HEAD"):
            raise MethodNotAllowed(["GET", "HEAD"])
        if request.path == "/":
            return Response(_page(), content_type="text/html; charset=utf-8")
        if request.path == "/calls":
            return _json(self._since(request.args.get("after", 0, int)))
        number = request.path.removeprefix("/calls/")
        for call in self._log.calls:
            if str(call.number) == number:
                return _json(self._bytes(call))
        raise NotFound("there are /, /calls?after=NUMBER and /calls/NUMBER, the newest 1000")

    def _since(self, after: int) -> dict[str, Any]:
        from scenarios.reporting.timeline import row
        from scenarios.reporting.wire_story import led_to

        calls = self._log.calls
        # A server that was started anew counts from one again; its page starts anew too.
        new = [call for call in calls if call.number > after]
        return {
            "newest": calls[-1].number if calls else 0,
            "calls": [{**row(call, calls), "operation": _named(call)} for call in new],
            "led": {call.number: led_to(call, calls) for call in calls if call.fault},
            "repeats": dict(self._log.repeats),
        }

    def _bytes(self, call: WireCall) -> tuple[str, ...]:
        """Return a call's bytes without anything that any call so far showed to be secret."""
        from scenarios.playing.redaction import redaction_of_secrets
        from scenarios.reporting.timeline import bytes_of

        if self._redaction is None:
            self._redaction = redaction_of_secrets(self._secrets, plain=self._plain)
        calls = self._log.calls
        new = [one for one in calls if one.number > self._learned]
        self._redaction.calls(new)
        self._learned = calls[-1].number
        (redacted,) = self._redaction.calls([call])
        return bytes_of(redacted)


def _named(call: WireCall) -> str:
    """Return what a call asks for, without what a page's address may hold of secrets."""
    name, _, query = call.operation.partition("?")
    return call.operation if query in ("", "wsdl") else f"{name}?…"


def _page() -> str:
    from scenarios.reporting.page import environment

    return environment().get_template("live.html").render()


def _json(value: object) -> Response:
    return Response(json.dumps(value), content_type="application/json")
