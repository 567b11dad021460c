"""The numbers behind each picture as tables."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import numpy as np

from callrisk.charts.dependence import strongest_features
from callrisk.charts.outcomes import calibration_rows
from callrisk.charts.progress import share_name
from callrisk.charts.reasons import mean_absolute_points, most_important
from callrisk.charts.skill import BLOCKS, admission, baseline_name, block_name
from callrisk.domain.evaluation import BlockReport, Evaluation, Interval
from callrisk.domain.risk_category import RiskCategory
from callrisk.domain.wording import CATEGORY, Text
from callrisk.reporting.pictures import DEPENDENCES
from callrisk.reporting.run_results import ScoredCustomers
from callrisk.reporting.value_bands import value_bands

_MOST_FEATURES = 30
_MODEL = Text("このモデル", "This model")
_INTERVAL = Text("95 % 区間", "95 % interval")
_CUSTOMERS, _UNPAID = Text("人数", "Customers"), Text("未払い", "Unpaid")
_SHARE = Text("割合", "Share")
_MONTH = Text("契約月", "Contract month")
_HEARD = Text("聞いたところ", "Heard so far")
_BRIER = Text("Brier スキル", "Brier skill")


@dataclass(frozen=True, slots=True)
class FigureTable:
    """A table of headings and rows in both languages."""

    headings: tuple[Text, ...]
    rows: tuple[tuple[Text, ...], ...]


def tables_of(evaluation: Evaluation, customers: ScoredCustomers | None) -> dict[str, FigureTable]:
    """Return a table for each picture that has numbers; empty ones are left out."""
    tables = _skill(evaluation) | _progress(evaluation)
    if customers is not None:
        tables |= {
            "calibration": _calibration(customers),
            "importance": _importance(customers),
            "months": _months(customers),
        } | _dependences(customers)
    return {name: table for name, table in tables.items() if table.rows}


def _skill(evaluation: Evaluation) -> dict[str, FigureTable]:
    guesses = {baseline_name(key): value for key, value in evaluation.baselines.items()}
    alone = {_only(key): value for key, value in evaluation.block_skill.items()}
    return {
        "bands": _bands(evaluation),
        "auc": _skills(_same("AUC"), evaluation.auc, guesses, ".3f"),
        "brier": _skills(_BRIER, evaluation.brier_skill, alone, "+.3f"),
        "blocks": _blocks(evaluation),
        "presets": _presets(evaluation),
        "post_call": _post_call(evaluation),
    }


def _only(key: str) -> Text:
    name = block_name(key)
    return Text(f"{name.ja}だけ", f"{name.en} only")


def _progress(evaluation: Evaluation) -> dict[str, FigureTable]:
    months = evaluation.forward.months if evaluation.forward else ()
    return {
        "share": _shares(evaluation),
        "forward": _table(
            (_MONTH, _CUSTOMERS, _UNPAID, "AUC"),
            (
                (month.month, f"{month.customers}", f"{month.unpaid}", _figure(month.auc))
                for month in months
            ),
        ),
        "learning": _table(
            (Text("独立した組", "Independent groups"), "AUC", Text("ばらつき", "Spread")),
            (
                (f"{month.groups:,}", _figure(month.auc), f"±{_figure(month.spread)}")
                for month in evaluation.learning_curve
            ),
        ),
    }


def _same(text: str) -> Text:
    return Text(text, text)


def _table(headings: Iterable[Text | str], rows: Iterable[Iterable[Text | str]]) -> FigureTable:
    return FigureTable(_texts(headings), tuple(_texts(row) for row in rows))


def _texts(cells: Iterable[Text | str]) -> tuple[Text, ...]:
    return tuple(_same(cell) if isinstance(cell, str) else cell for cell in cells)


def _figure(value: float | None, format_spec: str = ".3f") -> str:
    return "–" if value is None or not np.isfinite(value) else format(value, format_spec)


def _span(interval: Interval, format_spec: str) -> str:
    return f"[{_figure(interval.low, format_spec)}, {_figure(interval.high, format_spec)}]"


def _bands(evaluation: Evaluation) -> FigureTable:
    return _table(
        (Text("区分", "Category"), _CUSTOMERS, _UNPAID, _SHARE),
        (
            (CATEGORY[RiskCategory(band.category)], f"{band.customers:,}", f"{band.unpaid:,}",
             f"{band.unpaid / band.customers:.1%}" if band.customers else "–")
            for band in evaluation.bands
        ),
    )  # fmt: skip


def _skills(
    title: Text, model: Interval, others: Mapping[Text, float], format_spec: str
) -> FigureTable:
    own = (_MODEL, _figure(model.value, format_spec), _span(model, format_spec))
    rows = [(name, _figure(value, format_spec), "") for name, value in others.items()]
    return _table(("", title, _INTERVAL), (own, *rows))


def _shares(evaluation: Evaluation) -> FigureTable:
    return _table(
        (_HEARD, "AUC", Text("前の時点より", "Gain"), Text("このあと終わりまで", "To the end")),
        (
            (share_name(skill.share), _with_span(skill.auc, ".3f"),
             _with_span(skill.gain, "+.3f"), _with_span(skill.to_end, "+.3f"))
            for skill in evaluation.by_share
        ),
    )  # fmt: skip


def _with_span(interval: Interval | None, format_spec: str) -> str:
    if interval is None:
        return "–"
    return f"{_figure(interval.value, format_spec)} {_span(interval, format_spec)}"


def _blocks(evaluation: Evaluation) -> FigureTable:
    return _table(
        (Text("情報", "Facts"), Text("単独", "Alone"), Text("加わると", "Adds"), _INTERVAL,
         Text("採用", "Let in")),
        (_block_row(report) for report in evaluation.blocks),
    )  # fmt: skip


def _block_row(report: BlockReport) -> tuple[Text | str, ...]:
    alone, adds = _figure(report.alone, "+.3f"), _figure(report.adds.value, "+.3f")
    interval = _span(report.adds, "+.3f")
    return (block_name(report.block), alone, adds, interval, admission(report))


def _presets(evaluation: Evaluation) -> FigureTable:
    return _table(
        (Text("設定", "Configuration"), Text("対数損失", "Log loss"),
         Text("最良との差", "Behind the best"), Text("標準誤差", "Standard error"),
         Text("選択", "Chosen"), Text("1 件の時間", "Time a call")),
        (
            (Text(preset.label, preset.label_en), f"{preset.log_loss:.4f}", f"{preset.behind:.4f}",
             f"{preset.standard_error:.4f}", f"{preset.chosen:.0%}", f"{preset.serving_ms:.2f} ms")
            for preset in evaluation.presets
        ),
    )  # fmt: skip


def _post_call(evaluation: Evaluation) -> FigureTable:
    strongest = sorted(evaluation.post_call.items(), key=lambda column: -abs(column[1] - 0.5))
    return _table(
        (Text("列", "Column"), Text("AUC（単独）", "AUC alone")),
        ((name, _figure(value)) for name, value in strongest),
    )


def _calibration(customers: ScoredCustomers) -> FigureTable:
    labelled = ~np.isnan(customers.unpaid)
    bands = calibration_rows(customers.probability[labelled], customers.unpaid[labelled])
    return _table(
        (Text("予測の平均", "Predicted"), Text("実際", "Happened"), _INTERVAL, _CUSTOMERS),
        (
            (f"{band['predicted']:.1%}", f"{band['happened']:.1%}",
             f"[{band['low']:.1%}, {band['high']:.1%}]", f"{band['customers']:.0f}")
            for band in bands
        ),
    )  # fmt: skip


def _importance(customers: ScoredCustomers) -> FigureTable:
    features, weight = customers.features, mean_absolute_points(customers.points)
    order = most_important(customers.points, _MOST_FEATURES)
    return _table(
        (Text("項目", "Fact"), Text("情報", "Kind"), Text("平均の点", "Mean points")),
        (
            (Text(features[n].label, features[n].label_en), BLOCKS[features[n].block],
             f"{weight[n]:.1f}")
            for n in order
        ),
    )  # fmt: skip


def _dependences(customers: ScoredCustomers) -> dict[str, FigureTable]:
    positions = strongest_features(customers.points)
    return {
        name: _dependence(customers, position)
        for name, position in zip(DEPENDENCES, positions, strict=False)
    }


def _dependence(customers: ScoredCustomers, position: int) -> FigureTable:
    facts, points = customers.facts[:, position], customers.points[:, position]
    return _table(
        (Text("値", "Value"), _CUSTOMERS, Text("平均の点", "Mean points")),
        (
            (band.values, f"{band.customers:,}", _figure(band.points, "+.1f"))
            for band in value_bands(customers.features[position], facts, points)
        ),
    )


def _months(customers: ScoredCustomers) -> FigureTable:
    return _table(
        (_MONTH, _CUSTOMERS, _UNPAID, _SHARE),
        (
            (month, f"{count}", f"{unpaid}", f"{unpaid / count:.1%}")
            for month, count, unpaid in customers.months()
        ),
    )
