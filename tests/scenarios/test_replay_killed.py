"""A replay that is killed at any moment goes on without writing twice: real processes, SIGKILL.

The target counts what reaches it, and kills the process that asks: before a call is done, after it
is done and before its answer goes out, or after the answer went out.
"""

import multiprocessing
import os
import random
import signal
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from multiprocessing.context import ForkServerProcess
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from click.testing import CliRunner

from fakes.serve import serve
from scenarios.commands.replay import replay_command
from tests.scenarios import replay_shop as both
from tests.scenarios.replay_target import Target, target

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

MOMENTS = int(os.environ.get("REPLAY_KILLS", "3"))
STORIES = ("credit_note", "till_day", "two_vat_rates")
WHEN = ("before the call", "after the call", "after the answer")
FORKS = multiprocessing.get_context("forkserver")
FORKS.set_forkserver_preload(["scenarios.commands.replay", "scenarios.replaying.stage"])


@dataclass
class Killing:
    """A WSGI application that kills a process at one of its requests."""

    inner: "WSGIApplication"
    seen: int = 0
    at: int | None = None
    when: str = ""
    process: ForkServerProcess | None = None

    def __call__(
        self, environ: "WSGIEnvironment", start_response: "StartResponse"
    ) -> Iterable[bytes]:
        self.seen += 1
        is_it = self.seen == self.at
        if is_it and self.when == "before the call":
            self._kill()
            start_response("503 Service Unavailable", [("Content-Length", "0")])
            return [b""]
        body = b"".join(self.inner(environ, start_response))
        if is_it and self.when == "after the call":
            self._kill()
        if is_it and self.when == "after the answer":
            return self._and_then_killed(body)
        return [body]

    def _and_then_killed(self, body: bytes) -> Iterable[bytes]:
        yield body
        self._kill()

    def _kill(self) -> None:
        assert self.process is not None
        assert self.process.pid is not None
        os.kill(self.process.pid, signal.SIGKILL)


def replay(arguments: list[str], folder: str) -> None:
    """Run `koppeling replay` in this process, and end it with the command's code."""
    os.chdir(folder)
    raise SystemExit(CliRunner().invoke(replay_command, arguments).exit_code)


def run(arguments: list[str], folder: Path, killing: Killing) -> int | None:
    process = FORKS.Process(target=replay, args=(arguments, str(folder)))
    killing.seen, killing.process = 0, process
    process.start()
    process.join()
    code = process.exitcode
    process.close()
    return code


def config(sandbox: Target, url: str, folder: Path) -> Path:
    codes = sandbox.fake.sessions.logins[0].credentials
    place = folder / "sandbox.toml"
    place.write_text(
        f'name = "sandbox"\n[eboekhouden]\nsoap = "{url}/soap.asmx"\n'
        f'username = "{codes.username}"\nsecurity_code_1 = "{codes.security_code_1}"\n'
        f'security_code_2 = "{codes.security_code_2}"\nday = 2026-06-15\nsettle = 0.0\n'
        f'[[eboekhouden.sandboxes]]\nname = "{sandbox.company}"\n'
        f'guid = "{sandbox.administration.guid}"\n',
        encoding="utf-8",
    )
    return place


def killed_somewhere(
    killing: Killing, chance: random.Random, requests: int, arguments: list[str], folder: Path
) -> tuple[Counter[str], int | None]:
    """Run a replay that is killed, and again until it ends; return how often, and its code."""
    killed: Counter[str] = Counter()
    killing.when, killing.at = chance.choice(WHEN), chance.randint(1, requests)
    while (code := run(arguments, folder, killing)) == -signal.SIGKILL:
        killed[killing.when] += 1
        # It may be killed once more, further on, before it is let through.
        again = killing.at is not None and chance.random() < 0.3
        killing.at = chance.randint(killing.at or 1, requests) if again else None
    return killed, code


