"""Ties pytest to a target: its fixtures, the `promise` marker, and the verdict of each promise.

A promise is a test under `contracts/<service>` that carries `@pytest.mark.promise(ID)`, with
`writes=True` when trying it may leave something behind. What it finds instead of what is promised
it tells by `contracts.suite.expect`.
"""

from collections.abc import Generator, Mapping
from typing import Any

import pytest

from contracts.evidence.catalogue import Entry
from contracts.sandbox import GuardError
from contracts.suite.results import Result, Verdict
from contracts.targets import Target

MARKER = "promise(id, writes=False): the evidence entry that the test tries on a target"


class SuitePlugin:
    """Gives the promises their target, and keeps what came of each in `results`."""

    def __init__(self, target: Target, known: Mapping[str, Entry]) -> None:
        self._target = target
        self._known = known
        self.results: dict[str, Result] = {}

    @pytest.fixture(scope="session")
    def target(self) -> Target:
        """Return what the promises are tried on."""
        return self._target

    def pytest_configure(self, config: pytest.Config) -> None:
        """Make the marker known."""
        config.addinivalue_line("markers", MARKER)

    def pytest_collection_modifyitems(self, items: list[pytest.Item]) -> None:
        """Name each test's promise in all reports; those that only read go first."""
        for item in items:
            item.user_properties.append(("promise", promise_of(item)))
            item.user_properties.append(("writes", str(_writes(item)).lower()))
        items.sort(key=_writes)

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_setup(self, item: pytest.Item) -> Generator[None, None, None]:
        """Leave promises that write untried where nothing may be written."""
        if self._target.no_writing is not None and _writes(item):
            pytest.skip(self._target.no_writing)
        yield from _untried_when_stopped()

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_call(self, item: pytest.Item) -> Generator[None, None, None]:
        """Try a promise."""
        yield from _untried_when_stopped()

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_makereport(
        self, item: pytest.Item
    ) -> Generator[None, pytest.TestReport, pytest.TestReport]:
        """Keep what came of a promise, from the phase that decided it."""
        report = yield
        if report.when == "call" or (report.when == "setup" and report.outcome != "passed"):
            self._keep(promise_of(item), report, writes=_writes(item))
        return report

    def _keep(self, promise: str, report: pytest.TestReport, *, writes: bool) -> None:
        entry = self._known[promise]
        verdict = {
            "passed": Verdict.KEPT,
            "failed": Verdict.BROKEN,
            "skipped": Verdict.NOT_TRIED,
        }[report.outcome]
        why = _why(report)
        self.results[promise] = Result(promise, entry.says, entry.grade, verdict, why, writes)


def _untried_when_stopped() -> Generator[None, None, None]:
    """Leave a promise untried that a limit of the config stops: it is not broken by that."""
    try:
        yield
    except GuardError as stopped:
        pytest.skip(str(stopped))


def promise_of(item: pytest.Item) -> str:
    """Return the id of the promise that a test tries; raises UsageError when it names none."""
    marker = item.get_closest_marker("promise")
    if marker is None:
        raise pytest.UsageError(f"{item.nodeid} names no promise; mark it with the evidence's id")
    return str(marker.args[0])


def _writes(item: pytest.Item) -> bool:
    marker = item.get_closest_marker("promise")
    return marker is not None and bool(marker.kwargs.get("writes", False))


def _why(report: pytest.TestReport) -> str:
    found: Any = report.longrepr
    if report.outcome == "skipped":
        return str(found[2]).removeprefix("Skipped: ")
    if report.outcome != "failed":
        return ""
    crash = getattr(found, "reprcrash", None)
    told = crash.message if crash is not None else str(found)
    return str(told).removeprefix("Failed: ")
