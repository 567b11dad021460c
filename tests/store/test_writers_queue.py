"""Writers of one process to SQLite queue, so that none sleeps while the database is free."""

import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Engine
from sqlalchemy.exc import TimeoutError as PoolTimeoutError

from callrisk.store import transaction
from callrisk.store.database import open_database
from callrisk.store.store_away import StoreAwayError, store_away_reported
from callrisk.store.transaction import writing
from harness.key_rings import KEYS


@pytest.fixture
def engine(tmp_path: Path) -> Iterator[Engine]:
    """A fresh SQLite."""
    opened = open_database(f"sqlite:///{tmp_path / 'calls.db'}", KEYS)
    yield opened
    opened.dispose()


def test_a_writer_that_waits_too_long_says_that_the_store_is_away(
    engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    """In time, and the next one writes."""
    monkeypatch.setattr(transaction, "LOCK_TIMEOUT_S", 0.2)
    began, done, raised = threading.Event(), threading.Event(), list[Exception]()

    def hold() -> None:
        with writing(engine):
            began.set()
            done.wait(10)

    def wait() -> None:
        try:
            with store_away_reported(), writing(engine):
                pass
        except StoreAwayError as error:
            raised.append(error)

    holding, waiting = threading.Thread(target=hold), threading.Thread(target=wait)
    holding.start()
    began.wait(10)
    waiting.start()
    waiting.join(10)
    done.set()
    holding.join(10)
    with writing(engine):
        pass

    assert [type(error.__cause__) for error in raised] == [PoolTimeoutError]
