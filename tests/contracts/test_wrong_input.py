"""Whatever a person gets wrong ends a command with a sentence, code 2, and no traceback."""

import ssl
from datetime import UTC, datetime
from pathlib import Path

import pytest
import trustme
from click import Command
from click.testing import CliRunner

from contracts.commands.drift import drift_command
from contracts.commands.recording import (
    convert_command,
    record_command,
    redact_command,
    replay_server_command,
)
from contracts.evidence.adopt_command import adopt_command
from contracts.suite.command import contract
from fakes.eboekhouden.fake import EboekhoudenFake
from scenarios.commands.replay import replay_command
from tests.contracts.test_recording_and_replay import served_over_tls

BOOKS = (
    'name = "x"\n[eboekhouden]\nsoap = "{}/soap.asmx"\nusername = "u"\n'
    'security_code_1 = "a"\nsecurity_code_2 = "b"\nday = 2026-06-15\n'
)
FILES = {
    "good.toml": BOOKS.format("http://127.0.0.1:1").encode(),
    "torn.toml": b'name = "x\n',
    "bytes.toml": b"\xff\xfe",
    "bytes.jsonl": b"\xff\xfe\x00",
    "empty.jsonl": b"",
    "newer.jsonl": b'{"format": "koppeling recording", "version": 99}\n',
    "torn.har": b"{",
    "torn.yaml": b"a: [",
}


@pytest.mark.parametrize(
    ("command", "arguments", "sentence"),
    [
        (contract, "eboekhouden --target none.toml", "none.toml cannot be read"),
        (contract, "eboekhouden --target torn.toml", "torn.toml is no TOML"),
        (contract, "eboekhouden --target bytes.toml", "bytes.toml is no TOML"),
        (contract, "eboekhouden --target good.toml", "Connection refused"),
        (contract, "bizzcloud --target good.toml", "has no [bizzcloud]"),
        (contract, "eboekhouden --target recording:bytes.jsonl", "bytes.jsonl, line 1 is no JSON"),
        (contract, "eboekhouden --json none/x.json", "the folder none does not exist"),
        (redact_command, "bytes.jsonl --check", "bytes.jsonl, line 1 is no JSON"),
        (redact_command, "empty.jsonl", "empty.jsonl is empty"),
        (drift_command, "newer.jsonl newer.jsonl", "this is version 99 of the format"),
        (convert_command, "torn.har x.jsonl", "torn.har: this is no HAR file"),
        (convert_command, "torn.yaml x.jsonl", "torn.yaml: this is no cassette of VCR.py"),
        (record_command, "good.toml --out none/x.jsonl -- true", "the folder none does not exist"),
        (record_command, "good.toml --out x.jsonl -- nosuchprogram", "cannot be run"),
        (replay_server_command, "bytes.jsonl", "bytes.jsonl, line 1 is no JSON"),
        (replay_command, "credit_note --target good.toml --write", "Connection refused"),
        (replay_command, "none.story.yaml --target good.toml", "there is no such file"),
        (replay_command, "bytes.jsonl --target good.toml", "bytes.jsonl, line 1 is no JSON"),
        (adopt_command, "eboekhouden bytes.jsonl --source x", "bytes.jsonl, line 1 is no JSON"),
    ],
)
def test_it_is_said_in_a_sentence(
    command: Command,
    arguments: str,
    sentence: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.chdir(tmp_path)
    for name, content in FILES.items():
        (tmp_path / name).write_bytes(content)
    done = CliRunner().invoke(command, arguments.split())
    assert isinstance(done.exception, SystemExit), done.exception
    assert (done.exit_code, sentence in done.output) == (2, True), done.output


def test_an_expired_certificate_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    authority = trustme.CA()
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    long_ago = datetime(2020, 1, 1, tzinfo=UTC)
    authority.issue_cert("localhost", not_after=long_ago).configure_cert(context)
    authority.cert_pem.write_to_path(str(tmp_path / "authority.pem"))
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(tmp_path / "authority.pem"))
    with served_over_tls(EboekhoudenFake(), context) as address:
        (tmp_path / "tls.toml").write_text(BOOKS.format(address), encoding="utf-8")
        done = CliRunner().invoke(contract, ["eboekhouden", "--target", str(tmp_path / "tls.toml")])
    assert done.exit_code == 2
    assert "its certificate is not accepted" in done.output
    assert "expired" in done.output
