"""Scripts of recorded calls, and the persons of a population they are assigned to."""

import math
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from callrisk.domain.arrays import Floats
from callrisk.sample.population import Population
from callrisk.sample.risk import probability

# A score moves by 20 points when the odds double.
_POINTS_A_DOUBLING = 20.0
# Rather someone this many points away than someone who talks unlike the band.
_UNLIKE = 30.0


@dataclass(frozen=True, slots=True)
class Phase:
    """A stretch of a call: what is played in it, in this order, the first at its beginning.

    Nothing but `plays` tells of the state of the customer, so that the title comes true.
    """

    share: float
    plays: tuple[str, ...] = ()
    curt: float = 0.1


@dataclass(frozen=True, slots=True)
class CallScript:
    """A recorded call: its title and its phases."""

    title: str
    phases: tuple[Phase, ...]


@dataclass(frozen=True, slots=True)
class RiskBand:
    """A level of risk: points above the usual, the scripts, and the allowed range of worry."""

    points: float
    scripts: tuple[CallScript, ...]
    least_worry: float
    most_worry: float


_LOW = (
    CallScript("落ち着いて進む申し込み", (Phase(0.6), Phase(0.4, ("promise", "capacity")))),
    CallScript(
        "一度だけ支払いを気にして、すぐに安心する",
        (Phase(0.45), Phase(0.1, ("hardship", "resolved")), Phase(0.45, ("promise",))),
    ),
    CallScript(
        "雑談に「厳しい」が出るが、支払いの話ではない",
        (Phase(0.3, ("harsh",)), Phase(0.4, ("trap", "harsh", "trap")), Phase(0.3, ("capacity",))),
    ),
    CallScript(
        "車選びに迷うが、支払いには困っていない",
        (Phase(0.6, ("hesitation", "hesitation")), Phase(0.4, ("capacity", "promise"))),
    ),
)
_MEDIUM = (
    CallScript(
        "途中で支払いの不安が出て、最後に落ち着く",
        (
            Phase(0.35),
            Phase(0.35, ("hardship", "delay_request", "hardship")),
            Phase(0.3, ("resolved", "promise")),
        ),
    ),
    CallScript(
        "順調に始まり、終わりに不安が残る",
        (Phase(0.55), Phase(0.45, ("hardship", "other_debt", "delay_request"))),
    ),
    CallScript(
        "迷いながら話が進む",
        (Phase(0.5, ("hesitation", "hesitation")), Phase(0.5, ("hesitation", "hesitation"))),
    ),
    CallScript(
        "支払いの話をそらすが、最後に約束する",
        (Phase(0.3), Phase(0.4, ("evasion", "evasion"), curt=0.6), Phase(0.3, ("promise",))),
    ),
)
_HIGH = (
    CallScript(
        "支払いの不安が何度も出る",
        (
            Phase(0.5, ("hardship", "other_debt", "hardship")),
            Phase(0.5, ("inability", "delay_request", "hardship")),
        ),
    ),
    CallScript(
        "はっきりと支払いを断られる",
        (Phase(0.4, ("dispute",)), Phase(0.6, ("refusal", "refusal", "refusal"), curt=0.6)),
    ),
    CallScript(
        "はじめは普通に話し、途中から様子が変わる",
        (Phase(0.35), Phase(0.65, ("income_loss", "evasion", "inability", "evasion"), curt=0.7)),
    ),
    CallScript(
        "不安から始まり、約束で少し落ち着く",
        (Phase(0.55, ("income_loss", "hardship", "inability")), Phase(0.45, ("promise",) * 2)),
    ),
)
RISK_BANDS = (
    RiskBand(-35.0, _LOW, 0.0, 0.0),
    RiskBand(5.0, _MEDIUM, 0.0, 1.5),
    RiskBand(40.0, _HIGH, 1.0, math.inf),
)


def assign_scripts(
    population: Population, odds: Floats, count: int
) -> Iterator[tuple[int, CallScript]]:
    """Yield persons with scripts: low, medium and high risk in turn, nobody twice."""
    usual = float(np.mean(probability(odds)))
    points = (odds - math.log(usual / (1.0 - usual))) / math.log(2.0) * _POINTS_A_DOUBLING
    worry, taken = population.traits["worry"], np.zeros(len(odds), dtype=np.bool_)
    for number in range(count):
        take, band = number // len(RISK_BANDS), RISK_BANDS[number % len(RISK_BANDS)]
        unlike = (worry < band.least_worry) | (worry > band.most_worry)
        distance = np.abs(points - band.points) + _UNLIKE * unlike + np.where(taken, np.inf, 0.0)
        person = int(np.argmin(distance))
        taken[person] = True
        yield person, band.scripts[take % len(band.scripts)]
