"""What is wrong with a story file, told with its place: file, line, column, what was expected."""

import difflib
from collections.abc import Iterable
from dataclasses import dataclass

BAD_INPUT = 2
"""The exit code of a command that was given a story which cannot be run as it is written."""

INTERRUPTED = 130
"""The exit code of a command that Ctrl-C ended."""

WIDEST = 100
"""How much of a line is shown."""


@dataclass(frozen=True)
class Place:
    """Where something stands in a story file; lines and columns are counted from 1.

    A file as a whole, for instance one that is not there, has line 0.
    """

    file: str
    line: int
    column: int
    text: str = ""
    """The whole line, without its line ending."""

    def __str__(self) -> str:
        return f"{self.file}:{self.line}:{self.column}" if self.line else self.file


class StoryError(Exception):
    """A story that cannot be run as it is written.

    `problem` says what is wrong and what was expected; `nearest` is a good name that was perhaps
    meant. The text of the error has the place, the line itself and a caret under the column.
    """

    def __init__(self, place: Place, problem: str, nearest: str | None = None) -> None:
        self.place = place
        self.problem = problem
        self.nearest = nearest
        super().__init__(self._whole())

    def _whole(self) -> str:
        hint = f" Did you mean {self.nearest!r}?" if self.nearest else ""
        message = f"{self.place}: {self.problem}{hint}"
        if not self.place.text.strip():
            return message
        shown, column = _window(self.place.text.replace("\t", " "), self.place.column - 1)
        return f"{message}\n    {shown}\n    {' ' * column}^"


def _window(line: str, column: int) -> tuple[str, int]:
    """Return the part of a line that is shown, and where in it the caret stands (from 0)."""
    if len(line) <= WIDEST:
        return line, column
    start = max(min(column - WIDEST // 2, len(line) - WIDEST), 0)
    before, after = "… " if start else "", " …" if start + WIDEST < len(line) else ""
    return f"{before}{line[start : start + WIDEST]}{after}", column - start + len(before)


def nearest_name(found: str, good: Iterable[str]) -> str | None:
    """Return the good name that looks most like what was found, or None when none does."""
    names = {name.casefold(): name for name in good}
    close = difflib.get_close_matches(found.casefold(), names, n=1, cutoff=0.6)
    return names[close[0]] if close else None
