"""`koppeling run`: what it tells of stories that pass, that fail, and that meet trouble."""

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from scenarios.cli import koppeling
from scenarios.language.reading import LIBRARY

MANUAL = LIBRARY / "manual.story.yaml"
HEAD = """\
title: A story
source: a test
today: 2017-10-19
given:
  bizzcloud:
    partners: [{ref: K0001, name: Bakkerij de Groot}]
steps:
"""
INVOICE = """\
  - invoice:
      partner: K0001
      lines: [{text: Taart, account: 8020, price: 82.64, vat: 21}]
"""


def run(*arguments: str | Path) -> Result:
    return CliRunner().invoke(koppeling, ["run", *map(str, arguments)])


def written(folder: Path, steps: str) -> Path:
    file = folder / "a.story.yaml"
    file.write_text(HEAD + steps, "utf-8")
    return file


@pytest.mark.parametrize("way", [[], ["--sockets"]], ids=["in process", "over sockets"])
def test_the_manuals_story_ends_with_its_picture(way: list[str]) -> None:
    result = run(MANUAL, *way)

    assert result.exit_code == 0
    assert (
        """
  Nr   Datum       Soort       Bedrag     Rekening  Tegenrekening  Factuur
  245  19-10-2017  Fact verst  99,99      1300      8020           F/2017/0001
  242  10-10-2017  Fact verst  1.216,95   1300      4650,8015      20175
  241  10-10-2017  Fact verst  1.216,95   1300      4650,8015      20173
  240  10-10-2017  Fact verst  12.100,00  1300      8015           20172
  239  10-10-2017  Fact verst  1.060,00   1300      8015           20171
  238  10-10-2017  Fact verst  3.486,95   1300      4650,8015      20170
  237  14-06-2016  Fact ontv   66,55      1700      4750           1234777
  236  01-06-2016  Fact ontv   66,55      1700      4750           1234555
"""
        in result.stdout
    )
    assert "1 story, all passed" in result.stdout


@pytest.mark.parametrize(
    ("cell", "changed", "told"),
    [
        ("F/2017/0001", "F/2017/0002", "Nr 245, Factuur: expected F/2017/0002, found F/2017/0001"),
        ("12.100,00", "12.100,01", "Nr 240, Bedrag: expected 12.100,01, found 12.100,00"),
        ("14-06-2016", "15-06-2016", "Nr 237, Datum: expected 15-06-2016, found 14-06-2016"),
    ],
)
def test_a_changed_cell_fails_and_is_named(
    tmp_path: Path, cell: str, changed: str, told: str
) -> None:
    file = tmp_path / "manual.story.yaml"
    before, table, after = MANUAL.read_text("utf-8").partition("Nr   Datum")
    file.write_text(before + table + after.replace(cell, changed), "utf-8")

    result = run(file)

    assert result.exit_code == 1
    assert told in result.stdout
    assert f"[{changed}]" in result.stdout
    assert f"[{cell}]" in result.stdout
    line = before.splitlines().index("  - expect:") + 1
    assert f"step 7 (expect), {file}:{line}" in result.stdout


def test_a_failure_is_told_as_json(tmp_path: Path) -> None:
    file = written(
        tmp_path,
        "  - link: {book from: 2017-10-19}\n"
        + INVOICE
        + "  - sync\n"
        + "  - expect:\n      mutations: |\n        Nr  Bedrag\n        1   99,98\n",
    )

    result = run(file, "--json")

    told = json.loads(result.stdout)
    assert (told["passed"], told["failed"]) == (0, 1)
    failure = told["stories"][0]["failure"]
    assert failure["step"] == 4
    assert failure["cells"] == ["Nr 1, Bedrag: expected 99,98, found 99,99"]
    assert told["stories"][0]["mutations"]["Demo BV"][0]["Factuur"] == "F/2017/0001"


@pytest.mark.parametrize(
    ("step", "told"),
    [
        ("  - link: {security code 1: 00000000000000000000000000000000}\n", "e-Boekhouden"),
        ("  - link: {password: wrong}\n", "password"),
        (
            "  - fault: {service: bizzcloud, operation: common.authenticate, happens: refused}\n"
            "  - link: {book from: 2017-10-19}\n",
            "Bizzcloud",
        ),
    ],
    ids=["wrong codes", "wrong password", "Bizzcloud down"],
)
def test_trouble_with_a_service_is_one_sentence(tmp_path: Path, step: str, told: str) -> None:
    file = written(tmp_path, step)

    result = run(file)

    assert result.exit_code == 1
    assert told in result.stdout
    assert "Traceback" not in result.output
    assert "Traceback" in run(file, "--debug").output


def test_a_refusal_that_does_not_come_fails_the_story(tmp_path: Path) -> None:
    result = run(written(tmp_path, "  - link: {book from: 2017-10-19, refused: code}\n"))

    assert result.exit_code == 1
    assert "expected a refusal with 'code'; nothing was refused" in result.stdout


def test_a_fault_that_never_happens_fails_the_story(tmp_path: Path) -> None:
    fault = "{service: eboekhouden, operation: GetSaldi, happens: answer lost}"

    result = run(written(tmp_path, f"  - fault: {fault}\n  - link: {{book from: 2017-10-19}}\n"))

    assert result.exit_code == 1
    assert "step 1 (fault)" in result.stdout
    assert "GetSaldi was never called" in result.stdout


def test_stories_are_chosen_by_tag() -> None:
    result = run(LIBRARY, "--tag", "manual")

    assert result.exit_code == 0
    assert "1 story, all passed" in result.stdout


