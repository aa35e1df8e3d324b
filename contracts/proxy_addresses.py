"""Puts a proxy's own address where a WSDL says where the service is."""

import re

_LOCATION = re.compile(rb'(<[\w:]*address\b[^>]*\blocation=")([^"]*)(")')


def readdressed(body: bytes, service: str, own: str) -> bytes:
    """Return a WSDL in which addresses under `service` are under `own`; another body as it is.

    Both are a scheme, a host and a port. Clients follow these addresses, past any proxy. An
    address of the same host by another scheme is rewritten too.
    """
    if b"definitions" not in body[:2000]:
        return body
    host = re.sub(r"^https?://", "", service).partition("/")[0].partition(":")[0]
    pattern = re.compile(rf"https?://{re.escape(host)}(?::\d+)?(?=/|$)".encode(), re.IGNORECASE)

    def own_address(found: re.Match[bytes]) -> bytes:
        return found[1] + pattern.sub(own.encode(), found[2]) + found[3]

    return _LOCATION.sub(own_address, body)
