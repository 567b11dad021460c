"""Assessments of live calls: accounts that add up to the score, figures, advice."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import numpy as np

from callrisk.domain.assessment import AssessmentState, Quality, Recommendation, mood
from callrisk.domain.call import CallTotals
from callrisk.domain.language.sentiment import overall_sentiment
from callrisk.domain.risk_category import RiskCategory
from callrisk.domain.score.account import Account, SaidPoints, ToldAccount
from callrisk.domain.score.kept_assessment import AssessmentSetup, KeptAssessment
from callrisk.domain.score.score_changes import Phrases, strongest_changes
from callrisk.domain.segment import ParticipantRole
from callrisk.live.assessment.advising import advice
from callrisk.live.live_call import LiveCall
from callrisk.live.served_model import ServedModel
from callrisk.live.served_playbook import ServedPlaybook

FeatureRow = np.ndarray[tuple[int], np.dtype[np.float64]]


@dataclass(frozen=True, slots=True)
class Assessed:
    """What is kept of an assessment, and what it is shown with."""

    kept: KeptAssessment
    setup: AssessmentSetup
    phrases: Phrases


def assess(
    calls: Sequence[LiveCall], served: ServedModel, playbook: ServedPlaybook, now: datetime
) -> list[Assessed]:
    """Return the assessment of each call; all are scored at once, one row of features a call."""
    x = served.matrix(
        [call.state.totals() for call in calls],
        [call.history for call in calls],
        [call.customer for call in calls],
        [call.stored.started_at for call in calls],
    )
    scores = served.model.assess_many(x)
    accounts = served.model.accounts(scores, served.paths([call.state.said for call in calls]))
    return [
        _assessed(
            call, served, now, x[row], accounts[row],
            _Beside(
                float(scores.probability[row]),
                (int(scores.interval[row, 0]), int(scores.interval[row, 1])),
                advice(call, playbook, _verdict(call, accounts[row], served)),
            ),
        )
        for row, call in enumerate(calls)
    ]  # fmt: skip


def _verdict(call: LiveCall, account: Account, served: ServedModel) -> RiskCategory | None:
    if call.assessment_state is AssessmentState.LISTENING:
        return None
    return RiskCategory.of(account.score, served.model.thresholds)


@dataclass(frozen=True, slots=True)
class _Beside:
    """The figures and the advice beside the account of a score."""

    probability: float
    interval: tuple[int, int]
    recommendations: tuple[Recommendation, ...]


def _assessed(
    call: LiveCall, served: ServedModel, now: datetime, row: FeatureRow, account: Account,
    beside: _Beside,
) -> Assessed:  # fmt: skip
    totals, turns = call.state.totals(), call.state.counted
    told, said = _told(call, served, account), call.state.said.statements
    kept = KeptAssessment(
        at=now,
        elapsed_s=round(totals.elapsed_ms / 1000, 1),
        state=call.assessment_state,
        category=RiskCategory.of(account.score, served.model.thresholds),
        probability=round(beside.probability, 4),
        interval=beside.interval,
        told=told,
        values=_values(served, told, row),
        has_record=not _is_unknown(served, row),
        moods=tuple((str(one.statement.mood), one.is_open) for one in said),
        change=strongest_changes(call.told, told),
        recommendations=beside.recommendations,
        sentiment={
            str(role).lower(): mood(totals, role, overall_sentiment(turns, role))
            for role in ParticipantRole
        },
        quality=_quality(call, totals),
    )
    return Assessed(kept, served.setup_for(call.state.concerns), _phrases(call, told))


def _told(call: LiveCall, served: ServedModel, account: Account) -> ToldAccount:
    names = served.model.features
    known = tuple((names[n], points) for n, points in enumerate(account.known) if points)
    said = tuple(
        SaidPoints(one.segment_id, one.statement.begin, one.statement.end, str(one.intent), points)
        for one, points in zip(call.state.said.statements, account.said, strict=True)
    )
    version = served.model.version
    return ToldAccount(version, account.score, account.start, known, said, account.cap)


def _phrases(call: LiveCall, told: ToldAccount) -> Phrases:
    texts = {one.segment_id: call.state.text_of(one.segment_id) for one in told.said}
    return {one.key: texts[one.segment_id][one.begin : one.end] for one in told.said}


def _values(
    served: ServedModel, told: ToldAccount, row: FeatureRow
) -> tuple[tuple[str, float | None], ...]:
    """Return the values that the known lines are told with: those with points, and choices."""
    points = dict(told.known)
    fields = {name.partition("=")[0] for name in points}
    values = []
    for feature, value in zip(served.features, row.tolist(), strict=True):
        field, is_choice, _ = feature.name.partition("=")
        chosen = is_choice and field in fields and value > 0
        if feature.name in points or chosen:
            values.append((feature.name, None if np.isnan(value) else value))
    return tuple(values)


def _is_unknown(served: ServedModel, row: FeatureRow) -> bool:
    """Return True if nothing was known before the call."""
    positions = [n for n, feature in enumerate(served.features) if not feature.is_said]
    return not positions or bool(np.isnan(row[positions]).all())


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
