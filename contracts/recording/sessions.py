"""Records what `requests` sessions of this process exchange, without a proxy."""

import time
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import requests
from requests.adapters import BaseAdapter

from contracts.recording.recordings import Exchange, Recording, Request, Response


class Recorder:
    """Keeps each exchange of the sessions that it watches; `now` gives the moment, in UTC."""

    def __init__(self, now: Callable[[], datetime] = lambda: datetime.now(UTC)) -> None:
        self._now = now
        self._exchanges: list[Exchange] = []

    @property
    def recording(self) -> Recording:
        """What was kept until now; nothing in it is redacted."""
        return Recording(tuple(self._exchanges), made=self._now())

    def watch(self, session: requests.Session) -> requests.Session:
        """Let a session's exchanges be kept; return the session."""
        for prefix, adapter in list(session.adapters.items()):
            session.mount(prefix, _RecordingAdapter(adapter, self))
        return session

    def keep(
        self,
        request: Request,
        response: Response | None,
        at: datetime,
        seconds: float,
        broken: str = "",
    ) -> None:
        """Keep one exchange."""
        number = len(self._exchanges) + 1
        self._exchanges.append(Exchange(number, request, response, at, seconds, broken))

    def now(self) -> datetime:
        """Return the moment."""
        return self._now()


class _RecordingAdapter(BaseAdapter):
    """Hands a request on to another adapter and keeps what was exchanged."""

    def __init__(self, inner: BaseAdapter, recorder: Recorder) -> None:
        super().__init__()
        self._inner = inner
        self._recorder = recorder

    def send(self, request: requests.PreparedRequest, *args: Any, **more: Any) -> requests.Response:
        """Send a request by the other adapter."""
        sent, at, begun = as_request(request), self._recorder.now(), time.perf_counter()
        try:
            response = self._inner.send(request, *args, **more)
        except requests.RequestException as error:
            seconds = time.perf_counter() - begun
            self._recorder.keep(sent, None, at, seconds, type(error).__name__)
            raise
        answer = Response(
            status=response.status_code,
            reason=response.reason,
            headers=tuple(response.raw.headers.items()),
            body=response.content,
        )
        self._recorder.keep(sent, answer, at, time.perf_counter() - begun)
        return response

    def close(self) -> None:
        """Close the other adapter."""
        self._inner.close()


def as_request(request: requests.PreparedRequest) -> Request:
    """Return a prepared request as a recording holds it."""
    body = request.body or b""
    return Request(
        method=request.method or "GET",
        url=request.url or "",
        headers=tuple((str(name), str(value)) for name, value in request.headers.items()),
        body=body if isinstance(body, bytes) else body.encode(),
    )
