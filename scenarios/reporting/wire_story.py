"""What a call that was made to go wrong led to, told from the calls that came after it."""

from collections.abc import Mapping, Sequence

from scenarios.wire.log import WireCall

NEXT = 3
"""So many of the calls that followed are named."""


def led_to(
    call: WireCall, calls: Sequence[WireCall], booked: Mapping[str, Sequence[str]] | None = None
) -> str:
    """Return what came of a call with a fault: what its caller got, asked next, and the end of it.

    `calls` are all of the story; `booked` is, by document, the numbers of the mutations that the
    books hold at its end, None where that is not known.
    """
    said = [f"The {call.party} got: {_answer(call.outcome)}.", _next(call, calls)]
    for document in call.documents:
        sent = sum(one.operation == call.operation and document in one.documents for one in calls)
        said.append(
            f"{document}: {call.operation} was called {_times(sent)}{_end(document, booked)}."
        )
    return " ".join(said)


def _answer(outcome: str) -> str:
    return f"HTTP {outcome}" if outcome.isdecimal() else outcome


def _next(call: WireCall, calls: Sequence[WireCall]) -> str:
    later = [
        one
        for one in calls
        if one.number > call.number and one.party == call.party and one.service == call.service
    ]
    if not later:
        return f"It asked nothing more of {call.service}."
    named = ", ".join(f"{one.operation} (call {one.number})" for one in later[:NEXT])
    return f"Next it asked {call.service} for {named}."


def _end(document: str, booked: Mapping[str, Sequence[str]] | None) -> str:
    if booked is None:
        return ""
    numbers = booked.get(document, ())
    if not numbers:
        return "; at the end it is not in the books"
    return f"; at the end it is in the books {_times(len(numbers))}, as {', '.join(numbers)}"


def _times(count: int) -> str:
    return "once" if count == 1 else f"{count} times"
