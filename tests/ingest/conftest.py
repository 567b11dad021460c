"""A database that readers of a stream take records into."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Engine

from callrisk.store.database import open_database
from harness.key_rings import KEYS


@pytest.fixture
def engine(tmp_path: Path) -> Iterator[Engine]:
    """A fresh database."""
    engine = open_database(f"sqlite:///{tmp_path / 'calls.db'}", KEYS)
    yield engine
    engine.dispose()
