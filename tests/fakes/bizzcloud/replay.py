"""The recorded exchanges, sent again to a stand-in, and the comparison of the two answers."""

import json
import re
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from xml.parsers.expat import ExpatError
from xmlrpc import client

from fakes.bizzcloud.fake import BizzcloudFake
from fakes.clock import SettableClock
from fakes.inprocess import session

RECORDED = Path(__file__).parents[3] / "contracts" / "bizzcloud" / "recorded.jsonl"
MOMENT = re.compile(r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d")
SESSION = re.compile(r"[0-9a-f]{40}")
BASE = "http://mycompany.bizzcloud.example"


@dataclass(frozen=True)
class Exchange:
    """One recorded exchange."""

    number: int
    label: str
    path: str
    request: bytes
    content_type: str
    status: int
    answer: Any


@dataclass(frozen=True)
class Answer:
    """What the stand-in said to the same request."""

    status: int
    content_type: str
    answer: Any


@dataclass
class Bound:
    """What differs from run to run, tied to the recorded value at first sight."""

    known: dict[str, str] = field(default_factory=dict)

    def same(self, recorded: str, found: str) -> bool:
        """Return whether a moment or session stands where the recording has its own."""
        return self.known.setdefault(recorded, found) == found


def exchanges() -> list[Exchange]:
    """Return all recorded exchanges in order."""
    made: list[Exchange] = []
    for number, line in enumerate(RECORDED.read_text(encoding="utf-8").splitlines()):
        row = json.loads(line)
        if row.get("json_request"):
            request, content_type = json.dumps(row["json_request"]).encode(), "application/json"
            answer = row["json_response"]
        else:
            request, content_type = row["request"].encode(), row["content_type"]
            answer = decoded_xml(row["response"].encode())
        made.append(
            Exchange(
                number,
                row["label"],
                row["path"],
                request,
                content_type,
                row.get("status", 200),
                answer,
            )
        )
    return made


def decoded_xml(body: bytes) -> Any:
    """Return the value of an XML-RPC answer, a fault as {"fault": ...}."""
    try:
        return client.loads(body, use_builtin_types=True)[0][0]
    except client.Fault as fault:
        return {"fault": {"faultCode": fault.faultCode, "faultString": fault.faultString}}


def replayed() -> list[tuple[Exchange, Answer]]:
    """Return every exchange with the answer of a new stand-in to the same bytes, in order."""
    fake = BizzcloudFake(clock=SettableClock(datetime(2026, 11, 23, 9, 9, 35, tzinfo=UTC)))
    for other in ("held", "tmpl"):
        fake.add_database(other)
    made: list[tuple[Exchange, Answer]] = []
    for exchange in exchanges():
        with session({BASE: fake.wsgi}) as http:
            response = http.post(
                BASE + exchange.path,
                data=exchange.request,
                headers={"Content-Type": exchange.content_type},
            )
        content_type = response.headers.get("Content-Type", "").partition(";")[0]
        try:
            body = (
                response.json()
                if exchange.content_type == "application/json"
                else decoded_xml(response.content)
            )
        except (ValueError, ExpatError, client.Error) as error:
            body = f"not readable: {error}: {response.text[:200]}"
        made.append((exchange, Answer(response.status_code, content_type, body)))
    return made


def differences(recorded: Any, found: Any, bound: Bound, where: str = "answer") -> list[str]:
    """Return a sentence for each place where two decoded values differ, types included."""
    if isinstance(recorded, str) and isinstance(found, str):
        return _text_differences(recorded, found, bound, where)
    if type(recorded) is not type(found):
        return [f"{where}: recorded {recorded!r}, found {found!r}"]
    if isinstance(recorded, dict):
        told = [f"{where}: {name} is missing" for name in recorded.keys() - found.keys()]
        told += [f"{where}: {name} is too much" for name in found.keys() - recorded.keys()]
        for name in recorded.keys() & found.keys():
            told += differences(recorded[name], found[name], bound, f"{where}.{name}")
        return told
    if isinstance(recorded, list):
        if len(recorded) != len(found):
            return [f"{where}: recorded {recorded!r}, found {found!r}"]
        return [
            sentence
            for n, (one, other) in enumerate(zip(recorded, found, strict=True))
            for sentence in differences(one, other, bound, f"{where}[{n}]")
        ]
    return [] if recorded == found else [f"{where}: recorded {recorded!r}, found {found!r}"]


def _text_differences(recorded: str, found: str, bound: Bound, where: str) -> list[str]:
    for pattern in (MOMENT, SESSION):
        if pattern.fullmatch(recorded) and pattern.fullmatch(found):
            return [] if bound.same(recorded, found) else [f"{where}: not the moment seen before"]
    if recorded.startswith("Traceback (most recent call last):"):
        if not found.startswith("Traceback (most recent call last):"):
            return [f"{where}: recorded a traceback, found {found!r}"]
        recorded, found = recorded.strip().splitlines()[-1], found.strip().splitlines()[-1]
    return [] if recorded == found else [f"{where}: recorded {recorded!r}, found {found!r}"]
