"""Reads a Kinesis stream from one host: every shard, parents before children, nothing skipped.

A position moves only after `take` has returned, so what was not stored is read again.
"""

import logging
import random
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from callrisk.integrations.amazon.shards import (
    Batch,
    Position,
    Positions,
    Shard,
    after,
    batch_of,
    shard_of,
)

logger = logging.getLogger(__name__)

# Five reads a second and shard are allowed, shared by everyone who reads; this leaves one free.
# From the start of one read to the start of the next, in seconds.
_PACE_S = 0.25
_RECORDS_AT_ONCE = 1000
_LOOK_FOR_SHARDS_S = 10.0
_LONGEST_WAIT_S = 5.0
_ANSWERS_WITHIN_S = 1.5
_THROTTLED = frozenset(
    {"ProvisionedThroughputExceededException", "LimitExceededException", "ThrottlingException",
     "KMSThrottlingException", "RequestLimitExceeded"}
)  # fmt: skip
# Iterators live for five minutes.
_EXPIRED = "ExpiredIteratorException"
_BEGINNING = datetime.fromtimestamp(0, UTC)
# No stream can be told to keep its records for a shorter time.
_KEPT_AT_LEAST = timedelta(hours=24)
_DENIED = "AccessDeniedException"


@dataclass(slots=True)
class _Pulse:
    """How a shard is read: the lag that the stream told, when it told it, what is wrong since."""

    behind_ms: int = 0
    read_at: float = field(default_factory=time.monotonic)
    problem: str | None = None


