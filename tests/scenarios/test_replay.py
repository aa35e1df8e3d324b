"""A story is replayed in a set of books that is not ours: safely, and as the fake would do it."""

import json
import random
import re
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from contracts.sandbox import GuardError
from fakes.clock import SettableClock
from fakes.eboekhouden.records import Kind
from fakes.eboekhouden.settings import Settings as FakeSettings
from scenarios.language.reading import read
from scenarios.language.steps import Settings
from scenarios.language.story import Story
from scenarios.replaying.journal import Journal, JournalError
from scenarios.replaying.replay import differences
from scenarios.replaying.story import How, adapted, plan
from tests.contracts.planted import PLANTED, Answer, Change
from tests.fakes.eboekhouden.conftest import money
from tests.scenarios.replay_target import Dying, Interrupted, Target, library, target

TEN = (
    "after_midnight",
    "cancelled_after_booking",
    "credit_note",
    "edited_after_booking",
    "inside_the_eu",
    "paid_by_bank",
    "return_by_card",
    "split_payment",
    "till_day",
    "two_vat_rates",
)


@pytest.mark.parametrize("name", TEN)
def test_a_story_goes_on_a_target_that_does_as_the_fake_does(name: str, tmp_path: Path) -> None:
    sandbox = target(tmp_path)
    assert sandbox.replayed(library(name)) == []
    booked = sandbox.administration.mutations
    assert booked
    assert {mutation.date.year for mutation in booked} <= {2026, 2027}
    assert all(mutation.document.startswith("KR") for mutation in booked)
    assert all(code.startswith("KR") for code in sandbox.administration.relations)


NOISE = (
    "Dates without a time",
    "Amounts with four decimals",
    "A flag is filled in",
    "A field of a line is gone",
    "Mutations with the newest first",
    "A cookie is set",
    "The WSDL has a new value",
)
"""Planted differences that change nothing of what a story comes to."""


@pytest.mark.parametrize("name", TEN)
def test_on_a_target_with_planted_differences_those_that_matter_are_named(
    name: str, tmp_path: Path
) -> None:
    noise = [one.change for one in PLANTED if one.says in NOISE and one.change is not None]
    assert len(noise) == len(NOISE)
    for place, (change, sentence) in enumerate(
        (
            (None, None),
            (refusing("AddMutatie", "M099"), "taken on the fake, refused with M099 there"),
            (amounts_doubled, "BedragInclBTW"),
        )
    ):
        folder = tmp_path / str(place)
        folder.mkdir()
        sandbox = target(folder, changes=[*noise, *([change] if change else [])])
        found = sandbox.replayed(library(name))
        if sentence is None:
            assert found == []
        else:
            assert any(sentence in told for told in found), found


def refusing(operation: str, code: str) -> Change:
    """Refuse every call of an operation."""

    def change(answer: Answer) -> None:
        if answer.operation == operation:
            answer.body = re.sub("<LastErrorCode>[^<]*<", f"<LastErrorCode>{code}<", answer.body)

    return change


def amounts_doubled(answer: Answer) -> None:
    if answer.operation == "GetMutaties":
        answer.body = re.sub(
            r"<BedragInclBTW>([^<]*)<",
            lambda found: f"<BedragInclBTW>{2 * float(found[1])}<",
            answer.body,
        )


def test_vat_codes_are_those_of_the_year_that_the_story_is_moved_into(tmp_path: Path) -> None:
    """6% is the low rate on the story's day, and another rate in the year of the sandbox."""
    sandbox = target(tmp_path)
    assert sandbox.replayed(library("two_vat_rates")) == []
    codes = {line.vat_code for booked in sandbox.administration.mutations for line in booked.lines}
    assert codes == {"HOOG_VERK_21", "AFW_VERK"}


def test_two_runs_of_one_story_do_not_take_each_others_bookings(tmp_path: Path) -> None:
    sandbox = target(tmp_path)
    assert sandbox.replayed(library("credit_note")) == []
    once = len(sandbox.administration.mutations)
    sandbox.folder = tmp_path / "again"
    sandbox.folder.mkdir()
    prefix = sandbox.administration.mutations[0].document[:6]
    journal = sandbox.folder / "journal.jsonl"
    head = (tmp_path / "journal.jsonl").read_text(encoding="utf-8").splitlines()[0]
    journal.write_text(head.replace(prefix, "KRZZZZ") + "\n", encoding="utf-8")
    assert sandbox.replayed(library("credit_note")) == []
    assert len(sandbox.administration.mutations) == 2 * once


def test_a_target_that_does_otherwise_is_named_by_mutation_and_field(tmp_path: Path) -> None:
    sandbox = target(tmp_path, FakeSettings(recompute_vat=True))
    found = sandbox.replayed(library("small_lines"))
    assert found
    assert all(sentence.startswith("mutation 1 of the run: on the fake ") for sentence in found)
    assert any("BedragBTW 0.07" in sentence and "BedragBTW 0.10" in sentence for sentence in found)


