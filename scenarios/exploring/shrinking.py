"""Makes a history that fails small: fewer acts, then plainer ones, as long as it still fails."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from decimal import Decimal
from typing import Any

from scenarios.exploring.expected_documents import booked_line, total
from scenarios.exploring.so_far import PLAIN_INVOICE, Act
from scenarios.language import steps
from scenarios.language.steps import InvoiceLine

Fails = Callable[[Sequence[Act]], bool]


def shrink(acts: Sequence[Act], fails: Fails) -> list[Act]:
    """Return the smallest acts found that still fail; `fails` may raise to end the search."""
    small = _fewer(list(acts), fails)
    for position in range(len(small)):
        for plain in _plainer(small[position]):
            tried = [*small[:position], plain, *small[position + 1 :]]
            if fails(tried):
                small = tried
                break
    # A plainer act may have made others needless.
    return _fewer(small, fails)


def _fewer(acts: list[Act], fails: Fails) -> list[Act]:
    """Leave out halves, quarters and so on down to single acts, until none can be missed.

    All of it again after any was left out: a fault and the sync that met it go together or not.
    """
    size = max(len(acts) // 2, 1)
    while acts and size:
        for start in range(len(acts) - size, -1, -max(size // 2, 1)):
            tried = acts[:start] + acts[start + size :]
            if fails(tried):
                acts = tried
                size = max(len(acts) // 2, 1)
                break
        else:
            size //= 2
    return acts


def _plainer(act: Act) -> Iterator[Act]:
    """Yield plainer acts than this one, the plainest first."""
    for kind in PLAINER:
        if kind == act.kind:
            break
        yield Act(kind)
    if act.kind in MAKE_ONE_FIRST:
        yield Act("invoice", part=PLAIN_INVOICE)
    if act.kind in ("killed", "fault"):
        yield replace(act, part=act.part.model_copy(update={"call": 1}))
    if act.kind == "invoice" and act.part != PLAIN_INVOICE:
        yield replace(act, part=PLAIN_INVOICE)
        yield from _with_lines(act, lambda lines: act.part.model_copy(update={"lines": lines}))
    if act.kind in RUNG_UP and act.part is not None:
        if act.kind != "receipt":
            yield Act("receipt", part=act.part)
        yield replace(act, part=None)
    if act.kind in RUNG_UP and act.part is not None and len(act.part.paid) == 1:
        yield from _with_lines(act, lambda lines: _paid_for(act.part, lines))
    if act.kind == "edit" and len(act.part) > 1:
        for lines in _line_choices(act.part):
            yield replace(act, part=lines)


RUNG_UP = ("receipt", "paid otherwise", "mistyped receipt")
"""Acts that ring up a receipt."""

MAKE_ONE_FIRST = (
    "edit",
    "credit",
    "cancel",
    "push",
    "mistyped total",
    "recompute",
    "reference",
    "due",
    "pay",
)
"""Acts on an open invoice, which make one where there is none."""

PLAINER = ("sync", "wait", "crash", "relink")
"""Acts that may do what another does besides, the plainest first."""


def _with_lines(act: Act, made: Callable[[Sequence[InvoiceLine]], Any]) -> Iterator[Act]:
    for lines in _line_choices(act.part.lines):
        yield replace(act, part=made(lines))


def _line_choices(lines: Sequence[InvoiceLine]) -> Iterator[Sequence[InvoiceLine]]:
    """Yield each line alone, with a price that is easy to read, and as it was."""
    for line in lines:
        sign = -1 if line.quantity < 0 else 1
        easy = {"quantity": Decimal(sign), "price": Decimal(100), "discount": Decimal(0)}
        yield (line.model_copy(update=easy),)
    if len(lines) > 1:
        for line in lines:
            yield (line,)


def _paid_for(receipt: steps.Receipt, lines: Sequence[InvoiceLine]) -> steps.Receipt:
    due = total(booked_line(line) for line in lines)
    paid = dict.fromkeys(receipt.paid, due)
    return receipt.model_copy(update={"lines": tuple(lines), "paid": paid})
