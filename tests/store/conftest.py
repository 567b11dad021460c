"""A database of each kind for the tests of the store."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Engine

from callrisk.store.database import open_database
from harness.databases import fresh_database


@pytest.fixture(params=["sqlite", "postgresql"])
def engine(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Engine]:
    """A fresh database of each kind."""
    if request.param == "sqlite":
        engine = open_database(f"sqlite:///{tmp_path / 'calls.db'}")
        yield engine
        engine.dispose()
    else:
        with fresh_database("postgresql") as url:
            engine = open_database(url)
            yield engine
            engine.dispose()
