"""In another project: the built wheel on the path, a test of ten lines, and nothing else."""

import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest
from hatchling.builders.wheel import WheelBuilder

ROOT = Path(__file__).parents[2]

TEN_LINES = """
import zeep

def test_a_session(eboekhouden):
    service = zeep.Client("https://soap.e-boekhouden.nl/soap.asmx?wsdl").service
    opened = service.OpenSession(
        eboekhouden.username, eboekhouden.security_code_1, eboekhouden.security_code_2, "mine"
    )
    assert opened.SessionID
"""

STORY = """\
title: A story of theirs
source: their own
today: 2017-10-19
given:
  bizzcloud:
    partners: [{ref: K0001, name: Bakkerij de Groot}]
steps:
  - link: {book from: 2017-10-19}
  - invoice:
      partner: K0001
      lines: [{text: Taart, account: 8020, price: 82.64, vat: 21}]
  - sync
  - expect:
      mutations: |
        Nr  Bedrag
        1   99,99
"""


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder that holds what the built wheel holds."""
    built = next(WheelBuilder(str(ROOT)).build(directory=str(tmp_path_factory.mktemp("built"))))
    folder = tmp_path_factory.mktemp("installed")
    with zipfile.ZipFile(built) as archive:
        archive.extractall(folder)
    return folder


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """Return another project: tests of its own, and YAML that is none of our business."""
    (tmp_path / "pytest.ini").write_text("[pytest]\naddopts = -ra --strict-markers\n")
    (tmp_path / "settings.yaml").write_text("not: [a story\n")
    (tmp_path / "test_theirs.py").write_text("def test_theirs():\n    assert True\n")
    return tmp_path


def run(wheel: Path, project: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "PYTHONPATH": str(wheel)}
    environment.pop("PYTEST_XDIST_WORKER", None)
    return subprocess.run(
        [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", *arguments],
        cwd=project,
        env=environment,
        capture_output=True,
        text=True,
        timeout=120,
    )


@pytest.mark.parametrize("way", [[], ["-n", "2"], ["--koppeling-sockets"]], ids=str)
def test_stories_and_fixtures_in_another_project(
    wheel: Path, project: Path, way: list[str]
) -> None:
    if "--koppeling-sockets" in way:
        served = TEN_LINES.replace(
            '"https://soap.e-boekhouden.nl/soap.asmx?wsdl"', "eboekhouden.wsdl"
        )
        (project / "test_ours.py").write_text(served)
    else:
        (project / "test_ours.py").write_text(TEN_LINES)
    (project / "theirs.story.yaml").write_text(STORY)

    result = run(wheel, project, *way)

    assert result.returncode == 0, result.stdout + result.stderr
    assert "3 passed" in result.stdout


def test_a_failed_story_is_told_as_the_command_tells_it(wheel: Path, project: Path) -> None:
    (project / "theirs.story.yaml").write_text(STORY.replace("99,99", "99,98"))

    result = run(wheel, project)

    assert result.returncode == 1
    assert "Nr 1, Bedrag: expected 99,98, found 99,99" in result.stdout
    assert "Traceback" not in result.stdout


def test_a_bad_story_is_told_with_its_place(wheel: Path, project: Path) -> None:
    (project / "theirs.story.yaml").write_text(STORY.replace("invoice:", "invoise:"))

    result = run(wheel, project)

    assert "theirs.story.yaml:9:5: no step is called 'invoise'" in result.stdout


def test_a_bad_story_in_a_test_is_told_with_its_place(wheel: Path, project: Path) -> None:
    text = STORY.replace("partner: K0001", "partners: K0001")
    (project / "test_ours.py").write_text(f"def test_it(scenario):\n    scenario({text!r})\n")

    result = run(wheel, project)

    assert "the test's story:10:7: unknown key 'partners'" in result.stdout
    assert "During handling" not in result.stdout
    assert "Traceback" not in result.stdout
    assert "pydantic" not in result.stdout


def test_a_name_of_a_file_is_a_file(wheel: Path, project: Path) -> None:
    (project / "theirs.story.yaml").write_text(STORY)
    (project / "test_ours.py").write_text("""
def test_there(scenario):
    assert scenario("theirs.story.yaml").passed

def test_not_there(scenario):
    scenario("ours.story.yaml")
