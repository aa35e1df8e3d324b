"""Properties of the coupling that no story of the library shows; each raises when it is broken.

Each begins with books and a shop of its own.
"""

from contextlib import suppress
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest

from fakes.eboekhouden.records import Kind as Soort
from fakes.eboekhouden.records import Mutation as BooksMutation
from fakes.eboekhouden.records import MutationLine
from fakes.faults import Kind
from scenarios.language.steps import Edit, InvoiceLine, Receipt
from sync_core import invoices
from sync_core.adapters.eboekhouden import Eboekhouden
from sync_core.bookings import Mutation
from sync_core.failures import CouplingError, LeaseLost, NotReached
from tests.sync_core.examples import ACCOUNTS, OPTIONS, invoice, line, printed
from tests.sync_core.house import House
from tests.sync_core.settling import paid_in_cash, settle
from tests.sync_core.stores import empty_store


class Killed(BaseException):
    """The process dies."""


def recover(house: House, rounds: int = 4, minutes: float = 6) -> None:
    """Let time pass and the coupling look again, a few times."""
    for _ in range(rounds):
        house.advance(minutes=minutes)
        with suppress(CouplingError):
            house.coupling.sync()


def numbers(house: House) -> list[str]:
    return [number for _, number in house.list_mutations()]


def cancel(house: House, invoice: int) -> None:
    """Cancel an invoice, which its journal must allow."""
    journal = house.find("account.journal", ("type", "=", "sale"))
    house.execute("account.journal", "write", [journal], {"update_posted": True})
    house.signal("invoice_cancel", invoice)


def book_by_hand(house: House, number: str, excluding: str = "82.64", vat: str = "17.35") -> None:
    """Let the bookkeeper book a sales invoice to a relation that is there."""
    administration = house.demo.administration
    net, tax = Decimal(excluding), Decimal(vat)
    booked = MutationLine(net, net, tax, net + tax, "HOOG_VERK_21", Decimal(21), "8020")
    administration.book(
        BooksMutation(
            number=0,
            kind=Soort("FactuurVerstuurd"),
            date=house.clock.now().date(),
            account="1300",
            relation="K0001",
            invoice_number=number,
            description="Met de hand",
            payment_term="30",
            lines=(booked,),
        )
    )


def a_killed_send_is_booked_once() -> None:
    house = House()
    house.link()
    house.invoice(house.partner())
    house.books.faults.add(Kind.COMMITTED_LATE, "AddMutatie", seconds=120)
    with pytest.MonkeyPatch.context() as patch:
        send = Eboekhouden.send

        def die(self: Any, mutation: Any) -> Any:
            send(self, mutation)
            raise Killed

        patch.setattr(Eboekhouden, "send", die)
        with pytest.raises(Killed):
            house.coupling.sync()
    house.coupling = house.another_coupling()
    house.coupling.resume(house.shop_access, house.books_access())
    recover(house, rounds=1, minutes=1.5)
    recover(house)
    assert numbers(house) == ["F/2017/0001"]


def a_split_receipt_is_whole_after_a_kill() -> None:
    house = House()
    house.link()
    sold = InvoiceLine(text="Beker", account="8020", price=Decimal(10), vat="21")
    paid = {"cash": Decimal("5.00"), "card": Decimal("7.10")}
    house.people().receipt(Receipt(lines=(sold,), paid=paid), house.clock.now())
    with pytest.MonkeyPatch.context() as patch:
        send = Eboekhouden.send

        def die(self: Any, mutation: Any) -> Any:
            send(self, mutation)
            raise Killed

        patch.setattr(Eboekhouden, "send", die)
        with pytest.raises(Killed):
            house.coupling.sync()
    house.coupling = house.another_coupling()
    house.coupling.resume(house.shop_access, house.books_access())
    house.advance(minutes=2)
    recover(house)
    totals = sorted(mutation.total for mutation in house.demo.administration.mutations)
    assert totals == [Decimal("5.00"), Decimal("7.10")]


def a_buried_one_is_found() -> None:
    house = House()
    house.link()
    house.invoice(house.partner())
    house.books.faults.add(Kind.COMMITTED_LATE, "AddMutatie", seconds=30)
    house.coupling.sync()
    house.advance(seconds=31)
    house.books.faults.settle()
    for number in range(600):
        book_by_hand(house, f"HAND-{number}")
    recover(house)
    assert numbers(house).count("F/2017/0001") == 1


def an_equal_amount_is_not_ours() -> None:
    house = House()
    house.link()
    house.invoice(house.partner())
    house.coupling.sync()
    house.invoice(house.find("res.partner", ("ref", "=", "K0001")))
    house.books.faults.add(Kind.TIME_OUT, "AddMutatie")
    house.coupling.sync()
    book_by_hand(house, "HAND-1")
    recover(house)
    assert sorted(numbers(house)) == ["F/2017/0001", "F/2017/0002", "HAND-1"]


def another_amount_is_not_adopted() -> None:
    house = House()
    house.partner()
    house.link()
    book_by_hand(house, "F/2017/0001", "10.00", "2.10")
    house.invoice(house.find("res.partner", ("ref", "=", "K0001")))
    house.coupling.sync()
    assert any("F/2017/0001" in waiting.what for waiting in house.coupling.attention())