def test_a_first_story_passes_as_it_is_written(tmp_path: Path) -> None:
    file = tmp_path / "my-first.story.yaml"

    made = CliRunner().invoke(koppeling, ["new", str(tmp_path / "my-first")])

    assert made.exit_code == 0
    assert "title: My first\n" in file.read_text("utf-8")
    assert run(file).exit_code == 0
    again = CliRunner().invoke(koppeling, ["new", str(file)])
    assert again.exit_code == 2
    assert "is there already" in again.stderr


def test_what_a_first_story_is_run_by_can_be_copied(tmp_path: Path) -> None:
    folder = tmp_path / "my stories"

    made = CliRunner().invoke(koppeling, ["new", str(folder / "one")])

    assert f"koppeling run '{folder}/one.story.yaml'" in made.stdout
    inside = CliRunner().invoke(koppeling, ["new", str(folder / "one.story.yaml" / "two")])
    assert inside.exit_code == 2
    assert inside.stderr.endswith("two.story.yaml cannot be written: Not a directory\n")


def test_a_payment_that_the_till_does_not_know_is_a_sentence(tmp_path: Path) -> None:
    told = run(
        written(
            tmp_path,
            "  - receipt:\n"
            "      lines: [{text: Taart, account: 8020, price: 100.00, vat: 21}]\n"
            "      paid: {bank: 121.00}\n",
        )
    )

    assert told.exit_code == 1
    assert "nobody pays by 'bank' at this till; there are cash, card, PIN, Kas" in told.output


def test_a_story_of_the_library_is_played_by_its_name() -> None:
    result = run("till_day")

    assert result.exit_code == 0
    assert "1 story, all passed" in result.stdout


def test_a_name_that_is_no_story_is_told_with_the_nearest() -> None:
    result = run("till_dya")

    assert result.exit_code == 2
    assert result.stderr == (
        "till_dya: there is no such file, and no story of the library has this name. "
        "Did you mean 'till_day'?\n"
    )


@pytest.mark.parametrize(
    ("tag", "told"),
    [("manaul", "did you mean 'manual'?"), ("xyz", "there are: VAT,")],
    ids=["a slip", "no tag"],
)
def test_a_tag_of_no_story_is_no_run_that_passed(tag: str, told: str) -> None:
    result = run(LIBRARY, "--tag", "manual", "--tag", tag)

    assert result.exit_code == 2
    assert f"no story has the tag {tag!r}; {told}" in result.stderr
    assert result.stdout == ""


def test_a_report_that_cannot_be_written_is_told_before_anything_is_played(tmp_path: Path) -> None:
    file = written(tmp_path, "  - link\n")

    result = run(file, "--report", file / "report")

    assert result.exit_code == 2
    assert "report cannot be made: Not a directory" in result.stderr
    assert result.stdout == ""


@pytest.mark.timeout(120)
def test_ctrl_c_ends_a_long_run_with_what_was_played_until_then(tmp_path: Path) -> None:
    """In the foreground of a terminal Ctrl-C reaches the workers too: their group gets it here."""
    report = tmp_path / "report"
    command = [sys.executable, "-m", "scenarios.cli", "run", "--report", str(report)]
    begun = subprocess.Popen(
        command,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
        env={**os.environ, "PYTHONUNBUFFERED": "1"},
    )
    with begun:
        assert begun.stdout is not None
        assert begun.stdout.readline().startswith("passed")
        os.killpg(begun.pid, signal.SIGINT)
        told, trouble = begun.communicate()

    assert begun.returncode == 130
    assert trouble == ""
    last = told.splitlines()[-1]
    assert "all passed" in last
    assert last.endswith(" not played")
    assert json.loads((report / "results.json").read_text("utf-8"))["not_played"] > 0


@pytest.mark.parametrize(
    ("steps", "told"),
    [
        (
            "  - receipt:\n"
            "      lines: [{text: Taart, account: 8020, price: 100.00, vat: 21}]\n"
            "      paid: {cash: 100.00}\n",
            "step 1 (receipt), {file}:8: the receipt comes to 121.00 and 100.00 is paid; "
            "the till waits for the difference",
        ),
        (
            "  - invoice:\n"
            "      as: the cake\n"
            "      partner: K0001\n"
            "      lines: [{text: Taart, account: 8020, price: 82.64, vat: 21}]\n"
            "  - pay: {invoice: the pie, amount: 10.00, by: cash}\n",
            "step 2 (pay), {file}:12: Bizzcloud has no invoice or receipt 'the pie'; "
            "the story names the cake",
        ),
        (
            "  - invoice:\n"
            "      partner: K0001\n"
            "      lines: [{text: Taart, account: 8020, price: 82.64, vat: 9}]\n",
            "step 1 (invoice), {file}:8: Bizzcloud has no sales tax '9'; there are 21, 6, 0, none, "
            "and the names of its taxes",
        ),
        (
            "  - link: {book from: 2017-10-19}\n"
            "  - expect:\n"
            "      open items: |\n"
            "        Factuur  Openstaand\n"
            "        1        2,00\n",
            "the open items are not as expected:",
        ),
    ],
    ids=["paid too little", "another name", "no such tax", "several things"],
)
def test_a_slip_in_a_story_is_told_with_what_there_is(
    tmp_path: Path, steps: str, told: str
) -> None:
    file = written(tmp_path, steps)

    result = run(file)

    assert result.exit_code == 1
    assert told.format(file=file) in result.stdout
