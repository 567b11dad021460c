"""Opening the database, SQLite or PostgreSQL by DATABASE_URL: migrated, or to read alone."""

import logging
import sqlite3
from collections.abc import Callable, Collection
from contextlib import closing, suppress
from dataclasses import dataclass
from functools import cache, partial
from pathlib import Path
from typing import TypeAlias

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import (
    URL,
    Connection,
    Engine,
    NullPool,
    create_engine,
    inspect,
    make_url,
    select,
    text,
)
from sqlalchemy.exc import ArgumentError, SQLAlchemyError

from callrisk.store import tables
from callrisk.store.ciphers.data_keys import DataKeys
from callrisk.store.ciphers.erasures import Erasures
from callrisk.store.ciphers.key_ring import KeyRing
from callrisk.store.ciphers.key_store import key_store_address, open_key_store
from callrisk.store.ciphers.word_cipher import CIPHER, WordCipher, cipher_of
from callrisk.store.keeping.old_keys import with_sealed
from callrisk.store.schema import metadata
from callrisk.store.transaction import make_sqlite_durable

_MIGRATIONS = Path(__file__).parent / "migrations"
_POOL = 16
# So many calls tell whether a key store belongs to a database.
_NEWEST = 50
# How long the end of a program waits for those who still read, in milliseconds.
_CLOSE_WITHIN_MS = 1_000
# Two processes that start together must not migrate at once; any number serves as the lock's name.
MIGRATION_LOCK = 7_230_001


_FORMS = "sqlite:///path/callrisk.db, postgresql://user:password@host/name"


_CONNECT_WITHIN_S = 5
_READ_ONLY = {
    "connect_timeout": _CONNECT_WITHIN_S,
    "options": "-c default_transaction_read_only=on",
}
# An engine whose connections can write nothing, and one whose words can be read and written.
ReadEngine: TypeAlias = Engine
WordsEngine: TypeAlias = Engine


class DatabaseError(RuntimeError):
    """The database cannot be opened; the message says which and why."""


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


@dataclass(frozen=True, slots=True)
class Keys:
    """The key ring of a database, and the address of its key store.

    Without an address the key store lies beside the database. `ring_now` reads the ring anew.
    """

    ring: KeyRing
    address: str = ""
    ring_now: Callable[[], KeyRing] | None = None


def open_database(url: str, keys: Keys | None = None) -> Engine:
    """Return an engine on a migrated database; DatabaseError when it cannot be opened.

    Without `keys` words can neither be read nor written: WordsClosedError.
    """
    parsed = parsed_address(url)
    shown = parsed.render_as_string(hide_password=True)
    options = {}
    try:
        if parsed.drivername == "sqlite" and parsed.database:
            Path(parsed.database).parent.mkdir(parents=True, exist_ok=True)
        if keys is not None:
            options[CIPHER] = WordCipher(open_data_keys(url, keys))
        # Errors reach logs and screens; the values of a statement are what customers said.
        engine = create_engine(
            parsed, pool_size=_POOL, max_overflow=_POOL, hide_parameters=True,
            execution_options=options,
        )  # fmt: skip
        if engine.dialect.name == "sqlite":
            make_sqlite_durable(engine)
        if keys is not None:
            options[CIPHER].keys.with_sealed = partial(_with_sealed, engine)
        try:
            _migrate(engine)
            if keys is not None:
                _refuse_other_key_store(engine)
        except BaseException:
            engine.dispose()
            raise
    except (SQLAlchemyError, OSError) as error:
        raise DatabaseError(
            f"データベースを開けません / the database cannot be opened: {shown}: "
            f"{error.__cause__ or error}"
        ) from error
    return engine


def _with_sealed(engine: Engine, call_ids: Collection[str]) -> set[str]:
    with engine.connect() as connection:
        return with_sealed(connection, call_ids)


def open_data_keys(url: str, keys: Keys) -> DataKeys:
    """Return the data keys of a database; DatabaseError where the ring is another one."""
    address = parsed_address(keys.address or url)
    store = open_key_store(address if keys.address else key_store_address(address))
    data_keys = DataKeys(store, keys.ring, keys.ring_now)
    used = {*data_keys.by_ring_key(), *Erasures(data_keys).hash_keys()}
    if lacking := sorted(one for one in used if keys.ring.find(one) is None):
        store.dispose()
        names = ", ".join(lacking)
        raise DatabaseError(
            f"鍵束が違います。使われている {names} がありません。KEY_RING_FILE を確かめること / "
            f"another key ring: it lacks {names}, which is in use; check KEY_RING_FILE"
        )
    return data_keys


