"""A correction: one mutation that holds the difference of what should be and what is booked."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal

from sync_core.bookings import LATEST_DATE, Mutation, MutationLine
from sync_core.vat import code_on


def outstanding(wanted: Mutation | None, booked: Sequence[Mutation], day: date) -> Mutation | None:
    """Return the next mutation that brings the books from what is booked to what is wanted.

    `wanted` is None for a document that was cancelled: the booked lines are negated. Nothing comes
    back when nothing differs (a changed reference or due date). A booking on another relation or
    account than the wanted one is negated there first; the next call then books it where it
    belongs.
    """
    places = dict.fromkeys(_place(each) for each in booked)
    here = _place(wanted) if wanted else None
    for place in sorted(places, key=lambda each: each == here):
        booked_there = [each for each in booked if _place(each) == place]
        lines = difference(wanted if place == here else None, booked_there, day)
        if lines:
            return correction(booked_there[0], lines, day)
    if wanted is not None and here not in places:
        return correction(wanted, wanted.lines, day)
    return None


def difference(
    wanted: Mutation | None, booked: Sequence[Mutation], day: date | None = None
) -> tuple[MutationLine, ...]:
    """Return the wanted lines less the booked ones, by (counter account, VAT code).

    The codes are those of `day`, by default the last of their dates: one that meant 6% when it was
    booked means 9% since.
    """
    dates = [each.date for each in (*([wanted] if wanted else ()), *booked)]
    on = day or max(dates, default=LATEST_DATE)
    sums: dict[tuple[str, str], MutationLine] = {}
    signed = [(1, line) for line in (wanted.lines if wanted else ())]
    signed += [(-1, line) for mutation in booked for line in mutation.lines]
    for sign, line in signed:
        code = code_on(on, line.vat_code, line.percentage)
        key = (line.counter_account, code)
        nothing = replace(line, vat_code=code, excluding=Decimal(0), vat=Decimal(0))
        before = sums.get(key, nothing)
        sums[key] = replace(
            before,
            excluding=before.excluding + sign * line.excluding,
            vat=before.vat + sign * line.vat,
        )
    return tuple(line for line in sums.values() if line.excluding or line.vat)


def correction(like: Mutation, lines: tuple[MutationLine, ...], day: date) -> Mutation:
    """Return the mutation that corrects one `like` this by these lines, dated `day`.

    The text names what is corrected; the invoice number gets its suffix with the mark.
    """
    original = like.invoice_number or like.description
    text = f"Correctie van {original} ({like.date:%d-%m-%Y})"
    coded = tuple(
        replace(line, vat_code=code_on(day, line.vat_code, line.percentage)) for line in lines
    )
    return replace(like, lines=coded, date=day, description=text[:200])


def _place(mutation: Mutation) -> tuple[str, str]:
    return mutation.account, mutation.relation
