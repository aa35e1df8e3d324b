"""A control address for a served fake: its faults and its clock, over HTTP, for other languages.

It is there only for who asks for it, and only JSON requests by a name of this machine are heard,
so that no page in a browser can reach it.

    GET    /control/faults                       what is still to happen
    POST   /control/faults   {"kind": "answer lost", "operation": "AddMutatie", "call": 1}
    DELETE /control/faults                       forget all
    GET    /control/clock                        {"now": "2017-10-19T10:00:00+00:00"}
    POST   /control/clock    {"now": "..."} or {"advance": seconds}
"""

import json
from collections.abc import Callable, Iterable
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from werkzeug.exceptions import BadRequest, Forbidden, HTTPException, MethodNotAllowed, NotFound
from werkzeug.wrappers import Request, Response

from fakes.clock import Clock, SettableClock
from fakes.faults import Faults

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

PREFIX = "/control/"
LOCAL_NAMES = frozenset({"localhost", "127.0.0.1", "[::1]"})
FAULT_KEYS = frozenset({"kind", "operation", "call", "times", "seconds"})


def controlled(application: "WSGIApplication", faults: Faults, clock: Clock) -> "WSGIApplication":
    """Return the application with the control address beside it."""
    control = _Control(faults, clock)

    def answer(environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
        if not environ.get("PATH_INFO", "").startswith(PREFIX):
            return application(environ, start_response)
        return control.answer(Request(environ))(environ, start_response)

    return answer


class _Control:
    def __init__(self, faults: Faults, clock: Clock) -> None:
        self._faults = faults
        self._clock = clock
        self._acts: dict[tuple[str, str], Callable[[dict[str, Any]], object]] = {
            ("GET", "faults"): self._list_faults,
            ("POST", "faults"): self._add_fault,
            ("DELETE", "faults"): self._clear_faults,
            ("GET", "clock"): self._tell_time,
            ("POST", "clock"): self._set_time,
        }

    def answer(self, request: Request) -> Response:
        try:
            return self._answered(request)
        except HTTPException as wrong:
            return _json({"error": wrong.description}, wrong.code or 500)
        except ValueError as wrong:
            return _json({"error": str(wrong)}, 400)
        except RecursionError:
            return _json({"error": "that is nested too deep"}, 400)
        except OverflowError:
            return _json({"error": "that moment is out of reach"}, 400)

    def _answered(self, request: Request) -> Response:
        if request.host.rsplit(":", 1)[0] not in LOCAL_NAMES:
            raise Forbidden("the control address is for this machine alone")
        name = request.path.removeprefix(PREFIX)
        if name not in {known for _, known in self._acts}:
            raise NotFound("there are /control/faults and /control/clock")
        act = self._acts.get((request.method, name))
        if act is None:
            raise MethodNotAllowed(description=f"{request.method} does nothing here")
        return _json(act(_sent(request)), 200)

    def _list_faults(self, sent: dict[str, Any]) -> object:
        return [
            {"kind": fault.kind, "operation": fault.operation, "call": fault.call - fault.seen}
            for fault in self._faults.waiting
        ]

    def _add_fault(self, sent: dict[str, Any]) -> object:
        unknown = set(sent) - FAULT_KEYS
        if unknown or "kind" not in sent:
            raise BadRequest(f"a fault has the keys {', '.join(sorted(FAULT_KEYS))}")
        kind, operation = sent.pop("kind"), sent.pop("operation", None)
        if not isinstance(operation, str | None):
            raise BadRequest("operation is a text")
        if not all(_is_whole(sent.get(name, 1)) for name in ("call", "times")):
            raise BadRequest("call and times are whole numbers")
        if not _is_number(sent.get("seconds", 1)):
            raise BadRequest("seconds is a number")
        self._faults.add(kind, operation, **sent)
        return self._list_faults({})

    def _clear_faults(self, sent: dict[str, Any]) -> object:
        self._faults.clear()
        return []

    def _tell_time(self, sent: dict[str, Any]) -> object:
        return {"now": self._clock.now().isoformat()}

    def _set_time(self, sent: dict[str, Any]) -> object:
        if not isinstance(self._clock, SettableClock):
            raise BadRequest("this fake lives in the computer's own time")
        if isinstance(sent.get("now"), str):
            self._clock.set(datetime.fromisoformat(sent["now"]))
        elif _is_number(sent.get("advance")):
            self._clock.advance(timedelta(seconds=sent["advance"]))
        else:
            raise BadRequest('expected {"now": "2017-10-19T10:00:00+00:00"} or {"advance": 60}')
        self._faults.settle()
        return self._tell_time({})


def _sent(request: Request) -> dict[str, Any]:
    if request.method != "POST":
        return {}
    request.max_content_length = 10_000
    if not request.is_json:
        raise BadRequest("expected Content-Type: application/json")
    sent = request.get_json()
    if not isinstance(sent, dict):
        raise BadRequest("expected a JSON object")
    return sent


def _is_whole(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)


def _is_number(value: object) -> bool:
    return _is_whole(value) or isinstance(value, float)


def _json(content: object, status: int) -> Response:
    return Response(json.dumps(content), status, content_type="application/json")
