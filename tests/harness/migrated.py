"""Fresh SQLite databases of tests, which get the tables that migrations made once a process."""

from functools import cache
from typing import Any

from alembic import command
from alembic.config import Config
from sqlalchemy import Connection, create_engine, text
from sqlalchemy.pool import StaticPool

from callrisk.store.database import migrations

# What SQLite makes by itself is named so, and cannot be made.
_STATEMENTS = (
    "SELECT sql FROM sqlite_master "
    "WHERE sql IS NOT NULL AND name NOT LIKE 'sqlite_%' ORDER BY rowid"
)
_upgrade = command.upgrade


def upgrade(config: Config, revision: str, *arguments: Any, **options: Any) -> None:
    """Do what `alembic.command.upgrade` does, a tenth as long for an empty SQLite and the head.

    The tables come from the statements that the same migrations left in another database.
    """
    connection = config.attributes.get("connection")
    if revision == "head" and connection is not None and _is_empty(connection):
        statements, version = _made()
        for statement in statements:
            connection.exec_driver_sql(statement)
        connection.exec_driver_sql("INSERT INTO alembic_version VALUES (?)", (version,))
        return
    _upgrade(config, revision, *arguments, **options)


def _is_empty(connection: Connection) -> bool:
    if connection.dialect.name != "sqlite":
        return False
    return connection.scalar(text("SELECT count(*) FROM sqlite_master")) == 0


@cache
def _made() -> tuple[tuple[str, ...], str]:
    """Return the statements that make the tables of the newest schema, and its version."""
    engine = create_engine("sqlite://", poolclass=StaticPool)
    config = migrations()
    with engine.begin() as connection:
        config.attributes["connection"] = connection
        _upgrade(config, "head")
        statements = connection.execute(text(_STATEMENTS)).scalars()
        version = connection.execute(text("SELECT version_num FROM alembic_version"))
        made = tuple(statements), str(version.scalar_one())
    engine.dispose()
    return made
