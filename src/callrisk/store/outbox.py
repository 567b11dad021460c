"""What must be sent elsewhere: written with its cause, sent after it, at least once."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Engine, func, select, update

from callrisk.domain.call_record import Payload
from callrisk.store import tables
from callrisk.store.transaction import insert_into, writing

# The kind of letter that carries a risk category to the telephony.
RISK_LETTER = "risk_category"
# The kind that carries what came of a call to the CRM.
RESULT_LETTER = "call_result"


@dataclass(frozen=True, slots=True)
class OutboxMessage:
    """One thing to send; two letters with one key are one."""

    kind: str
    call_id: str
    key: str
    payload: Payload


@dataclass(frozen=True, slots=True)
class Waiting:
    """A letter that was not sent yet."""

    outbox_id: int
    letter: OutboxMessage
    attempts: int


def enqueue(connection: Connection, letter: OutboxMessage, at: datetime) -> None:
    """Put a letter into the outbox, within the transaction of its cause."""
    values = {
        "kind": letter.kind, "call_id": letter.call_id, "key": letter.key,
        "payload": letter.payload, "at": at, "due_at": at, "attempts": 0,
    }  # fmt: skip
    statement = insert_into(connection, tables.outbox).values(values)
    connection.execute(statement.on_conflict_do_nothing())


class Outbox:
    """Hands out what is due and remembers what became of it."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def due(self, kind: str, now: datetime, limit: int = 50) -> list[Waiting]:
        """The newest letter of each call that is due; what it replaces needs no sending."""
        o = tables.outbox.c
        newest = (
            select(func.max(o.outbox_id))
            .where(o.kind == kind, o.done_at.is_(None))
            .group_by(o.call_id)
            .scalar_subquery()
        )
        columns = (o.outbox_id, o.kind, o.call_id, o.key, o.payload, o.attempts)
        statement = select(*columns).where(o.outbox_id.in_(newest), o.due_at <= now)
        with self._engine.connect() as connection:
            rows = connection.execute(statement.order_by(o.outbox_id).limit(limit))
            return [_waiting(row) for row in rows]

    def sent(self, waiting: Waiting, at: datetime) -> None:
        """A letter arrived; older ones about the same call are done with it."""
        self._mark(waiting, {"done_at": at, "problem": None})

    def refused(self, waiting: Waiting, problem: str, at: datetime) -> None:
        """A letter will never arrive."""
        self._mark(waiting, {"done_at": at, "problem": problem})

    def failed(self, waiting: Waiting, problem: str, at: datetime, wait_s: float) -> None:
        """Note that a message did not arrive; it is due again after so many seconds."""
        due_at = at + timedelta(seconds=wait_s)
        values = {"attempts": waiting.attempts + 1, "due_at": due_at, "problem": problem}
        with writing(self._engine) as connection:
            this = tables.outbox.c.outbox_id == waiting.outbox_id
            connection.execute(update(tables.outbox).where(this).values(values))

    def reopen(self, kind: str, since: datetime) -> None:
        """Have letters of a kind sent again that arrived since then, but not as they should."""
        o = tables.outbox.c
        sent = (o.kind == kind) & (o.done_at >= since)
        with writing(self._engine) as connection:
            connection.execute(update(tables.outbox).where(sent).values(done_at=None))

    def is_overtaken(self, waiting: Waiting, field: str) -> bool:
        """Whether a newer letter, waiting or sent, holds the same as this one in `field`.

        Calls that were transferred write to one place, and an older verdict must not come last.
        """
        o = tables.outbox.c
        newer = (o.kind == waiting.letter.kind) & (o.outbox_id > waiting.outbox_id)
        same = o.payload[field].as_string() == waiting.letter.payload[field]
        refused = o.done_at.is_not(None) & o.problem.is_not(None)
        with self._engine.connect() as connection:
            found = select(o.outbox_id).where(newer, same, ~refused).limit(1)
            return connection.execute(found).first() is not None

    def pending(self, kind: str | None = None) -> tuple[int, str | None]:
        """How many letters (of a kind) wait, and why the oldest that failed did."""
        o = tables.outbox.c
        waiting = select(o.problem).where(o.done_at.is_(None)).order_by(o.outbox_id)
        if kind is not None:
            waiting = waiting.where(o.kind == kind)
        with self._engine.connect() as connection:
            problems = list(connection.execute(waiting).scalars())
        return len(problems), next(filter(None, problems), None)

    def _mark(self, waiting: Waiting, values: dict[str, Any]) -> None:
        o = tables.outbox.c
        letter = waiting.letter
        about = (o.kind == letter.kind) & (o.call_id == letter.call_id) & o.done_at.is_(None)
        with writing(self._engine) as connection:
            upto = about & (o.outbox_id <= waiting.outbox_id)
            connection.execute(update(tables.outbox).where(upto).values(values))


def _waiting(row: Any) -> Waiting:
    return Waiting(
        row.outbox_id, OutboxMessage(row.kind, row.call_id, row.key, row.payload), row.attempts
    )
