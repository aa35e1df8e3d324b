"""Turns what a recording proves into an edit of the evidence, for a person to review.

A promise that a recording keeps is known as `recorded` from then on; one that it breaks gets an
entry beside it that says what was seen. Every other byte of the file stays as it is.
"""

import json
import re
from collections.abc import Iterable
from urllib.parse import urlsplit

from contracts.evidence.catalogue import Entry, Grade
from contracts.recording.recordings import Recording
from contracts.suite.results import Result, Verdict

STAND_INS = re.compile(r"127\.\d+\.\d+\.\d+|::1|localhost|.*\.(?:test|invalid)")
"""Hosts that are no real service: what was recorded there proves nothing about one."""

_ENTRY = re.compile(r"^- id: (?P<id>\S+)\n(?:(?!- id: ).*\n?)*", re.MULTILINE)


def hosts_of_stand_ins(recording: Recording) -> list[str]:
    """Return the hosts in a recording that are stand-ins rather than a real service."""
    hosts = {urlsplit(exchange.request.url).hostname or "" for exchange in recording}
    return sorted(host for host in hosts if STAND_INS.fullmatch(host))


def adopted(text: str, known: Iterable[Entry], results: Iterable[Result], source: str) -> str:
    """Return the evidence of a service with what came of its promises on a recording.

    `text` is the YAML file, `known` its entries, `source` where the recording is from.
    """
    entries = {entry.id: entry for entry in known}
    verdicts = {result.promise: result for result in results}

    def edited(found: re.Match[str]) -> str:
        entry, result = entries.get(found["id"]), verdicts.get(found["id"])
        if entry is None or result is None:
            return found[0]
        if result.verdict is Verdict.KEPT and entry.grade is not Grade.RECORDED:
            return _stronger(found[0], source)
        if result.verdict is Verdict.BROKEN and f"{entry.id}-seen" not in entries:
            block = found[0] if found[0].endswith("\n") else f"{found[0]}\n"
            return block + _seen(entry, result.why, source)
        return found[0]

    return _ENTRY.sub(edited, text)


def _stronger(block: str, source: str) -> str:
    graded = re.sub(r"^  grade: .*$", f"  grade: {Grade.RECORDED}", block, flags=re.MULTILINE)
    line = f"  source: {_scalar(source)}"
    return re.sub(r"^  source: .*$", lambda _: line, graded, flags=re.MULTILINE)


def _seen(entry: Entry, why: str, source: str) -> str:
    said = f"Seen otherwise than {entry.id} says: {' '.join(why.split())}"
    return (
        f"- id: {entry.id}-seen\n"
        f"  says: {_scalar(said)}\n"
        f"  grade: {Grade.RECORDED}\n"
        f"  source: {_scalar(source)}\n"
        f"  shown by: {_scalar(entry.shown_by)}\n"
    )


def _scalar(text: str) -> str:
    """Return a text as YAML takes it whatever it holds: a string of JSON is one of YAML too."""
    return json.dumps(text, ensure_ascii=False)
