"""Recordings are written and read back as they were, and say what is wrong with a bad file."""

import gzip
import json
from datetime import UTC, datetime
from importlib.resources import files
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contracts.recording import calls, recordings
from contracts.recording.calls import leaves, operation_of, service_of
from contracts.recording.recordings import (
    Exchange,
    Recording,
    RecordingError,
    Request,
    Response,
    lines,
    packed,
    read,
    unpacked,
    write,
)
from contracts.recording.sessions import Recorder
from fakes.eboekhouden.fake import EboekhoudenFake
from fakes.faults import Kind
from fakes.inprocess import session

MOMENT = datetime(2026, 3, 2, 9, 0, 0, 250000, tzinfo=UTC)
BASE = "http://books.example"

headers = st.lists(st.tuples(st.text(min_size=1), st.text()), max_size=3).map(tuple)
requests_made = st.builds(Request, st.just("POST"), st.text(), headers, st.binary())
answers = st.builds(Response, st.integers(100, 599), st.text(), headers, st.binary())


@given(st.lists(st.tuples(requests_made, st.none() | answers), max_size=4))
def test_what_is_written_is_read_back_the_same(
    tmp_path_factory: pytest.TempPathFactory, made: list[tuple[Request, Response | None]]
) -> None:
    recording = Recording(
        tuple(
            Exchange(number, request, answer, MOMENT, 0.5, "" if answer else "reset")
            for number, (request, answer) in enumerate(made, 1)
        ),
        made=MOMENT,
        redacted=True,
    )
    path = tmp_path_factory.mktemp("recordings") / "run.jsonl"
    write(path, recording)

    assert read(path) == recording
    assert len(path.read_text(encoding="utf-8").split("\n")) == len(recording) + 2


def test_the_exchanges_of_bizzcloud_are_a_recording() -> None:
    recording = read(Path(str(files("contracts.bizzcloud").joinpath("recorded.jsonl"))))

    assert len(recording) == 108
    named = {exchange.label: operation_of(exchange.request) for exchange in recording}
    assert named["version"] == "common.version"
    assert named["authenticate good"] == "common.authenticate"
    assert named["open it"] == "account.invoice.invoice_open"
    assert named["jsonrpc object.execute"] == "res.partner.search_count"
    assert named["web session authenticate"] == "POST /web/session/authenticate"
    assert {service_of(exchange.request) for exchange in recording} == {"bizzcloud"}
    version = recording.exchanges[0].response
    assert version is not None
    assert [(leaf.path, leaf.kind, leaf.text) for leaf in leaves(version)][:3] == [
        ("params/0/server_serie", "string", "9.0"),
        ("params/0/server_version_info/*", "int", "9"),
        ("params/0/server_version_info/*", "int", "0"),
    ]


def test_sessions_of_this_process_are_recorded_breaks_included() -> None:
    fake = EboekhoudenFake()
    fake.faults.add(Kind.ANSWER_LOST, call=1)
    recorder = Recorder(lambda: MOMENT)
    body = (
        b'<e:Envelope xmlns:e="http://schemas.xmlsoap.org/soap/envelope/"><e:Body>'
        b'<CloseSession xmlns="http://www.e-boekhouden.nl/soap"/></e:Body></e:Envelope>'
    )
    sent = {
        "Content-Type": "text/xml",
        "SOAPAction": '"http://www.e-boekhouden.nl/soap/CloseSession"',
    }
    with recorder.watch(session({BASE: fake.wsgi})) as http:
        with pytest.raises(OSError, match="reset"):
            http.post(f"{BASE}/soap.asmx", data=body, headers=sent)
        http.post(f"{BASE}/soap.asmx", data=body, headers=sent)
        http.get(f"{BASE}/soap.asmx?WSDL")

    lost, closed, wsdl = recorder.recording
    assert lost.response is None
    assert lost.broken == "ConnectionError"
    assert operation_of(closed.request) == "CloseSession"
    assert closed.response is not None
    assert [leaf.path for leaf in leaves(closed.response)] == ["CloseSessionResponse"]
    assert operation_of(wsdl.request) == "GET /soap.asmx?wsdl"


def test_a_packed_body_is_kept_unpacked_and_packed_again() -> None:
    for encoding in ("gzip", "deflate"):
        said = [("content-encoding", encoding)]
        assert packed(said, b"<a/>") != b"<a/>"
        assert unpacked(said, packed(said, b"<a/>")) == b"<a/>"
    assert unpacked([("Content-Encoding", "gzip")], gzip.compress(b"<a/>")[:9]) != b"<a/>"


