"""Outcomes and escalations as they are answered."""

from typing import Self

from callrisk.domain.call_record import StoredCall, StoredNote
from callrisk.domain.work.call_work import EscalationState
from callrisk.wire.base import Moment, Wire, wire_time, wire_time_or_none
from callrisk.wire.call import NoteAnswer


class OutcomeAnswer(Wire):
    """The outcomes that a call can have, in both languages."""

    code: str
    ja: str
    en: str


class OutcomesAnswer(Wire):
    """The outcomes of this company, in the order in which they are offered."""

    outcomes: list[OutcomeAnswer]


class WaitingEscalation(Wire):
    """An escalation with its call: the reason, who saw it first, and the answers to it."""

    call_id: str
    customer_id: str | None
    agent_id: str
    demo: bool
    started_at: Moment
    ended_at: Moment | None
    note_id: int
    text: str
    at: Moment
    open: bool
    seen_by: str | None
    seen_at: Moment | None
    answers: list[NoteAnswer]
    withdrawn_at: Moment | None

    @classmethod
    def of(cls, call: StoredCall, state: EscalationState) -> Self:
        """Return an escalation of a call."""
        note, seen, withdrawn = state.note, state.seen, state.withdrawn
        return cls.of_value(
            note, call_id=call.call_id, customer_id=call.customer_id, demo=call.demo,
            started_at=wire_time(call.started_at), ended_at=wire_time_or_none(call.ended_at),
            at=wire_time(note.at), open=state.is_open,
            seen_by=None if seen is None else seen.agent_id, seen_at=_moment_of(seen),
            answers=[NoteAnswer.of(one) for one in state.answers],
            withdrawn_at=_moment_of(withdrawn),
        )  # fmt: skip


class EscalationsAnswer(Wire):
    """Escalations of calls in reach."""

    escalations: list[WaitingEscalation]


def _moment_of(note: StoredNote | None) -> str | None:
    return None if note is None else wire_time(note.at)
