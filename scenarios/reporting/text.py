"""Tells a run's results in plain text, a story at a time; coloured where a terminal shows it."""

import json
from collections.abc import Iterator, Sequence
from typing import Any

import click

from scenarios.language.tables import Difference, PairedRow, Table
from scenarios.playing.results import Failure, StoryResult

INDENT = "  "


def story_lines(
    result: StoryResult, debug: bool = False, width: int | None = None
) -> Iterator[str]:
    """Yield what is told of one story: title, result, the list of mutations at its end.

    `width` is how much a line of the terminal holds; None where that does not matter.
    """
    word = click.style("passed", fg="green") if result.passed else click.style("FAILED", fg="red")
    yield f"{word}  {result.story.title}"
    if result.failure is not None:
        yield ""
        within = None if width is None else width - len(INDENT)
        yield from _indented(failure_lines(result.failure, within))
    if result.trouble is not None:
        yield f"  {result.trouble}"
        if debug and result.trace:
            yield from _indented(result.trace.splitlines())
    if result.last_words:
        yield "  the last lines of the coupling's standard error:"
        yield from _indented([f"  {line}" for line in result.last_words.splitlines()])
    for subject in result.not_judged:
        yield f"  not judged: {subject}"
    for company, table in result.mutations:
        yield ""
        if len(result.mutations) > 1:
            yield f"  {company}"
        yield from _indented(table_lines(table))
    yield ""


def failure_lines(failure: Failure, width: int | None = None) -> Iterator[str]:
    """Yield where a story failed, why, and expected and found beside each other."""
    yield f"{failure.step}"
    yield failure.sentence
    if failure.difference is not None:
        yield ""
        yield from difference_lines(failure.difference, width)
        yield ""
        yield from failure.difference.cells()


def table_lines(table: Table) -> list[str]:
    """Return a table as lines; one without rows says so."""
    return table.lines() if table.rows else [*table.lines(), "(no rows)"]


def difference_lines(difference: Difference, width: int | None = None) -> Iterator[str]:
    """Yield expected and found rows; a cell that differs stands in [brackets].

    They stand side by side, or one above the other where the width does not hold both.
    """
    left = [_marked(row, row.expected) for row in difference.rows]
    right = [_marked(row, row.found) for row in difference.rows]
    headings = list(difference.headings)
    widths = [
        max(len(heading) + 2, *(len(cells[place]) for cells in [*left, *right]))
        for place, heading in enumerate(headings)
    ]
    side = sum(widths) + len(widths) - 1
    above = _cells([f" {one} " for one in headings], widths)
    if width is not None and width < len("  ") + 2 * side + len(" | "):
        for name, cells in (("expected", left), ("found", right)):
            yield f"  {name}"
            yield f"  {above}".rstrip()
            for row, one in zip(difference.rows, cells, strict=True):
                if any(one):
                    yield _row_line(row, _cells(one, widths))
        return
    yield f"  {'expected':<{side}} | found"
    yield f"  {above} | {above.rstrip()}"
    for row, one, other in zip(difference.rows, left, right, strict=True):
        yield _row_line(row, f"{_cells(one, widths)} | {_cells(other, widths)}")


def summary(results: Sequence[StoryResult], seconds: float, not_played: int = 0) -> str:
    """Return the count of a run, in one line; an interrupted one did not play all."""
    failed = sum(not result.passed for result in results)
    told = f"{len(results)} {'story' if len(results) == 1 else 'stories'}"
    ended = "all passed" if not failed else f"{len(results) - failed} passed, {failed} failed"
    if not results:
        ended = "none played"
    partly = sum(bool(result.not_judged) for result in results)
    judged = f", {partly} not wholly judged" if partly else ""
    missed = f"; interrupted, {not_played} not played" if not_played else ""
    return f"{told}, {ended}{judged}, in {seconds:.1f} s{missed}"


def as_json(results: Sequence[StoryResult], seconds: float, not_played: int = 0) -> str:
    """Return a run as one JSON object: a count, and an object for each story.

    Nothing secret or personal is in it where a report is made of the run.
    """
    return json.dumps(
        {
            "stories": [_told(_json_story(result), result) for result in results],
            "passed": sum(result.passed for result in results),
            "failed": sum(not result.passed for result in results),
            "not_played": not_played,
            "seconds": round(seconds, 3),
        },
        ensure_ascii=False,
        indent=2,
    )


def _told(value: Any, result: StoryResult) -> Any:
    """Return a value of JSON with the redaction of its story done to its texts."""
    if result.redaction is None:
        return value
    if isinstance(value, dict):
        return {name: _told(inner, result) for name, inner in value.items()}
    if isinstance(value, list):
        return [_told(inner, result) for inner in value]
    return result.redaction.text(value) if isinstance(value, str) else value


def _json_story(result: StoryResult) -> dict[str, Any]:
    failure = result.failure
    return {
        "file": result.story.file,
        "title": result.story.title,
        "source": result.story.head.source,
        "passed": result.passed,
        "seconds": round(result.seconds, 3),
        "mutations": {
            company: [dict(zip(table.headings, row, strict=True)) for row in table.rows]
            for company, table in result.mutations
        },
        "failure": failure
        and {
            "step": failure.step.number,
            "word": failure.step.step.word,
            "line": failure.step.place.line,
            "subject": failure.subject,
            "sentence": failure.sentence,
            "cells": failure.difference.cells() if failure.difference else [],
        },
        "trouble": result.trouble,
        "not_judged": list(result.not_judged),
    }


def _marked(row: PairedRow, cells: tuple[str, ...] | None) -> list[str]:
    """Return the cells of one side, those that differ in brackets."""
    if cells is None:
        return [""] * len(row.expected or row.found or ())
    differing = row.differing()
    return [
        f"[{cell or '-'}]" if place in differing else f" {cell or '-'} "
        for place, cell in enumerate(cells)
    ]


def _row_line(row: PairedRow, text: str) -> str:
    """Return a row as a line, marked where it differs."""
    line = f"{'>' if row.differing() else ' '} {text}".rstrip()
    return click.style(line, fg="red") if row.differing() else line


def _cells(cells: Sequence[str], widths: Sequence[int]) -> str:
    return " ".join(cell.ljust(width) for cell, width in zip(cells, widths, strict=True))


def _indented(lines: Iterator[str] | Sequence[str]) -> Iterator[str]:
    for line in lines:
        yield f"{INDENT}{line}" if line else ""
