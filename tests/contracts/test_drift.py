"""Each planted difference is named by drift, alone and among others, and nothing else is."""

import random
from functools import cache
from pathlib import Path

import pytest
from click.testing import CliRunner

from contracts.drift import compare
from contracts.drift_command import drift_command
from contracts.drift_promises import TOUCHES
from contracts.evidence.catalogue import SERVICES, entries
from contracts.recordings import Recording, read, write
from contracts.redaction_recordings import RecordingRedactor
from tests.contracts.planted import PLANTED, Planted, played

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
