"""A database of each kind for the tests of the store."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Engine

from callrisk.store.database import open_database
from harness.databases import fresh_database
from harness.key_rings import KEYS
from harness.version_watch import versions_watched


@pytest.fixture(params=["sqlite", "postgresql"])
def engine(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Engine]:
    """A fresh database of each kind, in which every writer raises versions where it must."""
    if request.param == "sqlite":
        engine = open_database(f"sqlite:///{tmp_path / 'calls.db'}", KEYS)
        with versions_watched(engine):
            yield engine
        engine.dispose()
    else:
        with fresh_database("postgresql") as url:
            engine = open_database(url, KEYS)
            with versions_watched(engine):
                yield engine
            engine.dispose()
