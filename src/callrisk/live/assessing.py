"""Assessments of live calls: lines that add up to the score, reasons in words, advice."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import numpy as np

from callrisk.domain.assessment import (
    Assessment,
    AssessmentState,
    Change,
    ChangeLine,
    Contribution,
    Quality,
    mood,
)
from callrisk.domain.call import CallTotals
from callrisk.domain.language.sentiment import overall_sentiment
from callrisk.domain.risk_category import RiskCategory
from callrisk.domain.score_lines import ScoreLines, changed_points, strongest
from callrisk.domain.segment import ParticipantRole
from callrisk.domain.wording import (
    CAP,
    CATEGORY,
    LISTENING,
    MODEL_CHANGED,
    OTHER,
    Text,
    contribution,
    recommendations,
)
from callrisk.live.live_call import LastScore, LiveCall
from callrisk.live.served_model import ServedModel

# A person takes in no more lines than this while talking.
_MOST_LINES = 6
_MOST_CHANGES = 3
_MOST_FACTORS = 3


@dataclass(frozen=True, slots=True)
class Assessed:
    """An assessment with all its lines, to which the next assessment is compared."""

    assessment: Assessment
    last_score: LastScore


def assess(calls: Sequence[LiveCall], served: ServedModel, now: datetime) -> list[Assessed]:
    """Return the assessment of each call; all are scored at once, one row of features a call."""
    x = served.matrix(
        [call.scored_totals for call in calls],
        [call.history for call in calls],
        [call.customer for call in calls],
        [call.stored.started_at for call in calls],
    )
    scores = served.model.assess_many(x)
    return [
        _assessed(call, served, now, x[row], scores.lines[row], _Spread(
            float(scores.probability[row]),
            (int(scores.interval[row, 0]), int(scores.interval[row, 1])),
        ))
        for row, call in enumerate(calls)
    ]  # fmt: skip


@dataclass(frozen=True, slots=True)
class _Spread:
    probability: float
    interval: tuple[int, int]


def _assessed(
    call: LiveCall, served: ServedModel, now: datetime,
    row: np.ndarray[tuple[int], np.dtype[np.float64]], lines: ScoreLines, spread: _Spread,
) -> Assessed:  # fmt: skip
    model, totals, segments = served.model, call.state.totals(), call.state.segments
    shown = strongest(lines.by_feature, _MOST_LINES)
    contributions = tuple(_contribution(served, row, lines, position) for position in shown)
    category = RiskCategory.of(lines.score, model.thresholds)
    listening = call.assessment_state is AssessmentState.LISTENING
    label = LISTENING if listening else CATEGORY[category]
    factors = [line for line in contributions if line.points > 0][:_MOST_FACTORS]
    assessment = Assessment(
        call_id=call.stored.call_id,
        customer_id=call.stored.customer_id,
        agent_id=call.stored.agent_id,
        timestamp=now,
        elapsed_s=round(totals.elapsed_ms / 1000, 1),
        state=call.assessment_state,
        risk_score=lines.score,
        risk_category=category,
        risk_label=label.ja,
        risk_label_en=label.en,
        probability=round(spread.probability, 4),
        base_rate=round(model.base_rate, 4),
        interval=spread.interval,
        start_points=lines.start,
        contributions=contributions,
        other_points=sum(lines.by_feature) - sum(line.points for line in contributions),
        cap_points=lines.cap,
        change=_change(call.last_score, served, lines),
        factors=tuple(line.reason for line in factors),
        factors_en=tuple(line.reason_en for line in factors),
        recommendations=recommendations(category, listening, contributions),
        sentiment={
            str(role).lower(): mood(totals, role, overall_sentiment(segments, role))
            for role in ParticipantRole
        },
        quality=_quality(call, totals),
        model_version=model.version,
        skill=model.skill,
        demo=model.demo or call.stored.demo,
    )
    return Assessed(assessment, LastScore(model.version, lines))


def _contribution(
    served: ServedModel,
    row: np.ndarray[tuple[int], np.dtype[np.float64]],
    lines: ScoreLines,
    position: int,
) -> Contribution:
    value = float(row[position])
    return contribution(
        served.features[position],
        lines.by_feature[position],
        None if np.isnan(value) else value,
        served.model.typical[position],
    )


def _change(last: LastScore | None, served: ServedModel, lines: ScoreLines) -> Change:
    if last is not None and last.model_version != served.model.version:
        # Lines of two models cannot be compared; what moved is the model.
        points = lines.score - last.lines.score
        return Change(points, (_line("model", MODEL_CHANGED, points),) if points else ())
    moved = changed_points(None if last is None else last.lines, lines)
    shown = strongest(moved.by_feature, _MOST_CHANGES)
    because = [
        ChangeLine(
            served.features[position].name,
            served.features[position].label,
            served.features[position].label_en,
            moved.by_feature[position],
        )
        for position in shown
    ]
    rest = sum(moved.by_feature) - sum(line.points for line in because)
    because += [_line("other", OTHER, rest)] if rest else []
    because += [_line("cap", CAP, moved.cap)] if moved.cap else []
    return Change(moved.score, tuple(because))


def _line(feature: str, label: Text, points: int) -> ChangeLine:
    return ChangeLine(feature, label.ja, label.en, points)


def _quality(call: LiveCall, totals: CallTotals) -> Quality:
    talk = totals.agent_talk_ms + totals.customer_talk_ms
    timed = totals.timed_turns > 0
    missing = [
        name
        for name, absent in (
            ("customer_record", call.customer is None),
            ("times", totals.timed_turns < totals.turns),
            ("sentiment", _unlabelled(totals) == totals.turns > 0),
        )
        if absent
    ]
    return Quality(
        turns=totals.turns,
        customer_turns=totals.customer_turns,
        customer_chars=totals.customer_chars,
        agent_talk_share=round(totals.agent_talk_ms / talk, 3) if talk else None,
        overlap_share=round(totals.overlap_ms / totals.elapsed_ms, 3)
        if totals.elapsed_ms
        else None,
        longest_silence_s=round(totals.longest_silence_ms / 1000, 1) if timed else None,
        outside_population=call.outside_population,
        missing=tuple(missing),
    )


def _unlabelled(totals: CallTotals) -> int:
    return sum(mood(totals, role).unlabelled for role in ParticipantRole)
