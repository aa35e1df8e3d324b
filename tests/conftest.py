"""Says how a worker of a parallel run ended, where one ends before its tests are done."""

import signal
from subprocess import TimeoutExpired
from typing import Any

import pytest

_ended: list[str] = []


@pytest.hookimpl(optionalhook=True)
def pytest_testnodedown(node: Any, error: object) -> None:
    """Keep how the worker's process ended; xdist itself says only which test it was at."""
    process = getattr(node.gateway._io, "popen", None)
    if error is None or process is None:
        return
    try:
        code = process.wait(timeout=10)
    except TimeoutExpired:
        _ended.append(f"{node.gateway.id} is cut off, and its process {process.pid} still runs")
        return
    how = f"by {signal.Signals(-code).name}" if code < 0 else f"with exit code {code}"
    _ended.append(f"{node.gateway.id} ended {how}: {error}")


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Print it below the failures, where a report that is cut keeps it."""
    for ended in _ended:
        terminalreporter.write_line(f"worker {ended}", red=True)
