"""Hypothesis strategies for what shops do: from a line of an invoice to a whole history.

Every strategy gives parts of the story language, so what a test finds can be written as a story
file. Compose your own from them; `histories()` ends with what the books should hold, as
`scenarios.expected_books` has it.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any, Literal

from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy

from fakes.faults import Kind
from scenarios.errors import Place
from scenarios.expected_books import (
    ExpectedBooks,
    booked_line,
    cents,
    comes_to_half_a_cent,
    total,
)
from scenarios.language import steps
from scenarios.language.given import (
    Administration,
    Given,
    GivenBizzcloud,
    GivenEboekhouden,
    Head,
    PartnerFields,
    ShopLedgerAccount,
)
from scenarios.language.steps import InvoiceLine, Step
from scenarios.language.story import PlacedStep, Story
from scenarios.language.values import AMSTERDAM

TODAY = datetime(2017, 10, 19, 9, 0, tzinfo=AMSTERDAM)
"""When every history begins."""

BOOK_FROM = date(2017, 10, 1)
"""From which day the first link books; some invoices are dated before it."""

FIRST, SECOND = "Demo BV", "Tweede BV"
"""The companies whose books a history may be linked to."""

PARTNERS = (
    PartnerFields(ref="K0001", name="Bakkerij de Groot", company=True, city="Utrecht"),
    PartnerFields(ref="K0002", name="Lunchroom De Hoek", company=True, city="Zeist"),
)

PLAIN_INVOICE = steps.Invoice(
    partner=PARTNERS[0].ref,
    lines=(InvoiceLine(text="Taart", account="8020", price=Decimal("82.64"), vat="21"),),
)
"""An invoice for acts that need one."""

BREAKING = tuple(
    kind for kind in Kind if kind not in (Kind.QUOTA_REACHED, Kind.SERVED_TWICE, Kind.SLOW)
)
"""What may go wrong without the books ending otherwise; served twice may end as a named double."""

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
        st.lists(lines(), min_size=1, max_size=3),
        st.integers(0, 25),
    )


def receipts() -> SearchStrategy[steps.Receipt]:
    """Return receipts paid in cash, by card or both; some are returns, some are invoiced."""
    return st.builds(
        _receipt,
        st.lists(lines(), min_size=1, max_size=3),
        st.sampled_from((0, 0, 50, 100)),
        st.sampled_from(("sale", "sale", "sale", "return", "invoiced")),
    )


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
    return steps.Receipt(**settings)


def faults() -> SearchStrategy[steps.Fault]:
    """Return faults of which a coupling must recover by itself."""
    # Bookings break most often here, since most depends on them.
    calls = [(service, call) for service, named in CALLS.items() for call in named]
    calls += [("eboekhouden", "AddMutatie")] * len(calls)
    return st.builds(
        lambda where, happens, call: steps.Fault(
            service=where[0],
            operation=where[1],
            happens=happens,
            call=call,
            certain=False,
            seconds=120 if happens is Kind.COMMITTED_LATE else None,
        ),
        st.sampled_from(calls),
        st.sampled_from(BREAKING),
        st.sampled_from((1, 1, 1, 2, 3)),
    ).filter(lambda fault: fault.happens is not Kind.SOAP_FAULT or fault.service != "bizzcloud")


@dataclass(frozen=True)
class Act:
    """Something that happens in a history; `at` chooses among the invoices that there are."""

    kind: str
    at: int = 0
    part: Any = None


def acts() -> SearchStrategy[Act]:
    """Return what may happen between the first link and the end."""
    at = st.integers(0, 5)
    return st.one_of(
        st.builds(Act, st.just("invoice"), part=invoices()),
        st.builds(Act, st.just("receipt"), part=receipts()),
        st.builds(Act, st.just("sync")),
        st.builds(Act, st.just("push"), at=at),
        st.builds(Act, st.just("cancel"), at=at),
        st.builds(Act, st.just("edit"), at=at, part=st.lists(lines(), min_size=1, max_size=3)),
        st.builds(Act, st.just("credit"), at=at),
        st.builds(Act, st.just("fault"), part=faults()),
        st.builds(Act, st.sampled_from(("crash", "wait", "relink", "move", "twice"))),
    )


@dataclass
class _Shop:
    """A history so far: its invoices, which of them are open, and whether anything went wrong."""

    count: int = 0
    disturbed: bool = False
    open: list[str] = field(default_factory=list)

    def named(self, at: int) -> str:
        return self.open[at % len(self.open)]


def histories(max_acts: int = 12) -> SearchStrategy[Story]:
    """Return whole stories: a link, up to `max_acts` acts, recovery, and what the books hold."""
    return st.lists(acts(), max_size=max_acts).map(history)


def history(happened: Sequence[Act]) -> Story:
    """Return acts as a story that ends with what the books should hold."""
    done: list[Step] = [steps.Link(book_from=BOOK_FROM)]
    shop = _Shop()
    moved = False
    for act in happened:
        if act.kind == "move":
            if not moved:
                done += _moved_on(shop)
            moved = True
        else:
            done += STEPS_OF[act.kind](act, shop)
    done += _recovered(shop)
    books = ExpectedBooks(FIRST, TODAY)
    for step in done:
        books.follow(step)
    done += [_expect(books, company) for company in books.companies]
    return as_story(done)


def as_story(done: Sequence[Step], title: str = "A history that was made up") -> Story:
    """Return steps as a story over a small shop and two sets of books."""
    given = Given(
        eboekhouden=GivenEboekhouden(
            administration=Administration(company=FIRST, ledger="shop"),
            other_administrations=(Administration(company=SECOND, ledger="shop"),),
        ),
        bizzcloud=GivenBizzcloud(partners=PARTNERS),
    )
    head = Head(title=title, source="koppeling explore", today=TODAY, given=given)
    placed = (
        PlacedStep(number, step, Place("made up", number, 1)) for number, step in enumerate(done, 1)
    )
    return Story("made up", head, tuple(placed))


def _invoice(act: Act, shop: _Shop) -> Iterator[Step]:
    shop.count += 1
    shop.open.append(f"F/2017/{shop.count:04}")
    yield act.part


def _receipt_step(act: Act, shop: _Shop) -> Iterator[Step]:
    shop.count += act.part.invoiced
    yield act.part


def _fault(act: Act, shop: _Shop) -> Iterator[Step]:
    shop.disturbed = True
    yield act.part


def _of_open(make: Callable[[Act, str], Step], closes: bool = False) -> "StepsOf":
    """Return how an act on an open invoice is done; when there is none, one is made first."""

    def made(act: Act, shop: _Shop) -> Iterator[Step]:
        if not shop.open:
            yield from _invoice(Act("invoice", part=PLAIN_INVOICE), shop)
        number = shop.named(act.at)
        yield make(act, number)
        if closes:
            shop.open.remove(number)

    return made


def _always(*done: Step) -> "StepsOf":
    return lambda _act, _shop: iter(done)


def _recovered(shop: _Shop) -> list[Step]:
    """Return the steps after which whatever went wrong must be settled."""
    if not shop.disturbed:
        return [steps.Sync()]
    shop.disturbed = False
    settling = [steps.Advance(by=timedelta(minutes=10)), steps.Sync(may_fail=True)]
    return [steps.Calm(), *settling * 2, steps.Advance(by=timedelta(minutes=10)), steps.Sync()]


def _moved_on(shop: _Shop) -> list[Step]:
    """Return the steps by which a shop moves to other books, from tomorrow on."""
    return [
        *_recovered(shop),
        steps.Unlink(),
        steps.Advance(by=timedelta(days=1)),
        steps.Relink(administration=SECOND, book_from=(TODAY + timedelta(days=1)).date()),
    ]


def _expect(books: ExpectedBooks, company: str) -> steps.Expect:
    expected = books.expectations(company)
    return steps.Expect(**{name: getattr(expected, name) for name in expected.model_fields_set})


StepsOf = Callable[[Act, _Shop], Iterator[Step]]

STEPS_OF: Mapping[str, StepsOf] = {
    "invoice": _invoice,
    "receipt": _receipt_step,
    "sync": _always(steps.Sync(may_fail=True)),
    "twice": _always(steps.Sync(may_fail=True), steps.Sync(may_fail=True)),
    "wait": _always(steps.Advance(by=timedelta(hours=1))),
    "crash": _always(steps.Crash(), steps.Restart(may_fail=True)),
    "push": _of_open(lambda _act, number: steps.Push(invoice=number, may_fail=True)),
    "cancel": _of_open(lambda _act, number: steps.Cancel(invoice=number), closes=True),
    "edit": _of_open(lambda act, number: steps.Edit(invoice=number, lines=tuple(act.part))),
    "credit": _of_open(lambda _act, number: steps.CreditNote(of=number)),
    "relink": lambda _act, shop: iter([*_recovered(shop), steps.Unlink(), steps.Relink()]),
    "fault": _fault,
}
"""How each act is done, by its kind."""
