"""States of customers: what they mean about paying, how often in a call, and at which moments."""

import math
from dataclasses import dataclass

import numpy as np

from callrisk.domain.arrays import Floats, Ints

MILD_CONCERNS = ("hardship", "delay_request", "other_debt")
GRAVE_CONCERNS = ("inability", "income_loss", "past_default", "refusal")
CONCERNS = (*MILD_CONCERNS, *GRAVE_CONCERNS)
DODGES = ("evasion", "dispute", "third_party")
ASSURANCES = ("resolved", "promise", "capacity")
# Kinds of scenes that come up because of who the customer is, not because of where the call stands.
CUSTOMER_STATES = (*CONCERNS, *DODGES, *ASSURANCES, "hesitation")

_FIRST_ASSURANCE = CUSTOMER_STATES.index("resolved")
_MILD_SHARES = (0.5, 0.3, 0.2)
_GRAVE_SHARES = (0.35, 0.3, 0.15, 0.2)
_DODGE_SHARES = (0.6, 0.25, 0.15)
_ANSWER_SHARES = np.cumsum((0.55, 0.3, 0.15))
# Numbers of states are meant for a call of this many exchanges; longer calls have a few more.
_USUAL_EXCHANGES = 14
_LEAST_GROWTH, _MOST_GROWTH = 0.5, 1.7
# The next worse worry adds this much to the share of grave concerns.
_GRAVE_PER_WORRY, _MOST_GRAVE = 0.5, 0.65


@dataclass(frozen=True, slots=True)
class SpeakingStyle:
    """The way a customer talks: numbers of states in a usual call, and shares.

    `grave` is the share of grave concerns, `answered` of concerns that an assurance follows,
    `curt` of curt answers.
    """

    concerns: float = 0.0
    dodges: float = 0.0
    promises: float = 0.0
    capacities: float = 0.0
    hesitations: float = 0.0
    grave: float = 0.0
    answered: float = 0.0
    curt: float = 0.0


def style_from(worry: float, evasion: float, hesitation: float, promise: float) -> SpeakingStyle:
    """Return the speaking style of a person with these traits."""
    worry, evasion = max(worry, 0.0), max(evasion, 0.0)
    return SpeakingStyle(
        concerns=min(1.5 + 1.25 * worry, 5.0) if worry else 0.22,
        dodges=min(0.06 + 1.7 * evasion, 4.0),
        # Who will not pay promises less.
        promises=min(0.45 * math.exp(0.5 * promise - max(worry, evasion)), 2.0),
        # Who is short of money does not say that there is plenty.
        capacities=min(0.35 * math.exp(0.5 * promise - 1.5 * worry), 1.5),
        hesitations=min(0.5 * math.exp(0.5 * hesitation), 2.0),
        grave=min(_GRAVE_PER_WORRY * max(worry - 1.0, 0.0), _MOST_GRAVE),
        answered=0.1 if worry else 0.85,
        curt=min(0.2 + 0.3 * evasion, 0.9),
    )


def draw_states(
    exchanges: int, style: SpeakingStyle, rng: np.random.Generator
) -> tuple[Ints, Floats]:
    """Return the states of a call as numbers of CUSTOMER_STATES, ascending, with their moments.

    At most half of the exchanges of a call are states.
    """
    growth = min(max(math.sqrt(exchanges / _USUAL_EXCHANGES), _LEAST_GROWTH), _MOST_GROWTH)
    ends = growth * np.cumsum(
        [style.concerns, style.dodges, style.promises, style.capacities, style.hesitations]
    )
    group = np.searchsorted(ends, np.arange(rng.random(), ends[-1]), side="right")
    states = np.searchsorted(_kind_ends(style.grave), group + rng.random(len(group)), side="right")
    moments = _moments(group, rng)
    answered = (group == 0) & (rng.random(len(group)) < style.answered)
    asked = moments[answered]
    answers = _FIRST_ASSURANCE + np.searchsorted(_ANSWER_SHARES[:-1], rng.random(len(asked)))
    states = np.concatenate([states, answers])[: (exchanges + 1) // 2]
    # An answer comes after its concern, and in the first half of what is left of the call.
    moments = np.append(moments, asked + (1.0 - asked) * rng.random(len(asked)) / 2)[: len(states)]
    order = np.argsort(states, kind="stable")
    return states[order], moments[order]


def _kind_ends(grave: float) -> Floats:
    """Return the cumulated shares of the states; each group of states adds up to one."""
    mild = 1.0 - grave
    shares = (
        *(mild * share for share in _MILD_SHARES),
        *(grave * share for share in _GRAVE_SHARES),
        *_DODGE_SHARES,
        # Nobody is relieved without a concern before.
        *(0.0, 1.0, 1.0, 1.0),
    )
    return np.cumsum(shares)[:-1]


def _moments(group: Ints, rng: np.random.Generator) -> Floats:
    """Return moments between 0 and 1; those of a group are evenly spread over the call."""
    first = np.searchsorted(group, group)
    often = np.bincount(group, minlength=1)[group]
    return np.asarray((np.arange(len(group)) - first + rng.random(5)[group]) / often)
