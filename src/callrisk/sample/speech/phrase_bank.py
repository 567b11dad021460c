"""A bank of ready exchanges in variants, so that a call is a list of entry numbers."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from callrisk.domain.arrays import Floats, Ints
from callrisk.sample.speech.scene_files import Scene
from callrisk.sample.speech.spoken_turns import SILENCE, SpokenTurn, TurnGenerator

VARIANTS = 6
# The columns of `PhraseBank.sums`: turns by role and sentiment (negative, neutral, positive),
# then characters.
AGENT_TURNS, CUSTOMER_TURNS = slice(0, 3), slice(3, 6)
AGENT_CHARS, CUSTOMER_CHARS = 6, 7

_UNSPOKEN = str.maketrans("", "", "、。？?！!…「」")


@dataclass(frozen=True, slots=True)
class PhraseBank:
    """A bank of all exchanges in all variants.

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
        """Return the numbers of the scenes of one kind."""
        return [number for number, scene in enumerate(self.scenes) if scene.kind == kind]

    def scene_of(self, entry: int) -> Scene:
        """Return the scene of an entry."""
        return self.scenes[int(np.searchsorted(self.first, entry, side="right")) - 1]

    def customer_turns(self) -> Floats:
        """Return the customer turns of each entry, shape (entries,)."""
        return np.asarray(self.sums[:, CUSTOMER_TURNS].sum(axis=1), dtype=np.float64)


def build_phrase_bank(scenes: Sequence[Scene], rng: np.random.Generator) -> PhraseBank:
    """Return every exchange, open and curt, in VARIANTS variants."""
    generator = TurnGenerator(scenes, rng)
    spoken = tuple(scene for scene in scenes if scene.kind != "afterthought")
    exchanges = np.array([len(scene.exchanges) for scene in spoken])
    turns = tuple(
        tuple(generator.turns(exchange, curt, scene.kind))
        for scene in spoken
        for exchange in scene.exchanges
        for curt in (False, True)
        for _ in range(VARIANTS)
    )
    return PhraseBank(
        scenes=spoken,
        first=(np.cumsum(exchanges) - exchanges) * 2 * VARIANTS,
        exchanges=exchanges,
        turns=turns,
        transcripts=tuple(map(transcript_of, turns)),
        sums=np.array([_sums(entry) for entry in turns]),
    )


def exchange_of(entries: Ints) -> Ints:
    """Return the number of the exchange that each entry is a variant of."""
    return entries // (2 * VARIANTS)


def transcript_of(turns: Sequence[SpokenTurn]) -> str:
    """Return the turns as an export writes them: a line each, without punctuation."""
    return "\n".join(
        f"({turn.role}){turn.text.translate(_UNSPOKEN)}" for turn in turns if turn.role != SILENCE
    )


def _sums(turns: Sequence[SpokenTurn]) -> list[int]:
    sums = [0] * 8
    for turn in turns:
        if turn.role != SILENCE:
            is_customer = turn.role == "CUSTOMER"
            sums[1 + turn.sentiment + 3 * is_customer] += 1
            sums[AGENT_CHARS + is_customer] += len(turn.text.translate(_UNSPOKEN))
    return sums
