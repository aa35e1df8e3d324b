"""When to look: how long to wait between rounds, and after failures. Pure."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

FIRST_PAUSE = timedelta(seconds=2)
LONGEST_PAUSE = timedelta(minutes=5)


@dataclass(frozen=True)
class Pace:
    """When the next poll is due, when what waits is tried again, and when ids are compared.

    `polling` is the pause between two polls while all goes well.
    """

    polling: timedelta
    retrying: timedelta = timedelta(minutes=1)
    comparing: timedelta = timedelta(days=1)
    failures: int = 0
    poll_at: datetime | None = None
    retry_at: datetime | None = None
    compare_at: datetime | None = None

    def due(self, now: datetime) -> bool:
        """Tell whether a poll is due."""
        return self.poll_at is None or now >= self.poll_at

    def retry_due(self, now: datetime) -> bool:
        """Tell whether what waits is to be tried again with this poll."""
        return self.retry_at is None or now >= self.retry_at

    def compare_due(self, now: datetime) -> bool:
        """Tell whether the ids of the shop are to be compared; first a day after the start."""
        return self.compare_at is not None and now >= self.compare_at

    def succeeded(self, now: datetime) -> "Pace":
        """Return the pace after a round that went well."""
        return replace(
            self,
            failures=0,
            poll_at=now + self.polling,
            retry_at=now + self.retrying if self.retry_due(now) else self.retry_at,
            compare_at=self._next_comparison(now),
        )

    def failed(self, now: datetime) -> "Pace":
        """Return the pace after a round that failed: twice as slow each time, to a limit."""
        pause = min(FIRST_PAUSE * 2**self.failures, LONGEST_PAUSE)
        return replace(self, failures=min(self.failures + 1, 20), poll_at=now + pause)

    def _next_comparison(self, now: datetime) -> datetime:
        if self.compare_at is None or now >= self.compare_at:
            return now + self.comparing
        return self.compare_at
