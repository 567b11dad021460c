"""A small real model, its scored customers and an evaluation to order, for whoever shows them."""

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from callrisk.domain.customer import CustomerField, FieldKind
from callrisk.domain.evaluation import (
    Alarm,
    BlockReport,
    Calibration,
    Evaluation,
    Forward,
    ForwardMonth,
    Interval,
    LearningPoint,
    Origin,
    OutcomeBand,
    PresetReport,
    ShareSkill,
    Skill,
    Tuning,
)
from callrisk.domain.features.contract import HISTORY, SAID, customer_features
from callrisk.domain.risk_category import Thresholds
from callrisk.model import RiskModel
from callrisk.model.fitting import (
    BaseRateParams,
    LogisticParams,
    Scheme,
    TreeParams,
    fit_member,
    without_offset,
)
from callrisk.reporting.report import figures_of
from callrisk.reporting.run_results import Results, ScoredCustomers

CUSTOMERS = 60
PAYMENT = CustomerField(
    "payment", "payment", FieldKind.CHOICE, "支払方法", "Payment", choices=("bank", "shop")
)
FEATURES = (*SAID[:5], HISTORY[0], *customer_features([PAYMENT]))
MODEL_VERSION = "20261122-051200-ab12cd"
SHA256 = "0f" * 32

FULL = Evaluation(
    rows=130, calls=120, duplicate_calls=10, customers=CUSTOMERS, labelled_customers=CUSTOMERS - 1,
    pending_customers=1, groups=58, unpaid_groups=14, base_rate=0.241,
    auc=Interval(0.731, 0.612, 0.845), brier_skill=Interval(0.092, 0.031, 0.151),
    calibration=Calibration(0.97, -0.04), calibration_slope=Interval(0.97, 0.61, 1.32),
    calibration_intercept=Interval(-0.04, -0.31, 0.22), permutation_p=0.017, permutations=59,
    majority_accuracy=0.826, accuracy=0.824,
    baselines={"base_rate": 0.5, "contract_month": 0.58, "call_length": 0.52,
               "three_features": 0.64},
    block_skill={"said": 0.07, "history": 0.01, "customer": 0.02, "manner": 0.005},
    blocks=(
        BlockReport("said", 0.07, Interval(0.05, 0.01, 0.09), 1.0),
        BlockReport("history", 0.01, Interval(-0.002, -0.02, 0.01), 0.0),
        BlockReport("customer", 0.02, Interval(0.01, -0.01, 0.04), 0.4),
        BlockReport("manner", 0.005, Interval(0.001, -0.008, 0.009), 0.0),
    ),
    said_adds=Interval(0.051, 0.012, 0.094), hears=True,
    presets=(
        PresetReport("base_rate", "全員に同じ確率", "Same for all", 0.55, 0.05, 0.01, 0.0, 0.02),
        PresetReport("linear", "ロジスティック回帰", "Logistic", 0.50, 0.0, 0.0, 0.6, 0.02),
        PresetReport("trees", "XGBoost 深さ 1", "XGBoost, depth 1", 0.501, 0.001, 0.004, 0.4, 0.3),
    ),
    tuning=Tuning(60, 0.598),
    by_share=(
        ShareSkill(0, Interval(0.55, 0.43, 0.66), None, Interval(0.18, 0.06, 0.3)),
        ShareSkill(50, Interval(0.727, 0.6, 0.84), Interval(0.177, 0.05, 0.29),
                   Interval(0.004, -0.013, 0.021)),
        ShareSkill(100, Interval(0.731, 0.612, 0.845), Interval(0.004, -0.013, 0.021), None),
    ),
    forward=Forward(
        Interval(0.68, 0.55, 0.79), Interval(0.03, -0.02, 0.08),
        (ForwardMonth("2026-02", 20, 4, 0.71), ForwardMonth("2026-03", 19, 0, None)),
    ),
    learning_curve=(LearningPoint(12, 0.6, 0.05), LearningPoint(46, 0.7, 0.02)),
    groups_needed=412, post_call={"customer_loudness": 0.58, "days_to_contract": 0.44},
    bands=(OutcomeBand("high", 12, 7), OutcomeBand("medium", 40, 6), OutcomeBand("low", 0, 0)),
    alarms=(Alarm("few", None, "未払いは <14> 人です", "Only <14> unpaid"),
            Alarm("leak", "x", "情報が漏れています", "Information leaks", blocking=True)),
    verdict=Skill.DEMONSTRATED, reasons_unproven=(), reasons_unproven_en=(),
    origin=Origin(7, SHA256, {"python": "3.12.1", "numpy": "2.3.0"}),
)  # fmt: skip
# Whatever may be missing is missing, and whatever may not be known is not known.
BARE = replace(
    FULL, baselines={"base_rate": float("nan")}, block_skill={}, blocks=(), presets=(),
    tuning=None, said_adds=None, hears=None, by_share=(), forward=None, learning_curve=(),
    groups_needed=None, post_call={},
    bands=tuple(OutcomeBand(name, 0, 0) for name in ("high", "medium", "low")),
    alarms=(),
    auc=Interval(float("nan"), float("nan"), float("nan")),
)  # fmt: skip


