"""Tokens are deleted with the words that they were made of, and nothing of them is left."""

from datetime import timedelta
from random import Random
from typing import Any

import pytest
from sqlalchemy import Engine, select

from callrisk.domain.kept.keeping_days import KeepingDays
from callrisk.domain.search.plain_text import pairs_of, plain_words
from callrisk.domain.search.sought_calls import SoughtCalls, SoughtFacts
from callrisk.domain.time import utc_now
from callrisk.store.calls import Store
from callrisk.store.ciphers.key_ring import KeyPurpose, KeyRing
from callrisk.store.ciphers.word_cipher import cipher_of
from callrisk.store.keeping.customer_data import CustomerData
from callrisk.store.keeping.old_calls import OldCalls
from callrisk.store.search import word_candidates, word_segments, words_job
from callrisk.store.search.call_search import CallSearch
from callrisk.store.search.postings import SLOTS, bits_of, packed_block, slots_of, without_slots
from callrisk.store.search.saved_searches import SavedSearch, SavedSearches
from callrisk.store.search.search_tables import call_words, word_blocks
from callrisk.store.search.word_tokens import tokens_of
from callrisk.store.search.words_job import WordsJob
from callrisk.store.working.note_writing import NewNote
from harness.ended_calls import FIRST, EndedCall, ended_call, make_findable
from harness.key_rings import RING

LATER = FIRST + timedelta(days=365)
KEY = RING.active(KeyPurpose.SEARCH)


@pytest.fixture(autouse=True)
def small_segments(monkeypatch: pytest.MonkeyPatch) -> None:
    """Four loose calls are enough to be packed."""
    monkeypatch.setattr(word_segments, "_LEFT_LOOSE", 4 - SLOTS)


def found(engine: Engine, words: str) -> list[str]:
    sought = SoughtCalls(SoughtFacts(), None, plain_words(words))
    return [call.call_id for call in CallSearch(engine).page(sought, 50).calls]


def left_of(engine: Engine, letters: str) -> int:
    """How many loose calls and slots have a token of some letters still."""
    tokens = tokens_of(KEY, [letters])
    with engine.connect() as connection:
        loose = connection.execute(select(call_words.c.tokens)).scalars().all()
        blocks = connection.execute(select(word_blocks)).all()
    many = sum(token.to_bytes(4, "little") in (row or b"") for row in loose for token in tokens)
    for row in blocks:
        rests = {token & 0xFFFF for token in tokens if token >> 16 == row.bucket}
        many += sum(bits.bit_count() for bits in bits_of(row.postings, rests).values())
    return many


@pytest.mark.parametrize("calls", [1, 4])
def test_tokens_go_with_the_words(engine: Engine, calls: int) -> None:
    """Of a loose call and of a packed one; those of other calls stay."""
    for n in range(calls):
        said = ["秘密です" if n == 0 else "解約です"]
        # Who calls again later keeps the words; of these only the first does not.
        ended_call(engine, EndedCall(f"c{n}", said, n * 24 * 60 * 40, customer_id=f"{n}"))
    make_findable(engine)
    assert left_of(engine, "秘密") == 1
    OldCalls(engine, KeepingDays(words=30)).step(FIRST + timedelta(days=31))

    assert found(engine, "秘密") == []
    assert left_of(engine, "秘密") == 0
    assert found(engine, "解約") == [f"c{n}" for n in range(calls - 1, 0, -1)]


def test_the_last_call_of_a_segment_takes_it_along(engine: Engine) -> None:
    """No block is left of it."""
    for n in range(4):
        ended_call(engine, EndedCall(f"c{n}", ["解約です"], n, customer_id=f"{n}"))
    make_findable(engine)
    OldCalls(engine, KeepingDays(words=30)).step(LATER)
    with engine.connect() as connection:
        blocks = connection.execute(select(word_blocks)).all()

    assert blocks == []


