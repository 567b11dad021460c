"""Contact Lens measures of a call: sentiments, talk time, loudness and duration."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from callrisk.sample.export import marginals
from callrisk.sample.speech.phrase_bank import (
    AGENT_CHARS,
    AGENT_TURNS,
    CUSTOMER_CHARS,
    CUSTOMER_TURNS,
)

_MOST_SENTIMENT = 5.0
_TALK_SPREAD = 0.12
# A conversation lasts longer than its talk, but where both talk at once it may be the other way.
_TALK_SHARE, _TALK_SHARE_SPREAD = -0.2, 0.28
_TOTAL_DIFFERS_SHARE = 0.06
_SCORE_DIFFERS_SHARE = 0.3
_LOUD_WHEN_SHORT = -0.42


@dataclass(frozen=True, slots=True)
class Side:
    """The measures of one speaker; all zero when nobody spoke."""

    loudness: float
    negative: int
    neutral: int
    positive: int
    sentiment: float
    talk_s: float

    @property
    def turns(self) -> int:
        """Return the number of turns of any sentiment."""
        return self.negative + self.neutral + self.positive


def measured(
    sums: Sequence[int], share: float, rng: np.random.Generator
) -> tuple[Side, Side, float, float]:
    """Return the agent's side, the customer's side, total talk and duration in seconds.

    `sums` are those of a bank; `share` is how many calls are shorter than this one.
    """
    drawn = rng.random(8).tolist()
    noise = rng.standard_normal(6).tolist()
    talk = [
        sums[chars] / marginals.CHARS_PER_SECOND[role] * float(np.exp(_TALK_SPREAD * noise[at]))
        for at, (role, chars) in enumerate((("AGENT", AGENT_CHARS), ("CUSTOMER", CUSTOMER_CHARS)))
    ]
    agent_loudness = marginals.agent_loudness(drawn[0])
    customer_loudness = marginals.customer_loudness(_quieter_when_long(share, noise[2]))
    agent = _side(sums[AGENT_TURNS], talk[0], agent_loudness, drawn[1:3])
    customer = _side(sums[CUSTOMER_TURNS], talk[1], customer_loudness, drawn[3:5])
    together = agent.talk_s + customer.talk_s
    total = together * (1 + 0.3 * drawn[6]) if drawn[5] < _TOTAL_DIFFERS_SHARE else together
    return agent, customer, round(total, 3), _duration(total, bool(agent.turns), noise[3])


def _side(turns: Sequence[int], talk_s: float, loudness: float, drawn: Sequence[float]) -> Side:
    negative, neutral, positive = turns
    said = sum(turns)
    if not said:
        return Side(0.0, 0, 0, 0, 0.0, 0.0)
    score = _MOST_SENTIMENT * (positive - negative) / said
    if drawn[0] < _SCORE_DIFFERS_SHARE:
        # Contact Lens averages over quarters of the call, which we do not have here.
        score += (drawn[1] - 0.5) * min(_MOST_SENTIMENT - abs(score), 1.0)
    return Side(round(loudness, 4), negative, neutral, positive, round(score, 1), round(talk_s, 3))


def _quieter_when_long(share: float, noise: float) -> float:
    size = (share - 0.5) * 3.4
    own = (1.0 - _LOUD_WHEN_SHORT**2) ** 0.5
    return marginals.normal_share(_LOUD_WHEN_SHORT * size + own * noise)


def _duration(talk_s: float, conversation: bool, noise: float) -> float:
    if not conversation:
        return round(talk_s * (1.01 + 0.02 * abs(noise)), 3)
    return round(talk_s / float(np.exp(_TALK_SHARE + _TALK_SHARE_SPREAD * noise)), 3)
