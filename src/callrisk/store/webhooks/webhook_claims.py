"""Claims on webhooks, so that of several processes one sends to each; and what came of sending.

Theory of operation
-------------------
A process claims a webhook, sends what is due there one after the other, and gives it back. Each
outcome is stored only while the claim holds, and renews it. A claim ends with its lease when the
process died; the lease is longer than a request can last. So what is told is told at least once:
whoever dies between the answer and its note has it sent again, under the same id.

A delivery that failed waits for its next attempt, and those behind it do not wait for it. Failures
in a row have the webhook rest, so that a receiver that is away is not asked for each event. They
are a row only while attempts follow each other: after days without one, the next begins anew.

No wait is longer than `LONGEST_WAIT`. A moment that lies further ahead was written by a clock that
was set back since, and holds nothing up; nor does a row that begins in the future count.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Engine, case, func, literal, null, select, update

from callrisk.domain.webhooks.webhook import Delivery, DeliveryState, WebhookState
from callrisk.store.transaction import writing
from callrisk.store.webhooks.webhook_rows import DELIVERY_COLUMNS, D, W, delivery_of
from callrisk.store.webhooks.webhook_tables import webhook_deliveries, webhooks

# Longer than the longest request, looking up its name included.
LEASE = timedelta(seconds=120)
# Of a delivery until its next attempt, and of a webhook that rests.
LONGEST_WAIT = timedelta(days=1)
# Twice the longest wait: nobody tried meanwhile, as nothing waited or no process ran.
_ROW_ENDS_AFTER = 2 * LONGEST_WAIT


class WebhookLostError(RuntimeError):
    """Another process sends to the webhook by now, or it is gone; nothing was written."""


@dataclass(frozen=True, slots=True)
class Failure:
    """An attempt that failed: why, when the next is due, None for none; when anything is again.

    `state` is another state of the webhook if it is on, None to leave it.
    """

    problem: str
    due_at: datetime | None
    resting_until: datetime
    state: WebhookState | None = None


@dataclass(frozen=True, slots=True)
class WebhookHealth:
    """The failures of a webhook in a row, when they began, and how many old events they refused.

    `refused` counts the events that happened a day ago or longer, were tried and wait: a single one
    may be at fault itself.
    """

    failures: int
    failing_since: datetime | None
    refused: int = 0


class WebhookClaims:
    """The webhooks as one of several senders sees them.

    `owner` names the sender and is `place` with something of its own behind it: what an earlier run
    in the same place had claimed is free.
    """

    def __init__(self, engine: Engine, owner: str, place: str) -> None:
        self._engine = engine
        self._owner = owner
        self._place = place

    def due(self, now: datetime) -> list[int]:
        """Return the webhooks that are on, free, and have something to be sent."""
        waits = (D.webhook_id == W.webhook_id) & (D.state == DeliveryState.WAITING)
        has_due = select(D.delivery_id).where(waits, _is_due(now)).exists()
        statement = select(W.webhook_id).where(self._is_free(now), has_due).order_by(W.webhook_id)
        with self._engine.connect() as connection:
            return list(connection.execute(statement).scalars())

    def claim(self, webhook_id: int, now: datetime) -> bool:
        """Claim a webhook; False where another process did, or nothing may be sent to it."""
        free = (W.webhook_id == webhook_id) & self._is_free(now)
        claim = {"claimed_by": self._owner, "claimed_until": now + LEASE}
        with writing(self._engine) as connection:
            return connection.execute(update(webhooks).where(free).values(claim)).rowcount == 1

    def release(self, webhook_id: int) -> None:
        """Give a webhook back."""
        mine = (W.webhook_id == webhook_id) & (W.claimed_by == self._owner)
        none = {"claimed_by": None, "claimed_until": None}
        with writing(self._engine) as connection:
            connection.execute(update(webhooks).where(mine).values(none))

    def next(self, webhook_id: int, now: datetime) -> Delivery | None:
        """Return the first delivery that is due; None if none is, or the webhook is not on."""
        is_on = (W.webhook_id == webhook_id) & (W.state == WebhookState.ON)
        due = (D.webhook_id == W.webhook_id) & (D.state == DeliveryState.WAITING) & _is_due(now)
        # Of those that were tried, one that was refused often holds up no other.
        first = select(*DELIVERY_COLUMNS).where(is_on, due).order_by(D.attempts, D.delivery_id)
        with self._engine.connect() as connection:
            row = connection.execute(first.limit(1)).first()
        return None if row is None else delivery_of(row)

    def health(self, webhook_id: int, now: datetime) -> WebhookHealth:
        """Return how often in a row, and since when, nothing was taken there."""
        goes_on = _goes_on(now)
        columns = (
            case((goes_on, W.failures), else_=0), case((goes_on, W.failing_since), else_=null()),
            _refused(now),
        )  # fmt: skip
        with self._engine.connect() as connection:
            row = connection.execute(select(*columns).where(W.webhook_id == webhook_id)).first()
        return WebhookHealth(0, None) if row is None else WebhookHealth(*row)

    def delivered(self, delivery: Delivery, now: datetime, *, was_away: bool) -> None:
        """Note that a delivery was taken; WebhookLostError. Once `was_away`, all is due now."""
        well = {"failures": 0, "failing_since": None, "resting_until": None}
        with writing(self._engine) as connection:
            self._hold(connection, delivery.webhook_id, now, well)
            done = {"state": DeliveryState.DELIVERED, "done_at": now, "problem": None}
            _note(connection, delivery, done)
            if was_away:
                waits = D.state == DeliveryState.WAITING
                later = (D.webhook_id == delivery.webhook_id) & waits & (D.due_at > now)
                connection.execute(update(webhook_deliveries).where(later).values(due_at=now))

    def failed(self, delivery: Delivery, failure: Failure, now: datetime) -> None:
        """Note that a delivery was not taken, and what follows from it; WebhookLostError."""
        goes_on, began = _goes_on(now), literal(now, W.failing_since.type)
        ill: dict[str, Any] = {
            "failures": case((goes_on, W.failures), else_=0) + 1,
            "failing_since": case((goes_on, W.failing_since), else_=began),
            "resting_until": failure.resting_until,
        }  # fmt: skip
        if failure.state is not None:
            # One that somebody switched off during the request stays as they left it.
            is_on = W.state == WebhookState.ON
            ill["state"] = case((is_on, literal(failure.state)), else_=W.state)
            ill["off_since"] = case((is_on, began), else_=W.off_since)
        outcome: dict[str, Any] = {"problem": failure.problem, "due_at": failure.due_at}
        if failure.due_at is None:
            outcome = {"problem": failure.problem, "state": DeliveryState.GIVEN_UP, "done_at": now}
        with writing(self._engine) as connection:
            self._hold(connection, delivery.webhook_id, now, ill)
            _note(connection, delivery, outcome)
            if failure.due_at is None:
                _end_row(connection, delivery.webhook_id)

    def _is_free(self, now: datetime) -> Any:
        of_earlier_run = W.claimed_by.startswith(self._place, autoescape=True)
        of_earlier_run &= W.claimed_by != self._owner
        # One that ends later than this was written before a clock was set back.
        is_over = W.claimed_until.is_(None) | (W.claimed_until <= now)
        is_over |= W.claimed_until > now + 2 * LEASE
        is_rested = W.resting_until.is_(None) | (W.resting_until <= now)
        is_rested |= W.resting_until > now + LONGEST_WAIT
        return (W.state == WebhookState.ON) & is_rested & (is_over | of_earlier_run)

    def _hold(
        self, connection: Connection, webhook_id: int, now: datetime, values: dict[str, Any]
    ) -> None:
        mine = (W.webhook_id == webhook_id) & (W.claimed_by == self._owner)
        held = update(webhooks).where(mine).values(claimed_until=now + LEASE, **values)
        if connection.execute(held).rowcount != 1:
            raise WebhookLostError(f"webhook {webhook_id} is no longer this sender's")


def _is_due(now: datetime) -> Any:
    """Return which deliveries are due; one that was never tried is, whatever the clock says."""
    return (D.attempts == 0) | (D.due_at <= now) | (D.due_at > now + LONGEST_WAIT)


def _goes_on(now: datetime) -> Any:
    """Return of which webhooks a failure now follows upon those before."""
    return (W.failing_since <= now) & (W.resting_until > now - _ROW_ENDS_AFTER)


def _refused(now: datetime) -> Any:
    tried = (D.state == DeliveryState.WAITING) & (D.attempts > 0) & (D.at <= now - LONGEST_WAIT)
    count = select(func.count()).where(D.webhook_id == W.webhook_id, tried)
    return count.correlate(webhooks).scalar_subquery()


def _end_row(connection: Connection, webhook_id: int) -> None:
    """Forget the failures of a webhook for which nothing waits any more: they go on no longer."""
    waits = (D.webhook_id == webhook_id) & (D.state == DeliveryState.WAITING)
    idle = (W.webhook_id == webhook_id) & ~select(D.delivery_id).where(waits).exists()
    none = {"failures": 0, "failing_since": None}
    connection.execute(update(webhooks).where(idle).values(none))


def _note(connection: Connection, delivery: Delivery, values: dict[str, Any]) -> None:
    these = (D.delivery_id == delivery.delivery_id) & (D.state == DeliveryState.WAITING)
    noted = update(webhook_deliveries).where(these)
    connection.execute(noted.values(attempts=delivery.attempts + 1, **values))
