"""A look at the database that changes nothing: whether it opens, and the version of its schema."""

import sqlite3
from dataclasses import dataclass
from pathlib import Path

from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import URL, Engine, NullPool, create_engine
from sqlalchemy.exc import SQLAlchemyError

from callrisk.store.database import DatabaseError, migrations, parsed_address

_CONNECT_WITHIN_S = 5
_READ_ONLY = {
    "connect_timeout": _CONNECT_WITHIN_S,
    "options": "-c default_transaction_read_only=on",
}


@dataclass(frozen=True, slots=True)
class Schema:
    """The version that a database has, None before its first use, and that of this program."""

    found: str | None
    wanted: str
    is_newer: bool

    @property
    def is_current(self) -> bool:
        """Return True if this program can read it as it is."""
        return self.found == self.wanted


def open_to_read(url: str) -> Engine | None:
    """Return an engine that can write nothing, None where SQLite's file is not there yet.

    DatabaseError for what is no address of a SQLite or PostgreSQL.
    """
    parsed = parsed_address(url)
    if parsed.drivername == "sqlite":
        return _sqlite(parsed)
    return create_engine(parsed, poolclass=NullPool, connect_args=_READ_ONLY, hide_parameters=True)


def _sqlite(parsed: URL) -> Engine | None:
    path = Path(parsed.database or "")
    if not parsed.database or not path.is_file():
        return None
    # Where nobody has it open there is no journal, and without this SQLite would make one.
    journal = path.with_name(f"{path.name}-wal")
    mode = "mode=ro" if journal.exists() else "mode=ro&immutable=1"
    uri = f"{path.resolve().as_uri()}?{mode}"
    return create_engine(
        "sqlite://", creator=lambda: sqlite3.connect(uri, uri=True), poolclass=NullPool,
        hide_parameters=True,
    )  # fmt: skip


def schema_of(engine: Engine) -> Schema:
    """Return the schema; DatabaseError, which says why, where the database cannot be read."""
    scripts = ScriptDirectory.from_config(migrations())
    known = {script.revision for script in scripts.walk_revisions()}
    try:
        with engine.connect() as connection:
            found = MigrationContext.configure(connection).get_current_revision()
    except SQLAlchemyError as error:
        raise DatabaseError(" ".join(str(error.__cause__ or error).split())) from error
    wanted = scripts.get_current_head() or ""
    return Schema(found, wanted, found is not None and found not in known)
