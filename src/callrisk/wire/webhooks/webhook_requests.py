"""Requests about webhooks."""

from typing import Annotated, Literal

from pydantic import BeforeValidator, Field, StringConstraints, WithJsonSchema

from callrisk.domain.webhooks.webhook import EVENTS_TO_CHOOSE, WebhookEvent
from callrisk.wire.request_fields import Id, digits_only
from callrisk.wire.requests import Body, QueryParameters

_LONGEST_URL = 1_000


class AddWebhook(Body):
    """A webhook: what it is for, where it leads, and the types of events that it is told of."""

    name: Id
    url: Annotated[str, StringConstraints(min_length=1, max_length=_LONGEST_URL)]
    event_types: list[WebhookEvent] = Field(min_length=1, max_length=len(EVENTS_TO_CHOOSE))


class WebhookEnabled(QueryParameters):
    """The wish to catch up when switched on; unsaid, a webhook does if it was off a day at most."""

    catch_up: Annotated[
        Literal["true", "false"] | None,
        WithJsonSchema({"type": "string", "enum": ["true", "false"]}),
    ] = None

    @property
    def is_to_catch_up(self) -> bool | None:
        """Return what was said; None for nothing."""
        return None if self.catch_up is None else self.catch_up == "true"


class DeliveriesListed(QueryParameters):
    """The number of deliveries to list, the newest first."""

    limit: Annotated[int, Field(ge=1, le=200), BeforeValidator(digits_only)] = 50
