"""Model versions for tests, made within milliseconds: a small model and an evaluation to order."""

import json
from dataclasses import asdict, replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from callrisk.artifacts import save_version
from callrisk.artifacts.files import write_file
from callrisk.domain.evaluation import Alarm, Calibration, Evaluation, Interval, Origin, Skill
from callrisk.domain.features.contract import CONCERN, HISTORY
from callrisk.domain.risk_category import Thresholds
from callrisk.model import RiskModel
from callrisk.model.fitting import Scheme, TreeParams, fit_member, without_offset

OLD, NEW, NEWER = (f"2026010{day}-090000-abcdef" for day in (1, 2, 3))
_COLUMNS = (CONCERN, *HISTORY[:2])
FEATURES = tuple(feature.name for feature in _COLUMNS)

EVALUATION = Evaluation(
    rows=130, calls=120, duplicate_calls=10, customers=100, labelled_customers=90,
    pending_customers=10, groups=88, unpaid_groups=30, base_rate=0.3,
    auc=Interval(0.72, 0.62, 0.81), brier_skill=Interval(0.08, 0.02, 0.14),
    calibration=Calibration(1.0, 0.0), calibration_slope=Interval(1.0, 0.6, 1.4),
    calibration_intercept=Interval(0.0, -0.3, 0.3), permutation_p=0.01, permutations=100,
    majority_accuracy=0.7, accuracy=0.72, baselines={}, block_skill={}, blocks=(), presets=(),
    tuning=None, said_adds=None, hears=None, by_share=(), forward=None, learning_curve=(),
    groups_needed=None, post_call={}, bands=(), alarms=(), verdict=Skill.DEMONSTRATED,
    reasons_unproven=(), reasons_unproven_en=(), origin=Origin(0, "", {}),
)  # fmt: skip
WORSE = replace(EVALUATION, brier_skill=Interval(0.01, 0.001, 0.02))
UNPROVEN = replace(EVALUATION, verdict=Skill.UNPROVEN)
BLOCKED = replace(EVALUATION, alarms=(Alarm("leak", None, "漏れです", "It leaks", blocking=True),))


def some_rows() -> NDArray[np.float64]:
    """Rows of three features, always the same."""
    return np.random.default_rng(7).normal(size=(60, len(FEATURES)))


def small_model(
    version: str, demo: bool = False, features: tuple[str, ...] = FEATURES, seed: int = 0
) -> RiskModel:
    """A model of a single booster with the weight of what is said beside it."""
    x = some_rows()
    rows = without_offset((x[:, 0] > 0).astype(np.float64), x, np.ones(len(x)))
    scheme = Scheme.of(_COLUMNS, range(len(_COLUMNS)), seed)
    member = fit_member(rows, TreeParams(5, 2, 0.3), scheme)
    return RiskModel(
        version=version, features=features, typical=(None, None, None), fields=(),
        members=(member,), calibration=Calibration(1.0, 0.0), base_rate=0.3,
        thresholds=Thresholds(70, 40), skill="demonstrated", demo=demo,
    )  # fmt: skip


def make_version(
    models: Path, version: str, evaluation: Evaluation = EVALUATION, demo: bool = False
) -> Path:
    """A saved version with its evaluation; nothing serves yet."""
    model = replace(small_model(version, demo), skill=str(evaluation.verdict))
    described = asdict(evaluation) | {"model_version": version, "demo": demo}
    return save_version(models, model, some_rows(), {"evaluation.json": json.dumps(described)})


def make_champion(models: Path, version: str, previous: str | None = None) -> None:
    """Let a version serve without asking anybody, in the format of the first release."""
    write_file(
        models / "champion.json", json.dumps({"version": version, "previous": previous}) + "\n"
    )


def tamper(folder: Path) -> None:
    """Change one byte of a version's first booster; of the model itself if it has none."""
    path = next(iter(sorted(folder.glob("*.ubj"))), folder / "model.json")
    changed = bytearray(path.read_bytes())
    changed[len(changed) // 2] ^= 1
    path.write_bytes(changed)
