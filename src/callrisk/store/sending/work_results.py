"""The result of a call with the work on it: outcome and promise as they stand when it is stored.

A message to the CRM carries both from the moment on that it is stored, also when a turn that came
late makes another one. Work that is done after the call makes the newest message again. Whoever
stores a message and whoever stores a note hold the row of the call, so that one sees the other.
"""

from dataclasses import replace

from sqlalchemy import Connection, select

from callrisk.domain.call_record import Payload, StoredNote
from callrisk.domain.work.call_work import call_work
from callrisk.domain.work.note_kind import CHANGE_RESULTS
from callrisk.store import tables
from callrisk.store.sending.outbox import RESULT_MESSAGE, OutboxMessage, enqueue, waiting_from
from callrisk.store.working.note_writing import notes_by_call

_O, _C = tables.outbox.c, tables.calls.c


def with_work(connection: Connection, message: OutboxMessage) -> OutboxMessage:
    """Return the result of a call with its outcome and promise; other messages as they are."""
    if message.kind != RESULT_MESSAGE:
        return message
    return replace(message, payload=message.payload | _work(connection, message.call_id))


def enqueue_work(connection: Connection, call_id: str, note: StoredNote) -> None:
    """Store the newest result of a call once more, if a note has the work on it say another thing.

    A call without a result has none to change: it is not over, it was not scored, or no CRM takes
    results.
    """
    if note.kind not in CHANGE_RESULTS:
        return
    work = _work(connection, call_id)
    columns = (_O.outbox_id, _O.kind, _O.call_id, _O.key, _O.payload, _O.sealed, _O.attempts)
    of_call = select(*columns).where(_O.call_id == call_id, _O.kind == RESULT_MESSAGE)
    rows = connection.execute(of_call.order_by(_O.outbox_id.desc()).limit(1)).all()
    for waiting in waiting_from(connection, rows)[0]:
        last = waiting.message.payload
        if any(last.get(name) != value for name, value in work.items()):
            key = f"{RESULT_MESSAGE}:{call_id}:note:{note.note_id}"
            enqueue(connection, OutboxMessage(RESULT_MESSAGE, call_id, key, last | work), note.at)


def _work(connection: Connection, call_id: str) -> Payload:
    """Return outcome and promise of a call, None where none holds, and hold the row of the call."""
    held = select(_C.call_id).where(_C.call_id == call_id).with_for_update()
    connection.execute(held)
    work = call_work(notes_by_call(connection, [call_id]).get(call_id, ()))
    promise = work.promise
    return {
        "outcome": work.outcome,
        "promise_date": None if promise is None else promise.due_on.isoformat(),
        "promise_amount": None if promise is None else promise.amount_yen,
    }
