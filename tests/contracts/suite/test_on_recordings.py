"""The contract suites on recordings: they answer from it, and say what they cannot try."""

from dataclasses import replace
from pathlib import Path

import pytest

from contracts.bizzcloud.without_promise import REASONS
from contracts.eboekhouden.client import SoapClient
from contracts.recording.recordings import read, write
from contracts.recording.sessions import Recorder
from contracts.redacting.recordings import RecordingRedactor
from contracts.suite.results import Run, Verdict
from contracts.suite.run import try_promises
from contracts.targets import BooksTarget, target_named
from fakes.inprocess import session

RECORDED = Path(__file__).parents[3] / "contracts" / "bizzcloud" / "recorded.jsonl"


def by_verdict(run: Run, verdict: Verdict) -> dict[str, str]:
    return {result.promise: result.why for result in run.results if result.verdict is verdict}


def test_the_bizzcloud_suite_passes_on_the_recorded_exchanges_for_all_it_can_try(
    capsys: pytest.CaptureFixture[str],
) -> None:
    run = try_promises("bizzcloud", target_named("bizzcloud", f"recording:{RECORDED}", write=False))
    with capsys.disabled():
        print(f"\n{run.summary()}")
    assert by_verdict(run, Verdict.BROKEN) == {}
    untried = by_verdict(run, Verdict.NOT_TRIED)
    assert {name: why for name, why in untried.items() if name in REASONS} == REASONS
    unrecorded = {name: why for name, why in untried.items() if name not in REASONS}
    assert len(by_verdict(run, Verdict.KEPT)) == 64
    assert {"bz-older-paths", "bz-search-order", "bz-paid-kept"} <= unrecorded.keys()
    assert all(why.startswith("the recording holds ") for why in unrecorded.values())
    assert run.exchanges == (108, 108)


@pytest.mark.parametrize("redacted", [False, True], ids=["plain", "redacted"])
def test_the_recorded_exchanges_answer_when_they_are_redacted_too(
    redacted: bool, tmp_path: Path
) -> None:
    recording = read(RECORDED)
    write(
        tmp_path / "run.jsonl", RecordingRedactor().recording(recording) if redacted else recording
    )
    name = f"recording:{tmp_path / 'run.jsonl'}"
    run = try_promises("bizzcloud", target_named("bizzcloud", name, write=False))
    assert by_verdict(run, Verdict.BROKEN) == {}
    # The database's user has one word for name and password, which is then one stand-in.
    assert len(by_verdict(run, Verdict.KEPT)) == (63 if redacted else 64)


@pytest.mark.parametrize("redacted", [False, True], ids=["plain", "redacted"])
def test_a_recording_of_the_suite_itself_answers_it_again(redacted: bool, tmp_path: Path) -> None:
    target = target_named("eboekhouden", "fake", write=False)
    assert isinstance(target, BooksTarget)
    assert target.at_fake is not None
    recorder = Recorder()
    http = recorder.watch(session({"http://soap.e-boekhouden.test": target.at_fake.fake.wsgi}))
    watched = replace(target, client=SoapClient(http, target.client.address))
    first = try_promises("eboekhouden", watched)
    recording = recorder.recording
    if redacted:
        recording = RecordingRedactor().recording(recording)
    place = tmp_path / "suite.jsonl"
    write(place, recording)

    again = try_promises(
        "eboekhouden", target_named("eboekhouden", f"recording:{place}", write=False)
    )
    assert by_verdict(again, Verdict.BROKEN) == {}
    by_hand = {result.promise for result in again.results if "bookkeeper or of time" in result.why}
    assert {"eb-closed-period", "eb-session-lifetime", "eb-quota"} <= by_hand
    kept, kept_again = by_verdict(first, Verdict.KEPT), by_verdict(again, Verdict.KEPT)
    assert kept.keys() - kept_again.keys() == by_hand | {"eb-vat-low-rate"}
