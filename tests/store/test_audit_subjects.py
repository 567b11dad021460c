"""The calls of the audit in the key store: proved by their ids, erased for good, put back."""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import Engine, event

from callrisk.store.ciphers.data_keys import DataKeys
from callrisk.store.ciphers.key_copies import copied, merged, read_copy
from callrisk.store.ciphers.key_store import open_key_store
from callrisk.store.database import close_database, open_data_keys
from callrisk.store.people.audit_subjects import AuditSubjects, Gone
from harness.databases import KINDS, fresh_database
from harness.key_rings import KEYS

NOON = datetime(2026, 11, 30, 12, tzinfo=UTC)


@pytest.fixture(params=KINDS)
def keys(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[DataKeys]:
    with fresh_database(request.param) as address:
        made = open_data_keys(address or f"sqlite:///{tmp_path / 'calls.db'}", KEYS)
        yield made
        close_database(made.engine)


def other_store(tmp_path: Path, name: str) -> DataKeys:
    return open_data_keys(f"sqlite:///{tmp_path / name}.db", KEYS)


def test_a_call_keeps_its_id_and_an_erased_one_has_none(keys: DataKeys) -> None:
    """Erased, and never there, are told apart."""
    subjects = AuditSubjects(keys)
    ids = subjects.ids_of(["c1", "c2"])
    assert subjects.ids_of(["c2", "c1"]) == ids
    subjects.unlink(["c1"])
    keys.erase(["c3"], NOON)
    erased = subjects.ids_of(["c3"])["c3"]

    asked = [ids["c1"], ids["c2"], erased, "~" + "0" * 64, "c-plain"]
    assert list(subjects.calls_of(asked).values()) == [
        Gone.ERASED, "c2", Gone.ERASED, Gone.UNKNOWN, "c-plain",
    ]  # fmt: skip
    assert subjects.ids_of(["c3"])["c3"] != erased
    assert [one.call_id for one in subjects.all()].count("c2") == 1
    assert all(one.fits for one in subjects.all())


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE audit_calls SET call_id = CASE call_id WHEN 'c1' THEN 'c2' ELSE 'c1' END",
        "UPDATE audit_calls SET salt = (SELECT salt FROM audit_calls WHERE call_id = 'c2')",
        "UPDATE audit_calls SET salt = NULL",
        "UPDATE audit_calls SET audit_subject = '~0' WHERE call_id = 'c1'",
    ],
)
def test_another_call_behind_an_id_is_found(keys: DataKeys, change: str) -> None:
    """Swapped calls, another salt, none, another id."""
    subjects = AuditSubjects(keys)
    subjects.ids_of(["c1", "c2"])
    with keys.writing() as connection:
        connection.exec_driver_sql(change)

    assert not all(one.fits for one in subjects.all())


def test_an_older_key_store_loses_no_id(keys: DataKeys, tmp_path: Path) -> None:
    """A call that was seen before and after it was put back has both; erasures come along."""
    subjects = AuditSubjects(keys)
    first = subjects.ids_of(["c1", "c2"])
    copy = list(copied(keys))
    older = other_store(tmp_path, "older")
    second = AuditSubjects(older).ids_of(["c1"])
    merged(older, read_copy(iter(copy)), NOON)
    both = AuditSubjects(older)
    assert sorted(both.all_of("c1")) == sorted([first["c1"], second["c1"]])

    both.unlink(["c1"])
    merged(keys, read_copy(copied(older)), NOON)
    merged(older, read_copy(iter(copy)), NOON)
    for store in (subjects, both):
        found = store.calls_of([first["c1"], second["c1"], first["c2"]])
        assert list(found.values()) == [Gone.ERASED, Gone.ERASED, "c2"]
    close_database(older.engine)


def test_calls_whose_keys_were_erased_are_found(keys: DataKeys) -> None:
    """Where an erasure was cut off before it came to them."""
    subjects = AuditSubjects(keys)
    ids = subjects.ids_of(["c1", "c2"])
    keys.erase(["c1"], NOON)

    assert (subjects.unlink_erased(), subjects.unlink_erased()) == (1, 0)
    assert list(subjects.calls_of(ids.values()).values()) == [Gone.ERASED, "c2"]


@pytest.mark.parametrize("nth", [1, 2, 3])
def test_an_erasure_at_the_same_time_wins(keys: DataKeys, nth: int) -> None:
    """Wherever it falls while another process adds the call."""
    other, happened = DataKeys(open_key_store(keys.engine.url), KEYS.ring), list[str]()

    def erase() -> None:
        other.erase(["c1"], NOON)
        AuditSubjects(other).unlink(["c1"])

    @event.listens_for(keys.engine, "checkout")
    def on_checkout(*_: object) -> None:
        happened.append("a connection")
        if len(happened) == nth:
            erase()

    ids = AuditSubjects(keys).ids_of(["c1"])
    if len(happened) < nth:
        erase()
    assert list(AuditSubjects(other).calls_of(ids.values()).values()) == [Gone.ERASED]
    other.engine.dispose()


def test_no_call_asks_nothing(keys: DataKeys) -> None:
    """The key store may be away while somebody logs in."""
    asked = list[str]()
    _listen(keys.engine, asked)
    subjects = AuditSubjects(keys)

    assert (subjects.ids_of([]), subjects.calls_of([])) == ({}, {})
    assert asked == []


def _listen(engine: Engine, asked: list[str]) -> None:
    @event.listens_for(engine, "checkout")
    def on_checkout(*_: object) -> None:
        asked.append("a connection")
