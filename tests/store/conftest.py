"""A database of each kind for the tests of the store."""

import os
import uuid
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Engine, create_engine, text
from sqlalchemy.exc import OperationalError

from callrisk.store.database import open_database

POSTGRES = os.environ.get(
    "CALLRISK_TEST_POSTGRES", "postgresql+psycopg://postgres@127.0.0.1/postgres"
)


@pytest.fixture(params=["sqlite", "postgresql"])
def engine(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Engine]:
    """A fresh database of each kind."""
    if request.param == "sqlite":
        engine = open_database(f"sqlite:///{tmp_path / 'calls.db'}")
        yield engine
        engine.dispose()
    else:
        yield from postgres()


def postgres() -> Iterator[Engine]:
    """A database of its own on the PostgreSQL of this machine."""
    admin = create_engine(
        POSTGRES, isolation_level="AUTOCOMMIT", connect_args={"connect_timeout": 3}
    )
    name = f"callrisk_{uuid.uuid4().hex[:12]}"
    try:
        with admin.connect() as connection:
            connection.execute(text(f"CREATE DATABASE {name}"))
    except OperationalError:
        pytest.skip("no PostgreSQL at 127.0.0.1; name one in CALLRISK_TEST_POSTGRES")
    url = admin.url.set(database=name, drivername="postgresql")
    engine = open_database(url.render_as_string(hide_password=False))
    yield engine
    engine.dispose()
    with admin.connect() as connection:
        connection.execute(text(f"DROP DATABASE {name}"))
    admin.dispose()
