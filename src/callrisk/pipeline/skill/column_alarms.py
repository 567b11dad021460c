"""Alarms on columns that follow the calendar, number the customers, or are dates in disguise."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from scipy.stats import rankdata, spearmanr

from callrisk.domain.arrays import Floats
from callrisk.domain.evaluation import Alarm
from callrisk.domain.features.contract import Block
from callrisk.domain.wording import Text
from callrisk.pipeline.dataset import Dataset
from callrisk.pipeline.preparation.column_shapes import looks_like_date, looks_like_id
from callrisk.pipeline.preparation.further_columns import ColumnKind, ColumnUse, FurtherColumn
from callrisk.pipeline.skill.independent_customers import Units

# So much of a column's ranks may the contract date explain.
_CALENDAR = 0.5
# What fewer customers show may be chance.
_FEWEST = 30
_MOST_AFTER_CALL = 0.5


@dataclass(frozen=True, slots=True)
class _Candidate:
    """A column with one value an independent customer; `in_model`: it is a feature."""

    name: str
    label: Text
    kind: ColumnKind
    values: Floats
    in_model: bool


def column_alarms(dataset: Dataset, units: Units) -> list[Alarm]:
    """Return the alarms on features and on undeclared columns."""
    alarms: list[Alarm] = []
    reported: set[str] = set()
    for column, candidate in _columns(dataset, units):
        alarm = _id_or_date(column, candidate, units)
        alarms += [alarm] if alarm else []
        if candidate.kind is ColumnKind.DATE and column.field is not None:
            alarms += _after_call(candidate, units)
    for candidate in (
        *(candidate for _, candidate in _columns(dataset, units)),
        *_computed(dataset, units),
    ):
        if candidate.name not in reported and calendar_strength(candidate, units) >= _CALENDAR:
            reported.add(candidate.name)
            alarms.append(_calendar(candidate))
    return alarms


def _columns(dataset: Dataset, units: Units) -> Iterator[tuple[FurtherColumn, _Candidate]]:
    labels = {field.name: Text(field.label, field.label_en) for field in dataset.prepared.declared}
    in_model = {name.partition("=")[0] for name in dataset.names}
    for column in dataset.prepared.columns:
        if column.use is ColumnUse.POST_CALL or (column.own and column.field is None):
            continue
        name = column.field or column.name
        label = labels.get(name, Text(column.name, column.name))
        values = units.latest(column.values)
        yield column, _Candidate(name, label, column.kind, values, column.field in in_model)


def _computed(dataset: Dataset, units: Units) -> Iterator[_Candidate]:
    """Yield the features that are no plain column: of conversation, history, and dates."""
    dates = {column.field for column in dataset.prepared.columns if column.kind is ColumnKind.DATE}
    for number, feature in enumerate(dataset.features):
        if feature.block is not Block.CUSTOMER or feature.name in dates:
            label = Text(feature.label, feature.label_en)
            values = dataset.x[units.row, number]
            yield _Candidate(feature.name, label, ColumnKind.NUMBER, values, in_model=True)


def calendar_strength(candidate: _Candidate, units: Units) -> float:
    """Return the share of the rank variance of a column that the contract date explains, 0 to 1.

    The larger of Spearman's rho squared and the share explained by months; for choices also the
    share of the contract date that the choice explains, for their order means nothing.
    """
    known = ~np.isnan(candidate.values) & ~np.isnan(units.contract)
    if int(known.sum()) < _FEWEST:
        return 0.0
    own, day = rankdata(candidate.values[known]), rankdata(units.contract[known])
    if np.ptp(own) == 0 or np.ptp(day) == 0:
        return 0.0
    shares = [spearmanr(own, day).statistic ** 2, _explained(own, units.month[known])]
    if candidate.kind in (ColumnKind.CHOICE, ColumnKind.TEXT):
        shares.append(_explained(day, candidate.values[known]))
    return float(max(shares))


def _explained(values: Floats, groups: Floats) -> float:
    """Return the share of the variance of `values` between groups, adjusted for how many there are.

    Groups of one or two would explain everything by themselves; the adjustment (as for R squared)
    takes away what chance explains. 0 with more than a third as many groups as values.
    """
    _, group = np.unique(groups, return_inverse=True)
    number, count = int(group.max()) + 1, len(values)
    centred = values - values.mean()
    total = float(centred @ centred)
    if total <= 0 or 3 * number > count:
        return 0.0
    sums, sizes = np.bincount(group, centred), np.bincount(group)
    within = 1 - float((sums**2 / sizes).sum()) / total
    return 1 - within * (count - 1) / (count - number)


def _calendar(candidate: _Candidate) -> Alarm:
    return _alarm(
        "calendar_feature",
        candidate,
        "は契約日をほぼ言い当てます。新しい契約はまだ未払いになる時間がないため、"
        "行動ではなく時期を学ぶおそれがあります",
        "tells the contract date. Young contracts have had less time to go unpaid, so it stands "
        "for the calendar, not for behaviour",
        blocking=False,
    )


def _id_or_date(column: FurtherColumn, candidate: _Candidate, units: Units) -> Alarm | None:
    if column.own == "date" or looks_like_date(candidate.kind, candidate.values):
        return _alarm(
            "date_feature",
            candidate,
            "は日付を表す値です。数値としては使えません。日付の列なら kind を date にしてください",
            "is a date, which says nothing as a plain number. Declare a date column with kind date",
            blocking=candidate.in_model,
        )
    names = f"{column.name} {candidate.name}" if column.field else column.name
    if column.own == "id" or looks_like_id(names, candidate.kind, candidate.values, units.record):
        return _alarm(
            "id_feature",
            candidate,
            "はお客様を区別する番号で、お客様の性質ではありません。CUSTOMER_FIELDS に入れないで"
            "ください",
            "numbers the customers instead of describing them; keep it out of CUSTOMER_FIELDS",
            blocking=candidate.in_model,
        )
    return None


def _after_call(candidate: _Candidate, units: Units) -> list[Alarm]:
    known = ~np.isnan(candidate.values) & ~np.isnan(units.began)
    if not known.any():
        return []
    after = candidate.values[known] > units.began[known]
    if not float(after.mean()) > _MOST_AFTER_CALL:
        return []
    return [
        _alarm(
            "date_after_call",
            candidate,
            "は多くのお客様で通話より後の日付です。通話の時点では分からないため、欠損として扱います",
            "lies after the call for most customers; it is not known at the moment and counts as "
            "missing",
            blocking=False,
        )
    ]


def _alarm(code: str, candidate: _Candidate, ja: str, en: str, blocking: bool) -> Alarm:
    if not candidate.in_model:
        ja, en = f"{ja}（モデルには使っていません）", f"{en} (it is not in the model)"
    return Alarm(
        code,
        candidate.name,
        f"「{candidate.label.ja}」{ja}",
        f'"{candidate.label.en}" {en}',
        blocking,
    )
