"""How a call comes together: opening, topics in order, turns of mind between them, closing."""

from dataclasses import dataclass

import numpy as np

from callrisk.domain.arrays import Floats, Ints
from callrisk.sample.speech.bank import VARIANTS, Bank

# Kinds of scenes that come up because of who the customer is, not because of where the call stands.
MINDS = ("worry", "hesitation", "promise", "evasion")
# One exchange of these is a call that never comes to its matter, or a pause in one that does.
_SMALL_KINDS = ("machine", "message", "voicemail", "brief", "hold")
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
        self._customer_turns = bank.customer_turns()
        self._topics = np.array(bank.of_kind("topic"))
        self._is_topic = np.isin(np.arange(len(bank.scenes)), self._topics)
        self._asides = np.array(bank.of_kind("aside") + bank.of_kind("hold"))
        self._minds = np.array([bank.of_kind(kind)[0] for kind in MINDS])
        self._body = np.concatenate([self._topics, self._asides, self._minds])
        self._weights = {
            kind: self._cumulated(kind) for kind in ("opening", "closing", *MINDS, *_SMALL_KINDS)
        }
        self._topic_weight = self._weight_of(self._topics)
        self._aside_weight = self._weight_of(self._asides) * _ASIDE_SHARE
        self._mean_turns = float(self._customer_turns[self._topic_entries()].mean())

    def small(self, kind: str, rng: np.random.Generator) -> Ints:
        """One exchange of a kind: a whole call, as machine or brief, or a turn of mind."""
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
        size = max(1, round(customer_turns / self._mean_turns))
        scene = self._scenes(size, temper, part, rng)
        # The scenes come grouped, so this counts how often each has come up before.
        occurrence = np.arange(size) - np.flatnonzero(np.diff(scene, prepend=-1))[_groups(scene)]
        exchange = self._exchanges(scene, occurrence, rng)
        curt = rng.permutation(_even(size, rng)) < temper.curt
        variant = rng.integers(VARIANTS, size=size)
        entries = self._bank.first[scene] + (2 * exchange + curt) * VARIANTS + variant
        moments = self._moments(scene, exchange, occurrence, rng)
        return np.asarray(entries[np.argsort(moments, kind="stable")])

    def _scenes(
        self, size: int, temper: Temper, part: tuple[float, float], rng: np.random.Generator
    ) -> Ints:
        """Which scene each exchange is from; every call has its own mixture of topics."""
        first, last = (round(share * len(self._topics)) for share in part)
        liked = self._topic_weight * rng.standard_gamma(0.8, len(self._topics))
        liked[:first] = liked[last:] = 0.0
        minds = [getattr(temper, kind) for kind in MINDS]
        liked *= (1.0 - sum(minds) - _ASIDE_SHARE) / liked.sum()
        weights = np.concatenate([liked, self._aside_weight, minds])
        return self._body[np.searchsorted(np.cumsum(weights)[:-1], _even(size, rng))]

    def _exchanges(self, scene: Ints, occurrence: Ints, rng: np.random.Generator) -> Ints:
        """Which exchange each time a scene comes up: often the first first, then on from any."""
        scenes, count = len(self._bank.scenes), self._bank.exchanges[scene]
        start = rng.integers(1 << 20, size=scenes)[scene]
        introduced = (rng.random(scenes) < _INTRODUCED_SHARE)[scene]
        after_first = (1 + (start + occurrence) % np.maximum(count - 1, 1)) % count
        from_first = np.where(occurrence == 0, 0, after_first)
        return np.where(introduced, from_first, (start + occurrence) % count)

    def _moments(
        self, scene: Ints, exchange: Ints, occurrence: Ints, rng: np.random.Generator
    ) -> Floats:
        """When each comes up: topics in the order of the scenes, all else evenly spread.

        Each scene is spread for itself, so that half a call is like the whole.
        """
        often = np.bincount(scene, minlength=len(self._bank.scenes))
        offset = rng.random(len(often))
        moments = (occurrence + offset[scene]) / often[scene]
        topical = np.flatnonzero(self._is_topic[scene])
        told = scene[topical] + exchange[topical] / self._bank.exchanges[scene[topical]]
        moments[topical[np.argsort(told)]] = (np.arange(len(topical)) + 0.5) / max(len(topical), 1)
        return np.asarray(moments)

    def _one(self, kind: str, curt: float, rng: np.random.Generator) -> int:
        """An entry of any scene of one kind."""
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
    """Rising numbers between 0 and 1, one in each of `size` equal parts."""
    return (np.arange(size) + rng.random(size)) / size


def _groups(values: Ints) -> Ints:
    """The number of the run of equal values that each stands in."""
    return np.cumsum(np.diff(values, prepend=values[0]) != 0)
