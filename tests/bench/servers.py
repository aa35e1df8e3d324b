"""The servers under load: each starts on a port of its own, and ends when it is let go."""

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


@dataclass(frozen=True)
class Server:
    """A server that answers: where, its process, and the request that it takes (None: any)."""

    url: str
    process: "subprocess.Popen[str]"
    request: bytes | None
    seconds_to_answer: float


def _command(name: str, port: int) -> list[str]:
    if name == "ours":
        return [sys.executable, "-m", "tests.bench.serve_ours", str(port)]
    if name == "spyne under waitress":
        return [sys.executable, "-W", "ignore", "-m", "tests.bench.serve_spyne", str(port)]
    if name == "node-soap":
        document = HERE / "node_modules" / "service.wsdl"
        document.write_bytes(wsdl.document(f"http://127.0.0.1:{port}/soap.asmx"))
        return ["node", str(HERE / "node_soap_server.js"), str(document), str(port)]
    (jar,) = (HERE / "node_modules" / "wiremock" / "build").glob("wiremock-standalone-*.jar")
    options = ["--no-request-journal", "--disable-banner", "--root-dir", str(HERE / "wiremock")]
    return ["java", "-jar", str(jar), "--port", str(port), *options]


NAMES = ("ours", "spyne under waitress", "WireMock", "node-soap")
PRINTS_ITS_REQUEST = ("ours", "spyne under waitress")


@contextmanager
def running(name: str, port: int) -> Iterator[Server]:
    """Start a server, wait until it answers, and end it afterwards."""
    start = time.perf_counter()
    process = subprocess.Popen(
        _command(name, port),
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )
    try:
        request = None
        if name in PRINTS_ITS_REQUEST and process.stdout is not None:
            request = process.stdout.readline().strip().encode()
        url = f"http://127.0.0.1:{port}/soap.asmx"
        _wait_until_it_answers(url, process)
        yield Server(url, process, request, time.perf_counter() - start)
    finally:
        process.kill()
        process.wait()


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
