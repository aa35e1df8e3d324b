"""The time that a fake lives in: the computer's, or one that a test sets and moves."""

import time
from datetime import UTC, datetime, timedelta
from typing import Protocol


class Clock(Protocol):
    """Tells the time; whatever needs the time takes a clock and never asks the computer."""

    def now(self) -> datetime:
        """Return the present moment, aware, in UTC."""
        ...


class SystemClock:
    """The computer's own clock."""

    def now(self) -> datetime:
        """Return the present moment, aware, in UTC."""
        return datetime.now(UTC)


class SettableClock:
    """A clock that stands still until it is moved, or is let run."""

    def __init__(self, moment: datetime) -> None:
        self._moment = _aware(moment)
        self._running_since: float | None = None

    def now(self) -> datetime:
        """Return the moment that the clock stands at, aware, in UTC."""
        if self._running_since is None:
            return self._moment
        return self._moment + timedelta(seconds=time.monotonic() - self._running_since)

    @property
    def runs(self) -> bool:
        """Whether it goes on by itself."""
        return self._running_since is not None

    def let_run(self) -> None:
        """Let the clock go on from where it stands, as fast as the computer's."""
        self._moment = self.now()
        self._running_since = time.monotonic()

    def set(self, moment: datetime) -> None:
        """Put the clock at an aware moment, later or earlier; raises ValueError on a naive one."""
        self._moment = _aware(moment)
        if self._running_since is not None:
            self._running_since = time.monotonic()

    def advance(self, duration: timedelta) -> None:
        """Move the clock on by a duration."""
        self._moment += duration


def _aware(moment: datetime) -> datetime:
    if moment.tzinfo is None:
        raise ValueError(f"{moment.isoformat()} has no time zone; give one, UTC for instance")
    return moment.astimezone(UTC)
