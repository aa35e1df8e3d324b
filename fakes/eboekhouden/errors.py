"""What e-Boekhouden says when it refuses: the codes, their texts, and how each is known.

Three codes have been seen by clients of the real service; every other code here was chosen by us in
the same style, because the real one is not known. Someone who knows better sets them from a file
(`codes_from`), without changing anything else.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path


class Error(StrEnum):
    """Why the service refuses; the value is the name used in a file of codes."""

    LOGIN_WRONG = "login wrong"
    SESSION_UNKNOWN = "session unknown"
    ADMINISTRATION_UNKNOWN = "administration unknown"
    QUOTA_REACHED = "quota reached"
    VALUE_MISSING = "value missing"
    VALUE_TOO_LONG = "value too long"
    VALUE_UNKNOWN = "value unknown"
    DATE_OUT_OF_RANGE = "date out of range"
    PERIOD_CLOSED = "period closed"
    LINES_MISSING = "lines missing"
    AMOUNTS_DIFFER = "amounts differ"
    AMOUNT_TOO_LARGE = "amount too large"
    ACCOUNT_UNKNOWN = "account unknown"
    ACCOUNT_EXISTS = "account exists"
    ACCOUNT_UNFIT = "account unfit"
    RELATION_UNKNOWN = "relation unknown"
    RELATION_EXISTS = "relation exists"
    INVOICE_NUMBER_USED = "invoice number used"
    VAT_CODE_UNKNOWN = "vat code unknown"
    VAT_CODE_UNFIT = "vat code unfit"
    COST_CENTRE_UNKNOWN = "cost centre unknown"


SEEN: Mapping[Error, str] = {
    Error.SESSION_UNKNOWN: "E0023",
    Error.RELATION_EXISTS: "CREL001",
    Error.INVOICE_NUMBER_USED: "M006",
}
"""Codes that clients of the real service rely on.

Evidence: eb-code-session, eb-code-relation, eb-code-invoice.
"""

CHOSEN: Mapping[Error, str] = {
    Error.LOGIN_WRONG: "CLOGIN001",
    Error.ADMINISTRATION_UNKNOWN: "CADM001",
    Error.QUOTA_REACHED: "CQUOTA001",
    Error.VALUE_MISSING: "CVELD001",
    Error.VALUE_TOO_LONG: "CVELD002",
    Error.VALUE_UNKNOWN: "CVELD003",
    Error.DATE_OUT_OF_RANGE: "CMUT001",
    Error.PERIOD_CLOSED: "CMUT002",
    Error.LINES_MISSING: "CMUT003",
    Error.AMOUNTS_DIFFER: "CMUT004",
    Error.AMOUNT_TOO_LARGE: "CMUT005",
    Error.ACCOUNT_UNKNOWN: "CGB002",
    Error.ACCOUNT_EXISTS: "CGB001",
    Error.ACCOUNT_UNFIT: "CGB003",
    Error.RELATION_UNKNOWN: "CREL002",
    Error.VAT_CODE_UNKNOWN: "CBTW001",
    Error.VAT_CODE_UNFIT: "CBTW002",
    Error.COST_CENTRE_UNKNOWN: "CKPL001",
}
"""Codes that we chose ourselves, since the real ones are not known (evidence: eb-codes-chosen)."""

CODES: Mapping[Error, str] = {**SEEN, **CHOSEN}


@dataclass(frozen=True)
class Refused(Exception):
    """The service refuses a call; nothing of it is in the books.

    `description` is the Dutch sentence that the caller reads; it never holds a code or a session.
    """

    error: Error
    description: str

    def __str__(self) -> str:
        return f"{self.error.value}: {self.description}"


def codes_from(path: Path) -> dict[Error, str]:
    """Read codes from a JSON file `{"period closed": "M019", ...}` over the known ones.

    Raises ValueError, with the good names, for a name that is no error or a code that is no text.
    """
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
    except json.JSONDecodeError as wrong:
        raise ValueError(f"{path} is no JSON: {wrong}") from wrong
    if not isinstance(found, dict):
        raise ValueError(f'{path}: expected an object such as {{"period closed": "M019"}}')
    return codes_of(found, path)


def codes_of(found: Mapping[str, object], path: Path) -> dict[Error, str]:
    """Return the known codes with others in their place; `path` is the file that has them.

    Raises ValueError as `codes_from` does.
    """
    codes = dict(CODES)
    for name, code in found.items():
        try:
            error = Error(name)
        except ValueError as wrong:
            names = ", ".join(Error)
            raise ValueError(f"{path}: there is no error {name!r}; there are: {names}") from wrong
        if not isinstance(code, str) or not code:
            raise ValueError(f"{path}: the code of {name!r} is {code!r}; expected a text")
        codes[error] = code
    return codes
