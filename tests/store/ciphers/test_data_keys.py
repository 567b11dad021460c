"""Data keys: one for each call, agreed on by all processes, gone for good once erased."""

import time
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import Engine

from callrisk.store.ciphers.data_keys import DataKeys, KeyLostError
from callrisk.store.ciphers.key_ring import KeyPurpose, KeyRing, new_ring
from callrisk.store.ciphers.word_cipher import cipher_of
from callrisk.store.database import DatabaseError, Keys, open_database
from harness.key_rings import KEYS, RING

NOON = datetime(2026, 11, 1, 12, tzinfo=UTC)
NONCE = b"n" * 12


def key_store(engine: Engine) -> Engine:
    """The key store beside a database."""
    with engine.connect() as connection:
        return cipher_of(connection).keys.engine


def other_process(engine: Engine, ring: KeyRing = RING) -> DataKeys:
    """The keys as another process sees them."""
    return DataKeys(key_store(engine), ring)


def seals_alike(one: DataKeys, other: DataKeys, call_id: str) -> bool:
    """Whether two processes have the same key of a call."""
    keys = [keys.made([call_id])[call_id] for keys in (one, other)]
    return len({None if key is None else key.encrypt(NONCE, b"x", b"") for key in keys}) == 1


def test_two_processes_agree_on_a_key(engine: Engine) -> None:
    """Whoever makes it first."""
    one, other = other_process(engine), other_process(engine)
    one.made(["c1"])
    other.made(["c2", "c1"])

    assert seals_alike(one, other, "c1")
    assert seals_alike(one, other, "c2")


def test_each_call_has_a_key_of_its_own(engine: Engine) -> None:
    """What one seals the other does not open."""
    keys = other_process(engine).made(["c1", "c2"])
    sealed = {key.encrypt(NONCE, b"x", b"") for key in keys.values() if key is not None}

    assert len(sealed) == 2


def test_a_key_that_is_not_there_is_an_error(engine: Engine) -> None:
    """Nothing reads as empty because somebody started with another key store."""
    with pytest.raises(KeyLostError, match="not in the key store"):
        other_process(engine).found(["unknown"])


def test_an_erased_key_is_never_made_again(engine: Engine) -> None:
    """Neither by this process nor by another."""
    keys = other_process(engine)
    keys.made(["c1"])
    keys.erase(["c1", "never-used"], NOON)

    for process in (keys, other_process(engine)):
        assert process.made(["c1", "never-used"]) == {"c1": None, "never-used": None}
        assert process.found(["c1"]) == {"c1": None}


def test_a_retired_key_is_destroyed_when_no_process_has_it(engine: Engine) -> None:
    """Two hours later; whoever asks for it meanwhile makes it needed again."""
    keys = other_process(engine)
    before = keys.made(["c1", "c2"])["c1"]
    keys.retire(["c1", "c2"], NOON)
    soon, later = NOON + timedelta(minutes=119), NOON + timedelta(minutes=121)
    assert keys.retired(soon) == []
    assert sorted(keys.retired(later)) == ["c1", "c2"]
    other_process(engine).found(["c1"])

    assert keys.destroy(["c1", "c2"], later) == 1
    assert other_process(engine).found(["c2"]) == {"c2": None}
    kept = other_process(engine).found(["c1"])["c1"]
    assert before is not None
    assert kept is not None
    assert kept.encrypt(NONCE, b"x", b"") == before.encrypt(NONCE, b"x", b"")


def test_words_that_come_after_a_destroyed_key_get_a_new_one(engine: Engine) -> None:
    """They came late to a call whose words were kept no longer."""
    keys = other_process(engine)
    keys.made(["c1"])
    keys.retire(["c1"], NOON)
    later = NOON + timedelta(days=1)
    keys.destroy(keys.retired(later), later)

    assert keys.made(["c1"])["c1"] is not None
    assert other_process(engine).found(["c1"])["c1"] is not None


