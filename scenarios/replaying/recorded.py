"""Replays what was recorded of a run in e-Boekhouden, in the sandbox of a config.

Each call is sent again in the words of this run: its own session and prefix, dates moved by whole
years, VAT codes looked up anew for those dates, and numbers that the service gave then replaced by
those that it gives now. The answers are put back into the recorded words and compared by drift.
"""

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import requests
from lxml import etree
from zeep.transports import Transport

from contracts.config import Config
from contracts.drifting.drift import Difference, compare
from contracts.drifting.words import words_of
from contracts.recording.calls import leaves, operation_of, service_of, soap_payload
from contracts.recording.recordings import Exchange, Recording, Response
from contracts.sandbox import GuardError
from contracts.targets import open_session
from scenarios.replaying.books import ReplayBooks
from scenarios.replaying.gate import WRITES, Allowance, Gate, write_told
from scenarios.replaying.journal import Journal
from scenarios.replaying.replay import head_of_run, ready, settings_of
from scenarios.replaying.story import RELATION_CODE, How, PlanLine, moved
from sync_core.vat import VatMeaning
from sync_core.vat import code as vat_code

OF_THE_SESSION = ("OpenSession", "OpenSessionSub", "AutoLogin", "CloseSession")
OF_THE_BOOKS = (
    "GetGrootboekrekeningen",
    "GetSaldi",
    "GetSaldo",
    "GetKostenplaatsen",
    "GetArtikelen",
    "GetAdministraties",
)
"""What tells of the books as a whole: it is asked again, and not compared."""
PREFIXED = ("RelatieCode", "Factuurnummer", "Boekstuk", "RelCode", "MutFactuur")
DATES = ("Datum", "DatumVan", "DatumTm", "DatumTot")
NUMBERS = ("MutatieNr", "MutatieNrVan", "MutatieNrTm", "ID")
GIVEN = {"AddMutatie": "Mutatienummer", "AddRelatie": "Rel_ID", "AddGrootboekrekening": "Gb_ID"}
RATES: Mapping[str, tuple[VatMeaning, Decimal | None]] = {
    "HOOG_VERK": (VatMeaning.HIGH, Decimal("0.19")),
    "HOOG_VERK_21": (VatMeaning.HIGH, Decimal("0.21")),
    "LAAG_VERK": (VatMeaning.LOW, None),
    "LAAG_VERK_9": (VatMeaning.LOW, Decimal("0.09")),
}
"""What a recorded sales code means, and its rate; LAAG_VERK's follows from the date."""
_ACCOUNT_CODE = "AddGrootboekrekening/oGb/Code"
_DAY = re.compile(r"\d{4}-\d\d-\d\d")


def calls_of(recording: Recording) -> list[Exchange]:
    """Return the calls that a replay sends: answered ones to e-Boekhouden, but no session's."""
    return [
        exchange
        for exchange in recording
        if exchange.response is not None
        and service_of(exchange.request) == "eboekhouden"
        and soap_payload(exchange.request.body) is not None
        and operation_of(exchange.request) not in OF_THE_SESSION
    ]


def plan_recorded(recording: Recording, prefix: str) -> list[PlanLine]:
    """Return how each exchange of a recording is done in a sandbox."""
    sent = {exchange.number for exchange in calls_of(recording)}
    words = Words(recording, prefix, 0)
    return [
        PlanLine(f"exchange {one.number}, {operation_of(one.request)}", *_how(one, sent, words))
        for one in recording
    ]


def _how(exchange: Exchange, sent: set[int], words: "Words") -> tuple[How, str]:
    if service_of(exchange.request) != "eboekhouden":
        return How.IMPOSSIBLE, "a replay has no real Bizzcloud; record e-Boekhouden alone"
    if exchange.number not in sent:
        return How.RUNS, "by a session of this run"
    for leaf in leaves(exchange.request):
        is_code = leaf.path in ("AddRelatie/oRel/Code", "AddMutatie/oMut/RelatieCode")
        if is_code and len(words.own(leaf.text)) > RELATION_CODE:
            told = f"the code {leaf.text!r} and the run's prefix are longer than a relation's code"
            return How.IMPOSSIBLE, told
    return How.RUNS, ""


