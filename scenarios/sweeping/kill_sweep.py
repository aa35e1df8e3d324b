"""Kills a coupling's process at random moments, over and over, and reads the books at the end.

The coupling is a process of its own that works over sockets on a store on disk; both services are
in another process. The verdict shares nothing with the coupling: each document's mutations are
counted in the books as they come over the wire, and all lists must equal those of other books, in
which a coupling booked the same documents without being killed.
"""

import os
import random
import re
import select
import shutil
import signal
import statistics
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import requests

from scenarios.sweeping.books import BooksState, differences, read_books
from scenarios.sweeping.kill_documents import Sales
from scenarios.sweeping.kill_life import AT_WORK, SETTLED, Life, live
from scenarios.sweeping.kill_services import Services, services
from scenarios.wire.books_reader import Credentials

LABEL = re.compile(r"\bBoekstuk=(\S+)")
"""The document's number in the row of a mutation; the mark behind it is left out there."""

SECONDS_TO_SETTLE = 600.0
"""How long a coupling that is left alone may take; longer than any that works."""

FIRST_HORIZON = 1.0
"""Within how many seconds the first lives are killed; later ones as they turn out to need."""

EARLY = 0.2
"""The share of lives that may be killed from their very start, while they link or find the link."""

SECONDS_TO_LINK = 60.0

MOST_SOLD = 6
"""How many documents are sold before each life, at most."""

REMEMBERED = 20
"""From how many of the last lives that came to rest the horizon is taken."""


@dataclass(frozen=True)
class Killed:
    """What came of it: `wrong` are sentences, none when all is well."""

    kills: int
    idle_kills: int
    """Kills beside those, of a process that had nothing left to do."""
    documents: int
    mutations: int
    lost: int
    double: int
    wrong: tuple[str, ...]


def kill_sweep(
    kills: int, seed: int, progress: Callable[[int], object], keep: Path | None = None
) -> Killed:
    """Kill a coupling so many times while it is at work; `progress` hears of each kill.

    `keep` is a folder to which the coupling's store goes when something is wrong. Needs a process
    with one thread, on a system that can fork.
    """
    with tempfile.TemporaryDirectory() as folder, services() as both:
        chance = random.Random(seed)  # noqa: S311 - chooses what is sold and when to kill
        sales = Sales(both, chance)
        killer = _Killer(both, Path(folder) / "killed.sqlite", chance)
        while killer.kills < kills:
            for _ in range(chance.randint(1, MOST_SOLD)):
                sales.sell()
            killer.one_life()
            progress(killer.kills)
        _settle(both, both.books, Path(folder) / "killed.sqlite")
        _settle(both, both.undisturbed, Path(folder) / "undisturbed.sqlite")
        session = requests.Session()
        found, expected = (read_books(session, each) for each in (both.books, both.undisturbed))
        killed = judge(killer.kills, killer.idle_kills, sales.expected, expected, found)
        if killed.wrong and keep is not None:
            shutil.copytree(folder, keep, dirs_exist_ok=True)
    return killed


def judge(
    kills: int, idle_kills: int, wanted: Counter[str], expected: BooksState, found: BooksState
) -> Killed:
    """Return the verdict: every document in the books as often as it should be, and alike."""
    held = Counter(label for row in found.mutations.values() for label in LABEL.findall(row))
    lost, double = wanted - held, held - wanted
    wrong = [f"{label} is lost" for label in lost]
    wrong += [f"{label} is there too often" for label in double]
    wrong += differences(expected, found)
    return Killed(
        kills,
        idle_kills,
        len(wanted),
        len(found.mutations),
        lost.total(),
        double.total(),
        tuple(wrong),
    )


class _Killer:
    """Begins lives and ends them; `kills` counts those that were at work, the others are idle."""

    def __init__(self, both: Services, store: Path, chance: random.Random) -> None:
        self.kills = 0
        self.idle_kills = 0
        self._both = both
        self._store = store
        self._chance = chance
        self._took: list[float] = []

    def one_life(self) -> None:
        """Begin a life, and kill it at a random moment: mostly of its work, else from its start."""
        life = Life(partial(live, self._both, self._both.books, self._store, True))
        if self._chance.random() > EARLY:
            self._wait_for(life, AT_WORK)
        begun, settled_after = time.monotonic(), None
        moment = begun + self._chance.random() * self._horizon
        for word, at in _words(life, moment):
            if word == SETTLED and settled_after is None:
                settled_after = at - begun
        life.end(signal.SIGKILL)
        if settled_after is None:
            self.kills += 1
        else:
            self.idle_kills += 1
            self._took.append(settled_after)

    def _wait_for(self, life: Life, wanted: bytes) -> None:
        """Wait until a life says a word; a while at most, in which even linking is done."""
        for word, _ in _words(life, time.monotonic() + SECONDS_TO_LINK):
            if word == wanted:
                return

    @property
    def _horizon(self) -> float:
        took = self._took[-REMEMBERED:]
        return 1.2 * statistics.median(took) if took else FIRST_HORIZON


def _words(life: Life, until: float) -> Iterator[tuple[bytes, float]]:
    """Yield what a life says until a moment, each with the moment at which it was said."""
    while (left := until - time.monotonic()) > 0:
        ready, _, _ = select.select([life.hears], [], [], left)
        if ready:
            word = os.read(life.hears, 1)
            if not word:
                raise RuntimeError("a coupling's process ended by itself")
            yield word, time.monotonic()


def _settle(both: Services, codes: Credentials, store: Path) -> None:
    """Let a coupling work until nothing is left to do; raises RuntimeError when it never is."""
    life = Life(partial(live, both, codes, store, False))
    words = b"".join(word for word, _ in _until_settled(life))
    life.end(None if SETTLED in words else signal.SIGKILL)
    if SETTLED not in words:
        raise RuntimeError(f"the coupling does not come to rest in {SECONDS_TO_SETTLE:.0f} s")


def _until_settled(life: Life) -> Iterator[tuple[bytes, float]]:
    for word, at in _words(life, time.monotonic() + SECONDS_TO_SETTLE):
        yield word, at
        if word == SETTLED:
            return
