"""The words of a run: the prefix and the days by which it tells its own from what was there.

Two runs of the contract suite, or of a replay, send the same with other words, and the services
repeat them. A comparison first puts the one run in the words of the other.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta

from lxml import etree

from contracts.recording.calls import Leaf, leaves, operation_of
from contracts.recording.recordings import Exchange, Recording, Request, Response

SHORTEST = 4
"""From how many characters on what all codes of a run begin with is its prefix."""
NEAR = timedelta(days=400)
"""How far from a run's own day a date is still one of its own."""

LISTS = ("GetMutaties", "GetRelaties", "GetOpenPosten")

_SOURCE = re.compile(r"koppeling contract (?P<prefix>\S+) (?P<day>\d{4}-\d\d-\d\d)")
_DAY = re.compile(rb"\b(?:19|20)\d\d-\d\d-\d\d")


@dataclass(frozen=True)
class Words:
    """A run's prefix ("" when it has none) and its day (None when it says none)."""

    prefix: str = ""
    day: date | None = None


def words_of(recording: Recording) -> Words:
    """Return the words of a run: as its Source tells them, else as its relation codes show."""
    codes: set[str] = set()
    for leaf in _asked(recording):
        if leaf.name == "Source" and (found := _SOURCE.fullmatch(leaf.text)):
            return Words(found["prefix"], date.fromisoformat(found["day"]))
        if leaf.path == "AddRelatie/oRel/Code":
            codes.add(leaf.text)
    shared = _shared_beginning(codes) if len(codes) > 1 else ""
    return Words(shared if len(shared) >= SHORTEST else "")


def _shared_beginning(texts: set[str]) -> str:
    first, last = min(texts), max(texts)
    length = next((n for n, (a, b) in enumerate(zip(first, last, strict=False)) if a != b), None)
    return first[:length]


def own_rows(*recordings: Recording) -> list[Recording]:
    """Return recordings whose lists hold only what their runs made, as far as that can be told.

    What was in the books before is left out; where there was any, all balances are, since they
    count it with them.
    """
    made = [_of_the_run(recording) for recording in recordings]
    if all(one.exchanges == was.exchanges for one, was in zip(made, recordings, strict=True)):
        return list(recordings)
    return [replace(one, exchanges=tuple(map(_without_balances, one))) for one in made]


def _of_the_run(recording: Recording) -> Recording:
    given = [
        int(leaf.text)
        for exchange in recording
        if operation_of(exchange.request) == "AddMutatie" and exchange.response is not None
        for leaf in leaves(exchange.response)
        if leaf.name == "Mutatienummer" and leaf.text.isdecimal() and int(leaf.text)
    ]
    first, prefix = min(given, default=0), words_of(recording).prefix
    return replace(recording, exchanges=tuple(_own(one, first, prefix) for one in recording))


def _own(exchange: Exchange, first: int, prefix: str) -> Exchange:
    response = exchange.response
    if response is None or operation_of(exchange.request) not in LISTS:
        return exchange
    try:
        root = etree.fromstring(response.body, etree.XMLParser(resolve_entities=False))
    except etree.XMLSyntaxError:
        return exchange
    others = [row for row in root.iter("{*}cMutatieList") if _number(row) < first]
    for item, name in (("cRelatie", "Code"), ("cOpenPost", "RelCode")):
        others += [
            row
            for row in root.iter(f"{{*}}{item}")
            if prefix and not (row.findtext(f"{{*}}{name}") or "").startswith(prefix)
        ]
    for row in others:
        parent = row.getparent()
        assert parent is not None
        parent.remove(row)
    body = etree.tostring(root) if others else response.body
    return replace(exchange, response=replace(response, body=body))


def _number(row: etree._Element) -> int:
    text = row.findtext("{*}MutatieNr") or ""
    return int(text) if text.isdecimal() else 0


def _without_balances(exchange: Exchange) -> Exchange:
    response = exchange.response
    if response is None:
        return exchange
    body = re.sub(rb"(<Saldo>)[^<]*(</Saldo>)", rb"\1\2", response.body)
    return replace(exchange, response=replace(response, body=body))


def in_words_of(before: Recording, after: Recording) -> Recording:
    """Return the second recording with the words of the first."""
    theirs, ours = words_of(after), words_of(before)
    if theirs == ours or not theirs.prefix or not ours.prefix:
        return after
    return replace(after, exchanges=tuple(_told(one, theirs, ours) for one in after))


def _told(exchange: Exchange, theirs: Words, ours: Words) -> Exchange:
    request, response = exchange.request, exchange.response
    asked: Request = replace(request, body=_replaced(request.body, theirs, ours))
    answered: Response | None = None
    if response is not None:
        answered = replace(response, body=_replaced(response.body, theirs, ours))
    return replace(exchange, request=asked, response=answered)


def _replaced(body: bytes, theirs: Words, ours: Words) -> bytes:
    told = body.replace(theirs.prefix.encode(), ours.prefix.encode())
    if theirs.day is None or ours.day is None or theirs.day == ours.day:
        return told
    day, offset = theirs.day, ours.day - theirs.day

    def moved(found: re.Match[bytes]) -> bytes:
        try:
            own = date.fromisoformat(found[0].decode())
        except ValueError:
            return found[0]
        return (own + offset).isoformat().encode() if abs(own - day) <= NEAR else found[0]

    return _DAY.sub(moved, told)


def _asked(recording: Recording) -> Iterator[Leaf]:
    for exchange in recording:
        if operation_of(exchange.request) in ("OpenSession", "OpenSessionSub", "AddRelatie"):
            yield from leaves(exchange.request)
