"""How the mutations of a run differ from those of the fake: each difference in a sentence."""

import re
from collections.abc import Iterator, Sequence

from contracts.eboekhouden.client import items
from scenarios.replaying.books import Row

HEAD = (
    "Soort",
    "Datum",
    "Rekening",
    "RelatieCode",
    "Factuurnummer",
    "Boekstuk",
    "Omschrijving",
    "Betalingstermijn",
    "InExBTW",
)
LINE = ("TegenrekeningCode", "BTWCode", "BedragExclBTW", "BedragBTW", "BedragInclBTW")
MARK = re.compile(r"#[0-9a-f]{12}$")
"""The mark at the end of a Boekstuk, which says which record of the shop was booked."""


def row_differences(
    promised: Sequence[Row], found: Sequence[Row], *, by_document: bool = False
) -> Iterator[str]:
    """Yield a sentence for each field in which a mutation is otherwise than on the fake.

    With `by_document`, mutations are compared by what they book, in whichever order they came and
    under whichever mark: a real shop gives its records other ids, and orders what changed by the
    moment at which it did.
    """
    if by_document:
        promised, found = sorted(promised, key=_sorting), sorted(found, key=_sorting)
    if len(promised) != len(found):
        yield f"the run has {len(found)} mutations there, and {len(promised)} on the fake"
    for place, (wanted, row) in enumerate(zip(promised, found, strict=False), 1):
        name = f"mutation {place} of the run"
        if by_document:
            name = f"{wanted.get('Factuurnummer') or _unmarked(wanted)} in the books"
        ours, theirs = told(wanted, by_document), told(row, by_document)
        if len(ours) != len(theirs):
            yield f"{name} has another number of lines there"
        for one, other in zip(ours, theirs, strict=False):
            if one != other:
                yield f"{name}: on the fake {one!r}, there {other!r}"


def _sorting(row: Row) -> tuple[str, ...]:
    names = ("Factuurnummer", "Soort", "Datum")
    return (*(str(row.get(name, "")) for name in names), _unmarked(row), *told(row, True))


def _unmarked(row: Row) -> str:
    return MARK.sub("", str(row.get("Boekstuk", "")))


def told(row: Row, by_document: bool = False) -> list[str]:
    """Return a mutation as texts to compare, one for its head and one for each line.

    Its number is left out: the service gives it, and the order says the same.
    """
    row = {**row, "Boekstuk": _unmarked(row)} if by_document else row
    head = [f"{name} {_plain(name, row.get(name, ''))}" for name in HEAD]
    lines = items(row.get("MutatieRegels"), "cMutatieListRegel")
    written = [
        ", ".join(f"{name} {_plain(name, line.get(name, ''))}" for name in LINE) for line in lines
    ]
    return [*head, *written]


def _plain(name: str, text: str) -> str:
    if name == "Datum":
        return text[:10]
    return f"{float(text or 0):.2f}" if name.startswith("Bedrag") else text
