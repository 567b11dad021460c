"""The meaning of an event of the log to the state of its call."""

from callrisk.domain.assessment import Recommendation
from callrisk.domain.call_end import EndReason
from callrisk.domain.call_record import LoggedEvent
from callrisk.domain.event_types import EventType
from callrisk.domain.work.note_kind import NoteKind
from callrisk.live.assessment.advising import take_feedback
from callrisk.live.call_cache import CallCache
from callrisk.live.live_call import LiveCall
from callrisk.live.served_playbook import ServedPlaybook

# Events of the server's own making are no sign that somebody still speaks.
_OWN_EVENTS = frozenset(
    {
        EventType.RISK_SCORE_UPDATE,
        EventType.ALERT,
        EventType.CALL_ENDED,
        EventType.SUMMARY_CHANGED,
        EventType.GAP_CHANGED,
        EventType.CUSTOMER_CHANGED,
        EventType.ADVICE_CHANGED,
        EventType.ESCALATION_CHANGED,
    }
)


def _is_sign_of_life(event: LoggedEvent, call: LiveCall) -> bool:
    """Return True if an event shows that the call still goes on.

    A turn that is told once more, because it is hidden or read anew, was heard before.
    """
    is_told_anew = event.turn is not None and call.state.has_heard(event.turn.turn)
    return event.type not in _OWN_EVENTS and not is_told_anew


def take_in(
    event: LoggedEvent, call: LiveCall, cache: CallCache, playbook: ServedPlaybook, now_s: float
) -> None:
    """Bring a call up to date with an event; `now_s` is of the monotonic clock."""
    if _is_sign_of_life(event, call):
        call.liveness.beat(now_s)
    if event.type == EventType.TRANSCRIPT_SEGMENT:
        stored = event.turn
        is_new = stored is not None and call.state.add(stored.turn, stored.statements)
        # A piece that comes after the end may be the last words of a turn.
        call.dirty = call.dirty or is_new or call.ended_at is not None
    elif event.type == EventType.CALL_STARTED:
        cache.reload(call)
    elif event.type == EventType.CUSTOMER_CHANGED:
        cache.rejoin(call)
    elif event.type == EventType.NOTE_ADDED:
        _take_note(event, call, cache, playbook)
    elif event.type == EventType.ADVICE_CHANGED:
        advised = event.payload["recommendations"]
        call.advised = tuple(Recommendation(**one) for one in advised)
    else:
        _learn_end(event, call, cache, now_s)


def _take_note(
    event: LoggedEvent, call: LiveCall, cache: CallCache, playbook: ServedPlaybook
) -> None:
    """Take in what the agent made of an advice, or that something was taken back."""
    kind = event.payload["kind"]
    if kind == NoteKind.FEEDBACK:
        take_feedback(call, event.payload["text"], playbook)
    elif kind == NoteKind.UNDO:
        cache.read_feedback(call)
    else:
        return
    call.dirty = call.dirty or call.ended_at is None


def _learn_end(event: LoggedEvent, call: LiveCall, cache: CallCache, now_s: float) -> None:
    """Take in what an event tells of the end of a call, if it tells anything."""
    if event.type == EventType.CALL_ENDED:
        call.ended_at = call.ended_at or event.at
        # Nobody can step in any more.
        call.alerted = True
        return
    if event.type not in (EventType.CONTACT_OVER, EventType.ANALYSIS_LOST):
        return
    cache.refresh(call)
    call.liveness.learn(call.stored.ends, now_s)
    if event.payload.get("reason") == EndReason.REQUESTED:
        call.liveness.request()
    # The end may be another than it seemed.
    call.dirty = call.dirty or call.ended_at is not None
