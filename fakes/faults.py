"""Faults on demand, for both fakes: break a chosen call before, during or after it took effect.

`Faults` is a list of what is to happen to which call. It sits around the real application, so
whatever a call does before it is broken, it has really done. Where the connection itself breaks,
`BrokenConnection` leaves the application and whoever carries the bytes makes it true: the
in-process adapters raise what their client library raises, the server resets or hangs.
"""

import io
import math
import threading
import time
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import TYPE_CHECKING

from fakes.clock import Clock, SettableClock
from fakes.wsgi import call, whole_body

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment


class Kind(StrEnum):
    """What happens to a call; the value is the name used in stories and at the control address."""

    REFUSED = "refused"
    TIME_OUT = "time-out"
    SLOW = "slow"
    TIME_OUT_COMMITTED = "time-out, committed"
    COMMITTED_LATE = "committed late"
    HTTP_500 = "http 500"
    HTTP_503 = "http 503"
    SOAP_FAULT = "soap fault"
    TRUNCATED = "truncated"
    ANSWER_LOST = "answer lost"
    SESSION_EXPIRED = "session expired"
    QUOTA_REACHED = "quota reached"
    SERVED_TWICE = "served twice"


class Break(StrEnum):
    """How a connection breaks."""

    REFUSED = "refused"
    RESET = "reset"
    HANGS = "hangs"


class BrokenConnection(Exception):
    """The connection breaks here instead of carrying an answer."""

    def __init__(self, how: Break) -> None:
        super().__init__(f"the connection is broken on demand: {how}")
        self.how = how


BREAKS = {
    Kind.REFUSED: Break.REFUSED,
    Kind.TIME_OUT: Break.HANGS,
    Kind.TIME_OUT_COMMITTED: Break.HANGS,
    Kind.COMMITTED_LATE: Break.HANGS,
    Kind.ANSWER_LOST: Break.RESET,
}
"""The kinds that end in a broken connection, and how."""

LONGEST = 100_000_000
"""How many seconds a fault may last at most: three years."""

STRUCK = "fakes.struck"
"""Where the environment of a call holds the kind of the fault that happened to it."""

STARTED = "fakes.started"
"""Where the environment of a call that is committed late holds the moment at which it was sent."""

Answer = tuple[str, list[tuple[str, str]], bytes]
Answers = Mapping[Kind, Callable[["WSGIEnvironment", str], Answer]]
"""How a service itself words some kinds: from the request and the operation to the answer."""


@dataclass
class Fault:
    """One fault: `kind` happens to the `call`-th call, counted from now, of an operation.

    `operation` None counts every call; `times` is how many calls in a row it lasts; `seconds` is
    how slow, or how late, on the fake's clock.
    """

    kind: Kind
    operation: str | None = None
    call: int = 1
    times: int = 1
    seconds: float = 30.0
    seen: int = 0

    def strikes(self, operation: str) -> bool:
        """Count a call, and tell whether the fault happens to it."""
        if self.operation is not None and self.operation != operation:
            return False
        self.seen += 1
        return self.call <= self.seen < self.call + self.times

    @property
    def spent(self) -> bool:
        """Whether it has happened as often as it should."""
        return self.seen >= self.call + self.times - 1


@dataclass(frozen=True)
class _LateCall:
    due: datetime
    perform: Callable[[], object]


