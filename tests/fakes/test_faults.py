"""Every kind of fault, in process and over a socket, does what its name says."""

import json
import math
from collections.abc import Callable, Iterable
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest
import requests

from fakes.clock import SettableClock
from fakes.control import controlled
from fakes.fast_serve import FastServed, fast_serve
from fakes.faults import Faults
from fakes.inprocess import session
from fakes.serve import Served, serve

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

ADDRESS = "http://counter.example"


class Counter:
    """An application that counts its calls; the operation is the path."""

    def __init__(self) -> None:
        self.calls = 0
        self.clock = SettableClock(datetime(2017, 10, 19, tzinfo=UTC))
        self.faults = Faults(self.clock)
        self.wsgi: WSGIApplication = self.faults.around(
            self._count, lambda environ, body: environ["PATH_INFO"].strip("/") or None, {}
        )

    def _count(
        self, environ: "WSGIEnvironment", start_response: "StartResponse"
    ) -> Iterable[bytes]:
        body = environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0))
        self.calls += 1
        answer = b"answer to " + body
        start_response("200 OK", [("Content-Length", str(len(answer)))])
        return [answer]


@pytest.fixture
def counter() -> Counter:
    return Counter()


SERVERS: dict[str, Callable[["WSGIApplication"], Served | FastServed]] = {
    "over a socket": serve,
    "over a fast socket": fast_serve,
}


@pytest.fixture(params=["in process", *SERVERS])
def post(request: pytest.FixtureRequest, counter: Counter) -> Iterable["Post"]:
    if request.param == "in process":
        yield Post(session({ADDRESS: counter.wsgi}), ADDRESS)
        return
    with SERVERS[request.param](counter.wsgi) as served, requests.Session() as client:
        yield Post(client, served.url)


class Post:
    """Posts to an operation, with a time-out that only a hanging server reaches."""

    def __init__(self, client: requests.Session, address: str) -> None:
        self._client = client
        self._address = address

    def __call__(
        self, operation: str = "add", data: bytes | Iterable[bytes] = b"x" * 100
    ) -> requests.Response:
        return self._client.post(f"{self._address}/{operation}", data=data, timeout=0.5)


@pytest.mark.parametrize(
    ("kind", "error", "calls"),
    [
        ("refused", requests.ConnectionError, 0),
        ("time-out", requests.ReadTimeout, 0),
        ("time-out, committed", requests.ReadTimeout, 1),
        ("answer lost", requests.ConnectionError, 1),
        ("committed late", requests.ReadTimeout, 0),
    ],
)
def test_a_broken_connection_breaks_before_or_after_the_call_took_effect(
    counter: Counter, post: Post, kind: str, error: type[Exception], calls: int
) -> None:
    counter.faults.add(kind)
    with pytest.raises(error):
        post()
    assert counter.calls == calls
    assert post().status_code == 200


@pytest.mark.parametrize(("kind", "status"), [("http 500", 500), ("http 503", 503)])
def test_an_http_error_answers_instead_of_the_application(
    counter: Counter, post: Post, kind: str, status: int
) -> None:
    counter.faults.add(kind)
    assert post().status_code == status
    assert counter.calls == 0


def test_a_truncated_answer_is_cut_in_half_after_the_call_took_effect(
    counter: Counter, post: Post
) -> None:
    counter.faults.add("truncated")
    cut = post().content
    assert post().content.startswith(cut)
    assert len(cut) == 55
    assert counter.calls == 2


def test_served_twice_performs_the_call_twice_and_answers_once(
    counter: Counter, post: Post
) -> None:
    counter.faults.add("served twice")
    assert post().status_code == 200
    assert counter.calls == 2


def test_a_late_commit_happens_when_the_clock_has_moved_on(counter: Counter, post: Post) -> None:
    counter.faults.add("committed late", seconds=60)
    with pytest.raises(requests.ReadTimeout):
        post()
    counter.clock.advance(timedelta(seconds=59))
    counter.faults.settle()
    assert counter.calls == 0
    counter.clock.advance(timedelta(seconds=1))
    counter.faults.settle()
    assert counter.calls == 1


def test_slow_lets_the_fakes_own_clock_pass(counter: Counter, post: Post) -> None:
    before = counter.clock.now()
    counter.faults.add("slow", seconds=90)
    assert post().status_code == 200
    assert counter.clock.now() - before == timedelta(seconds=90)


def test_only_the_chosen_call_of_the_chosen_operation_is_broken(
    counter: Counter, post: Post
) -> None:
    counter.faults.add("http 500", "add", call=2, times=2)
    seen = [post(name).status_code for name in ("add", "read", "add", "read", "add", "add")]
    assert seen == [200, 200, 500, 200, 500, 200]
    assert counter.faults.waiting == []


def test_a_body_in_chunks_arrives_whole_while_a_fault_waits_for_its_call(
    counter: Counter,
) -> None:
    counter.faults.add("http 503", "remove")
    with serve(counter.wsgi) as served, requests.Session() as client:
        answer = Post(client, served.url)(data=iter([b"12", b"345"]))
    assert answer.content == b"answer to 12345"