class StreamReader:
    """Reads all shards of one stream, each in a thread of its own, until it is stopped."""

    def __init__(
        self, client: Any, stream: Mapping[str, str], positions: Positions,
        take: Callable[[Batch], None], look_back: Callable[[], datetime],
    ) -> None:  # fmt: skip
        self._client = client
        self._stream = dict(stream)
        self._positions = positions
        self._take = take
        self._look_back = look_back
        self._stopped, self._ended = threading.Event(), threading.Event()
        self._threads: dict[str, threading.Thread] = {}
        self._pulses: dict[str, _Pulse] = {}
        self._listing = _Pulse()
        self._fatal: BaseException | None = None
        self._looked_for_gap = False
        # Told when a position is older than anything that the stream still has.
        self.lost: Callable[[], object] = lambda: None

    def run(self) -> None:
        """Read until `stop`; raises what made going on impossible, such as another reader."""
        attempt = 0
        while not self._stopped.is_set():
            try:
                self._look_for_gap()
                self._begin_shards(self._shards())
                self._listing, attempt = _Pulse(), 0
                wait = _LOOK_FOR_SHARDS_S
            except (ClientError, BotoCoreError) as error:
                attempt += 1
                self._listing.problem, wait = _words(error), _back_off(attempt)
                logger.warning("cannot list the shards: %s", self._listing.problem)
            except Exception as error:  # the store of the positions is away: it is asked again
                if getattr(error, "fatal", False):
                    self._fatal = error
                    break
                attempt += 1
                logger.exception("cannot begin the shards")
                self._listing.problem, wait = type(error).__name__, _back_off(attempt)
            self._ended.wait(wait)
            self._ended.clear()
        self._stopped.set()
        for thread in self._threads.values():
            thread.join()
        if self._fatal is not None:
            raise self._fatal

    def stop(self) -> None:
        """End `run` after the reads at hand."""
        self._stopped.set()
        self._ended.set()

    @property
    def behind_ms(self) -> int:
        """How far the slowest shard lies behind, in milliseconds; silence counts as lag."""
        now = time.monotonic()
        shards = [one.behind_ms + _silence_ms(one, now) for one in list(self._pulses.values())]
        unlisted = _silence_ms(self._listing, now) if self._listing.problem else 0
        return max([*shards, unlisted])

    @property
    def problem(self) -> str | None:
        """What is wrong at the moment."""
        pulses = [*list(self._pulses.values()), self._listing]
        return next((one.problem for one in pulses if one.problem), None)

    def _look_for_gap(self) -> None:
        """Once, before anything is read: a stream answers an old position from what it has left."""
        since = self._positions.read_until()
        if self._looked_for_gap or since is None:
            return
        away = datetime.now(UTC) - since
        # As long as no shard is found that is our lag, so that the next start knows it too.
        self._listing.read_at = time.monotonic() - away.total_seconds()
        self._say_if_lost(away)
        self._looked_for_gap = True

    def _say_if_lost(self, away: timedelta) -> None:
        if away > _KEPT_AT_LEAST and away > self._kept():
            logger.warning("nobody read for %s: older records than are kept are lost", away)
            self.lost()

    def _kept(self) -> timedelta:
        """How long the stream keeps records; for ever, as far as we may know."""
        try:
            found = self._client.describe_stream_summary(**self._stream)
        except ClientError as error:
            if _code(error) != _DENIED:
                raise
            logger.warning("allow kinesis:DescribeStreamSummary to learn of gaps: %s", error)
            return timedelta.max
        return timedelta(hours=found["StreamDescriptionSummary"]["RetentionPeriodHours"])

    def _shards(self) -> list[Shard]:
        found: list[Shard] = []
        arguments: dict[str, Any] = dict(self._stream)
        while True:
            page = self._client.list_shards(**arguments)
            found += [shard_of(one) for one in page["Shards"]]
            if not page.get("NextToken"):
                return found
            arguments = {"NextToken": page["NextToken"]}

    def _begin_shards(self, shards: Sequence[Shard]) -> None:
        """Start what may be read now: shards whose parents are read to their end, or gone."""
        known = dict(self._positions.known())
        first = not known
        listed = {shard.shard_id for shard in shards}
        for shard in shards:
            if shard.shard_id not in known:
                # A child that comes later is read whole; at the very first start, what is recent.
                since = self._look_back() if first else _BEGINNING
                self._positions.begin(shard.shard_id, since)
                known[shard.shard_id] = Position(None, since)
        for shard in shards:
            open_parents = [one for one in shard.parents if one in listed]
            ready = all(known[one].finished for one in open_parents)
            if ready and not known[shard.shard_id].finished:
                self._begin(shard.shard_id, known[shard.shard_id])
        gone = [one for one, position in known.items() if position.finished and one not in listed]
        if gone:
            self._positions.forget(gone)

    def _begin(self, shard_id: str, position: Position) -> None:
        running = self._threads.get(shard_id)
        if running is not None and running.is_alive():
            return
        self._pulses[shard_id] = _Pulse()
        self._threads[shard_id] = threading.Thread(
            target=self._read, args=(shard_id, position), name=shard_id, daemon=True
        )
        self._threads[shard_id].start()

    def _read(self, shard_id: str, position: Position) -> None:
        pulse, attempt = self._pulses[shard_id], 0
        iterator: str | None = None
        while not self._stopped.is_set():
            began = time.monotonic()
            try:
                iterator = iterator or self._iterator_anew(shard_id, position, pulse)
                found = self._client.get_records(ShardIterator=iterator, Limit=_RECORDS_AT_ONCE)
                batch = batch_of(shard_id, found)
                if batch.records or batch.finished:
                    self._take(batch)
                position = after(position, batch)
                pulse.behind_ms = int(found.get("MillisBehindLatest") or 0)
                pulse.read_at, pulse.problem, attempt = time.monotonic(), None, 0
                if batch.finished:
                    self._ended.set()
                    del self._pulses[shard_id]
                    return
                iterator = found["NextShardIterator"]
                if not batch.records or pulse.behind_ms == 0:
                    self._stopped.wait(max(0.0, began + _PACE_S - time.monotonic()))
            except (ClientError, BotoCoreError) as error:
                attempt += 1
                iterator = self._recover(shard_id, error, iterator)
                pulse.problem = _words(error) if attempt > 1 else pulse.problem
                self._stopped.wait(_back_off(attempt))
            except Exception as error:  # the store: waits and tries again, unless it is fenced
                if getattr(error, "fatal", False):
                    self._fatal = error
                    self.stop()
                    return
                attempt += 1
                logger.exception("cannot store what shard %s brought", shard_id)
                iterator, pulse.problem = None, f"{type(error).__name__}"
                self._stopped.wait(_back_off(attempt))

    def _recover(
        self, shard_id: str, error: ClientError | BotoCoreError, iterator: str | None
    ) -> str | None:
        """The iterator to go on with; None asks for another one at the stored position."""
        code = _code(error)
        if code in _THROTTLED:
            return iterator
        if code != _EXPIRED:
            logger.warning("reading shard %s failed: %s", shard_id, _words(error))
        return None

    def _iterator_anew(self, shard_id: str, position: Position, pulse: _Pulse) -> str:
        """A running reader may have been cut off for as long as one that was not running."""
        self._say_if_lost(timedelta(seconds=time.monotonic() - pulse.read_at))
        return self._iterator(shard_id, position)

    def _iterator(self, shard_id: str, position: Position) -> str:
        if position.sequence is not None:
            try:
                return self._iterator_at(
                    shard_id, "AFTER_SEQUENCE_NUMBER", StartingSequenceNumber=position.sequence
                )
            except ClientError as error:
                if _code(error) != "InvalidArgumentException":
                    raise
                # Older than all that the stream still keeps.
                self.lost()
                logger.warning("records of shard %s are lost: read from its beginning", shard_id)
        elif position.since > _BEGINNING:
            return self._iterator_at(shard_id, "AT_TIMESTAMP", Timestamp=position.since)
        return self._iterator_at(shard_id, "TRIM_HORIZON")

    def _iterator_at(self, shard_id: str, kind: str, **where: Any) -> str:
        found = self._client.get_shard_iterator(
            **self._stream, ShardId=shard_id, ShardIteratorType=kind, **where
        )
        return str(found["ShardIterator"])


def _silence_ms(pulse: _Pulse, now: float) -> int:
    """Since the last answer, once that is longer than any read takes."""
    silent = now - pulse.read_at
    return int(silent * 1000) if silent > _ANSWERS_WITHIN_S else 0


def _code(error: ClientError | BotoCoreError) -> str:
    return str(error.response["Error"]["Code"]) if isinstance(error, ClientError) else ""


def _words(error: ClientError | BotoCoreError) -> str:
    return _code(error) or type(error).__name__


def _back_off(attempt: int) -> float:
    """Full jitter, so that readers that were throttled together do not come back together."""
    return random.uniform(0.05, min(_LONGEST_WAIT_S, 0.2 * 2**attempt))  # noqa: S311 - no secret
