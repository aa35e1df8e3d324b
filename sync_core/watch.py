"""Follows the shop by itself: pushes as they come, polls underneath, back-off when a side fails.

One thread does all the work, so that a coupling is never used by two at once; others hand it
pushes, and requests that they wait for.
"""

import queue
import threading
from collections.abc import Callable
from concurrent.futures import Future
from datetime import datetime, timedelta
from typing import Any, TypeVar

from sync_core.attention_text import attention_line
from sync_core.coupling import Coupling
from sync_core.documents import Model
from sync_core.failures import CouplingError
from sync_core.link import LinkState
from sync_core.logs import Log, silent
from sync_core.pace import Pace

Result = TypeVar("Result")

SECONDS_BETWEEN_WAKES = 0.5
"""The longest wait: a signal that another thread got is heard when the working one next wakes."""

MOST_PUSHES = 10_000
"""Pushes that are kept at a time; one more is dropped, since polling finds its document too."""


class Watch:
    """A coupling that follows by itself until it is stopped.

    `tell` hears each failure as a sentence, the same one once until all is well again, and each
    document that comes to wait for a person, as `koppeling attention` has it.
    """

    def __init__(
        self,
        coupling: Coupling,
        now: Callable[[], datetime],
        polling: timedelta,
        tell: Callable[[str], None],
        log: Log = silent,
    ) -> None:
        self._coupling = coupling
        self._now = now
        self._tell = tell
        self._log = log
        self._told = ""
        self._told_waiting: frozenset[tuple[str, str]] = frozenset()
        self._pace = Pace(polling)
        self._pushed: dict[tuple[Model, int], None] = {}
        self._lock = threading.Lock()
        self._jobs: queue.Queue[tuple[Callable[[Coupling], Any], Future[Any]]] = queue.Queue()
        self._woken = threading.Event()
        self._ended = threading.Event()

    def push(self, model: Model, record: int) -> None:
        """Take note that a record changed; a second push of it before its turn adds nothing."""
        with self._lock:
            if len(self._pushed) < MOST_PUSHES:
                self._pushed[model, record] = None
        self._woken.set()

    def ask(self, job: Callable[[Coupling], Result], timeout: float) -> Result:
        """Let the working thread do something with the coupling and return its result.

        Raises what the job raises, and TimeoutError when it takes longer than `timeout` seconds;
        what was not begun by then is not done later either.
        """
        future: Future[Result] = Future()
        self._jobs.put((job, future))
        self._woken.set()
        try:
            return future.result(timeout)
        finally:
            future.cancel()

    def run(self) -> None:
        """Work until `stop` is called."""
        while not self._ended.is_set():
            self._woken.clear()
            self.turn()
            if not self._something_due():
                self._woken.wait(min(self._pause(), SECONDS_BETWEEN_WAKES))

    def stop(self) -> None:
        """End after the round that is under way."""
        self._ended.set()
        self._woken.set()

    def turn(self) -> None:
        """Do what is due now: requests first, then pushes, then a poll."""
        self._do_jobs()
        link = self._coupling.current_link()
        if link is None or link.state is not LinkState.ACTIVE:
            return
        now = self._now()
        due = self._pace.due(now)
        try:
            if due or not self._pace.failures:
                self._follow_pushes()
            if due:
                self._poll(now)
        except CouplingError as error:
            self._pace = self._pace.failed(now)
            self._tell_once(str(error))
            self._log("round failed", kind=type(error).__name__)

    def _follow_pushes(self) -> None:
        """Follow what was pushed; what a failure leaves over stays for the next turn."""
        while True:
            with self._lock:
                pushed = next(iter(self._pushed), None)
                if pushed is None:
                    return
                # Gone before it is read: a push that comes meanwhile tells of a later change.
                del self._pushed[pushed]
            try:
                report = self._coupling.push(*pushed)
            except CouplingError:
                self.push(*pushed)
                raise
            if report.waiting:
                self._tell_what_waits()

    def _poll(self, now: datetime) -> None:
        report = self._coupling.sync(retry=self._pace.retry_due(now))
        if report.followed:
            self._tell_what_waits()
        if self._pace.compare_due(now):
            self._coupling.compare_ids()
        self._pace = self._pace.succeeded(now)
        self._told = ""

    def _do_jobs(self) -> None:
        while True:
            try:
                job, future = self._jobs.get_nowait()
            except queue.Empty:
                return
            if not future.set_running_or_notify_cancel():
                continue
            try:
                future.set_result(job(self._coupling))
            except CouplingError as error:
                future.set_exception(error)
            except BaseException as error:
                # A defect ends the watch; whoever asked hears of it now, not after a time-out.
                future.set_exception(error)
                raise

    def _something_due(self) -> bool:
        with self._lock:
            pushed = bool(self._pushed) and not self._pace.failures
        return pushed or not self._jobs.empty()

    def _pause(self) -> float:
        if self._pace.poll_at is None:
            return self._pace.polling.total_seconds()
        return max(0.0, (self._pace.poll_at - self._now()).total_seconds())

    def _tell_what_waits(self) -> None:
        """Tell what has come to wait, or waits for another reason, since it was last told."""
        waiting = self._coupling.attention()
        now = self._now()
        for each in waiting:
            if (each.label, each.code) not in self._told_waiting:
                self._tell(attention_line(each, now))
        self._told_waiting = frozenset((each.label, each.code) for each in waiting)

    def _tell_once(self, sentence: str) -> None:
        if sentence != self._told:
            self._told = sentence
            self._tell(sentence)
