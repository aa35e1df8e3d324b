"""The texts of a story as typed values: amounts, days, moments, durations, yes and no.

Each type reads what a person writes (`82.64`, `2017-10-19`, `3 days`) and says what it expected
when it cannot. A value that is typed already passes, so that Python can build stories too.
"""

import re
import reprlib
from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Annotated, Any
from zoneinfo import ZoneInfo

from pydantic import BaseModel, BeforeValidator, ConfigDict, WithJsonSchema

AMSTERDAM = ZoneInfo("Europe/Amsterdam")
"""The time zone in which a story tells the time."""

OPENING_HOUR = time(9)
"""When a story's day begins, unless it says otherwise."""


class Part(BaseModel):
    """A part of a story: keys are words with spaces, unknown ones are refused, nothing changes."""

    model_config = ConfigDict(
        extra="forbid",
        frozen=True,
        alias_generator=lambda name: name.rstrip("_").replace("_", " "),
        validate_by_name=True,
        validate_by_alias=True,
        arbitrary_types_allowed=True,
    )


def _expected(what: str, found: object) -> ValueError:
    if found is None or found == "":
        return ValueError(f"expected {what}, and nothing stands here.")
    if isinstance(found, dict | list):
        kind = "mapping" if isinstance(found, dict) else "list"
        return ValueError(f"expected {what}, found a {kind}.")
    return ValueError(f"expected {what}, found {reprlib.repr(found)}.")


def _reader(what: str, pattern: str, read: Callable[[str], Any], made: type) -> BeforeValidator:
    """Return a validator that lets a `made` pass and reads a text of the given form."""
    form = re.compile(pattern, re.ASCII)

    def validate(found: Any) -> Any:
        if isinstance(found, made) and not isinstance(found, bool | str):
            return found
        if not isinstance(found, str) or not form.fullmatch(found):
            raise _expected(what, found)
        try:
            return read(found)
        except ValueError as error:
            raise _expected(what, found) from error

    return BeforeValidator(validate)


def _read_moment(text: str) -> datetime:
    day, _, hour = text.partition(" ")
    at = time.fromisoformat(hour) if hour else OPENING_HOUR
    return datetime.combine(date.fromisoformat(day), at, AMSTERDAM)


_UNITS = {"second": 1, "minute": 60, "hour": 3600, "day": 86400}


def _read_duration(text: str) -> timedelta:
    number, unit = text.split()
    return timedelta(seconds=int(number) * _UNITS[unit.rstrip("s")])


def _read_yes_no(found: Any) -> bool:
    if isinstance(found, bool):
        return found
    words = {"yes": True, "true": True, "no": False, "false": False}
    if not isinstance(found, str) or found not in words:
        raise _expected("yes or no", found)
    return words[found]


def _read_words(found: Any) -> Any:
    if not isinstance(found, str) or not found.strip():
        raise _expected("a text", found)
    return found.strip()


def _plain(kind: str | list[str], **more: Any) -> WithJsonSchema:
    return WithJsonSchema({"type": kind, **more})


_DAY = r"(?:19|20)\d\d-\d\d-\d\d"
_NUMBER = ["number", "string"]

Text = Annotated[str, BeforeValidator(_read_words), _plain(["string", "number"])]
"""A text that is not empty."""

YesNo = Annotated[bool, BeforeValidator(_read_yes_no), _plain("boolean")]
"""`yes` or `no`."""

Amount = Annotated[
    Decimal,
    _reader("an amount as 82.64 or -5", r"-?\d{1,12}(\.\d{1,6})?", Decimal, Decimal),
    _plain(_NUMBER),
]
"""Euros, or a quantity: digits, at most one point, no thousands."""

Whole = Annotated[
    int, _reader("a whole number as 245", r"\d{1,12}", int, int), _plain(["integer", "string"])
]
"""A number from 0 up."""

Day = Annotated[
    date,
    _reader("a date as 2017-10-19", _DAY, date.fromisoformat, date),
    _plain("string", format="date"),
]
"""A calendar day in the Netherlands."""

Moment = Annotated[
    datetime,
    _reader(
        "a day as 2017-10-19, or with a time as 2017-10-19 23:30",
        _DAY + r"( \d\d:\d\d(:\d\d)?)?",
        _read_moment,
        datetime,
    ),
    _plain("string"),
]
"""A moment in Amsterdam; a day alone means nine in the morning."""

Duration = Annotated[
    timedelta,
    _reader(
        "a duration as 3 days, 2 hours, 90 minutes or 10 seconds",
        r"\d{1,6} (second|minute|hour|day)s?",
        _read_duration,
        timedelta,
    ),
    _plain("string", pattern=r"^\d{1,6} (second|minute|hour|day)s?$"),
]
"""A length of time."""

AccountCode = Annotated[
    str,
    _reader("the code of a ledger account as 8020", r"[0-9A-Za-z.\-]{1,10}", str, bytes),
    _plain(["integer", "string"]),
]
"""The code of a ledger account, at most ten characters."""
