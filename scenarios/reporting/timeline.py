"""Calls as the timeline of a page shows them; the same in a report and live."""

from collections.abc import Mapping, Sequence
from typing import Any

from contracts.recording.recordings import Headers
from scenarios.language.values import AMSTERDAM
from scenarios.reporting.wire_story import led_to
from scenarios.wire.log import WireCall


class Texts:
    """Texts, each kept once, by their places."""

    def __init__(self) -> None:
        self.all: list[str] = []
        self._places: dict[str, int] = {}

    def place(self, text: str) -> int:
        """Return the place of a text."""
        if text not in self._places:
            self._places[text] = len(self.all)
            self.all.append(text)
        return self._places[text]


def row(
    call: WireCall,
    calls: Sequence[WireCall],
    texts: Texts | None = None,
    booked: Mapping[str, Sequence[str]] | None = None,
) -> dict[str, Any]:
    """Return a call as the page's script takes it.

    `calls` are those it stands among; `texts` is where its bytes go, None when the page asks for
    them later; `booked` as in `wire_story.led_to`.
    """
    first = calls[0].exchange.at
    exchange = call.exchange
    assert first is not None
    assert exchange.at is not None
    made: dict[str, Any] = {
        "number": call.number,
        "step": call.step,
        "party": call.party,
        "service": call.service,
        "operation": call.operation,
        "documents": call.documents,
        "clock": f"{call.at.astimezone(AMSTERDAM):%d-%m-%Y %H:%M:%S}",
        "began": round((exchange.at - first).total_seconds() * 1000, 2),
        "took": round(exchange.seconds * 1000, 2),
        "outcome": call.outcome,
        "fault": call.fault,
    }
    if call.fault:
        made["led"] = led_to(call, calls, booked)
    if texts is not None:
        made["texts"] = [texts.place(text) for text in bytes_of(call)]
    return made


def bytes_of(call: WireCall) -> tuple[str, str, str, str]:
    """Return what went over the wire: head and body of the request, head and body of the answer."""
    request, response = call.exchange.request, call.exchange.response
    asked = f"{request.method} {request.url} HTTP/1.1\n{_headers(request.headers)}"
    if response is None:
        return asked, _text(request.body), f"({call.outcome})", ""
    answered = f"HTTP/1.1 {response.status} {response.reason}\n{_headers(response.headers)}"
    return asked, _text(request.body), answered, _text(response.body)


def _headers(headers: Headers) -> str:
    return "".join(f"{name}: {value}\n" for name, value in headers)


def _text(body: bytes) -> str:
    return body.decode("utf-8", "replace")
