"""Writes a run's results to a folder: a page to open, JUnit XML, JSON, a HAR file, a summary."""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import click
from lxml import etree

from contracts.recording.formats import to_har
from contracts.recording.recordings import Recording
from scenarios.playing.results import StoryResult
from scenarios.reporting.page import page
from scenarios.reporting.text import as_json, summary
from scenarios.reporting.view import ToldStory, told


def write_report(
    folder: Path, results: Sequence[StoryResult], seconds: float, not_played: int = 0
) -> None:
    """Write all reports of a run to a folder, which is made when it is not there.

    `not_played` is how many stories an interrupted run did not come to.

    Nothing secret or personal is in any of them: see `report_redaction`.
    """
    folder.mkdir(parents=True, exist_ok=True)
    stories = [told(result) for result in results]
    count = summary(results, seconds, not_played)
    (folder / "index.html").write_text(page(stories, count), encoding="utf-8")
    (folder / "junit.xml").write_bytes(junit(stories, seconds))
    (folder / "results.json").write_text(
        as_json(results, seconds, not_played) + "\n", encoding="utf-8"
    )
    (folder / "calls.har").write_text(har(stories), encoding="utf-8")
    (folder / "summary.md").write_text(markdown(stories, count), encoding="utf-8")


def junit(stories: Sequence[ToldStory], seconds: float) -> bytes:
    """Return a run as JUnit XML, which CI services read."""
    suite = etree.Element(
        "testsuite",
        name="koppeling",
        tests=str(len(stories)),
        failures=str(sum(story.failure is not None for story in stories)),
        errors=str(sum(story.trouble is not None for story in stories)),
        time=f"{seconds:.3f}",
    )
    for story in stories:
        case = etree.SubElement(
            suite,
            "testcase",
            classname=story.name.removesuffix(".story.yaml"),
            name=story.title,
            file=story.file,
            time=f"{story.seconds:.3f}",
        )
        if story.failure is not None:
            failed = etree.SubElement(case, "failure", message=story.failure.sentence)
            failed.text = click.unstyle("\n".join(story.failure.lines))
        elif story.trouble is not None:
            etree.SubElement(case, "error", message=story.trouble)
        if story.not_judged:
            noted = etree.SubElement(case, "system-out")
            noted.text = "\n".join(f"not judged: {subject}" for subject in story.not_judged)
    return etree.tostring(suite, xml_declaration=True, encoding="utf-8", pretty_print=True)


def har(stories: Sequence[ToldStory]) -> str:
    """Return all kept calls as a HAR file (1.2): a page a story, an entry a call, in real time."""
    exchanges = [call.exchange for story in stories for call in story.calls]
    log: dict[str, Any] = json.loads(to_har(Recording(tuple(exchanges))))["log"]
    entries = iter(log["entries"])
    pages: list[dict[str, Any]] = []
    for number, story in enumerate(stories, 1):
        of_story = [(call, next(entries)) for call in story.calls]
        for call, entry in of_story:
            entry["pageref"] = f"story_{number}"
            fault = f" ({call.fault})" if call.fault else ""
            entry["comment"] = f"step {call.step}, {call.party}: {call.operation}{fault}"
        began = of_story[0][1]["startedDateTime"] if of_story else story.today
        pages.append(
            {
                "id": f"story_{number}",
                "title": story.title,
                "startedDateTime": began,
                "pageTimings": {},
            }
        )
    return json.dumps({"log": {**log, "pages": pages}}, ensure_ascii=False)


def markdown(stories: Sequence[ToldStory], count: str) -> str:
    """Return a short summary for a merge request: the count, then what failed and why."""
    lines = [f"**Stories:** {count}"]
    for story in stories:
        if story.passed:
            continue
        lines += ["", f"### {story.title}", f"`{story.file}`", ""]
        if story.failure is not None:
            lines += [f"{story.failure.place}: {story.failure.sentence}", ""]
            lines += [f"- {cell}" for cell in story.failure.difference.cells()]
        else:
            lines.append(str(story.trouble))
    return "\n".join(lines) + "\n"
