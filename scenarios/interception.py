"""Answers what `requests` asks of the real services while a stand-in is there for it, in process.

Nothing that is meant for the stand-in reaches the real service: not another method, and not
another host of a service that is stood in for, which is refused with a sentence.
"""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import requests
import responses

from fakes.faults import BrokenConnection
from fakes.inprocess import as_requests_error, environment
from fakes.wsgi import call

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIApplication

METHODS = ("GET", "POST", "HEAD", "PUT", "PATCH", "DELETE", "OPTIONS")

Answer = tuple[int, dict[str, str], bytes]


class Interception:
    """One interception for all stand-ins that are in use at the same time; the newest answers."""

    def __init__(self) -> None:
        self._mock = responses.RequestsMock(assert_all_requests_are_fired=False)
        self._standing: list[tuple[str, WSGIApplication]] = []

    @contextmanager
    def of(self, real: str, application: "WSGIApplication") -> Iterator[None]:
        """Let an application answer what is asked of a real address, by https or http."""
        one = (_host(real), application)
        if not self._standing:
            self._mock.start()
        self._standing.append(one)
        self._listen()
        try:
            yield
        finally:
            self._standing.remove(one)
            self._listen()
            if not self._standing:
                self._mock.stop()

    def _listen(self) -> None:
        """Take the calls to all hosts of the services that are stood in for, and no others."""
        self._mock.reset()
        # Whatever else is called is none of our business.
        self._mock.add_passthru(re.compile(""))
        for domain in {_domain(host) for host, _ in self._standing}:
            address = re.compile(
                rf"https?://(?:[^/?#]*@)?(?:[\w-]+\.)*{re.escape(domain)}\.?(?::\d+)?(?:[/?#]|$)",
                re.IGNORECASE,
            )
            for method in METHODS:
                self._mock.add_callback(method, address, self._answer)

    def _answer(self, request: requests.PreparedRequest) -> Answer:
        host = _host(request.url or "")
        for standing, application in reversed(self._standing):
            if standing == host:
                return _answered(application, request)
        others = ", ".join(sorted({name for name, _ in self._standing}))
        raise requests.ConnectionError(
            f"nothing stands in for {host} here, and koppeling lets no test reach the real one; "
            f"there is a stand-in for {others}",
            request=request,
        )


def _answered(application: "WSGIApplication", request: requests.PreparedRequest) -> Answer:
    try:
        status, _, headers, body = call(application, environment(request))
    except BrokenConnection as broken:
        raise as_requests_error(broken, request) from broken
    # A server's socket would have dropped what an application answers to HEAD.
    return status, dict(headers), b"" if request.method == "HEAD" else body


def _host(address: str) -> str:
    return (urlsplit(address).hostname or "").lower().removesuffix(".")


def _domain(host: str) -> str:
    """Return the service's own domain: e-boekhouden.nl of soap.e-boekhouden.nl."""
    return ".".join(host.split(".")[-2:])


INTERCEPTION = Interception()