def test_an_unknown_kind_is_refused_with_the_good_names(counter: Counter) -> None:
    with pytest.raises(ValueError, match=r"no fault 'lost'; there are: refused, time-out, slow"):
        counter.faults.add("lost")


@pytest.fixture
def control(counter: Counter) -> requests.Session:
    return session({"http://127.0.0.1": controlled(counter.wsgi, counter.faults, counter.clock)})


def test_the_control_address_sets_faults_and_moves_the_clock(
    counter: Counter, control: requests.Session
) -> None:
    faults = "http://127.0.0.1/control/faults"
    added = control.post(faults, json={"kind": "http 503", "operation": "add", "call": 2})
    assert added.json() == [{"kind": "http 503", "operation": "add", "call": 2}]
    assert control.post("http://127.0.0.1/add").status_code == 200
    assert control.post("http://127.0.0.1/add").status_code == 503
    control.post(faults, json={"kind": "committed late", "seconds": 60})
    with pytest.raises(requests.ReadTimeout):
        control.post("http://127.0.0.1/add")
    moved = control.post("http://127.0.0.1/control/clock", json={"advance": 60})
    assert moved.json() == {"now": "2017-10-19T00:01:00+00:00"}
    assert counter.calls == 2


def test_the_control_address_hears_this_machine_and_json_alone(
    counter: Counter, control: requests.Session
) -> None:
    faults = "http://127.0.0.1/control/faults"
    assert control.post(faults, data={"kind": "http 503"}).status_code == 400
    assert control.post(faults, json={"kind": "nothing"}).status_code == 400
    elsewhere = {"Host": "evil.example"}
    assert control.post(faults, json={"kind": "slow"}, headers=elsewhere).status_code == 403
    assert counter.faults.waiting == []


@pytest.mark.parametrize(
    ("what", "wrong", "why"),
    [
        (
            "faults",
            {"kind": "slow", "operation": "ad"},
            "no operation 'ad'; there are: add, remove",
        ),
        ("faults", {"kind": "slow", "operation": 1}, "operation is a text"),
        ("faults", {"kind": "slow", "call": 1.5}, "call and times are whole numbers"),
        ("faults", {"kind": "slow", "times": True}, "call and times are whole numbers"),
        ("faults", {"kind": "slow", "call": 0}, "count from 1"),
        ("faults", {"kind": "slow", "seconds": "2"}, "seconds is a number"),
        ("faults", {"kind": "slow", "seconds": -1}, "seconds is a number from 0"),
        ("faults", {"kind": "slow", "seconds": math.inf}, "seconds is a number from 0"),
        ("clock", {"advance": 1e300}, "out of reach"),
        ("clock", {"advance": True}, "expected"),
        ("clock", {"now": "9999-12-31T23:59:59-10:00"}, "out of reach"),
        ("clock", {"now": "2017-10-19T10:00:00"}, "has no time zone"),
    ],
)
def test_what_cannot_happen_is_refused_at_the_control_address(
    counter: Counter, what: str, wrong: dict[str, object], why: str
) -> None:
    faults = Faults(counter.clock, ["add", "remove"])
    control = session({"http://127.0.0.1": controlled(counter.wsgi, faults, counter.clock)})
    before = counter.clock.now()
    told = control.post(
        f"http://127.0.0.1/control/{what}",
        data=json.dumps(wrong),
        headers={"Content-Type": "application/json"},
    )
    assert told.status_code == 400
    assert why in told.json()["error"]
    assert (faults.waiting, counter.clock.now()) == ([], before)


def test_what_is_nested_too_deep_is_refused_at_the_control_address(counter: Counter) -> None:
    control = session({"http://127.0.0.1": controlled(counter.wsgi, counter.faults, counter.clock)})
    told = control.post(
        "http://127.0.0.1/control/faults",
        data='{"kind": ' + "[" * 4900 + "]" * 4900 + "}",
        headers={"Content-Type": "application/json"},
    )
    # How deep is too deep differs by the version of Python; what is not is no kind of fault.
    assert (told.status_code, list(told.json())) == (400, ["error"])


def test_a_clock_that_runs_is_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    waited: list[float] = []
    monkeypatch.setattr("fakes.faults.time.sleep", waited.append)
    clock = SettableClock(datetime(2017, 10, 19, tzinfo=UTC))
    Faults(clock).wait(30)
    assert (waited, clock.now()) == ([], datetime(2017, 10, 19, 0, 0, 30, tzinfo=UTC))
    clock.let_run()
    Faults(clock).wait(30)
    assert waited == [30]


def test_a_listener_hears_of_each_call_before_it_is_made_and_may_break_it(
    counter: Counter, post: Post
) -> None:
    heard = []

    def listen(operation: str) -> None:
        heard.append((operation, counter.calls))
        if operation == "remove":
            counter.faults.add("http 503")

    counter.faults.listen(listen)
    assert post("add").status_code == 200
    assert post("remove").status_code == 503
    with counter.faults.paused():
        post("add")
    assert heard == [("add", 0), ("remove", 1)]
