"""The key store: the data keys, wrapped, in a database of their own beside the one of the words.

Whoever has a copy of the database alone reads nothing of it, and a data key that was destroyed
makes its words unreadable in every copy, also in backups.
"""

from collections.abc import Collection
from pathlib import Path

from sqlalchemy import URL, Engine, create_engine, func, inspect, select, text
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.pool import StaticPool

from callrisk.store.ciphers.key_tables import data_keys, key_metadata, lost_keys
from callrisk.store.store_away import store_away_reported
from callrisk.store.transaction import make_sqlite_durable

# The schema of the key store in a PostgreSQL that also has the words.
SCHEMA = "callrisk_keys"
_POOL = 8
# Any number serves as the name of the lock under which the tables are made.
_SETUP_LOCK = 7_230_003


def key_store_address(database: URL) -> URL:
    """Return where the key store of a database lies unless a setting says otherwise."""
    if database.get_backend_name() != "sqlite" or not database.database:
        return database
    path = Path(database.database)
    return database.set(database=str(path.with_name(f"{path.stem}.keys{path.suffix or '.db'}")))


def open_key_store(address: URL) -> Engine:
    """Return an engine on a key store that has its tables; SQLAlchemyError or OSError if not."""
    engine = _engine(address)
    try:
        with engine.connect().execution_options(writes=True) as connection, connection.begin():
            if engine.dialect.name == "postgresql":
                lock = {"key": _SETUP_LOCK}
                connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), lock)
                # Who may not make a schema may use one that somebody made.
                there = connection.scalar(text("SELECT to_regnamespace(:name)"), {"name": SCHEMA})
                if there is None:
                    connection.execute(text(f"CREATE SCHEMA {SCHEMA}"))
            key_metadata.create_all(connection)
    except SQLAlchemyError:
        engine.dispose()
        raise
    return engine


def ring_keys_in_use(engine: Engine) -> dict[str, int]:
    """Return how many data keys each key of a ring wraps; none before there is a key store.

    StoreAwayError where the store does not answer.
    """
    count = select(data_keys.c.ring_key, func.count()).where(data_keys.c.wrapped.is_not(None))
    schema = SCHEMA if engine.dialect.name == "postgresql" else None
    there = engine.execution_options(schema_translate_map={None: schema})
    with store_away_reported(), there.connect() as connection:
        if not inspect(connection).has_table(data_keys.name, schema):
            return {}
        rows = connection.execute(count.group_by(data_keys.c.ring_key)).all()
    return {row[0]: row[1] for row in rows}


def replaced_keys(engine: Engine) -> int:
    """Return of how many calls the data key was lost before they got another one.

    StoreAwayError where the store does not answer.
    """
    schema = SCHEMA if engine.dialect.name == "postgresql" else None
    there = engine.execution_options(schema_translate_map={None: schema})
    with store_away_reported(), there.connect() as connection:
        if not inspect(connection).has_table(lost_keys.name, schema):
            return 0
        return int(connection.execute(select(func.count()).select_from(lost_keys)).scalar_one())


def calls_with_keys(engine: Engine, call_ids: Collection[str]) -> set[str]:
    """Return those of some calls that have a data key, or had one until it was destroyed.

    StoreAwayError where the store does not answer.
    """
    schema = SCHEMA if engine.dialect.name == "postgresql" else None
    there = engine.execution_options(schema_translate_map={None: schema})
    known = select(data_keys.c.call_id).where(data_keys.c.call_id.in_(call_ids))
    with store_away_reported(), there.connect() as connection:
        if not inspect(connection).has_table(data_keys.name, schema):
            return set()
        return set(connection.execute(known).scalars())


def _engine(address: URL) -> Engine:
    if address.get_backend_name() == "postgresql":
        return create_engine(
            address, pool_size=_POOL, max_overflow=_POOL, hide_parameters=True,
            connect_args={"options": f"-c search_path={SCHEMA}"},
        )  # fmt: skip
    if not address.database:
        return create_engine(address, poolclass=StaticPool, hide_parameters=True)
    Path(address.database).parent.mkdir(parents=True, exist_ok=True)
    engine = create_engine(address, pool_size=_POOL, max_overflow=_POOL, hide_parameters=True)
    make_sqlite_durable(engine)
    return engine
