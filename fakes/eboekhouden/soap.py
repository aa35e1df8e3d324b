"""The SOAP end of the service, as a WSGI application: a call in, an answer or a fault out.

Only what cannot be read is a fault, as ASP.NET words it (evidence: eb-faults); a refusal is an
ordinary answer. What a request is, `envelope` and `calls` say.
"""

import logging
from collections.abc import Iterable
from http import HTTPStatus
from typing import TYPE_CHECKING

from fakes.eboekhouden import codec, wsdl
from fakes.eboekhouden.calls import read_call
from fakes.eboekhouden.envelope import (
    SOAP_11,
    SOAP_12,
    Fault,
    Unacceptable,
    Version,
    asked,
    opened,
    read_body,
    version_guessed,
)
from fakes.eboekhouden.errors import Refused
from fakes.eboekhouden.operations import Office
from fakes.eboekhouden.service import OPERATIONS
from fakes.eboekhouden.shapes import Shapes

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIEnvironment

FAULT_CODES_12 = {"Client": "Sender", "Server": "Receiver"}
START = (
    '<?xml version="1.0" encoding="utf-8"?><soap:Envelope xmlns:soap="{envelope}"'
    ' xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"'
    ' xmlns:xsd="http://www.w3.org/2001/XMLSchema"><soap:Body>'
)
STARTS = {
    version: START.format(envelope=version.envelope).encode() for version in (SOAP_11, SOAP_12)
}
END = "</soap:Body></soap:Envelope>"
VERSION = "fakes.soap_version"
"""Where the environment holds the version of an envelope that was opened to see what it asks."""

log = logging.getLogger(__name__)

Headers = list[tuple[str, str]]
Answer = tuple[HTTPStatus, Headers, bytes]


class SoapApplication:
    """Answers `/soap.asmx` by POST: each call through the codec to its operation."""

    def __init__(self, office: Office) -> None:
        self._office = office
        self._shapes = Shapes()
        descriptors = wsdl.descriptors()
        self._answers = {
            operation.name: (
                operation,
                codec.answer_writer(descriptors[operation.name].out_message),
            )
            for operation in OPERATIONS
        }

    def __call__(
        self, environ: "WSGIEnvironment", start_response: "StartResponse"
    ) -> Iterable[bytes]:
        """Answer one request (WSGI)."""
        status, headers, body = self.answer(environ)
        headers.append(("Content-Length", str(len(body))))
        start_response(_STATUS_LINES[status], headers)
        return [body]

    def answer(self, environ: "WSGIEnvironment") -> Answer:
        """Return status, headers and body of the answer to one POST."""
        version = None
        try:
            body = read_body(environ)
            call = self._shapes.read(environ, body)
            if call is None:
                envelope = opened(environ, body)
                version = envelope.version
                call = read_call(environ, envelope)
                self._shapes.learn(environ, body, envelope, call)
            version = call.version
            operation, write = self._answers[call.operation]
            return _done(version, write(operation.answer(self._office, *call.arguments)))
        except Unacceptable as wrong:
            return wrong.status, [("Content-Type", "text/plain")], wrong.status.phrase.encode()
        except Fault as fault:
            return fault_answer(version or version_guessed(environ), fault.code, str(fault))
        except Exception:
            log.exception("a call failed inside the fake; this is a defect of the fake")
            text = "Server was unable to process request."
            return fault_answer(version or version_guessed(environ), "Server", text)

    def refusal(self, environ: "WSGIEnvironment", name: str, refused: Refused) -> Answer:
        """Return the answer by which operation `name` is refused, without having been called."""
        operation, write = self._answers[name]
        return _done(version_of(environ), write(operation.refusal(self._office, refused)))


_STATUS_LINES = {status: f"{status.value} {status.phrase}" for status in HTTPStatus}


def _done(version: Version, written: str) -> Answer:
    content = STARTS[version] + (written + END).encode()
    return HTTPStatus.OK, [("Content-Type", version.content_type)], content


def fault_answer(version: Version, code: str, text: str) -> Answer:
    """Return a SOAP fault in the form of a version, or of SOAP 1.1 when the version is unknown."""
    if code == "VersionMismatch":
        version = SOAP_11
    named = FAULT_CODES_12.get(code, code) if version is SOAP_12 else code
    fault = version.fault.format(code=named, text=codec.escaped(text))
    content = STARTS[version] + (fault + END).encode("utf-8", "replace")
    return HTTPStatus.INTERNAL_SERVER_ERROR, [("Content-Type", version.content_type)], content


def version_of(environ: "WSGIEnvironment") -> Version:
    """Return the version of the envelope that `operation_named` opened, else a guess."""
    version: Version = environ.get(VERSION) or version_guessed(environ)
    return version


def operation_named(environ: "WSGIEnvironment", body: bytes) -> str | None:
    """Return the operation that a request asks for, None for what is no readable call."""
    if environ["REQUEST_METHOD"] != "POST":
        return None
    try:
        envelope = opened(environ, body)
        environ[VERSION] = envelope.version
        return asked(environ, envelope)[0]
    except (Fault, Unacceptable):
        return None
