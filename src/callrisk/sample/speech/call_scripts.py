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
    """A stretch of a call: its first exchange, and the shift of the customer's traits."""

    share: float
    opens_with: str | None = None
    worry: float = 0.0
    evasion: float = 0.0
    promise: float = 0.0


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


def _calm(share: float) -> Phase:
    return Phase(share, worry=-9.0)


def _worried(share: float, evasion: float = 0.0) -> Phase:
    return Phase(share, "worry", worry=3.5, evasion=evasion)


def _relieved(share: float) -> Phase:
    return Phase(share, "promise", worry=-9.0, promise=2.0)


_LOW = (
    CallScript("落ち着いて進む申し込み", (_calm(0.5), _relieved(0.5))),
    CallScript(
        "一度だけ支払いを気にして、すぐに安心する",
        (_calm(0.4), Phase(0.2, "worry", worry=-9.0), _relieved(0.4)),
    ),
)
_MEDIUM = (
    CallScript(
        "途中で支払いの不安が出て、最後に落ち着く",
        (_calm(0.35), _worried(0.35), _relieved(0.3)),
    ),
    CallScript("順調に始まり、終わりに不安が残る", (_calm(0.5), _worried(0.5, evasion=1.0))),
    CallScript(
        "迷いながら話が進む", (Phase(0.5, "hesitation"), Phase(0.5, "hesitation", worry=1.0))
    ),
)
_HIGH = (
    CallScript("支払いの不安が何度も出る", (Phase(0.5, "worry"), Phase(0.5, "worry", worry=1.0))),
    CallScript(
        "はじめは普通に話し、途中から様子が変わる", (_calm(0.35), _worried(0.65, evasion=0.5))
    ),
    CallScript("不安から始まり、約束で少し落ち着く", (_worried(0.55), _relieved(0.45))),
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
