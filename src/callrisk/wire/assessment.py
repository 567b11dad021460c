"""The answer about one call, by REST and by socket alike."""

from collections.abc import Sequence
from datetime import datetime
from typing import Literal, Self

from pydantic import Field, RootModel

from callrisk.domain.assessment import Assessment as AssessedCall
from callrisk.domain.assessment import AssessmentState, Recommendation
from callrisk.domain.call_record import StoredCall
from callrisk.domain.evaluation import Skill
from callrisk.domain.risk_category import RiskCategory
from callrisk.domain.wording import CATEGORY, NO_MODEL, TRAIN_COMMAND
from callrisk.wire.base import Json, Logged, Moment, Wire, wire_time


class ContributionLine(Wire):
    """One line under a score: what a feature adds, its value and what is typical.

    `part` says whether it was known before the call or said in it.
    """

    feature: str
    group: str
    part: Literal["known", "said"] = "known"
    label: str
    label_en: str
    points: int
    value: float | None
    value_text: str
    value_text_en: str
    typical: float | None
    reason: str
    reason_en: str


class ChangeLine(Wire):
    """One line of why a score moved; `feature` may be "start", "other", "cap" or "model".

    A line of a statement names its turn and its words.
    """

    feature: str
    label: str
    label_en: str
    points: int
    segment_id: str | None = None
    phrase: str | None = None


class ScoreChange(Wire):
    """How the score moved since the assessment before; the lines add up to `points`."""

    points: int
    because: list[ChangeLine]


class StatementPoints(Wire):
    """A statement about paying that counts, with the points that it moved.

    `open` is true while a concern is unanswered; `begin` and `end` are places in the turn.
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


class RecommendedAction(Wire):
    """What the agent may do next, and words to say it with; priority 1 comes first.

    `because` is the turn that caused it, null where the situation did.
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


class SpeakerSentiment(Wire):
    """The turns of one speaker by sentiment; `score` runs from -5 to 5."""

    positive: int
    neutral: int
    negative: int
    unlabelled: int
    score: float | None


class SentimentBySpeaker(Wire):
    """The sentiment of both speakers."""

    agent: SpeakerSentiment
    customer: SpeakerSentiment


class AssessmentQuality(Wire):
    """The figures that an assessment rests on, and what is missing under it."""

    turns: int
    customer_turns: int
    customer_chars: int
    agent_talk_share: float | None
    overlap_share: float | None
    longest_silence_s: float | None
    outside_population: bool
    missing: list[str]


class AssessmentAnswer(Logged):
    """The answer about one call at one moment.

    `start_points + contributions.points + other_points + cap_points = risk_score`, always, and so
    do `start_points + before_points + said_points + cap_points`. `before_points` were known before
    the call, `said_points` are those of the statements. `points_to_double` is what the score rises
    by when the odds double; the lowest High score means `high_times` times the usual odds.
    """

    call_id: str
    customer_id: str | None
    agent_id: str
    timestamp: Moment
    elapsed_s: float
    state: AssessmentState
    risk_score: int = Field(ge=0, le=100)
    risk_category: RiskCategory
    risk_label: str
    risk_label_en: str
    probability: float
    base_rate: float
    interval: list[int] = Field(min_length=2, max_length=2)
    start_points: int
    # Assessments that an older version stored lack what has a default.
    before_points: int = 0
    said_points: int = 0
    contributions: list[ContributionLine]
    statements: list[StatementPoints] = Field(default_factory=list)
    other_points: int
    cap_points: int
    change: ScoreChange
    factors: list[str]
    factors_en: list[str]
    recommendations: list[RecommendedAction]
    sentiment: SentimentBySpeaker
    quality: AssessmentQuality
    model_version: str
    skill: Skill
    points_to_double: float = 20.0
    high_times: float = 2.0
    demo: bool

    @classmethod
    def of(cls, assessment: AssessedCall) -> Self:
        """Return an assessment, without its place in the log."""
        return cls.of_value(assessment, timestamp=wire_time(assessment.timestamp))


class AssessedMoment(Wire):
    """A moment at which a call was assessed; `seq` is its number in the log."""

    seq: int
    timestamp: Moment
    elapsed_s: float
    state: AssessmentState
    risk_score: int


class ScoreChanges(Wire):
    """Why a score moved between two moments; the lines add up to `points` exactly."""

    call_id: str
    earlier: AssessedMoment = Field(alias="from")
    later: AssessedMoment = Field(alias="to")
    points: int
    because: list[ChangeLine]


class NoModelAnswer(Wire):
    """The answer while there is no model: no score, and the command that trains one."""

    call_id: str
    customer_id: str | None
    agent_id: str
    timestamp: Moment
    state: Literal["no_model"]
    risk_score: None
    risk_category: None
    risk_label: str
    risk_label_en: str
    probability: None
    contributions: list[ContributionLine]
    recommendations: list[RecommendedAction]
    message: str
    message_en: str
    command: str
    demo: bool

    @classmethod
    def of(cls, call: StoredCall, now: datetime, advised: Sequence[Recommendation]) -> Self:
        """Return the answer about a call, with the advice that what was said gives."""
        return cls(
            call_id=call.call_id, customer_id=call.customer_id, agent_id=call.agent_id,
            timestamp=wire_time(now), state="no_model", risk_score=None, risk_category=None,
            risk_label=NO_MODEL.ja, risk_label_en=NO_MODEL.en, probability=None,
            contributions=[],
            recommendations=[RecommendedAction.of_value(one) for one in advised],
            message=NO_MODEL.ja, message_en=NO_MODEL.en,
            command=TRAIN_COMMAND, demo=call.demo,
        )  # fmt: skip


class AnyAssessment(RootModel[AssessmentAnswer | NoModelAnswer]):
    """The assessment of a call, or what is answered while there is no model."""

    def rendered(self) -> Json:
        """Return the assessment as plain JSON; one that was stored as it was stored."""
        plain: Json = self.model_dump(mode="json", exclude_unset=True, warnings=False)
        return plain


class Alert(Logged):
    """The first crossing of a call into high, with the strongest reason."""

    call_id: str
    customer_id: str | None
    agent_id: str
    risk_score: int
    risk_label: str
    risk_label_en: str
    reason: str | None
    reason_en: str | None

    @classmethod
    def of(cls, assessment: AssessedCall | AssessmentAnswer) -> Self:
        """Return the alert that an assessment sets off."""
        label = CATEGORY[assessment.risk_category]
        first = next((line for line in assessment.contributions if line.points > 0), None)
        return cls(
            call_id=assessment.call_id, customer_id=assessment.customer_id,
            agent_id=assessment.agent_id, risk_score=assessment.risk_score,
            risk_label=label.ja, risk_label_en=label.en,
            reason=None if first is None else first.reason,
            reason_en=None if first is None else first.reason_en,
        )  # fmt: skip
