"""The day of a document, and the date under which it is booked. Pure."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from sync_core.bookings import EARLIEST_DATE, LATEST_DATE
from sync_core.journal import Reason
from sync_core.link import LinkOptions
from sync_core.wanted import Waits, shortened

AMSTERDAM = ZoneInfo("Europe/Amsterdam")


def booking_day(moment: datetime) -> date:
    """Return the day that a moment is of for a shop in the Netherlands: Amsterdam's, not UTC's."""
    return moment.astimezone(AMSTERDAM).date()


def day_of_linking(moment: datetime) -> date:
    """Return from which day to book when a link is made at a moment and nobody says.

    A shop dates what it makes by the time zone of its user, and by UTC's for one without
    (bz-today): after midnight in Amsterdam that is still the day before.
    """
    return moment.astimezone(UTC).date()


def booking_date(day: date, options: LinkOptions) -> date:
    """Return when what moves VAT is booked: its own day, or the first day that is not filed yet.

    A VAT period that was filed is never changed.
    """
    if options.filed_until is not None and day <= options.filed_until:
        return options.filed_until + timedelta(days=1)
    return day


def dated(text: str, own: date | None, day: date) -> str:
    """Return a description that fits, with the document's own date where it is booked later."""
    later = own is not None and own != day
    return shortened(text, f" (datum {own:%d-%m-%Y})" if later else "")


def check_date(day: date) -> None:
    """Raise Waits for a date that the service does not take (a mistyped year)."""
    if not EARLIEST_DATE <= day <= LATEST_DATE:
        raise Waits(Reason("date-out-of-range", {"date": day.isoformat()}))
