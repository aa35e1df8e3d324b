"""What a recording proves becomes an edit of the evidence, and a stand-in proves nothing."""

from importlib.resources import files
from pathlib import Path

import pytest
from click.testing import CliRunner
from ruamel.yaml import YAML

from contracts.cli import evidence
from contracts.evidence.adopting import adopted, hosts_of_stand_ins
from contracts.evidence.catalogue import Entry, Grade
from contracts.recording.recordings import Exchange, Recording, Request, write
from contracts.suite.results import Result, Verdict

TEXT = """# How it is known.
- id: one
  says: It is so.
  grade: assumed
  source: nothing seen; our choice
  shown by: "a.py::test_one"
- id: two
  says: "It is so: too."
  grade: client
  source: clients
  shown by: "a.py::test_two"
"""
RECORDED = Path(str(files("contracts.bizzcloud").joinpath("recorded.jsonl")))


def entries_of(text: str) -> list[Entry]:
    return [Entry.model_validate(raw) for raw in YAML(typ="safe").load(text)]


def result(promise: str, verdict: Verdict, why: str = "") -> Result:
    return Result(promise, "It is so.", Grade.ASSUMED, verdict, why)


def edited(*results: Result) -> str:
    return adopted(TEXT, entries_of(TEXT), results, "sandbox: 23-11-2026")


def test_a_promise_that_was_kept_is_known_as_recorded_and_nothing_else_changes() -> None:
    text = edited(result("one", Verdict.KEPT), result("two", Verdict.NOT_TRIED))

    assert text == TEXT.replace("grade: assumed", "grade: recorded").replace(
        "source: nothing seen; our choice", 'source: "sandbox: 23-11-2026"'
    )


def test_a_promise_that_was_broken_gets_an_entry_beside_it_that_says_what_was_seen() -> None:
    text = edited(result("two", Verdict.BROKEN, 'the code\nis "CREL010"'))

    assert text.startswith(TEXT)
    *_, seen = entries_of(text)
    assert seen.id == "two-seen"
    assert seen.says == 'Seen otherwise than two says: the code is "CREL010"'
    assert (seen.grade, seen.source) == (Grade.RECORDED, "sandbox: 23-11-2026")
    assert seen.shown_by == "a.py::test_two"


def test_adopting_twice_is_adopting_once() -> None:
    results = [result("one", Verdict.KEPT), result("two", Verdict.BROKEN, "x")]
    once = edited(*results)

    assert adopted(once, entries_of(once), results, "sandbox: 23-11-2026") == once


@pytest.mark.parametrize(
    ("host", "stands_in"),
    [
        ("127.0.0.1:8080", True),
        ("localhost", True),
        ("soap.e-boekhouden.test", True),
        ("soap.e-boekhouden.nl", False),
    ],
)
def test_what_was_recorded_at_a_stand_in_is_told_apart(host: str, stands_in: bool) -> None:
    exchange = Exchange(1, Request("GET", f"http://{host}/soap.asmx", (), b""), None)

    assert bool(hosts_of_stand_ins(Recording((exchange,)))) is stands_in


def test_the_command_refuses_a_recording_of_a_stand_in(tmp_path: Path) -> None:
    exchange = Exchange(1, Request("GET", "http://127.0.0.1:9/soap.asmx", (), b""), None)
    write(tmp_path / "run.jsonl", Recording((exchange,)))

    done = CliRunner().invoke(
        evidence, ["adopt", "eboekhouden", str(tmp_path / "run.jsonl"), "--source", "x"]
    )

    assert done.exit_code == 1
    assert "was recorded at 127.0.0.1, which is a stand-in" in done.output
