"""Webhooks and what is on its way to them, as they are answered."""

from typing import Any, Self

from callrisk.domain.webhooks.webhook import (
    Delivery,
    DeliveryState,
    Webhook,
    WebhookEvent,
    WebhookState,
)
from callrisk.wire.base import Json, Moment, Wire, wire_time, wire_time_or_none


class WebhookAnswer(Wire):
    """A webhook; its secret is told once, when it is made.

    It is `on`, `off` by an administrator, `gone` after its receiver answered 410, or `failing`:
    switched off as its receiver took nothing for days. `waiting` counts the deliveries to come.
    """

    webhook_id: int
    name: str
    url: str
    event_types: list[WebhookEvent]
    state: WebhookState
    created_at: Moment
    old_secret_until: Moment | None
    failing_since: Moment | None
    resting_until: Moment | None
    off_since: Moment | None
    waiting: int

    @classmethod
    def of(cls, webhook: Webhook) -> Self:
        """Return the answer about a webhook."""
        return cls(**_fields_of(webhook))


class WebhookWithSecretAnswer(WebhookAnswer):
    """A webhook with the secret that signs from now on, which is told here alone."""

    secret: str

    @classmethod
    def with_secret(cls, webhook: Webhook, secret: str) -> Self:
        """Return the answer about a webhook and its new secret."""
        return cls(**_fields_of(webhook), secret=secret)


class WebhookList(Wire):
    """All webhooks, the newest first."""

    webhooks: list[WebhookAnswer]


class DeliveryAnswer(Wire):
    """One event on its way to a webhook; `message_id` is its `webhook-id`, each time it is sent.

    It is `waiting`, `delivered`, or `given_up` after the last attempt. `problem` says why the
    newest attempt failed.
    """

    message_id: str
    type: WebhookEvent
    timestamp: Moment
    data: Json
    state: DeliveryState
    attempts: int
    due_at: Moment
    done_at: Moment | None
    problem: str | None

    @classmethod
    def of(cls, delivery: Delivery) -> Self:
        """Return the answer about a delivery."""
        return cls(
            message_id=delivery.message_id, type=delivery.event_type,
            timestamp=wire_time(delivery.at), data=delivery.facts, state=delivery.state,
            attempts=delivery.attempts, due_at=wire_time(delivery.due_at),
            done_at=wire_time_or_none(delivery.done_at), problem=delivery.problem,
        )  # fmt: skip


class DeliveryList(Wire):
    """The deliveries of a webhook, the newest first."""

    deliveries: list[DeliveryAnswer]


def _fields_of(webhook: Webhook) -> dict[str, Any]:
    return {
        "webhook_id": webhook.webhook_id, "name": webhook.name, "url": webhook.url,
        "event_types": list(webhook.event_types), "state": webhook.state,
        "created_at": wire_time(webhook.created_at),
        "old_secret_until": wire_time_or_none(webhook.old_secret_until),
        "failing_since": wire_time_or_none(webhook.failing_since),
        "resting_until": wire_time_or_none(webhook.resting_until),
        "off_since": wire_time_or_none(webhook.off_since), "waiting": webhook.waiting,
    }  # fmt: skip