@pytest.mark.parametrize("seed", range(2))
def test_a_replay_that_broke_off_goes_on_without_writing_twice(seed: int, tmp_path: Path) -> None:
    """Ten random moments a seed: killed before a call is made, or after and before its answer."""
    story = library("credit_note")
    whole = target(tmp_path)
    prepared = whole.prepared(story)
    carrier = Dying(whole)
    assert differences(prepared, whole.play(prepared, carrier)) == []
    expected = len(whole.administration.mutations)
    chance = random.Random(seed)
    for moment in range(10):
        folder = tmp_path / str(moment)
        folder.mkdir()
        sandbox = target(folder)
        call, before = chance.randint(1, carrier.calls), chance.random() < 0.5
        with pytest.raises(Interrupted):
            sandbox.play(sandbox.resumed(prepared), Dying(sandbox, call, before=before))
        again = sandbox.prepared(story) if moment == 0 else sandbox.resumed(prepared)
        found = differences(again, sandbox.play(again))
        where = f"killed {'before' if before else 'after'} call {call} of {carrier.calls}"
        assert found == [], where
        marks = sandbox.marks()
        assert [mark for mark, count in marks.items() if count > 1] == [], where
        assert len(sandbox.administration.mutations) == expected, where


def untouched(sandbox: Target) -> bool:
    return not sandbox.administration.mutations and not sandbox.administration.relations


@pytest.mark.parametrize(
    ("changed", "sentence"),
    [
        ({"write": False}, "Nothing is written without --write."),
        (
            {"sandboxes": [{"name": "Andere BV", "guid": "0" * 8}]},
            "The service says that this administration is called 'Proef BV'; the config's "
            "sandboxes are 'Andere BV'.",
        ),
        (
            {"sandboxes": [{"name": "Proef BV", "guid": "0" * 8}]},
            "The administration 'Proef BV' is not the one that the config names",
        ),
        ({"sandboxes": []}, "The config names no sandbox."),
        ({"writes": 1}, "The story makes 4 writes, and the config allows 1 (writes)."),
    ],
    ids=["no --write", "another name", "another GUID", "no sandbox", "limit"],
)
def test_a_replay_that_may_not_write_is_refused_before_the_first_write(
    changed: dict[str, object], sentence: str, tmp_path: Path
) -> None:
    sandbox = target(tmp_path)
    with pytest.raises(GuardError) as refused:
        sandbox.prepared(library("credit_note"), **changed)  # type: ignore[arg-type] # one of them is write
    assert sentence in str(refused.value)
    assert untouched(sandbox)


def test_a_story_with_an_impossible_step_is_refused_with_the_step(tmp_path: Path) -> None:
    sandbox = target(tmp_path)
    with pytest.raises(GuardError) as refused:
        sandbox.prepared(library("answer_lost_invoice"))
    assert "step 3 (fault)" in str(refused.value)
    assert "a real service cannot be made to fail" in str(refused.value)
    assert untouched(sandbox)


def test_books_with_bookings_that_are_not_ours_are_refused_unless_allowed(tmp_path: Path) -> None:
    sandbox = target(tmp_path)
    sandbox.administration.book(money(Kind.MONEY_RECEIVED))
    with pytest.raises(GuardError) as refused:
        sandbox.prepared(library("credit_note"))
    assert "The books hold 1 mutations that no replay made, number 1 among them" in str(
        refused.value
    )
    allowed = sandbox.prepared(library("credit_note"), foreign_mutations=True)
    assert differences(allowed, sandbox.play(allowed)) == []


def test_what_others_book_while_a_person_makes_an_account_is_not_the_runs(tmp_path: Path) -> None:
    sandbox = target(tmp_path)
    books = sandbox.administration
    account = books.accounts.pop("1001")
    asked = []

    def make(told: str) -> None:
        asked.append(told)
        books.add_account(account.code, account.description, account.category)
        books.book(money(Kind.MONEY_RECEIVED))

    prepared = sandbox.prepared(library("credit_note"), foreign_mutations=True)
    prepared = replace(prepared, ask=make)

    assert differences(prepared, sandbox.play(prepared)) == []
    assert len(asked) == 1


def test_a_journal_of_another_replay_is_not_gone_on_with(tmp_path: Path) -> None:
    sandbox = target(tmp_path)
    sandbox.replayed(library("credit_note"))
    with pytest.raises(JournalError, match="is the journal of another replay"):
        sandbox.prepared(library("till_day"))


def test_a_journal_of_an_earlier_version_is_not_gone_on_with(tmp_path: Path) -> None:
    sandbox = target(tmp_path)
    sandbox.replayed(library("credit_note"))
    journal = tmp_path / "journal.jsonl"
    lines = [json.loads(line) for line in journal.read_text().splitlines()]
    place, first = next((n, line) for n, line in enumerate(lines, 1) if "write" in line)
    del first["at"]
    journal.write_text("".join(json.dumps(line) + "\n" for line in lines))
    with pytest.raises(JournalError) as refused:
        sandbox.prepared(library("credit_note"))
    assert f"journal.jsonl, line {place} does not say 'at': an earlier version" in str(
        refused.value
    )
    assert "Begin anew with another --journal." in str(refused.value)


