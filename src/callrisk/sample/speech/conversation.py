"""The course of a call: opening, topics in order, customer states between them, closing."""

from collections.abc import Sequence

import numpy as np

from callrisk.domain.arrays import Floats, Ints
from callrisk.sample.speech.customer_states import CUSTOMER_STATES, SpeakingStyle, draw_states
from callrisk.sample.speech.phrase_bank import VARIANTS, PhraseBank

# One exchange of these is a call that never comes to its scene_kind.
_SINGLE_KINDS = ("machine", "message", "voicemail", "brief")
# Small talk and pauses; words of worry about something else than paying are among them.
SMALL_TALK = ("aside", "hold", "trap", "harsh")
_ASIDE_SHARE = 0.1
_INTRODUCED_SHARE = 0.5


class Conversations:
    """A generator of calls as entries of a phrase bank."""

    def __init__(self, bank: PhraseBank) -> None:
        self._bank = bank
        self._customer_turns = bank.customer_turns()
        self._topics = np.array(bank.of_kind("topic"))
        self._is_topic = np.isin(np.arange(len(bank.scenes)), self._topics)
        self._asides = np.array([number for kind in SMALL_TALK for number in bank.of_kind(kind)])
        self._states = np.array([bank.of_kind(kind)[0] for kind in CUSTOMER_STATES])
        self._scenery = np.concatenate([self._topics, self._asides])
        self._weights = {
            kind: self._cumulated(kind) for kind in ("opening", "closing", *_SINGLE_KINDS)
        }
        self._topic_weight = self._weight_of(self._topics)
        self._aside_weight = self._weight_of(self._asides) * _ASIDE_SHARE
        self._mean_turns = float(self._customer_turns[self._topic_entries()].mean())

    def single_exchange(self, kind: str, rng: np.random.Generator) -> Ints:
        """Return one exchange of a kind that is a whole short call."""
        return np.array([self._entry_of(kind, 0.5, rng)])

    def exchanges_in_turn(self, kinds: Sequence[str], rng: np.random.Generator) -> Ints:
        """Return an exchange of each of these kinds, in this order, each exchange once."""
        entries = np.zeros(len(kinds), dtype=np.int64)
        for kind in dict.fromkeys(kinds):
            places = [place for place, other in enumerate(kinds) if other == kind]
            scene = self._bank.of_kind(kind)[0]
            exchange = rng.permutation(self._bank.exchanges[scene])[: len(places)]
            variant = rng.integers(VARIANTS, size=len(places))
            entries[places] = self._bank.first[scene] + 2 * exchange * VARIANTS + variant
        return entries

    def full_call(
        self, customer_turns: float, style: SpeakingStyle, rng: np.random.Generator
    ) -> Ints:
        """Return a call with about this many customer turns."""
        first = self._entry_of("opening", style.curt, rng)
        last = self._entry_of("closing", style.curt, rng)
        room = customer_turns - self._customer_turns[[first, last]].sum()
        return np.concatenate([[first], self.middle(room, style, rng), [last]])

    def middle(
        self,
        customer_turns: float,
        style: SpeakingStyle,
        rng: np.random.Generator,
        part: tuple[float, float] = (0.0, 1.0),
    ) -> Ints:
        """Return exchanges with about this many customer turns, in the order of a call.

        `part` is the stretch of the usual order of topics that they are taken from.
        """
        size = max(1, round(customer_turns / self._mean_turns))
        states, state_moments = draw_states(size, style, rng)
        scenery = self._scenes(size - len(states), part, rng)
        scene = np.concatenate([scenery, self._states[states]])
        # The scenes come grouped, so this counts how often each has come up before.
        occurrence = np.arange(size) - np.flatnonzero(np.diff(scene, prepend=-1))[_groups(scene)]
        exchange = self._exchanges(scene, occurrence, rng)
        curt = rng.permutation(_even(size, rng)) < style.curt
        variant = rng.integers(VARIANTS, size=size)
        entries = self._bank.first[scene] + (2 * exchange + curt) * VARIANTS + variant
        moments = self._moments(scene, exchange, occurrence, rng)
        moments[len(scenery) :] = state_moments
        return np.asarray(entries[np.argsort(moments, kind="stable")])

    def _scenes(self, size: int, part: tuple[float, float], rng: np.random.Generator) -> Ints:
        """Return the topic or aside of each exchange; every call has its own mixture of topics."""
        first, last = (round(share * len(self._topics)) for share in part)
        liked = self._topic_weight * rng.standard_gamma(0.8, len(self._topics))
        liked[:first] = liked[last:] = 0.0
        liked *= (1.0 - _ASIDE_SHARE) / liked.sum()
        weights = np.concatenate([liked, self._aside_weight])
        return self._scenery[np.searchsorted(np.cumsum(weights)[:-1], _even(size, rng))]

    def _exchanges(self, scene: Ints, occurrence: Ints, rng: np.random.Generator) -> Ints:
        """Return the exchange for each occurrence of a scene, often the first one first."""
        scenes, count = len(self._bank.scenes), self._bank.exchanges[scene]
        start = rng.integers(1 << 20, size=scenes)[scene]
        introduced = (self._is_topic & (rng.random(scenes) < _INTRODUCED_SHARE))[scene]
        after_first = (1 + (start + occurrence) % np.maximum(count - 1, 1)) % count
        from_first = np.where(occurrence == 0, 0, after_first)
        return np.where(introduced, from_first, (start + occurrence) % count)

    def _moments(
        self, scene: Ints, exchange: Ints, occurrence: Ints, rng: np.random.Generator
    ) -> Floats:
        """Return the position of each exchange: topics in scene order, others evenly spread.

        Each scene is spread for itself, so that half a call is like the whole.
        """
        often = np.bincount(scene, minlength=len(self._bank.scenes))
        offset = rng.random(len(often))
        moments = (occurrence + offset[scene]) / often[scene]
        topical = np.flatnonzero(self._is_topic[scene])
        positions = scene[topical] + exchange[topical] / self._bank.exchanges[scene[topical]]
        moments[topical[np.argsort(positions)]] = (np.arange(len(topical)) + 0.5) / max(
            len(topical), 1
        )
        return np.asarray(moments)

    def _entry_of(self, kind: str, curt: float, rng: np.random.Generator) -> int:
        """Return an entry of any scene of one kind."""
        scenes, cumulated = self._weights[kind]
        drawn: list[float] = rng.random(4).tolist()
        scene = scenes[int(np.searchsorted(cumulated, drawn[0] * cumulated[-1], side="right"))]
        exchange = int(drawn[1] * int(self._bank.exchanges[scene]))
        variant = (2 * exchange + (drawn[2] < curt)) * VARIANTS + int(drawn[3] * VARIANTS)
        return int(self._bank.first[scene]) + variant

    def _cumulated(self, kind: str) -> tuple[list[int], Floats]:
        scenes = self._bank.of_kind(kind)
        return scenes, np.cumsum([self._bank.scenes[number].weight for number in scenes])

    def _weight_of(self, scenes: Ints) -> Floats:
        weights = np.array([self._bank.scenes[number].weight for number in scenes], dtype=float)
        return np.asarray(weights / weights.sum())

    def _topic_entries(self) -> Ints:
        return np.concatenate(
            [
                np.arange(self._bank.exchanges[scene] * 2 * VARIANTS) + self._bank.first[scene]
                for scene in self._topics
            ]
        )


def _even(size: int, rng: np.random.Generator) -> Floats:
    """Return rising numbers between 0 and 1, one in each of `size` equal parts."""
    return (np.arange(size) + rng.random(size)) / size


def _groups(values: Ints) -> Ints:
    """Return the number of the run of equal values that each element belongs to."""
    return np.cumsum(np.diff(values, prepend=values[0]) != 0)
