"""What came of trying the promises of a service on a target."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from contracts.evidence.catalogue import Grade


class Verdict(StrEnum):
    """What came of a promise."""

    KEPT = "kept"
    BROKEN = "broken"
    NOT_TRIED = "not tried"


@dataclass(frozen=True)
class Result:
    """One promise and what came of it; `why` says how it was broken, or why it was not tried.

    `writes` tells whether trying it may leave something behind; None where there is no test.
    """

    promise: str
    says: str
    grade: Grade
    verdict: Verdict
    why: str = ""
    writes: bool | None = None

    @property
    def kind(self) -> str:
        """Whether it reads or writes, in a word; empty where there is no test."""
        return "" if self.writes is None else "writes" if self.writes else "reads"


@dataclass(frozen=True)
class Run:
    """All promises of a service, tried on one target.

    `exchanges` are how many of a recording's exchanges answered something, and of how many.
    """

    service: str
    target: str
    results: Sequence[Result]
    seconds: float
    exchanges: tuple[int, int] | None = None

    @property
    def broken(self) -> list[Result]:
        """The promises that were broken."""
        return [result for result in self.results if result.verdict is Verdict.BROKEN]

    def counted(self) -> dict[Verdict, int]:
        """Count promises by what came of them."""
        found = Counter(result.verdict for result in self.results)
        return {verdict: found[verdict] for verdict in Verdict}

    def summary(self) -> str:
        """Return the one line that tells it all."""
        counted = self.counted()
        told = (
            f"{self.service} on {self.target}: {len(self.results)} promises: "
            + ", ".join(f"{count} {verdict}" for verdict, count in counted.items())
            + f", in {self.seconds:.1f} s"
        )
        if self.exchanges is None:
            return f"{told}."
        used, total = self.exchanges
        return f"{told}. {used} of the {total} recorded exchanges were used."
