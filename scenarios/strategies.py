"""Hypothesis strategies for what shops do: from a line of an invoice to a whole history.

Every strategy gives parts of the story language, so what a test finds can be written as a story
file. Compose your own from them; `histories()` ends with what the books should hold, as
`scenarios.exploring.expected_books` has it.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any, Literal

from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy

from scenarios.exploring.expected_documents import (
    EXPORT,
    NO_TAX,
    booked_line,
    cents,
    comes_to_half_a_cent,
    total,
)
from scenarios.exploring.histories import history
from scenarios.exploring.so_far import CHANGED, NAMESAKE, PARTNERS, PLAIN_INVOICE, TODAY, Act
from scenarios.language import steps
from scenarios.language.given import PartnerFields, ShopLedgerAccount
from scenarios.language.steps import InvoiceLine
from scenarios.language.story import Story
from scenarios.language.values import AMSTERDAM

BREAKING: Sequence[steps.Happens] = (
    "refused",
    "time-out",
    "slow",
    "time-out, committed",
    "committed late",
    "http 500",
    "http 503",
    "soap fault",
    "truncated",
    "answer lost",
    "session expired",
)
"""What may go wrong without the books ending otherwise; served twice may end as a named double."""

OF_BIZZCLOUD: Mapping[steps.Happens, steps.Happens] = {
    "soap fault": "http 500",
    "session expired": "http 503",
}
"""What breaks instead at Bizzcloud, which speaks no SOAP, and has no sessions: it would refuse the
password, upon which a link stops until a person makes it again."""

SECONDS: Mapping[steps.Happens, int] = {"committed late": 120, "slow": 5}
"""How late, or how slow, what is so is."""

KILLING: Sequence[steps.Happens] = ("killed before", "killed after")

CALLS: Mapping[Literal["eboekhouden", "bizzcloud"], tuple[str, ...]] = {
    "eboekhouden": ("AddMutatie", "GetMutaties", "OpenSession", "AddRelatie"),
    "bizzcloud": ("account.invoice.read", "pos.order.read", "res.partner.read"),
}
"""The operations whose calls may break."""


def partners() -> SearchStrategy[PartnerFields]:
    """Return customers with a reference, a name and a city."""
    letters = st.characters(min_codepoint=65, max_codepoint=122, categories=("Lu", "Ll"))
    words = st.text(letters, min_size=1, max_size=20)
    return st.builds(
        lambda number, name, city, company: PartnerFields(
            ref=f"K{number:04}", name=name, city=city, company=company
        ),
        st.integers(1, 9999),
        words,
        words,
        st.booleans(),
    )


def ledger_accounts() -> SearchStrategy[ShopLedgerAccount]:
    """Return turnover accounts that the Dutch chart does not have."""
    return st.builds(
        lambda code: ShopLedgerAccount(code=str(code), name=f"Verkopen {code}"),
        st.integers(8800, 8899),
    )


def lines(
    accounts: Sequence[str] = ("8020", "8011", "8012"), vat: Sequence[str] = ("21", "6")
) -> SearchStrategy[InvoiceLine]:
    """Return lines of an invoice or a receipt, in cents and whole pieces.

    None comes to half a cent: to which side Bizzcloud's floats round that is its own affair.
    """
    return st.builds(
        lambda account, tax, quantity, price, discount: InvoiceLine(
            text="Artikel",
            account=account,
            quantity=Decimal(quantity),
            price=Decimal(price) / 100,
            discount=Decimal(discount),
            vat=tax,
        ),
        st.sampled_from(accounts),
        st.sampled_from(vat),
        st.integers(1, 9),
        st.integers(1, 20000),
        st.sampled_from((0, 0, 0, 10, 25)),
    ).filter(lambda line: not comes_to_half_a_cent(line))


def invoices() -> SearchStrategy[steps.Invoice]:
    """Return invoices for one of `PARTNERS`, of today or some days ago."""
    return st.builds(
        lambda partner, rows, back: steps.Invoice(
            partner=partner.ref,
            lines=tuple(rows),
            date=(TODAY - timedelta(days=back)).date(),
        ),
        st.sampled_from(PARTNERS),
        _invoice_lines(),
        st.integers(0, 25),
    )


def _invoice_lines() -> SearchStrategy[list[InvoiceLine]]:
    """Return lines of an invoice, of which some leave the EU."""
    return st.lists(lines(vat=("21", "21", "6", EXPORT)), min_size=1, max_size=3)


def receipts() -> SearchStrategy[steps.Receipt]:
    """Return receipts paid in cash, by card or both; some are returns, some are invoiced, and some
    were sold while the till was offline.

    Of some more is paid by card than is due, and the rest is given back in cash.
    """
    return st.builds(
        _receipt,
        st.lists(lines(), min_size=1, max_size=3),
        st.sampled_from((0, 0, 50, 100, 120)),
        st.sampled_from(("sale", "sale", "sale", "return", "invoiced", "offline")),
    )


SOLD_OFFLINE = datetime(2017, 9, 30, 23, 30, tzinfo=AMSTERDAM)
"""When a till sold that was offline: just before books begin."""


def _receipt(rows: list[InvoiceLine], percent: int, kind: str) -> steps.Receipt:
    sign = -1 if kind == "return" else 1
    sold = tuple(row.model_copy(update={"quantity": sign * row.quantity}) for row in rows)
    due = total(booked_line(row) for row in sold)
    card = cents(due * percent / 100)
    paid = {"cash": due - card, "card": card}
    settings: dict[str, Any] = {
        "lines": sold,
        "paid": {way: amount for way, amount in paid.items() if amount} or {"cash": due},
    }
    if kind == "invoiced":
        settings |= {"invoiced": True, "partner": PARTNERS[0].ref}
    if kind == "offline":
        settings["at"] = SOLD_OFFLINE
    return steps.Receipt(**settings)


def payment_journals() -> SearchStrategy[Act]:
    """Return acts in which the till gets another way of payment.

    Of some types an account is proposed; for the others a person chooses one, before which what
    is paid so waits.
    """
    return st.builds(Act, st.just("journal"), part=st.sampled_from(("cash", "bank", "general")))


def payments_typed_over() -> SearchStrategy[Act]:
    """Return acts in which other payments are typed over those of a receipt.

    Too little, upon which it waits, or all of it, shared out otherwise over its ways of payment.
    """
    return st.one_of(
        st.builds(Act, st.just("mistyped receipt"), part=receipts()),
        st.builds(
            Act, st.just("retype"), at=st.integers(0, 5), part=st.sampled_from((None, 0, 30, 110))
        ),
    )


def totals_typed_over() -> SearchStrategy[Act]:
    """Return acts in which a total is typed over that of an invoice's lines, or computed anew.

    An invoice that says another total than its lines waits until it is computed anew or changed.
    """
    at = st.integers(0, 5)
    return st.one_of(
        st.builds(
            Act, st.just("mistyped total"), part=st.one_of(st.just(PLAIN_INVOICE), invoices())
        ),
        st.builds(Act, st.sampled_from(("mistyped total", "recompute", "recompute")), at=at),
    )


def faults(happens: Sequence[steps.Happens] = BREAKING) -> SearchStrategy[steps.Fault]:
    """Return faults of which a coupling must recover by itself."""
    # Bookings break most often here, since most depends on them.
    calls = [(service, call) for service, named in CALLS.items() for call in named]
    calls += [("eboekhouden", "AddMutatie")] * len(calls)
    return st.builds(
        _fault_of, st.sampled_from(calls), st.sampled_from(happens), st.sampled_from((1, 1, 1, 2))
    )


def _fault_of(
    where: tuple[Literal["eboekhouden", "bizzcloud"], str], happens: steps.Happens, call: int
) -> steps.Fault:
    service, operation = where
    return steps.Fault(
        service=service,
        operation=operation,
        happens=OF_BIZZCLOUD.get(happens, happens) if service == "bizzcloud" else happens,
        call=call,
        certain=False,
        seconds=SECONDS.get(happens),
    )


def _any_invoice() -> SearchStrategy[steps.Invoice]:
    """Return invoices; the one without tax waits until it is changed or cancelled, the one of a
    customer whose code is another's for good.

    Nothing is changed into one that waits: what the books hold then would depend on which of its
    states a coupling in trouble has seen.
    """
    (line,) = PLAIN_INVOICE.lines
    untaxed = line.model_copy(update={"vat": NO_TAX})
    waiting = PLAIN_INVOICE.model_copy(update={"lines": (untaxed,)})
    of_namesake = PLAIN_INVOICE.model_copy(update={"partner": NAMESAKE.ref})
    waits = st.sampled_from((waiting, of_namesake))
    return st.one_of(st.just(PLAIN_INVOICE), invoices(), invoices(), waits)


def acts() -> SearchStrategy[Act]:
    """Return what may happen between the first link and the end.

    Hypothesis leaves out a strategy that is named twice, so what happens often is made anew.
    """
    return st.one_of(*_often(), *_often(), *_often(), *_seldom())


def _often() -> list[SearchStrategy[Act]]:
    at = st.integers(0, 5)
    return [
        st.builds(Act, st.just("fault"), part=faults()),
        st.builds(Act, st.just("invoice"), part=_any_invoice()),
        st.builds(Act, st.just("receipt"), part=receipts()),
        st.builds(Act, st.sampled_from(("sync", "twice"))),
        st.builds(Act, st.sampled_from(("push", "cancel", "credit")), at=at),
        st.builds(Act, st.just("edit"), at=at, part=_invoice_lines()),
        st.builds(Act, st.just("fault"), part=faults()),
        st.builds(Act, st.just("killed"), part=faults(KILLING)),
        st.builds(Act, st.sampled_from(("crash", "wait", "night", "unlink", "relink", "move"))),
        st.builds(Act, st.sampled_from(("night sale", "late"))),
        st.builds(Act, st.sampled_from(("by hand", "close", "rename"))),
    ]


def _seldom() -> list[SearchStrategy[Act]]:
    at = st.integers(0, 5)
    return [
        st.one_of(payments_typed_over(), totals_typed_over()),
        st.one_of(
            st.builds(Act, st.just("paid otherwise"), at=at, part=receipts()),
            payment_journals(),
            st.builds(Act, st.sampled_from(("choose account", "choose account", "close till"))),
        ),
        st.one_of(
            st.builds(Act, st.sampled_from(("invoiced later", "push receipt")), at=at),
            st.builds(Act, st.just("pay"), at=at, part=st.sampled_from(("cash", "card"))),
            st.builds(Act, st.just("cash"), part=st.sampled_from((Decimal(50), Decimal(-20)))),
        ),
        st.one_of(
            st.builds(Act, st.sampled_from(("reference", "due", "push master")), at=at),
            st.builds(Act, st.just("customer"), part=st.sampled_from(CHANGED)),
            st.builds(Act, st.sampled_from(("supplier", "draft", "audit"))),
        ),
    ]


MOST_ACTS = 12
"""How many acts a history has at most."""


def histories(max_acts: int = MOST_ACTS) -> SearchStrategy[Story]:
    """Return whole stories: a link, up to `max_acts` acts, recovery, and what the books hold."""
    return happenings(max_acts=max_acts).map(history)


def happenings(
    known: Sequence[Sequence[Act]] = (), max_acts: int = MOST_ACTS
) -> SearchStrategy[list[Act]]:
    """Return lists of acts: new ones, and those of `known` with something else in between."""
    new = st.lists(acts(), max_size=max_acts)
    if not known:
        return new
    changed = st.builds(
        lambda base, at, more: [
            *base[: at % (len(base) + 1)],
            *more,
            *base[at % (len(base) + 1) :],
        ],
        st.sampled_from(known),
        st.integers(0, max_acts),
        st.lists(acts(), min_size=1, max_size=4),
    )
    return st.one_of(new, changed)
