"""Checks that a request comes from Bizzcloud, is fresh, and comes once. Pure.

The wire format is told in `docs/push.md`; how Bizzcloud's own module signs is not known (assumed).
"""

import hashlib
import hmac
from collections import OrderedDict
from datetime import UTC, datetime, timedelta

TIME_HEADER = "X-Bizzcloud-Time"
SIGNATURE_HEADER = "X-Bizzcloud-Signature"
WINDOW = timedelta(minutes=5)
"""How far a request's time may be from our own clock."""

MOST_REMEMBERED = 100_000
"""How many signatures are remembered against replay; only right ones are."""


class NotFromBizzcloud(Exception):
    """The request is not signed, not fresh, or was seen before; the text says which."""


def sign(secret: bytes, time: str, body: bytes) -> str:
    """Return the signature of a body sent at a time (seconds since 1970, as text)."""
    return hmac.new(secret, time.encode() + b"." + body, hashlib.sha256).hexdigest()


class Gate:
    """Lets each rightly signed, fresh request through once."""

    def __init__(self, secret: bytes) -> None:
        if not secret:
            raise ValueError("a listener needs a secret")
        self._secret = secret
        self._seen: OrderedDict[str, datetime] = OrderedDict()

    def admit(self, time: str | None, signature: str | None, body: bytes, now: datetime) -> None:
        """Raise NotFromBizzcloud unless this request is rightly signed, fresh and new."""
        if not time or not signature:
            raise NotFromBizzcloud("not signed")
        if not (time.isascii() and time.isdigit() and len(time) <= 11):
            raise NotFromBizzcloud("no time")
        expected = sign(self._secret, time, body)
        if not hmac.compare_digest(expected.encode(), signature.encode("utf-8", "replace")):
            raise NotFromBizzcloud("wrong signature")
        sent = datetime.fromtimestamp(int(time), UTC)
        if abs(now - sent) > WINDOW:
            raise NotFromBizzcloud("not fresh")
        self._forget(now)
        if expected in self._seen:
            raise NotFromBizzcloud("seen before")
        self._seen[expected] = sent

    def _forget(self, now: datetime) -> None:
        """Drop what could not be replayed anyway, since its time is too long ago."""
        for signature, sent in list(self._seen.items()):
            if now - sent <= WINDOW and len(self._seen) < MOST_REMEMBERED:
                return
            del self._seen[signature]
