"""Claims on messages of the outbox, so that of several servers one sends, and the newest wins.

Theory of operation
-------------------
A server claims what it is about to send, in a transaction of its own. While a message of a call is
claimed by one, no other sends any message of that call: an older one, sent slowly, can never arrive
behind a newer one. A claim ends with the outcome, or with its lease when the server died; the lease
is longer than a request can last. A claim of a time that lies further ahead than two leases is that
of a clock that was set back since, and does not hold.

A message that was sent is *settled* once the other side is known to have taken all of it. One that
is not can be sent again, also after a restart.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Engine, select, update

from callrisk.store import tables
from callrisk.store.sending.outbox import Waiting, due_messages, put_aside, waiting_from
from callrisk.store.transaction import writing

# Longer than the longest request with its repetitions.
LEASE = timedelta(seconds=180)


class OutboxClaims:
    """The messages of one kind, as one of several senders sees them.

    `owner` names the sender and is `place` with something of its own behind it: what an earlier run
    in the same place had claimed is free when this one starts.
    """

    def __init__(self, engine: Engine, kind: str, owner: str) -> None:
        self._engine = engine
        self._kind = kind
        self._owner = owner

    def free(self, place: str) -> None:
        """End the claims of earlier runs in this place."""
        o = tables.outbox.c
        earlier = o.claimed_by.startswith(place, autoescape=True) & (o.claimed_by != self._owner)
        self._change(earlier, claimed_by=None, claimed_until=None)

    def claim(self, now: datetime, most: int, *, is_retry: bool) -> list[Waiting]:
        """Return messages that are due and now this sender's.

        With `is_retry` those that were tried before, else only those that were not.
        """
        o = tables.outbox.c
        tried = o.attempts > 0 if is_retry else o.attempts == 0
        due = due_messages(self._kind, now).where(tried, o.call_id.not_in(self._held(now)))
        # Of those that were tried, one that was refused often holds up no other.
        wanted = due.order_by(None).order_by(o.attempts, o.outbox_id)
        with self._engine.connect() as connection:
            if connection.execute(wanted.limit(1)).first() is None:
                return []
        with writing(self._engine) as connection:
            rows = connection.execute(wanted.limit(most)).all()
            claimed, unreadable = waiting_from(connection, rows)
            put_aside(connection, unreadable, now)
            these = o.outbox_id.in_([waiting.outbox_id for waiting in claimed])
            claim = {"claimed_by": self._owner, "claimed_until": now + LEASE}
            connection.execute(update(tables.outbox).where(these).values(claim))
        return claimed

    def send_once_more(self, waiting: Waiting, at: datetime) -> None:
        """Have a message that arrived sent again when no earlier request can be under way."""
        self._change(
            tables.outbox.c.outbox_id == waiting.outbox_id,
            done_at=None, due_at=at + LEASE, attempts=1,
        )  # fmt: skip

    def hasten(self, now: datetime) -> None:
        """Have everything that waits for its next attempt sent now."""
        o = tables.outbox.c
        later = (o.kind == self._kind) & o.done_at.is_(None) & (o.due_at > now)
        self._change(later, due_at=now)

    def unsettled(self) -> list[int]:
        """Return the ids of the messages that were sent and are not settled."""
        o = tables.outbox.c
        sent = (o.kind == self._kind) & o.done_at.is_not(None) & o.is_settled.is_(False)
        with self._engine.connect() as connection:
            return list(connection.execute(select(o.outbox_id).where(sent)).scalars())

    def settle(self, ids: Sequence[int]) -> None:
        """Note that these messages were taken whole."""
        for some in _in_parts(ids):
            self._change(tables.outbox.c.outbox_id.in_(some), is_settled=True)

    def reopen(self, ids: Sequence[int]) -> None:
        """Have these messages sent again."""
        for some in _in_parts(ids):
            self._change(tables.outbox.c.outbox_id.in_(some), done_at=None)

    def _held(self, now: datetime) -> Any:
        """Return the query for the calls of which another sender sends a message right now."""
        o = tables.outbox.c
        # The clocks of two servers are never quite the same.
        is_valid = (o.claimed_until > now) & (o.claimed_until <= now + 2 * LEASE)
        of_others = o.done_at.is_(None) & is_valid & (o.claimed_by != self._owner)
        return select(o.call_id).where(o.kind == self._kind, of_others)

    def _change(self, which: ColumnElement[bool], **values: Any) -> None:
        with writing(self._engine) as connection:
            connection.execute(update(tables.outbox).where(which).values(values))


def _in_parts(ids: Sequence[int]) -> list[Sequence[int]]:
    # SQLite takes so many values in a statement everywhere.
    return [ids[at : at + 500] for at in range(0, len(ids), 500)]
