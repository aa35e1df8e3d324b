"""Carries a request to a service and its answer back, and keeps both."""

import time
from urllib.parse import urlsplit, urlunsplit

import urllib3

from contracts.recording.recordings import Request, Response, packed, unpacked
from contracts.recording.sessions import Recorder

HOP_BY_HOP = frozenset(
    {
        "connection",
        "content-length",
        "keep-alive",
        "proxy-authenticate",
        "proxy-authorization",
        "proxy-connection",
        "te",
        "trailer",
        "transfer-encoding",
        "upgrade",
    }
)
"""Headers that belong to one connection and are never handed on."""

READABLE = "gzip, deflate"
"""The compressions that a recording can undo; a client's wish for others is not handed on."""
SECONDS = 120.0


def carried(
    request: Request, target: str, recorder: Recorder, authority: str | None = None
) -> Response:
    """Send a request to a service and return its answer; `recorder` keeps the exchange.

    `target` is the service's scheme, host and port, whatever address the request came by.
    `authority` is a file of certificates to be trusted instead of the public ones. What the
    service cannot be reached for is answered with status 502 and kept as broken.
    """
    url = urlunsplit(urlsplit(request.url)._replace(**_place(target)))
    headers = [
        (name, READABLE if name.lower() == "accept-encoding" else value)
        for name, value in request.headers
        if name.lower() not in HOP_BY_HOP and name.lower() != "host"
    ]
    sent = Request(request.method, url, tuple(headers), request.body)
    at, begun = recorder.now(), time.perf_counter()
    try:
        with urllib3.PoolManager(ca_certs=authority, retries=False) as pool:
            answer = pool.request(
                request.method,
                url,
                headers=urllib3.HTTPHeaderDict(headers),
                body=packed(headers, request.body),
                redirect=False,
                decode_content=False,
                timeout=SECONDS,
            )
    except urllib3.exceptions.HTTPError as error:
        recorder.keep(sent, None, at, time.perf_counter() - begun, type(error).__name__)
        told = f"The service at {target} cannot be reached: {type(error).__name__}."
        return Response(502, "Bad Gateway", (("Content-Type", "text/plain"),), told.encode())
    kept = tuple((name, value) for name, value in answer.headers.items())
    made = Response(answer.status, answer.reason or "", kept, unpacked(kept, answer.data))
    recorder.keep(sent, made, at, time.perf_counter() - begun)
    return made


def _place(target: str) -> dict[str, str]:
    parts = urlsplit(target)
    return {"scheme": parts.scheme, "netloc": parts.netloc}
