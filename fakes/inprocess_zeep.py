"""Lets zeep talk to a WSGI application without a socket and without `requests`.

Zeep's own bytes go to the application as they are and the answer's bytes come back; a broken call
raises what zeep's ordinary transport would have raised.
"""

import io
from collections.abc import Mapping
from functools import lru_cache
from typing import TYPE_CHECKING, Any

import requests
from lxml import etree
from requests.exceptions import InvalidSchema
from requests.structures import CaseInsensitiveDict
from zeep.transports import Transport

from fakes.faults import BrokenConnection
from fakes.inprocess import as_requests_error, environment, session
from fakes.wsgi import call

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIApplication, WSGIEnvironment


class Answer:
    """An answer with what zeep reads of one."""

    def __init__(self, status: int, headers: Mapping[str, str], content: bytes) -> None:
        self.status_code = status
        self.headers = headers
        self.content = content
        self.encoding = "utf-8"

    @property
    def text(self) -> str:
        """The content as text."""
        return self.content.decode(self.encoding, "replace")


class WsgiTransport(Transport):
    """A transport for `zeep.Client` that finds each application at its base address.

    `applications` maps a base address ("http://books.example") to its application. Raises
    `requests.exceptions.InvalidSchema` for any other address.
    """

    def __init__(self, applications: Mapping[str, "WSGIApplication"]) -> None:
        super().__init__(session=session(applications))  # type: ignore[no-untyped-call] # zeep's
        self._applications = applications

    def post(self, address: str, message: bytes, headers: Mapping[str, str]) -> Answer:
        """Hand a request to its application and return the answer."""
        application = self._application(address)
        environ = _environment(address, message, headers)
        try:
            status, _, answered, content = call(application, environ)
        except BrokenConnection as broken:
            raise as_requests_error(broken) from broken
        return Answer(status, CaseInsensitiveDict(answered), content)

    def post_xml(
        self, address: str, envelope: etree._Element, headers: Mapping[str, str]
    ) -> Answer:
        """Hand an envelope to its application, without the indentation that nobody reads."""
        message = etree.tostring(envelope, xml_declaration=True, encoding="utf-8")
        return self.post(address, message, headers)

    def _application(self, address: str) -> "WSGIApplication":
        for base, application in self._applications.items():
            if address.startswith(base):
                return application
        raise InvalidSchema(f"no application answers at {address}")


@lru_cache(maxsize=64)
def _place(address: str) -> Mapping[str, Any]:
    return environment(requests.Request("POST", address).prepare())


def _environment(address: str, message: bytes, headers: Mapping[str, str]) -> "WSGIEnvironment":
    environ = dict(_place(address))
    environ["CONTENT_LENGTH"] = str(len(message))
    environ["wsgi.input"] = io.BytesIO(message)
    for name, value in headers.items():
        key = name.upper().replace("-", "_")
        environ[key if key == "CONTENT_TYPE" else f"HTTP_{key}"] = value
    return environ
