"""Keeps how the shop's records were when they were last followed, and which wait."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from pydantic import TypeAdapter
from sqlalchemy import and_, bindparam, delete, func, insert, select, update
from sqlalchemy.engine import RowMapping

from sync_core.adapters import schema
from sync_core.adapters.bizzcloud import Changed
from sync_core.adapters.rows import Rows, to_json, where_at, where_equal
from sync_core.documents import Model
from sync_core.journal import Reason
from sync_core.link import Link

_reasons = TypeAdapter(Reason)

MASTERS = frozenset({"account.account", "res.partner"})
"""What documents refer to."""

MOST_PARAMETERS = 500
"""Values in one query; databases limit them."""

_CURSORS = select(schema.cursors).where(where_equal(schema.cursors, "link"))
_DROP_CURSOR = delete(schema.cursors).where(where_equal(schema.cursors, "link", "model"))
_NEW_CURSOR = insert(schema.cursors)

_records = schema.records.c
_OF_MODEL = where_equal(schema.records, "link", "model")
_THESE = and_(_OF_MODEL, _records.record.in_(bindparam("ids", expanding=True)))
_THESE_AT = and_(
    where_at(schema.records, "link", "model"), _records.record.in_(bindparam("ids", expanding=True))
)
_REMEMBERED = select(_records.record, _records.written, _records.summary).where(_THESE)
_REMEMBERED_TO_THE_END = _REMEMBERED.where(_records.unfinished.is_(False))
_KNOWN = select(_records.record).where(_THESE)
_DROP_THESE = delete(schema.records).where(_THESE)
_NEW_RECORDS = insert(schema.records)
_NUMBERS = (
    select(_records.state, func.count().label("number"))
    .where(and_(_OF_MODEL, _records.written >= bindparam("since")))
    .group_by(_records.state)
)
_UNFINISHED = select(_records.model, _records.record).where(
    and_(where_equal(schema.records, "link"), _records.unfinished.is_(True))
)
_DUE_AGAIN = select(_records.model, _records.record).where(
    and_(where_equal(schema.records, "link"), _records.again <= bindparam("now"))
)
_READ_AGAIN = update(schema.records).where(_THESE_AT).values(again=None)
_FINISH = update(schema.records).where(where_at(schema.records, "link", "model", "record"))

_waiting = schema.waiting_masters
_MASTER = where_equal(_waiting, "link", "model", "record")
_READ_MASTER = select(_waiting).where(_MASTER)
_DROP_MASTER = delete(_waiting).where(_MASTER)
_NEW_MASTER = insert(_waiting)
_LEAVE_MASTERS = update(_waiting).where(where_at(_waiting, "link", "label"))
_WAITING = (
    select(_waiting)
    .where(where_equal(_waiting, "link"))
    .order_by(_waiting.c.model, _waiting.c.record)
)


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

    def cursors(self, link: Link) -> Mapping[Model, tuple[datetime, int]]:
        """Return up to where each model was polled; one that never was is not in it."""
        rows = self._rows(_CURSORS, link=link.id)
        return {row["model"]: (row["written"], row["record"]) for row in rows}

    def remember(
        self,
        link: Link,
        rows: Sequence[Changed],
        unfinished: frozenset[int],
        again: Mapping[int, datetime],
    ) -> None:
        """Note how polled records were, which of them are to be looked at again, and the cursor.

        `again` are those to be read once more whatever comes of them, each from a moment on.
        """
        if not rows:
            return
        last = max((row.written, row.id) for row in rows)
        model = rows[0].model
        before = self.cursors(link).get(model)
        with self._engine.begin() as connection:
            place = {"link": link.id, "model": model}
            connection.execute(_DROP_THESE, {**place, "ids": [row.id for row in rows]})
            connection.execute(
                _NEW_RECORDS,
                [
                    {
                        **place,
                        "record": row.id,
                        "written": row.written,
                        "state": row.state,
                        "summary": row.summary,
                        "unfinished": row.id in unfinished,
                        "again": again.get(row.id),
                    }
                    for row in rows
                ],
            )
            if before is None or last > before:
                connection.execute(_DROP_CURSOR, place)
                connection.execute(_NEW_CURSOR, {**place, "written": last[0], "record": last[1]})

    def remembered(
        self, link: Link, model: Model, ids: Sequence[int]
    ) -> Mapping[int, tuple[datetime, str]]:
        """Return write date and summary of records as they were last followed to the end, by id.

        Also of masters that wait for a person: nothing that the shop holds would end that.
        """
        if not ids:
            return {}
        query = _REMEMBERED if model in MASTERS else _REMEMBERED_TO_THE_END
        rows = self._rows(query, link=link.id, model=model, ids=ids)
        return {row["record"]: (row["written"], row["summary"]) for row in rows}

    def known_ids(self, link: Link, model: Model, ids: Sequence[int]) -> frozenset[int]:
        """Return which of these records were ever followed, in chunks a database takes."""
        known: set[int] = set()
        for start in range(0, len(ids), MOST_PARAMETERS):
            chunk = ids[start : start + MOST_PARAMETERS]
            rows = self._rows(_KNOWN, link=link.id, model=model, ids=chunk)
            known |= {row["record"] for row in rows}
        return frozenset(known)

    def counts(self, link: Link, model: Model, since: datetime) -> Mapping[str, int]:
        """Return how many remembered records were written since a moment, by state."""
        rows = self._rows(_NUMBERS, link=link.id, model=model, since=since)
        return {row["state"]: row["number"] for row in rows}

    def unfinished(self, link: Link) -> Mapping[Model, Sequence[int]]:
        """Return the records that are to be looked at again, by model."""
        return _by_model(self._rows(_UNFINISHED, link=link.id))

    def due_again(self, link: Link, now: datetime) -> Mapping[Model, Sequence[int]]:
        """Return the records that are to be read once more, now that their time has come."""
        return _by_model(self._rows(_DUE_AGAIN, link=link.id, now=now))

    def read_again(self, link: Link, model: Model, ids: Sequence[int]) -> None:
        """Note that records were read once more."""
        self._write(_READ_AGAIN, at_link=link.id, at_model=model, ids=ids)

    def finish(self, link: Link, model: Model, record: int, unfinished: bool) -> None:
        """Note whether a remembered record is to be looked at again."""
        place = {"at_link": link.id, "at_model": model, "at_record": record}
        self._write(_FINISH, **place, unfinished=unfinished)

    def wait(self, link: Link, master: WaitingMaster) -> bool:
        """Note that a ledger account or partner waits, and why; how long it waits is kept.

        Returns False where a person said that it is to stay so, for the same reason.
        """
        reason = to_json(_reasons, master.reason)
        place = {"link": link.id, "model": master.model, "record": master.record}
        with self._engine.begin() as connection:
            row = connection.execute(_READ_MASTER, place).mappings().first()
            since = row["since"] if row else master.since
            left_out = row["left_out"] if row and row["reason"] == reason else None
            connection.execute(_DROP_MASTER, place)
            values = {
                "label": master.label,
                "reason": reason,
                "since": since,
                "left_out": left_out,
            }
            connection.execute(_NEW_MASTER, {**place, **values})
        return not left_out

    def leave_masters(self, link: Link, label: str, why: str) -> int:
        """Note that what waits under this label is to stay as it is; return how many there are."""
        values = {"at_link": link.id, "at_label": label, "left_out": why}
        with self._engine.begin() as connection:
            return connection.execute(_LEAVE_MASTERS, values).rowcount

    def wait_no_more(self, link: Link, model: Model, record: int) -> None:
        """Note that a ledger account or partner no longer waits."""
        self._write(_DROP_MASTER, link=link.id, model=model, record=record)

    def waiting_masters(self, link: Link) -> Sequence[WaitingMaster]:
        """Return the ledger accounts and partners that wait for a person."""
        return [
            WaitingMaster(
                model=row["model"],
                record=row["record"],
                label=row["label"],
                reason=_reasons.validate_json(row["reason"]),
                since=row["since"],
                left_out=row["left_out"] or "",
            )
            for row in self._rows(_WAITING, link=link.id)
        ]


def _by_model(rows: Sequence[RowMapping]) -> Mapping[Model, Sequence[int]]:
    found: dict[Model, list[int]] = {}
    for row in rows:
        found.setdefault(row["model"], []).append(row["record"])
    return found
