"""The servers under load: each starts on a port of its own, and ends when it is let go."""

import json
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from fakes.eboekhouden import wsdl

HERE = Path(__file__).parent
ROOT = HERE.parents[1]
NO_SESSION = ("00000000-0000-0000-0000-000000000000", "00000000-0000-0000-0000-000000000000")


@dataclass(frozen=True)
class Kind:
    """A kind of server: its name, how its answers are known to be right, and its warm-up.

    `answers` is a rule of `load.js` for the number that it answers; `keeps_books` says whether what
    it answers can be read back; `warm_up` is in seconds.
    """

    name: str
    answers: str
    keeps_books: bool
    warm_up: int


OURS = Kind("ours", "new", keeps_books=True, warm_up=3)
SPYNE = Kind("spyne under waitress", "new", keeps_books=True, warm_up=3)
WIREMOCK = Kind("WireMock, a SOAP stub", "own", keeps_books=False, warm_up=40)
WIREMOCK_WORD = Kind("WireMock, looking for a word", "six", keeps_books=False, warm_up=40)
NODE_SOAP = Kind("node-soap", "new", keeps_books=False, warm_up=5)
KINDS = (OURS, SPYNE, WIREMOCK, WIREMOCK_WORD, NODE_SOAP)


@dataclass(frozen=True)
class Server:
    """A server that answers: where, its process, and the session (id, code 2) to call it with."""

    kind: Kind
    url: str
    process: "subprocess.Popen[str]"
    session: tuple[str, str]
    seconds_to_answer: float


def _command(kind: Kind, port: int) -> list[str]:
    if kind is OURS:
        return [sys.executable, "-m", "tests.bench.serve_ours", str(port)]
    if kind is SPYNE:
        return [sys.executable, "-W", "ignore", "-m", "tests.bench.serve_spyne", str(port)]
    if kind is NODE_SOAP:
        document = HERE / "node_modules" / "service.wsdl"
        document.write_bytes(wsdl.document(f"http://127.0.0.1:{port}/soap.asmx"))
        return ["node", str(HERE / "node_soap_server.js"), str(document), str(port)]
    (jar,) = (HERE / "node_modules" / "wiremock" / "build").glob("wiremock-standalone-*.jar")
    stubs = HERE / ("wiremock_soap" if kind is WIREMOCK else "wiremock_word")
    options = ["--no-request-journal", "--disable-banner", "--root-dir", str(stubs)]
    return ["java", "-jar", str(jar), "--port", str(port), *options]


@contextmanager
def running(kind: Kind, port: int) -> Iterator[Server]:
    """Start a server, wait until it answers, and end it afterwards."""
    start = time.perf_counter()
    process = subprocess.Popen(
        _command(kind, port),
        cwd=ROOT,
        stdout=subprocess.PIPE if kind.keeps_books else subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        text=True,
    )
    try:
        session = NO_SESSION
        if process.stdout is not None:
            said = process.stdout.readline()
            if not said:
                raise RuntimeError(f"{kind.name} does not start: {' '.join(_command(kind, port))}")
            session_id, code = json.loads(said)
            session = (session_id, code)
        url = f"http://127.0.0.1:{port}/soap.asmx"
        _wait_until_it_answers(url, process)
        yield Server(kind, url, process, session, time.perf_counter() - start)
    finally:
        process.kill()
        process.wait()
        if process.stdout is not None:
            process.stdout.close()


def _wait_until_it_answers(url: str, process: "subprocess.Popen[str]") -> None:
    deadline = time.perf_counter() + 60
    while time.perf_counter() < deadline and process.poll() is None:
        try:
            urllib.request.urlopen(f"{url}?wsdl", timeout=5).close()
        except urllib.error.HTTPError:
            return
        except OSError:
            time.sleep(0.005)
        else:
            return
    raise RuntimeError(f"the server at {url} does not answer")
