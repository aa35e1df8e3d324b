"""`make bench`: our server and our calls beside others, in one run under one load, as ratios.

Servers take turns (see `sockets`); calls in process are counted in the process's own time. The
results go to the screen and, as JSON, to a file.
"""

import argparse
import json
import statistics
import subprocess
from collections.abc import Callable
from functools import partial
from pathlib import Path

from tests.bench import call_cost, in_process
from tests.bench.ratios import Wanted, median
from tests.bench.servers import HERE, ROOT
from tests.bench.sockets import over_sockets


def main() -> None:
    """Run the benchmark and print its ratios."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=5, help="how often each takes its turn")
    parser.add_argument("--seconds", type=int, default=5, help="how long a turn lasts")
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


def in_one_process(rounds: int, seconds: float) -> list[Wanted]:
    """Call through zeep in process, and moto in its own environment, in turns."""
    measured: dict[str, Callable[[], float]] = {}
    for name, call in (
        ("ours", in_process.ours()),
        ("zeep, requests and spyne", in_process.requests_and_spyne()),
    ):
        measured[name] = partial(in_process.rate, call, seconds)
    measured["moto"] = partial(_moto, seconds)
    rates: dict[str, list[float]] = {name: [] for name in measured}
    for _ in range(rounds):
        for name, measure in measured.items():
            rates[name].append(measure())
    for name, found in rates.items():
        print(f"in process: {name:<30}{statistics.median(found):>10,.0f} calls/s")
    return [
        median(
            "in process: ours over zeep with requests and spyne",
            rates["ours"],
            rates["zeep, requests and spyne"],
            at_least=2.7,
        ),
        median("in process: ours over moto's SQS", rates["ours"], rates["moto"], at_least=10),
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
