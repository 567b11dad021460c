"""The types of events and the sources of calls, by the names they bear in the database."""

from enum import StrEnum


class EventType(StrEnum):
    """The type of an event that is pushed; a fact in the past tense, or a part of a call."""

    CALL_STARTED = "call_started"
    TRANSCRIPT_SEGMENT = "transcript_segment"
    RISK_SCORE_UPDATE = "risk_score_update"
    CALL_ENDED = "call_ended"
    ALERT = "alert"
    ESCALATION = "escalation"
    NOTE_ADDED = "note_added"
    # An escalation was seen, answered or withdrawn.
    ESCALATION_CHANGED = "escalation_changed"
    # Advice without a model; with one it comes with the score.
    ADVICE_CHANGED = "advice_changed"
    CUSTOMER_CHANGED = "customer_changed"
    SUMMARY_CHANGED = "summary_changed"
    GAP_CHANGED = "gap_changed"
    CATEGORIES_MATCHED = "categories_matched"
    CONTACT_SUMMARY = "contact_summary"
    CONTACT_OVER = "contact_over"
    ANALYSIS_LOST = "analysis_lost"
    # Pushed, and not part of the log: the rows of calls, and what is about the server itself.
    WALLBOARD_CHANGED = "wallboard_changed"
    SOURCES_CHANGED = "sources_changed"


class Source(StrEnum):
    """The way by which the segments of a call arrive."""

    REST = "rest"
    CONNECT = "connect"
    DEMO = "demo"
