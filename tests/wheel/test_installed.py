"""The built wheel, installed into a new environment as its users do, in a project of theirs.

The dependencies come from the package registry, in the versions of the lock file.
"""

import os
import re
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest
from hatchling.builders.wheel import WheelBuilder

from tests.docs.blocks import DOCS, Reader, blocks

pytestmark = pytest.mark.wheel

ROOT = Path(__file__).parents[2]
THEIRS = {
    "pyproject.toml": '[tool.pytest.ini_options]\naddopts = "-ra --strict-markers"\n',
    "shop/__init__.py": "PRICE = 5\n",
    "settings.yaml": "not: [a story\n",
    "deploy/story.yaml": "title: not ours\n",
    "tests/test_theirs.py": "import shop\n\ndef test_theirs():\n    assert shop.PRICE == 5\n",
}


def without_hashes(lock: Path) -> str:
    return "".join(
        re.sub(r"\s*\\$", "", line) + "\n"
        for line in lock.read_text("utf-8").splitlines()
        if not line.startswith("    ")
    )


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return Path(
        next(WheelBuilder(str(ROOT)).build(directory=str(tmp_path_factory.mktemp("wheel"))))
    )


@pytest.fixture(scope="module")
def programs(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the programs of a new environment with only the wheel and pytest installed."""
    folder = tmp_path_factory.mktemp("installed")
    constraints = folder / "constraints.txt"
    constraints.write_text(without_hashes(ROOT / "requirements-dev.lock"))
    subprocess.run([sys.executable, "-m", "venv", str(folder / "venv")], check=True)
    programs = folder / "venv" / "bin"
    install = [str(programs / "python"), "-m", "pip", "install", "--quiet"]
    install += ["--disable-pip-version-check", "--constraint", str(constraints)]
    subprocess.run([*install, str(wheel), "pytest"], check=True, timeout=900)
    return programs


@pytest.fixture
def project(tmp_path: Path) -> Path:
    for name, text in THEIRS.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text, "utf-8")
    return tmp_path


def run(
    programs: Path, project: Path, *words: str, **more: str
) -> subprocess.CompletedProcess[str]:
    outside = {"PYTHONPATH", "PYTEST_ADDOPTS", "PYTEST_XDIST_WORKER", "VIRTUAL_ENV"}
    environment = {name: value for name, value in os.environ.items() if name not in outside}
    return subprocess.run(
        [str(programs / words[0]), *words[1:]],
        cwd=project,
        env=environment | more,
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )


def ten_lines() -> str:
    """Return the test of the tutorial."""
    (found,) = [one.text for one in blocks(DOCS / "tutorial.md") if one.file == "test_mine.py"]
    assert len(found.strip().splitlines()) <= 10
    return found


def contents(project: Path) -> dict[str, str]:
    return {name: (project / name).read_text("utf-8") for name in THEIRS}


def test_the_wheel_has_all_that_is_needed_and_nothing_of_the_tests(wheel: Path) -> None:
    inside = {name for name in zipfile.ZipFile(wheel).namelist() if ".dist-info/" not in name}
    rooms = ("sync_core", "fakes", "contracts", "scenarios")
    wanted = {
        str(path.relative_to(ROOT))
        for room in rooms
        for path in (ROOT / room).rglob("*")
        if path.is_file() and "__pycache__" not in path.parts
    }

    assert inside == wanted | {"koppeling_pytest.py"}
    assert {Path(name).suffix for name in inside} >= {
        ".html",
        ".css",
        ".js",
        ".csv",
        ".yaml",
        ".mako",
    }


def test_the_ten_lines_pass_beside_tests_of_theirs(programs: Path, project: Path) -> None:
    (project / "tests" / "test_mine.py").write_text(ten_lines())

    told = run(programs, project, "python", "-m", "pytest")

    assert told.returncode == 0, told.stdout + told.stderr
    assert "2 passed" in told.stdout
    assert contents(project) == THEIRS


def test_the_tutorial_followed_word_for_word(programs: Path, tmp_path: Path) -> None:
    Reader(DOCS / "tutorial.md", tmp_path, programs).follow()


def test_a_package_of_theirs_called_fakes_is_one_sentence(programs: Path, project: Path) -> None:
    (project / "fakes").mkdir()
    (project / "fakes" / "__init__.py").write_text("MINE = True\n")
    (project / "tests" / "test_mine.py").write_text(ten_lines())
    (project / "tests" / "test_fakes.py").write_text(
        "import fakes\n\ndef test_fakes():\n    assert fakes.MINE\n"
    )

    told = run(programs, project, "python", "-m", "pytest")

    assert "2 passed, 1 error" in told.stdout
    sentences = re.findall(r"^.*this project has a top-level package.*$", told.stdout, re.MULTILINE)
    assert any("'fakes' of its own" in one and "koppeling serve" in one for one in sentences)
    assert "Traceback" not in told.stdout


def test_without_pytest_by_the_context_manager(programs: Path, tmp_path: Path) -> None:
    blocked = tmp_path / "pytest.py"
    blocked.write_text('raise ImportError("there is no pytest here")\n')
    (tmp_path / "script.py").write_text(
        "import requests\n"
        "from scenarios.standins import bizzcloud, eboekhouden\n"
        "with eboekhouden() as books, bizzcloud(sockets=True) as shop:\n"
        "    assert requests.get('https://soap.e-boekhouden.nl/soap.asmx?wsdl').ok\n"
        "    assert requests.get(shop.url).ok\n"
        "print('stood in')\n"
    )

    told = run(programs, tmp_path, "python", "script.py")

    assert told.stdout == "stood in\n", told.stderr


def test_the_commands_and_their_files_are_there(programs: Path, tmp_path: Path) -> None:
    told = run(programs, tmp_path, "koppeling", "run", "--report", "report", "--tag", "manual")
    assert told.returncode == 0, told.stdout + told.stderr
    assert (tmp_path / "report" / "index.html").stat().st_size > 10_000
    assert run(programs, tmp_path, "koppeling", "evidence").returncode == 0
    (tmp_path / "koppeling.toml").write_text(
        'store = "sqlite:///made.sqlite"\n[bizzcloud]\nurl = "http://127.0.0.1:1"\n'
        'database = "d"\nlogin = "l"\n[eboekhouden]\nwsdl = "http://127.0.0.1:1/soap.asmx?wsdl"\n'
    )
    codes: tuple[str, ...] = ("BIZZCLOUD_PASSWORD", "EBOEKHOUDEN_USERNAME")
    codes += ("EBOEKHOUDEN_SECURITY_CODE_1", "EBOEKHOUDEN_SECURITY_CODE_2")
    given = {f"KOPPELING_{name}": "made up" for name in codes}
    status = run(programs, tmp_path, "koppeling", "status", **given)
    assert "Traceback" not in status.stderr
    assert (tmp_path / "made.sqlite").is_file(), status.stdout + status.stderr


def test_on_two_workers(programs: Path, project: Path, wheel: Path) -> None:
    subprocess.run(
        [str(programs / "python"), "-m", "pip", "install", "--quiet", "pytest-xdist"],
        check=True,
        timeout=300,
    )
    (project / "tests" / "test_mine.py").write_text(ten_lines())
    story = next(one.text for one in blocks(DOCS / "tutorial.md") if one.file)
    for number in range(3):
        (project / f"one{number}.story.yaml").write_text(story)

    told = run(programs, project, "python", "-m", "pytest", "-n", "2")

    assert told.returncode == 0, told.stdout + told.stderr
    assert "5 passed" in told.stdout
