"""A recording in the place of a server: each request finds its recorded answer, or says so.

Requests are matched as a replay matches them (`contracts.answering.matching`), so that a recording
which was redacted answers too: a stand-in belongs to the first value that the suite sends in its
place. Beside that the manner of a request counts (SOAPAction, version of SOAP, document type), and
a login is the run's own or another. Among equal requests the first that was not answered yet is
taken; one that was, only when it merely reads.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import urlsplit

import requests
from lxml import etree
from requests.adapters import BaseAdapter

from contracts.answering.matching import RULES, Bound, order
from contracts.answering.player import MismatchError, Player
from contracts.recording.calls import leaves, operation_of
from contracts.recording.recordings import Recording, Request, Response
from contracts.recording.sessions import as_request
from contracts.suite.expect import not_tried

LOGIN = ("Username", "SecurityCode1", "SecurityCode2")
"""Elements of a SOAP request that hold the run's own words, or others where those are wrong."""

GUARD = "koppeling guard"
"""The Source of the session that only asks which administration is open."""

WRITING = ("create", "write", "unlink", "refund", "button_", "action_", "invoice_", "Add", "Update")
"""How the names of operations and methods begin that change something."""

_LOOSE = etree.XMLParser(resolve_entities=False, no_network=True)


@dataclass(frozen=True)
class Login:
    """The words by which a recorded run logged in, stand-ins where it was redacted."""

    database: str = ""
    username: str = ""
    security_code_1: str = ""
    security_code_2: str = ""

    @property
    def own(self) -> frozenset[str]:
        """The words that are the run's own."""
        words = {self.username, self.security_code_1, self.security_code_2}
        return frozenset(words - {""})


class RecordedAdapter(BaseAdapter):
    """Answers `requests` from a recording; what was never recorded leaves the promise untried."""

    def __init__(self, recording: Recording) -> None:
        super().__init__()
        self.login = login_of(recording)
        self.total = len(recording)
        comparable = [
            replace(exchange, request=self._comparable(exchange.request)) for exchange in recording
        ]
        self._player = Player(
            replace(recording, exchanges=tuple(comparable)),
            [name for name in RULES if name != "order"],
            again=only_reads,
            more={"manner": manner},
        )
        self._recorded = {_place(exchange.request) for exchange in recording}

    @property
    def used(self) -> int:
        """How many of the exchanges answered something."""
        return self.total - len(self._player.unplayed)

    def send(self, request: requests.PreparedRequest, *args: Any, **more: Any) -> requests.Response:
        """Answer a request from the recording."""
        asked = as_request(request)
        try:
            answered = self._player.answer(self._comparable(asked))
        except MismatchError as wrong:
            place = _place(asked)
            if wrong.was_played:
                not_tried(f"the recording holds fewer calls of {place}")
            known = " with these values" if place in self._recorded else ""
            not_tried(f"the recording holds no call of {place}{known}")
        return _response(answered, request)

    def close(self) -> None:
        """Do nothing: there is no connection to close."""

    def _comparable(self, request: Request) -> Request:
        """Return a request with what differs from run to run made equal."""
        body = request.body
        if body.lstrip().startswith(b"{"):
            asked = json.loads(body)
            asked.pop("id", None)
            return replace(request, body=json.dumps(asked).encode())
        if b"Envelope" not in body[:500]:
            return request
        try:
            root = etree.fromstring(body, _LOOSE)
        except etree.XMLSyntaxError:
            return request
        for element in root.iter(
            "{*}Username", "{*}SecurityCode1", "{*}SecurityCode2", "{*}Source"
        ):
            if etree.QName(element).localname == "Source":
                element.text = GUARD if element.text == GUARD else None
            else:
                is_other = element.text and element.text not in self.login.own
                element.text = "another" if is_other else None
        return replace(request, body=etree.tostring(root.getroottree()))


def manner(recorded: Request, asked: Request, bound: Bound) -> str | None:
    """Hold against each other how two requests ask, apart from what they ask.

    The order of what a request holds counts in SOAP only; a struct of XML-RPC or JSON has none.
    """
    ours, theirs = _manner(recorded), _manner(asked)
    if ours != theirs:
        return f"manner: recorded {ours}, asked {theirs}"
    return order(recorded, asked, bound) if any("soap" in part for part in ours) else None


def _manner(request: Request) -> tuple[str, ...]:
    body = request.body
    if not body or body.lstrip().startswith(b"{"):
        return ()
    try:
        root = etree.fromstring(body, _LOOSE)
    except etree.XMLSyntaxError:
        return ("no XML", repr(body))
    doctype = "a document type" if b"<!DOCTYPE" in body else ""
    media_type = request.header("Content-Type").partition(";")[0].strip().lower()
    return (media_type, request.header("SOAPAction"), str(etree.QName(root).namespace), doctype)


def only_reads(request: Request) -> bool:
    """Return whether a request merely reads, so that it may be answered again."""
    return not operation_of(request).rpartition(".")[2].startswith(WRITING)


def login_of(recording: Recording) -> Login:
    """Return the words by which a recorded run logged in the first time, empty where it did not."""
    for exchange in recording:
        request, response = exchange.request, exchange.response
        operation = operation_of(request)
        held = {leaf.path: leaf.text for leaf in leaves(request)}
        if operation in ("OpenSession", "OpenSessionSub"):
            return Login("", *(held.get(f"{operation}/{name}", "") for name in LOGIN))
        if operation in ("common.authenticate", "common.login") and response is not None:
            answered = [
                leaf for leaf in leaves(response) if leaf.kind == "int" and leaf.text != "0"
            ]
            words = [held.get(f"params/{place}", "") for place in range(3)]
            if answered and all(words):
                return Login(words[0], words[1], words[2])
    return Login()


def _place(request: Request) -> str:
    """Return where a request goes and what it calls, for a sentence."""
    path, name = urlsplit(request.url).path, operation_of(request)
    return path if path in name else f"{path} {name}"


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
    sources: Sequence[str] = [
        leaf.text
        for exchange in recording
        if begins.encode() in exchange.request.body
        for leaf in leaves(exchange.request)
        if leaf.name == "Source" and leaf.text.startswith(begins)
    ]
    return sources[0] if sources else None
