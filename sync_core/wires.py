"""What carries the calls to each side; a test or a story brings its own."""

from dataclasses import dataclass

import requests
from zeep.transports import Transport


@dataclass(frozen=True)
class Wires:
    """A session for Bizzcloud's XML-RPC and a transport for e-Boekhouden's SOAP.

    Time-outs belong to the wires and are shorter than a lease (`sync_core.world.LEASE`), so
    that a call has ended before another process may post to the same books.
    """

    bizzcloud: requests.Session
    eboekhouden: Transport


CALL_TIMEOUT = 20.0
"""Seconds after which a call counts as unanswered."""


def sockets() -> Wires:
    """Return wires over real sockets."""
    return Wires(
        bizzcloud=requests.Session(),
        eboekhouden=Transport(timeout=CALL_TIMEOUT, operation_timeout=CALL_TIMEOUT),
    )
