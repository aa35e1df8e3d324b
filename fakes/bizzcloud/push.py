"""Pushes: changes told to the coupling, at least once, with back-off on the stand-in's clock."""

import threading
import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from fakes.bizzcloud.database import Change
from fakes.bizzcloud.signing import CouplingAddress, NoAnswer, new_session, post
from fakes.clock import Clock

if TYPE_CHECKING:
    import requests

LONGEST_WAIT = timedelta(minutes=10)


@dataclass
class Delivery:
    """One push that has not arrived yet: how often it was tried, and when it is tried next."""

    identifier: str
    database: str
    change: Change
    due: datetime
    attempts: int = 0

    def message(self) -> dict[str, str | int]:
        """Return what the coupling is sent: the document's name and what happened, no more."""
        return {
            "database": self.database,
            "model": self.change.model,
            "id": self.change.id,
            "event": self.change.event,
            "delivery": self.identifier,
        }


class Pushes:
    """What is still to be told, for the databases whose link is active.

    `http` is the session that carries the pushes, so that a test can hand over one that ends in
    the coupling's own application.
    """

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._addresses: dict[str, CouplingAddress] = {}
        self._waiting: list[Delivery] = []
        self._lock = threading.Lock()
        self._news = threading.Event()
        self._http: requests.Session | None = None

    @property
    def http(self) -> "requests.Session":
        """The session that carries what is sent to the coupling."""
        if self._http is None:
            self._http = new_session()
        return self._http

    @http.setter
    def http(self, session: "requests.Session") -> None:
        self._http = session

    def begin(self, database: str, address: CouplingAddress) -> None:
        """Tell the coupling at an address what changes in a database from now on."""
        self._addresses[database] = address

    def end(self, database: str) -> None:
        """Tell nothing more of a database, nor what is still waiting."""
        self._addresses.pop(database, None)
        with self._lock:
            self._waiting = [each for each in self._waiting if each.database != database]

    def is_active(self, database: str) -> bool:
        """Return whether changes of a database are told."""
        return database in self._addresses

    @property
    def waiting(self) -> list[Delivery]:
        """The pushes that have not arrived."""
        with self._lock:
            return list(self._waiting)

    def note(self, database: str, changes: Iterable[Change]) -> None:
        """Queue what a transaction changed."""
        if database not in self._addresses:
            return
        now = self._clock.now()
        with self._lock:
            self._waiting += [
                Delivery(uuid.uuid4().hex, database, change, now) for change in changes
            ]
        self._news.set()

    def deliver_due(self, *, twice: bool = False, newest_first: bool = False) -> int:
        """Try every push whose time has come; return how many arrived.

        `twice` sends each that arrives once more; `newest_first` turns their order round.
        """
        now = self._clock.now()
        due = [each for each in self.waiting if each.due <= now]
        arrived = 0
        for delivery in reversed(due) if newest_first else due:
            address = self._addresses.get(delivery.database)
            if address is None or not self._sent(address, delivery):
                delivery.attempts += 1
                wait = timedelta(seconds=2 ** min(delivery.attempts - 1, 20))
                delivery.due = self._clock.now() + min(wait, LONGEST_WAIT)
                continue
            arrived += 1
            if twice:
                self._sent(address, delivery)
            with self._lock:
                self._waiting = [each for each in self._waiting if each is not delivery]
        return arrived

    def _sent(self, address: CouplingAddress, delivery: Delivery) -> bool:
        try:
            answer = post(self.http, address, "/push", delivery.message(), self._clock)
        except NoAnswer:
            return False  # the attempt is counted, and made again
        return answer.ok

    def wait_for_news(self, seconds: float) -> None:
        """Wait until something is queued, or for a number of seconds."""
        self._news.wait(seconds)
        self._news.clear()

    def wake(self) -> None:
        """End a wait for news."""
        self._news.set()


class Courier:
    """Delivers pushes in the background, for a stand-in that is served."""

    def __init__(self, pushes: Pushes, interval: float = 0.2) -> None:
        self._pushes = pushes
        self._interval = interval
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, name="pushes", daemon=True)
        self._thread.start()

    def _run(self) -> None:
        while not self._stopping.is_set():
            self._pushes.deliver_due()
            self._pushes.wait_for_news(self._interval)

    def close(self) -> None:
        """Stop delivering; what is waiting stays waiting."""
        self._stopping.set()
        self._pushes.wake()
        self._thread.join()
