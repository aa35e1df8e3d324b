"""One database of the stand-in: tables, the transaction that a call runs in, who is calling."""

import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cached_property
from typing import TYPE_CHECKING, Any, TypeVar

from fakes.bizzcloud.errors import UserError
from fakes.bizzcloud.tables import Row, Table
from fakes.bizzcloud.zones import zone_named

if TYPE_CHECKING:
    from fakes.bizzcloud.records import Model

SUPERUSER = 1
Made = TypeVar("Made", bound="Model")
DataModel = Mapping[str, "type[Model]"]


STARTED: ContextVar[datetime | None] = ContextVar("STARTED", default=None)
"""The moment at which the transactions of this context started; None for the present."""


@dataclass(frozen=True)
class Change:
    """A change that matters to others: what happened to which record."""

    model: str
    id: int
    event: str


@dataclass
class Transaction:
    """What one call has done so far: how to undo it, and what to tell when it is done."""

    started: datetime
    undo: list[tuple[Table, int, Row | None]] = field(default_factory=list)
    changes: list[Change] = field(default_factory=list)

    def back_to(self, mark: int) -> None:
        """Undo what was done since there were `mark` things to undo; 0 undoes all."""
        while len(self.undo) > mark:
            table, identifier, old = self.undo.pop()
            if old is None:
                table.drop(identifier)
            else:
                table.put(identifier, old)

    @cached_property
    def stamp(self) -> str:
        """The moment that the transaction started, as the wire writes it."""
        return self.started.astimezone(UTC).strftime("%Y-%m-%d %H:%M:%S")


class Database:
    """A named database with the tables of a data model.

    Calls run one at a time, each in a transaction that is kept whole or not at all. What a
    transaction writes is dated with the moment that it started, not that it ended, so a record
    may appear with a date that a reader has passed already.
    """

    def __init__(self, name: str, data_model: DataModel, now: Callable[[], datetime]) -> None:
        self.name = name
        self.data_model = data_model
        self.now = now
        self.tables: dict[str, Table] = {model: Table() for model in data_model}
        self.on_commit: Callable[[list[Change]], None] = lambda changes: None
        self._lock = threading.RLock()

    @contextmanager
    def transaction(
        self,
        uid: int = SUPERUSER,
        context: Mapping[str, Any] | None = None,
    ) -> Iterator["Environment"]:
        """Give an environment for one call; whatever raises inside undoes all of it."""
        with self._lock:
            transaction = Transaction(STARTED.get() or self.now())
            try:
                yield Environment(self, uid, context or {}, transaction)
            except BaseException:
                transaction.back_to(0)
                raise
            changes = list(dict.fromkeys(transaction.changes))
        if changes:
            self.on_commit(changes)


class Environment:
    """The models as one caller sees them within one transaction."""

    def __init__(
        self, database: Database, uid: int, context: Mapping[str, Any], transaction: Transaction
    ) -> None:
        self.database = database
        self.uid = uid
        self.context = dict(context)
        self.transaction = transaction
        self._models: dict[str, Model] = {}

    def __getitem__(self, name: str) -> "Model":
        model = self._models.get(name)
        if model is None:
            made = self.database.data_model.get(name)
            if made is None:
                raise UserError(f"Object {name} doesn't exist")
            model = self._models[name] = made(self)
        return model

    def of(self, model: type[Made]) -> Made:
        """Return a model by its class, for rules that only it has."""
        made = self[model.name]
        assert isinstance(made, model)
        return made

    def __contains__(self, name: str) -> bool:
        return name in self.database.data_model

    def with_context(self, **changes: Any) -> "Environment":
        """Return the same caller and transaction with other context."""
        return Environment(self.database, self.uid, {**self.context, **changes}, self.transaction)

    def as_superuser(self) -> "Environment":
        """Return the same transaction without access rules."""
        if self.uid == SUPERUSER:
            return self
        return Environment(self.database, SUPERUSER, self.context, self.transaction)

    @contextmanager
    def savepoint(self) -> Iterator[None]:
        """Undo what is done inside when it raises, and nothing of what was done before."""
        mark, told = len(self.transaction.undo), len(self.transaction.changes)
        try:
            yield
        except BaseException:
            self.transaction.back_to(mark)
            del self.transaction.changes[told:]
            raise

    @property
    def now(self) -> str:
        """Return the moment that the transaction started, as the wire writes it."""
        return self.transaction.stamp

    @property
    def today(self) -> str:
        """Return the day that it is for the caller when the transaction starts, as on the wire.

        The time zone is that of the context, else the user's own, else UTC (bz-today).
        """
        zone = zone_named(self.context.get("tz") or self._zone_of_user())
        return self.transaction.started.astimezone(zone or UTC).date().isoformat()

    @property
    def today_in_utc(self) -> str:
        """Return the day that it is for the server, whoever calls, as the wire writes it."""
        return self.now[:10]

    def _zone_of_user(self) -> object:
        users = self.as_superuser()["res.users"]
        known = self.uid in users.table.rows
        return users.browse(self.uid)[0].partner_id.tz if known else None

    def put(self, table: Table, identifier: int, row: Row) -> None:
        """Keep a row in this transaction."""
        self.transaction.undo.append((table, identifier, table.put(identifier, row)))

    def keep(self, table: Table, identifier: int, row: Row) -> None:
        """Keep a row also when this transaction fails, as a number that was given stays given."""
        table.put(identifier, row)

    def drop(self, table: Table, identifier: int) -> None:
        """Delete a row in this transaction."""
        self.transaction.undo.append((table, identifier, table.drop(identifier)))

    def changed(self, model: str, identifier: int, event: str) -> None:
        """Note a change that is told to others when the transaction is done."""
        self.transaction.changes.append(Change(model, identifier, event))
