"""Puts a proxy's own address where a WSDL, or a disco document, says where the service is."""

import re

_LOCATION = re.compile(rb'(<[\w:]*address\b[^>]*\blocation=")([^"]*)(")')
_REFERENCE = re.compile(
    rb"(<(?:[\w]+:)?(?:contractRef|discoveryRef|schemaRef|soap)\b)([^>]*)(>)", re.IGNORECASE
)


def readdressed(body: bytes, service: str, own: str) -> bytes:
    """Return a WSDL or disco document in which addresses under `service` are under `own`.

    Another body is returned as it is. Both are a scheme, a host and a port. Clients follow these
    addresses, past any proxy. An address of the same host by another scheme is rewritten too.
    """
    is_disco = b"schemas.xmlsoap.org/disco" in body[:2000]
    if not is_disco and b"definitions" not in body[:2000]:
        return body
    host = re.sub(r"^https?://", "", service).partition("/")[0].partition(":")[0]
    pattern = re.compile(rf"https?://{re.escape(host)}(?::\d+)?(?=/|\"|$)".encode(), re.IGNORECASE)

    def own_address(found: re.Match[bytes]) -> bytes:
        return found[1] + pattern.sub(own.encode(), found[2]) + found[3]

    return (_REFERENCE if is_disco else _LOCATION).sub(own_address, body)
