"""A copy of PostgreSQL's tables loaded in one transaction: all of it, or nothing has changed."""

from alembic import command
from sqlalchemy import URL, Connection, NullPool, create_engine, select, table, text

from callrisk.store.copies.copy_error import CopyError, told_as
from callrisk.store.copies.copy_facts import VERSION_TABLE, CopyFacts, OpenPart
from callrisk.store.copies.postgres_copy import (
    ISO_DATES,
    columns_of,
    cursor_of,
    own_tables,
    quoted,
    rows_of,
    sequence_of,
)
from callrisk.store.database import MIGRATION_LOCK, migrations

_CONNECT_WITHIN_S = 5
_NOT_RESTORED = (
    "PostgreSQL に戻せません。何も変えていません",
    "PostgreSQL does not take the backup, and nothing was changed",
)
_OTHERS = text(
    "SELECT count(*), string_agg(DISTINCT coalesce(nullif(application_name, ''), "
    "host(client_addr), 'local'), ', ') FROM pg_stat_activity WHERE datname = current_database() "
    "AND pid <> pg_backend_pid() AND backend_type = 'client backend'"
)


def restore_copy(
    address: URL, open_part: OpenPart, facts: CopyFacts, replace: bool, kept_as: str
) -> str | None:
    """Load the copy into new tables; return the schema in which the tables before are kept.

    Raise CopyError where a program is connected, or where rows are there and may not be replaced.
    """
    engine = create_engine(
        address, poolclass=NullPool, hide_parameters=True,
        connect_args={"connect_timeout": _CONNECT_WITHIN_S},
    )  # fmt: skip
    with told_as(engine.dialect.loaded_dbapi.Error, *_NOT_RESTORED), engine.begin() as connection:
        connection.execute(text("SET LOCAL lock_timeout = '5s'"))
        connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": MIGRATION_LOCK})
        connection.execute(ISO_DATES)
        _refuse_others(connection)
        kept = _kept_aside(connection, replace, kept_as)
        config = migrations()
        config.attributes["connection"] = connection
        command.upgrade(config, facts.schema)
        for name in own_tables(connection):
            if name != VERSION_TABLE:
                _load(connection, open_part, name, facts)
        _count_on(connection, facts)
    return kept


def _refuse_others(connection: Connection) -> None:
    count, names = connection.execute(_OTHERS).one()
    if count:
        raise CopyError(
            f"データベースに {count} 個の接続があります（{names}）。"
            "すべてのプログラムを止めてから、もう一度実行してください",
            f"{count} connections to the database are open ({names}); stop all programs "
            "(server, ingest, training), then try again",
        )


def _kept_aside(connection: Connection, replace: bool, kept_as: str) -> str | None:
    """Move the tables that are there into a schema of their own."""
    names = own_tables(connection)
    if not names:
        return None
    rows = (
        connection.execute(select(text("1")).select_from(table(name)).limit(1)).first()
        for name in names if name != VERSION_TABLE
    )  # fmt: skip
    if not replace and any(rows):
        raise CopyError(
            "データベースは空ではありません。置き換えるには --replace を付けてください"
            "（今の表は別のスキーマに残ります）",
            "the database is not empty; give --replace to put the backup in its place "
            "(its tables are kept in a schema of their own)",
        )
    schema = kept_as.replace("-", "_").lower()
    connection.execute(text(f"CREATE SCHEMA {quoted(connection, schema)}"))
    for name in names:
        target = f"{quoted(connection, name)} SET SCHEMA {quoted(connection, schema)}"
        connection.execute(text(f"ALTER TABLE {target}"))
    return schema


def _load(connection: Connection, open_part: OpenPart, name: str, facts: CopyFacts) -> None:
    if name not in facts.rows:
        return
    columns = columns_of(connection, name)
    target = f"{quoted(connection, name)} ({quoted(connection, *columns)})"
    with cursor_of(connection) as cursor, cursor.copy(f"COPY {target} FROM STDIN") as copied:
        for row in rows_of(open_part, name):
            copied.write_row([row[column] for column in columns])


def _count_on(connection: Connection, facts: CopyFacts) -> None:
    """Let columns count on where they were."""
    for name, (last, given) in facts.sequences.items():
        sequence = sequence_of(connection, *name.split("."))
        values = {"sequence": sequence, "last": last, "given": given}
        connection.execute(text("SELECT setval(:sequence, :last, :given)"), values)
