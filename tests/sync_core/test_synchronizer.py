"""Posting once, whatever fails: the core against a world that fails it everywhere."""

import contextlib
import itertools
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

import pytest

from sync_core.bookings import BookedMutation, Mutation
from sync_core.documents import InvoiceState
from sync_core.effects import Done, NotDone, SaidNo, Save, Send
from sync_core.invoices import wanted_by_invoice
from sync_core.journal import PostingState, Reason, mark_hash
from sync_core.link import LinkOptions
from sync_core.recovery import settle
from sync_core.synchronizer import Subject, follow, is_promised, resume
from sync_core.till import wanted_by_receipt
from sync_core.wanted import Wanted
from tests.sync_core.examples import (
    ACCOUNTS,
    OPTIONS,
    TODAY,
    card,
    cash,
    invoice,
    key,
    line,
    printed,
    receipt,
)
from tests.sync_core.world_of_dicts import (
    Killed,
    WorldOfDicts,
    lost_after,
    lost_before,
    taken_twice,
)

S = PostingState
SETTLED = OPTIONS.settle + timedelta(seconds=1)


def wanted(
    price: str = "82.64", tax: str = "17.35", relation: str = "K0001", **changes: object
) -> Wanted:
    document = invoice(line(price), taxes=(printed(tax),), **changes)
    return wanted_by_invoice(document, OPTIONS, ACCOUNTS, relation)


def subject(options: LinkOptions = OPTIONS) -> Subject:
    return Subject("books", key(), "F/2017/0001", options)


def states(world: WorldOfDicts) -> list[PostingState]:
    return [posting.state for posting in world.postings()]


def recover(world: WorldOfDicts, want: Wanted, rounds: int = 4) -> None:
    for _ in range(rounds):
        world.advance(SETTLED)
        for posting in world.postings():
            world.perform(settle(posting, OPTIONS))
        world.perform(follow(subject(), want))


def test_an_invoice_is_booked_once_however_often_it_is_followed() -> None:
    world = WorldOfDicts()
    for _ in range(3):
        world.perform(follow(subject(), wanted()))
    assert [each.number for each in world.held] == [245]
    assert states(world) == [S.BOOKED]
    assert world.postings()[0].number == 245


def test_sending_is_durable_before_the_wire_is_touched() -> None:
    world = WorldOfDicts()
    world.perform(follow(subject(), wanted()))
    sent = next(i for i, each in enumerate(world.performed) if isinstance(each, Send))
    before = [each for each in world.performed[:sent] if isinstance(each, Save)]
    assert before[-1].posting.state is S.SENDING
    assert before[-1].posting.highest_before == 244


def test_an_answer_lost_after_the_booking_is_found_by_its_mark() -> None:
    world = WorldOfDicts(sends=[lost_after])
    world.perform(follow(subject(), wanted()))
    assert states(world) == [S.BOOKED]
    assert len(world.held) == 1


def test_a_call_that_never_arrived_is_sent_again_only_when_absent_twice_after_the_settle_time() -> (
    None
):
    world = WorldOfDicts(sends=[lost_before])
    world.perform(follow(subject(), wanted()))
    assert states(world) == [S.UNKNOWN]
    world.perform(follow(subject(), wanted()))
    assert world.held == [], "sent again before the settle time was over"
    world.advance(SETTLED)
    world.perform(follow(subject(), wanted()))
    assert world.held == [], "sent again after one look"
    world.advance(SETTLED)
    world.perform(follow(subject(), wanted()))
    assert [each.number for each in world.held] == [245]
    assert states(world) == [S.BOOKED]


def test_a_call_that_commits_late_is_found_and_not_sent_again() -> None:
    world = WorldOfDicts(sends=[lost_before])
    want = wanted()
    world.perform(follow(subject(), want))
    pending = world.postings()[0].mutation
    assert pending is not None
    world.advance(SETTLED)
    world.perform(follow(subject(), want))
    world.book(pending)
    recover(world, want)
    assert len(world.held) == 1
    assert states(world) == [S.BOOKED]


def test_what_the_service_took_twice_is_one_double_that_names_both_numbers() -> None:
    world = WorldOfDicts(sends=[taken_twice])
    recover(world, wanted())
    assert states(world) == [S.DOUBLE]
    assert world.postings()[0].numbers == (245, 246)
    assert len(world.held) == 2


def test_an_expired_session_is_tried_again_at_once() -> None:
    world = WorldOfDicts(sends=[lambda *_: NotDone("session expired", again=True)])
    world.perform(follow(subject(), wanted()))
    assert states(world) == [S.BOOKED]
    assert world.postings()[0].attempts == 2


def test_a_refused_connection_leaves_it_planned_for_the_next_round() -> None:
    world = WorldOfDicts(sends=[lambda *_: NotDone("refused connection", again=False)])
    world.perform(follow(subject(), wanted()))
    assert states(world) == [S.PLANNED]
    world.perform(follow(subject(), wanted()))
    assert states(world) == [S.BOOKED]
    assert len(world.held) == 1


