"""What a run leaves in a folder: a page, JUnit XML, JSON, a HAR file, a summary."""

import base64
import json
import re
import shlex
import sys
import zlib
from itertools import product
from pathlib import Path
from typing import Any
from urllib.parse import quote, quote_plus

import pytest
from click.testing import CliRunner
from haralyzer import HarParser
from lxml import etree

from contracts.recording.formats import from_har
from scenarios.cli import koppeling
from scenarios.language.reading import LIBRARY, read_all
from scenarios.playing.redaction import personal_values
from scenarios.playing.stage import Stage
from tests.docs.blocks import DOCS, blocks

FAULTY = LIBRARY / "answer_lost_invoice.story.yaml"
PERSONAL = """\
title: A customer of whom everything is known
source: made for the test of the reports
today: 2017-10-19
given:
  bizzcloud:
    partners: [{ref: K0001, name: Bakkerij Zonnebloem}]
  eboekhouden:
    administration:
      relations: [{code: L001, name: Drukkerij Distelvink, city: Appelscha}]
steps:
  - partner:
      ref: K0002
      name: Wilhelmina van Oldenbarnevelt
      street: Prinsengracht 1234
      postcode: 1017 KD
      city: Spijkenisse
      email: wilhelmina@oldenbarnevelt.nl
      phone: 06-87654321
      vat number: NL123456782B90
  - link: {book from: 2017-10-19}
  - invoice:
      partner: K0002
      lines: [{text: Taart, account: 8020, price: 82.64, vat: 21}]
  - sync
  - expect:
      relations: |
        Code   Bedrijf              Plaats
        K0002  Wilhelmina de Groot  Spijkenisse
"""


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the reports of a run of three stories, of which two fail."""
    folder = tmp_path_factory.mktemp("report")
    wrong, personal = folder / "wrong.story.yaml", folder / "personal.story.yaml"
    text = (LIBRARY / "manual.story.yaml").read_text("utf-8")
    wrong.write_text(text.replace("12.100,00", "12.100,01"), "utf-8")
    personal.write_text(PERSONAL, "utf-8")
    files = [str(FAULTY), str(wrong), str(personal)]
    told = CliRunner().invoke(koppeling, ["run", *files, "--report", str(folder / "out")])
    assert told.exit_code == 1, told.output
    return folder / "out"


def page_of(folder: Path) -> str:
    return (folder / "index.html").read_text("utf-8")


def unpacked(page: str) -> dict[str, Any]:
    (packed,) = re.findall(r'id="packed">([^<]*)<', page)
    told: dict[str, Any] = json.loads(zlib.decompress(base64.b64decode(packed)))
    return told


def test_the_page_tells_steps_differences_and_lists(folder: Path) -> None:
    page = page_of(folder)

    assert "The answer to booking an invoice is lost" in page
    assert "An invoice for K0001: 1 Taart at 82,64 on 8020, VAT 21." in page
    assert '<td class="differs">12.100,01</td>' in page
    assert '<td class="differs">12.100,00</td>' in page
    assert "1 passed, 2 failed" in page


def test_the_page_asks_nothing_of_the_network(folder: Path) -> None:
    page = page_of(folder)

    assert re.findall(r'(?:src|href)\s*=\s*"(?!data:)', page) == []
    assert re.findall(r"@import|url\(|fetch\(|XMLHttpRequest", page) == []


def test_the_timeline_tells_the_fault_and_what_it_led_to(folder: Path) -> None:
    calls = unpacked(page_of(folder))["calls"][0]

    assert {call["party"] for call in calls} == {"people", "coupling", "judge"}
    assert [call["number"] for call in calls] == list(range(1, len(calls) + 1))
    (lost,) = [call for call in calls if call["fault"]]
    assert (lost["service"], lost["operation"]) == ("e-Boekhouden", "AddMutatie")
    assert (lost["fault"], lost["outcome"]) == ("answer lost", "connection reset")
    assert lost["documents"] == ["F/2017/0001"]
    (next_look,) = [call for call in calls if call["number"] == lost["number"] + 1]
    assert next_look["operation"] == "GetMutaties"
    assert "The coupling got: connection reset. Next it asked e-Boekhouden" in lost["led"]
    assert "AddMutatie was called once; at the end it is in the books once, as 245." in lost["led"]


def test_each_call_has_its_bytes_both_ways(folder: Path) -> None:
    told = unpacked(page_of(folder))
    (lost,) = [call for call in told["calls"][0] if call["fault"]]
    head, body, answer, nothing = (told["texts"][place] for place in lost["texts"])

    assert head.startswith("POST http://soap.e-boekhouden.test/soap.asmx HTTP/1.1\n")
    assert "<ns0:Factuurnummer>F/2017/0001</ns0:Factuurnummer>" in body
    assert (answer, nothing) == ("(connection reset)", "")


def everything_in(folder: Path) -> str:
    """Return the text of all files, and all that is packed in the page."""
    files = [file.read_text("utf-8") for file in folder.iterdir() if file.is_file()]
    assert len(files) == 5
    packed = json.dumps(unpacked(page_of(folder)), ensure_ascii=False)
    return "\n".join((*files, packed)).lower()


def disguises(value: str) -> set[str]:
    """Return a value as it is and as it could be written: encoded, escaped, in parts of base64."""
    made = {value, quote(value), quote_plus(value), value.replace("&", "&amp;")}
    made |= {json.dumps(value)[1:-1], value.replace("-", "").replace(" ", "")}
    for before in ("", "a", "ab"):
        # Three places in a group of base64; the ends, which mix with neighbours, are cut off.
        encoded = base64.b64encode((before + value).encode()).decode().rstrip("=")
        made.add(encoded[4 if before else 0 : -1])
    return {one.lower() for one in made if len(one) >= 4}


def test_no_credential_and_nothing_personal_is_left_anywhere(folder: Path) -> None:
    everything = everything_in(folder)
    stories = read_all([FAULTY, folder.parent / "wrong.story.yaml", folder.parent])
    secrets: set[str] = set()
    for story in stories:
        with Stage(story) as stage:
            secrets |= {value for values in stage.secrets().values() for value in values}
        secrets |= {value for _, value in personal_values(story)}

    assert {"Wilhelmina van Oldenbarnevelt", "06-87654321", "Drukkerij Distelvink"} <= secrets
    left = [
        value for value in secrets - {"admin"} if any(d in everything for d in disguises(value))
    ]
    assert left == []
    for before, after in product('>"', '<"'):
        assert f"{before}admin{after}" not in everything
    assert set(re.findall(r"<(?:\w+:)?sessionid>([^<]*)<", everything)) != set()
    for session in re.findall(r"<(?:\w+:)?sessionid>([^<]*)<", everything):
        assert session.startswith("00000000-0000-4000-8000-")


def test_a_difference_of_something_personal_is_still_seen(folder: Path) -> None:
    page = page_of(folder)

    assert page.count('<td class="differs">12.100') == 2
    shown = re.findall(r'<td class="differs">(Naam \d{4})</td>', page)
    assert len(set(shown)) == len(shown) >= 2
    assert "Wilhelmina" not in page
    told = re.search(r"Customer K0002 is (Naam \d{4}): Straat \d{4}, \d{4} AA, Plaats \d{4}", page)
    assert told is not None
    assert told[1] in shown


def test_the_calls_of_an_outside_coupling_are_there_too(tmp_path: Path) -> None:
    page = blocks(DOCS / "outside-coupling.md")
    program, story = (
        next(one for one in page if one.language == kind) for kind in ("python", "yaml")
    )
    (tmp_path / "first.py").write_text(program.text, "utf-8")
    file = tmp_path / "first.story.yaml"
    file.write_text(story.text.replace("99,99", "99,98"), "utf-8")
    command = shlex.join([sys.executable, str(tmp_path / "first.py")])
    words = ["run", str(file), "--coupling", command, "--report", str(tmp_path / "out")]
    told = CliRunner().invoke(koppeling, words)

    assert told.exit_code == 1, told.output
    (calls,) = unpacked(page_of(tmp_path / "out"))["calls"]
    its_own = [call["operation"] for call in calls if call["party"] == "coupling"]
    assert {"account.invoice.search_read", "OpenSession", "AddMutatie"} <= set(its_own)
    assert '<td class="differs">99,98</td>' in page_of(tmp_path / "out")


def test_junit_counts_and_tells(folder: Path) -> None:
    suite = etree.parse(str(folder / "junit.xml")).getroot()

    assert (suite.get("tests"), suite.get("failures"), suite.get("errors")) == ("3", "2", "0")
    failure, _ = suite.iter("failure")
    assert "Nr 240, Bedrag: expected 12.100,01, found 12.100,00" in (failure.text or "")


def test_the_har_file_is_one_and_has_an_entry_for_each_call(folder: Path) -> None:
    text = (folder / "calls.har").read_text("utf-8")
    parsed = HarParser(json.loads(text))
    calls = [call for story in unpacked(page_of(folder))["calls"] for call in story]

    assert [page.title for page in parsed.pages][1] == "The first invoice after linking"
    assert sum(len(page.entries) for page in parsed.pages) == len(calls) > 100
    for page in parsed.pages:
        assert [entry.startTime for entry in page.entries] == sorted(
            entry.startTime for entry in page.entries
        )
    exchanges = list(from_har(text))
    assert [exchange.response is None for exchange in exchanges] == [
        not call["outcome"].isdecimal() for call in calls
    ]
    assert any(b"<ns0:Boekstuk>F/2017/0001" in exchange.request.body for exchange in exchanges)


def test_the_summary_is_short(folder: Path) -> None:
    told = (folder / "summary.md").read_text("utf-8")

    assert told.startswith("**Stories:** 3 stories, 1 passed, 2 failed")
    assert "- Nr 240, Bedrag: expected 12.100,01, found 12.100,00" in told
    assert len(told.splitlines()) < 20
