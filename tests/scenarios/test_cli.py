"""The command `koppeling` itself: its list of commands, and what it says of one there is not."""

import os
import subprocess
import sys
from pathlib import Path
from typing import IO, NoReturn

import click
import pytest
from click.testing import CliRunner

from scenarios.cli import COMMANDS, koppeling

NAMES = koppeling.list_commands(click.Context(koppeling))
HEAVY = ("spyne", "zeep", "sqlalchemy", "hypothesis", "flask", "lxml")


@pytest.mark.parametrize("name", NAMES)
def test_each_command_of_the_list_is_there_under_its_name(name: str) -> None:
    shown = CliRunner().invoke(koppeling, [name, "--help"])

    assert shown.exit_code == 0
    assert shown.stdout.startswith(f"Usage: koppeling {name} ")


def test_the_list_has_every_command_and_loads_none() -> None:
    listed = subprocess.run(
        [
            sys.executable,
            "-c",
            "import sys; from scenarios.cli import koppeling\n"
            "koppeling.main(['--help'], standalone_mode=False)\n"
            f"print('loaded', [name for name in {HEAVY} if name in sys.modules])",
        ],
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
    ).stdout

    for heading, commands in COMMANDS.items():
        assert f"\n{heading}:\n" in listed
        for name, place in commands.items():
            assert any(
                line.split() == [name, *place.does.split()] for line in listed.splitlines()
            ), name
    assert listed.endswith("loaded []\n")


def test_a_command_that_is_none_is_told_with_the_nearest() -> None:
    told = CliRunner().invoke(koppeling, ["replya"])

    assert told.exit_code == 2
    assert "no command is called 'replya'. Did you mean 'replay'?" in told.stderr


@pytest.mark.parametrize("arguments", [["evidence", "--all"], ["--help"]], ids=lambda one: one[0])
def test_a_full_disk_is_a_sentence_and_an_exit_code_of_its_own(arguments: list[str]) -> None:
    with Path("/dev/full").open("w") as full:
        told = koppeling_of(arguments, stdout=full)

    assert told.returncode == os.EX_IOERR
    assert told.stderr == (
        "koppeling could not write all it had to tell: No space left on device. Make room where "
        "its output and its files go, then give the command again.\n"
    )


@pytest.mark.parametrize(("name", "code", "said"), [
    ("serve", 0, ""), ("watch", 0, ""), ("run", 130, "interrupted"),
])  # fmt: skip
def test_what_a_signal_ends_says_nothing_of_it_while_it_is_loaded(
    name: str, code: int, said: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def interrupted(_module: str) -> NoReturn:
        raise KeyboardInterrupt

    monkeypatch.setattr("scenarios.cli.importlib.import_module", interrupted)
    told = CliRunner().invoke(koppeling, [name])

    assert (told.exit_code, told.output.strip()) == (code, said)


def koppeling_of(arguments: list[str], stdout: IO[str]) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "scenarios.cli", *arguments]
    return subprocess.run(
        command, stdout=stdout, stderr=subprocess.PIPE, text=True, check=False, timeout=60
    )


@pytest.mark.parametrize(("no_color", "coloured"), [("", True), ("1", False)])
def test_no_color_means_no_color(no_color: str, coloured: bool) -> None:
    told = CliRunner(env={"NO_COLOR": no_color}).invoke(koppeling, ["run", "manual"], color=True)

    assert told.exit_code == 0
    assert ("\x1b[32m" in told.stdout) == coloured
