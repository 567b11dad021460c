"""A webhook: an address of another system, the types of events that it is told, its deliveries."""

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any


class WebhookEvent(StrEnum):
    """The type of an event that another system may be told of."""

    CALL_STARTED = "call.started"
    CALL_ENDED = "call.ended"
    # The first assessment of a call in the category high.
    ALERT_RAISED = "alert.raised"
    CALL_ESCALATED = "call.escalated"
    # The customer said that they will pay.
    PROMISE_MADE = "promise.made"
    JOB_FINISHED = "job.finished"
    # Asked for by an administrator, and sent to one webhook whatever types it is told.
    WEBHOOK_TEST = "webhook.test"


# What a webhook can be told.
EVENTS_TO_CHOOSE = tuple(one for one in WebhookEvent if one is not WebhookEvent.WEBHOOK_TEST)


class WebhookState(StrEnum):
    """The state of a webhook: told of events, or why not."""

    ON = "on"
    # By an administrator.
    OFF = "off"
    # Its receiver answered 410 Gone.
    GONE = "gone"
    # Its receiver took nothing for days.
    FAILING = "failing"


class DeliveryState(StrEnum):
    """The state of a delivery; the last two are its end."""

    WAITING = "waiting"
    DELIVERED = "delivered"
    GIVEN_UP = "given_up"


@dataclass(frozen=True, slots=True)
class Webhook:
    """A webhook as it is shown, without its secret.

    `failing_since` is the first failure since something was taken; until `resting_until` nothing is
    sent there. `off_since` is None for one that is on. `waiting` counts the deliveries to come.
    """

    webhook_id: int
    name: str
    url: str
    event_types: tuple[WebhookEvent, ...]
    state: WebhookState
    created_at: datetime
    old_secret_until: datetime | None
    failing_since: datetime | None
    resting_until: datetime | None
    off_since: datetime | None
    waiting: int = 0


@dataclass(frozen=True, slots=True)
class Delivery:
    """One event on its way to one webhook; `message_id` stays the same each time it is sent.

    `facts` are ids, a category, the path of the resource; no words, names or numbers of anybody.
    """

    delivery_id: int
    webhook_id: int
    message_id: str
    event_type: WebhookEvent
    at: datetime
    facts: dict[str, Any]
    state: DeliveryState
    attempts: int
    due_at: datetime
    done_at: datetime | None
    problem: str | None


@dataclass(frozen=True, slots=True)
class Target:
    """The address of a webhook and the secrets that sign for it, the newest first."""

    url: str
    secrets: tuple[str, ...] = field(repr=False)
