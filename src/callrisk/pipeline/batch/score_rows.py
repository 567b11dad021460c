"""Rows of risk_scores for many feature rows at once, with the sentences of the strongest reasons.

The columns are those of a run, and one more that names the values beyond those of the training.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from scipy.special import expit

from callrisk.domain.arrays import Floats, Ints
from callrisk.domain.features.contract import Feature
from callrisk.domain.risk_category import RiskCategory
from callrisk.domain.wording import CATEGORY, field_lines, number_text
from callrisk.model import RiskModel
from callrisk.model.log_odds import log_odds
from callrisk.model.points_scale import CENTRE
from callrisk.model.scorecard import NotAdditiveError, Scorecard, scorecard_of
from callrisk.pipeline.batch.customer_batches import ScoredBatch
from callrisk.pipeline.batch.training_reference import TrainingReference
from callrisk.pipeline.export import COLUMNS, REASONS

OUTSIDE = "outside_training"
BATCH_COLUMNS = (*COLUMNS, OUTSIDE)

Value = str | int | float
_MOST_SENTENCES = 500_000


@dataclass(frozen=True, slots=True)
class BatchScores:
    """The scores of a batch: whole lines, shape (rows, features), and what they add up to."""

    score: Ints
    start: Ints
    cap: Ints
    lines: Ints
    probability: Floats


class BatchScorer:
    """Scores feature rows by one model; by its scorecard where it is additive."""

    def __init__(self, model: RiskModel) -> None:
        self._model = model
        self._card: Scorecard | None = None
        try:
            self._card = scorecard_of(model)
        except NotAdditiveError:
            # Its trees are walked through, which takes a hundred times as long.
            self._card = None

    @property
    def is_additive(self) -> bool:
        """True if a table gives the score."""
        return self._card is not None

    def scores(self, x: Floats) -> BatchScores:
        """Return the scores of feature rows, shape (rows, features)."""
        model, card = self._model, self._card
        if card is None:
            served = model.assess_many(x)
            lines, probability = served.lines, served.probability
        else:
            points = card.points(x)
            lines = tuple(card.lines(points))
            k, _, _ = model.points_of_log_odds
            raw = card.start + points.sum(axis=1)
            probability = expit((raw - CENTRE) / k + float(log_odds(model.base_rate)))
        return BatchScores(
            score=np.array([line.score for line in lines]),
            start=np.array([line.start for line in lines]),
            cap=np.array([line.cap for line in lines]),
            lines=np.array([line.by_feature for line in lines]).reshape(x.shape),
            probability=probability,
        )


class ScoreRows:
    """Makes the rows of a table of scores."""

    def __init__(
        self, model: RiskModel, features: Sequence[Feature], reference: TrainingReference | None
    ) -> None:
        self._model = model
        self._features = features
        of_field: dict[str, list[int]] = {}
        for number, feature in enumerate(features):
            of_field.setdefault(feature.name.partition("=")[0], []).append(number)
        self._fields = [
            _FieldSentences(features, each, model.typical) for each in of_field.values()
        ]
        columns = {} if reference is None else reference.columns
        known = [columns.get(feature.name) for feature in features]
        self._low = np.array([-np.inf if one is None else one.low for one in known])
        self._high = np.array([np.inf if one is None else one.high for one in known])

    def rows(self, batch: ScoredBatch, scores: BatchScores) -> Iterator[list[Value]]:
        """Yield the rows of a batch under `BATCH_COLUMNS`, in its order."""
        reasons = self._reasons(batch.x, scores.lines)
        outside = self._outside(batch.x, batch.unseen)
        thresholds, skill = self._model.thresholds, str(self._model.skill)
        categories = [RiskCategory.of(score, thresholds) for score in range(101)]
        words = [(str(category), CATEGORY[category].ja) for category in categories]
        others = scores.lines.sum(axis=1).tolist()
        columns = zip(
            batch.customer_id, batch.call_id, batch.began_at, scores.score.tolist(),
            np.round(scores.probability, 4).tolist(), scores.start.tolist(), scores.cap.tolist(),
            reasons, others, strict=True,
        )  # fmt: skip
        for number, (customer, call, began, score, p, start, cap, told, whole) in enumerate(
            columns
        ):
            shown, points = told
            yield [
                customer, score, *words[score], p, "", "no", skill, call, began, start, *shown,
                whole - points, cap, outside.get(number, ""),
            ]  # fmt: skip

    def _reasons(self, x: Floats, lines: Ints) -> Iterator[tuple[list[Value], int]]:
        """Yield the cells of the strongest reasons of each row, and their points together."""
        told = np.column_stack([field.points(x, lines) for field in self._fields])
        strongest = np.argsort(-np.abs(told), axis=1, kind="stable")[:, :REASONS]
        chosen = np.take_along_axis(told, strongest, axis=1)
        for row, (places, points) in enumerate(
            zip(strongest.tolist(), chosen.tolist(), strict=True)
        ):
            cells: list[Value] = []
            for place, each in zip(places, points, strict=True):
                if each:
                    cells += [self._fields[place].sentence(x[row]), each]
            yield cells + [""] * (2 * REASONS - len(cells)), sum(points)

    def _outside(self, x: Floats, unseen: Mapping[int, Sequence[str]]) -> dict[int, str]:
        """Return what lies outside the training, by row."""
        beyond: dict[int, list[str]] = {row: list(values) for row, values in unseen.items()}
        with np.errstate(invalid="ignore"):
            places = np.argwhere((x < self._low) | (x > self._high))
        for row, number in places.tolist():
            feature, value = self._features[number], float(x[row, number])
            edge = self._low[number] if value < self._low[number] else self._high[number]
            sign = "<" if value < self._low[number] else ">"
            shown = (
                f"{number_text(value, feature).ja} {sign} {number_text(float(edge), feature).ja}"
            )
            beyond.setdefault(row, []).append(f"{feature.label}：{shown}")
        return {row: "、".join(values) for row, values in beyond.items()}


class _FieldSentences:
    """The points and sentences of one field: one feature, or one for each choice."""

    def __init__(
        self, features: Sequence[Feature], numbers: Sequence[int], typical: Sequence[float | None]
    ) -> None:
        self._features = [features[number] for number in numbers]
        self._numbers = list(numbers)
        self._typical = [typical[number] for number in numbers]
        self._usual = np.array([np.nan if value is None else value for value in self._typical])
        self._sentences: dict[bytes, str] = {}

    def points(self, x: Floats, lines: Ints) -> Ints:
        """Return the points of the field, 0 where its value is the usual one."""
        values, found = x[:, self._numbers], lines[:, self._numbers].sum(axis=1)
        if "=" not in self._features[0].name:
            return np.where(values[:, 0] == self._usual[0], 0, found)
        is_usual = (values == 1) & (self._usual == 1)
        return np.where(is_usual.any(axis=1), 0, found)

    def sentence(self, row: Floats) -> str:
        """Return the sentence of the field's value."""
        values = row[self._numbers]
        key = values.tobytes()
        found = self._sentences.get(key)
        if found is None:
            if len(self._sentences) >= _MOST_SENTENCES:
                self._sentences.clear()
            points = [1, *([0] * (len(values) - 1))]
            (line,) = field_lines(self._features, points, values.tolist(), self._typical)
            found = self._sentences[key] = line.reason
        return found
