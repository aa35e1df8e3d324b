"""Tables as the manual's screen shows them: read from a story, made from books, compared.

A table is text: a line of headings, then a line for each row, cells two or more spaces apart; an
empty cell is `-` or, at the end of a row, nothing. Formats are those of the screen: `19-10-2017`,
`1.216,95`, several counter accounts joined and ascending as `4650,8015`.
"""

import difflib
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from scenarios.language.errors import nearest_name


class TableError(ValueError):
    """A table that cannot be read: the row (from 0), the text at fault, what was expected."""

    def __init__(self, row: int, text: str, problem: str, nearest: str | None = None) -> None:
        super().__init__(problem)
        self.row = row
        self.text = text
        self.problem = problem
        self.nearest = nearest


@dataclass(frozen=True)
class Column:
    """A column that a table may have: its heading, and the form of its cells."""

    heading: str
    expected: str = "a text"
    good: Callable[[str], bool] = bool
    names: tuple[str, ...] = ()
    right: bool = False


@dataclass(frozen=True)
class Table:
    """Headings, and rows of as many cells; every cell is a text, an empty one is ""."""

    headings: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]

    def only(self, headings: Sequence[str]) -> "Table":
        """Return the same rows with the named columns, in the order named."""
        places = [self.headings.index(heading) for heading in headings]
        return Table(
            tuple(headings), tuple(tuple(row[place] for place in places) for row in self.rows)
        )

    def newest(self, count: int) -> "Table":
        """Return the first rows."""
        return Table(self.headings, self.rows[:count])

    def where(self, heading: str, cells: Iterable[str]) -> "Table":
        """Return the rows whose cell under a heading is one of the given."""
        place, wanted = self.headings.index(heading), set(cells)
        return Table(self.headings, tuple(row for row in self.rows if row[place] in wanted))

    def column(self, heading: str) -> tuple[str, ...]:
        """Return the cells under a heading."""
        place = self.headings.index(heading)
        return tuple(row[place] for row in self.rows)

    def lines(self) -> list[str]:
        """Return the table as a story writes it, a line for the headings and each row."""
        grid = [self.headings, *(tuple(cell or "-" for cell in row) for row in self.rows)]
        return aligned(grid)


def aligned(grid: Sequence[Sequence[str]]) -> list[str]:
    """Return rows of cells as lines, the columns below each other and two spaces apart."""
    widths = [max(len(row[place]) for row in grid) for place in range(len(grid[0]))]
    return [
        "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip()
        for row in grid
    ]


_CELLS = re.compile(r"\s{2,}")


def parse(text: str, columns: Sequence[Column]) -> Table:
    """Read a table. Raises `TableError` on an unknown heading, a missing or a malformed cell."""
    known = {column.heading: column for column in columns}
    lines = [(row, line.strip()) for row, line in enumerate(text.splitlines()) if line.strip()]
    if not lines:
        raise TableError(0, "", f"expected a table with headings as {', '.join(known)}.")
    row, first = lines[0]
    headings = tuple(_CELLS.split(first))
    for heading in headings:
        if heading not in known:
            raise TableError(
                row,
                heading,
                f"no column is headed {heading!r}; expected {', '.join(known)}, "
                "two or more spaces apart.",
                nearest_name(heading, known),
            )
        if headings.count(heading) > 1:
            raise TableError(row, heading, f"the heading {heading!r} stands here twice.")
    return Table(
        headings,
        tuple(_row(row, line, [known[heading] for heading in headings]) for row, line in lines[1:]),
    )


def parse_any(text: str) -> Table:
    """Read a table whose headings are whatever its first line says. Raises `TableError`."""
    first = text.strip().splitlines()[0] if text.strip() else ""
    return parse(text, [text_column(heading) for heading in _CELLS.split(first) if heading])


def _row(row: int, line: str, columns: Sequence[Column]) -> tuple[str, ...]:
    cells = ["" if cell == "-" else cell for cell in _CELLS.split(line)]
    if len(cells) == len(columns) - 1:
        cells.append("")
    if len(cells) != len(columns):
        raise TableError(
            row,
            line,
            f"a row of {len(cells)} cells; expected {len(columns)} "
            f"({', '.join(column.heading for column in columns)}), two or more spaces apart; "
            "an empty cell is written -.",
        )
    for cell, column in zip(cells, columns, strict=True):
        if cell and not column.good(cell):
            raise TableError(
                row,
                cell,
                f"expected {column.expected} under {column.heading}, found {cell!r}.",
                nearest_name(cell, column.names),
            )
    return tuple(cells)


# --- the forms of cells ---------------------------------------------------------------------


def amount_text(amount: Decimal) -> str:
    """Return euros as the screen shows them: `1.216,95`, `-5,00`."""
    text = f"{amount:,.2f}"
    return ("0.00" if text == "-0.00" else text).translate(str.maketrans(",.", ".,"))


