"""An assessment as columns of its row, and back: positions and whole numbers in place of names."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import asdict, astuple
from typing import Any

from callrisk.domain.assessment import AssessmentState, MoodShare, Quality, Recommendation
from callrisk.domain.call_record import Payload
from callrisk.domain.features.contract import Block, Feature, Needs
from callrisk.domain.risk_category import RiskCategory
from callrisk.domain.score.account import Moved, SaidPoints, ToldAccount
from callrisk.domain.score.kept_assessment import AssessmentSetup, KeptAssessment
from callrisk.domain.wording import Text

# The words of a play that is shown; the rest of a recommendation is of the moment.
_OF_PLAY = ("action", "text", "text_en", "script", "script_en", "why", "why_en")


def setup_body(setup: AssessmentSetup) -> Payload:
    """Return the facts that assessments share, as they are stored."""
    return asdict(setup)


def setup_from(body: Payload) -> AssessmentSetup:
    """Return the facts of a stored body."""
    features = tuple(
        Feature(**{**one, "block": Block(one["block"]), "needs": Needs(one["needs"])})
        for one in body["features"]
    )
    kinds = {name: Text(**names) for name, names in body["kinds"].items()}
    typical = tuple(body["typical"])
    return AssessmentSetup(**{**body, "features": features, "typical": typical, "kinds": kinds})


def play_body(advised: Recommendation) -> Payload:
    """Return the words of a play that is recommended."""
    return {name: getattr(advised, name) for name in _OF_PLAY}


def advised_json(
    advised: Sequence[Recommendation], id_of: Callable[[Payload], int]
) -> list[list[Any]]:
    """Return recommendations as ids of their plays and of the turns that cause them."""
    return [[id_of(play_body(one)), one.because] for one in advised]


def advised_from(
    stored: Iterable[Sequence[Any]], plays: Mapping[int, Payload]
) -> tuple[Recommendation, ...]:
    """Return stored recommendations; the first comes first."""
    return tuple(
        Recommendation(**plays[play], priority=priority, because=because)
        for priority, (play, because) in enumerate(stored, start=1)
    )


def plays_of(stored: Iterable[Sequence[Any]]) -> list[int]:
    """Return the ids of the plays that stored recommendations are of."""
    return [play for play, _ in stored]


def lines_json(kept: KeptAssessment, setup: AssessmentSetup) -> Payload:
    """Return the account of an assessment; features by their place in the model."""
    places = {feature.name: n for n, feature in enumerate(setup.features)}
    told, points = kept.told, dict(kept.told.known)
    values = dict(kept.values)
    return {
        "start": told.start,
        "cap": told.cap,
        "known": [
            [places[name], points.get(name, 0), values.get(name)]
            for name in dict.fromkeys((*points, *values))
        ],
        "said": [
            [one.segment_id, one.begin, one.end, one.intent, one.points, mood, int(is_open)]
            for one, (mood, is_open) in zip(told.said, kept.moods, strict=True)
        ],
    }


def told_from(
    score: int, version: str, lines: Payload | list[int], setup: AssessmentSetup | None
) -> ToldAccount | None:
    """Return a stored account; None for one from before there were statements."""
    if isinstance(lines, list):
        return None
    known = (
        (feature if setup is None else setup.features[feature].name, points)
        for feature, points, *_ in lines["known"]
    )
    return ToldAccount(
        model_version=version,
        score=score,
        start=lines["start"],
        known=tuple((name, points) for name, points in known if points),
        said=tuple(SaidPoints(*one[:5]) for one in lines["said"]),
        cap=lines["cap"],
    )


def shown_json(kept: KeptAssessment, id_of: Callable[[Payload], int]) -> list[Any]:
    """Return what is shown beside the account, in the order that `kept_from` reads."""
    return [
        kept.probability,
        list(kept.interval),
        int(kept.has_record),
        [_change_json(line) for line in kept.change],
        advised_json(kept.recommendations, id_of),
        {speaker: astuple(share) for speaker, share in kept.sentiment.items()},
        astuple(kept.quality),
    ]


def kept_from(row: Any, setup: AssessmentSetup, plays: Mapping[int, Payload]) -> KeptAssessment:
    """Return the assessment of a row that `lines_json` and `shown_json` wrote."""
    told = told_from(row.risk_score, row.model_version, row.lines, setup)
    if told is None:
        raise ValueError("an assessment of an older version has no account")
    probability, interval, has_record, change, advised, sentiment, quality = row.shown
    *figures, missing = quality
    return KeptAssessment(
        at=row.at,
        elapsed_s=row.elapsed_s,
        state=AssessmentState(row.state),
        category=RiskCategory(row.risk_category),
        probability=probability,
        interval=(interval[0], interval[1]),
        told=told,
        values=tuple(
            (setup.features[feature].name, value) for feature, _, value in row.lines["known"]
        ),
        has_record=bool(has_record),
        moods=tuple((one[5], bool(one[6])) for one in row.lines["said"]),
        change=tuple(map(_change_from, change)),
        recommendations=advised_from(advised, plays),
        sentiment={speaker: MoodShare(*share) for speaker, share in sentiment.items()},
        quality=Quality(*[*figures, tuple(missing)]),
    )


def _change_json(line: Moved) -> list[Any]:
    said = line.said
    of_turn = [] if said is None else [said.segment_id, said.begin, said.end, said.intent]
    return [line.feature, line.points, *of_turn]


def _change_from(stored: Sequence[Any]) -> Moved:
    feature, points, *said = stored
    return Moved(feature, points, SaidPoints(*[*said, points]) if said else None)
