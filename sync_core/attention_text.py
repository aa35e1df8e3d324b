"""What needs attention as a bookkeeper reads it, a line each and a total on top. Pure."""

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from decimal import Decimal

from sync_core.attention import Attention
from sync_core.messages import Language
from sync_core.money_text import euros

NOTHING = {"nl": "Er wacht niets.", "en": "Nothing waits."}
TOTAL = {"nl": "{number} wachten, samen {total}", "en": "{number} waiting, {total} in all"}
ONE = {"nl": "1 wacht, {total}", "en": "1 waiting, {total}"}
SINCE = {
    "nl": ("wacht sinds vandaag", "wacht 1 dag", "wacht {days} dagen"),
    "en": ("waiting since today", "waiting 1 day", "waiting {days} days"),
}


def attention_lines(
    waiting: Sequence[Attention], now: datetime, language: Language = "nl"
) -> Iterator[str]:
    """Yield the total, then for each what it is, why it waits, what to do, and what then."""
    if not waiting:
        yield NOTHING[language]
        return
    total = euros(sum((each.total for each in waiting), Decimal(0)))
    one = len(waiting) == 1
    yield (ONE if one else TOTAL)[language].format(number=len(waiting), total=total)
    for each in waiting:
        yield attention_line(each, now, language)


def attention_line(waiting: Attention, now: datetime, language: Language = "nl") -> str:
    """Return what it is, why it waits, what to do, and what then, as one line."""
    waits = ", ".join(filter(None, (_waits(now - waiting.since, language), waiting.period_text)))
    return f"{waiting.what}: {waiting.why}; {waiting.remedy}; {waiting.then} ({waits})"


def _waits(length: timedelta, language: Language) -> str:
    today, one, many = SINCE[language]
    if length.days < 1:
        return today
    return one if length.days == 1 else many.format(days=length.days)
