"""The bank of ready exchanges: scenes spread into variants, so that a call is a list of numbers."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from callrisk.domain.arrays import Floats, Ints
from callrisk.sample.speech.delivery import SILENCE, Speech, SpokenTurn
from callrisk.sample.speech.scenes import Scene

VARIANTS = 6
# The columns of `Bank.sums`: turns by role and mood (negative, neutral, positive), then characters.
AGENT_TURNS, CUSTOMER_TURNS = slice(0, 3), slice(3, 6)
AGENT_CHARS, CUSTOMER_CHARS = 6, 7

_UNSPOKEN = str.maketrans("", "", "、。？?！!…「」")


@dataclass(frozen=True, slots=True)
class Bank:
    """All exchanges in all variants.

    Exchange e of scene s, open (0) or curt (1), variant v is entry
    `first[s] + (2 * e + curt) * VARIANTS + v`.
    """

    scenes: tuple[Scene, ...]
    first: Ints
    exchanges: Ints
    turns: tuple[tuple[SpokenTurn, ...], ...]
    transcripts: tuple[str, ...]
    sums: Ints

    def of_kind(self, kind: str) -> list[int]:
        """The numbers of the scenes of one kind."""
        return [number for number, scene in enumerate(self.scenes) if scene.kind == kind]

    def scene_of(self, entry: int) -> Scene:
        """The scene that an entry belongs to."""
        return self.scenes[int(np.searchsorted(self.first, entry, side="right")) - 1]

    def customer_turns(self) -> Floats:
        """Turns of the customer in each entry."""
        return np.asarray(self.sums[:, CUSTOMER_TURNS].sum(axis=1), dtype=np.float64)


def spread(scenes: Sequence[Scene], rng: np.random.Generator) -> Bank:
    """Every exchange, open and curt, in VARIANTS variants."""
    speech = Speech(scenes, rng)
    told = tuple(scene for scene in scenes if scene.kind != "rider")
    exchanges = np.array([len(scene.exchanges) for scene in told])
    turns = tuple(
        tuple(speech.turns(exchange, curt, scene.kind))
        for scene in told
        for exchange in scene.exchanges
        for curt in (False, True)
        for _ in range(VARIANTS)
    )
    return Bank(
        scenes=told,
        first=(np.cumsum(exchanges) - exchanges) * 2 * VARIANTS,
        exchanges=exchanges,
        turns=turns,
        transcripts=tuple(map(transcript_of, turns)),
        sums=np.array([_sums(entry) for entry in turns]),
    )


def exchange_of(entries: Ints) -> Ints:
    """A number for the exchange that each entry is a variant of."""
    return entries // (2 * VARIANTS)


def transcript_of(turns: Sequence[SpokenTurn]) -> str:
    """The turns as an export writes them: a line each, without punctuation."""
    return "\n".join(
        f"({turn.role}){turn.text.translate(_UNSPOKEN)}" for turn in turns if turn.role != SILENCE
    )


def _sums(turns: Sequence[SpokenTurn]) -> list[int]:
    sums = [0] * 8
    for turn in turns:
        if turn.role != SILENCE:
            is_customer = turn.role == "CUSTOMER"
            sums[1 + turn.mood + 3 * is_customer] += 1
            sums[AGENT_CHARS + is_customer] += len(turn.text.translate(_UNSPOKEN))
    return sums
