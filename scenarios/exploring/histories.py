"""Histories of a shop: acts, one after the other, as a story that ends with what the books hold.

Any list of acts makes a story that our coupling must pass, so what fails can be shrunk by leaving
acts out (see `scenarios.exploring.explore`). `scenarios.strategies` makes acts up.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date, datetime, time, timedelta
from decimal import Decimal

from scenarios.exploring import till_acts
from scenarios.exploring.expected_books import ExpectedBooks
from scenarios.exploring.expected_documents import NO_TAX, booked_line, cents, total
from scenarios.exploring.expected_totals import CHOSEN, DEBTORS
from scenarios.exploring.so_far import (
    A_MINUTE,
    BOOK_FROM,
    CHANGED,
    FIRST,
    NAMESAKE,
    PARTNERS,
    PERIOD,
    PLAIN_INVOICE,
    PLAIN_LINE,
    SECOND,
    TODAY,
    Act,
    ShopSoFar,
    StepsOf,
    recovered,
    settled,
)
from scenarios.language import steps
from scenarios.language.errors import Place
from scenarios.language.given import (
    Administration,
    BookLedgerAccount,
    BookLine,
    BookMutation,
    BookRelation,
    Given,
    GivenBizzcloud,
    GivenEboekhouden,
    Head,
)
from scenarios.language.steps import InvoiceLine, Step
from scenarios.language.story import PlacedStep, Story
from scenarios.language.values import AMSTERDAM

FOR_ANOTHER_WAY = BookLedgerAccount(code=CHOSEN, name="Spaarkaarten onderweg", category="FIN")
"""The account of the books that a person can choose for another way of payment."""

OF_ANOTHER = BookRelation(code=NAMESAKE.ref, name="Garage Van Dam")
"""A relation of the bookkeeper's own."""

LATE = steps.Fault(
    service="eboekhouden",
    operation="AddMutatie",
    happens="committed late",
    seconds=120,
    certain=False,
)
"""A booking that takes effect within the time that a coupling must wait before it sends again."""


def history(happened: Sequence[Act]) -> Story:
    """Return acts as a story that ends with what the books should hold."""
    done: list[Step] = []
    shop = ShopSoFar()

    def do(steps_of_act: Iterator[Step] | Sequence[Step]) -> None:
        for step in steps_of_act:
            done.append(step)
            shop.books.follow(step)
            shop.synced = isinstance(step, steps.Sync) and not step.may_fail
            if isinstance(step, steps.Advance):
                shop.now = step.to or shop.now + (step.by or timedelta())

    do([steps.Link(book_from=BOOK_FROM)])
    for act in happened:
        do(STEPS_OF[act.kind](act, shop))
    if not shop.linked:
        do(_linked_again(shop, steps.Relink()))
    do(recovered(shop))
    done += [_expect(shop.books, company) for company in shop.books.companies]
    return as_story(done)


def as_story(done: Sequence[Step], title: str = "A history that was made up") -> Story:
    """Return steps as a story over a small shop and two sets of books."""
    given = Given(
        eboekhouden=GivenEboekhouden(
            administration=_books(FIRST), other_administrations=(_books(SECOND),)
        ),
        bizzcloud=GivenBizzcloud(partners=(*PARTNERS, NAMESAKE)),
    )
    head = Head(title=title, source="koppeling explore", today=TODAY, given=given)
    placed = (
        PlacedStep(number, step, Place("made up", number, 1)) for number, step in enumerate(done, 1)
    )
    return Story("made up", head, tuple(placed))


def _books(company: str) -> Administration:
    return Administration(
        company=company,
        ledger="shop",
        ledger_accounts=(FOR_ANOTHER_WAY,),
        relations=(OF_ANOTHER,),
    )


def _invoice(act: Act, shop: ShopSoFar) -> Iterator[Step]:
    """An invoice is dated: which day it is to the shop around midnight is its own affair."""
    shop.count += 1
    shop.open.append(f"F/2017/{shop.count:04}")
    day = act.part.date or shop.today
    yield act.part.model_copy(update={"date": day})


def _fault(act: Act, shop: ShopSoFar) -> Iterator[Step]:
    shop.may_break = shop.unsettled = True
    yield act.part


def _of_open(make: Callable[[Act, str], Step], closes: bool = False) -> StepsOf:
    """Return how an act on an open invoice is done; when there is none, one is made first."""

    def made(act: Act, shop: ShopSoFar) -> Iterator[Step]:
        yield from _one_of(shop)
        number = shop.named(act.at)
        yield make(act, number)
        if closes:
            shop.open.remove(number)

    return made