@pytest.mark.parametrize("story", STORIES)
def test_a_killed_replay_goes_on_and_writes_nothing_twice(
    story: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    chance = random.Random(story)
    whole = target(tmp_path)
    killing = Killing(whole.fake.wsgi)
    with serve(killing) as served:
        arguments = [story, "--target", str(config(whole, served.url, tmp_path)), "--write"]
        assert run(arguments, tmp_path, killing) == 0
        requests = killing.seen
        expected = shape(whole)
        assert expected
        killed: Counter[str] = Counter()
        for moment in range(MOMENTS // len(STORIES)):
            sandbox, folder = target(tmp_path), tmp_path / str(moment)
            folder.mkdir()
            killing.inner = sandbox.fake.wsgi
            arguments = [story, "--target", str(config(sandbox, served.url, folder)), "--write"]
            times, code = killed_somewhere(killing, chance, requests, arguments, folder)
            killed += times
            where = f"moment {moment}: {dict(times)} of {requests} requests"
            assert code == 0, where
            assert [mark for mark, times in sandbox.marks().items() if times > 1] == [], where
            assert shape(sandbox) == expected, where
    with capsys.disabled():
        told = ", ".join(f"{times} {when}" for when, times in sorted(killed.items()))
        print(f"\nreplay of {story}, killed {killed.total()} times ({told}): 0 double writes")
    assert killed.total() >= MOMENTS // len(STORIES)


def test_a_killed_replay_with_a_real_bizzcloud_makes_no_document_twice(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Both services are served at one address, so each call of either may be the last."""
    chance = random.Random(11)
    whole = both.sandbox(tmp_path)
    story = both.written(tmp_path, both.EVERYTHING)
    killing = Killing(at_one_address(whole))
    with serve(killing) as served:
        arguments = [str(story), "--target", str(config_of_both(whole, served.url)), "--write"]
        assert run(arguments, tmp_path, killing) == 0
        requests, expected, booked = killing.seen, whole.held(), shape(whole.books)
        killed: Counter[str] = Counter()
        for moment in range(max(1, MOMENTS // len(STORIES))):
            folder = tmp_path / str(moment)
            folder.mkdir()
            there = both.sandbox(folder)
            killing.inner = at_one_address(there)
            arguments = [str(story), "--target", str(config_of_both(there, served.url)), "--write"]
            times, code = killed_somewhere(killing, chance, requests, arguments, folder)
            killed += times
            where = f"moment {moment}: {dict(times)} of {requests} requests"
            assert code == 0, where
            assert there.doubles() == [], where
            assert there.held() == expected, where
            assert shape(there.books) == booked, where
    with capsys.disabled():
        told = ", ".join(f"{times} {when}" for when, times in sorted(killed.items()))
        print(
            f"\nreplay with a real Bizzcloud, killed {killed.total()} times ({told}): 0 documents "
            "made twice"
        )
    assert killed.total() >= max(1, MOMENTS // len(STORIES))


def at_one_address(there: both.Sandbox) -> "WSGIApplication":
    books, shop = there.books.fake.wsgi, there.shop.wsgi

    def answer(environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
        is_books = environ["PATH_INFO"].startswith("/soap.asmx")
        return (books if is_books else shop)(environ, start_response)

    return answer


def config_of_both(there: both.Sandbox, url: str) -> Path:
    place = config(there.books, url, there.folder)
    told = (
        f'[bizzcloud]\nurl = "{url}"\ndatabase = "{there.shop.database}"\n'
        f'login = "{there.shop.login}"\npassword = "{there.shop.password}"\n'
        f'[[bizzcloud.sandboxes]]\ndatabase = "{there.shop.database}"\n'
        f'company = "Bakkerij Demo"\nuuid = "{there.uuid}"\n'
    )
    place.write_text(place.read_text(encoding="utf-8") + told, encoding="utf-8")
    return place


def shape(sandbox: Target) -> list[tuple[str, str, int]]:
    """Return what was booked, apart from what the run's prefix changes."""
    booked = [
        (str(one.kind), f"{one.date:%m-%d}", len(one.lines))
        for one in sandbox.administration.mutations
    ]
    relations = [("relation", code[6:], 0) for code in sandbox.administration.relations]
    return sorted(booked) + sorted(relations)
