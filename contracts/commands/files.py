"""What the commands share about files they write and services that do not answer."""

from pathlib import Path
from typing import Any

import click
import requests


class OutFile(click.Path):
    """A file to be written; that it can be is known before any work is done."""

    def __init__(self) -> None:
        super().__init__(dir_okay=False, path_type=Path)

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        """Return the path; a place that cannot be written to ends the command with a sentence."""
        path = Path(str(super().convert(value, param, ctx)))
        if not path.parent.is_dir():
            self.fail(f"the folder {path.parent} does not exist", param, ctx)
        try:
            was_there = path.exists()
            path.open("a").close()
        except OSError as wrong:
            self.fail(f"{path} cannot be written: {wrong.strerror}", param, ctx)
        if not was_there:
            path.unlink()
        return path


def unanswered(wrong: requests.RequestException, otherwise: str) -> str:
    """Return a sentence about a service that did not answer; `otherwise` names it if need be."""
    address = wrong.request.url if wrong.request is not None else otherwise
    if isinstance(wrong, requests.exceptions.SSLError):
        why = f"its certificate is not accepted ({_last_reason(wrong)})"
    elif isinstance(wrong, requests.Timeout):
        why = "no answer came in time"
    elif isinstance(wrong, requests.ConnectionError):
        why = f"no connection ({_last_reason(wrong)})"
    else:
        why = str(wrong)
    return f"{address} does not answer as it should: {why}. Look at the address in the config."


def _last_reason(wrong: BaseException) -> str:
    """Return the words of the error at the bottom of the libraries' pile."""
    reason: BaseException = wrong
    while True:
        inner = getattr(reason, "reason", None) or next(
            (part for part in reason.args if isinstance(part, BaseException)), reason.__cause__
        )
        if not isinstance(inner, BaseException):
            break
        reason = inner
    return (
        str(reason).rpartition("Error(")[2].rpartition(": ")[2].strip("()'\"")
        or type(reason).__name__
    )
