"""An empty store for a test: in memory, or in the database that KOPPELING_TEST_STORE names.

Each store of a test is a schema of its own in a PostgreSQL database that is thrown away after the
run (`make test-postgresql`).
"""

import itertools
import os

from sqlalchemy import create_engine, make_url
from sqlalchemy.schema import CreateSchema

from sync_core.adapters.store import Store

ELSEWHERE = "KOPPELING_TEST_STORE"
_numbers = itertools.count(1)


def empty_store_url(otherwise: str = "sqlite://") -> str:
    """Return the address of a store that holds nothing yet; `otherwise` when none is named."""
    named = os.environ.get(ELSEWHERE)
    if not named:
        return otherwise
    schema = f"store_{os.getpid()}_{next(_numbers)}"
    engine = create_engine(named)
    with engine.begin() as connection:
        connection.execute(CreateSchema(schema))
    engine.dispose()
    url = make_url(named).update_query_dict({"options": f"-csearch_path={schema}"})
    return url.render_as_string(hide_password=False)


def empty_store() -> Store:
    """Return an open store that holds nothing yet."""
    return Store.open(empty_store_url())
