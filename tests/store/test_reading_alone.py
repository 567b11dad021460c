"""A look at a database: its schema is told, and nothing can be written by it."""

from pathlib import Path

import pytest
from sqlalchemy import Engine, text
from sqlalchemy.exc import SQLAlchemyError

from callrisk.store.database import (
    DatabaseError,
    close_database,
    open_database,
    open_to_read,
    schema_of,
)
from harness.key_rings import KEYS


def address(engine: Engine) -> str:
    """The address with its password."""
    return engine.url.render_as_string(hide_password=False)


def test_the_schema_is_told(engine: Engine) -> None:
    """Current, older, and newer than this program knows."""
    look = open_to_read(address(engine))
    assert look is not None
    current = schema_of(look)
    found = {}
    for revision in ("0001", "9999"):
        with engine.begin() as connection:
            connection.execute(text("UPDATE alembic_version SET version_num = :v"), {"v": revision})
        found[revision] = schema_of(look)

    assert current.is_current
    assert not current.is_newer
    assert (found["0001"].is_current, found["0001"].is_newer) == (False, False)
    assert (found["9999"].is_current, found["9999"].is_newer) == (False, True)


def test_nothing_can_be_written(engine: Engine) -> None:
    """The database refuses every change."""
    look = open_to_read(address(engine))
    assert look is not None
    with look.connect() as connection, pytest.raises(SQLAlchemyError):
        connection.execute(text("DELETE FROM alembic_version"))


def test_a_file_is_left_alone(tmp_path: Path) -> None:
    """No file appears beside the database, nor one for an address that has none."""
    path = tmp_path / "顧客 #1.db"
    before = open_to_read(f"sqlite:///{path}")
    close_database(open_database(f"sqlite:///{path}", KEYS))
    look = open_to_read(f"sqlite:///{path}")
    assert look is not None
    schema_of(look)

    assert before is None
    assert {one.name for one in tmp_path.iterdir()} == {path.name, "顧客 #1.keys.db"}


def test_what_is_not_yet_in_the_file_is_read(tmp_path: Path) -> None:
    """While a program runs, its last changes stand in the journal."""
    url = f"sqlite:///{tmp_path / 'calls.db'}"
    engine = open_database(url, KEYS)
    with engine.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    look = open_to_read(url)
    assert look is not None

    assert schema_of(look).found == "9999"
    engine.dispose()


@pytest.mark.parametrize("url", ["foo", "mysql://a:b@c/d", ""])
def test_no_address_is_refused(url: str) -> None:
    """As it is by whatever opens the database to write."""
    with pytest.raises(DatabaseError):
        open_to_read(url)
