"""What contact events told of contacts before a call of them began: kept until one does."""

from collections.abc import Iterable, Sequence
from datetime import datetime

from sqlalchemy import Connection, delete, func, select

from callrisk.domain.contact_events import ContactEvent, Event
from callrisk.store.connect import connect_tables
from callrisk.store.transaction import insert_into

_KIND = "EARLIER"


def early_events(connection: Connection, contact_ids: Sequence[str]) -> list[ContactEvent]:
    """Return what was told of these contacts, as one event each."""
    if not contact_ids:
        return []
    table = connect_tables.early_contacts
    of_these = select(table).where(table.c.contact_id.in_(contact_ids)).order_by(table.c.contact_id)
    return [
        ContactEvent(
            row.contact_id, _KIND, row.at, initial_contact_id=row.initial_contact_id,
            agent_user_id=row.agent_user_id, disconnected_at=row.disconnected_at,
        )
        for row in connection.execute(of_these)
    ]  # fmt: skip


def forget_early(connection: Connection, events: Sequence[ContactEvent]) -> None:
    """Keep these events no longer: their calls have begun, or they are kept once more."""
    table = connect_tables.early_contacts
    ids = [event.contact_id for event in events]
    if ids:
        connection.execute(delete(table).where(table.c.contact_id.in_(ids)))


def keep_early(connection: Connection, events: Iterable[Event], at: datetime) -> None:
    """Keep what events tell of contacts of which no call has begun.

    Nearly always none ever will, so only what changes a call is kept: its end, and its first leg.
    """
    table = connect_tables.early_contacts
    for event in events:
        if not isinstance(event, ContactEvent):
            continue
        told = {
            "initial_contact_id": event.initial_contact_id, "agent_user_id": event.agent_user_id,
            "disconnected_at": event.disconnected_at,
        }  # fmt: skip
        if event.disconnected_at is None and event.initial_contact_id is None:
            continue
        values = told | {"contact_id": event.contact_id, "at": at}
        statement = insert_into(connection, table).values(values)
        joined = {
            name: func.coalesce(statement.excluded[name], table.c[name]) for name in (*told, "at")
        }
        connection.execute(
            statement.on_conflict_do_update(index_elements=["contact_id"], set_=joined)
        )
