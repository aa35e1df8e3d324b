"""A program is recorded through the proxy, redacted, and replayed from the recording alone."""

import json
import os
import signal
import ssl
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
import requests
import trustme
from werkzeug.serving import make_server

from contracts.answering.player import MismatchError, Mode, Player, mode_named
from contracts.answering.server import ReplayApplication, replayed
from contracts.recording.calls import operation_of
from contracts.recording.proxy_addresses import readdressed
from contracts.recording.proxy_server import RecordingProxy
from contracts.recording.recordings import Exchange, Recording, Request, Response, read, write
from contracts.recording.sessions import Recorder
from contracts.redacting.recordings import RecordingRedactor
from fakes.eboekhouden.fake import EboekhoudenFake, OpenedAdministration
from fakes.inprocess import session
from fakes.serve import Served, serve

KOPPELING = (sys.executable, "-m", "scenarios.cli")
CLIENT = Path(__file__).parent / "zeep_client.py"
CLIENTS = Path(__file__).parents[1] / "clients"
SAW = "relation Bakkerij de Groot & Zn. info@degroot.nl"


@pytest.fixture
def books() -> OpenedAdministration:
    return EboekhoudenFake().open_administration("Demo BV")


@pytest.fixture
def sandbox() -> Iterator[tuple[Served, OpenedAdministration]]:
    fake = EboekhoudenFake()
    opened = fake.open_administration("Demo BV")
    with serve(fake.wsgi) as served:
        yield served, opened


def config(folder: Path, url: str, opened: OpenedAdministration) -> Path:
    codes = opened.credentials
    path = folder / "sandbox.toml"
    path.write_text(
        f'name = "sandbox"\n[eboekhouden]\nsoap = "{url}/soap.asmx"\n'
        f'username = "{codes.username}"\nsecurity_code_1 = "{codes.security_code_1}"\n'
        f'security_code_2 = "{codes.security_code_2}"\n',
        encoding="utf-8",
    )
    return path


def codes_of(opened: OpenedAdministration) -> dict[str, str]:
    codes = opened.credentials
    return {
        "BOOKS_USER": codes.username,
        "BOOKS_CODE_1": codes.security_code_1,
        "BOOKS_CODE_2": codes.security_code_2,
    }


def record(
    folder: Path, url: str, opened: OpenedAdministration, *command: str
) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [
            *(*KOPPELING, "record", str(config(folder, url, opened))),
            *("--out", str(folder / "run.jsonl"), "--", *command),
        ],
        env={**os.environ, **codes_of(opened)},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


@contextmanager
def served_over_tls(fake: EboekhoudenFake, context: ssl.SSLContext) -> Iterator[str]:
    server = make_server("localhost", 0, fake.wsgi, threaded=True, ssl_context=context)
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    try:
        yield f"https://localhost:{server.port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


