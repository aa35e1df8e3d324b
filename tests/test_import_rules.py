"""The import rules of the house are really kept: an import that crosses them is refused."""

import shutil
import subprocess
import sys
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