""")

    result = run(wheel, project, "test_ours.py")

    assert "1 failed, 1 passed" in result.stdout
    assert "ours.story.yaml: there is no such file." in result.stdout


def test_the_fixtures_play_together(wheel: Path, project: Path) -> None:
    (project / "test_ours.py").write_text(f"""
import pytest, requests, zeep

@pytest.mark.fault("time-out", "OpenSession")
def test_fault(eboekhouden):
    with pytest.raises(requests.ReadTimeout):
        zeep.Client(eboekhouden.wsdl).service.OpenSession("a", "b", "c", "mine")

def test_coupling(coupling, bizzcloud, eboekhouden):
    assert coupling.sync().booked == 0
    assert len(eboekhouden.administration.mutations) == 0

def test_scenario(scenario):
    assert scenario({STORY!r}).passed

def test_session_scoped(eboekhouden_session, bizzcloud_session):
    assert eboekhouden_session.wsdl and bizzcloud_session.database == "mycompany"
""")

    result = run(wheel, project)

    assert result.returncode == 0, result.stdout + result.stderr


@pytest.mark.parametrize(
    ("marker", "sentence"),
    [
        ('"nonsense", "OpenSession"', "there is no fault 'nonsense'; there are: refused"),
        ('"time-out", "OpenSession", service="shop"', "there is no service 'shop'"),
        ('"time-out", "OpenSession", often=3', "unexpected keyword argument 'often'"),
        ('"time-out", "AddMutatie"', "a fault did not happen: time-out at call 1 of AddMutatie"),
        (
            '"time-out", "common.version", service="bizzcloud"',
            "it is one of bizzcloud, and this test has no bizzcloud; say service='eboekhouden'",
        ),
    ],
)
def test_a_fault_that_cannot_happen_is_told(
    wheel: Path, project: Path, marker: str, sentence: str
) -> None:
    (project / "test_ours.py").write_text(
        TEN_LINES.replace("def test", f"import pytest\n\n@pytest.mark.fault({marker})\ndef test")
    )

    result = run(wheel, project)

    assert result.returncode == 1
    assert sentence in result.stdout
    assert "koppeling_pytest.py" not in result.stdout
    assert "During handling" not in result.stdout


def test_a_decorated_test_needs_no_fixture(wheel: Path, project: Path) -> None:
    (project / "test_ours.py").write_text(
        "from scenarios.standins import eboekhouden\n\n"
        + TEN_LINES.replace("def test", "@eboekhouden\ndef test")
        .replace("eboekhouden.", "books.")
        .replace("(eboekhouden)", "(books)")
        .replace("soap.e-books.nl", "soap.e-boekhouden.nl")
    )

    result = run(wheel, project)

    assert result.returncode == 0, result.stdout + result.stderr
    assert "2 passed" in result.stdout


def test_stories_are_chosen_by_their_tags(wheel: Path, project: Path) -> None:
    (project / "one.story.yaml").write_text(STORY + "tags: [taart]\n")
    (project / "two.story.yaml").write_text(STORY)

    result = run(wheel, project, "-k", "taart")

    assert "1 passed, 2 deselected" in result.stdout


@pytest.mark.parametrize("way", [[], ["-n", "2"]], ids=str)
@pytest.mark.parametrize("room", ["fakes", "scenarios"])
def test_a_package_of_theirs_with_our_name_is_one_sentence(
    wheel: Path, project: Path, room: str, way: list[str]
) -> None:
    (project / room).mkdir()
    (project / room / "__init__.py").write_text("")
    (project / "test_ours.py").write_text(TEN_LINES)

    result = run(wheel, project, *way)

    assert "1 passed, 1 error" in result.stdout
    assert "koppeling_pytest.py" not in result.stdout
    assert "During handling" not in result.stdout
    assert f"this project has a top-level package '{room}' of its own" in result.stdout
    assert "koppeling serve --json" in result.stdout


def test_nothing_of_koppeling_is_imported_when_unused(wheel: Path, project: Path) -> None:
    (project / "test_theirs.py").write_text(
        "import sys\n\ndef test_theirs():\n"
        "    ours = {'contracts', 'fakes', 'scenarios', 'sync_core'}\n"
        "    slow = {'click', 'flask', 'lxml', 'requests', 'responses', 'spyne', 'zeep'}\n"
        "    assert not (ours | slow) & set(sys.modules)\n"
    )

    result = run(wheel, project)

    assert result.returncode == 0, result.stdout
