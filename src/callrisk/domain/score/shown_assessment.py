"""The assessment that people read, made of what is kept of it and of the words of the turns."""

import math
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from callrisk.domain.assessment import (
    AssessedStatement,
    Assessment,
    AssessmentState,
    Contribution,
)
from callrisk.domain.score.account import ToldAccount
from callrisk.domain.score.kept_assessment import AssessmentSetup, KeptAssessment
from callrisk.domain.score.score_changes import Naming, Phrases, change_of
from callrisk.domain.wording import (
    CATEGORY,
    LISTENING,
    Text,
    field_lines,
    no_record_line,
    not_heard_line,
    said_line,
)

# A person takes in no more lines of each part than these while talking.
_MOST_KNOWN, _MOST_SAID = 4, 5
_MOST_FACTORS = 3
_NO_VALUE = float("nan")


@dataclass(frozen=True, slots=True)
class AssessedCall:
    """The call that an assessment is about."""

    call_id: str
    customer_id: str | None
    agent_id: str
    demo: bool


def shown(
    kept: KeptAssessment, setup: AssessmentSetup, call: AssessedCall, phrases: Phrases
) -> Assessment:
    """Return an assessment with its lines in words.

    A statement whose words are not among `phrases` any more is shown without them.
    """
    told = kept.told
    statements = _statements(kept, setup, phrases)
    lines = _lines(kept, setup, statements)
    label = LISTENING if kept.state is AssessmentState.LISTENING else CATEGORY[kept.category]
    factors = [line for line in lines if line.points > 0][:_MOST_FACTORS]
    known, said = known_points(told), said_points(told)
    return Assessment(
        call_id=call.call_id,
        customer_id=call.customer_id,
        agent_id=call.agent_id,
        timestamp=kept.at,
        elapsed_s=kept.elapsed_s,
        state=kept.state,
        risk_score=told.score,
        risk_category=kept.category,
        risk_label=label.ja,
        risk_label_en=label.en,
        probability=kept.probability,
        base_rate=setup.base_rate,
        interval=kept.interval,
        start_points=told.start,
        before_points=known,
        said_points=said,
        contributions=lines,
        statements=statements,
        other_points=known + said - sum(line.points for line in lines),
        cap_points=told.cap,
        change=change_of(kept.change, Naming(setup.features, setup.kinds, phrases)),
        factors=tuple(line.reason for line in factors),
        factors_en=tuple(line.reason_en for line in factors),
        recommendations=kept.recommendations,
        sentiment=dict(kept.sentiment),
        quality=kept.quality,
        model_version=setup.version,
        skill=setup.skill,
        points_to_double=setup.points_to_double,
        high_times=setup.high_times,
        demo=setup.demo or call.demo,
    )


def known_points(told: ToldAccount) -> int:
    """Return the points of what was known before the call."""
    return sum(points for _, points in told.known)


def said_points(told: ToldAccount) -> int:
    """Return the points of what was said in the call."""
    return sum(one.points for one in told.said)


def _statements(
    kept: KeptAssessment, setup: AssessmentSetup, phrases: Phrases
) -> tuple[AssessedStatement, ...]:
    return tuple(
        AssessedStatement(
            intent=one.intent,
            label=(kind := setup.kinds.get(one.intent, Text(one.intent, one.intent))).ja,
            label_en=kind.en,
            phrase=phrases.get(one.key, ""),
            segment_id=one.segment_id,
            begin=one.begin,
            end=one.end,
            mood=mood,
            open=is_open,
            points=one.points,
        )
        for one, (mood, is_open) in zip(kept.told.said, kept.moods, strict=True)
    )


def _lines(
    kept: KeptAssessment, setup: AssessmentSetup, statements: Sequence[AssessedStatement]
) -> tuple[Contribution, ...]:
    """Return the strongest lines, and those that say what is missing."""
    said = sorted(_said_lines(statements), key=lambda line: -abs(line.points))[:_MOST_SAID]
    known = _known_lines(kept, setup)[:_MOST_KNOWN]
    lines = sorted((*said, *known), key=lambda line: -abs(line.points))
    if not kept.has_record:
        lines.append(no_record_line())
    if statements and not setup.hears:
        lines.append(not_heard_line())
    return tuple(lines)


def _known_lines(kept: KeptAssessment, setup: AssessmentSetup) -> list[Contribution]:
    points, values = dict(kept.told.known), dict(kept.values)
    names = {name.partition("=")[0] for name in points}
    at = [n for n, one in enumerate(setup.features) if one.name.partition("=")[0] in names]
    features = [setup.features[n] for n in at]
    found = [values.get(feature.name) for feature in features]
    return field_lines(
        features,
        [points.get(feature.name, 0) for feature in features],
        [_NO_VALUE if value is None or math.isnan(value) else value for value in found],
        [setup.typical[n] for n in at],
    )


def _said_lines(statements: Sequence[AssessedStatement]) -> list[Contribution]:
    lines, often = [], Counter[str]()
    for one in statements:
        often[one.intent] += 1
        again = f".{often[one.intent]}" if often[one.intent] > 1 else ""
        if one.points:
            label = Text(one.label, one.label_en)
            lines.append(said_line(f"said.{one.intent}{again}", label, one.phrase, one.points))
    return lines
