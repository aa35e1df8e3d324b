"""Writes a run's results to a folder: a page to open, JUnit XML, JSON, a HAR file, a summary."""

import json
from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path
from typing import Any

import click
from lxml import etree

from scenarios.report_page import page
from scenarios.report_text import as_json, failure_lines, summary
from scenarios.results import StoryResult
from scenarios.wire_log import WireCall


def write_report(folder: Path, results: Sequence[StoryResult], seconds: float) -> None:
    """Write all reports of a run to a folder, which is made when it is not there."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "index.html").write_text(page(results, seconds), encoding="utf-8")
    (folder / "junit.xml").write_bytes(junit(results, seconds))
    (folder / "results.json").write_text(as_json(results, seconds) + "\n", encoding="utf-8")
    (folder / "calls.har").write_text(har(results), encoding="utf-8")
    (folder / "summary.md").write_text(markdown(results, seconds), encoding="utf-8")


def junit(results: Sequence[StoryResult], seconds: float) -> bytes:
    """Return a run as JUnit XML, which CI services read."""
    suite = etree.Element(
        "testsuite",
        name="koppeling",
        tests=str(len(results)),
        failures=str(sum(result.failure is not None for result in results)),
        errors=str(sum(result.trouble is not None for result in results)),
        time=f"{seconds:.3f}",
    )
    for result in results:
        case = etree.SubElement(
            suite,
            "testcase",
            classname=Path(result.story.file).name.removesuffix(".story.yaml"),
            name=result.story.title,
            file=result.story.file,
            time=f"{result.seconds:.3f}",
        )
        if result.failure is not None:
            failed = etree.SubElement(case, "failure", message=result.failure.sentence)
            failed.text = click.unstyle("\n".join(failure_lines(result.failure)))
        elif result.trouble is not None:
            etree.SubElement(case, "error", message=result.trouble)
    return etree.tostring(suite, xml_declaration=True, encoding="utf-8", pretty_print=True)


def har(results: Sequence[StoryResult]) -> str:
    """Return all kept calls as a HAR file (1.2): a page a story, an entry a call."""
    pages: list[dict[str, Any]] = []
    entries: list[dict[str, Any]] = []
    for number, result in enumerate(results, 1):
        name = f"story_{number}"
        pages.append(
            {
                "id": name,
                "title": result.story.title,
                "startedDateTime": result.story.head.today.isoformat(),
                "pageTimings": {},
            }
        )
        entries += [_entry(name, call) for call in result.calls]
    log = {
        "version": "1.2",
        "creator": {"name": "koppeling", "version": "1"},
        "pages": pages,
        "entries": entries,
    }
    return json.dumps({"log": log}, ensure_ascii=False)


def markdown(results: Sequence[StoryResult], seconds: float) -> str:
    """Return a short summary for a merge request: the count, then what failed and why."""
    lines = [f"**Stories:** {summary(results, seconds)}"]
    for result in results:
        if result.passed:
            continue
        lines += ["", f"### {result.story.title}", f"`{result.story.file}`", ""]
        if result.failure is not None:
            cells = result.failure.difference.cells() if result.failure.difference else []
            lines += [f"{result.failure.step}: {result.failure.sentence}", ""]
            lines += [f"- {cell}" for cell in cells]
        else:
            lines.append(str(result.trouble))
    return "\n".join(lines) + "\n"


def _entry(name: str, call: WireCall) -> dict[str, Any]:
    milliseconds = timedelta(seconds=call.seconds) / timedelta(milliseconds=1)
    mime = "text/xml; charset=utf-8"
    return {
        "pageref": name,
        "startedDateTime": call.at.isoformat(),
        "time": milliseconds,
        "comment": f"{call.party}: {call.operation}{f' ({call.fault})' if call.fault else ''}",
        "request": {
            "method": "POST" if call.request else "GET",
            "url": call.url,
            "httpVersion": "HTTP/1.1",
            "cookies": [],
            "headers": [],
            "queryString": [],
            "headersSize": -1,
            "bodySize": len(call.request.encode()),
            "postData": {"mimeType": mime, "text": call.request},
        },
        "response": {
            "status": int(call.outcome) if call.outcome.isdecimal() else 0,
            "statusText": "" if call.outcome.isdecimal() else call.outcome,
            "httpVersion": "HTTP/1.1",
            "cookies": [],
            "headers": [],
            "content": {
                "size": len(call.response.encode()),
                "mimeType": mime,
                "text": call.response,
            },
            "redirectURL": "",
            "headersSize": -1,
            "bodySize": -1,
        },
        "cache": {},
        "timings": {"send": 0, "wait": milliseconds, "receive": 0},
    }
