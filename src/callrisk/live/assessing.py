"""Assessments of live calls: lines that add up to the score, reasons in words, advice."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import numpy as np

from callrisk.domain.assessment import (
    AssessedStatement,
    Assessment,
    AssessmentState,
    Contribution,
    Quality,
    Recommendation,
    mood,
)
from callrisk.domain.call import CallTotals
from callrisk.domain.language.said import SaidStatement
from callrisk.domain.language.sentiment import overall_sentiment
from callrisk.domain.risk_category import RiskCategory
from callrisk.domain.score.account import Account, SaidPoints, ToldAccount
from callrisk.domain.segment import ParticipantRole
from callrisk.domain.wording import (
    CATEGORY,
    LISTENING,
    Text,
    field_lines,
    no_record_line,
    not_heard_line,
    said_line,
)
from callrisk.live.advising import advice
from callrisk.live.live_call import LiveCall
from callrisk.live.score_changes import Naming, change_of
from callrisk.live.served_model import ServedModel
from callrisk.live.served_playbook import ServedPlaybook

# A person takes in no more lines of each part than these while talking.
_MOST_KNOWN, _MOST_SAID = 4, 5
_MOST_FACTORS = 3

FeatureRow = np.ndarray[tuple[int], np.dtype[np.float64]]


@dataclass(frozen=True, slots=True)
class Assessed:
    """An assessment with its whole account, to which later ones are compared."""

    assessment: Assessment
    told: ToldAccount


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
    model, totals, turns = served.model, call.state.totals(), call.state.counted
    statements = _statements(call, account)
    lines = _lines(served, row, account, statements)
    told = _told(served, account, statements)
    phrases = {said.key: one.phrase for said, one in zip(told.said, statements, strict=True)}
    naming = Naming(served.features, call.state.concerns, phrases)
    category = RiskCategory.of(account.score, model.thresholds)
    listening = call.assessment_state is AssessmentState.LISTENING
    label = LISTENING if listening else CATEGORY[category]
    factors = [line for line in lines if line.points > 0][:_MOST_FACTORS]
    assessment = Assessment(
        call_id=call.stored.call_id,
        customer_id=call.stored.customer_id,
        agent_id=call.stored.agent_id,
        timestamp=now,
        elapsed_s=round(totals.elapsed_ms / 1000, 1),
        state=call.assessment_state,
        risk_score=account.score,
        risk_category=category,
        risk_label=label.ja,
        risk_label_en=label.en,
        probability=round(beside.probability, 4),
        base_rate=round(model.base_rate, 4),
        interval=beside.interval,
        start_points=account.start,
        before_points=account.known_points,
        said_points=account.said_points,
        contributions=lines,
        statements=statements,
        other_points=account.known_points
        + account.said_points
        - sum(line.points for line in lines),
        cap_points=account.cap,
        change=change_of(call.told, told, naming),
        factors=tuple(line.reason for line in factors),
        factors_en=tuple(line.reason_en for line in factors),
        recommendations=beside.recommendations,
        sentiment={
            str(role).lower(): mood(totals, role, overall_sentiment(turns, role))
            for role in ParticipantRole
        },
        quality=_quality(call, totals),
        model_version=model.version,
        skill=model.skill,
        points_to_double=model.points_to_double,
        high_times=round(model.high_times, 2),
        demo=model.demo or call.stored.demo,
    )
    return Assessed(assessment, told)


def _statements(call: LiveCall, account: Account) -> tuple[AssessedStatement, ...]:
    return tuple(
        _statement(call, one, points)
        for one, points in zip(call.state.said.statements, account.said, strict=True)
    )


def _statement(call: LiveCall, one: SaidStatement, points: int) -> AssessedStatement:
    said, concern = one.statement, call.state.concerns[one.intent]
    return AssessedStatement(
        intent=str(one.intent),
        label=concern.label,
        label_en=concern.label_en,
        phrase=call.state.text_of(one.segment_id)[said.begin : said.end],
        segment_id=one.segment_id,
        begin=said.begin,
        end=said.end,
        mood=str(said.mood),
        open=one.is_open,
        points=points,
    )


def _lines(
    served: ServedModel, row: FeatureRow, account: Account,
    statements: Sequence[AssessedStatement],
) -> tuple[Contribution, ...]:  # fmt: skip
    """Return the strongest lines, and those that say what is missing."""
    known = field_lines(served.features, account.known, row.tolist(), served.model.typical)
    said = _said_lines(statements)
    said = sorted(said, key=lambda line: -abs(line.points))[:_MOST_SAID]
    lines = sorted((*said, *known[:_MOST_KNOWN]), key=lambda line: -abs(line.points))
    positions = [n for n, feature in enumerate(served.features) if not feature.is_said]
    if not positions or np.isnan(row[positions]).all():
        lines.append(no_record_line())
    if statements and not served.model.hears:
        lines.append(not_heard_line())
    return tuple(lines)


def _said_lines(statements: Sequence[AssessedStatement]) -> list[Contribution]:
    lines, often = [], Counter[str]()
    for one in statements:
        often[one.intent] += 1
        again = f".{often[one.intent]}" if often[one.intent] > 1 else ""
        if one.points:
            label = Text(one.label, one.label_en)
            lines.append(said_line(f"said.{one.intent}{again}", label, one.phrase, one.points))
    return lines


def _told(
    served: ServedModel, account: Account, statements: Sequence[AssessedStatement]
) -> ToldAccount:
    names = served.model.features
    known = tuple((names[n], points) for n, points in enumerate(account.known) if points)
    said = tuple(
        SaidPoints(one.segment_id, one.begin, one.end, one.intent, one.points) for one in statements
    )
    version = served.model.version
    return ToldAccount(version, account.score, account.start, known, said, account.cap)


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
