"""What the owner of a model must be told about the data under it."""

import numpy as np

from callrisk.domain.evaluation import Alarm, Evaluation
from callrisk.pipeline.dataset import Dataset, Floats, LabelledCustomers
from callrisk.pipeline.skill import auc

_FEW_EVENTS = 30
_TOO_GOOD_AUC = 0.75
_CALENDAR_AUC = 0.60
_SHUFFLED_AUC = 0.55


def alarms_of(
    dataset: Dataset, evaluation: Evaluation, customers: LabelledCustomers, permuted: Floats
) -> list[Alarm]:
    """Everything that stands out; `permuted` are the AUCs of shuffled labels."""
    found = [
        _duplicates(evaluation.duplicate_calls),
        _few_events(evaluation.unpaid_groups),
        _label_age(evaluation.baselines["contract_month"]),
        _leak(float(permuted.mean())),
        *(_too_good(dataset, customers, number) for number in range(len(dataset.features))),
    ]
    return [alarm for alarm in found if alarm is not None]


def _duplicates(rows: int) -> Alarm | None:
    if not rows:
        return None
    return Alarm(
        "duplicate_calls",
        None,
        f"同じ通話が {rows} 行重複しています。1 回だけ数えました",
        f"{rows} rows repeat a call that stands elsewhere; each call was counted once",
    )


def _few_events(unpaid: int) -> Alarm | None:
    if unpaid >= _FEW_EVENTS:
        return None
    return Alarm(
        "too_few_events",
        None,
        f"未払いのお客様が {unpaid} 人しかいません。区間は参考程度です",
        f"Only {unpaid} unpaid customers; read every interval with care",
    )


def _label_age(value: float) -> Alarm | None:
    if value <= _CALENDAR_AUC:
        return None
    return Alarm(
        "label_age",
        None,
        f"契約月だけで AUC {value:.2f} です。新しい契約はまだ未払いになる時間がありません",
        f"The contract month alone reaches AUC {value:.2f}: young contracts have had less time "
        "to go unpaid",
    )


def _leak(value: float) -> Alarm | None:
    if value <= _SHUFFLED_AUC:
        return None
    return Alarm(
        "shuffled_labels_score",
        None,
        f"入れ替えたラベルでも AUC {value:.2f} になります。情報が漏れています",
        f"Shuffled labels reach AUC {value:.2f}: information leaks",
        blocking=True,
    )


def _too_good(dataset: Dataset, customers: LabelledCustomers, number: int) -> Alarm | None:
    column = dataset.x[customers.row, number]
    known = ~np.isnan(column)
    one = np.ones((1, int(known.sum())))
    value = float(auc(customers.y[known], column[known], one)[0])
    # A feature may be good in either direction.
    value = max(value, 1 - value)
    if not value > _TOO_GOOD_AUC:
        return None
    feature = dataset.features[number]
    return Alarm(
        "single_feature",
        feature.name,
        f"「{feature.label}」だけで AUC {value:.2f} です。後から分かる値でないか確かめてください",
        f'"{feature.label_en}" alone reaches AUC {value:.2f}; make sure that it was known before '
        "the outcome",
    )
