"""The gate before a real e-Boekhouden: every write is journaled first and made at most once.

It stands where the coupling's calls go out. A write that an earlier pass made is answered from the
journal; one that was begun and got no answer is looked for in the books before it is sent again.
The coupling sees only what this run has made so far, so that each pass goes as the first one did,
and nobody else's bookings are taken for its own.
"""

import hashlib
import json
import math
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from lxml import etree
from zeep.transports import Transport

from contracts.sandbox import GuardError
from fakes.inprocess_zeep import Answer
from scenarios.replaying.journal import Journal, Write

NAMESPACE = "http://www.e-boekhouden.nl/soap"
WRITES = (
    "AddMutatie",
    "AddRelatie",
    "UpdateRelatie",
    "AddGrootboekrekening",
    "UpdateGrootboekrekening",
    "AddFactuur",
)
RESULT_FIELD = {
    "AddMutatie": "Mutatienummer",
    "AddRelatie": "Rel_ID",
    "AddGrootboekrekening": "Gb_ID",
}
LISTED = {
    "GetMutaties": ("cMutatieList", "AddMutatie", ("Boekstuk", "Soort", "Factuurnummer")),
    "GetRelaties": ("cRelatie", "AddRelatie", ("Code",)),
    "GetGrootboekrekeningen": ("cGrootboekrekening", "AddGrootboekrekening", ("Code",)),
}
"""What an operation lists: the item, the write that makes it, and the fields that identify it."""

_ANSWER = (
    '<?xml version="1.0" encoding="utf-8"?>'
    '<soap:Envelope xmlns:soap="http://schemas.xmlsoap.org/soap/envelope/"><soap:Body>'
    '<{0}Response xmlns="' + NAMESPACE + '"><{0}Result>{1}</{0}Result></{0}Response>'
    "</soap:Body></soap:Envelope>"
)
_ERROR = "<LastErrorCode /><LastErrorDescription />"


@dataclass
class Allowance:
    """What a run may still do: how many writes, and how many seconds lie between two calls.

    A write that got no answer may still come to the books for `settle` seconds. `before` hears of
    each operation that is about to be sent, and may raise GuardError.
    """

    writes: int
    pause: float = 0.0
    settle: float = 0.0
    before: Callable[[str], None] = lambda operation: None


class Gate(Transport):
    """A transport of zeep that lets calls pass, one by one, as the journal and the limits allow.

    `inner` carries them. `find` looks a begun write up in the books and returns the number that the
    service gave it, None when it is not there. `highest` tells the highest number of a mutation.
    """

    def __init__(
        self,
        inner: Transport,
        journal: Journal,
        allowance: Allowance,
        find: Callable[[Write], int | None],
        highest: Callable[[], int],
    ) -> None:
        super().__init__()  # type: ignore[no-untyped-call] # zeep's
        self._inner = inner
        self._journal = journal
        self._allowance = allowance
        self._find = find
        self._highest = highest
        self.made: set[tuple[str, tuple[str, ...]]] = set()
        self.numbers: list[int] = []

    def load(self, url: str) -> Any:
        """Read the interface."""
        return self._inner.load(url)

    def post_xml(self, address: str, envelope: Any, headers: Mapping[str, str]) -> Any:
        """Hand an envelope on as bytes."""
        return self.post(address, etree.tostring(envelope), headers)

    def post(self, address: str, message: bytes, headers: Mapping[str, str]) -> Any:
        """Let a call pass, answer it from the journal, or refuse it (GuardError)."""
        call = _call(message)
        operation = etree.QName(call).localname
        if operation in WRITES:
            return self._write(address, message, headers, operation, call)
        self._allowance.before(operation)
        answer = self._sent(address, message, headers)
        return self._own_only(operation, answer) if operation in LISTED else answer

    def _write(
        self,
        address: str,
        message: bytes,
        headers: Mapping[str, str],
        operation: str,
        call: etree._Element,
    ) -> Any:
        key = _key(operation, call)
        meaning = _meaning(operation, call)
        known = self._journal.asked(meaning)
        if known is not None and known.answer is None:
            found = self._find(known)
            if found is not None:
                self._journal.done(known, json.dumps({"number": found}))
        if known is not None and known.answer is not None:
            self._remember(operation, key, known.mutation)
            return _from_journal(operation, known.answer)
        if known is None and self._journal.sent >= self._allowance.writes:
            raise GuardError(
                f"The run has made the {self._allowance.writes} writes that the config allows."
            )
        if known is not None:
            self._wait_for(known)
            self._journal.again(known)
            write = known
        else:
            after = self._highest() if operation == "AddMutatie" else 0
            write = self._journal.begin(operation, meaning, key, _told(operation, call), after)
        answer = self._sent(address, message, headers)
        number, refused = _outcome(answer.content, operation)
        if refused is not None:
            # What is refused leaves nothing, and is refused again in the next pass.
            self._journal.done(write, json.dumps({"refused": refused}))
            return answer
        if number is not None or answer.status_code == 200:
            self._journal.done(write, json.dumps({"number": number}))
            self._remember(operation, key, write.mutation)
        return answer

    def _wait_for(self, write: Write) -> None:
        """Refuse to send again what was sent a moment ago: it may be on its way to the books.

        An update that is made twice is made once.
        """
        left = write.at + timedelta(seconds=self._allowance.settle) - datetime.now(UTC)
        if write.operation.startswith("Add") and left > timedelta(0):
            minutes = math.ceil(left / timedelta(minutes=1))
            raise GuardError(
                f"{write.told}: there was no answer, and it is not in the books, but may still "
                f"come to be. Give the same command again in {minutes} "
                f"minute{'' if minutes == 1 else 's'}; it is looked for before it is sent again."
            )

    def _remember(self, operation: str, key: tuple[str, ...], number: int | None) -> None:
        self.made.add((operation, key))
        if number is not None:
            self.numbers.append(number)

    def _sent(self, address: str, message: bytes, headers: Mapping[str, str]) -> Any:
        time.sleep(self._allowance.pause)
        return self._inner.post(address, message, headers)

    def _own_only(self, operation: str, answer: Any) -> Any:
        """Leave out of a list what this run has not made, or has not come to yet."""
        item, write, names = LISTED[operation]
        ahead = {one.key for one in self._journal.ahead() if one.operation == write}
        root = etree.fromstring(answer.content)
        for row in list(root.iter(f"{{{NAMESPACE}}}{item}")):
            parent = row.getparent()
            if parent is not None and not self._is_shown(write, _texts(row, names), row, ahead):
                parent.remove(row)
        return Answer(answer.status_code, answer.headers, etree.tostring(root))

    def _is_shown(
        self, write: str, key: tuple[str, ...], row: etree._Element, ahead: set[tuple[str, ...]]
    ) -> bool:
        if write == "AddMutatie":
            return int(row.findtext(f"{{{NAMESPACE}}}MutatieNr") or 0) in self.numbers
        if key in ahead:
            return False
        return write == "AddGrootboekrekening" or key[0].startswith(self._journal.head["prefix"])


