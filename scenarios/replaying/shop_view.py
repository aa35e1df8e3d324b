"""The documents of a replay as its shop has them, and where two shops differ."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from scenarios.wire.rpc import Rpc

INVOICE = (
    "number",
    "type",
    "state",
    "date_invoice",
    "date_due",
    "amount_untaxed",
    "amount_tax",
    "amount_total",
    "residual",
)
RECEIPT = ("name", "state", "date_order", "amount_total", "amount_tax", "amount_paid")


@dataclass(frozen=True)
class Shown:
    """One document: what it is called, and its fields."""

    name: str
    fields: tuple[tuple[str, Any], ...]


def shown(people: Rpc, invoices: Sequence[int], receipts: Sequence[int]) -> tuple[Shown, ...]:
    """Read invoices and receipts as they are now, in the order in which they were made."""
    return (
        *_read(people, "account.invoice", invoices, INVOICE),
        *_read(people, "pos.order", receipts, RECEIPT),
    )


def document_differences(promised: Sequence[Shown], found: Sequence[Shown]) -> Iterator[str]:
    """Yield a sentence for each field in which a document is otherwise than on the stand-in."""
    if len(promised) != len(found):
        yield f"the run has {len(found)} documents in Bizzcloud, and {len(promised)} on the fake"
    for wanted, there in zip(promised, found, strict=False):
        for (name, ours), (_, theirs) in zip(wanted.fields, there.fields, strict=True):
            if ours != theirs:
                yield f"{wanted.name} in Bizzcloud: {name} on the fake {ours!r}, there {theirs!r}"


def _read(people: Rpc, model: str, ids: Sequence[int], fields: Sequence[str]) -> Iterator[Shown]:
    if not ids:
        return
    rows = {row["id"]: row for row in people.call(model, "read", list(ids), list(fields))}
    for place, record in enumerate(ids, 1):
        row = rows.get(record, {})
        name = row.get(fields[0]) or f"{model} {place} of the run"
        yield Shown(str(name), tuple((field, _plain(row.get(field))) for field in fields))


def _plain(value: Any) -> Any:
    return f"{value:.2f}" if isinstance(value, float) else value
