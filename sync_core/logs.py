"""Structured logs: one line an effect, with the document's key to follow it through.

Nothing secret or personal is ever logged: a document is named by model, id and number.
"""

import sys
from collections.abc import Callable
from typing import Any

import structlog

from sync_core import effects
from sync_core.documents import DocumentKey
from sync_core.effects import Effect, Sent

Log = Callable[..., object]
"""Takes an event's name and its values."""


def silent(event: str, **values: Any) -> None:
    """Log nothing."""


def to_stderr(as_json: bool) -> Log:
    """Return a log that writes a line an event to the error stream, as JSON or for a person."""
    renderer: Any = structlog.processors.JSONRenderer()
    if not as_json:
        renderer = structlog.dev.ConsoleRenderer(colors=sys.stderr.isatty())
    logger: Any = structlog.wrap_logger(
        structlog.PrintLogger(sys.stderr),
        processors=[structlog.processors.TimeStamper(fmt="iso", utc=True), renderer],
    )
    write: Log = logger.info
    return write


def described(effect: Effect[Any], outcome: Any) -> dict[str, Any]:
    """Return what may be logged of an effect and its outcome: keys, states and numbers."""
    told: dict[str, Any] = {}
    match effect:
        case effects.Save(posting) | effects.Note(posting):
            told = {**_key(posting.document), "part": posting.part, "revision": posting.revision}
            told |= {"label": posting.label, "state": posting.state.value}
        case effects.Postings(document):
            told = _key(document)
        case effects.Send(mutation):
            told = {"mark": mutation.reference}
        case effects.Window(first, last):
            told = {"first": first, "last": last}
    if isinstance(outcome, Sent):
        told["outcome"] = type(outcome).__name__
        number = getattr(outcome, "number", None)
        if number is not None:
            told["number"] = number
    return told


def _key(document: DocumentKey) -> dict[str, Any]:
    return {"model": document.model, "id": document.id}
