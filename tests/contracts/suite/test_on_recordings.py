"""The contract suites on recordings: they answer from it, and say what they cannot try."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import requests
from requests.adapters import BaseAdapter

from contracts.bizzcloud.without_promise import REASONS
from contracts.eboekhouden.client import SoapClient
from contracts.recordings import Exchange, Recording, Request, Response, write
from contracts.suite.results import Run, Verdict
from contracts.suite.run import try_promises
from contracts.targets import BooksTarget, target_named
from fakes.inprocess import WsgiAdapter

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
    assert set(untried) - set(REASONS) == {"bz-older-paths", "bz-search-order", "bz-paid-kept"}
    assert untried["bz-older-paths"].startswith("the recording holds no call of /xmlrpc/common")
    assert run.exchanges == (108, 108)


class Keeping(BaseAdapter):
    """Hands requests on to another adapter and keeps what was exchanged."""

    def __init__(self, inner: BaseAdapter) -> None:
        super().__init__()
        self._inner = inner
        self.kept: list[Exchange] = []

    def send(self, request: requests.PreparedRequest, *args: Any, **more: Any) -> requests.Response:
        answer = self._inner.send(request, *args, **more)
        body = request.body or b""
        sent = body.encode() if isinstance(body, str) else body
        method, url = request.method or "", request.url or ""
        asked = Request(method, url, tuple(request.headers.items()), sent)
        headers = tuple(answer.headers.items())
        answered = Response(answer.status_code, answer.reason, headers, answer.content)
        self.kept.append(Exchange(len(self.kept) + 1, asked, answered))
        return answer

    def close(self) -> None:
        self._inner.close()


def test_a_recording_of_the_suite_itself_answers_it_again(tmp_path: Path) -> None:
    target = target_named("eboekhouden", "fake", write=False)
    assert isinstance(target, BooksTarget)
    assert target.at_fake is not None
    keeping = Keeping(WsgiAdapter(target.at_fake.fake.wsgi))
    http = requests.Session()
    http.mount("http://", keeping)
    watched = replace(target, client=SoapClient(http, target.client.address))
    first = try_promises("eboekhouden", watched)
    place = tmp_path / "suite.jsonl"
    write(place, Recording(tuple(keeping.kept)))

    again = try_promises(
        "eboekhouden", target_named("eboekhouden", f"recording:{place}", write=False)
    )
    assert by_verdict(again, Verdict.BROKEN) == {}
    by_hand = {result.promise for result in again.results if "bookkeeper or of time" in result.why}
    assert {"eb-closed-period", "eb-session-lifetime", "eb-quota"} <= by_hand
    kept, kept_again = by_verdict(first, Verdict.KEPT), by_verdict(again, Verdict.KEPT)
    assert kept.keys() - kept_again.keys() == by_hand | {"eb-vat-low-rate"}