def evaluation(verdict: Skill) -> Evaluation:
    """What might be known about the small model; unproven, nobody is in High."""
    if verdict is Skill.DEMONSTRATED:
        return FULL
    return replace(
        FULL,
        brier_skill=Interval(0.092, -0.013, 0.151),
        bands=(OutcomeBand("high", 0, 0), OutcomeBand("medium", 52, 13), OutcomeBand("low", 7, 1)),
        verdict=verdict,
        reasons_unproven=("下限が -0.013 です",),
        reasons_unproven_en=("The lower bound is -0.013",),
    )


def rows() -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Facts of made customers with gaps, and who of them did not pay."""
    rng = np.random.default_rng(11)
    x = rng.uniform(0, 60, (CUSTOMERS, len(FEATURES)))
    x[:, -2] = rng.random(CUSTOMERS) < 0.5
    x[:, -1] = 1 - x[:, -2]
    x[rng.random(x.shape) < 0.05] = np.nan
    risk = np.nan_to_num(x[:, 0]) + 15 * np.nan_to_num(x[:, -1]) + rng.normal(0, 12, CUSTOMERS)
    return x, (risk > 46).astype(float)


def trained(skill: Skill, demo: bool) -> RiskModel:
    """A real model of one member of each kind."""
    x, y = rows()
    whole = tuple(range(len(FEATURES)))
    learnt = without_offset(y, x, np.ones(CUSTOMERS))
    members = tuple(
        fit_member(learnt, params, Scheme.of(FEATURES, columns, 1))
        for params, columns in (
            (TreeParams(30, 2, 0.2), whole),
            (LogisticParams(0.1), whole),
            (BaseRateParams(), ()),
        )
    )
    return RiskModel(
        version=MODEL_VERSION,
        features=tuple(feature.name for feature in FEATURES),
        typical=tuple(np.nanmedian(x, axis=0).tolist()),
        fields=(PAYMENT,),
        members=members,
        calibration=Calibration(2.0, 0.4),
        base_rate=float(y.mean()),
        thresholds=Thresholds(high_risk=70, medium_risk=40),
        skill=skill,
        demo=demo,
    )


def scored(model: RiskModel) -> ScoredCustomers:
    """The customers of the small model in order, the last of them pending."""
    x, y = rows()
    answers = model.assess_many(x)
    order = np.argsort(-answers.probability)
    lines = [answers.lines[number] for number in order]
    unpaid = y[order]
    unpaid[-1] = np.nan
    return ScoredCustomers(
        customer_id=np.array([str(1001 + number) for number in order]),
        call_id=np.array([f"call-{number}" for number in order]),
        began_at=np.full(CUSTOMERS, "2026-03-01T01:00:00Z"),
        contract_month=np.array([f"2026-0{1 + number % 3}" for number in order]),
        unpaid=unpaid,
        score=np.array([line.score for line in lines]),
        low=answers.interval[order, 0],
        high=answers.interval[order, 1],
        probability=answers.probability[order],
        start=np.array([line.start for line in lines]),
        cap=np.array([line.cap for line in lines]),
        lines=np.array([line.by_feature for line in lines]),
        points=answers.points[order],
        facts=x[order],
        typical=np.array(model.typical),
        features=FEATURES,
        thresholds=model.thresholds,
    )


def results(verdict: Skill = Skill.UNPROVEN, demo: bool = True) -> Results:
    """A whole run of the small model."""
    model = trained(verdict, demo)
    return Results(
        evaluation=evaluation(verdict),
        model=model,
        customers=scored(model),
        source="通話データ.xlsx",
        made_at=datetime(2026, 11, 22, 5, 12, tzinfo=UTC),
        first_call=datetime(2025, 1, 6, 1, 0, tzinfo=UTC),
        last_call=datetime(2026, 3, 30, 23, 0, tzinfo=UTC),
        warnings=("9 transcripts are cut",),
    )


def unproven_figures(_folder: Path) -> dict[str, str]:
    """Return the pictures of a demonstration run without skill."""
    return figures_of(results(Skill.UNPROVEN))
