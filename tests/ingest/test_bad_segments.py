"""One bad segment costs none of its neighbours, and what was unreadable is kept."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine

from callrisk.domain.language import packaged
from callrisk.ingest.quarantine_replay import replay_quarantine
from callrisk.integrations.amazon.contact_lens import Arrival, ContactLens, ContactLensError
from callrisk.integrations.amazon.shards import StreamRecord
from callrisk.store.connect.quarantine import Quarantine, Seal
from callrisk.store.database import open_database
from callrisk.store.intake import Contacts
from callrisk.store.queries import Queries
from harness.amazon.spoken import record, transcript, utterance
from harness.amazon.stream_reading import NOW, taker
from harness.key_rings import KEYS

GOOD = (
    transcript("t0", "AGENT", "お電話ありがとうございます", 0, "NEUTRAL"),
    transcript("t1", "CUSTOMER", "はい、お願いします", 4_000, "POSITIVE"),
)
BAD: tuple[Any, ...] = (
    {"Transcript": {"Id": 5}},
    {"Transcript": "t2"},
    transcript("t2", "AGENT", "", 8_000, "NEUTRAL"),
    transcript("t2", "AGENT", "\ud800", 8_000, "NEUTRAL"),
    utterance("t2", "AGENT", "はい", -1),
    {"Utterance": {"PartialContent": None}},
    {"Categories": {"MatchedCategories": ["解約", "\udfff"]}},
    {"PostContactSummary": {"Status": "FAILED", "FailureCode": "\ud800"}},
    None,
    "Transcript",
)


@pytest.fixture
def engine(tmp_path: Path) -> Iterator[Engine]:
    """A fresh database."""
    engine = open_database(f"sqlite:///{tmp_path / 'calls.db'}", KEYS)
    yield engine
    engine.dispose()


def _body(*segments: Any) -> bytes:
    # With escapes, as half a surrogate pair travels in JSON.
    return json.dumps({"ContactId": "c", "EventType": "SEGMENTS", "Segments": segments}).encode()


@pytest.mark.parametrize("bad", BAD)
def test_a_bad_segment_costs_no_turn_and_is_kept(bad: Any, engine: Engine) -> None:
    """The turns around it are stored, the record is in quarantine, and trying again is harmless."""
    taker(engine).take("shard", [StreamRecord("7", NOW, _body(GOOD[0], bad, GOOD[1]))])
    quarantine, contacts = Quarantine(engine), Contacts(engine, packaged())

    assert [turn.segment_id for turn in Queries(engine).segments("c")] == ["t0", "t1"]
    assert quarantine.count() == 1
    assert replay_quarantine(quarantine, Seal(engine), contacts) == (0, 1)
    assert [turn.segment_id for turn in Queries(engine).segments("c")] == ["t0", "t1"]


@pytest.mark.parametrize(
    ("turn_id", "words", "longer"),
    [("t" * 256, "はい", ("t" * 257, "はい")), ("t2", "は" * 100_000, ("t3", "は" * 100_001))],
    ids=["id", "words"],
)
def test_what_is_as_long_as_can_be_is_a_turn(
    turn_id: str, words: str, longer: tuple[str, str], engine: Engine
) -> None:
    """An id of 256 characters, 100,000 spoken at once; with one more it is a bad segment."""
    taken, refused = (
        transcript(one, "AGENT", said, 4_000, "NEUTRAL") for one, said in ((turn_id, words), longer)
    )
    taker(engine).take("shard", [StreamRecord("7", NOW, _body(taken, refused))])

    assert [turn.segment_id for turn in Queries(engine).segments("c")] == [turn_id]
    assert Quarantine(engine).count() == 1


@pytest.mark.parametrize("bad", BAD)
def test_a_record_of_nothing_but_bad_segments_is_no_event(bad: Any) -> None:
    """There is nothing to store of it."""
    with pytest.raises(ContactLensError) as raised:
        ContactLens().event_of(json.loads(_body(bad, bad)), Arrival(1, NOW))

    assert raised.value.readable is None


def test_an_empty_provisional_piece_is_nothing(engine: Engine) -> None:
    """A turn that comes with one is stored, and nothing is set aside."""
    body = record("c", "SEGMENTS", [utterance("t1", "CUSTOMER", "", 4_000), *GOOD])
    taker(engine).take("shard", [StreamRecord("7", NOW, body)])

    assert [turn.segment_id for turn in Queries(engine).segments("c")] == ["t0", "t1"]
    assert Quarantine(engine).count() == 0


def test_names_that_are_counted_can_be_stored() -> None:
    """Whatever name is passed over, its count is a text that every database holds."""
    lens = ContactLens()
    odd = transcript("t2", "AGENT", "はい", 0, "\ud800")
    lens.event_of(json.loads(_body({"\ud800\0": {}}, odd)), Arrival(1, NOW))

    assert sorted(lens.unknown) == ["segment ? ", "sentiment ?"]
