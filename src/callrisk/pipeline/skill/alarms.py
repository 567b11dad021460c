"""The alarms of an evaluation: facts about the data that the owner of a model must know."""

from callrisk.domain.arrays import Floats
from callrisk.domain.evaluation import Alarm
from callrisk.pipeline.dataset import Dataset
from callrisk.pipeline.skill.column_alarms import column_alarms
from callrisk.pipeline.skill.independent_customers import units_of
from callrisk.pipeline.skill.measures import Measured
from callrisk.pipeline.skill.single_features import single_feature_alarms

_FEW_EVENTS = 30
_CALENDAR_AUC = 0.60
_SHUFFLED_AUC = 0.55
# Measured with random facts: the variance that shuffles share, as a part of the variance of one.
_SHARED_VARIANCE, _ERRORS = 0.04, 4


def alarms_of(dataset: Dataset, measures: Measured, permuted_aucs: Floats) -> list[Alarm]:
    """Return all alarms of a dataset; `permuted_aucs` are the AUCs under shuffled labels."""
    units = units_of(dataset)
    raised = [
        _few_events(measures.unpaid_groups),
        _label_age(measures.baselines["contract_month"]),
        _leak(permuted_aucs),
    ]
    return [
        *dataset.prepared.alarms,
        *(alarm for alarm in raised if alarm is not None),
        *column_alarms(dataset, units),
        *single_feature_alarms(dataset, units),
    ]


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


def _leak(permuted_aucs: Floats) -> Alarm | None:
    value = float(permuted_aucs.mean())
    # All shuffles share their facts, so their mean varies more than that of independent ones.
    error = float(permuted_aucs.std()) * (1 / len(permuted_aucs) + _SHARED_VARIANCE) ** 0.5
    if value <= max(_SHUFFLED_AUC, 0.5 + _ERRORS * error):
        return None
    return Alarm(
        "shuffled_labels_score",
        None,
        f"入れ替えたラベルでも AUC {value:.2f} になります。情報が漏れています",
        f"Shuffled labels reach AUC {value:.2f}: information leaks",
        blocking=True,
    )