@dataclass
class Words:
    """Puts recorded calls into the words of this run, and its answers into the recorded ones."""

    recording: Recording
    prefix: str
    years: int
    numbers: dict[str, str] = field(default_factory=dict)
    codes: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self._before = words_of(self.recording).prefix
        self._booked = set(years_of(self.recording))

    def own(self, text: str) -> str:
        """Return a code or number with this run's prefix in the place of the recorded run's."""
        return self.prefix + text.removeprefix(self._before) if text else text

    def call(self, exchange: Exchange, session: Mapping[str, str]) -> bytes:
        """Return the bytes of a recorded call in this run's words."""
        root = etree.fromstring(exchange.request.body)
        payload = root[-1][0]
        for element in payload.iter("*"):
            name, text = etree.QName(element).localname, element.text or ""
            if name in session:
                element.text = session[name]
            elif name in PREFIXED or (name == "Code" and _is_of_relation(element)):
                element.text = self.own(text) or None
            elif name in NUMBERS:
                element.text = self.numbers.get(text, text)
            elif name in DATES and self._is_own(text):
                element.text = self._moved(text)
        for mutation in payload.iter("{*}oMut"):
            self._with_vat_codes(mutation)
        return etree.tostring(root)

    def _is_own(self, text: str) -> bool:
        return bool(_DAY.match(text)) and int(text[:4]) in self._booked

    def _moved(self, text: str, years: int | None = None) -> str:
        day = moved(date.fromisoformat(text[:10]), self.years if years is None else years)
        return day.isoformat() + text[10:]

    def _with_vat_codes(self, mutation: etree._Element) -> None:
        day = date.fromisoformat((mutation.findtext("{*}Datum") or "")[:10])
        for element in mutation.iter("{*}BTWCode"):
            code = element.text or ""
            if code in RATES:
                what, rate = RATES[code]
                was = moved(day, -self.years)
                low = Decimal("0.09") if was.year >= 2019 else Decimal("0.06")
                found = vat_code(what, low if rate is None else rate, day)
                if found is not None and found != vat_code(what, rate or low, was):
                    self.codes[found] = code
                    element.text = found

    def answer(self, operation: str, recorded: Response, body: bytes) -> bytes:
        """Return an answer in the recorded words; what it gives is known from then on."""
        name = GIVEN.get(operation)
        if name is not None:
            was, now = (_first(one, name) for one in (recorded.body, body))
            if was and now and was != "0":
                self.numbers[was] = now
        text = body.decode("utf-8").replace(self.prefix, self._before)
        for now, was in self.codes.items():
            text = text.replace(f">{now}<", f">{was}<")
        years = {year + self.years for year in self._booked}

        def back(found: re.Match[str]) -> str:
            own = int(found[0][:4]) in years
            return self._moved(found[0], -self.years) if own else found[0]

        return _DAY.sub(back, text).encode()


def years_of(recording: Recording) -> Counter[int]:
    """Count the years in which a recording books."""
    return Counter(
        int(leaf.text[:4])
        for exchange in recording
        if operation_of(exchange.request) == "AddMutatie"
        for leaf in leaves(exchange.request)
        if leaf.name == "Datum" and _DAY.match(leaf.text)
    )


def to_send(recording: Recording, config: Config) -> Iterator[str]:
    """Yield the writes that a replay of a recording would send, as far as words can tell."""
    settings = settings_of(config)
    booked = years_of(recording)
    year = booked.most_common(1)[0][0] if booked else settings.day.year
    words = Words(recording, "KR0000", settings.day.year - year)
    for exchange in calls_of(recording):
        operation = operation_of(exchange.request)
        if operation in WRITES:
            yield write_told(operation, words.call(exchange, {}))


