"""The log of events as webhooks are told of it, and the jobs that ended.

Theory of operation
-------------------
Each webhook follows the log by a number of its own, `webhooks.seq`. A step reads the next events,
then stores a delivery for each that the webhook is told of, and moves the number, in one
transaction that does nothing if the number is another by now: so no event is missed or told twice,
wherever a process dies, and several processes may step at once. Reading keeps no writer waiting;
an event that was erased since it was read is looked for once more.
A webhook for which too much waits already is stepped no further; the log keeps what follows.

What a delivery tells is read here, from numbers, states and statements alone. No word is opened.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import quote

from sqlalchemy import Connection, Engine, func, select, tuple_, update

from callrisk.background.crash_points import crash_point
from callrisk.domain.event_types import EventType
from callrisk.domain.jobs.stored_job import JobState
from callrisk.domain.language import Intent
from callrisk.domain.webhooks.webhook import DeliveryState, WebhookEvent, WebhookState
from callrisk.store import tables
from callrisk.store.jobs import job_tables
from callrisk.store.stored_calls import statements_from
from callrisk.store.transaction import writing
from callrisk.store.webhooks.kept_webhooks import JOBS_FOR
from callrisk.store.webhooks.new_deliveries import Told, put_deliveries
from callrisk.store.webhooks.webhook_rows import D, W, event_types_of
from callrisk.store.webhooks.webhook_tables import webhooks

_AT_ONCE = 1_000
# So many may wait for one webhook; what follows stays in the log.
MOST_WAITING = 2_000
_E, _S, _A, _J = (
    table.c for table in (tables.events, tables.segments, tables.assessments, job_tables.jobs)
)
_OVER = (JobState.DONE, JobState.FAILED, JobState.CANCELLED)
# Before that nothing was judged yet.
_JUDGED = ("live", "final")
_EVENTS = {
    EventType.CALL_STARTED: WebhookEvent.CALL_STARTED,
    EventType.CALL_ENDED: WebhookEvent.CALL_ENDED,
    EventType.ALERT: WebhookEvent.ALERT_RAISED,
    EventType.ESCALATION: WebhookEvent.CALL_ESCALATED,
    EventType.TRANSCRIPT_SEGMENT: WebhookEvent.PROMISE_MADE,
}
_FOLLOWED = (W.webhook_id, W.event_types, W.seq, W.created_at, W.told_from)


@dataclass(frozen=True, slots=True)
class _Page:
    """Events of the log up to a number, and what of their rows is told."""

    events: Sequence[Any]
    promises: frozenset[tuple[str, str]]
    categories: Mapping[str, str]


class WebhookLog:
    """Makes deliveries of the log of one database."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def step(self, now: datetime) -> int:
        """Make deliveries for every webhook that is on; return of how much."""
        behind = _is_on() & ~_is_full()
        newest = select(func.coalesce(func.max(_E.seq), 0)).scalar_subquery()
        with self._engine.connect() as connection:
            rows = connection.execute(
                select(*_FOLLOWED, (W.seq < newest).label("is_behind")).where(behind)
            ).all()
            found = [_found(connection, row, now) for row in rows]
        return sum(self._store(one, now) for one in found if one.has_any)

    def _store(self, found: "_Found", now: datetime) -> int:
        row = found.webhook
        mine = (W.webhook_id == row.webhook_id) & (W.seq == row.seq) & _is_on()
        # Switched on from now on since it was read, it is told of no job of before.
        mine &= W.told_from.is_not_distinct_from(row.told_from)
        with writing(self._engine) as connection:
            moved = update(webhooks).where(mine).values(seq=found.seq)
            if connection.execute(moved).rowcount != 1:
                return 0
            told = [*_still_there(connection, found.events), *found.jobs]
            put_deliveries(connection, row.webhook_id, told, now)
            crash_point("before_webhook_commit")
        return len(told)


@dataclass(frozen=True, slots=True)
class _Found:
    """The events that a webhook is to be told of next, and the number of the log they reach."""

    webhook: Any
    seq: int
    events: Sequence[Told]
    jobs: Sequence[Told]

    @property
    def has_any(self) -> bool:
        return self.seq != self.webhook.seq or bool(self.jobs)


def _found(connection: Connection, webhook: Any, now: datetime) -> _Found:
    events = _events_after(connection, webhook.seq) if webhook.is_behind else []
    told = list(_told(connection, events, webhook))
    seq = events[-1].seq if events else webhook.seq
    return _Found(webhook, seq, told, _ended_jobs(connection, webhook, now))


def _still_there(connection: Connection, told: Sequence[Told]) -> list[Told]:
    numbers = [one.facts["seq"] for one in told]
    if not numbers:
        return []
    found = set(connection.execute(select(_E.seq).where(_E.seq.in_(numbers))).scalars())
    return [one for one in told if one.facts["seq"] in found]


def _is_on() -> Any:
    return W.state == WebhookState.ON


