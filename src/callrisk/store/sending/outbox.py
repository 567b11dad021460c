"""The outbox: messages stored in the transaction of their cause, sent later at least once.

They are sent by `crm.result_sender` (results to the CRM) and `ingest.risk_attribute_sender` (the
risk category to the telephony).
"""

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Engine, Select, func, select, update

from callrisk.domain.call_record import Payload
from callrisk.store import tables
from callrisk.store.ciphers.data_keys import KeyLostError
from callrisk.store.ciphers.word_cipher import WordCipher, cipher_of
from callrisk.store.stored_calls import MESSAGE, cipher_for
from callrisk.store.transaction import insert_into, writing

logger = logging.getLogger(__name__)

# The kind of message that carries a risk category to the telephony.
RISK_MESSAGE = "risk_category"
# The kind that carries what came of a call to the CRM.
RESULT_MESSAGE = "call_result"
# No message waits longer for its next attempt, whatever the other side asks for: a clock that was
# set back is told by a longer wait.
_LONGEST_WAIT = timedelta(minutes=15)
# The fields of messages that are asked for by their value; no words of anybody.
_ASKED_FOR = ("contact_id",)


@dataclass(frozen=True, slots=True)
class OutboxMessage:
    """A message to send; two with the same key are one."""

    kind: str
    call_id: str
    key: str
    payload: Payload


@dataclass(frozen=True, slots=True)
class Waiting:
    """A message that was not sent yet."""

    outbox_id: int
    message: OutboxMessage
    attempts: int


def enqueue(connection: Connection, message: OutboxMessage, at: datetime) -> None:
    """Store a message in the transaction of its cause."""
    sealed = sealed_message(cipher_of(connection), message.call_id, message.key, message.payload)
    if sealed["sealed"] is None:
        # Everything of the call was erased.
        return
    values = sealed | {
        "kind": message.kind, "call_id": message.call_id, "key": message.key, "at": at,
        "due_at": at, "attempts": 0,
    }  # fmt: skip
    statement = insert_into(connection, tables.outbox).values(values)
    connection.execute(statement.on_conflict_do_nothing())


def sealed_message(cipher: WordCipher, call_id: str, key: str, payload: Payload) -> Payload:
    """Return the columns that hold what a message says."""
    known = {name: payload[name] for name in _ASKED_FOR if name in payload}
    rest = {name: value for name, value in payload.items() if name not in known}
    return {"payload": known, "sealed": cipher.seal_json(MESSAGE, call_id, key, rest)}