def test_a_refusal_waits_with_what_the_service_said_and_goes_in_once_it_may() -> None:
    world = WorldOfDicts(sends=[lambda *_: SaidNo("E1", "periode afgesloten")])
    world.perform(follow(subject(), wanted()))
    (posting,) = world.postings()
    assert posting.state is S.REFUSED
    assert posting.reason == Reason("refused", {"code": "E1", "description": "periode afgesloten"})
    since = posting.waiting_since
    world.advance(timedelta(days=1))
    world.sends = [lambda *_: SaidNo("E1", "periode afgesloten")]
    world.perform(follow(subject(), wanted()))
    assert world.postings()[0].waiting_since == since, "how long it waits must not start anew"
    world.perform(follow(subject(), wanted()))
    assert states(world) == [S.BOOKED]


@pytest.mark.parametrize("moment", ["die_before", "die_after"])
def test_a_process_that_dies_at_any_effect_loses_nothing_and_doubles_nothing(moment: str) -> None:
    whole = WorldOfDicts()
    whole.perform(follow(subject(), wanted()))
    for place in range(len(whole.performed)):
        world = WorldOfDicts(**{moment: place})  # type: ignore[arg-type]
        with pytest.raises(Killed):
            world.perform(follow(subject(), wanted()))
        world.die_before = world.die_after = None
        recover(world, wanted())
        effect = type(whole.performed[place]).__name__
        assert [each.mutation for each in world.held] == [each.mutation for each in whole.held], (
            f"killed {moment} effect {place} ({effect})"
        )
        assert states(world) == [S.BOOKED], f"killed {moment} effect {place} ({effect})"


def test_a_receipt_of_two_journals_is_whole_wherever_the_process_dies_and_dies_again() -> None:
    sold = receipt(line("10.00", tax_amount="2.10"), payments=(cash("5.00"), card("7.10")))
    want = wanted_by_receipt(sold, OPTIONS, ACCOUNTS, "")
    whole = WorldOfDicts()
    whole.perform(follow(subject(), want))
    totals = [Decimal("5.00"), Decimal("7.10")]
    assert [each.mutation.total for each in whole.held] == totals
    effects = range(len(whole.performed))
    for first, second in itertools.product(effects, effects):
        world = WorldOfDicts(die_before=first)
        with pytest.raises(Killed):
            world.perform(follow(subject(), want))
        # A death at an effect that does not come any more is none.
        world.die_before = len(world.performed) + second
        for _ in range(5):
            world.advance(SETTLED)
            # As the follower does: what is promised is gone on with, not derived again.
            promised = is_promised(world.postings())
            with contextlib.suppress(Killed):
                world.perform(resume(subject()) if promised else follow(subject(), want))
        died = f"killed before effect {first} and before effect {second} of the next life"
        assert sorted(each.mutation.total for each in world.held) == totals, died


def test_a_changed_invoice_is_corrected_by_the_difference() -> None:
    world = WorldOfDicts()
    world.perform(follow(subject(), wanted("82.64", "17.35")))
    world.advance(timedelta(days=2))
    world.perform(follow(subject(), wanted("100.00", "21.00")))
    first, correction = (each.mutation for each in world.held)
    assert correction.invoice_number == "F/2017/0001-C1"
    assert correction.date == date(2017, 10, 21)
    assert [(each.excluding, each.vat) for each in correction.lines] == [
        (Decimal("17.36"), Decimal("3.65"))
    ]
    assert "F/2017/0001" in correction.description
    assert mark_hash(correction.reference) != mark_hash(first.reference)
    assert states(world) == [S.SUPERSEDED, S.BOOKED]


def test_a_cancelled_invoice_is_negated_and_a_reopened_one_booked_again() -> None:
    world = WorldOfDicts()
    world.perform(follow(subject(), wanted()))
    world.perform(follow(subject(), wanted(state=InvoiceState.CANCEL)))
    world.perform(follow(subject(), wanted()))
    totals = [each.mutation.total for each in world.held]
    assert totals == [Decimal("99.99"), Decimal("-99.99"), Decimal("99.99")]
    numbers = [each.mutation.invoice_number for each in world.held]
    assert numbers == ["F/2017/0001", "F/2017/0001-C1", "F/2017/0001-C2"]
    assert states(world) == [S.SUPERSEDED, S.SUPERSEDED, S.BOOKED]


def test_a_changed_due_date_changes_nothing_in_the_books() -> None:
    world = WorldOfDicts()
    world.perform(follow(subject(), wanted()))
    world.perform(follow(subject(), wanted(due_date=date(2017, 12, 1))))
    assert len(world.held) == 1


def test_an_invoice_moved_to_another_customer_is_negated_there_and_booked_here() -> None:
    world = WorldOfDicts()
    world.perform(follow(subject(), wanted(relation="K0001")))
    world.perform(follow(subject(), wanted(relation="K0002")))
    balance: dict[str, Decimal] = {}
    for each in world.held:
        relation = each.mutation.relation
        balance[relation] = balance.get(relation, Decimal(0)) + each.mutation.total
    assert balance == {"K0001": Decimal(0), "K0002": Decimal("99.99")}
    assert len(world.held) == 3


