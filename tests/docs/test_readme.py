"""The README says what is so: its commands run and print what it shows."""

import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
README = (ROOT / "README.md").read_text()
CONSOLE = re.compile(r"```console\n(.*?)```", re.DOTALL)
KOPPELING = [sys.executable, "-c", "from scenarios.cli import main; main()"]
BEHIND_MAKE = {"make run": "run scenarios/library/manual.story.yaml"}
"""What a target of the Makefile runs once the environment is there; a test holds it to that."""

STAYS = frozenset({"serve"})
"""Commands that go on until a signal; tests of their own start and end them."""


def commands() -> list[tuple[str, str]]:
    """Return each command of the README with what is printed under it."""
    found = []
    for block in CONSOLE.findall(README):
        for part in re.split(r"^\$ ", block, flags=re.MULTILINE)[1:]:
            command, _, output = part.partition("\n")
            found.append((command, output))
    return found


def without_durations(text: str) -> str:
    return re.sub(r"in [0-9.]+ s", "in … s", text)


def test_the_first_screen_is_the_two_commands() -> None:
    assert [command for command, _ in commands()][:2] == ["make run", "make test"]


def test_the_makefile_runs_what_the_readme_says_it_runs() -> None:
    makefile = (ROOT / "Makefile").read_text()
    for target, command in BEHIND_MAKE.items():
        recipe = re.search(rf"^{target.split()[1]}:.*\n\t@(.*)$", makefile, re.MULTILINE)
        assert recipe is not None
        assert recipe.group(1) == f"$(BIN)/koppeling {command}"


@pytest.mark.parametrize(("command", "output"), commands(), ids=lambda each: each[:40])
def test_each_command_runs_and_prints_what_is_shown(command: str, output: str) -> None:
    if command == "make test":
        assert re.search(r"^test:.*\n\t@.*pytest -q", (ROOT / "Makefile").read_text(), re.MULTILINE)
        assert output.strip() == "… passed in …", "how pytest -q ends, whatever the figures"
        return
    words = shlex.split(BEHIND_MAKE.get(command, command.removeprefix(".venv/bin/koppeling ")))
    if words[0] in STAYS:
        words.append("--help")
    done = subprocess.run(
        [*KOPPELING, *words], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
    if output.strip():
        assert without_durations(done.stdout.strip()) == without_durations(output.strip())


def test_each_file_that_the_readme_names_is_there() -> None:
    linked = re.findall(r"\]\(([^)#]+)(?:#[^)]*)?\)", README)
    assert linked
    for name in linked:
        assert (ROOT / name).exists(), name


def test_the_python_of_the_readme_runs(tmp_path: Path) -> None:
    (block,) = re.findall(r"```python\n(.*?)```", README, re.DOTALL)
    (tmp_path / "test_readme.py").write_text(block, "utf-8")
    command = [sys.executable, "-m", "pytest", "-q", "test_readme.py"]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)

    assert "1 passed" in done.stdout, done.stdout + done.stderr
