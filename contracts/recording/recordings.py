"""Recordings: what a client and a service said to each other, as lines of JSON.

The format is told in `docs/recordings.md`. Bodies are kept as they were before compression, so that
they can be read, compared and redacted; a reader that needs the wire's bytes compresses them again
by the Content-Encoding that stands among the headers.
"""

import base64
import gzip
import json
import zlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from contracts.recording.older import is_older, older_row

VERSION = 1
LARGEST_UNPACKED = 64 * 1024 * 1024
MOST_MEMBERS = 100
"""How long a body may be before its compression, and of how many parts gzip may put it together."""
FIRST_LINE = "koppeling recording"

Headers = tuple[tuple[str, str], ...]


class RecordingError(ValueError):
    """A file is no recording; the message says which line of which file, and what was expected."""


@dataclass(frozen=True)
class Request:
    """What was asked: the address as the service knows it, headers in order, the body unpacked."""

    method: str
    url: str
    headers: Headers
    body: bytes

    def header(self, name: str) -> str:
        """Return a header's value, in any case of its name; empty when there is none."""
        return _header(self.headers, name)


@dataclass(frozen=True)
class Response:
    """What was answered: status, headers in order, the body unpacked."""

    status: int
    reason: str
    headers: Headers
    body: bytes

    def header(self, name: str) -> str:
        """Return a header's value, in any case of its name; empty when there is none."""
        return _header(self.headers, name)


@dataclass(frozen=True)
class Exchange:
    """One exchange: a request, and its answer or why there is none.

    `at` is when the request was sent, in UTC, None where that is not known; `seconds` is how long
    the answer took. `label` is what a person calls it.
    """

    number: int
    request: Request
    response: Response | None
    at: datetime | None = None
    seconds: float = 0.0
    broken: str = ""
    label: str = ""


@dataclass(frozen=True)
class Recording:
    """The exchanges of one run, in the order in which they were sent."""

    exchanges: tuple[Exchange, ...]
    made: datetime | None = None
    redacted: bool = False

    def __iter__(self) -> Iterator[Exchange]:
        return iter(self.exchanges)

    def __len__(self) -> int:
        return len(self.exchanges)


def read(path: Path) -> Recording:
    """Read a recording, of this format or of the older one without a first line.

    Raises RecordingError for a file that is neither, or of a version that is not known here.
    """
    rows = list(_rows(path))
    if not rows:
        raise RecordingError(f"{path} is empty; expected a recording")
    number, first = rows[0]
    if first.get("format") == FIRST_LINE:
        if first.get("version") != VERSION:
            raise RecordingError(
                f"{path}, line {number}: this is version {first.get('version')} of the format; "
                f"this program reads version {VERSION}"
            )
        return Recording(
            tuple(_exchange(path, number, row) for number, row in rows[1:]),
            made=_moment(first.get("made")),
            redacted=bool(first.get("redacted", False)),
        )
    if is_older(first):
        exchanges = [
            _exchange(path, number, older_row(n, row)) for n, (number, row) in enumerate(rows, 1)
        ]
        return Recording(tuple(exchanges))
    raise RecordingError(f'{path}, line {number}: expected {{"format": "{FIRST_LINE}", …}}')


def write(path: Path, recording: Recording) -> None:
    """Write a recording, replacing the file if there is one."""
    path.write_text("".join(f"{line}\n" for line in lines(recording)), encoding="utf-8")


def lines(recording: Recording) -> Iterator[str]:
    """Yield a recording's lines, the first one telling the format."""
    first: dict[str, Any] = {"format": FIRST_LINE, "version": VERSION}
    if recording.made is not None:
        first["made"] = recording.made.isoformat()
    yield _line({**first, "redacted": recording.redacted})
    for exchange in recording:
        yield _line(row(exchange))


def row(exchange: Exchange) -> dict[str, Any]:
    """Return an exchange as the object of its line."""
    told: dict[str, Any] = {"number": exchange.number}
    if exchange.label:
        told["label"] = exchange.label
    if exchange.at is not None:
        told["at"] = exchange.at.isoformat()
        told["seconds"] = round(exchange.seconds, 6)
    request = exchange.request
    told["request"] = {
        "method": request.method,
        "url": request.url,
        "headers": [list(header) for header in request.headers],
        **_written(request.body),
    }
    if exchange.response is None:
        told["broken"] = exchange.broken
    else:
        response = exchange.response
        told["response"] = {
            "status": response.status,
            "reason": response.reason,
            "headers": [list(header) for header in response.headers],
            **_written(response.body),
        }
    return told


