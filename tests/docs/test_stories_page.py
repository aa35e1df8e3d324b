"""Every block of the page about stories is run; the reference is what the models say."""

import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner

from scenarios.cli import koppeling
from scenarios.language.reading import read_source
from scenarios.language.reference import reference
from scenarios.language.steps import STEPS
from scenarios.loader import load_text
from scenarios.report_text import story_lines
from scenarios.runner import run

DOCS = Path(__file__).parents[2] / "docs"
PAGE = (DOCS / "stories.md").read_text("utf-8")


def blocks(kind: str) -> list[str]:
    return re.findall(rf"```{kind}\n(.*?)```", PAGE, re.DOTALL)


@pytest.mark.parametrize("text", blocks("yaml"), ids=lambda text: text.splitlines()[0])
def test_a_story_of_the_page_passes(text: str) -> None:
    for story in read_source(load_text(text, "the page"), DOCS):
        result = run(story)

        assert result.passed, "\n".join(story_lines(result))


def test_the_commands_of_the_page_work_one_after_the_other(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    for line in "".join(blocks("console")).splitlines():
        words = shlex.split(line.removeprefix("$ koppeling "))
        told = CliRunner().invoke(koppeling, words)

        assert told.exit_code == 0, f"{line}\n{told.output}"


def test_the_python_of_the_page_works(tmp_path: Path) -> None:
    with_fixtures, without = blocks("python")
    (tmp_path / "test_page.py").write_text(with_fixtures)
    (tmp_path / "script.py").write_text(without)

    for words in (["-m", "pytest", "-q", "test_page.py"], ["script.py"]):
        told = subprocess.run(
            [sys.executable, *words], cwd=tmp_path, capture_output=True, text=True, timeout=120
        )

        assert told.returncode == 0, told.stdout + told.stderr


def test_the_reference_is_what_the_models_say() -> None:
    written = (DOCS / "story-language.md").read_text("utf-8")

    assert written == reference(), "write it anew: koppeling schema --reference"
    assert [word for word in STEPS if f"### {word}\n" not in written] == []