def test_an_erasure_takes_tokens_and_searches(engine: Engine) -> None:
    """Of the customer, packed or not; and every search that was kept, as it may name anybody."""
    for n in range(5):
        ended_call(engine, EndedCall(f"c{n}", ["秘密です", f"{n}番"], n, customer_id=f"{n % 2}"))
    make_findable(engine)
    searches = SavedSearches(engine)
    kept = searches.add("person 1", SavedSearch("秘密", SoughtFacts(customer_id="0")), FIRST)
    CustomerData(engine).erase("0", utc_now())

    assert found(engine, "秘密") == ["c3", "c1"]
    assert left_of(engine, "秘密") == 2
    assert searches.find("person 1", kept, FIRST) is None


def test_a_call_that_is_told_of_again_is_written_anew(engine: Engine) -> None:
    """A note on a packed call has it loose again, and packed later."""
    for n in range(4):
        ended_call(engine, EndedCall(f"c{n}", ["解約です"], n))
    make_findable(engine)
    Store(engine).add_note(NewNote("c1", "note", "agent-1", "弁護士", FIRST))
    make_findable(engine)

    assert found(engine, "弁護士") == ["c1"]
    assert found(engine, "解約") == ["c3", "c2", "c1", "c0"]
    assert left_of(engine, "弁護") == 1


def test_words_under_an_older_key_are_found_and_written_again(engine: Engine) -> None:
    """The key can be removed from the ring then."""
    for n in range(5):
        ended_call(engine, EndedCall(f"c{n}", ["解約です"], n))
    make_findable(engine)
    with engine.connect() as connection:
        keys = cipher_of(connection).keys
    newer = keys.ring.with_new(KeyPurpose.SEARCH, FIRST)
    keys._ring = newer
    before = found(engine, "解約")
    job = WordsJob(engine)
    while job.step():
        pass
    with engine.connect() as connection:
        used = word_segments.segments_by_ring_key(connection)

    assert before == found(engine, "解約") == ["c4", "c3", "c2", "c1", "c0"]
    assert set(used) == {newer.active(KeyPurpose.SEARCH).key_id}
    keys._ring = KeyRing(tuple(key for key in newer.keys if key != KEY))
    assert found(engine, "解約") == ["c4", "c3", "c2", "c1", "c0"]


