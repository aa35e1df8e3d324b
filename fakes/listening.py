"""A listening socket on an address of this machine, of IPv4 or IPv6, and the URL that it has."""

import socket

WAITING_CONNECTIONS = 128


def listening(host: str, port: int) -> socket.socket:
    """Return a socket that listens; port 0 takes any free one.

    Raises OSError when the port is taken or the host is not this machine's.
    """
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    return socket.create_server((host, port), family=family, backlog=WAITING_CONNECTIONS)


def url_of(host: str, port: int) -> str:
    """Return the URL of a host by name or number; a number of IPv6 stands in brackets."""
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"
