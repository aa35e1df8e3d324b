"""Turns a recording into a cassette of VCR.py or a HAR file, and back.

A cassette holds bodies as they went over the wire, a HAR file unpacked, as their readers expect.
Labels are lost in both; a cassette has no place either for times and for answers that never came.
"""

import base64
import json
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from http import HTTPStatus
from io import StringIO
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from ruamel.yaml import YAML
from ruamel.yaml.error import YAMLError

from contracts.recording.recordings import (
    Exchange,
    Headers,
    Recording,
    RecordingError,
    Request,
    Response,
    packed,
    unpacked,
)

START = datetime(1970, 1, 1, tzinfo=UTC)
"""What a HAR file says of an exchange whose moment was not kept; the format demands one."""


def to_cassette(recording: Recording) -> str:
    """Return a recording as a cassette of VCR.py, in YAML."""
    interactions = [
        {
            "request": {
                "method": exchange.request.method,
                "uri": exchange.request.url,
                "headers": _gathered(exchange.request.headers),
                # VCR.py holds no body and an empty one apart, and clients send none with a GET.
                "body": _body(exchange.request),
            },
            "response": {
                "status": {
                    "code": exchange.response.status,
                    "message": exchange.response.reason or _phrase(exchange.response.status),
                },
                "headers": _gathered(exchange.response.headers),
                "body": {"string": packed(exchange.response.headers, exchange.response.body)},
            },
        }
        for exchange in recording
        if exchange.response is not None
    ]
    text = StringIO()
    YAML(typ="safe", pure=True).dump({"version": 1, "interactions": interactions}, text)
    return text.getvalue()


def _body(request: Request) -> bytes | None:
    """Return a body as it goes over the wire; None where there is none, even packed."""
    return packed(request.headers, request.body) if request.body else None


def from_cassette(text: str) -> Recording:
    """Return a cassette as a recording; raises RecordingError when it is none."""
    return _read("cassette of VCR.py", lambda: _of_cassette(YAML(typ="safe").load(text)))


def _of_cassette(told: Mapping[str, Any]) -> Recording:
    exchanges = []
    for number, one in enumerate(told["interactions"], 1):
        asked, answered = one["request"], one["response"]
        request_headers, headers = _spread(asked["headers"]), _spread(answered["headers"])
        exchanges.append(
            Exchange(
                number,
                Request(
                    asked["method"],
                    asked["uri"],
                    request_headers,
                    unpacked(request_headers, _bytes(asked.get("body"))),
                ),
                Response(
                    int(answered["status"]["code"]),
                    answered["status"].get("message") or "",
                    headers,
                    unpacked(headers, _bytes(answered["body"]["string"])),
                ),
            )
        )
    return Recording(tuple(exchanges))


def to_har(recording: Recording) -> str:
    """Return a recording as a HAR file, version 1.2."""
    entries = [_entry(exchange) for exchange in recording]
    creator = {"name": "koppeling", "version": "1"}
    told = {"log": {"version": "1.2", "creator": creator, "entries": entries}}
    return json.dumps(told, ensure_ascii=False)


def _entry(exchange: Exchange) -> dict[str, Any]:
    request, response = exchange.request, exchange.response
    query = parse_qsl(urlsplit(request.url).query, True)
    posted = {"postData": _content(request.headers, request.body)} if request.body else {}
    milliseconds = round(exchange.seconds * 1000, 3)
    return {
        "startedDateTime": (exchange.at or START).isoformat(),
        "time": milliseconds,
        "request": {
            "method": request.method,
            "url": request.url,
            "httpVersion": "HTTP/1.1",
            "cookies": [],
            "headers": _named(request.headers),
            "queryString": [{"name": name, "value": value} for name, value in query],
            "headersSize": -1,
            "bodySize": len(request.body),
            **posted,
        },
        "response": {
            "status": 0 if response is None else response.status,
            "statusText": exchange.broken if response is None else response.reason,
            "httpVersion": "HTTP/1.1",
            "cookies": [],
            "headers": [] if response is None else _named(response.headers),
            "content": {"size": 0, "mimeType": "", "text": ""}
            if response is None
            else {"size": len(response.body), **_content(response.headers, response.body)},
            "redirectURL": "" if response is None else response.header("Location"),
            "headersSize": -1,
            "bodySize": -1,
        },
        "cache": {},
        "timings": {"send": 0, "wait": milliseconds, "receive": 0},
    }


def from_har(text: str) -> Recording:
    """Return a HAR file as a recording; raises RecordingError when it is none."""
    return _read("HAR file", lambda: _of_har(json.loads(text)))


def _of_har(told: Mapping[str, Any]) -> Recording:
    exchanges = []
    for number, one in enumerate(told["log"]["entries"], 1):
        asked, answered = one["request"], one["response"]
        request_headers = _pairs(asked["headers"])
        at = datetime.fromisoformat(one["startedDateTime"]).astimezone(UTC)
        response = Response(
            int(answered["status"]),
            answered["statusText"],
            _pairs(answered["headers"]),
            _of_content(answered["content"]),
        )
        exchanges.append(
            Exchange(
                number,
                Request(
                    asked["method"],
                    asked["url"],
                    request_headers,
                    _of_content(asked.get("postData", {})),
                ),
                response if answered["status"] else None,
                None if at == START else at,
                0.0 if at == START else float(one["time"]) / 1000,
                "" if answered["status"] else answered["statusText"],
            )
        )
    return Recording(tuple(exchanges))


def _read(what: str, reading: Callable[[], Recording]) -> Recording:
    try:
        return reading()
    except (KeyError, TypeError, ValueError, AttributeError, YAMLError) as wrong:
        raise RecordingError(f"this is no {what}: {type(wrong).__name__}: {wrong}") from wrong


def _gathered(headers: Headers) -> dict[str, list[str]]:
    told: dict[str, list[str]] = {}
    for name, value in headers:
        told.setdefault(name, []).append(value)
    return told


def _spread(headers: Mapping[str, Any]) -> Headers:
    return tuple(
        (name, value)
        for name, values in headers.items()
        for value in (values if isinstance(values, list) else [values])
    )


def _bytes(body: str | bytes | None) -> bytes:
    return body.encode() if isinstance(body, str) else body or b""


def _phrase(status: int) -> str:
    return HTTPStatus(status).phrase if status in list(HTTPStatus) else ""


def _named(headers: Headers) -> list[dict[str, str]]:
    return [{"name": name, "value": value} for name, value in headers]


def _pairs(headers: list[dict[str, str]]) -> Headers:
    return tuple((header["name"], header["value"]) for header in headers)


def _content(headers: Headers, body: bytes) -> dict[str, str]:
    kind = next((value for name, value in headers if name.lower() == "content-type"), "")
    try:
        return {"mimeType": kind, "text": body.decode("utf-8")}
    except UnicodeDecodeError:
        encoded = base64.b64encode(body).decode("ascii")
        return {"mimeType": kind, "encoding": "base64", "text": encoded}


def _of_content(content: Mapping[str, str]) -> bytes:
    text = content.get("text", "")
    return base64.b64decode(text) if content.get("encoding") == "base64" else text.encode()
