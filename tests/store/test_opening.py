"""Databases that cannot be opened."""

import sqlite3
from pathlib import Path

import pytest
from sqlalchemy import Engine, text

from callrisk.store.database import DatabaseError, open_database
from harness.key_rings import KEYS
from harness.old_database import moved


@pytest.mark.parametrize(
    "url", ["foo", "", "mysql://u:geheim@h/x", "oracle://h", "://", "C:\\data\\callrisk.db"]
)
def test_another_address_is_refused_with_the_right_forms(url: str) -> None:
    """One sentence in both languages, which shows no password."""
    with pytest.raises(DatabaseError, match="postgresql://") as refused:
        open_database(url, KEYS)

    assert "使えません" in str(refused.value)
    assert "geheim" not in str(refused.value)


def test_a_folder_that_cannot_be_made_is_named(tmp_path: Path) -> None:
    """A file that stands in the way of a folder among them."""
    (tmp_path / "taken").write_text("", encoding="utf-8")

    with pytest.raises(DatabaseError, match="taken"):
        open_database(f"sqlite:///{tmp_path / 'taken' / 'callrisk.db'}", KEYS)


def test_a_file_of_another_kind_is_named(tmp_path: Path) -> None:
    """It is left as it is."""
    other = tmp_path / "other.db"
    other.write_text("this is no database " * 100, encoding="utf-8")

    with pytest.raises(DatabaseError, match=r"other\.db"):
        open_database(f"sqlite:///{other}", KEYS)

    assert other.read_text(encoding="utf-8").startswith("this is no database")


def test_an_older_program_refuses_a_newer_database(engine: Engine) -> None:
    """It says so in one line and changes nothing."""
    with engine.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))

    with pytest.raises(DatabaseError, match="newer version of this program"):
        open_database(engine.url.render_as_string(hide_password=False), KEYS)

    with engine.connect() as connection:
        assert (
            connection.execute(text("SELECT version_num FROM alembic_version")).scalar() == "9999"
        )


def test_a_database_of_another_product_is_left_alone(tmp_path: Path) -> None:
    """One that has a table of a name of ours, and no schema of ours."""
    url = f"sqlite:///{tmp_path / 'theirs.db'}"
    with sqlite3.connect(tmp_path / "theirs.db") as theirs:
        theirs.execute("create table calls (telephone text)")
        theirs.execute("insert into calls values ('theirs')")
    with pytest.raises(DatabaseError, match=r"another product keeps its tables .*\(calls\)"):
        open_database(url, KEYS)

    with sqlite3.connect(tmp_path / "theirs.db") as theirs:
        assert theirs.execute("select * from calls").fetchall() == [("theirs",)]
        assert theirs.execute("select name from sqlite_master").fetchall() == [("calls",)]


def test_tables_of_tests_are_those_that_the_migrations_make(tmp_path: Path) -> None:
    """What fills a fresh SQLite of a test in one go leaves what the migrations leave."""
    engine = open_database(f"sqlite:///{tmp_path / 'calls.db'}", KEYS)
    filled = _made(engine)
    moved(engine, "base")
    assert len(_made(engine)) < len(filled) / 10

    moved(engine, "head", "upgrade")

    assert _made(engine) == filled
    engine.dispose()


def _made(engine: Engine) -> set[tuple[str, ...]]:
    """Return the statements that made what the database has, and the version of its schema."""
    made = text("SELECT type, name, sql FROM sqlite_master")
    version = text("SELECT 'version', version_num, '' FROM alembic_version")
    with engine.connect() as connection:
        return {tuple(row) for asked in (made, version) for row in connection.execute(asked)}
