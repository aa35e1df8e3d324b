"""A run as one HTML page that needs nothing beside itself."""

from importlib.resources import files

from jinja2 import Environment

from contracts.suite.results import Run, Verdict

FIRST = {Verdict.BROKEN: 0, Verdict.NOT_TRIED: 1, Verdict.KEPT: 2}


def page(run: Run) -> str:
    """Return the page; broken promises stand first."""
    text = files("contracts.suite").joinpath("report.html").read_text(encoding="utf-8")
    template = Environment(autoescape=True, trim_blocks=True).from_string(text)
    results = sorted(run.results, key=lambda result: FIRST[result.verdict])
    return template.render(run=run, results=results)
