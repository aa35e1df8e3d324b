"""Calls a WSGI application from Python, and reads what it is sent before it does (PEP 3333)."""

import io
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, cast

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

LARGEST_IN_CHUNKS = 32 * 1024 * 1024 + 1
"""How much of a body in chunks is read, which says nowhere how long it is: more than any of the
applications takes, so that they still refuse what is too large."""


def whole_body(environ: "WSGIEnvironment") -> bytes | None:
    """Return a request's body, in chunks or not, and put it back for the application.

    None for one that cannot be had at all, which is left to the application to refuse: it meets
    the error that reading it ended in, not what the client sent after that.
    """
    length = environ.get("CONTENT_LENGTH") or ""
    if length and (not (length.isascii() and length.isdecimal()) or len(length) > 7):
        return None
    in_chunks = not length and environ.get("wsgi.input_terminated")
    wanted = LARGEST_IN_CHUNKS if in_chunks else int(length or 0)
    try:
        body: bytes = environ["wsgi.input"].read(wanted)
    except OSError as wrong:
        environ["wsgi.input"] = _Unreadable(wrong)
        return None
    environ["wsgi.input"] = io.BytesIO(body)
    environ["CONTENT_LENGTH"] = length or str(len(body))
    return body


class _Unreadable(io.RawIOBase):
    """What is left of a body of which the reading failed."""

    def __init__(self, wrong: OSError) -> None:
        super().__init__()
        self._wrong = wrong

    def read(self, size: int = -1, /) -> bytes:
        """Fail again."""
        raise self._wrong


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