def _is_full() -> Any:
    waits = (D.webhook_id == W.webhook_id) & (D.state == DeliveryState.WAITING)
    count = select(func.count()).where(waits).correlate(webhooks).scalar_subquery()
    return count >= MOST_WAITING


def _events_after(connection: Connection, seq: int) -> Sequence[Any]:
    columns = (_E.seq, _E.call_id, _E.type, _E.at, _E.ref)
    page = select(*columns).where(_E.seq > seq).order_by(_E.seq).limit(_AT_ONCE)
    return connection.execute(page).all()


def _told(connection: Connection, events: Sequence[Any], webhook: Any) -> Iterable[Told]:
    """Return what of these events a webhook is told of."""
    types = event_types_of(webhook)
    wanted = [row for row in events if _EVENTS.get(row.type) in types]
    page = _Page(
        wanted, _promises(connection, wanted), _categories(connection, wanted),
    )  # fmt: skip
    told = (_TOLD[_EVENTS[row.type]](row, page) for row in wanted)
    return [one for one in told if one is not None]


def _promises(connection: Connection, events: Sequence[Any]) -> frozenset[tuple[str, str]]:
    """Return the turns among these events in which the customer promises to pay."""
    keys = [(row.call_id, row.ref) for row in events if row.type == EventType.TRANSCRIPT_SEGMENT]
    if not keys:
        return frozenset()
    said = _S.statements.is_not(None) & tuple_(_S.call_id, _S.segment_id).in_(keys)
    rows = connection.execute(select(_S.call_id, _S.segment_id, _S.statements).where(said))
    return frozenset(
        (row.call_id, row.segment_id)
        for row in rows
        if any(one.intent is Intent.PROMISE and one.counts for one in statements_from(row[2]))
    )


def _categories(connection: Connection, events: Sequence[Any]) -> dict[str, str]:
    """Return the newest category of the calls that these events end or alert of."""
    kinds = (EventType.CALL_ENDED, EventType.ALERT)
    ids = {row.call_id for row in events if row.type in kinds}
    if not ids:
        return {}
    newest = select(func.max(_A.seq)).where(_A.call_id.in_(ids)).group_by(_A.call_id)
    these = _A.seq.in_(newest) & _A.state.in_(_JUDGED)
    rows = connection.execute(select(_A.call_id, _A.risk_category).where(these))
    return {row.call_id: row.risk_category for row in rows}


def _of_call(row: Any, source: str, **more: Any) -> Told:
    path = f"/api/calls/{quote(row.call_id, safe='')}"
    facts = {"call_id": row.call_id, "seq": row.seq, "url": path, **more}
    return Told(_EVENTS[row.type], source, row.at, facts, call_id=row.call_id)


def _started(row: Any, _page: _Page) -> Told:
    # Told again in the log when it becomes known who takes part.
    return _of_call(row, row.call_id)


def _ended(row: Any, page: _Page) -> Told:
    return _of_call(row, str(row.seq), risk_category=page.categories.get(row.call_id))


def _alerted(row: Any, _page: _Page) -> Told:
    return _of_call(row, str(row.seq), risk_category="high")


def _escalated(row: Any, _page: _Page) -> Told:
    return _of_call(row, str(row.seq))


def _promised(row: Any, page: _Page) -> Told | None:
    """Return a promise; a turn is told once, though the log has it again when it is read anew."""
    is_promise = (row.call_id, row.ref) in page.promises
    source = f"{len(row.call_id)}:{row.call_id}{row.ref}"
    return _of_call(row, source, segment_id=row.ref) if is_promise else None


_TOLD: dict[WebhookEvent, Callable[[Any, _Page], Told | None]] = {
    WebhookEvent.CALL_STARTED: _started,
    WebhookEvent.CALL_ENDED: _ended,
    WebhookEvent.ALERT_RAISED: _alerted,
    WebhookEvent.CALL_ESCALATED: _escalated,
    WebhookEvent.PROMISE_MADE: _promised,
}


def _ended_jobs(connection: Connection, webhook: Any, now: datetime) -> list[Told]:
    """Return the jobs that ended since a webhook is told of any, and of which it was not told."""
    if WebhookEvent.JOB_FINISHED not in event_types_of(webhook):
        return []
    since = max(webhook.told_from or webhook.created_at, now - JOBS_FOR)
    of_job = (D.webhook_id == webhook.webhook_id) & (D.job_id == _J.job_id)
    is_told = select(D.delivery_id).where(of_job).correlate(job_tables.jobs).exists()
    ended = _J.state.in_(_OVER) & (_J.ended_at >= since) & ~is_told
    columns = (_J.job_id, _J.kind, _J.state, _J.ended_at)
    rows = connection.execute(select(*columns).where(ended).order_by(_J.job_id).limit(_AT_ONCE))
    return [
        Told(
            WebhookEvent.JOB_FINISHED, str(row.job_id), row.ended_at,
            {
                "job_id": row.job_id, "kind": row.kind, "state": row.state,
                "url": f"/api/jobs/{row.job_id}",
            },
            job_id=row.job_id,
        )
        for row in rows
    ]  # fmt: skip
