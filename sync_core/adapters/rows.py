"""How the store reads and writes its rows."""

from collections.abc import Sequence
from typing import Any

from pydantic import TypeAdapter
from sqlalchemy import ColumnElement, Engine, Table, and_, bindparam
from sqlalchemy.engine import RowMapping


class Rows:
    """Rows of the store's tables; every write is committed before its method returns."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def _rows(self, query: Any, **values: Any) -> Sequence[RowMapping]:
        with self._engine.connect() as connection:
            return connection.execute(query, values).mappings().all()

    def _write(self, statement: Any, **values: Any) -> None:
        with self._engine.begin() as connection:
            connection.execute(statement, values)


def where_equal(table: Table, *columns: str) -> ColumnElement[bool]:
    """Return the condition that these columns equal the parameters of the same names.

    Statements made of it are built once, at import: building one takes longer than running it.
    """
    return and_(*(table.c[name] == bindparam(name) for name in columns))


def where_at(table: Table, *columns: str) -> ColumnElement[bool]:
    """Return the condition that these columns equal the parameters "at_" and their names.

    For an update, which sets whatever column a parameter has the name of.
    """
    return and_(*(table.c[name] == bindparam(f"at_{name}") for name in columns))


def to_json(adapter: TypeAdapter[Any], value: Any) -> str | None:
    """Return a value as JSON, None for None."""
    return None if value is None else adapter.dump_json(value).decode()