def test_another_server_with_a_newer_ring_is_followed(
    engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What it wrote is found once the ring is read again, and not written back until then."""
    ended_call(engine, EndedCall("c1", ["解約です"]))
    make_findable(engine)
    with engine.connect() as connection:
        keys = cipher_of(connection).keys
    newer = RING.with_new(KeyPurpose.SEARCH, FIRST)
    monkeypatch.setattr(keys, "_ring", newer)
    make_findable(engine)
    monkeypatch.setattr(keys, "_ring", RING)
    written_back = WordsJob(engine).step()
    monkeypatch.setattr(keys, "_ring_now", lambda: newer)

    assert written_back == 0
    assert found(engine, "解約") == ["c1"]
    assert keys.ring == newer


def test_what_is_noted_during_a_rewriting_stays(
    engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The words that were read before the note do not take its place."""
    ended_call(engine, EndedCall("c1", ["解約です"]))
    make_findable(engine)
    with engine.connect() as connection:
        keys = cipher_of(connection).keys
    monkeypatch.setattr(keys, "_ring", RING.with_new(KeyPurpose.SEARCH, FIRST))
    job, read = WordsJob(engine), words_job._tokens
    key = keys.ring.active(KeyPurpose.SEARCH)

    def noted_meanwhile(*given: Any) -> words_job.Written:
        before = read(*given)
        monkeypatch.setattr(words_job, "_tokens", read)
        Store(engine).add_note(NewNote("c1", "note", "agent-1", "弁護士", FIRST))
        assert job._follow(key) == 1
        return before

    monkeypatch.setattr(words_job, "_tokens", noted_meanwhile)
    job._write_again(key)

    assert found(engine, "弁護士") == ["c1"]


def test_packing_waits_for_no_log(engine: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    """Calls are packed in the step that follows the log, however much is left of it."""
    for n in range(4):
        ended_call(engine, EndedCall(f"c{n}", ["解約です"], n))
    monkeypatch.setattr(words_job, "_EVENTS_AT_ONCE", 4)
    WordsJob(engine).step()
    ended_call(engine, EndedCall("c4", ["解約です"], 4))
    with engine.connect() as connection:
        places = connection.execute(select(call_words.c.place)).scalars().all()

    assert len(places) == 4
    assert None not in places


def test_few_segments_are_written_at_once(engine: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    """A batch of the log ends before a call of one more; the next one goes on there."""
    monkeypatch.setattr(words_job, "_SEGMENTS_AT_ONCE", 1)
    for n in range(8):
        ended_call(engine, EndedCall(f"c{n}", ["解約です"], n))
        if n % 4 == 3:
            make_findable(engine)
    for call_id in ("c1", "c6"):
        Store(engine).add_note(NewNote(call_id, "note", "agent-1", "弁護士", FIRST))
    job = WordsJob(engine)

    assert (job.step(), found(engine, "弁護士")) == (1, ["c1"])
    assert (job.step(), found(engine, "弁護士")) == (1, ["c6", "c1"])


def test_loose_calls_are_read_a_part_at_a_time(
    engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    """From the last one seen on, in the order of their starts and ids."""
    monkeypatch.setattr(word_segments, "_LEFT_LOOSE", SLOTS)
    monkeypatch.setattr(word_candidates, "_PART", 2)
    for n in range(5):
        ended_call(engine, EndedCall(f"c{n}", ["解約です"], n // 3))
    make_findable(engine)
    sought = SoughtCalls(SoughtFacts(), None, ("解約",))
    first = CallSearch(engine).page(sought, 2)
    second = CallSearch(engine).page(sought, 9, first.reached)

    assert [one.call_id for one in first.calls] == ["c4", "c3"]
    assert [one.call_id for one in second.calls] == ["c2", "c1", "c0"]


def test_a_search_is_kept_for_its_owner_and_30_days(engine: Engine) -> None:
    """Its words stand nowhere in clear."""
    searches, facts = SavedSearches(engine), SoughtFacts(agent_id="a", first=FIRST.date())
    kept = searches.add("person 1", SavedSearch("解約 滞納", facts), FIRST)
    with engine.connect() as connection:
        rows = connection.exec_driver_sql("SELECT * FROM saved_searches").all()

    assert "解約".encode() not in bytes(rows[0].sealed)
    assert searches.find("person 1", kept, FIRST) == SavedSearch("解約 滞納", facts)
    assert searches.find("person 2", kept, FIRST) is None
    assert searches.find("person 1", kept, FIRST + timedelta(days=31)) is None
    assert searches.delete_old(FIRST + timedelta(days=29)) == 0
    assert searches.delete_old(FIRST + timedelta(days=31)) == 1


def test_postings_hold_every_set_of_slots() -> None:
    """Sparse and dense, the first and the last slot, and gaps of every length."""
    random = Random(1)
    sets = [{0}, {SLOTS - 1}, {0, 255}, {254, 509}, {255, 510, 1_020}, set(range(SLOTS)), set()]
    sets += [set(random.sample(range(SLOTS), random.randint(1, 400))) for _ in range(200)]
    postings = {n * 300: sum(1 << slot for slot in slots) for n, slots in enumerate(sets)}
    block = packed_block(postings)
    kept = {rest: bits for rest, bits in postings.items() if bits}

    assert bits_of(block, [*postings, 1]) == kept
    assert [set(slots_of(bits)) for bits in postings.values()] == sets
    assert without_slots(block, 0) == block
    gone = 1 << 255 | 1
    left = packed_block({rest: bits & ~gone for rest, bits in kept.items()})
    assert without_slots(block, gone) == left


def test_tokens_are_those_of_their_key() -> None:
    """Another key has others; equal pairs have equal ones."""
    other = RING.with_new(KeyPurpose.SEARCH, FIRST).active(KeyPurpose.SEARCH)

    assert tokens_of(KEY, ["解約金", "解約"]) == tokens_of(KEY, ["約金", "解約"])
    assert len(tokens_of(KEY, ["解約金"])) == len(pairs_of("解約金")) == 2
    assert tokens_of(KEY, ["解約金"]).isdisjoint(tokens_of(other, ["解約金"]))
