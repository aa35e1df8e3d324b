"""Each file of `tests/bad_stories` says on its first line what is told of it."""

import re
from pathlib import Path

import pytest
from click.testing import CliRunner

from scenarios.cli import koppeling

FILES = sorted((Path(__file__).parents[1] / "bad_stories").glob("*.story.yaml"))


def told(file: Path) -> tuple[str, list[str]]:
    """Return the line and column that a bad story expects, and the parts of its message."""
    match = re.fullmatch(r"# expects (\d+:\d+): (.*)", file.read_text("utf-8").splitlines()[0])
    assert match, f"{file.name} does not say what it expects on its first line"
    return match[1], match[2].split(" ... ")


def test_there_are_many_ways_to_go_wrong() -> None:
    assert len(FILES) >= 15


@pytest.mark.parametrize("command", ["run", "lint"])
@pytest.mark.parametrize("file", FILES, ids=lambda file: file.name.partition(".")[0])
def test_a_bad_story_is_refused_with_its_place(command: str, file: Path) -> None:
    place, parts = told(file)

    result = CliRunner().invoke(koppeling, [command, str(file)])

    assert result.exit_code == 2
    first = result.stderr.splitlines()[0]
    assert first.startswith(f"{file}:{place}: ")
    assert [part for part in parts if part not in first] == []


def test_the_caret_stands_under_the_fault(tmp_path: Path) -> None:
    file = tmp_path / "caret.story.yaml"
    file.write_text("title: A story\nsource: here\ntoday: 2017-10-19\nsteps:\n  - sinc\n")

    result = CliRunner().invoke(koppeling, ["run", str(file)])

    shown, caret = result.stderr.splitlines()[1:3]
    assert shown[caret.index("^") :] == "sinc"


def test_a_missing_file_is_named() -> None:
    result = CliRunner().invoke(koppeling, ["run", "nowhere.story.yaml"])

    assert result.exit_code == 2
    assert result.stderr.startswith("nowhere.story.yaml: there is no such file.")


def test_a_folder_without_stories_is_named(tmp_path: Path) -> None:
    result = CliRunner().invoke(koppeling, ["run", str(tmp_path)])

    assert result.exit_code == 2
    assert "no file in this folder is named *.story.yaml" in result.stderr
