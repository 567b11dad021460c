"""The scorecard of an additive model as a table that people and other programs can read."""

from collections.abc import Iterator, Sequence

import numpy as np

from callrisk.domain.features.contract import HISTORY, SAID, Feature, customer_features
from callrisk.model import RiskModel
from callrisk.model.scorecard import PointsCurve, Scorecard, scorecard_of
from callrisk.reporting.exports.typed_tables import TypedTable, typed_csv, typed_xlsx

COLUMNS = (
    "feature", "label", "label_en", "part", "kind", "from", "below", "points", "points_per_unit",
    "counted_from",
)  # fmt: skip
# Sums of so exact points round to the served score.
_DIGITS = 10
_RULES = (
    "risk_score = round(start + points of all known features) + round(points of all said "
    "features), kept within 0 and the highest score; a half is rounded upwards.",
    "points of a value = points + points_per_unit × (value − counted_from), of the row whose "
    "from ≤ value < below; a blank from or below has no end. No value: the row missing.",
    "Where every known feature is unknown, each of them has 0 points.",
    "スコア = 四捨五入（基準点 + 通話前の項目の点の合計）+ 四捨五入（通話中の項目の点の合計）。"
    "0 点から上限までに収めます。",
    "値の点 = points + points_per_unit ×（値 − counted_from）。from ≤ 値 < below の行を使います。"
    "空欄は端なし。値が不明なら missing の行です。",
    "通話前の項目がすべて不明なら、それらの点はすべて 0 です。",
)

Value = str | float


def scorecard_rows(model: RiskModel, card: Scorecard) -> list[list[Value]]:
    """Return the rows under `COLUMNS`: start and highest score first, then feature by feature."""
    features = features_of_model(model)
    head: list[list[Value]] = [
        ["start", "基準点", "Start", "", "start", "", "", _exact(card.start), "", ""],
        ["highest", "スコアの上限", "Highest score", "", "highest", "", "", card.ceiling, "", ""],
    ]
    rows = (
        [*_named(feature), *row]
        for feature, curve in zip(features, card.curves, strict=True)
        for row in _curve_rows(feature, curve)
    )
    return [*head, *rows]


def features_of_model(model: RiskModel) -> tuple[Feature, ...]:
    """Return the features of a model in the order of its columns."""
    by_name = {
        feature.name: feature for feature in (*SAID, *HISTORY, *customer_features(model.fields))
    }
    return tuple(by_name[name] for name in model.features)


def _named(feature: Feature) -> list[Value]:
    return [feature.name, feature.label, feature.label_en, "said" if feature.is_said else "known"]


def _curve_rows(feature: Feature, curve: PointsCurve) -> Iterator[list[Value]]:
    if "=" in feature.name:
        # A choice is or is not the case.
        for value, below in ((1.0, ""), (0.0, 1.0)):
            points = float(curve.at(np.array([value]))[0])
            yield ["range", "" if value == 0 else value, below, _exact(points), 0.0, 0.0]
    else:
        ends = [*curve.begins[1:].tolist(), np.inf]
        for number, (begin, below) in enumerate(zip(curve.begins.tolist(), ends, strict=True)):
            yield [
                "range", _end(begin), _end(below), _exact(curve.points[number]),
                float(curve.slopes[number]), float(curve.anchors[number]),
            ]  # fmt: skip
    yield ["missing", "", "", _exact(curve.missing), "", ""]


def _end(value: float) -> Value:
    return float(value) if np.isfinite(value) else ""


def _exact(points: float) -> float:
    # No sign before a nought.
    return round(float(points), _DIGITS) + 0.0


def scorecard_files(model: RiskModel) -> tuple[bytes, bytes]:
    """Return the scorecard of a model as CSV and as a workbook; NotAdditiveError for others."""
    rows = scorecard_rows(model, scorecard_of(model))
    return scorecard_csv(rows).encode("utf-8"), scorecard_xlsx(model, rows)


def scorecard_csv(rows: Sequence[Sequence[Value]]) -> str:
    """Return the table as CSV with a byte order mark, which Japanese Excel needs to see UTF-8."""
    return typed_csv(TypedTable("点数表", COLUMNS, rows))


def scorecard_xlsx(model: RiskModel, rows: Sequence[Sequence[Value]]) -> bytes:
    """Return the table as a workbook, with a sheet that says how the points are added."""
    which = f"model: {model.version} ({model.skill})"
    how = TypedTable("使い方", [which], [[rule] for rule in _RULES])
    return typed_xlsx([TypedTable("点数表", COLUMNS, rows), how])
