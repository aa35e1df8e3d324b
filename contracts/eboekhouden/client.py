"""A plain SOAP client for e-Boekhouden: envelopes by lxml over `requests`, nothing else.

It shares nothing with the coupling or the fake. Fields are sent in the order in which they are
given; dictionaries become elements, lists repeated elements, None an element that is left out.
"""

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

import requests
from lxml import etree

NAMESPACE = "http://www.e-boekhouden.nl/soap"
SOAP_11 = "http://schemas.xmlsoap.org/soap/envelope/"
SOAP_12 = "http://www.w3.org/2003/05/soap-envelope"
TIMEOUT = 60.0
_PARSER = etree.XMLParser(resolve_entities=False, no_network=True, huge_tree=False)


@dataclass(frozen=True)
class Reply:
    """What came back: the HTTP status and type, the operation's result, or the fault's text."""

    status: int
    content_type: str
    result: Any
    fault: str | None = None
    fault_code: str = ""

    @property
    def error(self) -> Mapping[str, Any]:
        """The two parts of ErrorMsg; empty when the answer has none."""
        if not isinstance(self.result, dict):
            return {}
        found = self.result.get("ErrorMsg", self.result)
        return found if isinstance(found, dict) else {}

    @property
    def code(self) -> str:
        """LastErrorCode, empty when nothing was refused."""
        return str(self.error.get("LastErrorCode", ""))

    @property
    def description(self) -> str:
        """LastErrorDescription, empty when nothing was refused."""
        return str(self.error.get("LastErrorDescription", ""))

    def text(self, name: str) -> str:
        """Return a field of the result, "" when it is absent."""
        return str(self.result.get(name, "")) if isinstance(self.result, dict) else ""

    def rows(self, array: str, item: str) -> list[dict[str, Any]]:
        """Return the items of an array of the result."""
        inside = self.result.get(array, "") if isinstance(self.result, dict) else ""
        return items(inside, item)


def items(array: Any, item: str) -> list[dict[str, Any]]:
    """Return the items of an array that was read; one item comes without a list."""
    found = array.get(item, []) if isinstance(array, dict) else []
    listed = found if isinstance(found, list) else [found]
    return [row for row in listed if isinstance(row, dict)]


class SoapClient:
    """Sends operations to one address; raises `requests.RequestException` when it is not reached.

    `pause` is the number of seconds between two calls. `before` hears of each operation that is
    about to be sent, and may raise.
    """

    def __init__(
        self,
        http: requests.Session,
        address: str,
        pause: float = 0.0,
        before: Callable[[str], None] = lambda operation: None,
    ) -> None:
        self.address = address
        self._http = http
        self._pause = pause
        self.before = before

    def send(self, operation: str, fields: Mapping[str, Any], soap: str = SOAP_11) -> Reply:
        """Send one operation, in SOAP 1.1 or 1.2."""
        self.before(operation)
        return self.post(envelope(operation, fields, soap), headers(operation, soap))

    def post(self, body: bytes, headers: Mapping[str, str]) -> Reply:
        """Send any bytes as a call."""
        time.sleep(self._pause)
        answer = self._http.post(self.address, data=body, headers=dict(headers), timeout=TIMEOUT)
        return _reply(answer)

    def get(self, query: str = "") -> requests.Response:
        """Get the service's own page, its WSDL (`wsdl`) or the page of an operation (`op=`)."""
        return self._http.get(self.address + (f"?{query}" if query else ""), timeout=TIMEOUT)


def envelope(operation: str, fields: Mapping[str, Any], soap: str = SOAP_11) -> bytes:
    """Return the bytes of a call."""
    root = etree.Element(f"{{{soap}}}Envelope", nsmap={"soap": soap, "eb": NAMESPACE})
    body = etree.SubElement(root, f"{{{soap}}}Body")
    call = etree.SubElement(body, f"{{{NAMESPACE}}}{operation}")
    for name, value in fields.items():
        _append(call, name, value)
    return etree.tostring(root, xml_declaration=True, encoding="utf-8")


def headers(operation: str, soap: str = SOAP_11) -> dict[str, str]:
    """Return the headers of a call, as the version of SOAP has them."""
    action = f"{NAMESPACE}/{operation}"
    if soap == SOAP_12:
        return {"Content-Type": f'application/soap+xml; charset=utf-8; action="{action}"'}
    return {"Content-Type": "text/xml; charset=utf-8", "SOAPAction": f'"{action}"'}


def _append(parent: etree._Element, name: str, value: Any) -> None:
    if value is None:
        return
    if isinstance(value, list):
        for one in value:
            _append(parent, name, one)
        return
    element = etree.SubElement(parent, f"{{{NAMESPACE}}}{name}")
    if isinstance(value, Mapping):
        for inner, content in value.items():
            _append(element, inner, content)
    else:
        element.text = _written(value)


def _written(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, datetime):
        return value.isoformat()
    if isinstance(value, date):
        return f"{value.isoformat()}T00:00:00"
    if isinstance(value, Decimal):
        return f"{value:f}"
    return str(value)


def _reply(answer: requests.Response) -> Reply:
    content_type = answer.headers.get("Content-Type", "")
    try:
        root = etree.fromstring(answer.content, _PARSER)
    except etree.XMLSyntaxError:
        return Reply(answer.status_code, content_type, None, fault=None)
    for soap in (SOAP_11, SOAP_12):
        fault = root.find(f".//{{{soap}}}Fault")
        if fault is not None:
            return Reply(answer.status_code, content_type, None, *_fault(fault, soap))
    body = next(
        (
            found
            for soap in (SOAP_11, SOAP_12)
            if (found := root.find(f"{{{soap}}}Body")) is not None
        ),
        None,
    )
    response = body[0] if body is not None and len(body) else None
    result = _plain(response[0]) if response is not None and len(response) else ""
    return Reply(answer.status_code, content_type, result)


def _fault(fault: etree._Element, soap: str) -> tuple[str, str]:
    if soap == SOAP_11:
        return fault.findtext("faultstring", ""), fault.findtext("faultcode", "")
    text = fault.findtext(f"{{{soap}}}Reason/{{{soap}}}Text", "")
    return text, fault.findtext(f"{{{soap}}}Code/{{{soap}}}Value", "")


def _plain(element: etree._Element) -> Any:
    """Return an element as text, or as a dictionary whose repeated parts are lists."""
    if not len(element):
        return element.text or ""
    made: dict[str, Any] = {}
    for child in element:
        name, value = etree.QName(child).localname, _plain(child)
        if name not in made:
            made[name] = value
        elif isinstance(made[name], list):
            made[name].append(value)
        else:
            made[name] = [made[name], value]
    return made
