"""Tells alembic which connection and which tables to migrate."""

from alembic import context

from sync_core.adapters.schema import metadata

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    render_as_batch=True,
)
with context.begin_transaction():
    context.run_migrations()
