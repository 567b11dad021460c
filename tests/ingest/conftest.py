"""A database that readers of a stream take records into."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Engine

from callrisk.store.database import open_database


@pytest.fixture
def engine(tmp_path: Path) -> Iterator[Engine]:
    """A fresh database."""
    engine = open_database(f"sqlite:///{tmp_path / 'calls.db'}")
    yield engine
    engine.dispose()
