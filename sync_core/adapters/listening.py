"""Serves the listener on a socket, in a thread; a slow or huge sender holds up nobody.

Waitress reads each request whole before a thread works on it, and gives up on senders that stall.
"""

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Any

from flask import Flask
from waitress import wasyncore
from waitress.server import create_server

from sync_core.failures import NeedsPerson
from sync_core.listener import LONGEST_BODY

SECONDS_FOR_A_REQUEST = 15
LONGEST_HEADERS = 8 * 1024
THREADS = 4


class CannotListen(NeedsPerson):
    """The address to listen on cannot be had."""


@contextmanager
def listening(app: Flask, host: str, port: int) -> Iterator[str]:
    """Serve an application while the block runs; gives its address. Port 0 takes any free one.

    Raises CannotListen when the port is taken or the host is not this machine's.
    """
    try:
        family = socket.AF_INET6 if ":" in host else socket.AF_INET
        place = socket.create_server((host, port), family=family)
    except OSError as error:
        raise CannotListen(f"cannot listen at {host}:{port}: {error.strerror}") from error
    open_channels: dict[int, Any] = {}
    server: Any = create_server(
        app.wsgi_app,
        map=open_channels,
        sockets=[place],
        threads=THREADS,
        channel_timeout=SECONDS_FOR_A_REQUEST,
        cleanup_interval=SECONDS_FOR_A_REQUEST,
        max_request_body_size=2 * LONGEST_BODY,
        max_request_header_size=LONGEST_HEADERS,
        asyncore_loop_timeout=1,
        ident=None,
    )
    thread = threading.Thread(target=server.run, name="listener", daemon=True)
    thread.start()
    try:
        shown = f"[{host}]" if ":" in host else host
        yield f"http://{shown}:{place.getsockname()[1]}"
    finally:
        with suppress(OSError):
            # An earlier pull may wake the loop, which has closed the pipe when it is written to.
            server.trigger.pull_trigger(lambda: wasyncore.close_all(open_channels, ignore_all=True))
        thread.join(SECONDS_FOR_A_REQUEST)
        server.task_dispatcher.shutdown()
