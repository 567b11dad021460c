"""The numbers behind each picture of the report, for those who would rather read than look."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from callrisk.charts.outcomes import calibration_rows
from callrisk.charts.reasons import weight_of
from callrisk.charts.skill import BASELINES, BLOCKS, progress_name
from callrisk.domain.evaluation import Interval
from callrisk.domain.features import Group
from callrisk.domain.wording import Text
from callrisk.pipeline.results import Results

_MOST_FEATURES = 30
_MODEL = "このモデル"


@dataclass(frozen=True, slots=True)
class Table:
    """Headings and rows, all of them text."""

    headings: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


def tables_of(results: Results) -> dict[str, Table]:
    """A table for each picture that is not itself made of words."""
    found = results.evaluation
    auc = {BASELINES.get(name, Text(name, name)).ja: v for name, v in found.baselines.items()}
    blocks = {BLOCKS[Group(name)].ja + "だけ": value for name, value in found.block_skill.items()}
    progress = {progress_name(cut).ja: value for cut, value in found.by_progress.items()}
    return {
        "auc": _skills("AUC", found.auc, auc, ".3f"),
        "brier": _skills("Brier スキル", found.brier_skill, blocks, "+.3f"),
        "progress": Table(
            ("通話の進み", "AUC"), tuple((name, f"{value:.3f}") for name, value in progress.items())
        ),
        "calibration": _calibration(results),
        "importance": _importance(results),
        "months": _months(results),
    }


def _skills(title: str, model: Interval, others: Mapping[str, float], form: str) -> Table:
    interval = f"[{model.low:{form}}, {model.high:{form}}]"
    rows = [(name, format(value, form), "") for name, value in others.items()]
    return Table(("", title, "95 % 区間"), ((_MODEL, format(model.value, form), interval), *rows))


def _calibration(results: Results) -> Table:
    customers = results.customers
    labelled = ~np.isnan(customers.unpaid)
    bands = calibration_rows(customers.probability[labelled], customers.unpaid[labelled])
    return Table(
        ("予測の平均", "実際", "95 % 区間", "人数"),
        tuple(
            (
                f"{band['predicted']:.1%}",
                f"{band['happened']:.1%}",
                f"[{band['low']:.1%}, {band['high']:.1%}]",
                f"{band['customers']:.0f}",
            )
            for band in bands
        ),
    )


def _importance(results: Results) -> Table:
    features, weight = results.customers.features, weight_of(results.customers.points)
    order = np.argsort(-weight, kind="stable")[:_MOST_FEATURES]
    return Table(
        ("項目", "情報", "平均の点"),
        tuple((features[n].label, BLOCKS[features[n].group].ja, f"{weight[n]:.1f}") for n in order),
    )


def _months(results: Results) -> Table:
    return Table(
        ("契約月", "人数", "未払い", "割合"),
        tuple(
            (month, f"{customers}", f"{unpaid}", f"{unpaid / customers:.1%}")
            for month, customers, unpaid in results.customers.months()
        ),
    )
