"""Brings the store's tables to the version that this release needs."""

from pathlib import Path

from sqlalchemy import Engine, inspect, text

from sync_core.adapters.schema import metadata
from sync_core.failures import NeedsPerson

CURRENT = "0003"
"""The newest migration in `migrations/versions`."""

MIGRATIONS = Path(__file__).parent / "migrations"


class StoreTooNew(NeedsPerson):
    """The store was written by a later release."""


def bring_up_to_date(engine: Engine) -> None:
    """Make the tables of an empty store, or migrate an older one.

    An empty store gets today's tables at once; that they equal what the migrations make is
    tested. Raises StoreTooNew for a store of a later release.
    """
    tables = set(inspect(engine).get_table_names())
    if "alembic_version" not in tables:
        with engine.begin() as connection:
            metadata.create_all(connection)
            connection.execute(text("CREATE TABLE alembic_version (version_num VARCHAR(32))"))
            connection.execute(text("INSERT INTO alembic_version VALUES (:v)"), {"v": CURRENT})
        return
    with engine.connect() as connection:
        version = connection.execute(text("SELECT version_num FROM alembic_version")).scalar_one()
    if version == CURRENT:
        return
    if version > CURRENT:
        raise StoreTooNew(
            f"the store has version {version} and this release knows {CURRENT}: install the "
            "release that wrote it, or a later one"
        )
    migrate(engine)


def migrate(engine: Engine) -> None:
    """Run the migrations from wherever the store stands up to the newest."""
    from alembic import command
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    with engine.begin() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, "head")
