"""Servers under one load, in turns, and every answer looked at.

All are started once and stay; each is warmed up, and then they take turns, round after round. What
counts is the median over the rounds of the ratio within one round, so that what else the machine
does in a round disturbs both sides alike. An answer that is not right ends the benchmark: `load.js`
looks at each one under load, zeep decodes some before and after, and whoever keeps books is asked
whether they hold what was answered.
"""

import json
import statistics
import subprocess
import tempfile
from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

import zeep

from fakes.eboekhouden import wsdl
from tests.bench.ratios import Wanted, median
from tests.bench.servers import (
    HERE,
    KINDS,
    NODE_SOAP,
    OURS,
    SPYNE,
    WIREMOCK,
    WIREMOCK_WORD,
    Kind,
    Server,
    running,
)
from tests.bench.workload import (
    ACTION,
    INVOICE,
    LARGEST_NUMBER,
    body,
    lines_of,
    mutation,
)

FIRST_PORT = 18_761
CONNECTIONS = 4


class WrongAnswer(Exception):
    """A server answered other than it must; the text says which, to what, and what it said."""


@dataclass
class Contender:
    """A server that takes part, how it is asked, and the calls a second of each of its turns."""

    server: Server
    requests: Path
    client: Any
    rates: list[float] = field(default_factory=list)

    @classmethod
    def of(cls, server: Server, folder: Path) -> "Contender":
        """Write down its requests (their session is its own) and make a zeep client of it."""
        requests = folder / f"{server.url.rpartition(':')[2].partition('/')[0]}.json"
        sent = [
            {"number": number, "body": body(*server.session, number).decode()}
            for number in range(1, LARGEST_NUMBER + 1)
        ]
        requests.write_text(json.dumps(sent), encoding="utf-8")
        document = requests.with_suffix(".wsdl")
        document.write_bytes(wsdl.document(server.url))
        return cls(server, requests, zeep.Client(str(document)).service)

    def add(self, number: int) -> int:
        """Send one booking through zeep; return the number that is answered, if it is right."""
        answer = self.client.AddMutatie(*self.server.session, mutation(number))
        error, given = answer.ErrorMsg, int(answer.Mutatienummer)
        right = {"own": given == number, "new": given > 0, "six": 0 <= given < 10**6}
        if error.LastErrorCode or not right[self.server.kind.answers]:
            raise WrongAnswer(
                f"{self.server.kind.name} answers {given} to booking {number}, "
                f"with error {error.LastErrorCode!r}"
            )
        return given

    def turn(self, seconds: int) -> float:
        """Load it for so long and return its calls a second; raises WrongAnswer."""
        before = self.add(1)
        found = load(self.server.url, self.requests, self.server.kind.answers, seconds)
        if self.server.kind.keeps_books:
            self._read_back(before, self.add(1), found["answered"])
        return float(found["answered"]) / float(found["seconds"])

    def _read_back(self, before: int, after: int, answered: int) -> None:
        """Refuse books that do not hold every answered booking, with the amounts that were sent.

        When time is up, each connection may have a booking under way that nobody hears of.
        """
        name, booked = self.server.kind.name, after - before - 1
        if not answered <= booked <= answered + CONNECTIONS:
            raise WrongAnswer(f"{name} answered {answered} bookings and its books hold {booked}")
        filters = {
            "MutatieNr": 0,
            "MutatieNrVan": before + 1,
            "MutatieNrTm": after - 1,
            "DatumVan": datetime(1980, 1, 1),
            "DatumTm": datetime(2049, 12, 31),
        }
        listed = self.client.GetMutaties(*self.server.session, filters).Mutaties.cMutatieList
        if len(listed) != min(booked, 500) or listed[-1].MutatieNr != after - 1:
            raise WrongAnswer(f"{name} lists {len(listed)} of its last {booked} bookings")
        for held in listed:
            number = int(held.Factuurnummer.removeprefix(INVOICE))
            sent = [(line.account, line.excluding, line.vat) for line in lines_of(number)]
            kept = [
                (line.TegenrekeningCode, line.BedragExclBTW, line.BedragBTW)
                for line in held.MutatieRegels.cMutatieListRegel
            ]
            if kept != sent:
                raise WrongAnswer(f"{name} was sent {sent} and has {kept} in its books")


def load(url: str, requests: Path, answers: str, seconds: int) -> dict[str, Any]:
    """Send requests for so many seconds; return what `load.js` saw, if it was all right."""
    done = subprocess.run(
        [
            *("node", str(HERE / "load.js"), url, ACTION, str(requests), answers),
            *(str(seconds), str(CONNECTIONS)),
        ],
        capture_output=True,
        text=True,
        check=True,
        timeout=seconds + 60,
    )
    found: dict[str, Any] = json.loads(done.stdout)
    if found["wrong"] or found["lost"] or not found["answered"]:
        raise WrongAnswer(
            f"{url} answered {found['answered']} calls rightly and {found['wrong']} wrongly, "
            f"and lost {found['lost']}; {found['example']}"
        )
    return found


def over_sockets(rounds: int, seconds: int) -> list[Wanted]:
    """Load the servers in turns; also time our start, and weigh it while its books are empty."""
    first_answer, resident = [], []
    for start in range(rounds):
        with running(OURS, FIRST_PORT + 10 + start) as server:
            first_answer.append(server.seconds_to_answer)
            resident.append(_megabytes(server.process.pid))
    with ExitStack() as exits:
        folder = Path(exits.enter_context(tempfile.TemporaryDirectory()))
        contenders = {
            kind: Contender.of(exits.enter_context(running(kind, FIRST_PORT + place)), folder)
            for place, kind in enumerate(KINDS)
        }
        _the_load_can_refuse(contenders[OURS].server, folder)
        for kind, contender in contenders.items():
            rate = contender.turn(kind.warm_up)
            print(f"{kind.name:<30}{rate:>10,.0f} calls/s in its warm-up of {kind.warm_up} s")
        for _ in range(rounds):
            for contender in contenders.values():
                contender.rates.append(contender.turn(seconds))
    for kind, contender in contenders.items():
        print(f"{kind.name:<30}{statistics.median(contender.rates):>10,.0f} calls/s")

    def ours_over(other: Kind, at_least: float | None = None) -> Wanted:
        rates = contenders[OURS].rates, contenders[other].rates
        return median(f"ours over {other.name}", *rates, at_least=at_least)

    return [
        ours_over(SPYNE, 3),
        ours_over(WIREMOCK, 1),
        ours_over(WIREMOCK_WORD, 1),
        ours_over(NODE_SOAP),
        Wanted("seconds from start to first answer", min(first_answer), at_most=0.5),
        Wanted("megabytes resident with empty books", min(resident), at_most=80),
    ]


def _the_load_can_refuse(server: Server, folder: Path) -> None:
    """Make sure that wrong answers are seen: a refusal, another number, and another address."""
    refused, right = folder / "refused.json", folder / "right.json"
    for file, session in ((refused, (server.session[0], "wrong")), (right, server.session)):
        file.write_text(json.dumps([{"number": 1, "body": body(*session, 1).decode()}]))
    for url, requests, answers in (
        (server.url, refused, "new"),
        (server.url, right, "own"),
        (f"{server.url}/elsewhere", right, "new"),
    ):
        try:
            load(url, requests, answers, 1)
        except WrongAnswer:
            continue
        raise RuntimeError(f"the load took wrong answers of {url} for right ones")


def _megabytes(pid: int) -> float:
    answer = subprocess.run(
        ["ps", "-o", "rss=", "-p", str(pid)], capture_output=True, text=True, check=True
    )
    return int(answer.stdout) / 1024