class Faults:
    """The faults that are to happen to one fake, in the order in which they were added.

    `operations` are all that its service has, where they can be told beforehand.
    """

    def __init__(self, clock: Clock, operations: Collection[str] = ()) -> None:
        self._clock = clock
        self._operations = operations
        self._faults: list[Fault] = []
        self._late: list[_LateCall] = []
        self._lock = threading.Lock()
        self._pauses = 0
        self._listener: Callable[[str], None] | None = None

    def listen(self, listener: Callable[[str], None] | None) -> None:
        """Let somebody hear the operation of each call before it is made; None ends it.

        Calls that pass while faults are paused are not told. The listener may add faults, which
        then can happen to this very call.
        """
        self._listener = listener

    def add(
        self,
        kind: Kind | str,
        operation: str | None = None,
        *,
        call: int = 1,
        times: int = 1,
        seconds: float = 30.0,
    ) -> Fault:
        """Let a fault happen (see `Fault`).

        Raises ValueError for one that cannot happen, with the good kinds or operations.
        """
        try:
            found = Kind(kind)
        except ValueError as wrong:
            raise ValueError(f"there is no fault {kind!r}; there are: {', '.join(Kind)}") from wrong
        if call < 1 or times < 1:
            raise ValueError("call and times count from 1")
        if not (math.isfinite(seconds) and 0 <= seconds <= LONGEST):
            raise ValueError(f"seconds is a number from 0 to {LONGEST:,}")
        if operation is not None and self._operations and operation not in self._operations:
            names = ", ".join(self._operations)
            raise ValueError(f"there is no operation {operation!r}; there are: {names}")
        fault = Fault(found, operation, call, times, seconds)
        with self._lock:
            self._faults.append(fault)
        return fault

    def clear(self) -> None:
        """Forget all faults, and the calls that were still to be committed late."""
        with self._lock:
            self._faults.clear()
            self._late.clear()

    def call_off(self) -> None:
        """Forget the faults that have not happened; what is to be committed late still is."""
        with self._lock:
            self._faults.clear()

    @property
    def waiting(self) -> list[Fault]:
        """The faults that have not yet happened, or not as often as they should."""
        with self._lock:
            return [fault for fault in self._faults if not fault.spent]

    def settle(self) -> None:
        """Perform the late calls whose time has come; every call does this first."""
        now = self._clock.now()
        with self._lock:
            due = [late for late in self._late if late.due <= now]
            self._late = [late for late in self._late if late.due > now]
        for late in due:
            late.perform()

    def striking(self, operation: str) -> Fault | None:
        """Count a call of an operation; return the first fault that happens to it."""
        with self._lock:
            if self._pauses:
                return None
        if self._listener is not None:
            self._listener(operation)
        with self._lock:
            struck = [fault for fault in self._faults if fault.strikes(operation)]
            self._faults = [fault for fault in self._faults if not fault.spent]
        return struck[0] if struck else None

    @contextmanager
    def paused(self) -> Iterator[None]:
        """Let calls pass unbroken and uncounted meanwhile, for who looks on without taking part."""
        with self._lock:
            self._pauses += 1
        try:
            yield
        finally:
            with self._lock:
                self._pauses -= 1

    def postpone(self, seconds: float, perform: Callable[[], object]) -> None:
        """Keep a call to be performed when the clock is `seconds` further."""
        due = self._clock.now() + timedelta(seconds=seconds)
        with self._lock:
            self._late.append(_LateCall(due, perform))

    def now(self) -> datetime:
        """Return the moment on the clock of the fake."""
        return self._clock.now()

    def wait(self, seconds: float) -> None:
        """Let time pass: on a clock that stands still by moving it, else really."""
        if isinstance(self._clock, SettableClock) and not self._clock.runs:
            self._clock.advance(timedelta(seconds=seconds))
        else:
            time.sleep(seconds)

    @property
    def idle(self) -> bool:
        """Whether there is nothing to do to any call."""
        return not self._faults and not self._late and self._listener is None

    def around(
        self,
        application: "WSGIApplication",
        operation_of: Callable[["WSGIEnvironment", bytes], str | None],
        answers: Answers,
    ) -> "WSGIApplication":
        """Return the application with the faults happening to its calls.

        `operation_of` names the operation that a request and its body ask for, None for what is
        no call; `answers` words the kinds that the service words itself.
        """
        return _FaultyApplication(self, application, operation_of, answers)


class _FaultyApplication:
    def __init__(
        self,
        faults: Faults,
        application: "WSGIApplication",
        operation_of: Callable[["WSGIEnvironment", bytes], str | None],
        answers: Answers,
    ) -> None:
        self._faults = faults
        self._application = application
        self._operation_of = operation_of
        self._answers = answers

    def __call__(
        self, environ: "WSGIEnvironment", start_response: "StartResponse"
    ) -> Iterable[bytes]:
        if self._faults.idle:
            return self._application(environ, start_response)
        self._faults.settle()
        body = whole_body(environ)
        if body is None:
            return self._application(environ, start_response)
        operation = self._operation_of(environ, body)
        fault = None if operation is None else self._faults.striking(operation)
        if operation is None or fault is None:
            status, headers, content = self._performed(environ, body)
        else:
            environ[STRUCK] = fault.kind
            status, headers, content = self._broken(fault, operation, environ, body)
        start_response(status, headers)
        return [content]

    def _performed(self, environ: "WSGIEnvironment", body: bytes) -> Answer:
        fresh = dict(environ)
        fresh["wsgi.input"] = io.BytesIO(body)
        code, reason, headers, content = call(self._application, fresh)
        return f"{code} {reason}", headers, content

    def _broken(
        self, fault: Fault, operation: str, environ: "WSGIEnvironment", body: bytes
    ) -> Answer:
        kind = fault.kind
        if kind in self._answers:
            return self._answers[kind](environ, operation)
        if kind is Kind.HTTP_500:
            return _plain("500 Internal Server Error")
        if kind is Kind.HTTP_503:
            return _plain("503 Service Unavailable")
        if kind is Kind.COMMITTED_LATE:
            kept = {**environ, STARTED: self._faults.now()}
            self._faults.postpone(fault.seconds, lambda: self._performed(kept, body))
        if kind is Kind.SLOW:
            self._faults.wait(fault.seconds)
        if kind in (Kind.REFUSED, Kind.TIME_OUT, Kind.COMMITTED_LATE):
            raise BrokenConnection(BREAKS[kind])
        answer = self._performed(environ, body)
        if kind is Kind.SERVED_TWICE:
            answer = self._performed(environ, body)
        if kind in BREAKS:
            raise BrokenConnection(BREAKS[kind])
        return _truncated(answer) if kind is Kind.TRUNCATED else answer


def _plain(status: str) -> Answer:
    body = status.encode()
    return status, [("Content-Type", "text/plain"), ("Content-Length", str(len(body)))], body


def _truncated(answer: Answer) -> Answer:
    """Return the first half of an answer's body, as a server that died halfway would have sent."""
    status, headers, content = answer
    half = content[: len(content) // 2]
    kept = [(name, value) for name, value in headers if name.lower() != "content-length"]
    return status, [*kept, ("Content-Length", str(len(half)))], half
