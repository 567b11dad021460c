"""The evaluation of a model: skill with intervals, calibration, alarms and the verdict."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from math import isnan


class Skill(StrEnum):
    """The verdict on a model: skill above the base rate was demonstrated, or it is unproven."""

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
    """Logistic regression of the label on the log-odds (Cox 1958).

    Slope 1, intercept 0 is ideal.
    """

    slope: float
    intercept: float


@dataclass(frozen=True, slots=True)
class Alarm:
    """A warning to the owner of a model; a blocking one forbids the verdict *demonstrated*."""

    code: str
    feature: str | None
    message: str
    message_en: str
    blocking: bool = False


@dataclass(frozen=True, slots=True)
class OutcomeBand:
    """Customers of one risk category out of fold, and the number of them that did not pay."""

    category: str
    customers: int
    unpaid: int


@dataclass(frozen=True, slots=True)
class BlockReport:
    """The skill of one block of features, on end-of-call rows out of fold.

    `alone` is the Brier skill of a model of this block only; `adds` is the Brier skill of all
    blocks minus that of all the others; `admitted` is the share of outer folds whose inner folds
    selected it.
    """

    block: str
    alone: float
    adds: Interval
    admitted: float


@dataclass(frozen=True, slots=True)
class PresetReport:
    """The held-out log loss of one configuration that was tried.

    `behind` is the mean log loss above the best preset's and `standard_error` that of the paired
    fold differences, both means over the outer folds; `chosen` is a share of the outer folds;
    `serving_ms` is the cost of one member for one row with reasons, in milliseconds.
    """

    name: str
    label: str
    label_en: str
    log_loss: float
    behind: float
    standard_error: float
    chosen: float
    serving_ms: float


@dataclass(frozen=True, slots=True)
class ShareSkill:
    """The AUC over customers after a share of the latest call, in percent of its turns.

    `gain` is the paired difference to the share before, None for the first; `to_end` is what the
    rest of the call adds, None at its end.
    """

    share: int
    auc: Interval
    gain: Interval | None
    to_end: Interval | None


@dataclass(frozen=True, slots=True)
class ForwardMonth:
    """The result of one contract month, scored by a model that learnt from earlier months only."""

    month: str
    customers: int
    unpaid: int
    auc: float | None


@dataclass(frozen=True, slots=True)
class Forward:
    """Forward chaining by contract month; `auc` compares customers of one month only."""

    auc: Interval
    brier_skill: Interval
    months: tuple[ForwardMonth, ...]


@dataclass(frozen=True, slots=True)
class LearningPoint:
    """The out-of-fold AUC after learning from `groups` groups, mean and standard deviation."""

    groups: int
    auc: float
    spread: float


@dataclass(frozen=True, slots=True)
class Tuning:
    """A parameter search: number of trials, and the expected best AUC of as many random scorers."""

    trials: int
    best_of_noise: float


@dataclass(frozen=True, slots=True)
class Origin:
    """The seed, data and software that a model was made with: enough to reproduce it."""

    seed: int
    data_sha256: str
    versions: dict[str, str]


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
    calibration_slope: Interval
    calibration_intercept: Interval
    permutation_p: float
    permutations: int
    majority_accuracy: float
    accuracy: float
    baselines: dict[str, float]
    block_skill: dict[str, float]
    blocks: tuple[BlockReport, ...]
    presets: tuple[PresetReport, ...]
    tuning: Tuning | None
    by_share: tuple[ShareSkill, ...]
    # Brier skill of all blocks that may be scored minus that of what was known before the call.
    said_adds: Interval | None
    # True if the model gives weight to what is said; None where that is not on record.
    hears: bool | None
    forward: Forward | None
    learning_curve: tuple[LearningPoint, ...]
    # Independent customers at which the interval of the AUC would be 0.05 to either side.
    groups_needed: int | None
    # AUC alone of columns that exist only after a call; no model ever sees them.
    post_call: dict[str, float]
    bands: tuple[OutcomeBand, ...]
    alarms: tuple[Alarm, ...]
    verdict: Skill
    reasons_unproven: tuple[str, ...]
    reasons_unproven_en: tuple[str, ...]
    origin: Origin

    @property
    def is_constant(self) -> bool:
        """True if the model gives everyone the same chance: then it has no calibration slope."""
        return isnan(self.calibration_slope.value)


SIGNIFICANCE = 0.05
# A smaller difference of the AUC is of no use to anybody.
USEFUL_AUC = 0.01


def settled_share(by_share: Sequence[ShareSkill]) -> ShareSkill | None:
    """Return the first share after which nothing more is to be expected of a call.

    What the rest of the call adds is then below 0.01 AUC, and its interval does not lie above 0.
    None if there is no such share before the end.
    """
    return next((each for each in by_share if _is_settled(each.to_end)), None)


def _is_settled(to_end: Interval | None) -> bool:
    return to_end is not None and to_end.value < USEFUL_AUC and to_end.low <= 0


def reasons_unproven(
    brier_skill: Interval, permutation_p: float, alarms: Sequence[Alarm]
) -> list[tuple[str, str]]:
    """Return the reasons against *demonstrated*, in Japanese and English.

    Empty if there are none.
    """
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
