"""A recording goes to VCR.py's cassettes and to HAR and comes back the same."""

import json
import os
import subprocess
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
import requests
from click.testing import CliRunner
from ruamel.yaml import YAML

from contracts.commands.recording import convert_command
from contracts.recording.formats import from_cassette, from_har, to_cassette, to_har
from contracts.recording.recordings import (
    Exchange,
    Recording,
    RecordingError,
    Request,
    Response,
    read,
    write,
)
from contracts.recording.sessions import Recorder
from fakes.eboekhouden.fake import EboekhoudenFake
from fakes.serve import serve

MOMENT = datetime(2026, 3, 2, 9, tzinfo=UTC)
XML = (("Content-Type", "text/xml"),)
RUN = Recording(
    (
        Exchange(
            1,
            Request("POST", "http://x/soap.asmx?a=b", XML, "<a>é</a>".encode()),
            Response(200, "OK", (*XML, ("Set-Cookie", "a=1"), ("Set-Cookie", "b=2")), b"<b/>"),
            MOMENT,
            0.25,
        ),
        Exchange(
            2,
            Request("GET", "http://x/y", (), b""),
            Response(404, "Not Found", (("Content-Encoding", "gzip"),), b"\xff\x00"),
            MOMENT,
            0.5,
        ),
    )
)


def test_a_cassette_holds_all_but_the_times() -> None:
    timeless = Recording(tuple(replace(one, at=None, seconds=0.0) for one in RUN))

    assert from_cassette(to_cassette(RUN)) == timeless


def test_a_cassette_has_the_form_of_vcr_py() -> None:
    told = YAML(typ="safe").load(to_cassette(RUN))

    assert told["version"] == 1
    first = told["interactions"][0]
    assert first["request"]["uri"] == "http://x/soap.asmx?a=b"
    assert first["response"]["status"] == {"code": 200, "message": "OK"}
    assert first["response"]["headers"]["Set-Cookie"] == ["a=1", "b=2"]
    assert told["interactions"][1]["response"]["body"]["string"].startswith(b"\x1f\x8b")


def test_a_cassette_written_by_vcr_py_is_read() -> None:
    text = (
        "interactions:\n- request:\n    body: null\n    headers:\n      Accept: ['*/*']\n"
        "    method: GET\n    uri: http://x/\n  response:\n    body: {string: 'Nederland'}\n"
        "    headers:\n      Content-Type: [text/html]\n    status: {code: 200, message: OK}\n"
        "version: 1\n"
    )
    (exchange,) = from_cassette(text)

    assert exchange.request == Request("GET", "http://x/", (("Accept", "*/*"),), b"")
    assert exchange.response is not None
    assert exchange.response.body == b"Nederland"


def test_a_har_file_holds_everything_breaks_included() -> None:
    broken = Exchange(3, Request("GET", "http://x/", (), b""), None, MOMENT, 1.0, "reset")
    run = Recording((*RUN.exchanges, broken))

    assert from_har(to_har(run)) == run
    assert json.loads(to_har(run))["log"]["entries"][0]["request"]["queryString"] == [
        {"name": "a", "value": "b"}
    ]


@pytest.mark.parametrize("text", ["{}", "[]", '{"log": {"entries": [{}]}}', "{"])
def test_what_is_no_har_file_is_refused(text: str) -> None:
    with pytest.raises(RecordingError, match="this is no HAR file"):
        from_har(text)


def test_the_command_converts_by_the_ends_of_the_names(tmp_path: Path) -> None:
    write(tmp_path / "run.jsonl", RUN)
    for way in ("run.har", "run.yaml"):
        there = CliRunner().invoke(
            convert_command, [str(tmp_path / "run.jsonl"), str(tmp_path / way)]
        )
        back = CliRunner().invoke(
            convert_command, [str(tmp_path / way), str(tmp_path / "back.jsonl")]
        )
        assert (there.exit_code, back.exit_code) == (0, 0), there.output + back.output
        assert [one.response for one in read(tmp_path / "back.jsonl")] == [
            one.response for one in RUN
        ]
    wrong = CliRunner().invoke(
        convert_command, [str(tmp_path / "run.jsonl"), str(tmp_path / "run.txt")]
    )
    assert wrong.exit_code == 2
    assert "ends in .jsonl, .har, .yaml or .yml" in wrong.output


def by_vcr_py(cassette: Path, url: str, mode: str) -> dict[str, Any]:
    """Run a client in an environment of its own that goes through VCR.py."""
    folder = Path(__file__).parents[1] / "clients" / "recordings_vcrpy"
    done = subprocess.run(
        [str(folder / ".venv" / "bin" / "python"), "client.py"],
        cwd=folder,
        env={
            **os.environ,
            "TARGET": json.dumps({"cassette": str(cassette), "url": url, "mode": mode}),
        },
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    told: dict[str, Any] = json.loads(done.stdout)
    return told


@pytest.mark.clients
def test_vcr_py_plays_what_we_write_and_we_read_what_it_writes(tmp_path: Path) -> None:
    theirs, ours, back = (tmp_path / f"{name}.yaml" for name in ("theirs", "ours", "back"))
    recorder = Recorder()
    with serve(EboekhoudenFake().wsgi) as served, recorder.watch(requests.Session()) as http:
        url = f"{served.url}/soap.asmx"
        live = by_vcr_py(theirs, url, "all")
        http.get(f"{url}?wsdl")
        http.post(url, "<x>é</x>".encode(), headers={"Content-Type": "text/xml"})
    ours.write_text(to_cassette(recorder.recording), encoding="utf-8")
    back.write_text(
        to_cassette(from_cassette(theirs.read_text(encoding="utf-8"))), encoding="utf-8"
    )
    for cassette in (ours, back):
        assert by_vcr_py(cassette, url, "none") == {"seen": live["seen"], "played": 2}