def test_a_link_that_asks_lets_a_changed_invoice_wait() -> None:
    world = WorldOfDicts()
    world.perform(follow(subject(), wanted()))
    ask = replace(OPTIONS, corrections="ask")
    world.perform(follow(subject(ask), wanted("100.00", "21.00")))
    assert states(world) == [S.BOOKED, S.WAITING]
    assert world.postings()[1].reason == Reason("change-yourself", {"numbers": "245"})
    world.perform(follow(subject(ask), wanted()))
    assert states(world) == [S.BOOKED, S.WITHDRAWN], "changed back: nothing is to be done"


def test_what_waits_goes_in_once_its_cause_is_gone() -> None:
    world = WorldOfDicts()
    document = invoice(line("82.64"), taxes=(printed("17.35"),))
    without = {code: each for code, each in ACCOUNTS.items() if code != "8020"}
    world.perform(follow(subject(), wanted_by_invoice(document, OPTIONS, without, "K0001")))
    assert states(world) == [S.WAITING]
    world.perform(follow(subject(), wanted()))
    assert states(world) == [S.BOOKED]
    assert world.held[0].mutation.invoice_number == "F/2017/0001"


def test_what_was_never_sent_is_withdrawn_when_no_longer_wanted() -> None:
    world = WorldOfDicts(sends=[lambda *_: NotDone("down", again=False)])
    world.perform(follow(subject(), wanted()))
    world.perform(follow(subject(), {}))
    assert states(world) == [S.WITHDRAWN]
    assert world.held == []
    world.perform(follow(subject(), wanted()))
    assert states(world) == [S.WITHDRAWN, S.BOOKED]
    assert world.held[0].mutation.invoice_number == "F/2017/0001"


def typed_by_hand(**changes: object) -> Mutation:
    own = wanted()["invoice"]
    assert isinstance(own, Mutation)
    return replace(own, reference="", description="verkoop taart", **changes)  # type: ignore[arg-type]


def test_somebodys_own_booking_that_agrees_is_adopted() -> None:
    world = WorldOfDicts(seen=[BookedMutation(240, typed_by_hand())])
    world.perform(follow(subject(), wanted()))
    assert world.held == []
    assert [(each.state, each.number) for each in world.postings()] == [(S.BOOKED, 240)]


def test_somebodys_own_booking_is_not_adopted_when_the_link_forbids_it() -> None:
    world = WorldOfDicts(seen=[BookedMutation(240, typed_by_hand())])
    world.perform(follow(subject(replace(OPTIONS, adopt=False)), wanted()))
    assert states(world) == [S.WAITING]
    assert world.held == []


def test_a_number_that_is_taken_by_something_else_waits_with_what_differs() -> None:
    other = typed_by_hand(date=date(2017, 10, 18), relation="K0009")
    world = WorldOfDicts(seen=[BookedMutation(240, other)])
    world.perform(follow(subject(), wanted()))
    (posting,) = world.postings()
    assert posting.reason == Reason(
        "number-taken-differently", {"number": "240", "differs": "relatie, datum"}
    )


def test_another_shops_equal_number_is_neither_adopted_nor_in_the_way() -> None:
    theirs = replace(typed_by_hand(), reference="F/2017/0001 #0123456789ab")
    world = WorldOfDicts(seen=[BookedMutation(240, theirs)])
    world.perform(follow(subject(), wanted()))
    assert [each.number for each in world.held] == [245]


def test_a_second_coupling_finds_the_mark_and_adopts() -> None:
    first = WorldOfDicts()
    first.perform(follow(subject(), wanted()))
    second = WorldOfDicts(seen=list(first.held), next_number=246)
    second.perform(follow(subject(), wanted()))
    assert second.held == []
    assert second.postings()[0].number == 245


def test_a_promised_receipt_goes_on_as_promised() -> None:
    world = WorldOfDicts(sends=[lambda *_: NotDone("down", again=False)])
    world.perform(follow(subject(), wanted()))
    world.perform(resume(subject()))
    assert [each.mutation.total for each in world.held] == [Decimal("99.99")]


def test_a_gone_or_double_booking_is_left_to_a_person() -> None:
    for state in (S.GONE, S.DOUBLE):
        world = WorldOfDicts()
        world.perform(follow(subject(), wanted()))
        (posting,) = world.postings()
        world.journal[1] = posting.moved(state, world.now)
        world.perform(follow(subject(), wanted("100.00", "21.00")))
        assert len(world.held) == 1
        assert states(world) == [state]


def test_a_correction_can_be_dated_as_the_original() -> None:
    world = WorldOfDicts()
    original = replace(OPTIONS, correction_date="original")
    world.perform(follow(subject(original), wanted()))
    world.advance(timedelta(days=40))
    world.perform(follow(subject(original), {}))
    assert [each.mutation.date for each in world.held] == [TODAY, TODAY]


def test_a_done_answer_names_the_number_that_the_service_gave() -> None:
    world = WorldOfDicts(sends=[lambda *_: Done(99999)])
    world.perform(follow(subject(), wanted()))
    assert world.postings()[0].number == 99999
