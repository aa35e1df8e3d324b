"""A recording in the place of a server: each request finds its recorded answer, or says so.

Two requests are the same when they ask the same thing: XML-RPC by path, method and values; JSON by
path and content; SOAP by action, operation and fields, where the login is the run's own or another
and the source is left out. Sessions are those that the recording gave. Among equal requests the
first that was not answered yet is taken; one that was, only when it merely reads.
"""

import json
from typing import Any
from urllib.parse import urlsplit
from xml.parsers.expat import ExpatError
from xmlrpc import client

import requests
from lxml import etree
from requests.adapters import BaseAdapter

from contracts.recordings import Exchange, Recording, Response
from contracts.suite.expect import not_tried

LOGIN = frozenset({"Username", "SecurityCode1", "SecurityCode2"})
"""Elements of a SOAP request that hold the run's own words, or others where those are wrong."""

GUARD = "koppeling guard"
"""The Source of the session that only asks which administration is open."""

WRITING = ("create", "write", "unlink", "refund", "button_", "action_", "invoice_", "Add", "Update")
"""How the names of operations and methods begin that change something."""


class RecordedAdapter(BaseAdapter):
    """Answers `requests` from a recording; what was never recorded leaves the promise untried."""

    def __init__(self, recording: Recording) -> None:
        super().__init__()
        own = own_login(recording)
        self._waiting: dict[str, list[Exchange]] = {}
        self._last: dict[str, Exchange] = {}
        self.total = len(recording)
        for exchange in recording:
            sent = exchange.request
            asked = meaning(sent.method, sent.url, sent.body, sent.header("SOAPAction"), own)
            self._waiting.setdefault(asked, []).append(exchange)

    @property
    def used(self) -> int:
        """How many of the exchanges answered something."""
        return self.total - sum(len(waiting) for waiting in self._waiting.values())

    def send(self, request: requests.PreparedRequest, *args: Any, **more: Any) -> requests.Response:
        """Answer a request from the recording."""
        body = request.body or b""
        sent = body.encode() if isinstance(body, str) else body
        action = str(request.headers.get("SOAPAction", ""))
        asked = meaning(request.method or "GET", request.url or "", sent, action)
        waiting = self._waiting.get(asked, [])
        if waiting:
            self._last[asked] = waiting.pop(0)
        elif asked not in self._last:
            not_tried(f"the recording holds no {_named(asked)}")
        elif _writes(asked):
            not_tried(f"the recording holds {_named(asked)} fewer times")
        answered = self._last[asked].response
        if answered is None:
            raise requests.ConnectionError("the recording holds no answer", request=request)
        return _response(answered, request)

    def close(self) -> None:
        """Do nothing: there is no connection to close."""


def meaning(
    method: str, url: str, body: bytes, action: str = "", own: frozenset[str] = frozenset()
) -> str:
    """Return what a request asks, as a text that equal requests share; its host is left out.

    `action` is the header SOAPAction. `own` are the words of the run's own login; an empty one
    is the run's own too.
    """
    parts = urlsplit(url)
    path = parts.path + (f"?{parts.query}" if parts.query else "")
    if not body:
        return f"{method} {path}"
    if body.lstrip().startswith(b"{"):
        asked = json.loads(body)
        asked.pop("id", None)
        return f"{path} {json.dumps(asked, sort_keys=True)}"
    if b"<methodCall" in body[:200]:
        try:
            values, name = client.loads(body, use_builtin_types=True)
        except (ExpatError, client.Error):
            return f"{path} {body!r}"
        return f"{path} {name} {json.dumps(values, sort_keys=True, default=str)}"
    return f"{path} {action} {_soap_meaning(body, own)}"


def own_login(recording: Recording) -> frozenset[str]:
    """Return the words by which a recorded run logged in the first time."""
    for exchange in recording:
        if b"OpenSession" in exchange.request.body:
            root = etree.fromstring(exchange.request.body)
            found = (root.findtext(f".//{{*}}{name}") for name in LOGIN)
            return frozenset(word for word in found if word)
    return frozenset()


def _soap_meaning(body: bytes, own: frozenset[str]) -> str:
    try:
        root = etree.fromstring(body, etree.XMLParser(resolve_entities=False, no_network=True))
    except etree.XMLSyntaxError:
        return repr(body)
    for element in list(root.iter("*")):
        name = etree.QName(element).localname
        if name in LOGIN:
            element.text = "another" if element.text and element.text not in own else None
        elif name == "Source":
            element.text = GUARD if element.text == GUARD else None
    inner = root[-1][0] if len(root) and len(root[-1]) else root
    version = etree.QName(root).namespace
    content = etree.tostring(inner, method="c14n", exclusive=True).decode()
    return f"{etree.QName(inner).localname} {version} {content}"


def _named(asked: str) -> str:
    """Return the beginning of what was asked, for a sentence."""
    return "call of " + asked[:160] + ("…" if len(asked) > 160 else "")


def _writes(asked: str) -> bool:
    words = asked.replace('"', " ").replace(",", " ").split()
    return any(word.startswith(WRITING) for word in words[:12])


def _response(answered: Response, request: requests.PreparedRequest) -> requests.Response:
    response = requests.Response()
    response.status_code = answered.status
    response.headers["Content-Type"] = answered.header("Content-Type")
    response._content = answered.body
    response.url = request.url or ""
    response.request = request
    return response


def source_of(recording: Recording, begins: str) -> str | None:
    """Return the first Source of a recorded OpenSession that begins so; None without one."""
    for exchange in recording:
        if begins.encode() in exchange.request.body:
            for element in etree.fromstring(exchange.request.body).iter("{*}Source"):
                if (element.text or "").startswith(begins):
                    return element.text
    return None
