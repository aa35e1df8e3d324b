"""A coupling under test that is a program of its own: the contract of docs/outside-coupling.md."""

import json
import os
import re
import shlex
import signal
import subprocess
import sys
import threading
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
import requests
from click.testing import CliRunner, Result

from fakes.faults import BrokenConnection
from fakes.serve import serve
from fakes.wsgi import call
from scenarios.cli import koppeling
from scenarios.driving.gate import Gate

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIEnvironment

PROGRAM = Path(__file__).with_name("small_program.py")
HEAD = """\
title: A program under test
source: its contract
today: 2017-10-19
given:
  bizzcloud:
    partners: [{ref: K0001, name: Bakkerij de Groot}]
steps:
"""
INVOICE = (
    "  - invoice: {as: cake, partner: K0001, lines: [{text: Taart, account: 8020, price: 10, "
    "vat: 21}]}\n"
)


class Played:
    """What came of playing steps with the small program."""

    def __init__(self, result: Result, seen: list[dict[str, Any]]) -> None:
        self.result = result
        self.told = result.output
        self.seen = seen

    def every(self, key: str) -> list[Any]:
        return [one[key] for one in self.seen if key in one]


class Play:
    """Plays steps with the small program under `koppeling run --coupling`."""

    def __init__(self, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        self._story = folder / "one.story.yaml"
        self._seen = folder / "seen"
        monkeypatch.setenv("SEEN", str(self._seen))

    def __call__(self, how: str, steps: str, *options: str) -> Played:
        self._story.write_text(HEAD + steps)
        command = shlex.join([sys.executable, str(PROGRAM), how])
        result = CliRunner().invoke(
            koppeling, ["run", str(self._story), "--coupling", command, *options]
        )
        lines = self._seen.read_text().splitlines() if self._seen.exists() else []
        return Played(result, [json.loads(line) for line in lines])


@pytest.fixture
def play(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Play:
    return Play(tmp_path, monkeypatch)


def is_alive(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    return True


EXPECT_NOTHING = "  - expect: {turnover: {}}\n"


def test_nothing_moves_but_in_steps_in_which_a_coupling_moves(play: Play) -> None:
    played = play("polls", f"  - link\n{INVOICE}  - cancel: {{invoice: cake}}\n  - sync\n")

    assert played.result.exit_code == 0, played.told
    assert ["cancel"] in played.every("states")
    assert [states for states in played.every("states") if states not in ([], ["cancel"])] == []


def test_it_is_killed_and_started_again_with_the_same_state(play: Play) -> None:
    played = play("tells by HTTP", "  - link\n  - crash\n  - restart\n  - unlink\n  - relink\n")

    assert played.result.exit_code == 0, played.told
    assert played.every("state") == [[], ["kept"], ["kept"]]
    assert not any(is_alive(one) for one in played.every("started"))


@pytest.mark.parametrize("moment", ["killed before", "killed after"])
def test_a_fault_kills_it_at_a_call(play: Play, moment: str) -> None:
    fault = f"{{service: bizzcloud, operation: account.invoice.search_read, happens: {moment}}}"
    played = play("polls", f"  - link\n  - fault: {fault}\n  - sync\n  - restart\n")

    assert played.result.exit_code == 0, played.told
    assert len(played.every("started")) == 2
    assert len(set(played.every("started"))) == 2


def test_a_push_is_signed_and_waited_for(play: Play) -> None:
    played = play("pushed", f"  - link\n{INVOICE}  - push: {{invoice: cake}}\n", "--rest", "0.3")

    assert played.result.exit_code == 0, played.told
    (push,) = played.every("push")
    assert (push["model"], push["event"]) == ("account.invoice", "opened")
    assert played.every("path") == ["/push"]
    assert len(played.every("signed")[0]) == 64
    assert played.every("states")[-1] == ["open"]


def test_a_link_that_it_refuses_is_refused(play: Play) -> None:
    played = play("refuses", "  - link: {refused: password}\n" + EXPECT_NOTHING)

    assert played.result.exit_code == 0, played.told
    assert "not judged: step 1 (link)" in played.told
    assert "the words of the refusal" in played.told


def test_its_last_words_are_shown_without_what_is_secret(play: Play) -> None:
    played = play("refuses", "  - link\n")

    assert played.result.exit_code == 1
    assert "the coupling ended with exit code 1 during `link`" in played.told
    assert "is not mine" in played.told
    assert re.search("[0-9a-f]{32}", played.told) is None


def test_one_that_dies_is_told_at_the_step_in_which_it_did(play: Play) -> None:
    played = play("dies", "  - link\n  - sync\n")

    assert played.result.exit_code == 1
    assert "step 2 (sync)" in played.told
    assert "something of mine broke" in played.told


@pytest.mark.parametrize(
    ("how", "steps", "sentence"),
    [
        ("never calls", "  - link\n", "it called neither service"),
        ("deaf", "  - link\n  - unlink\n", "did not end within 1 s of SIGTERM"),
    ],
)
def test_one_that_hangs_is_ended(play: Play, how: str, steps: str, sentence: str) -> None:
    played = play(how, steps, "--patience", "1")

    assert played.result.exit_code == 1
    assert sentence in played.told
    assert not any(is_alive(one) for one in played.every("started"))


def test_what_only_its_inside_knows_is_not_judged(play: Play) -> None:
    steps = (
        "  - link\n  - audit: {says: [sluit aan]}\n"
        "  - expect: {turnover: {}, needs attention: [F/2017/0001]}\n"
        "  - answer: {document: F/2017/0001, try again: yes}\n"
        "  - expect: {turnover: {8020: 10}}\n"
    )
    played = play("polls", steps, "--json")

    assert played.result.exit_code == 0, played.told
    (story,) = json.loads(played.told)["stories"]
    assert [one.partition(",")[0] for one in story["not_judged"]] == [
        "step 2 (audit)",
        "step 3 (expect)",
        "step 4 (answer)",
    ]


def test_what_the_books_hold_is_judged(play: Play) -> None:
    steps = "  - link\n  - expect: {turnover: {8020: 10}, needs attention: [F/2017/0001]}\n"
    played = play("polls", steps)

    assert played.result.exit_code == 1
    assert "Rekening 8020" in played.told or "not found: 8020" in played.told


def test_it_does_not_outlive_a_run_that_is_ended(tmp_path: Path) -> None:
    story = tmp_path / "one.story.yaml"
    story.write_text(HEAD + "  - link\n")
    pipe = tmp_path / "seen"
    os.mkfifo(pipe)
    command = shlex.join([sys.executable, str(PROGRAM), "never calls"])
    with subprocess.Popen(
        [sys.executable, "-m", "scenarios.cli", "run", str(story), "--coupling", command],
        env={**os.environ, "SEEN": str(pipe)},
        stdout=subprocess.PIPE,
    ) as run:
        started = json.loads(pipe.read_text())["started"]
        run.terminate()
        run.wait(60)
    assert run.returncode == 128 + signal.SIGTERM
    assert not is_alive(started)


def test_a_program_that_is_not_there_is_named(tmp_path: Path) -> None:
    told = CliRunner().invoke(koppeling, ["run", "--coupling", "no-such-program at all"])

    assert told.exit_code == 2
    assert "there is no program 'no-such-program'" in told.output


def test_one_that_is_started_by_hand_is_waited_for(tmp_path: Path) -> None:
    story = tmp_path / "one.story.yaml"
    story.write_text(HEAD + "  - link\n  - sync\n  - unlink\n")
    seen = tmp_path / "seen"
    command = [sys.executable, "-m", "scenarios.cli", "run", str(story), "--coupling", "none"]
    with subprocess.Popen(
        [*command, "--rest", "0.3"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as run:
        assert run.stdin is not None
        assert run.stderr is not None
        told = {}
        for line in run.stderr:
            if line.startswith("export "):
                name, _, value = line.removeprefix("export ").strip().partition("=")
                told[name] = shlex.split(value)[0] if value else ""
            if "KOPPELING_OPTIONS" in line:
                break
        by_hand = subprocess.Popen(
            [sys.executable, str(PROGRAM), "tells by HTTP"],
            env={**os.environ, **told, "SEEN": str(seen)},
        )
        try:
            run.stdin.write("\n")
            run.stdin.flush()
            for line in iter(lambda: run.stderr.read(1) if run.stderr else "", ""):
                told["rest"] = told.get("rest", "") + line
                if "SIGTERM" in told["rest"]:
                    break
        finally:
            by_hand.kill()
            by_hand.wait()
        out, _ = run.communicate("\n", timeout=60)
    assert run.returncode == 0, out
    assert "1 story, all passed" in out


def test_a_gate_lets_a_body_in_chunks_through_whole() -> None:
    asked: list[bytes] = []

    def application(environ: "WSGIEnvironment", start_response: "StartResponse") -> list[bytes]:
        asked.append(environ["wsgi.input"].read())
        start_response("200 OK", [("Content-Length", "0")])
        return [b""]

    gate = Gate(threading.Condition())
    with serve(gate.before_books(application)) as served, gate.opened():
        assert requests.post(served.url, data=iter([b"12", b"345"])).status_code == 200
    assert asked == [b"12345"]


def test_a_shut_gate_holds_calls_and_drops_those_of_the_dead() -> None:
    news = threading.Condition()
    gate = Gate(news)
    answered: list[int] = []
    broken: list[BrokenConnection] = []

    def application(environ: "WSGIEnvironment", start_response: "StartResponse") -> list[bytes]:
        start_response("200 OK", [])
        return [b"yes"]

    gated = gate.before_shop(application)
    environ: WSGIEnvironment = {"REQUEST_METHOD": "GET", "PATH_INFO": "/", "CONTENT_LENGTH": "0"}
    environ |= {"wsgi.input": None, "SERVER_NAME": "here"}

    class Nothing:
        def read(self, _length: int) -> bytes:
            return b""

    environ["wsgi.input"] = Nothing()

    def ask() -> None:
        try:
            answered.append(call(gated, environ)[0])
        except BrokenConnection as error:
            broken.append(error)

    first = threading.Thread(target=ask)
    first.start()
    with news:
        assert news.wait_for(lambda: gate.held == 1, 10)
    assert (broken, answered) == ([], [])
    gate.forget()
    first.join(10)
    assert (len(broken), answered) == (1, [])

    second = threading.Thread(target=ask)
    second.start()
    with news:
        assert news.wait_for(lambda: gate.held == 1, 10)
    with gate.opened():
        second.join(10)
    assert (len(broken), answered) == (1, [200])
