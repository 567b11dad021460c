"""The files of a PostgreSQL server: the pages of a database, with deleted rows, and the journal."""

from collections.abc import Iterator

from sqlalchemy import Connection, create_engine, text

_MAY_READ = "SELECT rolsuper FROM pg_roles WHERE rolname = current_user"
# From a place on; a segment that is used again holds older bytes behind the present one.
_JOURNAL = """
SELECT name,
       CASE WHEN name = pg_walfile_name(:since)
            THEN (pg_walfile_name_offset(:since)).file_offset ELSE 0 END AS first,
       CASE WHEN name = pg_walfile_name(pg_current_wal_lsn())
            THEN (pg_walfile_name_offset(pg_current_wal_lsn())).file_offset ELSE size END AS last
FROM pg_ls_waldir()
WHERE name ~ '^[0-9A-F]{24}$' AND name >= pg_walfile_name(:since)
  AND name <= pg_walfile_name(pg_current_wal_lsn())
"""
_PAGES = "SELECT 'base/' || oid AS folder FROM pg_database WHERE datname = current_database()"


def journal_place(database: str) -> str:
    """Return the place that the journal, which all databases share, has reached."""
    engine = create_engine(database)
    with engine.connect() as connection:
        place = connection.execute(text("SELECT pg_current_wal_lsn()::text")).scalar_one()
    engine.dispose()
    return str(place)


def server_files(database: str, since: str) -> Iterator[tuple[str, bytes]]:
    """Yield name and content of each file, of the journal what was written since a place.

    None where the person may not read them.
    """
    engine = create_engine(database, isolation_level="AUTOCOMMIT")
    try:
        with engine.connect() as connection:
            if connection.execute(text(_MAY_READ)).scalar():
                # First: a checkpoint uses segments of the journal again.
                yield from _journal(connection, since)
                connection.execute(text("CHECKPOINT"))
                yield from _pages(connection)
    finally:
        engine.dispose()


def _journal(connection: Connection, since: str) -> Iterator[tuple[str, bytes]]:
    for row in connection.execute(text(_JOURNAL), {"since": since}).all():
        path = f"pg_wal/{row.name}"
        yield f"journal {row.name}", _read(connection, path, row.first, row.last - row.first)


def _pages(connection: Connection) -> Iterator[tuple[str, bytes]]:
    folder = connection.execute(text(_PAGES)).scalar_one()
    names = connection.execute(text("SELECT pg_ls_dir(:folder)"), {"folder": folder}).scalars()
    for name in names.all():
        yield f"pages {name}", _read(connection, f"{folder}/{name}", 0, 1 << 28)


def _read(connection: Connection, path: str, first: int, length: int) -> bytes:
    # A file may go while others are read.
    read = "SELECT pg_read_binary_file(:path, :first, :length, true)"
    place = {"path": path, "first": first, "length": length}
    return bytes(connection.execute(text(read), place).scalar() or b"")