def unpacked(headers: Sequence[tuple[str, str]], body: bytes) -> bytes:
    """Return a body as it was before its Content-Encoding.

    As it is when that cannot be undone, or makes more of it than a body can be: one megabyte can be
    packed a thousand times over.
    """
    encoding = _header(headers, "Content-Encoding").lower()
    if encoding in ("gzip", "x-gzip"):
        window = zlib.MAX_WBITS | 16
    elif encoding == "deflate":
        # Some servers leave the head of zlib's format out, and browsers let them.
        has_head = len(body) > 1 and body[0] & 15 == 8 and not (body[0] << 8 | body[1]) % 31
        window = zlib.MAX_WBITS if has_head else -zlib.MAX_WBITS
    else:
        return body
    told, rest = b"", body
    for _ in range(MOST_MEMBERS):
        unpacking = zlib.decompressobj(window)
        try:
            told += unpacking.decompress(rest, LARGEST_UNPACKED + 1 - len(told))
        except zlib.error:
            return body
        if not unpacking.eof or len(told) > LARGEST_UNPACKED:
            return body
        rest = unpacking.unused_data.lstrip(b"\0")
        if not rest or encoding == "deflate":
            return told
    return body


def packed(headers: Sequence[tuple[str, str]], body: bytes) -> bytes:
    """Return a body as it goes over the wire under its Content-Encoding."""
    encoding = _header(headers, "Content-Encoding").lower()
    if encoding in ("gzip", "x-gzip"):
        return gzip.compress(body, mtime=0)
    return zlib.compress(body) if encoding == "deflate" else body


def _header(headers: Iterable[tuple[str, str]], name: str) -> str:
    return next((value for found, value in headers if found.lower() == name.lower()), "")


def _line(told: dict[str, Any]) -> str:
    return json.dumps(told, ensure_ascii=False)


def _written(body: bytes) -> dict[str, str]:
    try:
        return {"text": body.decode("utf-8")}
    except UnicodeDecodeError:
        return {"base64": base64.b64encode(body).decode("ascii")}


def _rows(path: Path) -> Iterator[tuple[int, dict[str, Any]]]:
    with path.open("rb") as file:
        for number, line in enumerate(file, 1):
            try:
                row = json.loads(line.decode("utf-8"))
            except ValueError as wrong:
                raise RecordingError(
                    f"{path}, line {number} is no JSON in UTF-8: {wrong}"
                ) from wrong
            if not isinstance(row, dict):
                raise RecordingError(f"{path}, line {number}: expected an object")
            yield number, row


def _exchange(path: Path, number: int, row: dict[str, Any]) -> Exchange:
    try:
        request, response = row["request"], row.get("response")
        return Exchange(
            number=int(row["number"]),
            request=Request(
                method=request["method"],
                url=request["url"],
                headers=_pairs(request["headers"]),
                body=_body(request),
            ),
            response=None
            if response is None
            else Response(
                status=int(response["status"]),
                reason=response.get("reason", ""),
                headers=_pairs(response["headers"]),
                body=_body(response),
            ),
            at=_moment(row.get("at")),
            seconds=float(row.get("seconds", 0.0)),
            broken=row.get("broken", ""),
            label=row.get("label", ""),
        )
    except (KeyError, TypeError, ValueError) as wrong:
        raise RecordingError(
            f"{path}, line {number} is no exchange: {type(wrong).__name__}: {wrong}"
        ) from wrong


def _pairs(headers: list[list[str]]) -> Headers:
    return tuple((str(name), str(value)) for name, value in headers)


def _body(message: dict[str, Any]) -> bytes:
    if "base64" in message:
        return base64.b64decode(message["base64"], validate=True)
    text: str = message["text"]
    return text.encode("utf-8")


def _moment(text: str | None) -> datetime | None:
    return None if text is None else datetime.fromisoformat(text).astimezone(UTC)
