"""Generated calls as records of the stream, with what must be stored of them."""

import json
import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

WORDS = (
    "えっと、払えるか不安なんですけど、ちょっと厳しくて",
    "はい、大丈夫です。承知しました。",
    "給料日のあとに必ずお支払いします",
    "家族に相談してみないと、ちょっとわからないです",
    "お電話ありがとうございます。ご契約の件でご連絡しました。",
    "かしこまりました。少々お待ちください。",
)
POISON = (
    b"\xff\xfe not text", b'{"ContactId": "half', b"[]", b"null",
    b'{"EventType": "SEGMENTS", "Segments": []}',
    b'{"ContactId": "c", "EventType": "SEGMENTS", "Segments": {"Transcript": 1}}',
    b'{"ContactId": "c", "EventType": "SEGMENTS", "Segments": [{"Transcript": {"Id": 5}}]}',
    b'{"ContactId": ' + b"[" * 20_000 + b"}",
    b'{"ContactId": "\\ud800", "EventType": "STARTED"}',
)  # fmt: skip


def record(contact_id: str, kind: str, segments: Sequence[dict[str, Any]] = ()) -> bytes:
    """One record as Contact Lens writes it."""
    event: dict[str, Any] = {
        "Version": "1.0.0", "Channel": "VOICE", "AccountId": "000000000000",
        "InstanceId": "00000000-0000-4000-8000-000000000000", "ContactId": contact_id,
        "LanguageCode": "ja-JP", "EventType": kind,
    }  # fmt: skip
    if kind == "SEGMENTS":
        event["Segments"] = list(segments)
    return json.dumps(event, ensure_ascii=False).encode()


def transcript(turn_id: str, role: str, text: str, begin_ms: int, mood: str) -> dict[str, Any]:
    """One finished turn."""
    return {"Transcript": {
        "Id": turn_id, "ParticipantId": role, "ParticipantRole": role, "Content": text,
        "BeginOffsetMillis": begin_ms, "EndOffsetMillis": begin_ms + 3_000, "Sentiment": mood,
    }}  # fmt: skip


def utterance(turn_id: str, role: str, text: str, begin_ms: int) -> dict[str, Any]:
    """One provisional piece."""
    return {"Utterance": {
        "Id": f"{turn_id}-{begin_ms}", "TranscriptId": turn_id, "ParticipantId": role,
        "ParticipantRole": role, "PartialContent": text, "BeginOffsetMillis": begin_ms,
        "EndOffsetMillis": begin_ms + 1_000,
    }}  # fmt: skip


@dataclass
class Ledger:
    """What was sent: turns by call, records in their order, how much of it is poison."""

    turns: dict[str, set[str]] = field(default_factory=dict)
    records: list[tuple[str, bytes]] = field(default_factory=list)
    poison: int = 0


def calls(count: int, turns: int, seed: int, prefix: str = "call") -> Ledger:
    """So many calls, their records mixed as they would come."""
    rng, ledger = random.Random(seed), Ledger()
    timed: list[tuple[float, str, bytes]] = []
    for number in range(count):
        contact_id = f"{prefix}-{number}"
        ledger.turns[contact_id] = {f"{contact_id}-t{n}" for n in range(turns)}
        timed += [(at, contact_id, body) for at, body in _call(contact_id, turns, rng)]
    timed.sort(key=lambda one: one[0])
    ledger.records = [(contact_id, body) for _, contact_id, body in timed]
    return ledger


def _call(contact_id: str, turns: int, rng: random.Random) -> Iterator[tuple[float, bytes]]:
    at = rng.random() * 20
    yield at, record(contact_id, "STARTED")
    for n in range(turns):
        role = ("AGENT", "CUSTOMER")[n % 2]
        text, begin = rng.choice(WORDS), n * 5_000
        mood = rng.choice(("POSITIVE", "NEUTRAL", "NEGATIVE"))
        turn_id = f"{contact_id}-t{n}"
        piece = utterance(turn_id, role, text[:6], begin)
        yield at + begin / 1000 + 1, record(contact_id, "SEGMENTS", [piece])
        whole = transcript(turn_id, role, text, begin, mood)
        yield at + begin / 1000 + 3.5, record(contact_id, "SEGMENTS", [whole])
    yield at + turns * 5 + 2, record(contact_id, "COMPLETED")


def disturbed(ledger: Ledger, seed: int, poison: float = 0.01, twice: float = 0.2) -> Ledger:
    """The same with records repeated, moved by some places, and poison between them."""
    rng = random.Random(seed)
    reach = max(2, len(ledger.records) // 20)
    moved = [
        (place + rng.uniform(0, reach), one)
        for place, one in enumerate(ledger.records)
        for _ in range(2 if rng.random() < twice else 1)
    ]
    bad = [
        (rng.uniform(0, len(moved)), (f"poison-{n}", rng.choice(POISON)))
        for n in range(int(len(moved) * poison))
    ]
    order = sorted([*moved, *bad], key=lambda one: one[0])
    return Ledger(ledger.turns, [one for _, one in order], len(bad))
