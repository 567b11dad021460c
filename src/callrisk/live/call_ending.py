"""The moment at which a call of the server ended, by the clock of its source."""

from datetime import datetime, timedelta

from callrisk.domain.call_end import EndReason, moment_of
from callrisk.domain.event_types import Source
from callrisk.live.live_call import LiveCall
from callrisk.store.queries import Queries


def spoken_until(call: LiveCall, queries: Queries) -> datetime:
    """Return when the last turn of a call ended.

    Of turns without times it is known only when they arrived.
    """
    started_at, totals = call.stored.started_at, call.state.totals()
    if totals.timed_turns:
        return started_at + timedelta(milliseconds=totals.elapsed_ms)
    return queries.heard_at(call.stored.call_id) or started_at


def requested_at(call: LiveCall, until: datetime, now: datetime, clock_s: float) -> datetime:
    """Return when somebody asks for the end of a call now, by the clock of its source.

    `until` is the end of its last turn by that clock, and `clock_s` the monotonic clock: where ours
    is another one, or was set back, the moment is as long after the last turn as was waited since.
    """
    if call.stored.source != Source.CONNECT and now >= until:
        return now
    return until + timedelta(seconds=max(0.0, clock_s - call.liveness.heard_at))


def take_request(call: LiveCall) -> None:
    """Take over that another server was asked for the end of a call, and when."""
    if call.stored.over_reason == EndReason.REQUESTED and not call.liveness.was_requested:
        call.liveness.request()
        call.ended_at = call.stored.ended_at


def end_of(call: LiveCall, until: datetime) -> datetime:
    """Return when a call that is over ended, as far as is known by now."""
    asked_at = call.ended_at if call.liveness.was_requested else None
    return moment_of(call.stored.ends, call.stored.started_at, until, asked_at)
