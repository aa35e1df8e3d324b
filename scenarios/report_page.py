"""Makes the page of a run: one self-contained HTML file, quick to filter, readable on a phone.

What a story says and what was found is in the page itself. The calls are packed for each story
and unpacked by the browser when somebody opens them, so that the page stays small.
"""

import base64
import json
import zlib
from collections.abc import Sequence
from importlib import resources
from pathlib import Path
from typing import Any

from jinja2 import Environment

from scenarios.report_text import summary
from scenarios.results import Failure, StoryResult
from scenarios.sentences import sentence
from scenarios.tables import Difference
from scenarios.wire_log import WireCall


def page(results: Sequence[StoryResult], seconds: float) -> str:
    """Return the page of a run."""
    template = (resources.files("scenarios") / "report_page.html").read_text(encoding="utf-8")
    made = Environment(autoescape=True, trim_blocks=True, lstrip_blocks=True)
    return made.from_string(template).render(
        summary=summary(results, seconds),
        failed=sum(not result.passed for result in results),
        stories=[_story(result) for result in results],
        faults=sorted({call.fault for result in results for call in result.calls if call.fault}),
    )


def _story(result: StoryResult) -> dict[str, Any]:
    story = result.story
    return {
        "title": story.title,
        "source": story.head.source,
        "file": Path(story.file).name,
        "tags": story.head.tags,
        "passed": result.passed,
        "seconds": f"{result.seconds:.2f}",
        "trouble": result.trouble,
        "not_judged": result.not_judged,
        "steps": [
            {
                "number": placed.number,
                "line": placed.place.line,
                "sentence": sentence(placed.step),
                "state": _state(placed.number, result),
                "failure": _failure(result.failure)
                if result.failure and result.failure.step.number == placed.number
                else None,
            }
            for placed in story.steps
        ],
        "lists": [
            {"company": company, "headings": table.headings, "rows": table.rows}
            for company, table in result.mutations
        ],
        "calls": len(result.calls),
        "packed": _packed(result.calls),
        "faults": " ".join(sorted({f"[{call.fault}]" for call in result.calls if call.fault})),
        "words": _words(result),
    }


def _state(number: int, result: StoryResult) -> str:
    if number > result.steps_done:
        return "not reached"
    if number == result.steps_done and not result.passed:
        return "failed"
    return "done"


def _failure(failure: Failure) -> dict[str, Any]:
    difference = failure.difference or Difference((), ())
    nothing = ("",) * len(difference.headings)
    return {
        "sentence": failure.sentence,
        "cells": difference.cells(),
        "headings": difference.headings,
        "rows": [
            {
                "expected": row.expected or nothing,
                "found": row.found or nothing,
                "differing": sorted(row.differing()),
            }
            for row in difference.rows
        ],
    }


def _packed(calls: Sequence[WireCall]) -> str:
    """Return calls as JSON, deflated and in base64."""
    rows = [
        [
            call.step,
            call.party,
            call.service,
            call.operation,
            f"{call.at:%d-%m-%Y %H:%M}",
            round(call.seconds * 1000, 1),
            call.outcome,
            call.fault,
            call.request,
            call.response,
        ]
        for call in calls
    ]
    packed = zlib.compress(json.dumps(rows, ensure_ascii=False).encode(), 9)
    return base64.b64encode(packed).decode()


def _words(result: StoryResult) -> str:
    """Return what the search looks in: title, file, tags, and the numbers in the lists."""
    cells = [cell for _, table in result.mutations for row in table.rows for cell in row]
    story = result.story
    return " ".join(
        (story.title, Path(story.file).name, *story.head.tags, *dict.fromkeys(cells))
    ).lower()
