"""Recorded calls played into a stream, as Contact Lens writes its events."""

import json
import time
from collections.abc import Sequence
from typing import Any

from callrisk.background.retry import RETRIES
from callrisk.replay.player import OnPlayed, PlayedEvent

# Kinesis takes five hundred records at once.
_RECORDS_AT_ONCE = 500


def to_stream(client: Any, stream: dict[str, str]) -> OnPlayed:
    """Return a receiver that writes events into a stream; refused records are written again.

    There is no mark for DEMO in a stream: whoever reads it takes these calls for real ones.
    """

    def receive(played: Sequence[PlayedEvent]) -> None:
        records = [_record(event) for event in played]
        while records:
            batch, rest = records[:_RECORDS_AT_ONCE], records[_RECORDS_AT_ONCE:]
            results = client.put_records(**stream, Records=batch)["Records"]
            refused = [
                record
                for record, result in zip(batch, results, strict=True)
                if result.get("ErrorCode")
            ]
            if refused:
                time.sleep(RETRIES.stream_write.wait_s(1))
            records = [*refused, *rest]

    return receive


def _record(played: PlayedEvent) -> dict[str, Any]:
    body = json.dumps(played.body, ensure_ascii=False).encode()
    return {"Data": body, "PartitionKey": played.call.call_id}
