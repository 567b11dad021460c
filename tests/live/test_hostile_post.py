"""A post that is made to take long holds up nobody else, in both kinds of database."""

import os
import uuid
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import create_engine, text
from sqlalchemy.exc import OperationalError

from harness.hostile_post import empty_server, full_of_digits, seconds_beside

POSTGRES = os.environ.get(
    "CALLRISK_TEST_POSTGRES", "postgresql+psycopg://postgres@127.0.0.1/postgres"
)
# Of the time that the post takes. When its work was done in its transaction it was two thirds.
LONGEST_WAIT = 0.4


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest) -> Iterator[str]:
    """The address of a fresh database of each kind; empty for SQLite."""
    if request.param == "sqlite":
        yield ""
        return
    options = {"isolation_level": "AUTOCOMMIT", "connect_args": {"connect_timeout": 3}}
    admin = create_engine(POSTGRES, **options)
    name = f"callrisk_{uuid.uuid4().hex[:12]}"
    try:
        with admin.connect() as connection:
            connection.execute(text(f"CREATE DATABASE {name}"))
    except OperationalError:
        pytest.skip("no PostgreSQL at 127.0.0.1; name one in CALLRISK_TEST_POSTGRES")
    yield admin.url.set(database=name).render_as_string(hide_password=False)
    with admin.connect() as connection:
        connection.execute(text(f"DROP DATABASE {name} WITH (FORCE)"))
    admin.dispose()


@pytest.mark.slow
def test_turns_full_of_digits_hold_up_no_other_call(
    tmp_path: Path, free_port: int, database_url: str
) -> None:
    """While 150 turns of digits are masked and stored, each write of another call goes through."""
    with empty_server(tmp_path, free_port, database_url) as address:
        took, waits = seconds_beside(address, full_of_digits(150, "の1" * 325))

    assert max(waits) < LONGEST_WAIT * took
