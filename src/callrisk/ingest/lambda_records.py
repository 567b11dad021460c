"""Records that AWS Lambda hands over: taken as on one host; leases and shards are of AWS."""

import base64
import logging
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from callrisk.ingest.record_taker import RecordTaker
from callrisk.integrations.amazon.shards import StreamRecord
from callrisk.store.store_away import StoreAwayError

logger = logging.getLogger(__name__)

Answer = dict[str, list[dict[str, str]]]


def take_event(event: Mapping[str, Any], taker: RecordTaker) -> Answer:
    """Store a batch of an event source mapping; return what Lambda must deliver again.

    Needs `ReportBatchItemFailures`. A record that is no event goes into quarantine and is done
    with; only a database that does not answer makes records come again, from the first one on.
    """
    records = [(row["eventID"].partition(":")[0], _record(row)) for row in event["Records"]]
    for shard_id in dict.fromkeys(shard for shard, _ in records):
        of_shard = [record for shard, record in records if shard == shard_id]
        try:
            taker.take(shard_id, of_shard)
        except StoreAwayError as error:
            logger.warning("batch of %d records comes again: %s", len(of_shard), error)
            return {"batchItemFailures": [{"itemIdentifier": of_shard[0].sequence}]}
    return {"batchItemFailures": []}


def _record(delivered: Mapping[str, Any]) -> StreamRecord:
    kinesis = delivered["kinesis"]
    return StreamRecord(
        kinesis["sequenceNumber"],
        datetime.fromtimestamp(kinesis["approximateArrivalTimestamp"], UTC),
        base64.b64decode(kinesis["data"]),
    )
