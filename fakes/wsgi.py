"""Calls a WSGI application from Python (PEP 3333)."""

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, cast

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment


def call(
    application: "WSGIApplication", environ: "WSGIEnvironment"
) -> tuple[int, str, list[tuple[str, str]], bytes]:
    """Call a WSGI application; return status, reason, headers and the whole body."""
    started: list[tuple[str, list[tuple[str, str]]]] = []
    written: list[bytes] = []

    def start_response(
        status: str, headers: list[tuple[str, str]], exc_info: object = None
    ) -> Callable[[bytes], object]:
        started[:] = [(status, headers)]
        return written.append

    answer: Iterable[bytes] = application(environ, cast("StartResponse", start_response))
    try:
        written.extend(answer)
    finally:
        close = getattr(answer, "close", None)
        if close is not None:
            close()
    status, headers = started[0]
    code, _, reason = status.partition(" ")
    return int(code), reason, headers, b"".join(written)
