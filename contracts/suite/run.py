"""Tries all promises of a service on a target."""

import importlib
import os
import time
from dataclasses import replace
from pathlib import Path

import pytest

from contracts.evidence.catalogue import entries
from contracts.redacting.redaction import Redactor
from contracts.suite.plugin import SuitePlugin
from contracts.suite.results import Result, Run, Verdict
from contracts.targets import Target

RAN = (pytest.ExitCode.OK, pytest.ExitCode.TESTS_FAILED)


class SuiteError(Exception):
    """The suite itself could not be run; nothing is known of the target."""


def promises_folder(service: str) -> Path:
    """Return where the promises of a service stand."""
    module = importlib.import_module(f"contracts.{service}")
    assert module.__file__ is not None
    return Path(module.__file__).parent


def try_promises(service: str, target: Target, junit: Path | None = None) -> Run:
    """Try every promise of a service on a target; write JUnit's XML too where that is asked.

    What is known of a service but cannot be promised appears as not tried, with the reason.
    """
    known = {entry.id: entry for entry in entries(service)}
    plugin = SuitePlugin(target, known)
    folder = promises_folder(service)
    arguments = [str(folder), f"--rootdir={folder}", "-c", os.devnull, "--import-mode=importlib"]
    # Nothing of the caller's own pytest is wanted: no terminal, no cache, no other plugins. Its
    # report of a crash and its time limit would be undone by ours when the suite is over.
    for name in (
        "terminal",
        "cacheprovider",
        "koppeling",
        "xdist",
        "hypothesispytest",
        "faulthandler",
        "timeout",
    ):
        arguments += ["-p", f"no:{name}"]
    if junit is not None:
        arguments += [f"--junitxml={junit.absolute()}", "-o", f"junit_suite_name={service}"]
    begun = time.perf_counter()
    code = pytest.main(arguments, plugins=[plugin])
    seconds = time.perf_counter() - begun
    if code not in RAN:
        raise SuiteError(
            f"the promises of {service} could not be tried: pytest ended with {code!r}"
        )
    untried = importlib.import_module(f"contracts.{service}.without_promise").REASONS
    redactor = Redactor(target.secrets)
    results = []
    for name, entry in known.items():
        result = plugin.results.get(name) or Result(
            name, entry.says, entry.grade, Verdict.NOT_TRIED, untried.get(name, "it has no test")
        )
        results.append(_redacted(result, redactor))
    recorded = target.recorded
    exchanges = (recorded.used, recorded.total) if recorded is not None else None
    return Run(service, target.name, results, seconds, exchanges)


def _redacted(result: Result, redactor: Redactor) -> Result:
    why = redactor.text(result.why)
    return replace(result, why=why)
