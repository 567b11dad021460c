"""The load of live.py: recorded calls put into a stream in their own rhythm, so many at once."""

import argparse
import heapq
import itertools
import json
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from callrisk.integrations.recordings import Recording, events
from harness.amazon.kinesis_local import KinesisLocal

STREAM = "live"
_TICK_S = 0.05
_MOST_AT_ONCE = 400


@dataclass
class Load:
    """What the generator did: when each final turn was put, and how late it was itself."""

    put_at: dict[str, float] = field(default_factory=dict)
    order: dict[str, list[str]] = field(default_factory=dict)
    late_s: list[float] = field(default_factory=list)
    put_s: list[float] = field(default_factory=list)
    records: int = 0


def send(
    kinesis: KinesisLocal, options: argparse.Namespace, found: Sequence[Recording], load: Load,
    until: float,
) -> None:  # fmt: skip
    """Keep so many calls speaking; each begins where another has ended."""
    client = kinesis.client(patience_s=20, tries=5)
    began, numbers = time.time(), itertools.count()
    # Calls do not all begin at once; the first ones are there for the page to look at.
    lanes = [
        lane(found, numbers, began + 60 * number / options.calls, options.speed)
        for number in range(options.calls)
    ]
    due = [(next(one), number) for number, one in enumerate(lanes)]
    heapq.heapify(due)
    while (now := time.time()) < until:
        rows = []
        while due[0][0].at <= now:
            record, number = due[0]
            rows.append(record)
            heapq.heapreplace(due, (next(lanes[number]), number))
        put(client, rows, load)
        time.sleep(max(0.0, _TICK_S - (time.time() - now)))


@dataclass(frozen=True, order=True)
class Due:
    """A record, the moment at which it is to be put, and the final turns in it."""

    at: float
    call_id: str
    body: bytes
    finals: tuple[str, ...]


def lane(
    found: Sequence[Recording], numbers: Iterator[int], at: float, speed: float
) -> Iterator[Due]:
    """One call after the other, for ever."""
    while True:
        number, begun = next(numbers), at
        for one in events(found[number % len(found)]):
            at = begun + one.arrival_ms / 1000 / speed
            event = _with_own_ids(one.event, number) | {"ContactId": f"live-{number}"}
            body = json.dumps(event, ensure_ascii=False).encode()
            yield Due(at, event["ContactId"], body, finals(event))
        at += 1


def finals(event: dict[str, Any]) -> tuple[str, ...]:
    """The ids of the finished turns that an event brings."""
    return tuple(s["Transcript"]["Id"] for s in event.get("Segments", []) if "Transcript" in s)


def _with_own_ids(event: dict[str, Any], number: int) -> dict[str, Any]:
    """Two calls of one recording must not share the ids of their turns."""
    copy = json.loads(json.dumps(event))
    for segment in copy.get("Segments", []):
        for one in segment.values():
            for name in ("Id", "TranscriptId"):
                if name in one:
                    one[name] = f"{number}-{one[name]}"
    return dict(copy)


def put(client: Any, rows: Sequence[Due], load: Load) -> None:
    """Write records, and note when."""
    for begin in range(0, len(rows), _MOST_AT_ONCE):
        part = rows[begin : begin + _MOST_AT_ONCE]
        now = time.time()
        client.put_records(
            StreamName=STREAM,
            Records=[{"Data": one.body, "PartitionKey": one.call_id} for one in part],
        )
        load.put_s.append(time.time() - now)
        load.records += len(part)
        for one in part:
            load.late_s.append(now - one.at)
            load.order.setdefault(one.call_id, []).extend(one.finals)
            load.put_at.update(dict.fromkeys(one.finals, now))


def quantile(values: Sequence[float], share: float) -> float:
    """The value below which a share of all lies; infinite when there are none."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))] if ordered else float("inf")
