"""A run as a table by promise, for the terminal, and as one JSON object."""

import json
import textwrap
from collections.abc import Iterator, Sequence
from dataclasses import asdict
from typing import Any

from contracts.suite.results import Run, Verdict

WIDTH = 100
INDENT = " " * 12


ALL = (Verdict.BROKEN, Verdict.NOT_TRIED, Verdict.KEPT)


def lines(run: Run, verdicts: Sequence[Verdict] = ALL) -> Iterator[str]:
    """Yield the lines of the table: broken promises first, then what was not tried, then the rest.

    Beside a verdict stands whether the promise reads or writes; under one that was not kept, why.
    """
    widest = max((len(result.promise) for result in run.results), default=0)
    for verdict in verdicts:
        for result in run.results:
            if result.verdict is verdict:
                yield f"{verdict:<10}  {result.kind:<6}  {result.promise:<{widest}}  {result.says}"
                yield from textwrap.wrap(
                    result.why, WIDTH, initial_indent=INDENT, subsequent_indent=INDENT
                )
    yield ""
    yield run.summary()


def as_json(run: Run) -> str:
    """Return a run as one JSON object."""
    told: dict[str, Any] = {
        "service": run.service,
        "target": run.target,
        "seconds": round(run.seconds, 3),
        "counts": {str(verdict): count for verdict, count in run.counted().items()},
        "promises": [asdict(result) for result in run.results],
    }
    if run.exchanges is not None:
        used, total = run.exchanges
        told["exchanges"] = {"used": used, "recorded": total}
    return json.dumps(told, indent=2, ensure_ascii=False)
