"""Addresses of fresh databases, SQLite in a server's own folder or PostgreSQL of this machine."""

import atexit
import os
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache

import pytest
from alembic import command
from sqlalchemy import Engine, NullPool, create_engine, text
from sqlalchemy.exc import OperationalError

from callrisk.store.database import migrations

POSTGRES = os.environ.get(
    "CALLRISK_TEST_POSTGRES", "postgresql+psycopg://postgres@127.0.0.1/postgres"
)
KINDS = ("sqlite", "postgresql")


@contextmanager
def fresh_database(kind: str, migrated: bool = True) -> Iterator[str]:
    """The address of a fresh database; empty for SQLite, which a server makes in its folder.

    A PostgreSQL has its tables already, unless it is to be as empty as a company makes it.
    """
    if kind == "sqlite":
        yield ""
        return
    admin = _admin()
    name = f"callrisk_{uuid.uuid4().hex[:12]}"
    try:
        _execute(admin, "SELECT 1")
    except OperationalError:
        pytest.skip("no PostgreSQL at 127.0.0.1; name one in CALLRISK_TEST_POSTGRES")
    template = _migrated() if migrated else "template1"
    _execute(admin, f"CREATE DATABASE {name} TEMPLATE {template}")
    yield admin.url.set(database=name).render_as_string(hide_password=False)
    _execute(admin, f"DROP DATABASE {name} WITH (FORCE)")


@cache
def _migrated() -> str:
    """Return the name of a database that this process migrated, to be copied."""
    admin = _admin()
    name = f"callrisk_template_{uuid.uuid4().hex[:12]}"
    _execute(admin, f"CREATE DATABASE {name}")
    atexit.register(_execute, admin, f"DROP DATABASE {name} WITH (FORCE)")
    config = migrations()
    # Nobody may be connected to a database that is copied.
    engine = create_engine(admin.url.set(database=name), poolclass=NullPool)
    with engine.begin() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, "head")
    return name


def _admin() -> Engine:
    return create_engine(
        POSTGRES, isolation_level="AUTOCOMMIT", poolclass=NullPool,
        connect_args={"connect_timeout": 3},
    )  # fmt: skip


def _execute(admin: Engine, statement: str) -> None:
    with admin.connect() as connection:
        connection.execute(text(statement))