@contextmanager
def replay_server(recording: Path) -> Iterator[tuple[str, subprocess.Popen[str]]]:
    with subprocess.Popen(
        [*KOPPELING, "replay-server", str(recording)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as server:
        assert server.stdout is not None
        try:
            yield server.stdout.readline().strip(), server
        finally:
            server.send_signal(signal.SIGTERM)
            server.wait(timeout=30)


def test_a_program_is_recorded_redacted_and_replayed_to_itself(
    tmp_path: Path, sandbox: tuple[Served, OpenedAdministration]
) -> None:
    served, opened = sandbox
    done = record(tmp_path, served.url, opened, sys.executable, str(CLIENT))
    assert done.returncode == 0, done.stderr
    assert SAW in done.stdout

    recording = read(tmp_path / "run.jsonl")
    assert [operation_of(exchange.request) for exchange in recording] == [
        "GET /soap.asmx?wsdl",
        "OpenSession",
        "AddRelatie",
        "GetRelaties",
        "CloseSession",
    ]
    assert all(exchange.request.url.startswith(served.url) for exchange in recording)
    text = (tmp_path / "run.jsonl").read_text(encoding="utf-8")
    for secret in [*codes_of(opened).values(), "Bakkerij de Groot", "info@degroot.nl"]:
        assert secret not in text

    with replay_server(tmp_path / "run.jsonl") as (url, server):
        again = subprocess.run(
            [sys.executable, str(CLIENT), f"{url}/soap.asmx"],
            env={**os.environ, **codes_of(opened)},
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )
    assert again.returncode == 0, again.stderr
    assert SAW in again.stdout
    assert server.returncode == 0


def test_a_port_that_is_taken_is_a_sentence(
    tmp_path: Path, sandbox: tuple[Served, OpenedAdministration]
) -> None:
    taken = sandbox[0].url.rpartition(":")[2]
    recording = tmp_path / "run.jsonl"
    recording.write_text('{"format": "koppeling recording", "version": 1}\n')

    done = subprocess.run(
        [*KOPPELING, "replay-server", str(recording), "--port", taken],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )

    assert done.returncode == 1
    assert done.stderr == (
        f"Error: port {taken} of 127.0.0.1 cannot be listened on: Address already in use. "
        "Take another by --port; 0 takes any free one.\n"
    )


def test_a_run_in_which_nothing_passed_fails(
    tmp_path: Path, sandbox: tuple[Served, OpenedAdministration]
) -> None:
    done = record(tmp_path, sandbox[0].url, sandbox[1], sys.executable, "-c", "pass")

    assert done.returncode == 1
    assert "Nothing passed the proxy" in done.stderr
    assert not (tmp_path / "run.jsonl").exists()

    failed = record(
        tmp_path, sandbox[0].url, sandbox[1], sys.executable, "-c", "raise SystemExit(3)"
    )

    assert failed.returncode == 1
    assert "ended with exit code 3, and nothing passed the proxy until then" in failed.stderr


def test_a_program_that_fails_is_recorded_and_its_code_handed_on(
    tmp_path: Path, sandbox: tuple[Served, OpenedAdministration]
) -> None:
    script = (
        "import os, requests, sys\n"
        "requests.get(os.environ['KOPPELING_EBOEKHOUDEN_URL'])\n"
        "sys.exit(7)"
    )
    done = record(tmp_path, sandbox[0].url, sandbox[1], sys.executable, "-c", script)

    assert done.returncode == 7
    assert len(read(tmp_path / "run.jsonl")) == 1


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_recording_that_is_ended_halfway_keeps_what_passed(
    number: int, tmp_path: Path, sandbox: tuple[Served, OpenedAdministration]
) -> None:
    script = (
        "import os, requests, signal\n"
        "requests.get(os.environ['KOPPELING_EBOEKHOUDEN_URL'])\n"
        "print('asked', flush=True)\n"
        "signal.pause()"
    )
    with subprocess.Popen(
        [
            *(*KOPPELING, "record", str(config(tmp_path, sandbox[0].url, sandbox[1]))),
            *("--out", str(tmp_path / "run.jsonl"), "--", sys.executable, "-c", script),
        ],
        stdout=subprocess.PIPE,
        text=True,
    ) as recording:
        assert recording.stdout is not None
        assert recording.stdout.readline() == "asked\n"
        recording.send_signal(number)
        assert recording.wait(timeout=60) != 0
    assert len(read(tmp_path / "run.jsonl")) == 1


def test_a_client_with_a_fixed_https_address_is_recorded_by_connect(tmp_path: Path) -> None:
    authority = trustme.CA()
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("localhost").configure_cert(context)
    trusted = tmp_path / "authority.pem"
    authority.cert_pem.write_to_path(str(trusted))
    fake = EboekhoudenFake()
    with (
        served_over_tls(fake, context) as address,
        RecordingProxy({"eboekhouden": address}, tmp_path, trusted) as proxy,
    ):
        given = proxy.environment
        answer = requests.get(
            f"{address}/soap.asmx?wsdl",
            proxies={"https": given["HTTPS_PROXY"]},
            verify=given["REQUESTS_CA_BUNDLE"],
            timeout=30,
        )
        (exchange,) = proxy.recorder.recording
    assert answer.status_code == 200
    assert f'location="{address}/soap.asmx"' in answer.text
    assert exchange.request.url == f"{address}/soap.asmx?wsdl"


@pytest.mark.clients
@pytest.mark.parametrize(
    "name", ["eboekhouden_python", "eboekhouden_zeep", "eboekhouden_node_soap", "eboekhouden_php"]
)
def test_clients_in_three_languages_are_recorded_and_replayed(
    name: str, tmp_path: Path, sandbox: tuple[Served, OpenedAdministration]
) -> None:
    served, opened = sandbox
    (script,) = (CLIENTS / name).glob("client.*")
    runtime = {".php": "php", ".js": "node"}.get(
        script.suffix, str(CLIENTS / name / ".venv" / "bin" / "python")
    )
    run = (
        "import json, os, subprocess, sys\n"
        "target = {'wsdl': sys.argv[1] or os.environ['KOPPELING_EBOEKHOUDEN_URL'],\n"
        " 'username': os.environ['BOOKS_USER'], 'security_code_1': os.environ['BOOKS_CODE_1'],\n"
        " 'security_code_2': os.environ['BOOKS_CODE_2']}\n"
        "target['wsdl'] += '?wsdl'\n"
        "sys.exit(subprocess.run(sys.argv[2:], cwd=os.path.dirname(sys.argv[-1]),\n"
        "  env={**os.environ, 'TARGET': json.dumps(target)}).returncode)"
    )
    command = [sys.executable, "-c", run]
    done = record(tmp_path, served.url, opened, *command, "", runtime, str(script))
    assert done.returncode == 0, done.stdout + done.stderr
    assert len(opened.administration.mutations) == 1
    with replay_server(tmp_path / "run.jsonl") as (url, _):
        again = subprocess.run(
            [*command, f"{url}/soap.asmx", runtime, str(script)],
            env={**os.environ, **codes_of(opened)},
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )
    assert again.returncode == 0, again.stdout + again.stderr
    assert len(opened.administration.mutations) == 1
    saw, saw_again = (
        json.JSONDecoder().raw_decode(told[told.index("{") :])[0]
        for told in (done.stdout, again.stdout)
    )
    assert saw_again == saw


def call(inner: str, name: str = "AddRelatie") -> Request:
    body = (
        '<e:Envelope xmlns:e="http://schemas.xmlsoap.org/soap/envelope/"><e:Body>'
        f'<{name} xmlns="http://www.e-boekhouden.nl/soap">{inner}</{name}></e:Body></e:Envelope>'
    )
    headers = (("Content-Type", "text/xml"),)
    return Request("POST", "http://books.example/soap.asmx", headers, body.encode())


def played(*calls: tuple[str, str]) -> Recording:
    return Recording(
        tuple(
            Exchange(
                n,
                call(asked),
                Response(200, "OK", (("Content-Type", "text/xml"),), answer.encode()),
            )
            for n, (asked, answer) in enumerate(calls, 1)
        )
    )


def test_a_request_that_was_not_recorded_is_shown_beside_the_nearest() -> None:
    player = Player(
        played(("<Code>K1</Code><BP>B</BP>", "<a/>"), ("<Code>K2</Code><BP>P</BP>", "<b/>"))
    )

    with pytest.raises(MismatchError) as wrong:
        player.answer(call("<Code>K2</Code><BP>B</BP><LA>0</LA>"))

    assert str(wrong.value).splitlines() == [
        "AddRelatie: no exchange of the recording fits this request.",
        "Nearest is exchange 1: AddRelatie/Code: recorded 'K1', asked 'K2'.",
        "",
        "  recorded                                      asked",
        "  POST /soap.asmx                               POST /soap.asmx",
        "> Code 'K1'                                     Code 'K2'",
        "  BP 'B'                                        BP 'B'",
        "> (nothing)                                     LA '0'",
    ]


def test_each_rule_can_refuse_by_itself() -> None:
    recorded = call("<Code>K1</Code><BP>B</BP>")
    others = {
        "method": Request("PUT", recorded.url, recorded.headers, recorded.body),
        "operation": call("<Code>K1</Code><BP>B</BP>", "UpdateRelatie"),
        "path": Request("POST", "http://books.example/x.asmx", recorded.headers, recorded.body),
        "query": Request("POST", f"{recorded.url}?a=b", recorded.headers, recorded.body),
        "values": call("<Code>K1</Code><BP>P</BP>"),
        "order": call("<BP>B</BP><Code>K1</Code>"),
    }
    recording = Recording((Exchange(1, recorded, Response(200, "OK", (), b"")),))
    for name, other in others.items():
        with pytest.raises(MismatchError):
            Player(recording, [name]).answer(other)
        assert Player(recording, [name]).answer(recorded).status == 200


def test_a_call_is_answered_once_and_a_bound_value_must_agree() -> None:
    recording = RecordingRedactor().recording(
        played(
            ("<Bedrijf>Jansen</Bedrijf>", "<r>Jansen</r>"),
            ("<Bedrijf>Jansen</Bedrijf><x/>", "<r>Jansen</r>"),
        )
    )
    player = Player(recording)

    first = player.answer(call("<Bedrijf>De Vries &amp; Zn.</Bedrijf>"))
    assert first.body == b"<r>De Vries &amp; Zn.</r>"
    with pytest.raises(MismatchError, match="exchange 1 \\(played already\\)"):
        player.answer(call("<Bedrijf>De Vries &amp; Zn.</Bedrijf>"))
    with pytest.raises(MismatchError):
        player.answer(call("<Bedrijf>Een ander</Bedrijf><x/>"))
    assert [exchange.number for exchange in player.unplayed] == [2]
    player.answer(call("<Bedrijf>De Vries &amp; Zn.</Bedrijf><x/>"))
    assert player.unplayed == []


def test_requests_are_answered_in_process(books: OpenedAdministration) -> None:
    recorder = Recorder()
    base = "http://books.example"
    asked = call(f"<Username>{books.credentials.username}</Username>", "OpenSession")
    fake = EboekhoudenFake()
    with recorder.watch(session({base: fake.wsgi})) as http:
        was = http.post(asked.url, data=asked.body, headers=dict(asked.headers))
    with replayed(RecordingRedactor().recording(recorder.recording)) as player:
        now = requests.post(asked.url, data=asked.body, headers=dict(asked.headers), timeout=5)
        with pytest.raises(MismatchError):
            requests.post(asked.url, data=b"<x/>", timeout=5)
    assert now.text == was.text
    assert player.unplayed == []


def test_new_calls_go_to_the_service_and_all_do_in_that_mode() -> None:
    fake = EboekhoudenFake()
    with serve(fake.wsgi) as service:
        known = played(("<Code>K1</Code>", "<a/>"))
        for mode, expected in ((Mode.NEW, 1), (Mode.ALL, 2)):
            application = ReplayApplication(known, mode, service.url)
            with serve(application) as server:
                for inner in ("<Code>K1</Code>", "<Code>K2</Code>"):
                    asked = call(inner)
                    answer = requests.post(
                        f"{server.url}/soap.asmx",
                        data=asked.body,
                        headers=dict(asked.headers),
                        timeout=30,
                    )
                    assert answer.status_code != 501
            assert len(application.recorder.recording) == expected, mode


def test_in_process_too_new_calls_go_to_the_service() -> None:
    with serve(EboekhoudenFake().wsgi) as service:
        known = played(("<Code>K1</Code>", "<a/>"))
        for mode, expected in ((Mode.NEW, 1), (Mode.ALL, 2)):
            recorder = Recorder()
            with replayed(known, mode, recorder):
                for inner in ("<Code>K1</Code>", "<Code>K2</Code>"):
                    asked = call(inner)
                    requests.post(
                        f"{service.url}/soap.asmx",
                        data=asked.body,
                        headers=dict(asked.headers),
                        timeout=30,
                    )
            assert len(recorder.recording) == expected, mode
        with (
            pytest.raises(ValueError, match="mode new needs a recorder"),
            replayed(known, Mode.NEW),
        ):
            pass


def test_what_only_reads_is_answered_as_often_as_it_is_asked() -> None:
    player = Player(
        Recording(
            tuple(
                Exchange(
                    n, call("<cFilter/>", "GetMutaties"), Response(200, "OK", (), answer.encode())
                )
                for n, answer in enumerate(("<a/>", "<b/>"), 1)
            )
        )
    )
    answers = [player.answer(call("<cFilter/>", "GetMutaties")).body for _ in range(4)]
    assert answers == [b"<a/>", b"<b/>", b"<b/>", b"<b/>"]


def test_a_mode_that_is_none_is_refused_with_the_good_names() -> None:
    with pytest.raises(ValueError, match="there is no mode 'once'; there are none, new, all"):
        mode_named("once")


def test_an_address_of_a_wsdl_becomes_the_proxys_and_nothing_else() -> None:
    wsdl = (
        b'<wsdl:definitions><soap:address location="https://soap.example/soap.asmx" />'
        b'<x namespace="https://soap.example/soap"/></wsdl:definitions>'
    )
    made = readdressed(wsdl, "https://soap.example", "http://127.0.0.1:99")
    assert made == wsdl.replace(b'location="https://soap.example', b'location="http://127.0.0.1:99')
    assert readdressed(b"<r/>", "https://soap.example", "http://x") == b"<r/>"
    disco = (
        b'<discovery xmlns="http://schemas.xmlsoap.org/disco/">'
        b'<contractRef ref="https://soap.example/soap.asmx?wsdl" docRef="https://soap.example/s" />'
        b"</discovery>"
    )
    moved = readdressed(disco, "https://soap.example", "http://127.0.0.1:99")
    assert moved == disco.replace(b"https://soap.example", b"http://127.0.0.1:99")


def test_a_recording_that_is_written_replays_like_the_one_in_memory(tmp_path: Path) -> None:
    recording = played(("<Code>K1</Code>", "<a/>"))
    write(tmp_path / "run.jsonl", recording)

    assert Player(read(tmp_path / "run.jsonl")).answer(call("<Code>K1</Code>")).body == b"<a/>"