def _refuse_other_key_store(engine: Engine) -> None:
    """Raise DatabaseError if the key store lacks the keys of most of the newest calls.

    Else a note on such a call would make it a new key, and its words were lost.
    """
    c, s = tables.calls.c, tables.segments.c
    newest = select(c.call_id).order_by(c.started_at.desc()).limit(_NEWEST).scalar_subquery()
    sealed = select(s.call_id).where(s.call_id.in_(newest), s.sealed.is_not(None)).distinct()
    with engine.connect() as connection:
        call_ids = list(connection.execute(sealed).scalars())
        lacking = cipher_of(connection).keys.lacking(call_ids)
    if 2 * len(lacking) > len(call_ids):
        raise DatabaseError(
            "鍵の保管先が空か、別のものです。戻すには: python run.py keys restore ファイル / "
            "the key store is empty or another one; to restore it: python run.py keys restore FILE"
        )


def parsed_address(url: str) -> URL:
    """Return the parts of an address; DatabaseError, without its password, for any other."""
    try:
        parsed = make_url(url)
    except ArgumentError:
        parsed = None
    if parsed is None or parsed.get_backend_name() not in ("sqlite", "postgresql"):
        # What cannot be parsed may hold a password anywhere.
        kind = "" if parsed is None else f" ({parsed.drivername})"
        raise DatabaseError(
            f"DATABASE_URL は使えません{kind}。次の形にしてください: {_FORMS} / "
            f"DATABASE_URL cannot be used{kind}; give one of these: {_FORMS}"
        )
    if parsed.get_backend_name() == "postgresql":
        return parsed.set(drivername="postgresql+psycopg")
    return parsed.set(drivername="sqlite")


def close_database(engine: Engine) -> None:
    """Close the connections; what SQLite's log holds is in its file then, unless others use it."""
    if engine.dialect.name == "sqlite":
        with (
            suppress(SQLAlchemyError, sqlite3.Error),
            closing(engine.raw_connection()) as connection,
        ):
            connection.cursor().execute(f"PRAGMA busy_timeout={_CLOSE_WITHIN_MS}")
            connection.cursor().execute("PRAGMA wal_checkpoint(TRUNCATE)")
    engine.dispose()
    cipher = engine.get_execution_options().get(CIPHER)
    if cipher is not None:
        close_database(cipher.keys.engine)


def migrations() -> Config:
    """Return the configuration that Alembic finds our migrations by."""
    config = Config()
    config.set_main_option("script_location", str(_MIGRATIONS).replace("%", "%%"))
    return config


def _migrate(engine: Engine) -> None:
    # Alembic would otherwise log every start at INFO.
    logging.getLogger("alembic").setLevel(logging.WARNING)
    with engine.connect().execution_options(writes=True) as connection, connection.begin():
        if engine.dialect.name == "postgresql":
            connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": MIGRATION_LOCK})
        revision = MigrationContext.configure(connection).get_current_revision()
        if revision is None:
            _refuse_foreign(connection)
        else:
            _refuse_newer(revision)
        if revision != _scripts().get_current_head():
            config = migrations()
            config.attributes["connection"] = connection
            command.upgrade(config, "head")


def _refuse_newer(revision: str) -> None:
    """Raise DatabaseError for tables that a newer program made: this one would misread them."""
    if not is_known(revision):
        raise DatabaseError(
            f"データベースは新しい版のものです（{revision}）。プログラムを更新してください / "
            f"a newer version of this program made the database ({revision}); update the program"
        )


def _refuse_foreign(connection: Connection) -> None:
    """Raise DatabaseError for a database in which another product keeps its tables."""
    taken = sorted(metadata.tables.keys() & set(inspect(connection).get_table_names()))
    if taken:
        names = ", ".join(taken)
        raise DatabaseError(
            f"データベースに別の製品の表があります（{names}）。空のものを指定してください / "
            f"another product keeps its tables in this database ({names}); name an empty one in "
            "DATABASE_URL"
        )


def open_to_read(url: str) -> ReadEngine | None:
    """Return an engine that can write nothing, None where SQLite's file is not there yet.

    DatabaseError for what is no address of a SQLite or PostgreSQL.
    """
    parsed = parsed_address(url)
    if parsed.drivername == "sqlite":
        return _sqlite_to_read(parsed)
    return create_engine(parsed, poolclass=NullPool, connect_args=_READ_ONLY, hide_parameters=True)


def _sqlite_to_read(parsed: URL) -> ReadEngine | None:
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
    try:
        with engine.connect() as connection:
            found = MigrationContext.configure(connection).get_current_revision()
    except SQLAlchemyError as error:
        raise DatabaseError(" ".join(str(error.__cause__ or error).split())) from error
    wanted = _scripts().get_current_head() or ""
    return Schema(found, wanted, found is not None and not is_known(found))


def is_known(schema: str) -> bool:
    """Return True for the version of a schema that this program has or once had."""
    return schema in {script.revision for script in _scripts().walk_revisions()}


@cache
def _scripts() -> ScriptDirectory:
    """Return the migrations of this program, whose files are read once."""
    return ScriptDirectory.from_config(migrations())
