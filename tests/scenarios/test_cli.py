"""The command `koppeling` itself: its list of commands, and what it says of one there is not."""

import subprocess
import sys

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
