"""How a call comes together: opening, topics in their order, turns of mind between them, closing."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from callrisk.sample.bank import VARIANTS, Bank
from callrisk.sample.marginals import Floats, Ints

# Kinds of scenes that come up because of who the customer is, not because of where the call stands.
MINDS = ("worry", "hesitation", "promise", "evasion")
# Calls that never come to their matter hold one exchange of one of these.
_SMALL_KINDS = ("machine", "message", "voicemail", "brief")
_ASIDE_SHARE = 0.1
_INTRODUCED_SHARE = 0.5


@dataclass(frozen=True, slots=True)
class Temper:
    """How a customer talks: share of exchanges of each turn of mind, and of curt answers."""

    worry: float
    hesitation: float
    promise: float
    evasion: float
    curt: float


class Conversations:
    """Draws the entries of calls from a bank."""

    def __init__(self, bank: Bank) -> None:
        self._bank = bank
        self._customer_turns = bank.customer_turns
        self._topics = np.array(bank.of_kind("topic"))
        self._asides = np.array(bank.of_kind("aside"))
        self._minds = np.array([bank.of_kind(kind)[0] for kind in MINDS])
        self._body = np.concatenate([self._topics, self._asides, self._minds])
        self._weights = {
            kind: self._cumulated(kind) for kind in ("opening", "closing", *_SMALL_KINDS)
        }
        self._topic_weight = self._weight_of(self._topics)
        self._aside_weight = self._weight_of(self._asides) * _ASIDE_SHARE
        self._mean_turns = float(self._customer_turns[self._topic_entries()].mean())

    def small(self, kind: str, rng: np.random.Generator) -> Ints:
        """A call of one exchange, of a kind such as machine, voicemail or brief."""
        return np.array([self._one(kind, 0.5, rng)])

    def whole(self, customer_turns: float, temper: Temper, rng: np.random.Generator) -> Ints:
        """A call with about so many turns of the customer."""
        first = self._one("opening", temper.curt, rng)
        last = self._one("closing", temper.curt, rng)
        room = customer_turns - self._customer_turns[[first, last]].sum()
        return np.concatenate([[first], self.body(room, temper, rng), [last]])

    def body(
        self,
        customer_turns: float,
        temper: Temper,
        rng: np.random.Generator,
        part: tuple[float, float] = (0.0, 1.0),
    ) -> Ints:
        """Exchanges with about so many turns of the customer, in the order of a call.

        `part` is the stretch of the usual order of topics that they are taken from.
        """
        wanted = max(1, round(customer_turns / self._mean_turns))
        topics = slice(*(round(share * len(self._topics)) for share in part))
        scene, exchange = self._matters(wanted, temper, topics, rng)
        curt = rng.permutation(_even(wanted, rng)) < temper.curt
        variant = rng.integers(VARIANTS, size=wanted)
        entries = self._bank.first[scene] + (2 * exchange + curt) * VARIANTS + variant
        return np.asarray(entries[np.argsort(self._moments(scene, exchange, rng), kind="stable")])

    def _matters(
        self, size: int, temper: Temper, topics: slice, rng: np.random.Generator
    ) -> tuple[Ints, Ints]:
        """Scenes and exchanges; none twice in a call before its scene is exhausted."""
        # Every call has its own mixture of topics.
        liked = np.zeros(len(self._topics))
        liked[topics] = (self._topic_weight * rng.standard_gamma(0.8, len(self._topics)))[topics]
        minds = np.array([getattr(temper, kind) for kind in MINDS])
        rest = 1.0 - minds.sum() - _ASIDE_SHARE
        weights = np.concatenate([liked * (rest / liked.sum()), self._aside_weight, minds])
        scene = self._body[np.searchsorted(np.cumsum(weights)[:-1], _even(size, rng))]
        return scene, self._exchanges(scene, rng)

    def _exchanges(self, scene: Ints, rng: np.random.Generator) -> Ints:
        """Which exchange each time a scene comes up: often its first one first, then on from there."""
        scenes, count = len(self._bank.scenes), self._bank.exchanges[scene]
        occurrence = _occurrence(scene)
        start = rng.integers(1 << 20, size=scenes)[scene]
        anywhere = (start + occurrence) % count
        after_first = 1 + (start + occurrence) % np.maximum(count - 1, 1)
        introduced = (rng.random(scenes) < _INTRODUCED_SHARE)[scene]
        return np.where(introduced, np.where(occurrence == 0, 0, after_first % count), anywhere)

    def _moments(self, scene: Ints, exchange: Ints, rng: np.random.Generator) -> Floats:
        """When each comes up: topics in the order of the scenes, all else here and there."""
        size = len(scene)
        topical = np.isin(scene, self._topics)
        within = scene + exchange / self._bank.exchanges[scene]
        moments = np.empty(size)
        ranks = np.argsort(np.argsort(within[topical], kind="stable"), kind="stable")
        moments[topical] = (ranks + 0.5) / max(len(ranks), 1)
        # Evenly over the call, each kind for itself, so that half a call is like the whole.
        others = np.flatnonzero(~topical)
        kinds, kind_of, counts = np.unique(scene[others], return_inverse=True, return_counts=True)
        offsets = rng.random(len(kinds))[kind_of]
        moments[others] = (_occurrence(kind_of) + offsets) / counts[kind_of]
        return moments

    def _one(self, kind: str, curt: float, rng: np.random.Generator) -> int:
        drawn = rng.random(3)
        scenes, cumulated = self._weights[kind]
        scene = scenes[int(np.searchsorted(cumulated, drawn[0] * cumulated[-1], side="right"))]
        exchange = int(drawn[1] * self._bank.exchanges[scene])
        is_curt = drawn[2] < curt
        variant = int(rng.integers(VARIANTS))
        return int(self._bank.first[scene]) + (2 * exchange + is_curt) * VARIANTS + variant

    def _cumulated(self, kind: str) -> tuple[list[int], Floats]:
        scenes = self._bank.of_kind(kind)
        return scenes, np.cumsum([self._bank.scenes[number].weight for number in scenes])

    def _weight_of(self, scenes: NDArray[np.int64]) -> Floats:
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
    """Rising numbers between 0 and 1, one in each of `size` equal parts."""
    return (np.arange(size) + rng.random(size)) / size


def _occurrence(values: Ints) -> Ints:
    """For each value how often it stood before in the array."""
    order = np.argsort(values, kind="stable")
    starts = np.searchsorted(values[order], values[order], side="left")
    occurrence = np.empty(len(values), dtype=np.int64)
    occurrence[order] = np.arange(len(values)) - starts
    return occurrence
