"""What a single value is, apart from its content: its form, and whether it is noise."""

import re
from decimal import Decimal, InvalidOperation

from contracts.answering.matching import STAND_IN
from contracts.recording.calls import Leaf

GIVEN = frozenset(
    {"id", "rel_id", "gb_id", "mutatienr", "mutatienummer", "kostenplaatsid", "artikelid", "res_id"}
)
"""Fields that hold numbers which the service gives."""
WINDOW = frozenset({"mutatienrvan", "mutatienrtm"})
"""Fields that hold the ends of a window of such numbers."""
STAMPS = frozenset({"adddatum"})
"""Fields that hold the day on which something was done, by the service's own clock."""
SESSIONS = frozenset({"sessionid", "session_id", "token", "securitycode2"})
_MARK = re.compile(r"#[0-9a-f]{12}\b")
_FORMS = {
    "date": re.compile(r"\d{4}-\d\d-\d\d"),
    "date and time": re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?"),
    "date, time and zone": re.compile(
        r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|[+-]\d\d:\d\d)"
    ),
    "date, space, time": re.compile(r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d"),
    "date, space, time with fractions": re.compile(r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\.\d+"),
    "compact date and time": re.compile(r"\d{8}T\d\d:\d\d:\d\d"),
}


def date_form(text: str) -> str | None:
    """Return how a date or moment is written, None for what is neither."""
    return next((name for name, form in _FORMS.items() if form.fullmatch(text)), None)


def midnight(text: str) -> str | None:
    """Return the date that a text is as its first moment, as e-Boekhouden writes it; else None."""
    found = re.fullmatch(r"(\d{4}-\d\d-\d\d)(?:[T ]00:00:00(?:\.0+)?)?", text)
    return f"{found[1]}T00:00:00" if found else None


def is_moment(text: str) -> bool:
    """Return whether a text is a moment of the day rather than a date."""
    return date_form(text) not in (None, "date") and not re.search(r"[T ]00:00:00", text)


def number_in(text: str) -> Decimal | None:
    """Return the number that a text is, None for none."""
    if not re.fullmatch(r"-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?", text):
        return None
    try:
        return Decimal(text)
    except InvalidOperation:
        return None


def places(text: str) -> int:
    """Return how many digits a number has behind the point."""
    return len(text.partition(".")[2])


def is_given(leaf: Leaf) -> bool:
    """Return whether a value is a number that the service gave, or the end of a list of such."""
    bare = leaf.path.endswith("/*") or leaf.path.count("/") == 1
    return leaf.name.lower() in GIVEN or (leaf.kind == "int" and bare)


def is_session(leaf: Leaf) -> bool:
    """Return whether a value is a session or a token."""
    return leaf.name.lower() in SESSIONS


def masked(leaf: Leaf) -> str:
    """Return a value of a request without what differs from run to run."""
    if is_session(leaf) or STAND_IN.search(leaf.text) or is_moment(leaf.text):
        return "…"
    if leaf.name.lower() in (*GIVEN, *WINDOW) and leaf.text not in ("", "0"):
        return "…"
    return unmarked(leaf.text)


def unmarked(text: str) -> str:
    """Return a text without the coupling's mark, a hash that is another in every run."""
    return _MARK.sub("#…", text)
