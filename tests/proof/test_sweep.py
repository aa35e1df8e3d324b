"""A part of the sweep: stories whose every kind of fault must end in the undisturbed books."""

import json
import subprocess
import sys
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from fakes.faults import Kind
from scenarios.language.reading import LIBRARY, read
from scenarios.sweeping.books import BooksState, differences, differences_but_doubles
from scenarios.sweeping.cases import COMMIT, FAULTS, Case, Choice, Point, Second
from scenarios.sweeping.kill_sweep import judge
from scenarios.sweeping.play import Ending
from scenarios.sweeping.sweep import _judge


def sweep(*arguments: str) -> tuple[int, Any]:
    """Sweep in a process of its own, which can fork: one that runs tests has threads."""
    command = [sys.executable, "-m", "scenarios.cli", "sweep", "--json", "--processes", "1"]
    done = subprocess.run([*command, *arguments], capture_output=True, text=True, check=False)
    assert done.stdout, done.stderr
    return done.returncode, json.loads(done.stdout)


def test_a_coupling_that_is_killed_again_and_again_loses_and_doubles_nothing() -> None:
    code, found = sweep("--kill", "--kills", "30")
    assert found["wrong"] == []
    assert (found["kills"], found["lost"], found["double"], code) == (30, 0, 0, 0)
    assert found["mutations"] >= found["documents"] >= 30


def test_the_verdict_on_kills_names_what_is_lost_and_what_is_double() -> None:
    wanted = Counter({"F/2017/0001": 1, "POS0001": 2})
    right = state(n1="Boekstuk=F/2017/0001", n2="Boekstuk=POS0001 a", n3="Boekstuk=POS0001 b")
    assert judge(9, 1, wanted, right, right).wrong == ()
    without = state(n1="Boekstuk=F/2017/0001", n2="Boekstuk=POS0001 a")
    found = judge(9, 1, wanted, right, without)
    assert (found.lost, found.double) == (1, 0)
    assert "POS0001 is lost" in found.wrong
    twice = state(n1="Boekstuk=F/2017/0001", n2="Boekstuk=F/2017/0001", n3="Boekstuk=POS0001 a",
                  n4="Boekstuk=POS0001 b")  # fmt: skip
    found = judge(9, 1, wanted, right, twice)
    assert (found.lost, found.double) == (0, 1)
    assert "F/2017/0001 is there too often" in found.wrong


def library(name: str) -> str:
    return str(LIBRARY / f"{name}.story.yaml")


@pytest.mark.parametrize("name", ["manual", "split_payment"])
def test_a_broken_call_ends_in_the_undisturbed_books(name: str) -> None:
    code, found = sweep(library(name), "--writes", "0.2", "--reads", "0.001")
    assert found["failing"] == []
    assert found["cases"] > 5
    assert code == 0


def test_a_receipt_that_was_served_twice_is_one_double_that_is_named() -> None:
    case = "answer_lost_receipt/AddMutatie-1/served-twice/taking"
    code, found = sweep(library("answer_lost_receipt"), "--case", case)
    assert (code, found["cases"], found["failing"]) == (0, 1, [])


@pytest.mark.parametrize("case", [
    "back_to_the_first_books/AddMutatie-2/served-twice/taking",
    "relinking_other_books/AddMutatie-1/served-twice/taking",
])  # fmt: skip
def test_a_double_in_books_that_the_shop_leaves_is_named_before_it_does(case: str) -> None:
    code, found = sweep(library(case.partition("/")[0]), "--case", case)
    assert (code, found["cases"], found["failing"]) == (0, 1, [])


def test_a_double_that_an_audit_of_the_story_names_is_deleted_by_the_bookkeeper() -> None:
    case = "audit_names_an_edit/AddMutatie-1/served-twice/taking"
    code, found = sweep(library("audit_names_an_edit"), "--case", case)
    assert (code, found["cases"], found["failing"]) == (0, 1, [])


def test_what_was_deleted_counts_among_the_doubles() -> None:
    case = Case("audit_names_an_edit", "AddMutatie-1", "served-twice", "taking")
    right = state(n1="a", n2="b")
    found = Ending({"Demo BV": right}, {}, deleted=2)
    assert list(_judge(case, ending(right), replace(found, deleted=1))) == []
    assert "2 doubles" in next(_judge(case, ending(right), found))


def test_a_case_of_books_that_refuse_has_a_past_with_books_that_refuse() -> None:
    case = "restored_backup/account.bank.statement.line.search_read-4/soap-fault/refusing"
    code, found = sweep(library("restored_backup"), "--case", case)
    assert (code, found["cases"], found["failing"]) == (0, 1, [])


