"""The need that a turn of a customer calls for, learnt from labelled moments of calls.

An intent says what was said about paying; a need says what it calls for. One regression for each
need weighs the letters of the turn, those of the agent's turn before it, and what the language
hears in the turn. The weights are shipped and are made anew by `python -m callrisk.pipeline.needs`.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import cache, lru_cache
from io import BytesIO
from pathlib import Path
from typing import Self

import numpy as np
from numpy.typing import NDArray

from callrisk.domain.language.analysed import Analysed
from callrisk.domain.language.japanese import JAPANESE
from callrisk.domain.language.language import packaged
from callrisk.domain.language.reader import Reader
from callrisk.domain.language.spoken import spoken_in
from callrisk.domain.language.weights import OWN_MOST, Weights, restored

WEIGHTS = Path(__file__).parent / "needs.npz"
# What stands behind so many letters of a turn is not read.
_LONGEST = 400
# The newest turns of all live calls are remembered with their shares, the recent ones without.
_NEWEST_TURNS, _RECENT_TURNS = 10_000, 100_000


class Need(StrEnum):
    """The needs that a turn of a customer can call for; NONE for nothing in particular."""

    NONE = "none"
    LIFE = "life"
    DISTRESS = "distress"
    LEGAL = "legal"
    BEREAVED = "bereaved"
    NOT_HOLDER = "not_holder"
    COMPLAINT = "complaint"
    BAD_TIME = "bad_time"
    PAID_ALREADY = "paid_already"
    PAYING_NOW = "paying_now"
    PROMISE_DAY = "promise_day"
    PROMISE_NO_DAY = "promise_no_day"
    PART_OFFER = "part_offer"
    WANTS_INSTALMENTS = "wants_instalments"
    WANTS_DELAY = "wants_delay"
    WANTS_LESS = "wants_less"
    DAY_UNKNOWN = "day_unknown"
    MONEY_EXPECTED = "money_expected"
    HARDSHIP = "hardship"
    INABILITY = "inability"
    NO_WAY = "no_way"
    INCOME_LOST = "income_lost"
    BUSINESS_ENDS = "business_ends"
    ILLNESS = "illness"
    DISASTER = "disaster"
    DEBTS = "debts"
    REFUSAL = "refusal"
    DISPUTE = "dispute"
    CANCELLATION = "cancellation"
    WAVERING = "wavering"
    THIRD_PARTY_PAYS = "third_party_pays"
    THIRD_PARTY_OBJECTS = "third_party_objects"
    SLIPS = "slips"
    PAYMENT_MEANS = "payment_means"
    ASKS_PAYMENT = "asks_payment"
    ASKS_OTHER = "asks_other"
    SUSPICION = "suspicion"
    FORGOT = "forgot"
    CAN_PAY = "can_pay"
    SETTLED = "settled"
    TAKES_BACK = "takes_back"
    ACKNOWLEDGES = "acknowledges"
    EVADES = "evades"
    PRESSED = "pressed"
    NOT_HEARD = "not_heard"


NEEDS = tuple(Need)
_PLACE = {need: place for place, need in enumerate(NEEDS)}
# The shares from which on a need is clear, and below which it is quite unlikely. Advice for what is
# grave stands alone, so that a wrong reading of it costs most.
_CLEAR, _CLEAR_IF_GRAVE = 0.7, 0.95
_UNLIKELY, _UNLIKELY_BESIDE_NONE, _RATHER_NONE = 0.02, 0.05, 0.5
# These say nothing of means: where the language hears a statement in the turn, it decides, unless
# it is next to certain that the turn calls for nothing.
_SOFT = frozenset({Need.EVADES, Need.WAVERING, Need.ACKNOWLEDGES, Need.SETTLED, Need.NOT_HEARD})
_CERTAINLY_NONE = 0.97
_GRAVE = frozenset(
    {Need.LIFE, Need.DISTRESS, Need.LEGAL, Need.BEREAVED, Need.NOT_HOLDER, Need.DISASTER}
)


@dataclass(frozen=True, slots=True)
class HeardNeed:
    """The shares of all needs' odds (0 to 1) in a turn, in the order of `NEEDS`; they add up to 1.

    A share orders how sure the reading is; docs/playbook.md says how often it is right.
    """

    shares: NDArray[np.float32]

    @property
    def need(self) -> Need:
        """The likeliest need."""
        return NEEDS[int(self.shares.argmax())]

    @property
    def share(self) -> float:
        """The share of the likeliest need."""
        return float(self.shares.max())

    def share_of(self, need: Need) -> float:
        """Return the share of a need."""
        return float(self.shares[_PLACE[need]])

    @property
    def is_clear(self) -> bool:
        """True if advice may follow this need; the gravest must be surer than the others."""
        return self.share >= (_CLEAR_IF_GRAVE if self.need in _GRAVE else _CLEAR)

    @property
    def yields_to_statements(self) -> bool:
        """True if a statement about paying in the same turn says more than this need."""
        if self.need is Need.NONE:
            return self.share < _CERTAINLY_NONE
        return self.need in _SOFT

    def allows(self, needs: Iterable[Need]) -> bool:
        """Return True unless it is quite unlikely that the turn has one of these.

        More likelihood is asked for where the turn rather calls for nothing.
        """
        least = _UNLIKELY_BESIDE_NONE if self.share_of(Need.NONE) >= _RATHER_NONE else _UNLIKELY
        return max(map(self.share_of, needs), default=1.0) >= least


@dataclass(frozen=True)
class NeedWeights:
    """The shipped weights; `own_share` weighs the log-odds that the language gives the turn."""

    weights: Weights
    own_share: NDArray[np.float32]  # outputs of the language's turn x needs

    @classmethod
    def load(cls, file: Path) -> Self:
        """Return the weights of a file."""
        with np.load(BytesIO(file.read_bytes()), allow_pickle=False) as arrays:
            return cls(restored(arrays, "needs"), arrays["own_share"])

    def odds(self, agent_turn: str, customer_turn: str) -> NDArray[np.float32]:
        """Return the log-odds of each need."""
        turn = JAPANESE.analyse(customer_turn[:_LONGEST])
        own = own_features(turn)
        names = JAPANESE.pair_features(agent_turn[-_LONGEST:], turn, own)
        said = language_odds(own) @ self.own_share
        odds: NDArray[np.float32] = self.weights.margins(self.weights.rows_of(names)) + said
        return odds

    def heard(self, agent_turn: str, customer_turn: str) -> HeardNeed:
        """Return the likeliest need of a customer's turn after an agent's turn ("" for none)."""
        odds = self.odds(agent_turn, customer_turn).astype(np.float64)
        shares = np.exp(odds - odds.max())
        shares /= shares.sum()
        return HeardNeed(shares.astype(np.float32))


def _reader() -> Reader:
    return packaged().readers[JAPANESE.code]


def own_features(turn: Analysed) -> list[str]:
    """Return the features of a customer's turn by itself, each once."""
    return [*dict.fromkeys(JAPANESE.features(turn, _reader().found(turn)))]


def language_odds(own: Sequence[str]) -> NDArray[np.float32]:
    """Return the log-odds that the packaged language gives a turn's intents, within bounds."""
    weights = _reader().learned.turn
    return np.clip(weights.margins(weights.rows_of(own)), -OWN_MOST, OWN_MOST)


@lru_cache(_NEWEST_TURNS)
def heard_need(agent_turn: str, customer_turn: str) -> HeardNeed:
    """Return the likeliest need of a customer's turn right after an agent's turn ("" for none).

    Needs were learnt in Japanese alone, so in another language all are as likely.
    """
    if spoken_in(customer_turn, agent_turn) is not JAPANESE:
        return HeardNeed(np.full(len(NEEDS), 1 / len(NEEDS), np.float32))
    return _packaged().heard(agent_turn, customer_turn)


@lru_cache(_RECENT_TURNS)
def clear_need(agent_turn: str, customer_turn: str) -> Need | None:
    """Return the need of a customer's turn right after an agent's turn, None if it is not clear."""
    heard = heard_need(agent_turn, customer_turn)
    return heard.need if heard.is_clear else None


@cache
def _packaged() -> NeedWeights:
    return NeedWeights.load(WEIGHTS)
