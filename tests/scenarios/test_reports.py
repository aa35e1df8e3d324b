"""What a run leaves in a folder: a page, JUnit XML, JSON, a HAR file, a summary."""

import base64
import json
import re
import zlib
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from lxml import etree

from fakes.eboekhouden.fake import EboekhoudenFake
from scenarios.cli import koppeling
from scenarios.language.reading import LIBRARY

FAULTY = LIBRARY / "answer_lost_invoice.story.yaml"


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the reports of a run of two stories, of which one fails."""
    folder = tmp_path_factory.mktemp("report")
    wrong = folder / "wrong.story.yaml"
    text = (LIBRARY / "manual.story.yaml").read_text("utf-8")
    wrong.write_text(text.replace("12.100,00", "12.100,01"), "utf-8")
    told = CliRunner().invoke(
        koppeling, ["run", str(FAULTY), str(wrong), "--report", str(folder / "out")]
    )
    assert told.exit_code == 1
    return folder / "out"


def packed_calls(page: str) -> list[list[Any]]:
    packed = re.findall(r'data-packed="([^"]*)"', page)
    return [call for one in packed for call in json.loads(zlib.decompress(base64.b64decode(one)))]


def test_the_page_tells_steps_differences_and_lists(folder: Path) -> None:
    page = (folder / "index.html").read_text("utf-8")

    assert "The answer to booking an invoice is lost" in page
    assert "An invoice for K0001: 1 Taart at 82,64 on 8020, VAT 21." in page
    assert '<td class="differs">12.100,01</td>' in page
    assert '<td class="differs">12.100,00</td>' in page
    assert "1 passed, 1 failed" in page


def test_the_page_asks_nothing_of_the_network(folder: Path) -> None:
    page = (folder / "index.html").read_text("utf-8")

    assert re.findall(r'(?:src|href)="(?!data:)', page) == []
    assert "@import" not in page


def test_the_timeline_names_the_fault_and_all_three_parties(folder: Path) -> None:
    calls = packed_calls((folder / "index.html").read_text("utf-8"))

    assert {call[1] for call in calls} == {"people", "coupling", "judge"}
    (lost,) = [call for call in calls if call[7]]
    assert lost[2:4] == ["e-Boekhouden", "AddMutatie"]
    assert lost[6:8] == ["ConnectionError", "answer lost"]


def test_no_secret_is_left_anywhere(folder: Path) -> None:
    codes = EboekhoudenFake().open_administration("Demo BV").credentials
    calls = packed_calls((folder / "index.html").read_text("utf-8"))
    everything = json.dumps(calls) + "".join(
        file.read_text("utf-8") for file in folder.iterdir() if file.is_file()
    )

    for secret in (codes.username, codes.security_code_1, codes.security_code_2):
        assert secret not in everything
    assert ">admin<" not in everything
    assert set(re.findall(r"<(?:\w+:)?SessionID>([^<]*)<", everything)) == {"[redacted]"}


def test_junit_counts_and_tells(folder: Path) -> None:
    suite = etree.parse(str(folder / "junit.xml")).getroot()

    assert (suite.get("tests"), suite.get("failures"), suite.get("errors")) == ("2", "1", "0")
    (failure,) = suite.iter("failure")
    assert "Nr 240, Bedrag: expected 12.100,01, found 12.100,00" in (failure.text or "")


def test_the_har_file_has_an_entry_for_each_call(folder: Path) -> None:
    log = json.loads((folder / "calls.har").read_text("utf-8"))["log"]

    assert len(log["pages"]) == 2
    calls = packed_calls((folder / "index.html").read_text("utf-8"))
    assert len(log["entries"]) == len(calls) > 50


def test_the_summary_is_short(folder: Path) -> None:
    told = (folder / "summary.md").read_text("utf-8")

    assert told.startswith("**Stories:** 2 stories, 1 passed, 1 failed")
    assert "- Nr 240, Bedrag: expected 12.100,01, found 12.100,00" in told
    assert len(told.splitlines()) < 15