def write_told(operation: str, message: bytes) -> str:
    """Return what the bytes of a write say, in a line for a person."""
    return _told(operation, _call(message))


def _call(message: bytes) -> etree._Element:
    root = etree.fromstring(message)
    return root[-1][0]


def _meaning(operation: str, call: etree._Element) -> str:
    """Return what a call asks, without its session, as a short text that equal calls share."""
    parts = [
        etree.tostring(part, method="c14n", exclusive=True)
        for part in call
        if etree.QName(part).localname not in ("SessionID", "SecurityCode2")
    ]
    return f"{operation} {hashlib.sha256(b''.join(parts)).hexdigest()[:24]}"


def _key(operation: str, call: etree._Element) -> tuple[str, ...]:
    names = ("Boekstuk", "Soort", "Factuurnummer") if operation == "AddMutatie" else ("Code",)
    return _texts(call[-1], names)


def _told(operation: str, call: etree._Element) -> str:
    names = ("Soort", "Datum", "Factuurnummer", "Boekstuk", "Code", "Bedrijf", "Omschrijving")
    texts = [text for text in _texts(call[-1], names) if text]
    amounts = [element.text or "" for element in call.iter(f"{{{NAMESPACE}}}BedragInclBTW")]
    return " ".join([operation, *texts, *(f"€ {amount}" for amount in amounts)])


def _texts(element: etree._Element, names: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(element.findtext(f"{{{NAMESPACE}}}{name}") or "" for name in names)


def _outcome(content: bytes, operation: str) -> tuple[int | None, str | None]:
    """Return the number that an answer gives, and the code with which it refuses."""
    try:
        root = etree.fromstring(content)
    except etree.XMLSyntaxError:
        return None, None
    code = root.findtext(f".//{{{NAMESPACE}}}LastErrorCode")
    if code:
        return None, code
    name = RESULT_FIELD.get(operation)
    number = root.findtext(f".//{{{NAMESPACE}}}{name}") if name else None
    return (int(number) if number else None), None


def _from_journal(operation: str, answer: str) -> Answer:
    outcome = json.loads(answer)
    code = outcome.get("refused") or ""
    error = f"<LastErrorCode>{code}</LastErrorCode><LastErrorDescription />" if code else _ERROR
    name = RESULT_FIELD.get(operation)
    if name is None:
        inside = error
    else:
        number = outcome.get("number") or 0
        inside = f"<ErrorMsg>{error}</ErrorMsg><{name}>{number}</{name}>"
    body = _ANSWER.format(operation, inside).encode()
    return Answer(200, {"Content-Type": "text/xml; charset=utf-8"}, body)
