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


# What a person wrote down, and a screen counts as notes.
WRITTEN = frozenset({NoteKind.NOTE, NoteKind.QUICK_ACTION})
# What becomes of an escalation.
OF_ESCALATIONS = frozenset(
    {NoteKind.ESCALATION_SEEN, NoteKind.ESCALATION_ANSWER, NoteKind.ESCALATION_WITHDRAWN}
)
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
    }
)
