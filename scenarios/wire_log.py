"""Keeps every call that the parties of a story make: who asked what, how long, what came back."""

import re
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

import requests
from requests.adapters import BaseAdapter

from contracts.redaction import Redactor
from fakes.faults import Fault, Faults

Party = Literal["people", "coupling", "judge"]
"""Who calls: the shop's people, the coupling, or the story's own reading of the books."""


@dataclass(frozen=True)
class WireCall:
    """One call over the wire; bodies are redacted already."""

    step: int
    """The number of the step in which it was made; 0 is the setting up."""
    party: Party
    service: str
    operation: str
    at: datetime
    """On the story's clock, in UTC."""
    seconds: float
    """How long it really took."""
    outcome: str
    """The HTTP status, or what broke."""
    url: str
    fault: str
    """What was made to go wrong with it, "" for nothing."""
    request: str
    response: str


class WireLog:
    """The calls of one story, in order."""

    def __init__(self, now: Callable[[], datetime], faults: Sequence[Faults] = ()) -> None:
        self._now = now
        self._faults = faults
        self.redactor = Redactor()
        self.step = 0
        self.calls: list[WireCall] = []

    def watch(self, session: requests.Session, party: Party) -> requests.Session:
        """Let a session's calls be kept as those of a party; return the session."""
        for prefix, adapter in list(session.adapters.items()):
            session.mount(prefix, _WatchingAdapter(adapter, self, party))
        return session

    def waiting(self) -> list[Fault]:
        """Return the faults that have not happened yet."""
        return [fault for faults in self._faults for fault in faults.waiting]

    def keep(
        self,
        party: Party,
        fault: str,
        request: requests.PreparedRequest,
        seconds: float,
        outcome: str,
        response: bytes,
    ) -> None:
        """Keep one call."""
        body = request.body or b""
        sent = body if isinstance(body, bytes) else body.encode()
        url = request.url or ""
        if url.endswith("?wsdl") and response:
            response = f"(the WSDL, {len(response)} bytes)".encode()
        self.calls.append(
            WireCall(
                step=self.step,
                party=party,
                service="e-Boekhouden" if "soap.asmx" in url else "Bizzcloud",
                operation=operation_of(request, sent),
                at=self._now(),
                seconds=seconds,
                outcome=outcome,
                url=self.redactor.text(url),
                fault=fault,
                request=self.redactor.body(sent),
                response=self.redactor.body(response),
            )
        )


class _WatchingAdapter(BaseAdapter):
    """Hands a request on to another adapter and keeps what was exchanged."""

    def __init__(self, inner: BaseAdapter, log: WireLog, party: Party) -> None:
        super().__init__()
        self._inner = inner
        self._log = log
        self._party = party

    def send(self, request: requests.PreparedRequest, *args: Any, **more: Any) -> requests.Response:
        """Send a request by the other adapter."""
        begun = time.perf_counter()
        waiting = self._log.waiting()
        try:
            response = self._inner.send(request, *args, **more)
        except requests.RequestException as error:
            seconds = time.perf_counter() - begun
            self._log.keep(
                self._party, self._struck(waiting), request, seconds, type(error).__name__, b""
            )
            raise
        content = response.content
        seconds = time.perf_counter() - begun
        outcome = str(response.status_code)
        self._log.keep(self._party, self._struck(waiting), request, seconds, outcome, content)
        return response

    def _struck(self, before: Sequence[Fault]) -> str:
        """Return which of the faults that were waiting has happened meanwhile."""
        left = self._log.waiting()
        return ", ".join(fault.kind for fault in before if fault not in left)

    def close(self) -> None:
        """Close the other adapter."""
        self._inner.close()


_METHOD = re.compile(rb"<methodName>([^<]*)</methodName>")
_STRING = re.compile(rb"<value><string>([^<]*)</string></value>")


def operation_of(request: requests.PreparedRequest, body: bytes) -> str:
    """Return what a request asks for: a SOAP operation, or a model and its method."""
    action = request.headers.get("SOAPAction")
    if action:
        return str(action).strip('"').rpartition("/")[2]
    method = _METHOD.search(body)
    if method is None:
        return request.method or ""
    name = method[1].decode("utf-8", "replace")
    if name not in ("execute_kw", "execute", "exec_workflow"):
        return name
    words = [word.decode("utf-8", "replace") for word in _STRING.findall(body)[2:4]]
    return " ".join(words) or name
