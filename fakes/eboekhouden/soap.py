"""The SOAP end of the service, as a WSGI application: envelopes, faults, the WSDL.

Only what cannot be read is a fault, as ASP.NET words it (evidence: eb-faults); a refusal is an
ordinary answer. Hostile XML is refused before it is parsed where that is possible, and by a parser
without entities, network or depth where it is not (evidence: eb-hostile).
"""

import logging
import re
from collections.abc import Iterable
from dataclasses import dataclass
from http import HTTPStatus
from typing import TYPE_CHECKING
from xml.parsers import expat
from xml.sax.saxutils import escape

from lxml import etree

from fakes.eboekhouden import codec, wsdl
from fakes.eboekhouden.errors import Refused
from fakes.eboekhouden.operations import Office
from fakes.eboekhouden.service import OPERATIONS
from fakes.eboekhouden.types import NAMESPACE

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIEnvironment

LARGEST_BODY = 4 * 1024 * 1024
ENCODINGS = frozenset({"utf-8", "us-ascii", "ascii", "iso-8859-1", "iso-8859-15", "windows-1252"})
ENCODING = re.compile(rb"""^\s*<\?xml[^>]{0,200}?encoding\s*=\s*["']([A-Za-z0-9._-]{1,40})["']""")
CHARSET = re.compile(r"""charset\s*=\s*["']?([A-Za-z0-9._-]{1,40})""", re.IGNORECASE)
ACTION = re.compile(r"""action\s*=\s*"?([^";]+)""", re.IGNORECASE)

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Version:
    """One version of SOAP: its envelope, its content type, and its form of a fault."""

    envelope: str
    content_type: str
    fault: str

    @property
    def start(self) -> str:
        """What comes before an answer."""
        return (
            '<?xml version="1.0" encoding="utf-8"?>'
            f'<soap:Envelope xmlns:soap="{self.envelope}"'
            ' xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"'
            ' xmlns:xsd="http://www.w3.org/2001/XMLSchema"><soap:Body>'
        )


END = "</soap:Body></soap:Envelope>"
SOAP_11 = Version(
    "http://schemas.xmlsoap.org/soap/envelope/",
    "text/xml; charset=utf-8",
    "<soap:Fault><faultcode>soap:{code}</faultcode><faultstring>{text}</faultstring>"
    "<detail /></soap:Fault>",
)
SOAP_12 = Version(
    "http://www.w3.org/2003/05/soap-envelope",
    "application/soap+xml; charset=utf-8",
    "<soap:Fault><soap:Code><soap:Value>soap:{code}</soap:Value></soap:Code><soap:Reason>"
    '<soap:Text xml:lang="en">{text}</soap:Text></soap:Reason><soap:Detail /></soap:Fault>',
)
FAULT_CODES_12 = {"Client": "Sender", "Server": "Receiver"}
STARTS = {version: version.start.encode() for version in (SOAP_11, SOAP_12)}


class Fault(Exception):
    """What cannot be read; `code` is Client or Server, the text is ASP.NET's."""

    def __init__(self, text: str, code: str = "Client") -> None:
        super().__init__(text)
        self.code = code


class Unacceptable(Exception):
    """What is refused before SOAP: the status to answer with."""

    def __init__(self, status: HTTPStatus) -> None:
        super().__init__(status.phrase)
        self.status = status


Headers = list[tuple[str, str]]
Answer = tuple[HTTPStatus, Headers, bytes]


class SoapApplication:
    """Answers `/soap.asmx` by POST: each call through the codec to its operation."""

    def __init__(self, office: Office) -> None:
        self._office = office
        self._calls = {}
        for operation in OPERATIONS:
            descriptor = wsdl.descriptors()[operation.name]
            self._calls[operation.name] = (
                operation,
                codec.parameters(descriptor.in_message),
                codec.answer_writer(descriptor.out_message),
            )

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
        version = version_of(environ)
        try:
            body = read_body(environ)
            return self._answered(version, environ, body)
        except Unacceptable as wrong:
            return wrong.status, [("Content-Type", "text/plain")], wrong.status.phrase.encode()
        except Fault as fault:
            return fault_answer(version, fault.code, str(fault))
        except Exception:
            log.exception("a call failed inside the fake; this is a defect of the fake")
            return fault_answer(version, "Server", "Server was unable to process request.")

    def _answered(self, version: Version, environ: "WSGIEnvironment", body: bytes) -> Answer:
        payload = _payload(version, body)
        name = _operation_name(version, environ, payload)
        operation, read, write = self._calls[name]
        if payload.tag != f"{{{NAMESPACE}}}{name}":
            raise Fault(
                "Server was unable to read request. ---> There is an error in XML document. ---> "
                f"<{etree.QName(payload).localname[:80]} xmlns='...'> was not expected."
            )
        try:
            arguments = read(payload)
        except codec.UnreadableError as wrong:
            line, column = _position(body, wrong.element)
            raise Fault(
                "Server was unable to read request. ---> There is an error in XML document "
                f"({line}, {column}). ---> {wrong}"
            ) from wrong
        result = operation.answer(self._office, *arguments)
        content = STARTS[version] + (write(result) + END).encode()
        return HTTPStatus.OK, [("Content-Type", version.content_type)], content

    def refusal(self, environ: "WSGIEnvironment", name: str, refused: Refused) -> Answer:
        """Return the answer by which operation `name` is refused, without having been called."""
        operation, _, write = self._calls[name]
        version = version_of(environ)
        result = operation.refusal(self._office, refused)
        content = STARTS[version] + (write(result) + END).encode()
        return HTTPStatus.OK, [("Content-Type", version.content_type)], content


_STATUS_LINES = {status: f"{status.value} {status.phrase}" for status in HTTPStatus}


