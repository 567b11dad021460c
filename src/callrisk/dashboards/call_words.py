"""Wording about a call that both apps share: agent, reason of its end, written summary."""

from callrisk.dashboards.texts import language, say
from callrisk.domain.language import Intent
from callrisk.domain.language.concerns import packaged_concerns
from callrisk.wire.call import CallAnswer

_END_REASONS = frozenset({"completed", "analysis_failed", "disconnected", "idle", "requested"})
# Amazon may name more.
_FAILURES = frozenset(
    {"QUOTA_EXCEEDED", "INSUFFICIENT_CONVERSATION_CONTENT", "FAILED_SAFETY_GUIDELINES",
     "INVALID_ANALYSIS_CONFIGURATION", "INTERNAL_ERROR"}
)  # fmt: skip


def agent_name(call: CallAnswer) -> str:
    """Return the agent's id, or wording for an unknown agent or an unanswered call."""
    if call.agent_id:
        return call.agent_id
    if call.status == "active":
        return say("live.no_agent")
    return say("live.unknown_agent" if call.turns else "live.unanswered")


def intent_label(intent: str) -> str:
    """Return the wording of a kind of statement; one of another version is told by its name."""
    if intent not in frozenset(Intent):
        return intent
    row = packaged_concerns()[Intent(intent)]
    return row.label_en if language() == "en" else row.label


def end_reason(call: CallAnswer) -> str | None:
    """Return the reason why a call ended, or None while it lasts and where none is stored."""
    summary = call.summary
    reason = None if summary is None else summary.end_reason
    return say(f"end_reason.{reason}") if reason in _END_REASONS else None


def written_summary(call: CallAnswer) -> str | None:
    """Return the telephony's summary or the reason why there is none, None without either."""
    written = call.contact_summary
    if written is None:
        return None
    if written.text:
        return written.text
    failure = written.failure if written.failure in _FAILURES else "OTHER"
    return say(f"summary_failure.{failure}")
