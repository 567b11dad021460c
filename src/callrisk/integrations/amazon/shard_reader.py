"""Reads one shard of a Kinesis stream from its position to its end, or until it is stopped.

A position moves only after `take` has returned, so that a record that was not stored is read again.
"""

import logging
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from callrisk.background.clock import Clock
from callrisk.background.retry import RETRIES, RetryTimings
from callrisk.integrations.amazon.shards import Batch, Position, after, batch_of
from callrisk.integrations.amazon.stream_description import StreamDescription

logger = logging.getLogger(__name__)

# Five reads a second and shard are allowed, shared by everyone who reads; this leaves one free.
# From the start of one read to the start of the next, in seconds.
_PACE_S = 0.25
_RECORDS_AT_ONCE = 1000
_ANSWERS_WITHIN_S = 1.5
_THROTTLED = frozenset(
    {"ProvisionedThroughputExceededException", "LimitExceededException", "ThrottlingException",
     "KMSThrottlingException", "RequestLimitExceeded"}
)  # fmt: skip
# Iterators live for five minutes.
_EXPIRED = "ExpiredIteratorException"
BEGINNING = datetime.fromtimestamp(0, UTC)
# No stream can be told to keep its records for a shorter time.
_KEPT_AT_LEAST = timedelta(hours=24)


@dataclass(slots=True)
class ReadState:
    """The state of reading a shard: the last lag of the stream, its time, and the problem since."""

    behind_ms: int = 0
    read_at: float = field(default_factory=time.monotonic)
    problem: str | None = None

    def silence_ms(self, now: float) -> int:
        """Return the time since the last answer, once that is longer than any read takes."""
        silent = now - self.read_at
        return int(silent * 1000) if silent > _ANSWERS_WITHIN_S else 0


@dataclass(frozen=True, slots=True)
class Reading:
    """The parts that all readers of one stream share.

    `report_loss` is called when a position is older than anything that the stream still has.
    """

    client: Any
    stream: Mapping[str, str]
    description: StreamDescription
    take: Callable[[Batch], None]
    report_loss: Callable[[], object]
    stopped: threading.Event = field(default_factory=threading.Event)
    retries: RetryTimings = RETRIES.stream_read
    clock: Clock = field(default_factory=Clock)

    def wait_s(self, failures: int) -> float:
        """Return the wait after so many failures in a row."""
        return self.retries.wait_s(failures, None, self.clock.chance())

    def report_if_lost(self, away: timedelta) -> None:
        """Report a loss if nobody read for longer than the stream keeps its records."""
        if away > _KEPT_AT_LEAST and away > self.description.retention():
            logger.warning("nobody read for %s: older records than are kept are lost", away)
            self.report_loss()


class ShardReader:
    """Reads one shard; throttling, expiry and a store that is away are waited out."""

    def __init__(self, reading: Reading, shard_id: str, position: Position) -> None:
        self._reading = reading
        self._shard_id = shard_id
        self._position = position
        self._iterator: str | None = None
        self._is_hurried = False
        self.state = ReadState()
        # An error that says it is fatal: another reader owns the stream.
        self.fatal: Exception | None = None

    def run(self) -> bool:
        """Read to the end of the shard (True), or until stopped or `fatal` (False)."""
        failures = 0
        while not self._reading.stopped.is_set():
            began = time.monotonic()
            try:
                if self._is_read_to_its_end():
                    return True
            except (ClientError, BotoCoreError) as error:
                failures += 1
                self._recover(error, failures)
                self._reading.stopped.wait(self._reading.wait_s(failures))
            except Exception as error:  # the store: waits and tries again, unless it is fenced
                if getattr(error, "fatal", False):
                    self.fatal = error
                    return False
                failures += 1
                logger.exception("cannot store the records of shard %s", self._shard_id)
                self._iterator, self.state.problem = None, type(error).__name__
                self._reading.stopped.wait(self._reading.wait_s(failures))
            else:
                failures = 0
                self._pause(began)
        return False

    def _is_read_to_its_end(self) -> bool:
        """Read once and store; return whether nothing will ever follow."""
        self._iterator = self._iterator or self._new_iterator()
        answer = self._reading.client.get_records(
            ShardIterator=self._iterator, Limit=_RECORDS_AT_ONCE
        )
        batch = batch_of(self._shard_id, answer)
        if batch.records or batch.finished:
            self._reading.take(batch)
        self._position = after(self._position, batch)
        self.state.behind_ms = int(answer.get("MillisBehindLatest") or 0)
        self.state.read_at, self.state.problem = time.monotonic(), None
        self._iterator = answer.get("NextShardIterator")
        self._is_hurried = bool(batch.records) and self.state.behind_ms > 0
        return batch.finished

    def _pause(self, began: float) -> None:
        if not self._is_hurried:
            self._reading.stopped.wait(max(0.0, began + _PACE_S - time.monotonic()))

    def _recover(self, error: ClientError | BotoCoreError, failures: int) -> None:
        """Note the problem; unless we were throttled, the next read starts at the position."""
        code = code_of(error)
        if failures > 1:
            self.state.problem = words_of(error)
        if code in _THROTTLED:
            return
        if code != _EXPIRED:
            logger.warning("reading shard %s failed: %s", self._shard_id, words_of(error))
        self._iterator = None

    def _new_iterator(self) -> str:
        # A running reader may have been cut off for as long as one that was not running.
        away = timedelta(seconds=time.monotonic() - self.state.read_at)
        self._reading.report_if_lost(away)
        position = self._position
        if position.sequence is not None:
            try:
                return self._iterator_at(
                    "AFTER_SEQUENCE_NUMBER", StartingSequenceNumber=position.sequence
                )
            except ClientError as error:
                if code_of(error) != "InvalidArgumentException":
                    raise
                # Older than all that the stream still keeps.
                self._reading.report_loss()
                logger.warning("records of shard %s are lost: read from its start", self._shard_id)
        elif position.since > BEGINNING:
            return self._iterator_at("AT_TIMESTAMP", Timestamp=position.since)
        return self._iterator_at("TRIM_HORIZON")

    def _iterator_at(self, kind: str, **where: Any) -> str:
        answer = self._reading.client.get_shard_iterator(
            **self._reading.stream, ShardId=self._shard_id, ShardIteratorType=kind, **where
        )
        return str(answer["ShardIterator"])


def code_of(error: ClientError | BotoCoreError) -> str:
    """Return the code of an answer of AWS; empty where there was none."""
    return str(error.response["Error"]["Code"]) if isinstance(error, ClientError) else ""


def words_of(error: ClientError | BotoCoreError) -> str:
    """Return the code of an answer of AWS, or the kind of the error."""
    return code_of(error) or type(error).__name__
