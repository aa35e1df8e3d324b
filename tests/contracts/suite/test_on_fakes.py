"""The contract suites on the two fakes: all that can be kept is kept, and a difference is named."""

import faulthandler
import signal
from importlib import import_module

import pytest

from contracts.evidence.catalogue import SERVICES, entries
from contracts.suite.report_text import lines
from contracts.suite.results import Run, Verdict
from contracts.suite.run import try_promises
from contracts.targets import BooksTarget, target_named
from fakes.eboekhouden.errors import CODES, Error


def fake_books() -> BooksTarget:
    target = target_named("eboekhouden", "fake", write=False)
    assert isinstance(target, BooksTarget)
    return target


def broken(run: Run) -> dict[str, str]:
    return {result.promise: result.why for result in run.broken}


@pytest.mark.parametrize("service", SERVICES)
def test_the_fake_keeps_every_promise_and_every_entry_has_one_or_a_reason(service: str) -> None:
    reasons = import_module(f"contracts.{service}.without_promise").REASONS
    run = try_promises(service, target_named(service, "fake", write=False))
    told = "\n".join(lines(run))
    assert [result.promise for result in run.results] == [entry.id for entry in entries(service)]
    assert broken(run) == {}, told
    untried = {
        result.promise: result.why for result in run.results if result.verdict is Verdict.NOT_TRIED
    }
    assert untried == reasons, told


def test_a_suite_leaves_crash_reports_and_time_limits_to_who_tries_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    touched: list[str] = []
    for where, name in ((faulthandler, "enable"), (faulthandler, "disable"), (signal, "setitimer")):
        monkeypatch.setattr(where, name, lambda *_, name=name, **__: touched.append(name))
    assert not broken(try_promises("eboekhouden", fake_books()))
    assert touched == []


def test_another_error_code_is_named_with_both_codes() -> None:
    target = fake_books()
    assert target.at_fake is not None
    target.at_fake.fake.settings.codes = {**CODES, Error.RELATION_EXISTS: "CREL009"}
    run = try_promises("eboekhouden", target)
    assert broken(run) == {"eb-code-relation": "the code: promised 'CREL001', found 'CREL009'"}


def test_a_rule_that_is_not_kept_is_named_with_what_was_booked() -> None:
    target = fake_books()
    assert target.at_fake is not None
    target.at_fake.fake.settings.check_accounts = False
    found = broken(try_promises("eboekhouden", target))
    assert set(found) == {
        "eb-account-category",
        "eb-counter-account-category",
        "eb-vat-side",
    }
    assert found["eb-vat-side"] == (
        "a purchase code in a sale: promised a refusal, found that AddMutatie did it"
    )


def test_recomputed_vat_is_named_where_amounts_are_no_longer_taken_as_sent() -> None:
    target = fake_books()
    assert target.at_fake is not None
    target.at_fake.fake.settings.recompute_vat = True
    found = broken(try_promises("eboekhouden", target))
    assert set(found) == {"eb-line-adds-up", "eb-line-without-vat"}
