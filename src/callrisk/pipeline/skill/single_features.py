"""Alarms on single columns with a suspiciously high AUC: most were known only after the outcome."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from scipy.stats import mannwhitneyu

from callrisk.domain.arrays import Flags, Floats
from callrisk.domain.evaluation import Alarm
from callrisk.domain.wording import Text
from callrisk.pipeline.dataset import Dataset
from callrisk.pipeline.preparation.further_columns import ColumnKind, ColumnUse
from callrisk.pipeline.skill.independent_customers import Units

# Distances of the AUC from 0.5: what no single fact known before should reach, and what it should
# not reach when it stands alone that far ahead of all others.
_TOO_GOOD, _GOOD, _AHEAD = 0.25, 0.15, 2.0
# With few customers chance goes as far; so many standard errors it hardly ever goes.
_BEYOND_CHANCE = 3.0
# Fewer than so many of a label, or of known values, tell nothing.
_FEWEST = 5


@dataclass(frozen=True, slots=True)
class _SingleColumn:
    """The distance of a single column's AUC from 0.5, by its value or by its being missing."""

    owner: str
    label: Text
    distance: float
    by_missing: bool
    in_model: bool
    standard_error: float

    def exceeds(self, limit: float) -> bool:
        """Return True if the distance exceeds a limit, and what chance explains."""
        return self.distance > max(limit, _BEYOND_CHANCE * self.standard_error)


def single_feature_alarms(dataset: Dataset, units: Units) -> list[Alarm]:
    """Return one alarm for each feature or undeclared column that alone does suspiciously well."""
    best: dict[str, _SingleColumn] = {}
    for column in (*_of_features(dataset, units), *_of_columns(dataset, units)):
        if column.owner not in best or column.distance > best[column.owner].distance:
            best[column.owner] = column
    ordered = sorted(best.values(), key=lambda column: -column.distance)
    if not ordered:
        return []
    second = ordered[1].distance if len(ordered) > 1 else 0.0
    first = ordered[0]
    is_ahead = first.exceeds(_GOOD) and first.distance > _AHEAD * second
    answered = {field.name: field.known_before_call for field in dataset.prepared.declared}
    return [
        _alarm(column, is_unanswered=answered.get(column.owner, True) is None)
        for column in ordered
        if column.exceeds(_TOO_GOOD) or (column is first and is_ahead)
    ]


def _of_features(dataset: Dataset, units: Units) -> Iterator[_SingleColumn]:
    for number, feature in enumerate(dataset.features):
        owner = feature.name.partition("=")[0]
        label = Text(feature.label, feature.label_en)
        values = dataset.x[units.row, number]
        for distance, by_missing, error in _distances(values, units.label):
            yield _SingleColumn(owner, label, distance, by_missing, True, error)


def _of_columns(dataset: Dataset, units: Units) -> Iterator[_SingleColumn]:
    for column in dataset.prepared.columns:
        if column.use is not ColumnUse.UNDECLARED or column.own:
            continue
        label, values = Text(column.name, column.name), units.latest(column.values)
        parts = [values]
        if column.kind is ColumnKind.CHOICE:
            parts = [
                np.where(np.isnan(values), np.nan, values == code)
                for code in range(len(column.texts))
            ]
        elif column.kind is ColumnKind.TEXT:
            parts = [np.where(np.isnan(values), np.nan, 0.0)]
        for part in parts:
            for distance, by_missing, error in _distances(part, units.label):
                yield _SingleColumn(column.name, label, distance, by_missing, False, error)


def _distances(values: Floats, label: Floats) -> Iterator[tuple[float, bool, float]]:
    """Yield (distance, by being missing, standard error under no association)."""
    labelled = ~np.isnan(label)
    unpaid, values = label[labelled] == 1, values[labelled]
    missing = np.isnan(values)
    known = unpaid[~missing]
    if _fewest(known) >= _FEWEST:
        yield _distance(known, values[~missing]), False, _standard_error(known)
    if _fewest(missing) >= _FEWEST and _fewest(unpaid) >= _FEWEST:
        yield _distance(unpaid, missing.astype(np.float64)), True, _standard_error(unpaid)


def _distance(unpaid: Flags, values: Floats) -> float:
    """Return how far from 0.5 the AUC of the values is, whichever way round is better: 0 to 0.5."""
    above = mannwhitneyu(values[unpaid], values[~unpaid], method="asymptotic").statistic
    auc = float(above) / (int(unpaid.sum()) * int((~unpaid).sum()))
    return max(auc, 1 - auc) - 0.5


def _fewest(flags: Flags) -> int:
    return int(min(flags.sum(), (~flags).sum()))


def _standard_error(unpaid: Flags) -> float:
    """Return the standard error of a chance AUC (Mann and Whitney 1947)."""
    ones, zeros = int(unpaid.sum()), int((~unpaid).sum())
    return float(np.sqrt((ones + zeros + 1) / (12 * ones * zeros)))


def _alarm(column: _SingleColumn, is_unanswered: bool) -> Alarm:
    """Return the alarm; it blocks while nobody answered if the field was known before the call."""
    value = 0.5 + column.distance
    ja = f"「{column.label.ja}」が空欄かどうか" if column.by_missing else f"「{column.label.ja}」"
    en = f'"{column.label.en}"'
    ja += f"だけで AUC {value:.2f} です。後から分かる値でないか確かめてください"
    en += (
        f" {'being blank or not ' if column.by_missing else ''}alone reaches AUC {value:.2f}; make "
    )
    en += "sure that it was known before the outcome"
    if not column.in_model:
        ja += "（モデルには使っていません）"
        en += " (it is not in the model)"
        return Alarm("single_feature", column.owner, ja, en)
    if is_unanswered:
        ja += (
            "。通話の開始時点で分かる値なら CUSTOMER_FIELDS に known_before_call: True、"
            "そうでなければ False と書いてください。答えがあるまで「検証済み」にはなりません"
        )
        en += (
            ". Answer in CUSTOMER_FIELDS, known_before_call: True if it is known when a call "
            "begins, else False; until then no skill counts as demonstrated"
        )
    return Alarm("single_feature", column.owner, ja, en, blocking=is_unanswered)
