"""Histories of a shop: acts, one after the other, as a story that ends with what the books hold.

Any list of acts makes a story that our coupling must pass, so what fails can be shrunk by leaving
acts out (see `scenarios.exploring.explore`). `scenarios.strategies` makes acts up.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

from scenarios.exploring.expected_books import DEBTORS, ExpectedBooks, booked_line
from scenarios.language import steps
from scenarios.language.errors import Place
from scenarios.language.given import (
    Administration,
    BookLine,
    BookMutation,
    Given,
    GivenBizzcloud,
    GivenEboekhouden,
    Head,
    PartnerFields,
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

PERIOD = (date(2017, 10, 1), date(2018, 12, 31))
"""What a bookkeeper closes; all documents of a history lie in it, or before its first day."""


@dataclass(frozen=True)
class Act:
    """Something that happens in a history; `at` chooses among the invoices that there are."""

    kind: str
    at: int = 0
    part: Any = None


@dataclass
class _Shop:
    """A history so far: its invoices, which of them are open, and what is to be put right."""

    count: int = 0
    by_hand: int = 0
    now: datetime = TODAY
    may_break: bool = False
    unsettled: bool = False
    closed: bool = False
    linked: bool = True
    moved: bool = False
    open: list[str] = field(default_factory=list)

    def named(self, at: int) -> str:
        return self.open[at % len(self.open)]


def history(happened: Sequence[Act]) -> Story:
    """Return acts as a story that ends with what the books should hold."""
    done: list[Step] = [steps.Link(book_from=BOOK_FROM)]
    shop = _Shop()
    for act in happened:
        for step in STEPS_OF[act.kind](act, shop):
            done.append(step)
            if isinstance(step, steps.Advance):
                shop.now = step.to or shop.now + (step.by or timedelta())
    if not shop.linked:
        done += _linked_again(shop, steps.Relink())
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
    """An invoice is dated: which day it is to the shop around midnight is its own affair."""
    shop.count += 1
    shop.open.append(f"F/2017/{shop.count:04}")
    day = act.part.date or shop.now.astimezone(AMSTERDAM).date()
    yield act.part.model_copy(update={"date": day})


def _receipt_step(act: Act, shop: _Shop) -> Iterator[Step]:
    shop.count += act.part.invoiced
    yield act.part


def _fault(act: Act, shop: _Shop) -> Iterator[Step]:
    shop.may_break = shop.unsettled = True
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


def _credit(act: Act, shop: _Shop) -> Iterator[Step]:
    day = shop.now.astimezone(AMSTERDAM).date()
    made = _of_open(lambda _act, number: steps.CreditNote(of=number, date=day))
    yield from made(act, shop)


def _edit(act: Act, shop: _Shop) -> Iterator[Step]:
    """An open invoice is changed, a minute later: the shop dates what is written by the second."""
    yield steps.Advance(by=timedelta(minutes=1))
    change = _of_open(lambda act, number: steps.Edit(invoice=number, lines=tuple(act.part)))
    yield from change(act, shop)


def _always(*done: Step) -> "StepsOf":
    return lambda _act, _shop: iter(done)


def _by_hand(_act: Act, shop: _Shop) -> Iterator[Step]:
    """The bookkeeper books an invoice of her own, which looks much like the shop's."""
    if shop.closed:
        return
    shop.by_hand += 1
    (line,) = PLAIN_INVOICE.lines
    same = booked_line(line)
    yield steps.Books(
        administration=FIRST,
        book=BookMutation(
            kind="Fact verst",
            date=TODAY.date(),
            account=DEBTORS,
            relation=PLAIN_INVOICE.partner,
            invoice=f"H-{shop.by_hand}",
            text="Taart",
            lines=(
                BookLine(
                    account=same.account, amount=same.excl, vat=same.tax, vat_code="HOOG_VERK_21"
                ),
            ),
        ),
    )


def _close(_act: Act, shop: _Shop) -> Iterator[Step]:
    """The bookkeeper closes a period, in which nothing can be booked until she reopens it."""
    if not shop.closed:
        shop.closed = True
        yield steps.Books(administration=FIRST, close=PERIOD)


def _killed(act: Act, shop: _Shop) -> Iterator[Step]:
    """The coupling is killed at a call, or at none, and started again."""
    yield from _fault(act, shop)
    yield steps.Sync(may_fail=True)
    yield steps.Calm()
    yield steps.Restart(may_fail=True)
    shop.may_break = False


def _recovered(shop: _Shop) -> list[Step]:
    """Return the steps after which whatever went wrong must be settled."""
    done: list[Step] = []
    if shop.closed:
        done.append(steps.Books(administration=FIRST, reopen=PERIOD))
    if shop.may_break:
        # What was to go wrong has its chance first.
        done += [steps.Sync(may_fail=True), steps.Calm()]
    if shop.unsettled:
        half_an_hour, ten_minutes = timedelta(minutes=30), timedelta(minutes=10)
        done.append(steps.Advance(by=half_an_hour, sync_every=ten_minutes))
    else:
        done.append(steps.Sync())
    shop.closed = shop.may_break = shop.unsettled = False
    return done


def _unlink(_act: Act, shop: _Shop) -> Iterator[Step]:
    """The link is undone; what happens then is caught up with after the next."""
    if shop.linked:
        yield from _recovered(shop)
        yield steps.Unlink()
        shop.linked = False


def _relink(act: Act, shop: _Shop) -> Iterator[Step]:
    yield from _unlink(act, shop)
    yield from _linked_again(shop, steps.Relink())


def _linked_again(shop: _Shop, step: steps.Relink) -> Iterator[Step]:
    """A link is made again when nothing breaks: one that fails is a person's to repeat."""
    if shop.may_break:
        yield steps.Calm()
        shop.may_break = False
    yield step
    shop.linked = True


def _move(act: Act, shop: _Shop) -> Iterator[Step]:
    """The shop moves to other books, once, from tomorrow on."""
    if shop.moved:
        return
    yield from _unlink(act, shop)
    yield steps.Advance(by=timedelta(days=1))
    day = shop.now.astimezone(AMSTERDAM).date()
    yield from _linked_again(shop, steps.Relink(administration=SECOND, book_from=day))
    shop.moved = True


def _night(_act: Act, shop: _Shop) -> Iterator[Step]:
    """It becomes half past midnight, when the day is not yet over in UTC."""
    tomorrow = shop.now.date() + timedelta(days=1)
    yield steps.Advance(to=datetime.combine(tomorrow, time(0, 30), AMSTERDAM))


def _rename(_act: Act, _shop: _Shop) -> Iterator[Step]:
    """An account gets another name in the shop; the bookkeeper's own keeps hers."""
    (line,) = PLAIN_INVOICE.lines
    yield steps.LedgerAccount(code=line.account, name="Een andere naam")


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
    "edit": _edit,
    "credit": _credit,
    "fault": _fault,
    "killed": _killed,
    "unlink": _unlink,
    "relink": _relink,
    "move": _move,
    "by hand": _by_hand,
    "night": _night,
    "rename": _rename,
    "close": _close,
}
"""How each act is done, by its kind."""
