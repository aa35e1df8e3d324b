"""Puts what the code knows into the pages of the site while it is built."""

from typing import Any

from contracts.evidence.catalogue import SERVICES, by_grade, entries

NAMES = {"eboekhouden": "e-Boekhouden", "bizzcloud": "Bizzcloud"}


def on_page_markdown(markdown: str, **_: Any) -> str:
    """Return a page's text with its places filled in."""
    markdown = markdown.replace("<!-- evidence counts -->", "\n".join(_counts()))
    return markdown.replace("<!-- evidence -->", "\n".join(_evidence()))


def _counts() -> list[str]:
    return [f"| {NAMES[service]} | {_told(service)} |" for service in SERVICES if entries(service)]


def _told(service: str) -> str:
    found = entries(service)
    counts = ", ".join(f"{count} {grade}" for grade, count in by_grade(found).items() if count)
    return f"{len(found)}: {counts}"


def _evidence() -> list[str]:
    lines = []
    for service in SERVICES:
        lines += ["", f"## {NAMES[service]}", "", _told(service) + ".", ""]
        lines += ["| what is so | grade | source | shown by |", "|---|---|---|---|"]
        for entry in entries(service):
            cells = (entry.says, str(entry.grade), entry.source, _test(entry.shown_by))
            lines.append("| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |")
    return lines


def _test(name: str) -> str:
    """Return a test's name so that a table can break it."""
    return name.rpartition("/")[2].replace("::", " ").replace("_", " ")