def date_text(day: date) -> str:
    """Return a day as the screen shows it: `19-10-2017`."""
    return day.strftime("%d-%m-%Y")


def codes_text(codes: Iterable[str]) -> str:
    """Return account codes as the screen shows them: each once, ascending, `4650,8015`."""
    return ",".join(sorted(set(codes)))


def _is_amount(text: str) -> bool:
    return re.fullmatch(r"-?\d{1,3}(\.\d{3})*,\d\d", text) is not None


def _is_date(text: str) -> bool:
    try:
        return date_text(datetime.strptime(text, "%d-%m-%Y").date()) == text
    except ValueError:
        return False


def _are_codes(text: str) -> bool:
    codes = text.split(",")
    return all(codes) and codes == sorted(set(codes))


def number_column(heading: str) -> Column:
    """Return a column of whole numbers."""
    return Column(heading, "a whole number as 245", str.isdecimal, right=True)


def date_column(heading: str) -> Column:
    """Return a column of days."""
    return Column(heading, "a date as 19-10-2017", _is_date)


def amount_column(heading: str) -> Column:
    """Return a column of euros."""
    return Column(heading, "an amount as 1.216,95", _is_amount, right=True)


def codes_column(heading: str) -> Column:
    """Return a column of account codes."""
    return Column(heading, "account codes, ascending, as 4650,8015", _are_codes)


def words_column(heading: str, words: Sequence[str]) -> Column:
    """Return a column whose cells are each one of the given words."""
    return Column(heading, f"one of {', '.join(words)}", words.__contains__, tuple(words))


def text_column(heading: str) -> Column:
    """Return a column of any text."""
    return Column(heading)


# --- comparing ------------------------------------------------------------------------------


@dataclass(frozen=True)
class PairedRow:
    """An expected row beside the found one; either may be missing."""

    expected: tuple[str, ...] | None
    found: tuple[str, ...] | None

    def differing(self) -> frozenset[int]:
        """Return the positions of the cells that differ; all of them when a row is missing."""
        one = self.expected if self.expected is not None else self.found
        assert one is not None
        if self.expected is None or self.found is None:
            return frozenset(range(len(one)))
        return frozenset(
            place
            for place, (expected, found) in enumerate(zip(self.expected, self.found, strict=True))
            if expected != found
        )


@dataclass(frozen=True)
class Difference:
    """Two tables with the same headings that are not the same, row beside row."""

    headings: tuple[str, ...]
    rows: tuple[PairedRow, ...]

    def cells(self) -> list[str]:
        """Return a sentence for each differing cell, and for each row that only one table has."""
        return [sentence for row in self.rows for sentence in self._of(row)]

    def _of(self, row: PairedRow) -> list[str]:
        if row.found is None:
            return [f"not found: {'  '.join(row.expected or ())}"]
        if row.expected is None:
            return [f"found, not expected: {'  '.join(row.found)}"]
        name = f"{self.headings[0]} {row.expected[0]}"
        return [
            f"{name}, {self.headings[place]}: expected {row.expected[place] or '(empty)'}, "
            f"found {row.found[place] or '(empty)'}"
            for place in sorted(row.differing())
        ]


def compare(expected: Table, found: Table) -> Difference | None:
    """Put two tables with equal headings side by side; None when they are the same."""
    if expected.rows == found.rows:
        return None
    keys_expected = [row[0] for row in expected.rows]
    keys_found = [row[0] for row in found.rows]
    by_key = len(set(keys_expected)) == len(keys_expected) and len(set(keys_found)) == len(
        keys_found
    )
    pairs = list(
        _paired(expected.rows, found.rows, keys_expected, keys_found)
        if by_key
        else _paired(expected.rows, found.rows, expected.rows, found.rows)
    )
    return Difference(expected.headings, tuple(pairs))


def _paired(
    expected: Sequence[tuple[str, ...]],
    found: Sequence[tuple[str, ...]],
    keys_expected: Sequence[object],
    keys_found: Sequence[object],
) -> Iterable[PairedRow]:
    """Pair rows by key in order; between equal keys, pair what is left by position."""
    matcher = difflib.SequenceMatcher(None, keys_expected, keys_found, autojunk=False)
    for _, from_expected, to_expected, from_found, to_found in matcher.get_opcodes():
        left, right = expected[from_expected:to_expected], found[from_found:to_found]
        for place in range(max(len(left), len(right))):
            yield PairedRow(
                left[place] if place < len(left) else None,
                right[place] if place < len(right) else None,
            )


def mapping_table(headings: tuple[str, str], amounts: Mapping[str, Decimal]) -> Table:
    """Return named amounts as a table of two columns, in the order of the mapping."""
    return Table(headings, tuple((name, amount_text(value)) for name, value in amounts.items()))
