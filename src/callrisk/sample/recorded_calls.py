"""Recorded calls: conversations of the sample's customers as turns with times."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from callrisk.domain.arrays import Ints
from callrisk.sample.export.marginals import CHARS_PER_SECOND
from callrisk.sample.population import Population, person_words
from callrisk.sample.speech.call_scripts import CallScript
from callrisk.sample.speech.conversation import Conversations
from callrisk.sample.speech.customer_states import SpeakingStyle
from callrisk.sample.speech.phrase_bank import PhraseBank, exchange_of
from callrisk.sample.speech.spoken_turns import SILENCE, SpokenTurn

# Long enough to see a score move, short enough to be watched to the end.
_SHORTEST_S, _LONGEST_S = 130.0, 460.0
_SECONDS_A_CUSTOMER_TURN = 6.5
_ATTEMPTS = 40


@dataclass(frozen=True, slots=True)
class TimedTurn:
    """A turn with its times and the kind of its scene."""

    turn: SpokenTurn
    scene_kind: str
    begin_ms: int
    end_ms: int


class CallRecorder:
    """A generator of recorded calls of the persons of a population."""

    def __init__(self, population: Population, bank: PhraseBank) -> None:
        self._population = population
        self._bank = bank
        self._customer_turns = bank.customer_turns()
        self._conversations = Conversations(bank)

    def record(self, person: int, script: CallScript, rng: np.random.Generator) -> list[TimedTurn]:
        """Return the turns of one call of a person, from greeting to goodbye."""
        words = person_words(self._population, person)
        target_s = rng.uniform(1.2 * _SHORTEST_S, 0.9 * _LONGEST_S)
        customer_turns = target_s / _SECONDS_A_CUSTOMER_TURN
        for _ in range(_ATTEMPTS):
            entries = self._entries(script, customer_turns, rng)
            turns = _timed(self._turns(entries, words), rng)
            length_s = turns[-1].end_ms / 1000
            if _SHORTEST_S <= length_s <= _LONGEST_S:
                return turns
            customer_turns *= target_s / length_s
        raise AssertionError("no call of the target length came about")

    def _entries(self, script: CallScript, customer_turns: float, rng: np.random.Generator) -> Ints:
        greeting, *_, goodbye = self._conversations.full_call(0.0, SpeakingStyle(), rng)
        kinds = [kind for phase in script.phases for kind in phase.plays]
        played = self._conversations.exchanges_in_turn([*kinds, "hold"], rng)
        stretches, until, done = [], 0.0, 0
        for phase in script.phases:
            plays = played[done : done + len(phase.plays)]
            part = (until, until + phase.share)
            room = customer_turns * phase.share - self._customer_turns[plays].sum()
            others = self._conversations.middle(room, SpeakingStyle(curt=phase.curt), rng, part)
            places = np.arange(len(plays)) * len(others) // max(len(plays), 1)
            stretches.append(np.insert(others, places, plays))
            until, done = until + phase.share, done + len(plays)
        body = np.concatenate(stretches)
        # In every recording somebody has to wait for a moment.
        body = np.insert(body, len(body) // 2, played[-1])
        return _without_repeats(np.concatenate([[greeting], body, [goodbye]]))

    def _turns(self, entries: Ints, words: dict[str, str]) -> list[tuple[SpokenTurn, str]]:
        turns = []
        for entry in entries.tolist():
            scene_kind = self._bank.scene_of(entry).kind
            turns += [(_worded(turn, words), scene_kind) for turn in self._bank.turns[entry]]
        return turns


def _without_repeats(entries: Ints) -> Ints:
    """Return the entries without repetitions of an exchange."""
    _, first = np.unique(exchange_of(entries), return_index=True)
    return entries[np.sort(first)]


def _worded(turn: SpokenTurn, words: dict[str, str]) -> SpokenTurn:
    text = turn.text
    for slot, word in words.items():
        text = text.replace(slot, word)
    return replace(turn, text=text)


def _timed(turns: Sequence[tuple[SpokenTurn, str]], rng: np.random.Generator) -> list[TimedTurn]:
    """Return the turns one after the other, with pauses, holds and overlaps."""
    timed: list[TimedTurn] = []
    free = dict.fromkeys(CHARS_PER_SECOND, 0)
    now = int(rng.integers(300, 1200))
    for (turn, scene_kind), drawn in zip(turns, rng.random((len(turns), 3)).tolist(), strict=True):
        if turn.role == SILENCE:
            now += int(turn.text) * 1000
            continue
        after_last = timed[-1].begin_ms + 100 if timed else 0
        begin = max(now + _pause_ms(turn, timed, drawn), free[turn.role] + 40, after_last)
        pace = CHARS_PER_SECOND[turn.role] * (0.85 + 0.35 * drawn[2])
        end = begin + max(350, int(len(turn.text) / pace * 1000))
        timed.append(TimedTurn(turn, scene_kind, begin, end))
        free[turn.role] = end
        now = max(now, end)
    return timed


def _pause_ms(turn: SpokenTurn, before: Sequence[TimedTurn], drawn: Sequence[float]) -> int:
    """Return the milliseconds before the next turn, negative where a short answer overlaps."""
    if before and before[-1].turn.role == turn.role:
        return int(300 + 600 * drawn[0])
    if len(turn.text) <= 4 and drawn[1] < 0.35:
        return -int(150 + 350 * drawn[0])
    if drawn[1] > 0.96:
        return int(1500 + 2500 * drawn[0])
    return int(150 + 700 * drawn[0])
