"""Opens a SOAP request: which version it is in, which operation it asks, and with what.

The order of things follows ASP.NET's published source: the envelope's namespace says the version
(evidence: eb-version), SOAPAction or, where there is none, the body's element says the operation
(evidence: eb-action), and only XML in an encoding that HTTP, a byte order mark or the document
names is heard (evidence: eb-encoding, eb-media-type). Hostile XML is refused before it is parsed
where that is possible, and by a parser without entities, network or depth where it is not
(evidence: eb-hostile).
"""

import re
from dataclasses import dataclass
from functools import cached_property, lru_cache
from http import HTTPStatus
from typing import TYPE_CHECKING
from urllib.parse import unquote

from lxml import etree

from fakes.eboekhouden.service import OPERATIONS
from fakes.eboekhouden.types import NAMESPACE

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIEnvironment

LARGEST_BODY = 4 * 1024 * 1024
XML_11 = "text/xml"
XML_12 = "application/soap+xml"
UTF_8 = frozenset({"utf-8", "utf8"})
OTHER_ENCODINGS = frozenset(
    {"utf-16", "utf-16le", "utf-16be", "us-ascii", "ascii"}
    | {"iso-8859-1", "iso-8859-15", "windows-1252"}
)
BYTE_ORDER_MARKS = ((b"\xef\xbb\xbf", "utf-8"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16"))
DECLARED = re.compile(rb"""\s*<\?xml[^>]{0,200}?encoding\s*=\s*["']([A-Za-z0-9._-]{1,40})["']""")
DECLARATION = re.compile(r"^\ufeff?\s*<\?xml[^>]*\?>")
CHARSET = re.compile(r""";\s*charset\s*=\s*["']?([A-Za-z0-9._-]{1,40})""", re.IGNORECASE)
ACTION = re.compile(r""";\s*action\s*=\s*"?([^";]*)""", re.IGNORECASE)

ACTIONS = {f"{NAMESPACE}/{operation.name}": operation.name for operation in OPERATIONS}
ELEMENTS = {f"{{{NAMESPACE}}}{operation.name}": operation.name for operation in OPERATIONS}


@dataclass(frozen=True, eq=False)
class Version:
    """One version of SOAP: its envelope, its content type, and its form of a fault.

    `anybody` are the roles that a header of it may be addressed to and be meant for us.
    """

    envelope: str
    content_type: str
    fault: str
    role: str
    anybody: frozenset[str]

    @cached_property
    def start(self) -> str:
        """What the tags of its elements start with, as lxml writes them."""
        return f"{{{self.envelope}}}"

    @cached_property
    def header(self) -> str:
        """The tag of the element that holds the headers."""
        return f"{self.start}Header"

    @cached_property
    def body(self) -> str:
        """The tag of the element that holds what is asked."""
        return f"{self.start}Body"


SOAP_11 = Version(
    "http://schemas.xmlsoap.org/soap/envelope/",
    f"{XML_11}; charset=utf-8",
    "<soap:Fault><faultcode>soap:{code}</faultcode><faultstring>{text}</faultstring>"
    "<detail /></soap:Fault>",
    "actor",
    frozenset({"", "http://schemas.xmlsoap.org/soap/actor/next"}),
)
SOAP_12 = Version(
    "http://www.w3.org/2003/05/soap-envelope",
    f"{XML_12}; charset=utf-8",
    "<soap:Fault><soap:Code><soap:Value>soap:{code}</soap:Value></soap:Code><soap:Reason>"
    '<soap:Text xml:lang="en">{text}</soap:Text></soap:Reason><soap:Detail /></soap:Fault>',
    "role",
    frozenset(
        {
            "",
            "http://www.w3.org/2003/05/soap-envelope/role/next",
            "http://www.w3.org/2003/05/soap-envelope/role/ultimateReceiver",
        }
    ),
)
VERSIONS = {version.envelope: version for version in (SOAP_11, SOAP_12)}


class Fault(Exception):
    """What cannot be read. `code` is SOAP 1.1's (Client, Server, …), the text is ASP.NET's."""

    def __init__(self, text: str, code: str = "Client") -> None:
        super().__init__(text)
        self.code = code


class Unacceptable(Exception):
    """What is refused before SOAP: the status to answer with."""

    def __init__(self, status: HTTPStatus) -> None:
        super().__init__(status.phrase)
        self.status = status


@dataclass(frozen=True, slots=True)
class Envelope:
    """An envelope that could be read: its version, its root, and its bytes as UTF-8."""

    version: Version
    root: etree._Element
    content: bytes


def version_guessed(environ: "WSGIEnvironment") -> Version:
    """Return the version to answer in while the envelope is not open yet, by content type."""
    media, _, _ = _content_type(environ.get("CONTENT_TYPE", ""))
    return SOAP_12 if media == XML_12 else SOAP_11


def read_body(environ: "WSGIEnvironment") -> bytes:
    """Return the request's whole body.

    Raises Unacceptable for one that is too long, lies about its length, or does not come.
    """
    if environ.get("HTTP_CONTENT_ENCODING", "identity").lower() not in ("", "identity"):
        raise Unacceptable(HTTPStatus.UNSUPPORTED_MEDIA_TYPE)
    length = environ.get("CONTENT_LENGTH") or ""
    if length and not (length.isascii() and length.isdecimal()):
        raise Unacceptable(HTTPStatus.BAD_REQUEST)
    if len(length) > 9 or int(length or 0) > LARGEST_BODY:
        raise Unacceptable(HTTPStatus.REQUEST_ENTITY_TOO_LARGE)
    wanted = int(length) if length else LARGEST_BODY + 1 if _chunked(environ) else 0
    try:
        body: bytes = environ["wsgi.input"].read(wanted)
    except TimeoutError as wrong:
        raise Unacceptable(HTTPStatus.REQUEST_TIMEOUT) from wrong
    except OSError as wrong:
        raise Unacceptable(HTTPStatus.BAD_REQUEST) from wrong
    if length and len(body) != wanted:
        raise Unacceptable(HTTPStatus.BAD_REQUEST)
    if len(body) > LARGEST_BODY:
        raise Unacceptable(HTTPStatus.REQUEST_ENTITY_TOO_LARGE)
    return body


def _chunked(environ: "WSGIEnvironment") -> bool:
    return bool(environ.get("wsgi.input_terminated")) or "HTTP_TRANSFER_ENCODING" in environ


def opened(environ: "WSGIEnvironment", body: bytes) -> Envelope:
    """Return the envelope in a body; raises Fault or Unacceptable for what is none."""
    media, charset, _ = _content_type(environ.get("CONTENT_TYPE", ""))
    if media not in (XML_11, XML_12):
        raise Unacceptable(HTTPStatus.UNSUPPORTED_MEDIA_TYPE)
    content = in_utf_8(body, charset)
    root = parse(content)
    namespace = root.tag[1:].partition("}")[0] if root.tag[0] == "{" else ""
    version = VERSIONS.get(namespace)
    if version is None:
        raise Fault(
            f"Possible SOAP version mismatch: Envelope namespace {namespace[:200]} "
            f"was unexpected. Expecting {SOAP_11.envelope}.",
            "VersionMismatch",
        )
    if version is SOAP_11 and media != XML_11:
        raise Unacceptable(HTTPStatus.UNSUPPORTED_MEDIA_TYPE)
    return Envelope(version, root, content)


def local_name(element: etree._Element) -> str:
    """Return an element's name without its namespace.

    As it stands where its prefix was never declared, which the parser overlooks when a namespace
    that is no address comes after it.
    """
    return str(element.tag).rpartition("}")[2]


def asked(environ: "WSGIEnvironment", envelope: Envelope) -> tuple[str, etree._Element]:
    """Return the operation that is asked and the element that holds its parameters."""
    payload = payload_of(envelope)
    return _operation(environ, payload), payload


def payload_of(envelope: Envelope) -> etree._Element:
    """Return the one element inside the body of an envelope; its headers are looked at first."""
    version = envelope.version
    body = None
    for part in envelope.root:
        if part.tag == version.header:
            _refuse_what_must_be_understood(part, version)
        elif part.tag == version.body and body is None:
            body = part
    unread = "Server was unable to read request. ---> "
    if envelope.root.tag != f"{version.start}Envelope":
        raise Fault(f"{unread}Request format is invalid: Missing required soap:Envelope element.")
    if body is None:
        raise Fault(f"{unread}Request format is invalid: Missing required soap:Body element.")
    if len(body) == 0:
        raise Fault(f"{unread}The SOAP body is empty.")
    return body[0]


def _refuse_what_must_be_understood(headers: etree._Element, version: Version) -> None:
    """Refuse a header for us that must be understood: the service knows none."""
    for header in headers:
        must = header.get(f"{version.start}mustUnderstand", "").strip() in ("1", "true")
        if must and header.get(f"{version.start}{version.role}", "") in version.anybody:
            name = local_name(header)[:80]
            raise Fault(f"SOAP header {name} was not understood.", "MustUnderstand")


def _operation(environ: "WSGIEnvironment", payload: etree._Element) -> str:
    """Return which operation is asked.

    As ASP.NET does: a SOAPAction counts alone; without one, or in the content type of SOAP 1.2,
    the action parameter counts, else the element in the body.
    """
    media, _, action = _content_type(environ.get("CONTENT_TYPE", ""))
    header = environ.get("HTTP_SOAPACTION")
    if header is not None and media != XML_12:
        header = _decoded(header.strip())
        name = ACTIONS.get(header)
        if name is None:
            raise Fault(
                f"Server did not recognize the value of HTTP Header SOAPAction: {header[:200]}."
            )
        return name
    name = ACTIONS.get(_decoded(action)) or ELEMENTS.get(str(payload.tag))
    if name is None and not action:
        raise Fault(
            "Unable to handle request without a valid action parameter. "
            "Please supply a valid soap action."
        )
    if name is None:
        raise Fault(f"Unable to handle request. The action '{action[:200]}' was not recognized.")
    return name


def _decoded(action: str) -> str:
    if len(action) > 1 and action[0] == action[-1] == '"':
        action = action[1:-1]
    return unquote(action) if "%" in action else action


@lru_cache(maxsize=256)
def _content_type(header: str) -> tuple[str, str, str]:
    """Return media type and charset, both in small letters, and the action parameter."""
    charset, action = CHARSET.search(header), ACTION.search(header)
    return (
        header.partition(";")[0].strip().lower(),
        charset[1].lower() if charset else "",
        action[1].strip() if action else "",
    )


def in_utf_8(body: bytes, charset: str = "") -> bytes:
    """Return a document's bytes as UTF-8; `charset` is what HTTP said of them.

    A byte order mark counts before HTTP, and HTTP before what the document declares; one that says
    nothing is UTF-8.
    """
    encoding = _encoding(body, charset)
    if encoding in UTF_8:
        return body
    if encoding not in OTHER_ENCODINGS:
        raise Fault(f"Encoding {encoding} is not supported.")
    try:
        text = body.decode(encoding)
    except UnicodeDecodeError as wrong:
        raise Fault(
            "Server was unable to read request. ---> There is an error in XML document. ---> "
            "There is invalid data at the root level."
        ) from wrong
    return DECLARATION.sub("", text).encode("utf-8", "replace")


def _encoding(body: bytes, charset: str) -> str:
    for mark, encoding in BYTE_ORDER_MARKS:
        if body.startswith(mark):
            return encoding
    if charset:
        return charset
    if body[:1] == b"\0" or body[1:2] == b"\0":
        return "utf-16be" if body[:1] == b"\0" else "utf-16le"
    declared = DECLARED.match(body[:300])
    return declared[1].decode().lower() if declared else "utf-8"


_PARSER = etree.XMLParser(
    encoding="utf-8",
    resolve_entities=False,
    no_network=True,
    load_dtd=False,
    huge_tree=False,
    remove_comments=True,
    remove_pis=True,
    collect_ids=False,
)


def parse(content: bytes) -> etree._Element:
    """Parse a document in UTF-8; raises Fault for what is not welcome (evidence: eb-hostile) or
    not well formed (evidence: eb-malformed, which names what ASP.NET does otherwise)."""
    if b"<!DOCTYPE" in content and _has_dtd(content):
        raise Fault("For security reasons DTD is prohibited in this XML document.")
    try:
        return etree.fromstring(content, _PARSER)
    except etree.XMLSyntaxError as wrong:
        line, column = wrong.position
        raise Fault(
            "Server was unable to read request. ---> There is an error in XML document "
            f"({line}, {column}). ---> The document is not well formed."
        ) from wrong


PROLOG_ENDS = {b"<?": b"?>", b"<!": b"-->"}


def _has_dtd(content: bytes) -> bool:
    """Tell whether a DTD comes before the root; the same letters inside it are only a text."""
    place = content.find(b"<")
    while place >= 0:
        if content.startswith(b"<!", place) and not content.startswith(b"<!--", place):
            return True
        end = PROLOG_ENDS.get(content[place : place + 2])
        after = content.find(end, place + 2) if end else -1
        place = content.find(b"<", after) if after >= 0 else -1
    return False
