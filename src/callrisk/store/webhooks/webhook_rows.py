"""Rows of webhooks and deliveries as values."""

from typing import Any

from sqlalchemy import func, select

from callrisk.domain.webhooks.webhook import (
    Delivery,
    DeliveryState,
    Webhook,
    WebhookEvent,
    WebhookState,
)
from callrisk.store.webhooks.webhook_tables import webhook_deliveries, webhooks

W, D = webhooks.c, webhook_deliveries.c
_WAITING = (
    select(func.count())
    .where(D.webhook_id == W.webhook_id, D.state == DeliveryState.WAITING)
    .correlate(webhooks)
    .scalar_subquery()
    .label("waiting")
)
WEBHOOK_COLUMNS = (
    *(W[name] for name in Webhook.__dataclass_fields__ if name != "waiting"), _WAITING,
)  # fmt: skip
DELIVERY_COLUMNS = tuple(D[name] for name in Delivery.__dataclass_fields__)
# Event types that this version knows; another one may have stored more.
_KNOWN = frozenset[str](WebhookEvent)


def webhook_of(row: Any) -> Webhook:
    """Return the webhook of a row that has `WEBHOOK_COLUMNS`."""
    own = dict(row._mapping)
    own["event_types"] = event_types_of(row)
    own["state"] = WebhookState(row.state)
    return Webhook(**own)


def event_types_of(row: Any) -> tuple[WebhookEvent, ...]:
    """Return the types of events that a webhook is told of."""
    return tuple(WebhookEvent(one) for one in row.event_types if one in _KNOWN)


def delivery_of(row: Any) -> Delivery:
    """Return the delivery of a row that has `DELIVERY_COLUMNS`."""
    own = dict(row._mapping)
    own["event_type"], own["state"] = WebhookEvent(row.event_type), DeliveryState(row.state)
    return Delivery(**own)
