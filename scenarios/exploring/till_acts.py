"""What happens at the till of a history: receipts, payment journals, cash, what is typed over."""

from collections.abc import Iterator
from datetime import UTC, timedelta
from decimal import Decimal
from typing import Literal

from scenarios.exploring.expected_documents import cents, total
from scenarios.exploring.expected_totals import CHOSEN
from scenarios.exploring.so_far import (
    PARTNERS,
    PLAIN_RECEIPT,
    Act,
    ShopSoFar,
    recovered,
    settled,
)
from scenarios.language import steps
from scenarios.language.steps import Step

A_EURO = Decimal(1)

JournalType = Literal["cash", "bank", "general"]


def receipt(act: Act, shop: ShopSoFar) -> Iterator[Step]:
    """A receipt is rung up, under a name by which it can be changed; an invoiced one by day.

    Its invoice is dated as Bizzcloud does at that hour, perhaps before the first day of new books.
    """
    made: steps.Receipt = act.part or PLAIN_RECEIPT
    if made.invoiced:
        yield from _by_day(shop)
    shop.count += made.invoiced
    shop.rung_up += 1
    shop.till_open = True
    name = f"receipt {shop.rung_up}"
    shop.receipts.append(name)
    yield made.model_copy(update={"as_": name})


def _by_day(shop: ShopSoFar) -> Iterator[Step]:
    """Wait for the day where it is night: which day that is then is the shop's own affair."""
    if shop.now.astimezone(UTC).date() != shop.today:
        yield steps.Advance(by=timedelta(hours=3))


def _one_of(act: Act, shop: ShopSoFar) -> Iterator[Step]:
    """Make a receipt where the till's session has none."""
    if not shop.receipts:
        yield from receipt(Act("receipt"), shop)


def _named(act: Act, shop: ShopSoFar) -> str:
    return shop.receipts[act.at % len(shop.receipts)]


def close_till(_act: Act, shop: ShopSoFar) -> Iterator[Step]:
    """The session is closed, which Bizzcloud refuses once it has a journal of another type."""
    if shop.till_open and shop.till_closes:
        yield steps.CloseTill()
        shop.till_open = False
        shop.receipts.clear()


def payment_journal(act: Act, shop: ShopSoFar) -> Iterator[Step]:
    """A payment journal is made, which the next session of the till takes."""
    yield from close_till(act, shop)
    if shop.till_open:
        return
    name = f"{len(shop.journals) + 1}e betaalwijze"
    shop.journals.append(name)
    kind: JournalType = act.part or "general"
    if kind == "general":
        shop.unproposed.append(name)
        shop.till_closes = False
    elif kind == "cash":
        shop.one_register = False
    yield steps.PaymentJournal(name=name, type=kind)


def paid_otherwise(act: Act, shop: ShopSoFar) -> Iterator[Step]:
    """A receipt is paid in a payment journal that was made, whose account is perhaps not chosen."""
    if not shop.journals:
        yield from payment_journal(Act("journal"), shop)
    made: steps.Receipt = act.part or PLAIN_RECEIPT
    paid = dict(made.paid)
    if shop.journals:
        way = next(reversed(paid))
        paid[shop.journals[act.at % len(shop.journals)]] = paid.pop(way)
    yield from receipt(Act("receipt", part=made.model_copy(update={"paid": paid})), shop)


def choose_account(_act: Act, shop: ShopSoFar) -> Iterator[Step]:
    """A person chooses an account for each payment journal that none is proposed for."""
    if not shop.unproposed:
        yield from payment_journal(Act("journal"), shop)
    shop.chosen = dict.fromkeys(shop.unproposed, CHOSEN)
    if shop.chosen and shop.linked:
        yield steps.Settings(payment_accounts=dict(shop.chosen))


def mistyped(act: Act, shop: ShopSoFar) -> Iterator[Step]:
    """A receipt is rung up, and at once too little is typed over what was paid of it."""
    yield from receipt(act, shop)
    yield steps.EditReceipt(receipt=shop.receipts[-1], paid=_too_little(shop.receipts[-1], shop))


def retype(act: Act, shop: ShopSoFar) -> Iterator[Step]:
    """What was paid of a receipt is typed over: shared out otherwise, or too little."""
    yield from _one_of(act, shop)
    name = _named(act, shop)
    yield from settled(shop)
    paid = _too_little(name, shop) if act.part is None else _in_full(name, shop, act.part)
    yield steps.EditReceipt(receipt=name, paid=paid)


def _too_little(name: str, shop: ShopSoFar) -> dict[str, Decimal]:
    way, amount = next(iter(shop.books.document(name).paid.items()))
    return {way: amount - A_EURO}


def _in_full(name: str, shop: ShopSoFar, percent: int) -> dict[str, Decimal]:
    """Return what a receipt comes to, so many percent of it paid in the first way."""
    document = shop.books.document(name)
    due = total(document.lines)
    first, *others = document.paid
    if not others:
        return {first: due}
    share = cents(due * percent / 100)
    return {first: share, others[0]: due - share, **dict.fromkeys(others[1:], Decimal(0))}


def invoiced_later(act: Act, shop: ShopSoFar) -> Iterator[Step]:
    """A customer comes back for an invoice, and what was booked is corrected on that day."""
    if not shop.linked or shop.moved:
        return
    yield from _one_of(act, shop)
    name = _named(act, shop)
    document = shop.books.document(name)
    if not document.is_receipt or total(document.lines) <= 0:
        return
    yield from recovered(shop)
    shop.count += 1
    yield steps.InvoiceReceipt(receipt=name, partner=PARTNERS[0].ref)
    yield steps.Sync()


def push(act: Act, shop: ShopSoFar) -> Iterator[Step]:
    """Bizzcloud tells about a receipt."""
    yield from _one_of(act, shop)
    yield steps.Push(receipt=_named(act, shop), may_fail=True)


def cash(act: Act, shop: ShopSoFar) -> Iterator[Step]:
    """Cash is put in or taken out, by day.

    Bizzcloud does it to every register of a till at once, or refuses, so there must be but one.
    """
    if not shop.one_register:
        return
    yield from _by_day(shop)
    shop.till_open = True
    amount = act.part or Decimal(50)
    yield steps.Cash(in_=amount) if amount > 0 else steps.Cash(out=-amount)
