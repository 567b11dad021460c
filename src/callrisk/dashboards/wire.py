"""What the live server sends, as far as the apps read it."""

from typing import Any, Literal, NotRequired, TypedDict


class Contribution(TypedDict):
    """One line under a score."""

    label: str
    label_en: str
    points: int
    value_text: str
    value_text_en: str


class Change(TypedDict):
    """How a score moved since the assessment before."""

    points: int
    because: list[dict[str, Any]]


class Recommendation(TypedDict):
    """What the agent may do next, and words to say it with."""

    action: str
    text: str
    text_en: str
    script: str
    script_en: str
    priority: int


class Assessment(TypedDict):
    """The answer about one call; without a model there is no score and most of it is missing."""

    state: Literal["listening", "live", "final", "no_model"]
    timestamp: str
    risk_score: int | None
    risk_category: Literal["high", "medium", "low"] | None
    risk_label: str
    risk_label_en: str
    probability: float | None
    contributions: list[Contribution]
    recommendations: list[Recommendation]
    demo: bool
    base_rate: NotRequired[float]
    interval: NotRequired[list[int]]
    start_points: NotRequired[int]
    other_points: NotRequired[int]
    cap_points: NotRequired[int]
    change: NotRequired[Change]
    quality: NotRequired[dict[str, Any]]
    skill: NotRequired[Literal["demonstrated", "unproven"]]
    model_version: NotRequired[str]
    command: NotRequired[str]


class CustomerFact(TypedDict):
    """One field of the customer record."""

    label: str
    label_en: str
    text: str
    text_en: str


class CustomerCard(TypedDict):
    """What an agent sees of a customer."""

    customer_id: str
    name: str | None
    phone: str | None
    fields: list[CustomerFact]
    earlier_calls: int
    last_call_at: str | None


class Summary(TypedDict):
    """What remains of a call."""

    call_id: str
    duration: float
    turns: int
    risk_scores: list[int | None]
    final_risk_score: int | None
    final_risk_category: Literal["high", "medium", "low"] | None
    final_risk_label: str | None
    final_risk_label_en: str | None
    highest_risk_score: int | None
    notes: int
    escalated: bool
    end_reason: NotRequired[str | None]


class ContactSummary(TypedDict):
    """What the telephony wrote of a call after its end, or why it wrote nothing."""

    text: str | None
    failure: str | None


class Candidate(TypedDict):
    """One of several records that could be the customer's."""

    customer_id: str
    name: str | None
    record_id: str


class CustomerSearch(TypedDict):
    """How it stands with the customer of a call."""

    state: Literal["nobody", "searching", "found", "not_found", "several", "unreachable"]
    since: str | None
    candidates: list[Candidate]
    crm: str | None
    crm_en: str | None


class Call(TypedDict):
    """One call in a list."""

    call_id: str
    customer_id: str | None
    agent_id: str
    status: Literal["active", "ended"]
    source: str
    demo: bool
    started_at: str
    ended_at: str | None
    duration_s: float
    turns: int
    customer_data: CustomerCard | None
    customer_search: CustomerSearch
    assessment: Assessment | None
    notes_count: int
    escalated: bool
    alerted: bool
    summary: Summary | None
    contact_summary: ContactSummary | None
    has_gap: bool


class Turn(TypedDict):
    """One piece of the transcript; a provisional one is still being heard."""

    segment_id: str
    role: Literal["AGENT", "CUSTOMER"]
    text: str
    begin_ms: int | None
    provisional: bool
    sentiment_estimate: NotRequired[Literal["POSITIVE", "NEGATIVE"] | None]


class Note(TypedDict):
    """Something that was noted about a call."""

    kind: Literal["note", "quick_action", "escalation", "feedback"]
    agent_id: str
    text: str
    at: str


class CallDetail(Call):
    """One call with all that was heard, answered and noted."""

    segments: list[Turn]
    assessments: list[dict[str, Any]]
    notes: list[Note]


class Check(TypedDict):
    """How one part of the server is; `message` is there when people must know of it."""

    ok: bool
    detail: str
    message: NotRequired[str]
    message_en: NotRequired[str]
    # Of the CRM alone: its name, the requests to its busiest app today (None where nobody counts
    # them), and the results that wait to be written.
    name: NotRequired[str]
    name_en: NotRequired[str]
    requests_today: NotRequired[int | None]
    requests_a_day: NotRequired[int | None]
    results_waiting: NotRequired[int]


class Health(TypedDict):
    """How the server is."""

    status: Literal["ok", "degraded"]
    active_calls: int
    active_agents: int
    model_version: str | None
    skill: Literal["demonstrated", "unproven"] | None
    demo: bool
    environment: str
    checks: dict[str, Check]
    crm: str | None
