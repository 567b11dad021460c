"""The result of a scored call, as it is written to a CRM."""

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class CallResult:
    """The last score of a call with its reasons; `scored_at` in ISO 8601."""

    call_id: str
    customer_id: str | None
    agent_id: str
    risk_score: int
    risk_category: str
    risk_label: str
    top_reasons: Sequence[str]
    model_version: str
    skill: str
    scored_at: str
