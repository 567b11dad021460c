"""Reports on the selections of all outer folds: presets with their cost, and blocks."""

import time
from collections import Counter
from collections.abc import Sequence

import numpy as np

from callrisk.domain.evaluation import PresetReport
from callrisk.domain.features.contract import Block, Feature
from callrisk.model.fitting import Scheme, fit_member
from callrisk.model.learning import Learning
from callrisk.model.members import member_contributions
from callrisk.pipeline.training.presets import Preset
from callrisk.pipeline.training.selection import Selected, standard_error

_TIMED_ROWS = 30


def most_frequent_selection(choices: Sequence[Selected]) -> Selected:
    """Return the selection made most often, by preset and blocks; the first of equals."""
    counted = Counter((choice.preset.name, choice.blocks) for choice in choices)
    most = counted.most_common(1)[0][0]
    return next(choice for choice in choices if (choice.preset.name, choice.blocks) == most)


def admission_rates(choices: Sequence[Selected]) -> dict[Block, float]:
    """Return the share of the outer folds that admitted each block."""
    return {
        block: sum(block in choice.blocks for choice in choices) / len(choices) for block in Block
    }


def preset_reports(
    choices: Sequence[Selected], rows: Learning, columns: tuple[int, ...],
    features: Sequence[Feature],
) -> list[PresetReport]:  # fmt: skip
    """Return the inner-fold result and the serving cost of every preset."""
    names = {preset.name: preset for choice in choices for preset in choice.tried}
    reports = []
    for name, preset in names.items():
        measured = [_measured(choice, name) for choice in choices if _was_tried(choice, name)]
        loss, behind, error = np.mean(measured, axis=0)
        reports.append(
            PresetReport(
                name=name,
                label=preset.label.ja,
                label_en=preset.label.en,
                log_loss=float(loss),
                behind=float(behind),
                standard_error=float(error),
                chosen=sum(choice.preset.name == name for choice in choices) / len(choices),
                serving_ms=_serving_ms(preset, rows, Scheme.of(features, columns, 0)),
            )
        )
    return reports


def _was_tried(choice: Selected, name: str) -> bool:
    return any(preset.name == name for preset in choice.tried)


def _measured(choice: Selected, name: str) -> tuple[float, float, float]:
    """Return mean loss, distance from the best, and the standard error of that distance."""
    position = [preset.name for preset in choice.tried].index(name)
    losses = choice.losses
    best = losses[int(losses.mean(axis=1).argmin())]
    behind = losses[position] - best
    return float(losses[position].mean()), float(behind.mean()), standard_error(behind)


def _serving_ms(preset: Preset, rows: Learning, scheme: Scheme) -> float:
    """Return the median time of one row with its contributions, in milliseconds."""
    member = fit_member(rows, preset.params, scheme)
    spent = []
    for number in range(_TIMED_ROWS):
        row = rows.x[number % len(rows.x)][None, :]
        began = time.perf_counter()
        member_contributions([member], row)
        spent.append(time.perf_counter() - began)
    return float(1000 * np.median(spent))