def test_every_fault_but_a_slow_answer_is_swept() -> None:
    assert set(FAULTS.values()) == set(Kind) - {Kind.SLOW}


def test_a_choice_of_all_takes_every_fault_with_both_settings_and_a_kill() -> None:
    cases = list(Choice(1, 1, 0).cases("manual", Point("AddMutatie", 1, None)))
    assert Counter(case.setting for case in cases) == {"taking": 13, "refusing": 13}
    assert len({case.name for case in cases}) == 26


def test_a_case_is_chosen_by_its_name_alone() -> None:
    pair = next(case for case in Choice().cases("manual", Point("AddMutatie", 1, None))
                if case.second)  # fmt: skip
    (alone,) = Choice(name=pair.name).cases("manual", Point("AddMutatie", 1, None))
    assert alone == pair


def test_a_commit_is_only_killed_and_a_kill_after_a_call_is_named_by_it() -> None:
    names = [case.name for case in Choice(1, 1, 1).cases("x", Point(COMMIT, 4, "AddMutatie-2"))]
    assert names == ["x/AddMutatie-2/killed-after/taking", "x/AddMutatie-2/killed-after/refusing"]


def state(**mutations: str) -> BooksState:
    return BooksState({int(key[1:]): row for key, row in mutations.items()}, ["B1"], ["8020"])


def test_a_missing_a_doubled_and_a_renumbered_mutation_are_differences() -> None:
    wanted = state(n1="a", n2="b")
    assert list(differences(wanted, state(n1="b", n2="a"))) == []
    assert list(differences(wanted, state(n1="a"))) == [
        "mutation missing: b",
        "numbers [1] instead of [1, 2]",
    ]
    assert "mutation too many: a" in list(differences(wanted, state(n1="a", n2="b", n3="a")))
    assert list(differences(wanted, state(n1="a", n3="b"))) == ["numbers [1, 3] instead of [1, 2]"]


def test_each_call_that_was_served_twice_may_leave_a_double() -> None:
    wanted = state(n1="a", n3="b")
    doubled = state(n1="a", n2="a", n3="b", n4="b")
    once = Case("till_day", "AddMutatie-3", "served-twice", "taking")
    twice = replace(once, second=Second(10, "served-twice"))
    expected, found = ending(wanted), ending(doubled, doubles=[(1, 2), (3, 4)])
    assert "2 doubles" in next(_judge(once, expected, found))
    assert list(_judge(twice, expected, found)) == []


def test_a_double_is_of_the_books_in_which_it_was_named() -> None:
    case = Case("relinking_other_books", "AddMutatie-1", "served-twice", "taking")
    right, doubled = state(n1="a"), state(n1="a", n2="a")
    expected = Ending({"left": right, "linked": right}, {})
    doubles = {"linked": [(1, 2)]}
    assert list(_judge(case, expected, Ending({"left": right, "linked": doubled}, doubles))) == []
    found = list(_judge(case, expected, Ending({"left": doubled, "linked": right}, doubles)))
    assert "left: mutation too many: a" in found
    assert "linked: [1, 2] is called a double and is none" in found


def ending(books: BooksState, doubles: Sequence[Sequence[int]] = ()) -> Ending:
    return Ending({"Demo BV": books}, {"Demo BV": doubles})


def test_a_double_counts_only_when_it_is_named_by_both_numbers() -> None:
    wanted, doubled = state(n1="a", n2="b"), state(n1="a", n2="a", n3="b")
    assert list(differences_but_doubles(wanted, doubled, [(1, 2)])) == []
    assert list(differences_but_doubles(wanted, doubled, [])) == ["mutation too many: a"]
    assert list(differences_but_doubles(wanted, doubled, [(1, 3)])) != []


@pytest.mark.parametrize(
    ("name", "point", "at_step", "again"),
    [
        ("answer_lost_invoice", "AddMutatie-1", 4, "sync"),
        ("wrong_password", "AddGrootboekrekening-16", 3, "link"),
    ],
)
def test_a_failing_case_is_written_as_a_story_that_can_be_read(
    tmp_path: Path, name: str, point: str, at_step: int, again: str
) -> None:
    from scenarios.sweeping.story import write_failing
    from scenarios.sweeping.sweep import CaseResult, StorySweep

    (story,) = read(LIBRARY / f"{name}.story.yaml")
    case = Case(name, point, "committed-late", "taking")
    result = CaseResult(case, ("mutation missing: it",), 0.1, at_step, 0)
    swept = StorySweep(name, story, (result,), Counter())
    (written,) = read(write_failing(swept, result, tmp_path))
    assert written.steps[0].step.word == "fault"
    assert [placed.step.word for placed in written.steps].count(again) > 4
    assert written.steps[-1].step.word == "expect"