def _one_of(shop: ShopSoFar) -> Iterator[Step]:
    """Make an invoice where none is open."""
    if not shop.open:
        yield from _invoice(Act("invoice", part=PLAIN_INVOICE), shop)


def _credit(act: Act, shop: ShopSoFar) -> Iterator[Step]:
    day = shop.today
    made = _of_open(lambda _act, number: steps.CreditNote(of=number, date=day))
    yield from made(act, shop)


def _a_minute_later(make: Callable[[Act, str], Step]) -> StepsOf:
    """Return how an open invoice is changed: a minute after what was done before."""

    def made(act: Act, shop: ShopSoFar) -> Iterator[Step]:
        yield A_MINUTE
        yield from _of_open(make)(act, shop)

    return made


def _mistyped_total(act: Act, shop: ShopSoFar) -> Iterator[Step]:
    """A total is typed over that of an invoice's lines: at once, or of one that was made before."""
    if act.part is not None:
        yield from _invoice(act, shop)
        number = shop.open[-1]
    else:
        yield from _one_of(shop)
        number = shop.named(act.at)
        yield from settled(shop)
    due = total(shop.books.document(number).lines)
    yield steps.Edit(invoice=number, total=due + TYPED_TOO_MUCH)


TYPED_TOO_MUCH = Decimal(1)


def _pay(act: Act, shop: ShopSoFar) -> Iterator[Step]:
    """A half of an invoice is paid, after which Bizzcloud lets nobody change it."""
    yield from _one_of(shop)
    number = shop.named(act.at)
    document = shop.books.document(number)
    if document.typed_total is not None:
        # What is owed of an invoice whose total is wrong is anybody's guess.
        return
    half = cents(total(document.lines) / 2)
    if half:
        shop.open.remove(number)
        yield steps.Pay(invoice=number, amount=half, by=act.part or "cash")


def _always(*done: Step) -> "StepsOf":
    return lambda _act, _shop: iter(done)


def _by_hand(_act: Act, shop: ShopSoFar) -> Iterator[Step]:
    """The bookkeeper books an invoice of her own, which looks much like the shop's."""
    if shop.closed:
        return
    shop.by_hand += 1
    same = booked_line(PLAIN_LINE)
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


def _close(_act: Act, shop: ShopSoFar) -> Iterator[Step]:
    """The bookkeeper closes a period, in which nothing can be booked until she reopens it."""
    if not shop.closed:
        shop.closed = True
        yield steps.Books(administration=FIRST, close=PERIOD)


def _killed(act: Act, shop: ShopSoFar) -> Iterator[Step]:
    """The coupling is killed at a call, or at none, and started again."""
    yield from _fault(act, shop)
    yield steps.Sync(may_fail=True)
    yield steps.Calm()
    yield steps.Restart(may_fail=True)
    shop.may_break = False


def _unlink(_act: Act, shop: ShopSoFar) -> Iterator[Step]:
    """The link is undone; what happens then is caught up with after the next."""
    if shop.linked:
        yield from recovered(shop)
        yield steps.Unlink()
        shop.linked = False


def _relink(act: Act, shop: ShopSoFar) -> Iterator[Step]:
    yield from _unlink(act, shop)
    yield from _linked_again(shop, steps.Relink())


def _linked_again(shop: ShopSoFar, step: steps.Relink) -> Iterator[Step]:
    """A link is made again when nothing breaks: one that fails is a person's to repeat."""
    if shop.may_break:
        yield steps.Calm()
        shop.may_break = False
    yield step.model_copy(update={"payment_accounts": shop.chosen}) if shop.chosen else step
    shop.linked = True


def _move(act: Act, shop: ShopSoFar) -> Iterator[Step]:
    """The shop moves to other books, once, from tomorrow on."""
    if shop.moved:
        return
    yield from _unlink(act, shop)
    yield steps.Advance(by=timedelta(days=1))
    day = shop.today
    yield from _linked_again(shop, steps.Relink(administration=SECOND, book_from=day))
    shop.moved = True


def _night(_act: Act, shop: ShopSoFar) -> Iterator[Step]:
    """It becomes half past midnight, when the day is not yet over in UTC."""
    tomorrow = shop.now.date() + timedelta(days=1)
    yield steps.Advance(to=datetime.combine(tomorrow, time(0, 30), AMSTERDAM))


