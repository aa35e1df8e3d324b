"""Following by itself: pushes first, polls underneath, slower when a side fails."""

import threading
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import Any, cast

import pytest

from sync_core.attention import Attention
from sync_core.coupling import Coupling, Report
from sync_core.failures import CouplingError, NotReached
from sync_core.journal import PostingState, Reason
from sync_core.link import Link, LinkOptions, LinkState
from sync_core.pace import LONGEST_PAUSE, Pace
from sync_core.watch import Watch

START = datetime(2017, 10, 19, 9, tzinfo=UTC)
POLLING = timedelta(seconds=30)


class CouplingThatNotes:
    """Notes what it is asked; `fails` makes the next rounds fail."""

    def __init__(self) -> None:
        self.done: list[str] = []
        self.fails = 0
        self.state = LinkState.ACTIVE
        self.waiting: list[Attention] = []
        self.pushed = threading.Event()
        self.meanwhile: Callable[[], None] = lambda: None

    def current_link(self) -> Link:
        return Link(1, "mycompany", 1, "books", "Demo BV", self.state, LinkOptions())

    def push(self, model: str, record: int) -> Report:
        report = self._do(f"push {model} {record}")
        self.meanwhile()
        self.pushed.set()
        return report

    def sync(self, retry: bool) -> Report:
        return self._do("sync and retry" if retry else "sync")

    def attention(self) -> list[Attention]:
        return self.waiting

    def compare_ids(self) -> None:
        self._do("compare ids")

    def _do(self, what: str) -> Report:
        if self.fails:
            self.fails -= 1
            raise NotReached("e-Boekhouden does not answer")
        self.done.append(what)
        waiting = len(self.waiting)
        return Report(Counter({PostingState.WAITING.value: waiting}), followed=waiting)


class Scene:
    """A watch, its coupling, and a clock to move."""

    def __init__(self) -> None:
        self.coupling = CouplingThatNotes()
        self.now = START
        self.told: list[str] = []
        self.watch = Watch(
            cast("Coupling", self.coupling), lambda: self.now, POLLING, self.told.append
        )

    def after(self, **duration: float) -> list[str]:
        self.now += timedelta(**duration)
        self.coupling.done.clear()
        self.watch.turn()
        return list(self.coupling.done)


def test_the_first_turn_polls_and_tries_what_waits() -> None:
    assert Scene().after(seconds=0) == ["sync and retry"]


def test_a_push_is_followed_at_once_and_a_doubled_one_once() -> None:
    scene = Scene()
    scene.after(seconds=0)
    scene.watch.push("account.invoice", 17)
    scene.watch.push("account.invoice", 17)
    scene.watch.push("pos.order", 3)
    assert scene.after(seconds=1) == ["push account.invoice 17", "push pos.order 3"]
    assert scene.after(seconds=1) == []


def test_polls_come_at_their_pace_and_what_waits_is_tried_each_minute() -> None:
    scene = Scene()
    scene.after(seconds=0)
    assert scene.after(seconds=29) == []
    assert scene.after(seconds=1) == ["sync"]
    assert scene.after(seconds=30) == ["sync and retry"]


def test_ids_are_compared_once_a_day() -> None:
    scene = Scene()
    scene.after(seconds=0)
    assert "compare ids" not in scene.after(hours=23)
    assert "compare ids" in scene.after(hours=1)
    assert "compare ids" not in scene.after(minutes=1)


def test_a_push_that_failed_is_kept_and_followed_when_the_side_is_back() -> None:
    scene = Scene()
    scene.after(seconds=0)
    scene.coupling.fails = 2
    scene.watch.push("account.invoice", 17)
    assert scene.after(seconds=1) == []
    assert scene.after(seconds=1) == [], "within the pause nothing is called"
    assert scene.coupling.fails == 1
    assert scene.after(seconds=2) == []
    assert scene.after(seconds=4)[0] == "push account.invoice 17"
    assert scene.told == ["e-Boekhouden does not answer"], "told once"


def test_a_push_that_comes_while_its_document_is_read_is_followed_too() -> None:
    scene = Scene()

    def change_once() -> None:
        scene.coupling.meanwhile = lambda: None
        scene.watch.push("account.invoice", 7)

    scene.coupling.meanwhile = change_once
    scene.watch.push("account.invoice", 7)

    assert scene.after()[:2] == ["push account.invoice 7", "push account.invoice 7"]


def test_what_comes_to_wait_is_told_once() -> None:
    scene = Scene()
    scene.coupling.waiting = [
        Attention(
            "F/2017/0001", Reason("line-without-tax", {"account": "8020", "line": "Taart"}), START
        )
    ]
    scene.after(seconds=0)
    (told,) = scene.told
    assert told.startswith("F/2017/0001: ")
    scene.after(seconds=30)
    scene.watch.push("account.invoice", 17)
    scene.after(seconds=1)
    assert scene.told == [told], "once"
    scene.coupling.waiting.append(Attention("F/2017/0002", Reason("unknown"), START))
    scene.watch.push("account.invoice", 18)
    scene.after(seconds=1)
    assert [each.partition(":")[0] for each in scene.told] == ["F/2017/0001", "F/2017/0002"]


def test_what_nobody_waits_for_any_more_is_not_done_later() -> None:
    scene = Scene()
    done: list[str] = []
    with pytest.raises(TimeoutError):
        scene.watch.ask(lambda _: done.append("linked"), timeout=0)
    scene.after(seconds=0)
    assert done == []


def test_a_defect_reaches_who_asked_and_ends_the_watch() -> None:
    scene = Scene()

    def broken(_: object) -> None:
        raise ZeroDivisionError

    with ThreadPoolExecutor(1) as threads:
        asked = threads.submit(scene.watch.ask, broken, 60)
        with pytest.raises(ZeroDivisionError):
            scene.watch.run()
        with pytest.raises(ZeroDivisionError):
            asked.result(60)


def test_the_pause_doubles_to_a_limit_and_ends_with_success() -> None:
    pace = Pace(POLLING)
    pauses = []
    for _ in range(12):
        pace = pace.failed(START)
        assert pace.poll_at is not None
        pauses.append(pace.poll_at - START)
    assert pauses[:4] == [timedelta(seconds=s) for s in (2, 4, 8, 16)]
    assert pauses[-1] == LONGEST_PAUSE
    assert pace.succeeded(START).poll_at == START + POLLING


def test_a_link_that_is_not_active_is_left_alone() -> None:
    scene = Scene()
    scene.coupling.state = LinkState.UNLINKED
    scene.watch.push("account.invoice", 17)
    assert scene.after(seconds=0) == []


@contextmanager
def running(watch: Watch) -> Iterator[None]:
    thread = threading.Thread(target=watch.run)
    thread.start()
    try:
        yield
    finally:
        watch.stop()
        thread.join(10)
        assert not thread.is_alive()


def test_others_can_ask_the_working_thread_and_hear_what_it_raises() -> None:
    scene = Scene()

    def fails(_: Coupling) -> Any:
        raise NotReached("no")

    asks: Callable[[Coupling], str] = lambda coupling: coupling.current_link().books  # type: ignore[union-attr]  # noqa: E731
    with running(scene.watch):
        assert scene.watch.ask(asks, 10) == "books"
        with pytest.raises(CouplingError, match="no"):
            scene.watch.ask(fails, 10)


def test_a_push_wakes_a_running_watch() -> None:
    scene = Scene()
    with running(scene.watch):
        scene.watch.ask(lambda _: None, 10)
        scene.watch.push("account.invoice", 17)
        assert scene.coupling.pushed.wait(10)
