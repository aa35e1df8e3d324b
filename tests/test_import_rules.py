"""The import rules of the house are really kept: an import that crosses them is refused."""

import ast
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
ROOMS = ("sync_core", "fakes", "contracts", "scenarios")


def checked(house: Path) -> subprocess.CompletedProcess[str]:
    lint = Path(sys.executable).with_name("lint-imports")
    return subprocess.run([lint], cwd=house, capture_output=True, text=True, timeout=120)


@pytest.fixture
def house(tmp_path: Path) -> Path:
    """Return a copy of all rooms and their rules."""
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    for room in ROOMS:
        shutil.copytree(ROOT / room, tmp_path / room, ignore=shutil.ignore_patterns("__pycache__"))
    return tmp_path


def test_the_house_as_it_is_keeps_its_rules(house: Path) -> None:
    kept = checked(house)

    assert kept.returncode == 0, kept.stdout


@pytest.mark.parametrize(
    ("room", "crossing"),
    [
        ("sync_core/failures.py", "import fakes.clock"),
        ("fakes/clock.py", "import sync_core.failures"),
        ("fakes/bizzcloud/__init__.py", "import fakes.eboekhouden.chart"),
        ("contracts/redacting/redaction.py", "import sync_core.failures"),
    ],
    ids=["coupling to fake", "fake to coupling", "fake to fake", "contract to coupling"],
)
def test_a_crossed_import_is_refused(house: Path, room: str, crossing: str) -> None:
    module = house / room
    module.write_text(f"{module.read_text('utf-8')}\n{crossing}\n", "utf-8")

    refused = checked(house)

    assert refused.returncode == 1
    assert "BROKEN" in refused.stdout


def test_every_module_that_calls_itself_pure_is_kept_so_by_a_rule() -> None:
    rules = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["tool"]["importlinter"]
    kept = {
        module
        for contract in rules["contracts"]
        if "pure" in contract["name"]
        for module in contract["source_modules"]
    }
    pure = {
        ".".join(path.relative_to(ROOT).with_suffix("").parts)
        for path in sorted((ROOT / "sync_core").rglob("*.py"))
        if "Pure" in (ast.get_docstring(ast.parse(path.read_text("utf-8"))) or "")
    }

    assert len(pure) > 20
    assert pure <= kept
