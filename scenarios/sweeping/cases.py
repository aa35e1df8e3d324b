"""What a sweep breaks: each call and each commit of the coupling, in each way, with a stable name.

A case is one disturbance (or two) of one story: "till_day/AddMutatie-3/answer-lost/refusing" is
the story `till_day` whose third AddMutatie takes effect while its answer is lost, with books that
refuse a used invoice number.
"""

import random
import zlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from fakes.faults import Kind

KILLED_BEFORE = "killed-before"
KILLED_AFTER = "killed-after"

FAULTS: dict[str, Kind] = {
    "refused": Kind.REFUSED,
    "time-out": Kind.TIME_OUT,
    "time-out-committed": Kind.TIME_OUT_COMMITTED,
    "committed-late": Kind.COMMITTED_LATE,
    "answer-lost": Kind.ANSWER_LOST,
    "http-500": Kind.HTTP_500,
    "http-503": Kind.HTTP_503,
    "soap-fault": Kind.SOAP_FAULT,
    "truncated": Kind.TRUNCATED,
    "session-expired": Kind.SESSION_EXPIRED,
    "quota-reached": Kind.QUOTA_REACHED,
    "served-twice": Kind.SERVED_TWICE,
}
"""Each fault of "Posting once", "Proof", by the name it has in a case."""

COMMIT = "commit"
"""What a commit of the coupling's store is called; it can only be killed."""

WRITES = frozenset({"AddMutatie", "AddRelatie", "UpdateRelatie", "UpdateGrootboekrekening"})
"""Calls that change the books and are each of their own kind.

Of all others there are many alike: reads, and the ledger accounts that linking copies.
"""

SETTINGS = {"taking": False, "refusing": True}
"""Whether the books refuse a sales invoice whose number is used, by the name in a case."""

LATEST_SECOND = 12
"""The second disturbance of a pair happens at most so many calls after the first."""


@dataclass(frozen=True)
class Point:
    """A moment at which the coupling can be disturbed: just before its `number`-th `operation`."""

    operation: str
    number: int
    after: str | None
    """The name of the call that was made just before in the same step, if it was one."""

    @property
    def name(self) -> str:
        """The name in a case: "AddMutatie-3"."""
        return f"{self.operation}-{self.number}"


@dataclass(frozen=True)
class Second:
    """The second disturbance of a pair: `kind` happens `calls` calls after the first one."""

    calls: int
    kind: str


@dataclass(frozen=True)
class Case:
    """One case of a sweep."""

    story: str
    point: str
    kind: str
    setting: str
    second: Second | None = None

    @property
    def name(self) -> str:
        """The stable name, by which it can be run alone."""
        more = f"/then-{self.second.calls}/{self.second.kind}" if self.second else ""
        return f"{self.story}/{self.point}/{self.kind}{more}/{self.setting}"

    @classmethod
    def from_json(cls, said: Mapping[str, Any]) -> "Case":
        """Return the case of which JSON has the fields."""
        second = said["second"]
        return cls(**{**said, "second": None if second is None else Second(**second)})


@dataclass(frozen=True)
class Choice:
    """Which of all cases are run: shares from 0 to 1, by whether the call changes the books.

    Which ones is decided by each case's name alone, so that a new story changes nothing for the
    others; `seed` chooses others. `name` chooses one case, whatever the shares.
    """

    writes: float = 1.0
    reads: float = 1.0
    pairs: float = 1.0
    seed: int = 0
    name: str | None = None

    def cases(self, story: str, point: Point) -> Iterator[Case]:
        """Yield the chosen cases of a story at a point."""
        for case in _single(story, point):
            share = self.writes if case.point.rpartition("-")[0] in WRITES else self.reads
            if self._takes(case, share):
                yield case
            if point.operation != COMMIT:
                pair = Case(case.story, case.point, case.kind, case.setting, self._second(case))
                if self._takes(pair, self.pairs * share):
                    yield pair

    def _takes(self, case: Case, share: float) -> bool:
        if self.name is not None:
            return case.name == self.name
        return zlib.crc32(f"{self.seed} {case.name}".encode()) < share * 2**32

    def _second(self, case: Case) -> Second:
        if self.name is not None and "/then-" in self.name:
            calls, kind, _ = self.name.partition("/then-")[2].split("/")
            return Second(int(calls), kind)
        chance = random.Random(f"{self.seed} {case.name}")  # noqa: S311 # a choice, no secret
        return Second(chance.randint(1, LATEST_SECOND), chance.choice([*FAULTS, KILLED_BEFORE]))


def _single(story: str, point: Point) -> Iterator[Case]:
    """Yield all cases of one disturbance at a point.

    Killed after a call is the same as killed before the next thing that leaves a trace.
    """
    place = point.name if point.after is None else point.after
    killed = KILLED_BEFORE if point.after is None else KILLED_AFTER
    for setting in SETTINGS:
        yield Case(story, place, killed, setting)
        if point.operation != COMMIT:
            for kind in FAULTS:
                yield Case(story, point.name, kind, setting)
