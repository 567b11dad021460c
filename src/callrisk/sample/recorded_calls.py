"""Recorded calls: conversations of the sample's customers, told in turns that have times."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from callrisk.domain.arrays import Ints
from callrisk.sample.export.marginals import CHARS_PER_SECOND
from callrisk.sample.export.phone_calls import temper
from callrisk.sample.population import Population, person_words
from callrisk.sample.speech.bank import Bank, exchange_of
from callrisk.sample.speech.conversation import Conversations
from callrisk.sample.speech.delivery import SILENCE, SpokenTurn
from callrisk.sample.speech.plots import Plot

# Long enough to see a score move, short enough to be watched to the end.
_SHORTEST_S, _LONGEST_S = 130.0, 460.0
_SECONDS_A_CUSTOMER_TURN = 6.5
_ATTEMPTS = 40
_SHIFTED = ("worry", "evasion", "promise")


@dataclass(frozen=True, slots=True)
class TimedTurn:
    """One turn with its times; `matter` is the kind of the scene that it belongs to."""

    turn: SpokenTurn
    matter: str
    begin_ms: int
    end_ms: int


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
            if phase.opens_with:
                said.append(self._conversations.small(phase.opens_with, rng))
            said.append(self._conversations.body(turns, temper(**shifted), rng, part))
            until += phase.share
        body = np.concatenate(said)
        # In every recording somebody has to wait for a moment.
        body = np.insert(body, len(body) // 2, self._conversations.small("hold", rng))
        return _without_repeats(np.concatenate([[greeting], body, [goodbye]]))

    def _told(self, entries: Ints, words: dict[str, str]) -> list[tuple[SpokenTurn, str]]:
        told = []
        for entry in entries.tolist():
            matter = self._bank.scene_of(entry).kind
            told += [(_worded(turn, words), matter) for turn in self._bank.turns[entry]]
        return told


def _without_repeats(entries: Ints) -> Ints:
    """Nobody tells the same story twice in so short a call."""
    _, first = np.unique(exchange_of(entries), return_index=True)
    return entries[np.sort(first)]


def _worded(turn: SpokenTurn, words: dict[str, str]) -> SpokenTurn:
    text = turn.text
    for slot, word in words.items():
        text = text.replace(slot, word)
    return replace(turn, text=text)


def _timed(told: Sequence[tuple[SpokenTurn, str]], rng: np.random.Generator) -> list[TimedTurn]:
    """Turns one after the other, with pauses, holds and listeners who cut in."""
    timed: list[TimedTurn] = []
    free = dict.fromkeys(CHARS_PER_SECOND, 0)
    now = int(rng.integers(300, 1200))
    for (turn, matter), drawn in zip(told, rng.random((len(told), 3)).tolist(), strict=True):
        if turn.role == SILENCE:
            now += int(turn.text) * 1000
            continue
        after_last = timed[-1].begin_ms + 100 if timed else 0
        begin = max(now + _pause_ms(turn, timed, drawn), free[turn.role] + 40, after_last)
        pace = CHARS_PER_SECOND[turn.role] * (0.85 + 0.35 * drawn[2])
        end = begin + max(350, int(len(turn.text) / pace * 1000))
        timed.append(TimedTurn(turn, matter, begin, end))
        free[turn.role] = end
        now = max(now, end)
    return timed


def _pause_ms(turn: SpokenTurn, before: Sequence[TimedTurn], drawn: Sequence[float]) -> int:
    """Milliseconds until the next one speaks; negative where a short answer falls into a turn."""
    if before and before[-1].turn.role == turn.role:
        return int(300 + 600 * drawn[0])
    if len(turn.text) <= 4 and drawn[1] < 0.35:
        return -int(150 + 350 * drawn[0])
    if drawn[1] > 0.96:
        return int(1500 + 2500 * drawn[0])
    return int(150 + 700 * drawn[0])
