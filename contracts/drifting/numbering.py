"""By how much the numbers rise that a service gives, one call after the other."""

from collections import Counter
from collections.abc import Iterator
from itertools import pairwise

from contracts.drifting.answers import Finding
from contracts.recording.calls import leaves, operation_of
from contracts.recording.recordings import Recording

ADDING = {"AddMutatie": "Mutatienummer", "AddRelatie": "Rel_ID", "AddGrootboekrekening": "Gb_ID"}
"""The calls whose answer is a new number, and where it stands."""


def numbering(before: Recording, after: Recording) -> Iterator[Finding]:
    """Yield how the numbers of two runs rise otherwise, where each run gave at least three."""
    for operation, field in ADDING.items():
        steps = [_usual_step(run, operation, field) for run in (before, after)]
        if None not in steps and steps[0] != steps[1]:
            yield Finding("numbering", operation, f"by {steps[0]}", f"by {steps[1]}")


def _usual_step(run: Recording, operation: str, field: str) -> int | None:
    given = [
        int(leaf.text)
        for exchange in run
        if operation_of(exchange.request) == operation and exchange.response is not None
        for leaf in leaves(exchange.response)
        if leaf.name == field and leaf.text.isdecimal() and int(leaf.text)
    ]
    steps = Counter(after - before for before, after in pairwise(given))
    return steps.most_common(1)[0][0] if len(given) >= 3 else None
