"""Time zones by the names that clients and users give them."""

from functools import cache
from zoneinfo import ZoneInfo, available_timezones


def zone_named(name: object) -> ZoneInfo | None:
    """Return the time zone of a name; None for no name, and for what is not one."""
    return ZoneInfo(name) if isinstance(name, str) and name in _names() else None


@cache
def _names() -> frozenset[str]:
    return frozenset(available_timezones())
