"""`make bench`: our server and our calls beside others, in one run under one load, as ratios.

Servers take turns, several rounds each, and the best round of each counts, so that what else the
machine does disturbs all alike; calls in process are counted in the process's own time. The results
go to the screen and, as JSON, to a file.
"""

import argparse
import json
import subprocess
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from tests.bench import call_cost, in_process
from tests.bench.servers import HERE, NAMES, ROOT, running
from tests.bench.workload import ACTION, body

FIRST_PORT = 18_761
ANY_REQUEST = body("00000000-0000-0000-0000-000000000000", "00000000-0000-0000-0000-000000000000")


@dataclass(frozen=True)
class Wanted:
    """A ratio and what it should be at least, or at most."""

    name: str
    found: float
    at_least: float | None = None
    at_most: float | None = None

    @property
    def met(self) -> bool:
        """Whether it is what it should be."""
        return (self.at_least is None or self.found >= self.at_least) and (
            self.at_most is None or self.found <= self.at_most
        )

    def __str__(self) -> str:
        wanted = "" if self.at_least is None else f"at least {self.at_least:g}"
        wanted = wanted if self.at_most is None else f"at most {self.at_most:g}"
        verdict = "" if not wanted else f"  ({wanted}: {'met' if self.met else 'NOT met'})"
        return f"{self.name:<62}{self.found:>8.2f}{verdict}"


def main() -> None:
    """Run the benchmark and print its ratios."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=3, help="how often each takes its turn")
    parser.add_argument("--seconds", type=float, default=5, help="how long a turn lasts")
    parser.add_argument("--large", type=int, default=100_000, help="mutations in the large books")
    parser.add_argument("--json", type=Path, help="where the results go too")
    options = parser.parse_args()

    wanted = [*over_sockets(options.rounds, options.seconds)]
    wanted += in_one_process(options.rounds, options.seconds)
    wanted += as_books_grow(options.large, options.rounds)
    for ratio in wanted:
        print(ratio)
    if options.json:
        options.json.write_text(
            json.dumps({ratio.name: round(ratio.found, 2) for ratio in wanted}, indent=2) + "\n",
            encoding="utf-8",
        )


def over_sockets(rounds: int, seconds: float) -> list[Wanted]:
    """Load each server by autocannon over 4 connections; also weigh and time our start."""
    best = dict.fromkeys(NAMES, 0.0)
    first_answer, resident = [], []
    for turn in range(rounds):
        for place, name in enumerate(NAMES):
            with running(name, FIRST_PORT + turn * len(NAMES) + place) as server:
                if name == "ours":
                    first_answer.append(server.seconds_to_answer)
                    resident.append(_megabytes(server.process.pid))
                request = server.request or ANY_REQUEST
                _load(server.url, request, 1 if name != "WireMock" else 2 * seconds)
                best[name] = max(best[name], _load(server.url, request, seconds))
    for name, rate in best.items():
        print(f"{name:<30}{rate:>10,.0f} calls/s")
    ours = best["ours"]
    return [
        Wanted("ours over spyne under waitress", ours / best["spyne under waitress"], at_least=3),
        Wanted("ours over a WireMock stub", ours / best["WireMock"], at_least=1),
        Wanted("ours over node-soap", ours / best["node-soap"]),
        Wanted("seconds from start to first answer", min(first_answer), at_most=0.5),
        Wanted("megabytes resident with empty books", min(resident), at_most=80),
    ]


def _megabytes(pid: int) -> float:
    answer = subprocess.run(
        ["ps", "-o", "rss=", "-p", str(pid)], capture_output=True, text=True, check=True
    )
    return int(answer.stdout) / 1024


def _load(url: str, request: bytes, seconds: float) -> float:
    """Return the calls a second that a server answers; raises RuntimeError when it refuses."""
    sent = HERE / "node_modules" / "request.xml"
    sent.write_bytes(request)
    done = subprocess.run(
        [
            *("node", str(HERE / "node_modules/autocannon/autocannon.js"), "--json"),
            *("-c", "4", "-d", str(max(1, round(seconds))), "-m", "POST", "-i", str(sent)),
            *("-H", "Content-Type: text/xml; charset=utf-8", "-H", f"SOAPAction: {ACTION}", url),
        ],
        capture_output=True,
        text=True,
        check=True,
    )
    result = json.loads(done.stdout)
    if result["non2xx"] or result["errors"]:
        raise RuntimeError(f"{url} refused {result['non2xx']} calls, lost {result['errors']}")
    return float(result["requests"]["total"]) / float(result["duration"])


def in_one_process(rounds: int, seconds: float) -> list[Wanted]:
    """Call through zeep in process, and moto in its own environment, in turns."""
    measured: dict[str, Callable[[], float]] = {}
    for name, call in (
        ("ours", in_process.ours()),
        ("zeep, requests and spyne", in_process.requests_and_spyne()),
    ):
        measured[name] = partial(in_process.rate, call, seconds)
    measured["moto"] = partial(_moto, seconds)
    best = dict.fromkeys(measured, 0.0)
    for _ in range(rounds):
        for name, measure in measured.items():
            best[name] = max(best[name], measure())
    for name, rate in best.items():
        print(f"in process: {name:<30}{rate:>10,.0f} calls/s")
    ours = best["ours"]
    return [
        Wanted(
            "in process: ours over zeep with requests and spyne",
            ours / best["zeep, requests and spyne"],
            at_least=2.7,
        ),
        Wanted("in process: ours over moto's SQS", ours / best["moto"], at_least=10),
    ]


def _moto(seconds: float) -> float:
    done = subprocess.run(
        [str(HERE / ".venv/bin/python"), str(HERE / "moto_calls.py"), str(seconds)],
        capture_output=True,
        text=True,
        check=True,
        cwd=ROOT,
    )
    return float(done.stdout)


def as_books_grow(large: int, rounds: int) -> list[Wanted]:
    """Compare what a call costs on large books with what it costs on small ones."""
    return [
        Wanted(
            f"{kind}: cost at {large:,} mutations over {call_cost.SMALL}", many / few, at_most=1.2
        )
        for kind, (few, many) in call_cost.costs(large, rounds * 8).items()
    ]


if __name__ == "__main__":
    main()
