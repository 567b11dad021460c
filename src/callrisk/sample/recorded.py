"""Recorded calls: conversations of the sample's customers, told in turns that have times."""

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np

from callrisk.sample.bank import Bank, exchange_of
from callrisk.sample.calls import temper
from callrisk.sample.conversation import Conversations
from callrisk.sample.marginals import CHARS_PER_SECOND, Floats, Ints
from callrisk.sample.population import Population, person_words
from callrisk.sample.risk import probability
from callrisk.sample.speech import SILENCE, Turn

# Long enough to see a score move, short enough to be watched to the end.
_SHORTEST_S, _LONGEST_S = 130.0, 460.0
_SECONDS_A_CUSTOMER_TURN = 6.5
_ATTEMPTS = 40
# Rather someone this many points away than someone who talks unlike the band.
_UNLIKE = 30.0


@dataclass(frozen=True, slots=True)
class Phase:
    """A stretch of a call and how far the customer is from their usual self in it."""

    share: float
    worry: float = 0.0
    evasion: float = 0.0
    promise: float = 0.0


@dataclass(frozen=True, slots=True)
class Plot:
    """What happens in a recorded call."""

    title: str
    phases: tuple[Phase, ...]


@dataclass(frozen=True, slots=True)
class Band:
    """People of one level of risk: how many points from the usual, and how worried they are."""

    name: str
    points: float
    plots: tuple[Plot, ...]
    least_worry: float
    most_worry: float


@dataclass(frozen=True, slots=True)
class TimedTurn:
    """One turn with its times; `matter` is the kind of the scene that it belongs to."""

    turn: Turn
    matter: str
    begin_ms: int
    end_ms: int


_SHIFTED = ("worry", "evasion", "promise")
# Far enough from anyone's usual self to show within a minute or two.
_WORRIED, _AT_EASE = 3.5, -9.0
_CALM = Phase(0.35, worry=_AT_EASE)
_LOW_PLOTS = (
    Plot("落ち着いて進む申し込み", (Phase(1.0, worry=_AT_EASE, promise=0.5),)),
    Plot(
        "一度だけ支払いを気にして、すぐに安心する",
        (_CALM, Phase(0.2, worry=_WORRIED), Phase(0.45, worry=_AT_EASE, promise=2.0)),
    ),
)
_MEDIUM_PLOTS = (
    Plot(
        "途中で支払いの不安が出て、最後に落ち着く",
        (_CALM, Phase(0.35, worry=_WORRIED), Phase(0.3, worry=_AT_EASE, promise=2.0)),
    ),
    Plot(
        "順調に始まり、終わりに不安が残る",
        (Phase(0.5, worry=_AT_EASE, promise=1.0), Phase(0.5, worry=_WORRIED, evasion=1.0)),
    ),
    Plot("迷いながら話が進む", (Phase(0.5, evasion=1.0), Phase(0.5, worry=1.0, evasion=-1.0))),
)
_HIGH_PLOTS = (
    Plot("支払いの不安が何度も出る", (Phase(1.0, worry=1.0),)),
    Plot(
        "はじめは普通に話し、途中から様子が変わる",
        (Phase(0.35, worry=_AT_EASE, evasion=-1.0), Phase(0.65, worry=_WORRIED, evasion=0.5)),
    ),
    Plot(
        "不安から始まり、約束で少し落ち着く",
        (Phase(0.55, worry=_WORRIED), Phase(0.45, worry=_AT_EASE, promise=2.0)),
    ),
)
# A score moves by 20 points when the odds double.
_POINTS_A_DOUBLING = 20.0
BANDS = (
    Band("low", -35.0, _LOW_PLOTS, 0.0, 0.0),
    Band("medium", 5.0, _MEDIUM_PLOTS, 0.0, 1.5),
    Band("high", 40.0, _HIGH_PLOTS, 1.0, math.inf),
)