def test_keys_are_wrapped_anew_by_the_newest_of_the_ring(engine: Engine) -> None:
    """In batches; a process with the old ring reads the ring again when it meets the new key."""
    old = other_process(engine)
    old.made(["c1", "c2", "c3"])
    ring = RING.with_new(KeyPurpose.DATA, NOON)
    active = ring.active(KeyPurpose.DATA).key_id
    new = other_process(engine, ring)

    assert [new.rewrap(2), new.rewrap(2), new.rewrap(2)] == [2, 1, 0]
    assert new.by_ring_key() == {active: 3}
    assert seals_alike(old, new, "c1")
    rereading = DataKeys(key_store(engine), RING, lambda: ring)
    assert seals_alike(rereading, new, "c2")
    with pytest.raises(KeyLostError, match=active):
        other_process(engine).found(["c3"])


def test_a_key_of_another_ring_is_not_opened(engine: Engine) -> None:
    """Nor one that was put in the place of another's."""
    other_process(engine).made(["c1"])
    same_names = KeyRing(tuple(
        type(key)(key.key_id, key.purpose, other.value)
        for key, other in zip(RING.keys, new_ring(NOON).keys, strict=True)
    ))  # fmt: skip

    with pytest.raises(KeyLostError, match="was not wrapped by"):
        other_process(engine, same_names).found(["c1"])


def test_a_database_is_not_opened_with_another_ring(engine: Engine) -> None:
    """One line says which key is missing."""
    other_process(engine).made(["c1"])
    url = engine.url.render_as_string(hide_password=False)

    with pytest.raises(DatabaseError, match="data-tests"):
        open_database(url, Keys(new_ring(NOON)))
    open_database(url, KEYS).dispose()


def test_a_ring_that_changes_is_used_whole(engine: Engine) -> None:
    """A rotation in the midst of wrapping labels nothing wrongly; a new key is wrapped by it."""
    ring = RING.with_new(KeyPurpose.DATA, NOON)
    told = [RING]
    keys = DataKeys(key_store(engine), RING, lambda: told[-1])
    keys.made(["c1"])
    told.append(ring)
    keys.made(["c2"])
    active = ring.active(KeyPurpose.DATA).key_id

    assert keys.by_ring_key() == {"data-tests": 1, active: 1}
    assert keys.rewrap() == 1
    assert seals_alike(keys, other_process(engine, ring), "c1")


def test_a_ring_without_a_key_in_use_is_not_taken_over(engine: Engine) -> None:
    """An old copy of the file, or one that somebody made anew."""
    told = [RING]
    keys = DataKeys(key_store(engine), RING, lambda: told[-1])
    keys.made(["c1"])
    told.append(new_ring(NOON))
    keys.reread_ring()

    assert keys.ring == RING
    assert keys.made(["c2"])["c2"] is not None
    assert keys.by_ring_key() == {"data-tests": 2}


def test_a_key_that_was_destroyed_meanwhile_is_not_wrapped_back(engine: Engine) -> None:
    """Wrapping anew takes only what is as it was read."""
    ring = RING.with_new(KeyPurpose.DATA, NOON)
    keys = other_process(engine, ring)
    other_process(engine).made(["c1"])

    class Interrupted(DataKeys):
        def _value(self, row: object) -> bytes:
            value = super()._value(row)
            keys.erase(["c1"], NOON)
            return value

    Interrupted(key_store(engine), ring).rewrap()
    assert keys.made(["c1"]) == {"c1": None}


def test_a_key_at_hand_is_let_go_by_the_wall_clock_too(
    engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A machine that slept has not counted the hours in which the key was destroyed."""
    keys = other_process(engine)
    keys.made(["c1"])
    other_process(engine).erase(["c1"], NOON)
    now = time.time()
    assert keys.made(["c1"])["c1"] is not None
    monkeypatch.setattr("callrisk.store.ciphers.data_keys.time.time", lambda: now + 7_200)

    assert keys.made(["c1"])["c1"] is None
