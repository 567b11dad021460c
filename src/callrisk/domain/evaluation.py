"""What is known about a model: skill with intervals, calibration, alarms and the verdict."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum


class Skill(StrEnum):
    """Whether a model was shown to know more than the base rate."""

    DEMONSTRATED = "demonstrated"
    UNPROVEN = "unproven"


@dataclass(frozen=True, slots=True)
class Interval:
    """A figure with its 95 % interval from resampling independent customers."""

    value: float
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Calibration:
    """Logistic regression of the label on the model's log-odds: perfect is slope 1, intercept 0."""

    slope: float
    intercept: float


@dataclass(frozen=True, slots=True)
class Alarm:
    """Something the owner must know; a blocking one forbids the verdict *demonstrated*."""

    code: str
    feature: str | None
    message: str
    message_en: str
    blocking: bool = False


@dataclass(frozen=True, slots=True)
class Band:
    """One category out of fold: how many customers fell into it, and how many did not pay."""

    category: str
    customers: int
    unpaid: int


@dataclass(frozen=True, slots=True)
class Evaluation:
    """The answer about one model; rates and skills are over customers, out of fold."""

    rows: int
    calls: int
    duplicate_calls: int
    customers: int
    labelled_customers: int
    pending_customers: int
    groups: int
    unpaid_groups: int
    base_rate: float
    auc: Interval
    brier_skill: Interval
    calibration: Calibration
    permutation_p: float
    permutations: int
    majority_accuracy: float
    accuracy: float
    baselines: dict[str, float]
    block_skill: dict[str, float]
    by_progress: dict[str, float]
    bands: tuple[Band, ...]
    alarms: tuple[Alarm, ...]
    verdict: Skill
    reasons_unproven: tuple[str, ...]
    reasons_unproven_en: tuple[str, ...]


SIGNIFICANCE = 0.05


def reasons_unproven(
    brier_skill: Interval, permutation_p: float, alarms: Sequence[Alarm]
) -> list[tuple[str, str]]:
    """Why the verdict is not *demonstrated*, each in Japanese and English; empty when it is."""
    reasons = []
    if not brier_skill.low > 0:
        reasons.append(
            (
                f"基準率に対する Brier スキルの下限が {brier_skill.low:+.3f} で、0 を上回りません",
                f"The lower bound of the Brier skill over the base rate is {brier_skill.low:+.3f}, "
                "not above 0",
            )
        )
    if not permutation_p < SIGNIFICANCE:
        reasons.append(
            (
                f"ラベルを入れ替えても同程度の成績になります（p = {permutation_p:.3f}）",
                f"Shuffled labels do about as well (p = {permutation_p:.3f})",
            )
        )
    reasons.extend((alarm.message, alarm.message_en) for alarm in alarms if alarm.blocking)
    return reasons
