"""Compares two runs of the same program and names each way in which the services differ, once.

Requests are paired by what they ask; an answer is compared by its outcome, then field by field.
What differs from run to run without meaning anything is no difference: the run's own prefix and
days, what was in the books before it, times, sessions, numbers that the service gives (they are
bound at first sight), stand-ins of redaction, and the order of the members of a struct.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from difflib import SequenceMatcher

from contracts.answering.matching import Bound
from contracts.drifting.answers import Finding, found_between
from contracts.drifting.numbering import numbering
from contracts.drifting.promises import promise_of
from contracts.drifting.values import masked, midnight
from contracts.drifting.words import in_words_of, own_rows
from contracts.recording.calls import leaves, operation_of
from contracts.recording.recordings import Exchange, Recording


@dataclass(frozen=True)
class Difference:
    """One difference: what kind, of what, how it was and is, and how many exchanges show it.

    `promise` is the id of the evidence that it touches and `change` where the fake would change;
    both are empty where nothing is known of it.
    """

    kind: str
    subject: str
    was: str
    now: str
    exchanges: int
    promise: str
    change: str

    @property
    def name(self) -> str:
        """The kind and the subject: two differences of one comparison never have the same."""
        return f"{self.kind}: {self.subject}"


def compare(before: Recording, after: Recording) -> list[Difference]:
    """Return the differences between two recordings, in the order in which they show."""
    before, after = own_rows(before, after)
    after = in_words_of(before, after)
    seen: dict[tuple[str, str], tuple[Finding, set[int]]] = {}
    for number, finding in _findings(before, after):
        seen.setdefault((finding.kind, finding.subject), (finding, set()))[1].add(number)
    return [
        Difference(
            finding.kind,
            finding.subject,
            finding.was,
            finding.now,
            len(numbers),
            *promise_of(finding),
        )
        for finding, numbers in seen.values()
    ]


def _findings(before: Recording, after: Recording) -> Iterator[tuple[int, Finding]]:
    calls = [_numbers_by_operation(run) for run in (before, after)]
    for name, numbers in calls[0].items():
        if name not in calls[1]:
            gone = Finding("operation", name, "called", "not called in this run")
            yield from ((number, gone) for number in numbers)
    for name, numbers in calls[1].items():
        if name not in calls[0]:
            new = Finding("operation", name, "not called in this run", "called")
            yield from ((number, new) for number in numbers)
    bound = Bound()
    for one, other in pairs(before, after):
        _bind_dates(one, bound)
        for finding in found_between(one, other, bound):
            yield one.number, finding
    for finding in numbering(before, after):
        yield from ((number, finding) for number in calls[0][finding.subject])


def _bind_dates(exchange: Exchange, bound: Bound) -> None:
    """Let each date that both runs send be itself in what they are answered, and no day near it."""
    for leaf in leaves(exchange.request):
        if (date := midnight(leaf.text)) is not None:
            bound.take(date, date)


def _numbers_by_operation(run: Recording) -> dict[str, list[int]]:
    numbers: dict[str, list[int]] = {}
    for exchange in run:
        numbers.setdefault(operation_of(exchange.request), []).append(exchange.number)
    return numbers


def pairs(before: Recording, after: Recording) -> list[tuple[Exchange, Exchange]]:
    """Return the exchanges of two runs that ask the same, in order."""
    ours, theirs = ([_signature(exchange) for exchange in run] for run in (before, after))
    matcher = SequenceMatcher(None, ours, theirs, autojunk=False)
    return [
        (before.exchanges[block.a + n], after.exchanges[block.b + n])
        for block in matcher.get_matching_blocks()
        for n in range(block.size)
    ]


def _signature(exchange: Exchange) -> tuple[object, ...]:
    request = exchange.request
    held = tuple((leaf.path, masked(leaf)) for leaf in leaves(request))
    media_type = request.header("Content-Type").partition(";")[0].strip().lower()
    return (operation_of(request), media_type, held)
