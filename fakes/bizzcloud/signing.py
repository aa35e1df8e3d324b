"""Signed requests to the coupling: the headers of docs/push.md."""

import hashlib
import hmac
import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from fakes.clock import Clock

if TYPE_CHECKING:
    import requests

TIMEOUT = 10.0
"""How many seconds the coupling has to answer."""


@dataclass(frozen=True)
class CouplingAddress:
    """Where the coupling listens, and the secret that both sides have."""

    url: str
    secret: str


def signature(secret: str, time: str, body: bytes) -> str:
    """Return the signature of a body that is sent at a time (seconds since 1970, as text)."""
    signed = time.encode() + b"." + body
    return hmac.new(secret.encode(), signed, hashlib.sha256).hexdigest()


class NoAnswer(Exception):
    """The coupling gave no answer, or none within the time."""


def new_session() -> "requests.Session":
    """Return a session to send by; requests is loaded here, since most stand-ins never push."""
    import requests

    return requests.Session()


def post(
    http: "requests.Session", address: CouplingAddress, path: str, message: Any, clock: Clock
) -> "requests.Response":
    """Send a signed message; raises NoAnswer when there is none."""
    import requests

    body = json.dumps(message).encode()
    time = str(int(clock.now().timestamp()))
    headers = {
        "Content-Type": "application/json",
        "X-Bizzcloud-Time": time,
        "X-Bizzcloud-Signature": signature(address.secret, time, body),
    }
    try:
        return http.post(
            address.url.rstrip("/") + path, data=body, headers=headers, timeout=TIMEOUT
        )
    except requests.RequestException as error:
        raise NoAnswer(str(error)) from error
