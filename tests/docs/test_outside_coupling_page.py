"""The program and the story of the page about outside couplings work as they stand there."""

import re
import shlex
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner

from scenarios.cli import koppeling

PAGE = (Path(__file__).parents[2] / "docs" / "outside-coupling.md").read_text("utf-8")


def block(kind: str) -> str:
    (found,) = re.findall(rf"```{kind}\n(.*?)```", PAGE, re.DOTALL)
    return str(found)


def test_the_program_of_the_page_passes_its_story(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("first.py").write_text(block("python"))
    Path("first.story.yaml").write_text(block("yaml"))
    # The Python of the page is the one that runs this test, whatever is first on the path.
    command = block("console").replace("python ", f"{shlex.quote(sys.executable)} ")

    told = CliRunner().invoke(koppeling, shlex.split(command.removeprefix("$ koppeling ")))

    assert told.exit_code == 0, told.output
    assert "1 story, all passed" in told.output


def test_the_page_names_every_variable() -> None:
    from scenarios.driving import outside

    source = Path(outside.__file__).read_text("utf-8")
    variables = set(re.findall(r'"KOPPELING((?:_[A-Z0-9]+)+)"', source))
    named = set(re.findall(r"`(?:KOPPELING)?(_[A-Z0-9_]+)`", PAGE))
    short = {one for one in variables if any(one.endswith(name) for name in named)}
    assert variables == short
    assert len(variables) == 14
