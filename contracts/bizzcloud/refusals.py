"""What promises about refusals share."""

from typing import Any

from contracts.bizzcloud.client import Refusal
from contracts.suite.expect import broken, same, true


def refused(said: Any, code: Any, part: str) -> None:
    """Break the promise unless a call was refused with a code and a text that holds a part."""
    if not isinstance(said, Refusal):
        broken(f"promised fault {code}, found the answer {said!r}")
    same(said.code, code, "faultCode")
    true(part in said.text, f"faultString does not say {part!r} but {said.text[-200:]!r}")
