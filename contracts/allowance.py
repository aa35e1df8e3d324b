"""What a config allows of calls: GetMutaties a month over all runs, and writes in one run.

The service allows 5,000 lists a month (evidence: eb-quota), to everybody who shares the
administration; a config says how many of them are ours. They are counted in a file beside the
config. What is written stays, since nothing is deleted over SOAP, so writes have a limit too.
"""

import json
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

from contracts.sandbox import GuardError

COUNTED = "GetMutaties"


def _this_month() -> str:
    return datetime.now(UTC).strftime("%Y-%m")


class MonthlyCalls:
    """Counts calls; `path` None counts this run only. `month` tells the month ("2026-06")."""

    def __init__(
        self, path: Path | None, limit: int, month: Callable[[], str] = _this_month
    ) -> None:
        self._path = path
        self._limit = limit
        self._month = month
        self._memory: dict[str, int] = {}

    def take(self, operation: str) -> None:
        """Count a call that is about to be made; raises GuardError when the month has no more."""
        if operation != COUNTED:
            return
        counts, month = self._counts(), self._month()
        used = counts.get(month, 0)
        if used >= self._limit:
            raise GuardError(
                f"{COUNTED} was asked {used} times in {month}, and the config allows "
                f"{self._limit} a month (monthly_calls). Wait for the next month, or allow more."
            )
        self._memory = {month: used + 1}
        if self._path is not None:
            self._path.write_text(json.dumps(self._memory) + "\n", encoding="utf-8")

    def _counts(self) -> dict[str, int]:
        if self._path is None or not self._path.exists():
            return self._memory
        try:
            told = json.loads(self._path.read_text(encoding="utf-8"))
            return {str(month): int(count) for month, count in told.items()}
        except (ValueError, AttributeError) as wrong:
            raise GuardError(
                f"{self._path} does not say how often {COUNTED} was asked this month. Delete it if "
                "the quota is not used up."
            ) from wrong


SHOP_READS = (
    "read", "search", "fields_get", "name_", "default_get", "onchange", "get_param",
    "version", "server_version", "authenticate", "login", "list", "/web/",
)  # fmt: skip
"""How the methods of Bizzcloud begin that leave nothing behind; any other counts as a write."""


def writes_books(operation: str) -> bool:
    """Tell whether an operation of e-Boekhouden writes."""
    return operation.startswith(("Add", "Update"))


def writes_shop(method: str) -> bool:
    """Tell whether a method of Bizzcloud may leave something behind."""
    return not method.startswith(SHOP_READS)


class WriteLimit:
    """Counts the writes of one run; `is_write` tells which calls are."""

    def __init__(self, limit: int, is_write: Callable[[str], bool] = writes_books) -> None:
        self._limit = limit
        self._is_write = is_write
        self._made = 0

    def take(self, operation: str) -> None:
        """Count a write that is about to be made; raises GuardError when no more are allowed."""
        if not self._is_write(operation):
            return
        if self._made >= self._limit:
            raise GuardError(
                f"The run has made the {self._limit} writes that the config allows (writes); what "
                "was written stays. Allow more, or try less in one run."
            )
        self._made += 1
