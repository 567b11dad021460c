"""Deliveries as they are made: of what, for whom, once."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from typing import Any
from uuid import uuid4

from sqlalchemy import Connection

from callrisk.domain.webhooks.webhook import DeliveryState, WebhookEvent
from callrisk.store.transaction import insert_into
from callrisk.store.webhooks.webhook_tables import webhook_deliveries


@dataclass(frozen=True, slots=True)
class Told:
    """An event that a webhook is to be told of; `source` names it, and is told once."""

    event_type: WebhookEvent
    source: str
    at: datetime
    facts: dict[str, Any]
    call_id: str | None = None
    job_id: int | None = None


def put_deliveries(
    connection: Connection, webhook_id: int, told: Iterable[Told], now: datetime
) -> None:
    """Store deliveries, each due now; those of what was told already are passed over."""
    rows = [
        {
            "webhook_id": webhook_id, "message_id": f"msg_{uuid4().hex}",
            "source_sha256": sha256(f"{one.event_type} {one.source}".encode()).hexdigest(),
            "event_type": one.event_type, "call_id": one.call_id, "job_id": one.job_id,
            "at": one.at, "facts": one.facts, "state": DeliveryState.WAITING, "attempts": 0,
            "due_at": now,
        }
        for one in told
    ]  # fmt: skip
    if rows:
        statement = insert_into(connection, webhook_deliveries).on_conflict_do_nothing()
        connection.execute(statement, rows)
