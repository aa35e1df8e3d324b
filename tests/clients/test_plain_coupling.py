"""A deliberately plain coupling in Node, judged by the books: what it does right, and what not."""

import json
import os
from pathlib import Path

import pytest
from click.testing import CliRunner

from scenarios.cli import koppeling
from scenarios.language.reading import LIBRARY

FOLDER = Path(__file__).parent / "plain_coupling"
COMMAND = f"node {FOLDER / 'coupling.js'}"

PASSES = (
    "manual",
    "book_from",
    "cancelled_before_booking",
    "changed_reference",
    "closed_period",
    "crash_between",
    "credit_note",
    "credit_of_one_line",
    "draft_stays_out",
    "negative_line",
    "relinking_same_books",
    "return_by_card",
    "same_push_twice",
    "two_vat_rates",
    "unlinking",
    "wrong_codes",
)
"""What is right in the books although the coupling is plain."""

FAILS = {
    "answer_lost_invoice": "it sends again what got no answer",
    "committed_late": "it sends again what got no answer",
    "crash_with_an_answer_lost": "it sends again what got no answer",
    "after_midnight": "it dates receipts by UTC",
    "cancelled_after_booking": "it corrects nothing",
    "edited_after_booking": "it corrects nothing",
    "export": "it takes the VAT code from the percentage",
    "reverse_charge": "it takes the VAT code from the percentage",
    "small_lines": "it rounds tax by line where the invoice rounds it by rate",
    "out_of_order": "it polls, and hears no pushes",
    "split_payment": "it books a receipt on the first journal alone",
    "till_day": "it books the turnover of an invoiced receipt twice",
    "linking_copies": "it copies only what a document needs",
}
"""What is wrong in the books, and why."""


def library(name: str) -> Path:
    return LIBRARY / f"{name}.story.yaml"


@pytest.fixture(autouse=True)
def _out_of_the_way(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


@pytest.mark.clients
def test_its_code_is_short() -> None:
    assert len((FOLDER / "coupling.js").read_text().splitlines()) < 200


@pytest.mark.clients
def test_the_stories_that_it_passes_and_fails() -> None:
    files = [str(library(name)) for name in (*PASSES, *FAILS)]

    told = CliRunner().invoke(koppeling, ["run", *files, "--coupling", COMMAND, "--json"])

    stories = json.loads(told.stdout)["stories"]
    passed = {Path(one["file"]).name.partition(".")[0]: one["passed"] for one in stories}
    assert passed == {**dict.fromkeys(PASSES, True), **dict.fromkeys(FAILS, False)}


@pytest.mark.clients
def test_the_page_shows_why_the_first_one_fails() -> None:
    first = library(next(iter(FAILS)))

    told = CliRunner().invoke(
        koppeling, ["run", str(first), "--coupling", COMMAND, "--report", "report"]
    )

    assert told.exit_code == 1
    assert "found, not expected: 246" in told.stdout
    page = Path("report/index.html").read_text()
    assert "found, not expected: 246" in page
    (story,) = json.loads(Path("report/results.json").read_text())["stories"]
    assert story["failure"]["subject"] == "mutations"
    har = json.loads(Path("report/calls.har").read_text())
    booked = [
        entry
        for entry in har["log"]["entries"]
        if "AddMutatie" in json.dumps(entry) and "coupling" in json.dumps(entry)
    ]
    assert len(booked) >= 2, "both bookings are in the timeline"


@pytest.mark.clients
def test_it_was_not_left_running() -> None:
    for process in Path("/proc").glob("[0-9]*/cmdline"):
        try:
            assert os.fsencode(FOLDER) not in process.read_bytes()
        except (FileNotFoundError, ProcessLookupError):
            continue
