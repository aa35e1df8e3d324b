"""The service's monthly quota of GetMutaties, and how it is spread over the month. Pure."""

import calendar
from datetime import datetime, timedelta

MUTATION_LOOKS_A_MONTH = 5000
"""How many calls of GetMutaties the service takes in a month (evidence: mutations)."""

KEPT_FOR_RECOVERY = 500
"""Calls that are kept back for looking up what is unknown."""

LOOK_AT_LEAST_EVERY = timedelta(minutes=15)


def month(now: datetime) -> str:
    """Return the month that a call counts in ("2017-10")."""
    return now.strftime("%Y-%m")


def may_look(used: int, now: datetime, looked: datetime | None) -> bool:
    """Tell whether the books may be looked at before this send.

    Always while the month's calls are ahead of their even spread, and in any case when the last
    look is longer ago than `LOOK_AT_LEAST_EVERY`.
    """
    if looked is None or now - looked >= LOOK_AT_LEAST_EVERY:
        return True
    _, days = calendar.monthrange(now.year, now.month)
    return used < (MUTATION_LOOKS_A_MONTH - KEPT_FOR_RECOVERY) * now.day / days
