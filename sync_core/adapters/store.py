"""What the coupling remembers, in SQLite or PostgreSQL.

Every write is committed before its method returns: what the journal says has happened, is so even
if the process dies right after.
"""

import weakref
from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import replace

from pydantic import TypeAdapter
from sqlalchemy import Engine, and_, create_engine, delete, event, insert, select, update
from sqlalchemy.engine import ExceptionContext, RowMapping
from sqlalchemy.exc import DatabaseError, IntegrityError, ProgrammingError, SQLAlchemyError
from sqlalchemy.pool import StaticPool

from sync_core.adapters import schema
from sync_core.adapters.migrate import bring_up_to_date
from sync_core.adapters.store_books import BooksRows
from sync_core.adapters.store_journal import JournalRows
from sync_core.adapters.store_records import RecordRows
from sync_core.failures import StoreFailed
from sync_core.link import Link, LinkOptions, LinkState

_options = TypeAdapter(LinkOptions)


class Store(JournalRows, RecordRows, BooksRows):
    """The journal, the links, and what was seen on both sides."""

    def __init__(self, engine: Engine) -> None:
        super().__init__(engine)
        # A store that is forgotten, not closed, lets go of its connections too.
        self._letting_go = weakref.finalize(self, engine.dispose)

    @classmethod
    def open(cls, url: str) -> "Store":
        """Open a store by its address ("sqlite:///koppeling.sqlite"; "sqlite://" in memory).

        Makes or migrates its tables. Raises StoreTooNew for one of a later version, StoreFailed
        for one that cannot be used, as do all methods.
        """
        try:
            engine = _engine(url)
        except (ImportError, SQLAlchemyError) as error:
            raise StoreFailed(
                "the store's address in the settings names no database that can be used here: "
                f"{_shown(error)}"
            ) from error
        event.listen(engine, "handle_error", _as_failure)
        with ExitStack() as when_refused:
            when_refused.callback(engine.dispose)
            if engine.dialect.name == "sqlite":
                with engine.connect() as connection:
                    connection.exec_driver_sql("PRAGMA journal_mode = WAL")
            bring_up_to_date(engine)
            when_refused.pop_all()
        return cls(engine)

    def close(self) -> None:
        """Let go of all connections."""
        self._letting_go()

    def links(self) -> Sequence[Link]:
        """Return all links, oldest first."""
        rows = self._rows(select(schema.links).order_by(schema.links.c.id))
        return [_link(row) for row in rows]

    def find_link(self, database: str, company: int, books: str) -> Link | None:
        """Return the link of a shop to a set of books, None when there never was one."""
        table = schema.links
        where = and_(
            table.c.database == database, table.c.company == company, table.c.books == books
        )
        rows = self._rows(select(table).where(where))
        return _link(rows[0]) if rows else None

    def save_link(self, link: Link) -> Link:
        """Keep a link; a new one (id 0) gets its id."""
        values = {
            "database": link.database,
            "company": link.company,
            "books": link.books,
            "books_name": link.books_name,
            "state": link.state.value,
            "reason": link.reason,
            "options": _options.dump_json(link.options).decode(),
        }
        with self._engine.begin() as connection:
            if link.id:
                connection.execute(
                    update(schema.links).where(schema.links.c.id == link.id).values(values)
                )
                return link
            made = connection.execute(insert(schema.links).values(values))
            return replace(link, id=int(made.inserted_primary_key[0]))  # type: ignore[index]

    def restart_records(self, link: Link) -> None:
        """Forget how far the shop was read for a link, so that all of it is looked at again."""
        with self._engine.begin() as connection:
            connection.execute(delete(schema.cursors).where(schema.cursors.c.link == link.id))
            connection.execute(delete(schema.records).where(schema.records.c.link == link.id))


def _link(row: RowMapping) -> Link:
    return Link(
        id=row["id"],
        database=row["database"],
        company=row["company"],
        books=row["books"],
        books_name=row["books_name"],
        state=LinkState(row["state"]),
        options=_options.validate_json(row["options"]),
        reason=row["reason"],
    )


def _engine(url: str) -> Engine:
    if url == "sqlite://":
        return create_engine(url, poolclass=StaticPool, connect_args={"check_same_thread": False})
    return create_engine(url)


def _as_failure(context: ExceptionContext) -> None:
    """Let a database that is gone, locked, full or read-only be a sentence; a defect stays one."""
    told = context.sqlalchemy_exception
    is_defect = isinstance(told, IntegrityError | ProgrammingError)
    if context.engine is None or not isinstance(told, DatabaseError) or is_defect:
        return
    where = context.engine.url.render_as_string(hide_password=True)
    raise StoreFailed(
        f"the store {where} cannot be used: {_shown(context.original_exception)}"
    ) from context.original_exception


def _shown(error: BaseException) -> str:
    """Return the first line of what a database says, which names no value."""
    lines = str(error).strip().splitlines()
    return lines[0] if lines else type(error).__name__