def all_pages_are_followed() -> None:
    house = House()
    house.link()
    partner = house.partner()
    house.coupling.sync()
    house.coupling.unlink()
    for _ in range(7):
        house.invoice(partner)
    with pytest.MonkeyPatch.context() as patch:
        for module in ("adapters.bizzcloud", "follower"):
            patch.setattr(f"sync_core.{module}.PAGE", 3)
        house.coupling.relink()
        house.coupling.sync()
    assert len(numbers(house)) == 7


def deleted_while_unlinked_stays_deleted() -> None:
    house = House()
    house.link()
    made = house.invoice(house.partner())
    house.coupling.sync()
    house.coupling.unlink()
    house.demo.administration.delete([245])
    house.advance(minutes=1)
    house.execute("account.invoice", "write", [made], {"comment": "Bedankt"})
    house.coupling.relink()
    house.coupling.sync()
    assert numbers(house) == []


def a_late_commit_within_settle_is_found() -> None:
    house = House()
    house.link()
    house.invoice(house.partner())
    house.books.faults.add(Kind.COMMITTED_LATE, "AddMutatie", seconds=240)
    house.coupling.sync()
    recover(house, rounds=3, minutes=1.1)
    recover(house)
    assert numbers(house) == ["F/2017/0001"]


def a_late_commit_after_one_look_is_found() -> None:
    house = House()
    house.link()
    house.invoice(house.partner())
    house.books.faults.add(Kind.COMMITTED_LATE, "AddMutatie", seconds=9 * 60)
    house.coupling.sync()
    recover(house)
    assert numbers(house) == ["F/2017/0001"]


def two_couplings_take_turns() -> None:
    house = House()
    house.link()
    second = house.another_coupling()
    second.resume(house.shop_access, house.books_access())
    (link,) = house.store.links()
    house.store.take_lease(link.books, "another process", house.clock.now(), timedelta(minutes=1))
    with pytest.raises(LeaseLost):
        second.sync()


def an_expired_session_is_renewed() -> None:
    house = House()
    house.link()
    house.invoice(house.partner())
    house.books.faults.add(Kind.SESSION_EXPIRED, "AddMutatie")
    house.coupling.sync()
    assert numbers(house) == ["F/2017/0001"]


def cents_are_placed() -> None:
    lines = (line("0.07", account="8001"), line("100.03", account="8020"))
    document = invoice(*lines, taxes=(printed("21.03", base="100.10"),))
    mutation = invoices.wanted_by_invoice(document, OPTIONS, ACCOUNTS, "K0001")["invoice"]
    assert isinstance(mutation, Mutation)
    assert [each.vat for each in mutation.lines] == [Decimal("0.01"), Decimal("21.02")]


def an_earlier_write_date_is_found() -> None:
    house = House()
    house.link()
    partner = house.partner()
    house.invoice(partner)
    house.coupling.sync()
    house.advance(minutes=1)
    with house.shop.transactions_started(house.clock.now() - timedelta(minutes=5)):
        house.invoice(partner)
    house.coupling.sync()
    assert len(numbers(house)) == 2


def a_broken_page_is_read_again() -> None:
    house = House()
    house.link()
    house.invoice(house.partner())
    house.shop.faults.add(Kind.REFUSED, "account.invoice.read")
    with pytest.raises(NotReached):
        house.coupling.sync()
    house.coupling.sync()
    assert numbers(house) == ["F/2017/0001"]


def deleted_stays_deleted() -> None:
    house = House()
    house.link()
    house.invoice(house.partner())
    house.coupling.sync()
    house.demo.administration.delete([245])
    house.coupling.audit()
    recover(house)
    assert numbers(house) == []


def a_foreign_account_keeps_its_name() -> None:
    house = House()
    house.link()
    account = house.find("account.account", ("code", "=", "1300"))
    house.execute("account.account", "write", [account], {"name": "Naam uit de winkel"})
    house.coupling.sync()
    names = [each.description for each in house.demo.administration.accounts.values()]
    assert "Naam uit de winkel" not in names


def a_float_is_rounded_to_its_cents() -> None:
    house = House()
    house.link()
    house.invoice(house.partner(), price=4.35)
    house.coupling.sync()
    (mutation,) = house.demo.administration.mutations
    assert mutation.total == Decimal("5.26")


def one_payment_of_two_invoices_is_booked_once() -> None:
    """Cash for two invoices at once is shared out over them."""
    house = House()
    house.link()
    partner = house.partner()
    made = [house.invoice(partner, price=price) for price in (100.0, 50.0)]
    settle(house, made, [paid_in_cash(house, 181.5)])
    house.coupling.sync()
    held = house.demo.administration.mutations
    paid = [each.total for each in held if each.kind is Soort.INVOICE_PAYMENT_RECEIVED]
    assert paid == [Decimal("121.00"), Decimal("60.50")]


def corrections_outlive_the_journal() -> None:
    """A coupling whose store was lost finds what was booked of an invoice, corrected since."""
    house = House()
    house.link()
    house.invoice(house.partner())
    house.coupling.sync()
    line = InvoiceLine(text="Taart", account="8020", price=Decimal("90.00"), vat="21")
    house.people().edit(Edit(invoice="F/2017/0001", lines=(line,)))
    house.coupling.sync()
    before = numbers(house)
    house.coupling.close()
    house.coupling = house.another_coupling(empty_store())
    house.link()
    house.coupling.sync()
    assert numbers(house) == before