def fault_answer(version: Version, code: str, text: str) -> Answer:
    """Return a SOAP fault in the form of a version."""
    named = FAULT_CODES_12[code] if version is SOAP_12 else code
    fault = version.fault.format(code=named, text=escape(text))
    body = STARTS[version] + (fault + END).encode("utf-8", "replace")
    return HTTPStatus.INTERNAL_SERVER_ERROR, [("Content-Type", version.content_type)], body


def version_of(environ: "WSGIEnvironment") -> Version:
    """Return the version of SOAP that a request is in, by its content type."""
    content_type: str = environ.get("CONTENT_TYPE", "")
    return SOAP_12 if content_type.lower().startswith("application/soap+xml") else SOAP_11


def operation_named(environ: "WSGIEnvironment", body: bytes) -> str | None:
    """Return the operation that a request asks for, None for what is no readable call."""
    if environ["REQUEST_METHOD"] != "POST":
        return None
    version = version_of(environ)
    try:
        return _operation_name(version, environ, _payload(version, body))
    except Fault:
        return None


def read_body(environ: "WSGIEnvironment") -> bytes:
    """Return the request's whole body; raises Unacceptable for one that is too long or lies."""
    if environ.get("HTTP_CONTENT_ENCODING", "identity").lower() not in ("", "identity"):
        raise Unacceptable(HTTPStatus.UNSUPPORTED_MEDIA_TYPE)
    length = environ.get("CONTENT_LENGTH") or ""
    if not length:
        body: bytes = environ["wsgi.input"].read(LARGEST_BODY + 1) if _chunked(environ) else b""
    elif not length.isascii() or not length.isdecimal():
        raise Unacceptable(HTTPStatus.BAD_REQUEST)
    elif len(length) > 9 or int(length) > LARGEST_BODY:
        raise Unacceptable(HTTPStatus.REQUEST_ENTITY_TOO_LARGE)
    else:
        body = environ["wsgi.input"].read(int(length))
        if len(body) != int(length):
            raise Unacceptable(HTTPStatus.BAD_REQUEST)
    if len(body) > LARGEST_BODY:
        raise Unacceptable(HTTPStatus.REQUEST_ENTITY_TOO_LARGE)
    return body


def _chunked(environ: "WSGIEnvironment") -> bool:
    return bool(environ.get("wsgi.input_terminated")) or "HTTP_TRANSFER_ENCODING" in environ


def _payload(version: Version, body: bytes) -> etree._Element:
    """Return the one element inside the body of an envelope."""
    root = parse(body)
    if root.tag != f"{{{version.envelope}}}Envelope":
        raise Fault(
            "Possible SOAP version mismatch: Envelope namespace "
            f"{etree.QName(root).namespace or ''} was unexpected. Expecting {version.envelope}."
        )
    inside = root.find(f"{{{version.envelope}}}Body")
    if inside is None or len(inside) == 0:
        raise Fault("Server was unable to read request. ---> The SOAP body is empty.")
    return inside[0]


_PARSER = etree.XMLParser(
    resolve_entities=False,
    no_network=True,
    load_dtd=False,
    huge_tree=False,
    remove_comments=True,
    remove_pis=True,
)


def parse(body: bytes) -> etree._Element:
    """Parse a request's XML; raises Fault for what is not well formed or not welcome."""
    if b"\0" in body[:200]:
        body = _from_utf_16(body)
    declared = ENCODING.match(body[:300])
    if declared is not None and declared[1].decode().lower() not in ENCODINGS:
        raise Fault(f"Encoding {declared[1].decode()} is not supported.")
    if b"<!DOCTYPE" in body or b"<!ENTITY" in body:
        raise Fault("For security reasons DTD is prohibited in this XML document.")
    try:
        return etree.fromstring(body, _PARSER)
    except etree.XMLSyntaxError as wrong:
        line, column = wrong.position
        raise Fault(
            "Server was unable to read request. ---> There is an error in XML document "
            f"({line}, {column}). ---> The document is not well formed."
        ) from wrong


def _from_utf_16(body: bytes) -> bytes:
    try:
        text = body.decode("utf-16")
    except UnicodeDecodeError as wrong:
        raise Fault("There is invalid data at the root level.") from wrong
    return re.sub(r"^\ufeff?<\?xml[^>]*\?>", "", text).encode("utf-8", "replace")


def _operation_name(version: Version, environ: "WSGIEnvironment", payload: etree._Element) -> str:
    """Return which operation is asked: by action, and in SOAP 1.2 else by the body's element."""
    if version is SOAP_12:
        found = ACTION.search(environ.get("CONTENT_TYPE", ""))
        action = found[1] if found else f"{NAMESPACE}/{etree.QName(payload).localname}"
    else:
        action = environ.get("HTTP_SOAPACTION", "").strip().strip('"')
    namespace, _, name = action.rpartition("/")
    if namespace != NAMESPACE or name not in _NAMES:
        raise Fault(
            f"Server did not recognize the value of HTTP Header SOAPAction: {action[:200]}."
        )
    return name


_NAMES = frozenset(operation.name for operation in OPERATIONS)


def _position(body: bytes, element: etree._Element) -> tuple[int, int]:
    """Return line and column of an element, counted by a parser that knows both."""
    root = element.getroottree().getroot()
    wanted = next(place for place, found in enumerate(root.iter("*")) if found is element)
    seen = -1
    position = (1, 1)
    parser = expat.ParserCreate()

    def start(name: str, attributes: dict[str, str]) -> None:
        nonlocal seen, position
        seen += 1
        if seen == wanted:
            position = (parser.CurrentLineNumber, parser.CurrentColumnNumber + 1)

    parser.StartElementHandler = start
    try:
        parser.Parse(body, True)
    except expat.ExpatError:
        return position
    return position