def _night_sale(act: Act, shop: ShopSoFar) -> Iterator[Step]:
    """A receipt is rung up at that hour."""
    yield from _night(act, shop)
    yield from till_acts.receipt(Act("receipt"), shop)


def _late(_act: Act, shop: ShopSoFar) -> Iterator[Step]:
    """What is booked takes effect minutes later, while the coupling looks each minute.

    Nothing else breaks meanwhile: the last of such looks must go well.
    """
    if shop.closed or not shop.linked:
        return
    yield from _invoice(Act("invoice", part=PLAIN_INVOICE), shop)
    if shop.may_break:
        yield steps.Calm()
    shop.may_break = shop.unsettled = True
    yield LATE
    yield steps.Advance(by=timedelta(minutes=3), sync_every=timedelta(minutes=1))


def _rename(_act: Act, _shop: ShopSoFar) -> Iterator[Step]:
    """An account gets another name in the shop; the bookkeeper's own keeps hers."""
    yield steps.LedgerAccount(code=PLAIN_LINE.account, name="Een andere naam")


SUPPLIER_INVOICE = steps.SupplierInvoice(
    partner=PARTNERS[1].ref,
    lines=(InvoiceLine(text="Meel", account="7000", price=Decimal(40), vat=NO_TAX),),
)
"""Stays out of the books: the bookkeeper enters it herself."""


def _customer(act: Act, _shop: ShopSoFar) -> Iterator[Step]:
    """Something is changed about a customer, which keeps its relation."""
    name, value = act.part or CHANGED[0]
    yield steps.Partner.model_validate({"ref": PARTNERS[0].ref, name: value})


def _push_master(act: Act, _shop: ShopSoFar) -> Iterator[Step]:
    """Bizzcloud tells about a customer or a ledger account."""
    if act.at % 2:
        yield steps.Push(partner=PARTNERS[0].ref, may_fail=True)
    else:
        yield steps.Push(ledger_account=PLAIN_LINE.account, may_fail=True)


def _expect(books: ExpectedBooks, company: str) -> steps.Expect:
    expected = books.expectations(company)
    return steps.Expect(**{name: getattr(expected, name) for name in expected.model_fields_set})


STEPS_OF: Mapping[str, StepsOf] = {
    "invoice": _invoice,
    "receipt": till_acts.receipt,
    "sync": _always(steps.Sync(may_fail=True)),
    "twice": _always(steps.Sync(may_fail=True), steps.Sync(may_fail=True)),
    "wait": _always(steps.Advance(by=timedelta(hours=1))),
    "crash": _always(steps.Crash(), steps.Restart(may_fail=True)),
    "push": _of_open(lambda _act, number: steps.Push(invoice=number, may_fail=True)),
    "cancel": _of_open(lambda _act, number: steps.Cancel(invoice=number), closes=True),
    "edit": _a_minute_later(lambda act, number: steps.Edit(invoice=number, lines=tuple(act.part))),
    "mistyped total": _mistyped_total,
    "recompute": _a_minute_later(
        lambda _act, number: steps.Edit(invoice=number, recompute_taxes=True)
    ),
    "reference": _a_minute_later(
        lambda _act, number: steps.Edit(invoice=number, reference="Bestelling 12")
    ),
    "pay": _pay,
    "due": _a_minute_later(lambda _act, number: steps.Edit(invoice=number, due=date(2017, 12, 31))),
    "supplier": _always(SUPPLIER_INVOICE),
    "draft": _always(PLAIN_INVOICE.model_copy(update={"draft": True})),
    "credit": _credit,
    "fault": _fault,
    "killed": _killed,
    "unlink": _unlink,
    "relink": _relink,
    "move": _move,
    "by hand": _by_hand,
    "night": _night,
    "night sale": _night_sale,
    "late": _late,
    "rename": _rename,
    "close": _close,
    "customer": _customer,
    "push master": _push_master,
    "audit": _always(steps.Audit(may_fail=True)),
    "paid otherwise": till_acts.paid_otherwise,
    "journal": till_acts.payment_journal,
    "choose account": till_acts.choose_account,
    "mistyped receipt": till_acts.mistyped,
    "retype": till_acts.retype,
    "invoiced later": till_acts.invoiced_later,
    "push receipt": till_acts.push,
    "cash": till_acts.cash,
    "close till": till_acts.close_till,
}
"""How each act is done, by its kind."""
