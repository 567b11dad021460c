"""What happens in recorded calls, and who of a population takes part in them."""

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
    """A stretch of a call: how it begins, and how far the customer is from their usual self."""

    share: float
    opens_with: str | None = None
    worry: float = 0.0
    evasion: float = 0.0
    promise: float = 0.0


@dataclass(frozen=True, slots=True)
class Plot:
    """A recorded call in one sentence, and its stretches."""

    title: str
    phases: tuple[Phase, ...]


@dataclass(frozen=True, slots=True)
class Band:
    """People of one level of risk: how many points from the usual, and how worried they are."""

    points: float
    plots: tuple[Plot, ...]
    least_worry: float
    most_worry: float


def _calm(share: float) -> Phase:
    return Phase(share, worry=-9.0)


def _worried(share: float, evasion: float = 0.0) -> Phase:
    return Phase(share, "worry", worry=3.5, evasion=evasion)


def _relieved(share: float) -> Phase:
    return Phase(share, "promise", worry=-9.0, promise=2.0)


_LOW = (
    Plot("落ち着いて進む申し込み", (_calm(0.5), _relieved(0.5))),
    Plot(
        "一度だけ支払いを気にして、すぐに安心する",
        (_calm(0.4), Phase(0.2, "worry", worry=-9.0), _relieved(0.4)),
    ),
)
_MEDIUM = (
    Plot(
        "途中で支払いの不安が出て、最後に落ち着く",
        (_calm(0.35), _worried(0.35), _relieved(0.3)),
    ),
    Plot("順調に始まり、終わりに不安が残る", (_calm(0.5), _worried(0.5, evasion=1.0))),
    Plot("迷いながら話が進む", (Phase(0.5, "hesitation"), Phase(0.5, "hesitation", worry=1.0))),
)
_HIGH = (
    Plot("支払いの不安が何度も出る", (Phase(0.5, "worry"), Phase(0.5, "worry", worry=1.0))),
    Plot("はじめは普通に話し、途中から様子が変わる", (_calm(0.35), _worried(0.65, evasion=0.5))),
    Plot("不安から始まり、約束で少し落ち着く", (_worried(0.55), _relieved(0.45))),
)
BANDS = (
    Band(-35.0, _LOW, 0.0, 0.0),
    Band(5.0, _MEDIUM, 0.0, 1.5),
    Band(40.0, _HIGH, 1.0, math.inf),
)


def cast(population: Population, odds: Floats, count: int) -> Iterator[tuple[int, Plot]]:
    """Who is recorded in what: low, medium and high risk in turn, nobody twice."""
    usual = float(np.mean(probability(odds)))
    points = (odds - math.log(usual / (1.0 - usual))) / math.log(2.0) * _POINTS_A_DOUBLING
    worry, taken = population.traits["worry"], np.zeros(len(odds), dtype=np.bool_)
    for number in range(count):
        take, band = number // len(BANDS), BANDS[number % len(BANDS)]
        unlike = (worry < band.least_worry) | (worry > band.most_worry)
        distance = np.abs(points - band.points) + _UNLIKE * unlike + np.where(taken, np.inf, 0.0)
        person = int(np.argmin(distance))
        taken[person] = True
        yield person, band.plots[take % len(band.plots)]
