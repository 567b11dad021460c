"""The assessment of one call at one moment: score, category, and lines that add up to the score.

The 45-second listening rule (`LISTENING_MS`, `heard_enough`) and the risk categories High, Medium
and Low (`RiskCategory.of`) are defined here.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

import numpy as np
from numpy.typing import NDArray

from callrisk.domain.call import CallTotals
from callrisk.domain.segment import ParticipantRole


class RiskCategory(StrEnum):
    """The three risk categories; a higher score is riskier."""

    HIGH = "high"
    MEDIUM = "medium"
    LOW = "low"

    @classmethod
    def of(cls, score: int, thresholds: "Thresholds") -> "RiskCategory":
        """Return the category of a rounded score.

        A threshold itself belongs to the higher category.
        """
        if score >= thresholds.high_risk:
            return cls.HIGH
        return cls.MEDIUM if score >= thresholds.medium_risk else cls.LOW


@dataclass(frozen=True, slots=True)
class Thresholds:
    """The lowest scores that count as high and as medium risk."""

    high_risk: int
    medium_risk: int


class AssessmentState(StrEnum):
    """The stage of a call's assessment: listening (no verdict yet), live, or final."""

    LISTENING = "listening"
    LIVE = "live"
    FINAL = "final"


# Until both are reached nothing was heard that could carry a verdict.
LISTENING_MS = 45_000
LISTENING_TURNS = 10
LISTENING_CUSTOMER_CHARS = 60


def heard_enough(totals: CallTotals) -> bool:
    """Return True once the listening phase is over: enough time or turns, and customer characters.

    Time is `LISTENING_MS` where turns have times, and `LISTENING_TURNS` turns where they have none.
    """
    if totals.timed_turns:
        long_enough = totals.elapsed_ms >= LISTENING_MS
    else:
        long_enough = totals.turns >= LISTENING_TURNS
    return long_enough and totals.customer_chars >= LISTENING_CUSTOMER_CHARS


@dataclass(frozen=True, slots=True)
class ScoreLines:
    """The integer lines of one score, in points: start + sum(by_feature) + cap = score."""

    score: int
    start: int
    by_feature: tuple[int, ...]
    cap: int


def score_lines(
    start: NDArray[np.float64], points: NDArray[np.float64], ceiling: float = 100.0
) -> list[ScoreLines]:
    """Round real points, shape (rows, features), to integer lines whose sum is the rounded score.

    `start` has one entry a row, in points. The score is clipped to 0..`ceiling`; what clipping
    removes is a line of its own (`cap`). The start is rounded once, half up; the rest is rounded by
    the largest remainder method (Hamilton): every line is rounded down, then those with the largest
    remainders go up by one until the sum is right, so no line moves by a whole point.
    """
    raw = start + points.sum(axis=1)
    clipped = np.clip(raw, 0.0, ceiling)
    first, scores = _half_up(start), _half_up(clipped)
    lines = np.column_stack([points, clipped - raw])
    rounded = _integers(_largest_remainder(lines, scores - first))
    return [
        ScoreLines(score, begin, tuple(row[:-1]), row[-1])
        for score, begin, row in zip(_integers(scores), _integers(first), rounded, strict=True)
    ]


def _half_up(values: NDArray[np.float64]) -> NDArray[np.float64]:
    return np.floor(values + 0.5)


def _integers(values: NDArray[np.float64]) -> list[Any]:
    return list(values.astype(np.int64).tolist())


def _largest_remainder(
    lines: NDArray[np.float64], totals: NDArray[np.float64]
) -> NDArray[np.float64]:
    floors = np.floor(lines)
    remainders = lines - floors
    # An exact zero stays zero: a feature without a say, or no capping, must show no point.
    remainders[lines == 0.0] = -1.0
    upwards = totals - floors.sum(axis=1)
    rank = np.argsort(np.argsort(-remainders, axis=1, kind="stable"), axis=1, kind="stable")
    return np.asarray(floors + (rank < upwards[:, None]))


@dataclass(frozen=True, slots=True)
class Contribution:
    """One line under the score: the points of a feature, its value, the typical one, a sentence."""

    feature: str
    group: str
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
    """One line of a change of score; `feature` may also be "other" or "cap"."""

    feature: str
    label: str
    label_en: str
    points: int


@dataclass(frozen=True, slots=True)
class Change:
    """The change of a score since the assessment before; the lines add up to `points`."""

    points: int
    because: tuple[ChangeLine, ...]


def changed_points(before: ScoreLines | None, after: ScoreLines) -> ScoreLines:
    """Return the difference of two assessments of one model, line by line.

    Zeros if none came before.
    """
    if before is None:
        return ScoreLines(0, 0, (0,) * len(after.by_feature), 0)
    return ScoreLines(
        after.score - before.score,
        after.start - before.start,
        tuple(b - a for a, b in zip(before.by_feature, after.by_feature, strict=True)),
        after.cap - before.cap,
    )


def strongest(lines: Sequence[int], most: int) -> list[int]:
    """Return the positions of the `most` largest lines by absolute value; zeros are left out."""
    order = sorted(range(len(lines)), key=lambda position: (-abs(lines[position]), position))
    return [position for position in order[:most] if lines[position] != 0]


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
    """A next step for the agent, with a suggested sentence; priority 1 comes first."""

    action: str
    text: str
    text_en: str
    script: str
    script_en: str
    priority: int


@dataclass(frozen=True, slots=True)
class Assessment:
    """The assessment as published.

    `start_points + sum(contributions) + other_points + cap_points = risk_score`.
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
    contributions: tuple[Contribution, ...]
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
    demo: bool
