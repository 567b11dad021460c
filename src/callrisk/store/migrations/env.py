"""Runs migrations on the connection that `open_database` hands over."""

from alembic import context

from callrisk.store.schema import metadata

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    transactional_ddl=True,
)
with context.begin_transaction():
    context.run_migrations()