class Studio:
    """Records conversations of the people of a population."""

    def __init__(self, population: Population, bank: Bank) -> None:
        self._population = population
        self._bank = bank
        self._conversations = Conversations(bank)

    def record(self, person: int, plot: Plot, rng: np.random.Generator) -> list[TimedTurn]:
        """The turns of one call of this person, from its greeting to its goodbye."""
        words = person_words(self._population, person)
        wished_s = rng.uniform(1.2 * _SHORTEST_S, 0.9 * _LONGEST_S)
        customer_turns = wished_s / _SECONDS_A_CUSTOMER_TURN
        for _ in range(_ATTEMPTS):
            entries = self._entries(person, plot, customer_turns, rng)
            turns = _timed(self._told(entries, words), rng)
            length_s = turns[-1].end_ms / 1000
            if _SHORTEST_S <= length_s <= _LONGEST_S:
                return turns
            customer_turns *= wished_s / length_s
        raise AssertionError("no call of the wished length came about")

    def _entries(
        self, person: int, plot: Plot, customer_turns: float, rng: np.random.Generator
    ) -> Ints:
        traits = {name: float(values[person]) for name, values in self._population.traits.items()}
        greeting, *_, goodbye = self._conversations.whole(0.0, temper(**traits), rng)
        said, until = [], 0.0
        for phase in plot.phases:
            shifted = traits | {name: traits[name] + getattr(phase, name) for name in _SHIFTED}
            part = (until, until + phase.share)
            turns = customer_turns * phase.share
            said.append(self._conversations.body(turns, temper(**shifted), rng, part))
            until += phase.share
        body = np.concatenate(said)
        # In every recording somebody has to wait for a moment.
        body = np.insert(body, len(body) // 2, self._conversations.small("hold", rng))
        return self._without_repeats(np.concatenate([[greeting], body, [goodbye]]))

    def _without_repeats(self, entries: Ints) -> Ints:
        """Nobody tells the same story twice in so short a call."""
        _, first = np.unique(exchange_of(entries), return_index=True)
        return entries[np.sort(first)]

    def _told(self, entries: Ints, words: dict[str, str]) -> list[tuple[Turn, str]]:
        told = []
        for entry in entries.tolist():
            matter = self._bank.scene_of(entry).kind
            told += [(_worded(turn, words), matter) for turn in self._bank.turns[entry]]
        return told


def _worded(turn: Turn, words: dict[str, str]) -> Turn:
    text = turn.text
    for slot, word in words.items():
        text = text.replace(slot, word)
    return replace(turn, text=text)


def _timed(told: Sequence[tuple[Turn, str]], rng: np.random.Generator) -> list[TimedTurn]:
    """Turns one after the other, with pauses, holds and listeners who cut in."""
    timed: list[TimedTurn] = []
    free = dict.fromkeys(CHARS_PER_SECOND, 0)
    now = int(rng.integers(300, 1200))
    for (turn, matter), drawn in zip(told, rng.random((len(told), 3)).tolist(), strict=True):
        if turn.role == SILENCE:
            now += int(turn.text) * 1000
            continue
        begin = max(now + _pause_ms(turn, timed, drawn), free[turn.role] + 40)
        pace = CHARS_PER_SECOND[turn.role] * (0.85 + 0.35 * drawn[2])
        end = begin + max(350, int(len(turn.text) / pace * 1000))
        timed.append(TimedTurn(turn, matter, begin, end))
        free[turn.role] = end
        now = max(now, end)
    return timed


def _pause_ms(turn: Turn, before: Sequence[TimedTurn], drawn: Sequence[float]) -> int:
    """Milliseconds until the next one speaks; negative where a short answer falls into a turn."""
    if before and before[-1].turn.role == turn.role:
        return int(300 + 600 * drawn[0])
    if len(turn.text) <= 4 and drawn[1] < 0.35:
        return -int(150 + 350 * drawn[0])
    if drawn[1] > 0.96:
        return int(1500 + 2500 * drawn[0])
    return int(150 + 700 * drawn[0])


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