def test_the_plan_tells_what_runs_what_a_person_does_and_what_is_impossible() -> None:
    told = {line.what.partition(",")[0]: line for line in plan(library("closed_period"), "KR0000")}
    hows = {line.how for line in told.values()}
    assert How.PERSON in hows
    by_person = [line.told for line in told.values() if line.how is How.PERSON]
    assert any("Afgesloten periodes: close" in text for text in by_person)
    impossible = [
        line for line in plan(library("committed_late"), "KR0000") if line.how is How.IMPOSSIBLE
    ]
    assert [line.told for line in impossible] == ["a real service cannot be made to fail"]


def test_a_storys_own_words_move_with_the_run() -> None:
    story = adapted(library("cancelled_after_booking"), "KR0000", 9)
    assert story.head.today.year == 2026
    assert story.head.given.bizzcloud.instance == "mycompany-kr0000"
    refs = [partner.ref for partner in story.head.given.bizzcloud.partners]
    assert refs
    assert all(ref.startswith("KR0000K") for ref in refs)


def test_what_a_step_leaves_unsaid_stays_unsaid() -> None:
    """A step that changes one setting must not set all the others anew."""
    story = adapted(library("second_hand_margin"), "KR0000", 9)
    (changing,) = [one.step for one in story.steps if isinstance(one.step, Settings)]
    assert changing.model_fields_set == {"exempt_accounts"}


TRIES_AGAIN = """\
title: A day on which the line is bad
source: made up here
today: 2026-06-15
given:
  bizzcloud:
    partners: [{ref: K0001, name: Bakkerij de Groot}]
steps:
  - link: {book from: 2026-06-15}
  - invoice:
      partner: K0001
      lines: [{text: Taart, account: 8020, price: 82.64, vat: 21}]
  - sync
  - advance: {by: 2 hours}
  - sync
  - advance: {by: 2 hours}
  - sync
"""


def bad_line(folder: Path, text: str = TRIES_AGAIN) -> Story:
    (folder / "bad_line.story.yaml").write_text(text)
    return read(folder / "bad_line.story.yaml")[0]


@pytest.mark.parametrize("operation", ["AddMutatie", "AddRelatie"])
@pytest.mark.parametrize("settle", [0.0, 300.0])
def test_what_got_no_answer_and_is_tried_again_within_a_run_is_written_once(
    operation: str, settle: float, tmp_path: Path
) -> None:
    sandbox = target(tmp_path)
    sandbox.fake.faults.add("answer lost", operation)
    prepared = sandbox.prepared(bad_line(tmp_path), settle=settle)

    assert differences(prepared, sandbox.play(prepared)) == []
    assert [count for _, count in sandbox.marks().items()] == [1]


def test_what_may_still_come_to_the_books_is_not_sent_again_at_once(tmp_path: Path) -> None:
    sandbox = target(tmp_path)
    sandbox.fake.faults.add("committed late", "AddMutatie")
    story = bad_line(tmp_path)
    first = sandbox.prepared(story, settle=300.0)
    (told,) = differences(first, sandbox.play(first))
    assert "AddMutatie FactuurVerstuurd" in told
    assert "Give the same command again in 5 minutes" in told
    assert not sandbox.marks()

    assert isinstance(sandbox.fake.clock, SettableClock)
    sandbox.fake.clock.advance(timedelta(hours=1))
    again = sandbox.prepared(story, settle=300.0)
    assert differences(again, sandbox.play(again)) == []
    assert list(sandbox.marks().values()) == [1]


def test_a_run_that_ends_without_an_answer_says_what_to_do(tmp_path: Path) -> None:
    sandbox = target(tmp_path)
    sandbox.fake.faults.add("answer lost", "AddMutatie")
    story = bad_line(tmp_path, TRIES_AGAIN.partition("  - advance")[0])
    first = sandbox.prepared(story)
    told = differences(first, sandbox.play(first))
    assert "there was no answer. Give the same command again" in told[-1]

    again = sandbox.prepared(story)
    assert differences(again, sandbox.play(again)) == []
    assert list(sandbox.marks().values()) == [1]


def test_a_journal_tells_what_was_sent_again(tmp_path: Path) -> None:
    sandbox = target(tmp_path)
    sandbox.fake.faults.add("refused", "AddMutatie")
    prepared = sandbox.prepared(bad_line(tmp_path))
    assert differences(prepared, sandbox.play(prepared)) == []

    (write,) = [one for one in prepared.journal.writes if one.operation == "AddMutatie"]
    read_again = Journal(tmp_path / "journal.jsonl", prepared.journal.head)
    assert write in read_again.writes
