"""Counts of what waits to be sent to webhooks, for those who watch over it."""

from datetime import datetime

from sqlalchemy import Engine, func, select

from callrisk.domain.webhooks.webhook import DeliveryState, WebhookState
from callrisk.store.watching.backlogs import Backlog
from callrisk.store.webhooks.webhook_rows import D, W


def webhook_backlog(engine: Engine, now: datetime) -> Backlog:
    """Return the deliveries that wait for webhooks that are on, and the age of the oldest."""
    waits = (D.state == DeliveryState.WAITING) & (W.state == WebhookState.ON)
    counted = select(func.count(), func.min(D.at)).where(waits, D.webhook_id == W.webhook_id)
    with engine.connect() as connection:
        count, oldest = connection.execute(counted).one()
    age_s = 0.0 if oldest is None else max(0.0, (now - oldest).total_seconds())
    return Backlog(count, age_s)