@pytest.mark.parametrize(
    "packed_twice", [b"", gzip.compress(b"<b/>")], ids=["once", "in two parts"]
)
def test_a_body_that_would_be_too_large_is_kept_as_it_came(
    packed_twice: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    said = [("Content-Encoding", "gzip")]
    body = gzip.compress(b"<a/>" * 1000) + packed_twice
    whole = gzip.decompress(body)
    for largest, kept in ((len(whole), whole), (len(whole) - 1, body)):
        monkeypatch.setattr(recordings, "LARGEST_UNPACKED", largest)
        assert unpacked(said, body) == kept


def test_a_body_of_very_many_packed_parts_is_kept_as_it_came() -> None:
    body = gzip.compress(b"") * 200_000
    assert unpacked([("Content-Encoding", "gzip")], body) is body


def test_a_prefix_that_is_declared_nowhere_is_part_of_the_name() -> None:
    body = (
        b'<Envelope><n:Body/><Body><n:Add n:at="1"><c xmlns="elsewhere"/></n:Add></Body></Envelope>'
    )
    request = Request("POST", "http://x/soap.asmx", (), body)
    assert operation_of(request) == "n:Add"
    assert [leaf.path for leaf in leaves(request)] == ["n:Add/@n:at", "n:Add/c"]


UNREADABLE = {
    "a reference to an entity": (
        b'<!DOCTYPE a [<!ENTITY x "y">]><Envelope>&x;<Body>&x;</Body></Envelope>'
    ),
    "deep JSON": b'{"params": ' + b"[" * 100_000,
    "deep JSON that ends": b'{"params": ' + b"[" * 900 + b"]" * 900 + b"}",
    "an encoding that is none": b'<?xml version="1.0" encoding="none"?><Envelope/>',
}


@pytest.mark.parametrize("body", UNREADABLE.values(), ids=UNREADABLE)
@pytest.mark.parametrize("kind", ["text/xml", "application/json"])
def test_a_request_that_cannot_be_read_is_named_by_its_address(body: bytes, kind: str) -> None:
    request = Request("POST", "http://x/soap.asmx", (("Content-Type", kind),), body)
    assert operation_of(request) == "POST /soap.asmx"
    assert leaves(request)


def test_long_messages_are_not_remembered() -> None:
    request = Request(
        "POST", "http://x/soap.asmx", (), b"<a>" + b"x" * calls.LONGEST_KEPT + b"</a>"
    )
    before = calls._remembered_operation.cache_info(), calls._remembered_leaves.cache_info()
    assert operation_of(request) == "POST /soap.asmx"
    assert len(leaves(request)) == 1
    after = calls._remembered_operation.cache_info(), calls._remembered_leaves.cache_info()
    assert after == before


def test_each_exchange_is_one_line_that_reads_from_left_to_right() -> None:
    request = Request("POST", "http://x/soap.asmx", (("A", "b"),), "é".encode())
    told = list(lines(Recording((Exchange(1, request, None, MOMENT, 0.5, "reset"),))))

    assert json.loads(told[0]) == {
        "format": "koppeling recording",
        "version": 1,
        "redacted": False,
    }
    assert told[1] == (
        '{"number": 1, "at": "2026-03-02T09:00:00.250000+00:00", "seconds": 0.5, "request": '
        '{"method": "POST", "url": "http://x/soap.asmx", "headers": [["A", "b"]], "text": "é"}, '
        '"broken": "reset"}'
    )


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", "is empty"),
        ("{\n", "line 1 is no JSON"),
        ("[]\n", "line 1: expected an object"),
        ("{}\n", 'line 1: expected {"format": "koppeling recording"'),
        ('{"format": "koppeling recording", "version": 9}\n', "this is version 9"),
        (
            '{"format": "koppeling recording", "version": 1}\n{"number": 1}\n',
            "line 2 is no exchange: KeyError: 'request'",
        ),
    ],
)
def test_a_file_that_is_no_recording_is_refused_with_its_line(
    tmp_path: Path, text: str, says: str
) -> None:
    path = tmp_path / "bad.jsonl"
    path.write_text(text, encoding="utf-8")

    with pytest.raises(RecordingError, match=says):
        read(path)