class Outbox:
    """Reads the messages that are due and records what became of each."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    @property
    def engine(self) -> Engine:
        """Return the database."""
        return self._engine

    def due(self, kind: str, now: datetime, limit: int = 50) -> list[Waiting]:
        """Return the newest message of each call that is due; older ones need no sending."""
        with self._engine.connect() as connection:
            rows = connection.execute(due_messages(kind, now).limit(limit)).all()
            waiting, unreadable = waiting_from(connection, rows)
        if unreadable.destroyed or unreadable.lost:
            with writing(self._engine) as connection:
                put_aside(connection, unreadable, now)
        return waiting

    def sent(self, waiting: Waiting, at: datetime) -> None:
        """Record that a message arrived; older ones about the same call are done with it."""
        self._mark(waiting, {"done_at": at, "problem": None})

    def refused(self, waiting: Waiting, problem: str, at: datetime) -> None:
        """Record that a message was refused for good."""
        self._mark(waiting, {"done_at": at, "problem": problem})

    def failed(self, waiting: Waiting, problem: str, at: datetime, wait_s: float) -> None:
        """Note that a message did not arrive; it is due again after so many seconds."""
        due_at = at + timedelta(seconds=min(wait_s, _LONGEST_WAIT.total_seconds()))
        values = {
            "attempts": waiting.attempts + 1, "due_at": due_at, "problem": problem,
            "claimed_by": None, "claimed_until": None,
        }  # fmt: skip
        with writing(self._engine) as connection:
            this = tables.outbox.c.outbox_id == waiting.outbox_id
            connection.execute(update(tables.outbox).where(this).values(values))

    def is_overtaken(self, waiting: Waiting, field: str) -> bool:
        """Return True if a newer message, waiting or sent, has the same value in `field`.

        Calls that were transferred write to one place, and an older verdict must not come last.
        """
        o = tables.outbox.c
        newer = (o.kind == waiting.message.kind) & (o.outbox_id > waiting.outbox_id)
        same = o.payload[field].as_string() == waiting.message.payload[field]
        refused = o.done_at.is_not(None) & o.problem.is_not(None)
        with self._engine.connect() as connection:
            statement = select(o.outbox_id).where(newer, same, ~refused).limit(1)
            return connection.execute(statement).first() is not None

    def pending(self, kind: str | None = None) -> tuple[int, str | None]:
        """Return how many messages (of a kind) wait, and the problem of the oldest that failed."""
        o = tables.outbox.c
        waiting = select(o.problem).where(o.done_at.is_(None)).order_by(o.outbox_id)
        if kind is not None:
            waiting = waiting.where(o.kind == kind)
        with self._engine.connect() as connection:
            problems = list(connection.execute(waiting).scalars())
        return len(problems), next(filter(None, problems), None)

    def _mark(self, waiting: Waiting, values: dict[str, Any]) -> None:
        o = tables.outbox.c
        message = waiting.message
        same_call = (o.kind == message.kind) & (o.call_id == message.call_id)
        about = same_call & o.done_at.is_(None)
        with writing(self._engine) as connection:
            upto = about & (o.outbox_id <= waiting.outbox_id)
            free = {"claimed_by": None, "claimed_until": None}
            connection.execute(update(tables.outbox).where(upto).values(values | free))


def due_messages(kind: str, now: datetime) -> Select[Any]:
    """Return the query for the newest message of each call that is due, in their order.

    One that was never tried is due whatever the clock says, and a time that lies further ahead than
    any wait is that of a clock that was set back since.
    """
    o = tables.outbox.c
    newest = (
        select(func.max(o.outbox_id))
        .where(o.kind == kind, o.done_at.is_(None))
        .group_by(o.call_id)
        .scalar_subquery()
    )
    columns = (o.outbox_id, o.kind, o.call_id, o.key, o.payload, o.sealed, o.attempts)
    is_due = (o.attempts == 0) | (o.due_at <= now) | (o.due_at > now + _LONGEST_WAIT)
    return select(*columns).where(o.outbox_id.in_(newest), is_due).order_by(o.outbox_id)


@dataclass(frozen=True, slots=True)
class Unreadable:
    """Messages, by id, whose call has no key: destroyed with its words, or not in the key store."""

    destroyed: list[int]
    lost: list[int]


def waiting_from(connection: Connection, rows: Sequence[Any]) -> tuple[list[Waiting], Unreadable]:
    """Return the messages of rows of `due_messages`, and what of them nobody can read."""
    waiting, unreadable = [], Unreadable([], [])
    try:
        cipher_for(connection, rows)  # the keys of all in one query
    except KeyLostError:
        logger.warning("the data key of a message that waits is not in the key store")
    for row in rows:
        try:
            payload = _opened(connection, row)
        except KeyLostError:
            unreadable.lost.append(row.outbox_id)
            continue
        if payload is None:
            unreadable.destroyed.append(row.outbox_id)
            continue
        message = OutboxMessage(row.kind, row.call_id, row.key, payload)
        waiting.append(Waiting(row.outbox_id, message, row.attempts))
    return waiting, unreadable


def _opened(connection: Connection, row: Any) -> Payload | None:
    """Return what a message says; None if its key was destroyed."""
    cipher = cipher_for(connection, [row])
    if cipher is None or row.sealed is None:
        return dict(row.payload)
    rest = cipher.open_json(MESSAGE, row.call_id, row.key, row.sealed)
    return None if rest is None else dict(row.payload) | rest


def put_aside(connection: Connection, unreadable: Unreadable, at: datetime) -> None:
    """Have messages that nobody can read hold up no other; one whose key may come back waits."""
    o = tables.outbox.c
    destroyed = {"done_at": at, "problem": "its words were erased, or their key is gone for good"}
    lost = {
        "attempts": o.attempts + 1, "due_at": at + _LONGEST_WAIT,
        "problem": "the data key of the call is not in the key store",
    }  # fmt: skip
    for ids, values in ((unreadable.destroyed, destroyed), (unreadable.lost, lost)):
        if ids:
            these = o.outbox_id.in_(ids)
            connection.execute(update(tables.outbox).where(these).values(values))
