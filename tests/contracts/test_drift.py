"""Each planted difference is named by drift, alone and among others, and nothing else is."""

import random
from dataclasses import replace
from datetime import date
from functools import cache
from pathlib import Path

import pytest
from click.testing import CliRunner

from contracts.commands.drift import drift_command
from contracts.drifting.drift import compare
from contracts.drifting.promises import TOUCHES
from contracts.eboekhouden.client import SoapClient
from contracts.evidence.catalogue import SERVICES, entries
from contracts.recording.recordings import Recording, read, write
from contracts.recording.sessions import Recorder
from contracts.redacting.recordings import RecordingRedactor
from contracts.suite.run import try_promises
from contracts.targets import FAKE_BOOKS, BooksTarget, target_named
from fakes.eboekhouden.records import Kind
from fakes.inprocess import session
from tests.contracts.planted import PLANTED, Change, Planted, changed, played
from tests.fakes.eboekhouden.conftest import money

GROUPS = 12
ROOT = Path(__file__).parents[2]


@cache
def undisturbed() -> Recording:
    return played([])


def group(seed: int) -> list[Planted]:
    """Return five differences, no two of which touch the same."""
    luck = random.Random(seed)
    chosen: list[Planted] = []
    for one in luck.sample(PLANTED, len(PLANTED)):
        if len(chosen) < 5 and one.touches not in {other.touches for other in chosen}:
            chosen.append(one)
    return chosen


def names(planted: list[Planted]) -> list[str]:
    return [difference.name for difference in compare(undisturbed(), played(planted))]


def test_there_are_at_least_forty_planted_differences() -> None:
    assert len(PLANTED) >= 40
    assert len({one.says for one in PLANTED}) == len(PLANTED)


def test_two_undisturbed_runs_do_not_differ() -> None:
    assert compare(undisturbed(), played([])) == []


@pytest.mark.parametrize("one", PLANTED, ids=lambda one: one.says)
def test_a_planted_difference_is_named_and_nothing_else(one: Planted) -> None:
    assert names([one]) == [one.name]


def test_groups_of_five_are_named_and_nothing_else(capsys: pytest.CaptureFixture[str]) -> None:
    right, named, planted = 0, 0, 0
    told = []
    for seed in range(GROUPS):
        chosen = group(seed)
        found, expected = set(names(chosen)), {one.name for one in chosen}
        right += len(found & expected)
        named += len(found)
        planted += len(expected)
        if found != expected:
            told.append(f"group {seed}: missed {expected - found}, too much {found - expected}")
    with capsys.disabled():
        print(
            f"\ndrift, {GROUPS} groups of five of {len(PLANTED)} planted differences: "
            f"precision {right}/{named}, recall {right}/{planted}"
        )
    assert not told, "\n".join(told)


def suite(prefix: str, day: date, before: int = 0, change: Change | None = None) -> Recording:
    """Return a redacted recording of the contract suite, as a partner makes one each night."""
    target = target_named("eboekhouden", "fake", write=False)
    assert isinstance(target, BooksTarget)
    assert target.at_fake is not None
    for _ in range(before):
        target.at_fake.opened.administration.book(money(Kind.MONEY_RECEIVED))
    recorder = Recorder()
    wsgi = changed(target.at_fake.fake.wsgi, [change] if change is not None else [])
    with recorder.watch(session({FAKE_BOOKS: wsgi})) as http:
        client = SoapClient(http, target.client.address)
        try_promises("eboekhouden", replace(target, client=client, prefix=prefix, day=day))
    return RecordingRedactor().recording(recorder.recording)


def test_two_nights_of_the_suite_differ_only_in_what_the_service_does_otherwise() -> None:
    """Another prefix, another day, and books that hold what earlier nights left in them."""
    last = suite("KAAAA1", date(2026, 6, 15))
    assert compare(last, suite("KAAAA2", date(2026, 6, 16), before=7)) == []
    for says in ("Another code for a used relation code", "A cookie is set", "Dates with a zone"):
        (one,) = [one for one in PLANTED if one.says == says]
        tonight = suite("KAAAA2", date(2026, 6, 16), before=7, change=one.change)
        assert [difference.name for difference in compare(last, tonight)] == [one.name]


@pytest.mark.parametrize(("now", "found"), [
    ("30", []),
    ("Wed, 21 Oct 2026 07:28:00 GMT", [("seconds", "a date")]),
    ("", [("seconds", "(none)")]),
])  # fmt: skip
def test_of_how_long_to_wait_only_the_form_counts(now: str, found: list[tuple[str, str]]) -> None:
    first = undisturbed().exchanges[0]

    def waiting(said: str) -> Recording:
        assert first.response is not None
        headers = (*first.response.headers, *((("Retry-After", said),) if said else ()))
        return Recording((replace(first, response=replace(first.response, headers=headers)),))

    assert [(one.was, one.now) for one in compare(waiting("120"), waiting(now))] == found


def test_redacted_runs_differ_where_the_plain_ones_do() -> None:
    one = PLANTED[0]
    before = RecordingRedactor().recording(undisturbed())
    after = RecordingRedactor().recording(played([one]))

    assert [difference.name for difference in compare(before, after)] == [one.name]


def test_a_difference_is_named_once_with_its_promise_and_what_it_would_change() -> None:
    (found,) = compare(undisturbed(), played([PLANTED[0]]))

    assert (found.was, found.now, found.exchanges) == ("CREL001", "CREL010", 1)
    assert found.promise == "eb-code-relation"
    assert found.change == "fakes/eboekhouden/errors.py"
    dates = next(one for one in PLANTED if one.name == "date form: eboekhouden")
    (found,) = compare(undisturbed(), played([dates]))
    assert found.exchanges == 4


def test_a_call_that_only_one_run_makes_is_named() -> None:
    shorter = Recording(undisturbed().exchanges[:-60])

    assert "operation: GetSaldo" not in [d.name for d in compare(undisturbed(), shorter)]
    shorter = Recording(undisturbed().exchanges[:-62])
    (found,) = compare(undisturbed(), shorter)[:1]
    assert (found.name, found.now) == ("operation: GetSaldo", "not called in this run")
    assert found.exchanges == 1


def test_every_promise_that_drift_names_is_in_the_evidence_and_every_place_exists() -> None:
    known = {entry.id for service in SERVICES for entry in entries(service)}

    assert {promise for _, _, promise, _ in TOUCHES} <= known
    assert [place for *_, place in TOUCHES if not (ROOT / place).exists()] == []


def test_the_command_tells_the_differences_and_ends_with_one_when_there_are(
    tmp_path: Path,
) -> None:
    write(tmp_path / "a.jsonl", undisturbed())
    write(tmp_path / "b.jsonl", played([PLANTED[0]]))

    same = CliRunner().invoke(drift_command, [str(tmp_path / "a.jsonl")] * 2)
    other = CliRunner().invoke(
        drift_command, [str(tmp_path / "a.jsonl"), str(tmp_path / "b.jsonl")]
    )

    assert same.exit_code == 0
    assert "No difference" in same.output
    assert other.exit_code == 1
    assert "error code: CREL001" in other.output
    assert "was CREL001, is CREL010, in 1 exchange" in other.output
    assert "touches eb-code-relation" in other.output
    assert len(read(tmp_path / "a.jsonl")) == 100
