"""The kinds of notes about a call; all but the first four carry facts."""

from enum import StrEnum


class NoteKind(StrEnum):
    """The kind of a note; `facts` of a note are plain codes, dates and whole numbers."""

    NOTE = "note"
    QUICK_ACTION = "quick_action"
    FEEDBACK = "feedback"
    ESCALATION = "escalation"
    # due_on, amount_yen, channel
    PROMISE = "promise"
    # outcome
    OUTCOME = "outcome"
    # call_back_at
    CALL_BACK = "call_back"
    # about: the number of the note that is taken back, or of the escalation
    UNDO = "undo"
    ESCALATION_SEEN = "escalation_seen"
    ESCALATION_ANSWER = "escalation_answer"
    ESCALATION_WITHDRAWN = "escalation_withdrawn"
    # segment_id, begin, end, intent: the statement; meant: what was meant by it
    CORRECTION = "correction"
    # about: the correction
    CORRECTION_APPROVED = "correction_approved"
    CORRECTION_REJECTED = "correction_rejected"


# What a person wrote down, and a screen counts as notes.
WRITTEN = frozenset({NoteKind.NOTE, NoteKind.QUICK_ACTION})
# What changes the result of a call as a CRM keeps it.
CHANGE_RESULTS = frozenset({NoteKind.OUTCOME, NoteKind.PROMISE, NoteKind.UNDO})
# What becomes of an escalation.
OF_ESCALATIONS = frozenset(
    {NoteKind.ESCALATION_SEEN, NoteKind.ESCALATION_ANSWER, NoteKind.ESCALATION_WITHDRAWN}
)
# What becomes of a correction.
DECISIONS = frozenset({NoteKind.CORRECTION_APPROVED, NoteKind.CORRECTION_REJECTED})
# What can be taken back; an escalation is withdrawn.
UNDOABLE = frozenset(
    {
        NoteKind.NOTE,
        NoteKind.QUICK_ACTION,
        NoteKind.FEEDBACK,
        NoteKind.ESCALATION,
        NoteKind.PROMISE,
        NoteKind.OUTCOME,
        NoteKind.CALL_BACK,
        NoteKind.CORRECTION,
        NoteKind.CORRECTION_APPROVED,
        NoteKind.CORRECTION_REJECTED,
    }
)
