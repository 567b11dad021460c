"""Requests about webhooks."""

from typing import Annotated

from pydantic import BeforeValidator, Field, StringConstraints

from callrisk.domain.webhooks.webhook import EVENTS_TO_CHOOSE, WebhookEvent
from callrisk.wire.request_fields import Id, digits_only
from callrisk.wire.requests import Body, QueryParameters

_LONGEST_URL = 1_000


class AddWebhook(Body):
    """A webhook: what it is for, where it leads, and the types of events that it is told of."""

    name: Id
    url: Annotated[str, StringConstraints(min_length=1, max_length=_LONGEST_URL)]
    event_types: list[WebhookEvent] = Field(min_length=1, max_length=len(EVENTS_TO_CHOOSE))


class DeliveriesListed(QueryParameters):
    """How many deliveries to list, the newest first."""

    limit: Annotated[int, Field(ge=1, le=200), BeforeValidator(digits_only)] = 50
