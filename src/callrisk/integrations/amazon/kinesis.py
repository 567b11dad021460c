"""Reads a Kinesis stream from one host: every shard, parents before children, nothing skipped."""

import logging
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from callrisk.background.retry import RETRIES, RetryTimings
from callrisk.integrations.amazon.shard_reader import (
    BEGINNING,
    Reading,
    ReadState,
    ShardReader,
    words_of,
)
from callrisk.integrations.amazon.shards import (
    Batch,
    Position,
    Positions,
    Shard,
    foreign_shards,
    idle_shards,
    shard_of,
)
from callrisk.integrations.amazon.stream_description import StreamDescription

logger = logging.getLogger(__name__)


class StreamReader:
    """Reads all shards of one stream, each in a thread of its own, until it is stopped.

    `lost` is called when a position is older than anything that the stream still has; new shards
    are looked for every `list_every_s`.
    """

    def __init__(
        self, client: Any, stream: Mapping[str, str], positions: Positions,
        take: Callable[[Batch], None], look_back: Callable[[], datetime],
        retries: RetryTimings = RETRIES.stream_read,
    ) -> None:  # fmt: skip
        self.lost: Callable[[], object] = lambda: None
        self.list_every_s = 10.0
        self._description = StreamDescription(client, stream)
        self._reading = Reading(
            client, dict(stream), self._description, take, self._report_loss, retries=retries
        )
        self._positions = positions
        self._stopped = threading.Event()
        self._look_back = look_back
        # Set when a shard has ended: its children may be read.
        self._ended = threading.Event()
        self._threads: dict[str, threading.Thread] = {}
        self._readers: dict[str, ShardReader] = {}
        self._listing = ReadState()
        self._fatal: BaseException | None = None
        self._looked_for_gap = False
        # Shards that speak for another stream under the same name, at the last look.
        self._foreign: frozenset[str] = frozenset()

    def run(self) -> None:
        """Read until `stop`; raises an error that says it is fatal, such as another reader's."""
        failures = 0
        while not self._stopped.is_set():
            try:
                self._look_for_gap()
                self._read_shards()
                failures = 0
            except (ClientError, BotoCoreError) as error:
                failures += 1
                self._listing.problem = words_of(error)
                logger.warning("cannot list the shards: %s", self._listing.problem)
            except Exception as error:  # the store of the positions is away: it is asked again
                if getattr(error, "fatal", False):
                    self._fatal = error
                    break
                failures += 1
                self._listing.problem = type(error).__name__
                logger.exception("cannot begin the shards")
            self._ended.wait(self._reading.wait_s(failures) if failures else self.list_every_s)
            self._ended.clear()
        self._end_reading()
        if self._fatal is not None:
            raise self._fatal

    def stop(self) -> None:
        """End `run` after the reads at hand."""
        self._stopped.set()
        self._reading.stopped.set()
        self._ended.set()

    def _end_reading(self) -> None:
        self._reading.stopped.set()
        for thread in self._threads.values():
            thread.join()

    @property
    def behind_ms(self) -> int:
        """Return the lag of the slowest shard in milliseconds; silence counts as lag."""
        now = time.monotonic()
        states = [reader.state for reader in list(self._readers.values())]
        lags = [state.behind_ms + state.silence_ms(now) for state in states]
        return max([*lags, self._listing.silence_ms(now) if self._listing.problem else 0])

    @property
    def problem(self) -> str | None:
        """Return the problem of the moment, or None."""
        states = [*(reader.state for reader in list(self._readers.values())), self._listing]
        return next((state.problem for state in states if state.problem), None)

    def _look_for_gap(self) -> None:
        """Once, before anything is read: a stream answers an old position from what it has left."""
        since = self._positions.read_until()
        if self._looked_for_gap or since is None:
            return
        away = datetime.now(UTC) - since
        # As long as no shard is found that is our lag, so that the next start knows it too.
        self._listing.read_at = time.monotonic() - away.total_seconds()
        self._reading.report_if_lost(away)
        self._looked_for_gap = True

    def _shards(self) -> list[Shard]:
        shards: list[Shard] = []
        arguments: dict[str, Any] = dict(self._reading.stream)
        while True:
            page = self._reading.client.list_shards(**arguments)
            shards += [shard_of(listed) for listed in page["Shards"]]
            if not page.get("NextToken"):
                return shards
            arguments = {"NextToken": page["NextToken"]}

    def _read_shards(self) -> None:
        """Start what may be read now, after a look at whether it is still the same stream."""
        # Before the listing: what is finished by now, is listed as closed.
        before = self._positions.known()
        shards = self._shards()
        created_at = self._description.created_at()
        # Looked at twice, as a listing may be late.
        foreign, seen = foreign_shards(shards, before), self._foreign
        self._foreign = foreign
        if (created_at and not self._positions.are_of(created_at)) or foreign & seen:
            shards = self._renewed(created_at)
        elif foreign:
            # Nothing is begun or forgotten that may be another stream's.
            shards = []
        if not shards:
            self._listing.problem = "the shards of the stream are not known"
            return
        self._begin_shards(shards)
        idle = idle_shards(shards, [*self._alive()])
        self._listing = (
            ReadState(read_at=self._listing.read_at, problem=f"nobody reads {', '.join(idle)}")
            if idle
            else ReadState()
        )

    def _renewed(self, created_at: datetime | None) -> list[Shard]:
        """Return the shards of a stream that took the name of the one before: all is read.

        The loss is reported first: it would never be told if this ended in between.
        """
        logger.warning("the stream was created again: its records are read from the first one on")
        self._end_reading()
        # At once: whatever fails below, what is begun next must not end with what was read before.
        self._reading = replace(self._reading, stopped=threading.Event())
        if self._stopped.is_set():
            self._reading.stopped.set()
        self._threads.clear()
        self._readers.clear()
        self._report_loss()
        # Listed once more: what was listed before may have been of the stream before.
        shards = self._shards()
        if not shards:
            return []
        self._positions.renew([shard.shard_id for shard in shards], BEGINNING, created_at)
        self._foreign = frozenset()
        return shards

    def _alive(self) -> Iterator[str]:
        return (shard_id for shard_id, thread in self._threads.items() if thread.is_alive())

    def _begin_shards(self, shards: Sequence[Shard]) -> None:
        """Start what may be read now: shards whose parents are read to their end, or gone."""
        positions = dict(self._positions.known())
        is_first_start = not positions
        listed = {shard.shard_id for shard in shards}
        for shard in shards:
            if shard.shard_id not in positions:
                # A child that comes later is read whole; at the very first start, what is recent.
                since = self._look_back() if is_first_start else BEGINNING
                self._positions.begin(shard.shard_id, since)
                positions[shard.shard_id] = Position(None, since)
        for shard in shards:
            parents = [positions[parent] for parent in shard.parents if parent in listed]
            position = positions[shard.shard_id]
            if all(parent.finished for parent in parents) and not position.finished:
                self._begin(shard.shard_id, position)
        gone = [
            shard_id for shard_id, position in positions.items()
            if position.finished and shard_id not in listed
        ]  # fmt: skip
        if gone:
            self._positions.forget(gone)

    def _begin(self, shard_id: str, position: Position) -> None:
        running = self._threads.get(shard_id)
        if running is not None and running.is_alive():
            return
        self._readers[shard_id] = ShardReader(self._reading, shard_id, position)
        self._threads[shard_id] = threading.Thread(
            target=self._read, args=(shard_id,), name=shard_id, daemon=True
        )
        self._threads[shard_id].start()

    def _read(self, shard_id: str) -> None:
        reader = self._readers[shard_id]
        if reader.run():
            del self._readers[shard_id]
            self._ended.set()
        elif reader.fatal is not None:
            self._fatal = reader.fatal
            self.stop()

    def _report_loss(self) -> None:
        self.lost()
