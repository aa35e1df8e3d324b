"""What a replay leaves: what a person deletes and where, and a place for its recording."""

from collections.abc import Iterator, Sequence
from itertools import count
from pathlib import Path

from scenarios.replaying.journal import Write
from scenarios.replaying.shop_journal import ShopWrite

WHERE = {
    "AddMutatie": "Boekhouden > Overzichten > Mutaties, the X",
    "AddRelatie": "Relaties",
    "AddGrootboekrekening": "Beheer > Grootboekrekeningen",
    "AddFactuur": "Facturen",
}
"""Where a person deletes what a write left behind."""


IN_BIZZCLOUD = {
    "res.partner": "Sales > Customers",
    "product.product": "Sales > Products",
    "account.invoice": "Accounting > Customers",
    "pos.order": "Point of Sale > Orders",
    "pos.session": "Point of Sale > Sessions; close it if it is open",
}
"""Where a person finds what a replay made in a real Bizzcloud, by model."""


def left_in_shop(name: str, writes: Sequence[ShopWrite]) -> Iterator[str]:
    """Yield the list of what is left behind in the Bizzcloud of a target."""
    made = [
        (model, record, write.told)
        for write in writes
        for model, records in write.made.items()
        for record in records
    ]
    if made:
        yield ""
        yield f"Left behind in the Bizzcloud of {name}, to be cancelled or archived by a person:"
        for model, record, told in made:
            yield f"  {model} {record}, by {told} ({IN_BIZZCLOUD[model]})"


def left_lines(name: str, left: Sequence[Write]) -> Iterator[str]:
    """Yield the list of what is left behind in a target, nothing when there is none."""
    if left:
        yield ""
        yield f"Left behind in {name}, to be deleted by a person:"
        for write in left:
            number = f"number {write.mutation}, " if write.mutation is not None else ""
            yield f"  {number}{write.told} ({WHERE[write.operation]})"


def free_place(path: Path) -> Path:
    """Return a path where nothing is yet: x.run.jsonl, x.run-2.jsonl, …, one for each pass."""
    for number in count(2):
        if not path.exists():
            return path
        path = path.with_name(f"{path.name.partition('.run')[0]}.run-{number}.jsonl")
    raise AssertionError("there is always another number")
