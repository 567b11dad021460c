"""The rows of calls in progress as wallboards show them, kept from the events of the log.

A row is made once, from the store, and then changed by each event that says something else of it.
An event may come twice. A call that ended stays until its end was told, so that no more is kept
than the calls in progress.
"""

import threading
from collections.abc import Callable

from callrisk.domain.call_record import LoggedEvent
from callrisk.domain.event_types import EventType
from callrisk.store.queries import Queries
from callrisk.wire.base import Json
from callrisk.wire.sockets.wallboard import WallboardChanged, WallboardRow, score_fields


class CallRows:
    """The rows of all calls in progress, as far as the log was read; for many threads.

    `news` is set with every event that was taken in.
    """

    def __init__(self, queries: Queries) -> None:
        self._queries = queries
        self._lock = threading.Lock()
        self._rows: dict[str, WallboardRow] | None = None
        self._changed: set[str] = set()
        self._through_seq = 0
        self.news = threading.Event()

    @property
    def through_seq(self) -> int:
        """The last event of the log that the rows include."""
        with self._lock:
            self._loaded()
            return self._through_seq

    def take(self, event: LoggedEvent) -> None:
        """Bring the row of a call up to date with an event."""
        with self._lock:
            rows = self._loaded()
            if event.type in _CHANGES:
                self._change(rows, event)
            self._through_seq = max(self._through_seq, event.seq)
        self.news.set()

    def every(self) -> WallboardChanged:
        """Return the rows of all calls, with those whose end was not told yet."""
        with self._lock:
            rows = list(self._loaded().values())
            return _told(self._through_seq, rows, is_complete=True)

    def changed(self) -> WallboardChanged | None:
        """Return the rows that changed since the last time, None where none did.

        The calls that ended are told now, and dropped.
        """
        with self._lock:
            rows = self._loaded()
            told = [rows[call_id] for call_id in self._changed]
            self._changed.clear()
            for row in told:
                if row.ended_at is not None:
                    del rows[row.call_id]
            return _told(self._through_seq, told, is_complete=False) if told else None

    def _loaded(self) -> dict[str, WallboardRow]:
        """Return the rows, read from the store at first."""
        if self._rows is None:
            # Before the calls, which may already be further: an event that comes again does no
            # harm, one that never comes would.
            self._through_seq = self._queries.last_seq()
            calls = self._queries.active_calls()
            newest = self._queries.latest_payloads([call.call_id for call in calls])
            self._rows = {
                call.call_id: WallboardRow.of(call, newest.get(call.call_id), self._through_seq)
                for call in calls
            }
        return self._rows

    def _change(self, rows: dict[str, WallboardRow], event: LoggedEvent) -> None:
        before = rows.get(event.call_id)
        if before is not None and event.seq <= before.last_seq:
            return
        row = before or self._stored(event)
        if row is None:
            return
        row = row.model_copy(update=_CHANGES[event.type](event, row))
        if row != before:
            rows[event.call_id] = row.model_copy(update={"last_seq": event.seq})
            self._changed.add(event.call_id)

    def _stored(self, event: LoggedEvent) -> WallboardRow | None:
        """Return the row of a call that begins, or that ended before and is told of again."""
        call = self._queries.call(event.call_id)
        if call is None:
            return None
        newest = self._queries.latest_payloads([event.call_id]).get(event.call_id)
        return WallboardRow.of(call, newest, event.seq)


def _told(through_seq: int, rows: list[WallboardRow], *, is_complete: bool) -> WallboardChanged:
    return WallboardChanged(through_seq=through_seq, complete=is_complete, rows=rows)


def _begun(event: LoggedEvent, _row: WallboardRow) -> Json:
    return {name: event.payload[name] for name in ("agent_id", "customer_id", "started_at")}


def _scored(event: LoggedEvent, row: WallboardRow) -> Json:
    # What was read from the store may be newer than the event.
    is_newer = event.seq > (row.assessment_seq or 0)
    return score_fields(event.payload, event.seq) if is_newer else {}


def _ended(event: LoggedEvent, _row: WallboardRow) -> Json:
    return {"ended_at": event.payload["summary"]["ended_at"]}


_CHANGES: dict[EventType, Callable[[LoggedEvent, WallboardRow], Json]] = {
    EventType.CALL_STARTED: _begun,
    EventType.CUSTOMER_CHANGED: lambda event, _row: {"customer_id": event.payload["customer_id"]},
    EventType.RISK_SCORE_UPDATE: _scored,
    EventType.ALERT: lambda _event, _row: {"alerted": True},
    EventType.ESCALATION: lambda _event, _row: {"escalated": True},
    EventType.ESCALATION_CHANGED: lambda event, _row: {"escalated": event.payload["open"]},
    EventType.CALL_ENDED: _ended,
    EventType.SUMMARY_CHANGED: _ended,
}
