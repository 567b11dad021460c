"""The assessment of one call at one moment: state, score, category, reasons and next steps."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from callrisk.domain.call import CallTotals
from callrisk.domain.risk_category import RiskCategory
from callrisk.domain.segment import ParticipantRole


class AssessmentState(StrEnum):
    """The stage of a call's assessment: listening (no verdict yet), live, or final."""

    LISTENING = "listening"
    LIVE = "live"
    FINAL = "final"


@dataclass(frozen=True, slots=True)
class Contribution:
    """One line under the score: the points of a feature, its value, the typical one, a sentence.

    `part` says whether it was "known" before the call or "said" in it.
    """

    feature: str
    group: str
    part: str
    label: str
    label_en: str
    points: int
    value: float | None
    value_text: str
    value_text_en: str
    typical: float | None
    reason: str
    reason_en: str


@dataclass(frozen=True, slots=True)
class ChangeLine:
    """One line of a change of score; `feature` may also be "start", "other", "cap" or "model".

    A line of a statement names it: `phrase` in the turn `segment_id`.
    """

    feature: str
    label: str
    label_en: str
    points: int
    segment_id: str | None = None
    phrase: str | None = None


@dataclass(frozen=True, slots=True)
class Change:
    """The change of a score since the assessment before; the lines add up to `points`."""

    points: int
    because: tuple[ChangeLine, ...]


@dataclass(frozen=True, slots=True)
class AssessedStatement:
    """A statement of the call with the points that it moved; `open` while a concern is unanswered.

    `begin` and `end` are places in the text of the turn `segment_id`.
    """

    intent: str
    label: str
    label_en: str
    phrase: str
    segment_id: str
    begin: int
    end: int
    mood: str
    open: bool
    points: int


@dataclass(frozen=True, slots=True)
class MoodShare:
    """Turn counts of one speaker by sentiment.

    `score` runs from -5 to 5, None without labelled turns.
    """

    positive: int
    neutral: int
    negative: int
    unlabelled: int
    score: float | None


def mood(totals: CallTotals, role: ParticipantRole, score: float | None = None) -> MoodShare:
    """Return the sentiment counts of a speaker so far, with the given overall sentiment score."""
    speaker = role.lower()
    positive, neutral, negative = (
        getattr(totals, f"{speaker}_{kind}") for kind in ("positive", "neutral", "negative")
    )
    labelled = positive + neutral + negative
    return MoodShare(
        positive, neutral, negative, getattr(totals, f"{speaker}_turns") - labelled, score
    )


@dataclass(frozen=True, slots=True)
class Quality:
    """The amount of conversation under an assessment, and the inputs that are missing."""

    turns: int
    customer_turns: int
    customer_chars: int
    agent_talk_share: float | None
    overlap_share: float | None
    longest_silence_s: float | None
    outside_population: bool
    missing: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Recommendation:
    """A next step for the agent, with a suggested sentence; priority 1 comes first.

    `action` is the id of the play. `because` is the id of the turn that causes it, None if no turn
    does.
    """

    action: str
    text: str
    text_en: str
    script: str
    script_en: str
    priority: int
    why: str = ""
    why_en: str = ""
    because: str | None = None


@dataclass(frozen=True, slots=True)
class Assessment:
    """The assessment as published.

    `start_points + sum(contributions) + other_points + cap_points = risk_score`, and so do
    `start_points + before_points + said_points + cap_points`. `high_times` says how many times the
    usual odds the lowest High score means.
    """

    call_id: str
    customer_id: str | None
    agent_id: str
    timestamp: datetime
    elapsed_s: float
    state: AssessmentState
    risk_score: int
    risk_category: RiskCategory
    risk_label: str
    risk_label_en: str
    probability: float
    base_rate: float
    interval: tuple[int, int]
    start_points: int
    before_points: int
    said_points: int
    contributions: tuple[Contribution, ...]
    statements: tuple[AssessedStatement, ...]
    other_points: int
    cap_points: int
    change: Change
    factors: tuple[str, ...]
    factors_en: tuple[str, ...]
    recommendations: tuple[Recommendation, ...]
    sentiment: dict[str, MoodShare]
    quality: Quality
    model_version: str
    skill: str
    points_to_double: float
    high_times: float
    demo: bool
