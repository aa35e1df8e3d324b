"""What is booked is touched again for a change of the document, never for other settings."""

from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from sync_core.documents import Invoice, InvoiceState
from sync_core.facts import contents, facts
from sync_core.invoices import as_booked, wanted_by_invoice
from sync_core.journal import PostingState
from sync_core.link import LinkOptions
from sync_core.synchronizer import Subject, follow
from tests.sync_core.examples import ACCOUNTS, HIGH, OPTIONS, invoice, key, line, partner, printed
from tests.sync_core.world_of_dicts import Killed, WorldOfDicts

S = PostingState
ELSEWHERE = replace(OPTIONS, accounts={"8020": "8000"})
"""Other settings: what was booked on 8020 is another account's from now on."""


def made(price: str = "82.64", tax: str = "17.35", account: str = "8020", **more: Any) -> Invoice:
    return invoice(line(price, HIGH, account), taxes=(printed(tax),), **more)


def bring(
    world: WorldOfDicts, document: Invoice, options: LinkOptions = OPTIONS, relation: str = "K0001"
) -> None:
    subject = Subject(
        "books", key(), document.number, options, facts(document), contents(document, relation)
    )
    world.perform(follow(subject, wanted_by_invoice(document, options, ACCOUNTS, relation)))


def lines(world: WorldOfDicts) -> list[list[tuple[str, Decimal]]]:
    return [
        [(each.counter_account, each.excluding) for each in booked.mutation.lines]
        for booked in world.held
    ]


def test_what_is_read_again_under_other_settings_stays_as_it_was_booked() -> None:
    world = WorldOfDicts()
    bring(world, made())
    unmapped = {code: each for code, each in ACCOUNTS.items() if code != "8000"}
    bring(world, made(state=InvoiceState.PAID), ELSEWHERE)
    paid = made(state=InvoiceState.PAID)
    subject = Subject("books", key(), paid.number, ELSEWHERE, facts(paid), contents(paid, "K0001"))
    world.perform(follow(subject, wanted_by_invoice(paid, ELSEWHERE, unmapped, "K0001")))

    assert lines(world) == [[("8020", Decimal("82.64"))]]
    assert [each.state for each in world.postings()] == [S.BOOKED]


def test_a_change_goes_where_it_is_mapped_now_and_then_stays_there() -> None:
    world = WorldOfDicts()
    bring(world, made())
    bring(world, made("100.00", "21.00"), ELSEWHERE)
    bring(world, made("100.00", "21.00", state=InvoiceState.PAID))

    assert lines(world) == [
        [("8020", Decimal("82.64"))],
        [("8000", Decimal("100.00")), ("8020", Decimal("-82.64"))],
    ]


def test_a_change_that_moved_no_amount_is_not_made_up_for_later() -> None:
    world = WorldOfDicts()
    bring(world, made(account="8020"), ELSEWHERE)
    bring(world, made(account="8000"), ELSEWHERE)
    away = replace(OPTIONS, accounts={"8000": "8001"})
    bring(world, made(account="8000", state=InvoiceState.PAID), away)

    assert lines(world) == [[("8000", Decimal("82.64"))]]


def test_a_correction_that_was_not_needed_any_more_leaves_nothing_to_correct() -> None:
    world = WorldOfDicts()
    bring(world, made())
    asks = replace(OPTIONS, corrections="ask")
    bring(world, made("100.00", "21.00"), asks)
    bring(world, made(), asks)
    bring(world, made(state=InvoiceState.PAID), ELSEWHERE)

    assert lines(world) == [[("8020", Decimal("82.64"))]]
    assert [each.state for each in world.postings()] == [S.BOOKED, S.WITHDRAWN]


def test_what_waited_was_cancelled_and_opened_again_is_booked() -> None:
    world = WorldOfDicts()
    waits = made(currency="USD")
    bring(world, waits)
    bring(world, replace(waits, state=InvoiceState.CANCEL))
    bring(world, replace(waits, currency="EUR"))

    assert lines(world) == [[("8020", Decimal("82.64"))]]


@pytest.mark.parametrize("moment", ["die_before", "die_after"])
def test_a_move_to_another_customer_is_gone_on_with_wherever_the_process_died(moment: str) -> None:
    moved = made(partner=partner(key=key("res.partner", 99)))

    def move(world: WorldOfDicts) -> None:
        bring(world, moved, relation="K0002")

    whole = WorldOfDicts()
    bring(whole, made())
    begun = len(whole.performed)
    move(whole)
    assert len(whole.held) == 3
    for place in range(begun, len(whole.performed)):
        world = WorldOfDicts(**{moment: place})  # type: ignore[arg-type]
        bring(world, made())
        with pytest.raises(Killed):
            move(world)
        world.die_before = world.die_after = None
        for _ in range(4):
            world.advance(OPTIONS.settle * 2)
            move(world)
        balance: dict[str, Decimal] = {}
        for each in world.held:
            relation = each.mutation.relation
            balance[relation] = balance.get(relation, Decimal(0)) + each.mutation.total
        died = f"killed {moment} effect {place} ({type(whole.performed[place]).__name__})"
        assert balance == {"K0001": Decimal(0), "K0002": Decimal("99.99")}, died
        assert len(world.held) == 3, died


def test_an_invoice_stays_on_the_debtors_account_that_it_is_on() -> None:
    world = WorldOfDicts()
    bring(world, made())
    other = replace(OPTIONS, debtors_account="1301")

    assert as_booked(other, []).debtors_account == "1301"
    assert as_booked(other, world.postings()).debtors_account == "1300"


def test_an_invoice_in_the_books_is_followed_on_from_whatever_day_is_booked_since() -> None:
    later = replace(OPTIONS, book_from=date(2018, 1, 1))

    assert wanted_by_invoice(made(), later, ACCOUNTS, "K0001") == {}
    assert wanted_by_invoice(made(), later, ACCOUNTS, "K0001", date(2017, 10, 19))
