"""A ratio that a benchmark found, beside what it should be."""

import statistics
from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Wanted:
    """A ratio and what it should be at least, or at most; `of` are those of the single rounds."""

    name: str
    found: float
    at_least: float | None = None
    at_most: float | None = None
    of: Sequence[float] = ()

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
        spread = f"  [{min(self.of):.2f} to {max(self.of):.2f}]" if self.of else ""
        return f"{self.name:<62}{self.found:>8.2f}{spread}{verdict}"


def median(
    name: str, ours: Sequence[float], others: Sequence[float], at_least: float | None = None
) -> Wanted:
    """Return the median over the rounds of the ratio within each."""
    ratios = [one / other for one, other in zip(ours, others, strict=True)]
    return Wanted(name, statistics.median(ratios), at_least, of=ratios)
