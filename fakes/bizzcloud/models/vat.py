"""VAT numbers: which are valid, and what is said of one that is not."""

import re

from fakes.bizzcloud.declaring import Record

_EXAMPLES = {
    "NL": "NL123456782B90",
    "BE": "BE0477472701",
    "DE": "DE123456788",
    "FR": "FR83404833048",
}


def valid_vat(number: str) -> bool:
    """Return whether a VAT number, with its country's letters, is valid in that country."""
    from stdnum import get_cc_module  # loaded when it is needed: it takes long
    from stdnum.exceptions import ValidationError as NumberError

    compact = re.sub(r"\W+", "", number)
    country, rest = compact[:2].lower(), compact[2:]
    module = get_cc_module("gr" if country == "el" else country, "vat")
    if module is None:
        return bool(re.fullmatch(r"[a-z]{2}", country) and rest.isalnum())
    try:
        module.validate(rest if country != "nl" else compact)
    except NumberError:
        return False
    return True


def invalid_vat(record: Record) -> str:
    """Return what is said of a partner whose VAT number is not valid."""
    example = _EXAMPLES.get(record.vat[:2].upper(), "'CC##' (CC=Country Code, ##=VAT Number)")
    return (
        f"\nThe VAT number [{record.vat}] for partner [{record.name}] does not seem to be valid. \n"
        f"Note: the expected format is {example}"
    )