def perform_recorded(
    recording: Recording,
    books: ReplayBooks,
    carrier: Transport,
    journal: Journal,
    allowance: Allowance,
) -> Sequence[Difference]:
    """Send the calls of a recording and return how the answers differ from the recorded ones.

    Raises GuardError where a limit stops it; the journal says what was written until then.
    """
    journal.begin_pass()
    words = Words(recording, journal.head["prefix"], journal.head["years"])
    target = books.target
    gate = Gate(carrier, journal, allowance, books.find, books.highest)
    there = {code for code, _, _ in books.accounts()}
    opened = open_session(target)
    session = {"SessionID": opened, "SecurityCode2": target.security_code_2}
    # A ledger account that is there already was made by an earlier run, or by a person.
    calls = [one for one in calls_of(recording) if _account_of(one) not in there]
    made = list(_answers(calls, gate, target.client.address, words, session))
    target.client.send("CloseSession", {"SessionID": opened})
    before, after = (
        tuple(one for one in run if operation_of(one.request) not in OF_THE_BOOKS)
        for run in (calls, made)
    )
    return compare(replace(recording, exchanges=before), Recording(after))


def _answers(
    calls: Sequence[Exchange], gate: Gate, address: str, words: Words, session: Mapping[str, str]
) -> Iterator[Exchange]:
    for exchange in calls:
        assert exchange.response is not None
        operation = operation_of(exchange.request)
        headers = {
            name: value
            for name, value in exchange.request.headers
            if name.lower() in ("content-type", "soapaction")
        }
        answer: Any = gate.post(address, words.call(exchange, session), headers)
        body = words.answer(operation, exchange.response, answer.content)
        kept = tuple((str(name), str(value)) for name, value in answer.headers.items())
        yield replace(exchange, response=Response(answer.status_code, "", kept, body))


def prepare_recorded(
    name: str,
    recording: Recording,
    config: Config,
    *,
    journal: Path | None,
    write: bool,
    http: requests.Session,
) -> tuple[ReplayBooks, Journal]:
    """Look at everything that can be known before a recording is replayed, as `prepare` does."""
    settings = settings_of(config)
    if not calls_of(recording):
        raise GuardError(f"{name} holds no call of e-Boekhouden, so there is nothing to replay.")
    booked = years_of(recording)
    year = booked.most_common(1)[0][0] if booked else settings.day.year
    head = head_of_run(journal, f"recording {name}", year, config, settings)
    lines = plan_recorded(recording, head["prefix"])
    impossible = [line for line in lines if line.how is How.IMPOSSIBLE]
    _guard_writes(recording, settings.writes)
    return ready(config, head, journal, impossible, write=write, http=http)


def _guard_writes(recording: Recording, allowed: int) -> None:
    """Raise GuardError when a recording makes more writes than a config allows."""
    count = sum(operation_of(one.request) in WRITES for one in calls_of(recording))
    if count > allowed:
        raise GuardError(
            f"The recording makes {count} writes, and the config allows {allowed} (writes)."
        )


def _is_of_relation(element: etree._Element) -> bool:
    parent = element.getparent()
    if parent is None:
        return False
    names = (etree.QName(one).localname for one in (parent, *parent.iterancestors()))
    return any(name in ("oRel", "GetRelaties") for name in names)


def _account_of(exchange: Exchange) -> str | None:
    """Return the code of the ledger account that a call makes, None for any other call."""
    codes = (leaf.text for leaf in leaves(exchange.request) if leaf.path == _ACCOUNT_CODE)
    return next(codes, None)


def _first(body: bytes, name: str) -> str:
    found = re.search(rf"<{name}>(\d+)</{name}>".encode(), body)
    return found[1].decode() if found else ""
