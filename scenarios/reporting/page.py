"""Makes the page of a run: one self-contained HTML file, quick to filter, readable on a phone.

What a story says and what was found is in the page itself. The calls are packed, every text of
them once, and unpacked by the browser when somebody opens a timeline, so that the page stays small.
"""

import base64
import json
import zlib
from collections.abc import Sequence
from typing import Any

from jinja2 import Environment, PackageLoader
from markupsafe import Markup

from scenarios.reporting.timeline import Texts, row
from scenarios.reporting.view import ToldFailure, ToldStory


def page(stories: Sequence[ToldStory], count: str) -> str:
    """Return the page of a run; `count` is its summary in a line."""
    texts = Texts()
    calls = [
        [row(call, story.calls, texts, story.booked) for call in story.calls] for story in stories
    ]
    return (
        environment()
        .get_template("report.html")
        .render(
            summary=count,
            failed=sum(not story.passed for story in stories),
            stories=[_story(story) for story in stories],
            faults=sorted({fault for story in stories for fault in story.faults}),
            documents=sorted({number for story in stories for number in story.documents}),
            packed=_packed({"texts": texts.all, "calls": calls}),
        )
    )


def environment() -> Environment:
    """Return the templates of the report and the live timeline; they share styles and scripts."""
    made = Environment(
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
        loader=PackageLoader("scenarios.reporting", "pages"),
    )
    made.globals["asset"] = lambda name: Markup(_source(made, name))  # noqa: S704 # our own files
    return made


def _source(made: Environment, name: str) -> str:
    assert made.loader is not None
    return made.loader.get_source(made, name)[0]


def _story(story: ToldStory) -> dict[str, Any]:
    return {
        "told": story,
        "seconds": f"{story.seconds:.2f}",
        "failure": None if story.failure is None else _failure(story.failure),
        "faults": _listed(story.faults),
        "documents": _listed(story.documents),
        "words": _words(story),
    }


def _failure(failure: ToldFailure) -> dict[str, Any]:
    difference = failure.difference
    nothing = ("",) * len(difference.headings)
    return {
        "step": failure.step,
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


def _packed(value: object) -> str:
    """Return a value as JSON, deflated and in base64."""
    told = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    return base64.b64encode(zlib.compress(told.encode(), 9)).decode()


def _listed(names: Sequence[str]) -> str:
    """Return names as a filter looks for one: each between bars."""
    return "".join(f"|{name}|" for name in names)


def _words(story: ToldStory) -> str:
    """Return what the search looks in: title, file, tags, and what is in the lists."""
    cells = [cell for _, table in story.lists for row in table.rows for cell in row]
    words = (story.title, story.name, *story.tags, *story.documents, *dict.fromkeys(cells))
    return " ".join(words).lower()
