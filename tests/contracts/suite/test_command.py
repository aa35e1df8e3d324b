"""`koppeling contract` against a service that a config names: its guards and its reports."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from lxml import etree, html

from contracts.suite.command import contract
from tests.contracts.suite.conftest import Served


def run(*arguments: object) -> Result:
    return CliRunner().invoke(contract, ["eboekhouden", *map(str, arguments)])


def test_without_write_only_what_reads_is_tried(served: Served) -> None:
    result = run("--target", served.config())
    assert result.exit_code == 0, result.output
    assert "0 broken" in result.output
    assert "it writes, and --write was not given" in result.output
    assert served.opened.administration.mutations == []
    assert served.opened.administration.relations == {}


def test_a_file_that_cannot_be_written_is_told_before_anything_is_tried(tmp_path: Path) -> None:
    result = run("--target", "fake", "--junit", tmp_path / f"{'x' * 300}.xml")

    assert result.exit_code == 2
    assert "cannot be written: File name too long" in result.stderr
    assert "promises" not in result.stdout
    assert list(tmp_path.iterdir()) == []


def test_with_write_in_a_named_sandbox_what_writes_is_tried_too(served: Served) -> None:
    result = run("--target", served.config(), "--write", "--broken")
    assert result.exit_code == 0, result.output
    assert "0 broken" in result.output
    assert len(served.opened.administration.mutations) > 20


def test_what_reads_is_tried_apart_from_what_writes_on_any_target(tmp_path: Path) -> None:
    place = tmp_path / "run.json"
    result = run("--target", "fake", "--read-only", "--json", place)
    assert result.exit_code == 0, result.output
    told = json.loads(place.read_text(encoding="utf-8"))["promises"]
    kept = {one["promise"]: one["writes"] for one in told if one["verdict"] == "kept"}
    assert len(kept) > 20
    assert set(kept.values()) == {False}
    assert all(one["verdict"] == "not tried" for one in told if one["writes"])
    assert run("--read-only", "--write").exit_code == 2


@pytest.mark.parametrize(
    ("limit", "sentence"),
    [
        ({"writes": "3"}, "The run has made the 3 writes that the config allows (writes)"),
        ({"monthly_calls": "2"}, "the config allows 2 a month (monthly_calls)"),
    ],
    ids=["writes", "quota"],
)
def test_what_a_limit_stops_is_not_tried_rather_than_broken(
    served: Served, limit: dict[str, str], sentence: str
) -> None:
    result = run("--target", served.config(**limit), "--write")
    assert result.exit_code == 0, result.output
    assert sentence in " ".join(result.output.split())
    assert len(served.opened.administration.mutations) <= 3 or "monthly_calls" in limit


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        (
            {"name": "Andere BV"},
            "The service says that this administration is called 'Proef BV'; the config's "
            "sandboxes are 'Andere BV'. Nothing is written to any other.",
        ),
        (
            {"guid": "00000000-0000-0000-0000-000000000000"},
            "The administration 'Proef BV' is not the one that the config names",
        ),
        ({"security_code_2": '"wrong"'}, "sandbox opened no session: CLOGIN001"),
    ],
    ids=["another name", "another GUID", "wrong codes"],
)
def test_nothing_is_written_to_what_is_no_sandbox(
    served: Served, wrong: dict[str, str], sentence: str
) -> None:
    result = run("--target", served.config(**wrong), "--write")
    assert result.exit_code == 2
    assert sentence in result.output
    assert served.opened.administration.mutations == []
    assert served.opened.administration.relations == {}


def test_one_run_is_told_as_json_junit_and_a_page(served: Served, tmp_path: Path) -> None:
    places = [tmp_path / name for name in ("run.json", "run.xml", "run.html")]
    as_json, junit, page = places
    result = run(
        *("--target", served.config()),
        *("--json", as_json, "--junit", junit, "--html", page),
    )
    assert result.exit_code == 0, result.output
    told = json.loads(as_json.read_text(encoding="utf-8"))
    assert sum(told["counts"].values()) == len(told["promises"])
    properties = etree.parse(junit).findall(".//testcase/properties/property[@name='promise']")
    tried = {found.get("value") for found in properties}
    promised = {
        one["promise"] for one in told["promises"] if "pages are for people" not in one["why"]
    }
    assert tried == promised - {"eb-codes-chosen", "eb-transfer", "eb-untyped"}
    rows = html.parse(page).findall(".//tbody/tr")
    assert len(rows) == len(told["promises"])
    whole = "".join(place.read_text(encoding="utf-8") for place in places) + result.output
    codes = served.opened.credentials
    assert codes.security_code_1 not in whole
    assert codes.security_code_2 not in whole


def test_a_target_that_is_none_is_said_to_be_none(tmp_path: Path) -> None:
    missing = run("--target", tmp_path / "none.toml")
    assert missing.exit_code == 2
    assert "cannot be read" in missing.output
    empty = tmp_path / "empty.toml"
    empty.write_text('name = "x"\n', encoding="utf-8")
    assert "The config 'x' has no [eboekhouden]" in run("--target", empty).output
    odd = tmp_path / "odd.jsonl"
    odd.write_text("{}\n", encoding="utf-8")
    assert run("--target", f"recording:{odd}").exit_code == 2


def test_an_address_where_nothing_answers_is_named(served: Served) -> None:
    place = served.config(soap='"http://127.0.0.1:1/soap.asmx"')
    result = run("--target", place, "--write")
    assert result.exit_code == 2
    assert "http://127.0.0.1:1/soap.asmx does not answer as it should" in result.output
