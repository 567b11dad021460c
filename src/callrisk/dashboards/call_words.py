"""A call in words, the same on both apps: who spoke, why it ended, and what was written of it."""

from callrisk.dashboards.texts import say
from callrisk.wire.call import CallAnswer

_END_REASONS = frozenset({"completed", "analysis_failed", "disconnected", "idle", "requested"})
# Amazon may name more.
_FAILURES = frozenset(
    {"QUOTA_EXCEEDED", "INSUFFICIENT_CONVERSATION_CONTENT", "FAILED_SAFETY_GUIDELINES",
     "INVALID_ANALYSIS_CONFIGURATION", "INTERNAL_ERROR"}
)  # fmt: skip


def agent_name(call: CallAnswer) -> str:
    """Who speaks with the customer; where words were heard somebody answered."""
    if call.agent_id:
        return call.agent_id
    if call.status == "active":
        return say("live.no_agent")
    return say("live.unknown_agent" if call.turns else "live.unanswered")


def end_reason(call: CallAnswer) -> str | None:
    """Why an ended call ended; None while it goes on, and where nobody noted it."""
    summary = call.summary
    reason = None if summary is None else summary.end_reason
    return say(f"end_reason.{reason}") if reason in _END_REASONS else None


def written_summary(call: CallAnswer) -> str | None:
    """What the telephony wrote of a call, or why it did not; None where it said neither."""
    written = call.contact_summary
    if written is None:
        return None
    if written.text:
        return written.text
    failure = written.failure if written.failure in _FAILURES else "OTHER"
    return say(f"summary_failure.{failure}")
