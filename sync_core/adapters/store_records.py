"""Keeps how the shop's records were when they were last followed, and which wait."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from pydantic import TypeAdapter
from sqlalchemy import and_, delete, func, insert, select, update

from sync_core.adapters import schema
from sync_core.adapters.bizzcloud import Changed
from sync_core.adapters.rows import Rows, to_json
from sync_core.documents import Model
from sync_core.journal import Reason
from sync_core.link import Link

_reasons = TypeAdapter(Reason)

MASTERS = frozenset({"account.account", "res.partner"})
"""What documents refer to."""

MOST_PARAMETERS = 500
"""Values in one query; databases limit them."""


@dataclass(frozen=True)
class WaitingMaster:
    """A ledger account or a partner that waits for a person; `label` is its code or its name.

    `left_out` is why a person wants it to stay as it is, "" while nobody said so.
    """

    model: Model
    record: int
    label: str
    reason: Reason
    since: datetime
    left_out: str = ""


class RecordRows(Rows):
    """What was read of the shop, by link."""

    def cursor(self, link: Link, model: Model) -> tuple[datetime, int] | None:
        """Return up to where a model was polled, None before the first time."""
        table = schema.cursors
        where = and_(table.c.link == link.id, table.c.model == model)
        rows = self._rows(select(table).where(where))
        return (rows[0]["written"], rows[0]["record"]) if rows else None

    def remember(self, link: Link, rows: Sequence[Changed], unfinished: frozenset[int]) -> None:
        """Note how polled records were, which of them are to be looked at again, and the cursor."""
        if not rows:
            return
        last = max((row.written, row.id) for row in rows)
        model = rows[0].model
        before = self.cursor(link, model)
        with self._engine.begin() as connection:
            where = and_(
                schema.records.c.link == link.id,
                schema.records.c.model == model,
                schema.records.c.record.in_([row.id for row in rows]),
            )
            connection.execute(delete(schema.records).where(where))
            connection.execute(
                insert(schema.records),
                [
                    {
                        "link": link.id,
                        "model": model,
                        "record": row.id,
                        "written": row.written,
                        "state": row.state,
                        "summary": row.summary,
                        "unfinished": row.id in unfinished,
                    }
                    for row in rows
                ],
            )
            if before is None or last > before:
                table = schema.cursors
                place = and_(table.c.link == link.id, table.c.model == model)
                connection.execute(delete(table).where(place))
                connection.execute(
                    insert(table).values(link=link.id, model=model, written=last[0], record=last[1])
                )

    def remembered(
        self, link: Link, model: Model, ids: Iterable[int]
    ) -> Mapping[int, tuple[datetime, str]]:
        """Return write date and summary of records as they were last followed to the end, by id.

        Also of masters that wait for a person: nothing that the shop holds would end that.
        """
        table = schema.records
        where = and_(table.c.link == link.id, table.c.model == model, table.c.record.in_(list(ids)))
        if model not in MASTERS:
            where = and_(where, table.c.unfinished.is_(False))
        columns = select(table.c.record, table.c.written, table.c.summary).where(where)
        return {row["record"]: (row["written"], row["summary"]) for row in self._rows(columns)}

    def known_ids(self, link: Link, model: Model, ids: Sequence[int]) -> frozenset[int]:
        """Return which of these records were ever followed, in chunks a database takes."""
        table = schema.records
        known: set[int] = set()
        for start in range(0, len(ids), MOST_PARAMETERS):
            where = and_(
                table.c.link == link.id,
                table.c.model == model,
                table.c.record.in_(ids[start : start + MOST_PARAMETERS]),
            )
            known |= {row["record"] for row in self._rows(select(table.c.record).where(where))}
        return frozenset(known)

    def counts(self, link: Link, model: Model, since: datetime) -> Mapping[str, int]:
        """Return how many remembered records were written since a moment, by state."""
        table = schema.records
        where = and_(table.c.link == link.id, table.c.model == model, table.c.written >= since)
        query = select(table.c.state, func.count().label("number")).where(where)
        rows = self._rows(query.group_by(table.c.state))
        return {row["state"]: row["number"] for row in rows}

    def unfinished(self, link: Link) -> Mapping[Model, Sequence[int]]:
        """Return the records that are to be looked at again, by model."""
        table = schema.records
        where = and_(table.c.link == link.id, table.c.unfinished.is_(True))
        found: dict[Model, list[int]] = {}
        for row in self._rows(select(table.c.model, table.c.record).where(where)):
            found.setdefault(row["model"], []).append(row["record"])
        return found

    def finish(self, link: Link, model: Model, record: int, unfinished: bool) -> None:
        """Note whether a remembered record is to be looked at again."""
        table = schema.records
        where = and_(table.c.link == link.id, table.c.model == model, table.c.record == record)
        self._write(update(table).where(where).values(unfinished=unfinished))

    def wait(self, link: Link, master: WaitingMaster) -> bool:
        """Note that a ledger account or partner waits, and why; how long it waits is kept.

        Returns False where a person said that it is to stay so, for the same reason.
        """
        reason = to_json(_reasons, master.reason)
        where = _master(link, master.model, master.record)
        with self._engine.begin() as connection:
            row = connection.execute(select(schema.waiting_masters).where(where)).mappings().first()
            since = row["since"] if row else master.since
            left_out = row["left_out"] if row and row["reason"] == reason else None
            connection.execute(delete(schema.waiting_masters).where(where))
            connection.execute(
                insert(schema.waiting_masters).values(
                    link=link.id,
                    model=master.model,
                    record=master.record,
                    label=master.label,
                    reason=reason,
                    since=since,
                    left_out=left_out,
                )
            )
        return not left_out

    def leave_masters(self, link: Link, label: str, why: str) -> int:
        """Note that what waits under this label is to stay as it is; return how many there are."""
        table = schema.waiting_masters
        where = and_(table.c.link == link.id, table.c.label == label)
        with self._engine.begin() as connection:
            return connection.execute(update(table).where(where).values(left_out=why)).rowcount

    def wait_no_more(self, link: Link, model: Model, record: int) -> None:
        """Note that a ledger account or partner no longer waits."""
        self._write(delete(schema.waiting_masters).where(_master(link, model, record)))

    def waiting_masters(self, link: Link) -> Sequence[WaitingMaster]:
        """Return the ledger accounts and partners that wait for a person."""
        table = schema.waiting_masters
        query = select(table).where(table.c.link == link.id)
        return [
            WaitingMaster(
                model=row["model"],
                record=row["record"],
                label=row["label"],
                reason=_reasons.validate_json(row["reason"]),
                since=row["since"],
                left_out=row["left_out"] or "",
            )
            for row in self._rows(query.order_by(table.c.model, table.c.record))
        ]


def _master(link: Link, model: Model, record: int) -> Any:
    table = schema.waiting_masters
    return and_(table.c.link == link.id, table.c.model == model, table.c.record == record)
