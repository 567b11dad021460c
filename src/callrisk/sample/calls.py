"""The calls of one person: when they were, how long, what was said in them and how it measured."""

import math
import uuid
from dataclasses import dataclass
from datetime import datetime

import numpy as np

from callrisk.sample import marginals
from callrisk.sample.bank import Bank
from callrisk.sample.conversation import Conversations, Temper
from callrisk.sample.marginals import Floats, Ints, choices
from callrisk.sample.measures import Side, measured
from callrisk.sample.population import Population, move_to_weekdays, person_words
from callrisk.sample.quirks import damaged

# The last call before a contract is a conversation more often than those that led up to it.
_LAST_CALL_IS_LONGER_BY = 2.3
_FIRST_OF_CONTRACT_DAYS_MOVED = 4
_VOICEMAIL_SHARE = 0.25
_OTHER_AGENT_SHARE = 0.35


@dataclass(frozen=True, slots=True)
class Call:
    """One call as an export tells it, whichever record number it stands under."""

    contact_id: str
    started_at: datetime
    days_to_contract: int
    agent: int
    agent_side: Side
    customer_side: Side
    duration_s: float
    total_talk_s: float
    transcript: str


class Telephone:
    """Makes the calls of any person of a population, each time the same."""

    def __init__(self, population: Population, bank: Bank, seed: int) -> None:
        self._population = population
        self._bank = bank
        self._conversations = Conversations(bank)
        self._seed = seed
        self._lengths = _Lengths(population.persons / int(population.calls.sum()))

    def calls_of(self, person: int) -> list[Call]:
        """All calls of a person, the earliest first."""
        rng = np.random.default_rng([self._seed, person])
        count = int(self._population.calls[person])
        started, days = self._moments(person, count, rng)
        shares = self._lengths.draw(count, rng)
        temper = temper_of(self._population, person)
        return [
            self._call(person, moment, int(ahead), float(share), temper, rng)
            for moment, ahead, share in zip(started, days, shares, strict=True)
        ]

    def _moments(
        self, person: int, count: int, rng: np.random.Generator
    ) -> tuple[list[datetime], Ints]:
        """When the calls began, and how many days before the contract that was."""
        contract = self._population.contract_date[person]
        days = marginals.days_to_contract(rng.random(count))
        day = contract - days
        moved = np.where(days >= _FIRST_OF_CONTRACT_DAYS_MOVED, move_to_weekdays(day, rng), day)
        hour = marginals.FIRST_HOUR + choices(marginals.START_HOUR_SHARES, count, rng)
        started = moved.astype("datetime64[s]") + hour * 3600 + rng.integers(3600, size=count)
        order = np.argsort(started)
        return started[order].tolist(), (contract - moved[order]).astype(np.int64)

    def _call(  # noqa: PLR0913
        self,
        person: int,
        started_at: datetime,
        days: int,
        share: float,
        temper: Temper,
        rng: np.random.Generator,
    ) -> Call:
        entries = self._said(share, temper, rng)
        drawn = rng.random(8)
        sums = self._bank.sums[entries].sum(axis=0).tolist()
        agent_side, customer_side, total_talk, duration = measured(sums, share, rng)
        lines = "\n".join([self._bank.transcripts[entry] for entry in entries.tolist()])
        for slot, words in person_words(self._population, person).items():
            lines = lines.replace(slot, words)
        own_agent = drawn[0] >= _OTHER_AGENT_SHARE
        agents = self._population.agent
        return Call(
            contact_id=str(uuid.UUID(bytes=rng.bytes(16), version=4)),
            started_at=started_at,
            days_to_contract=days,
            agent=int(agents[person] if own_agent else agents[int(drawn[1] * len(agents))]),
            agent_side=agent_side,
            customer_side=customer_side,
            duration_s=duration,
            total_talk_s=total_talk,
            transcript=damaged(lines, drawn[2:6].tolist()),
        )

    def _said(self, share: float, temper: Temper, rng: np.random.Generator) -> Ints:
        """The entries of a call that is longer than this share of all calls."""
        if share < marginals.NO_CUSTOMER_BELOW:
            return self._conversations.small("message", rng)
        if share < marginals.NO_AGENT_BELOW:
            return self._conversations.small("machine", rng)
        if share < marginals.BRIEF_BELOW:
            kind = "voicemail" if rng.random() < _VOICEMAIL_SHARE else "brief"
            return self._conversations.small(kind, rng)
        turns = float(marginals.customer_turns(np.array([share]))[0])
        return self._conversations.whole(turns, temper, rng)


def temper_of(population: Population, person: int) -> Temper:
    """How a person talks, from what moves them."""
    trait = {name: float(values[person]) for name, values in population.traits.items()}
    return temper(**trait)


def temper(worry: float, evasion: float, hesitation: float, promise: float) -> Temper:
    """How someone with these traits talks; each in standard deviations from the usual."""
    return Temper(
        worry=min(0.012 + 0.09 * max(worry, 0.0), 0.35),
        hesitation=min(0.05 * math.exp(0.5 * hesitation), 0.2),
        promise=min(0.05 * math.exp(0.5 * promise), 0.2),
        evasion=min(0.03 * math.exp(0.9 * evasion), 0.2),
        curt=1.0 / (1.0 + math.exp(0.8 - 1.7 * evasion)),
    )


class _Lengths:
    """Draws how long calls are, as shares of all calls; last calls are longer than others."""

    def __init__(self, last_calls: float) -> None:
        self._scores = np.linspace(-5.0, 7.0, 2401)
        usual = np.array([marginals.normal_share(score) for score in self._scores])
        longer = np.array(
            [marginals.normal_share(score - _LAST_CALL_IS_LONGER_BY) for score in self._scores]
        )
        self._shares = (1.0 - last_calls) * usual + last_calls * longer

    def draw(self, count: int, rng: np.random.Generator) -> Floats:
        """Shares for the calls of one person in their order."""
        scores = rng.standard_normal(count)
        scores[-1] += _LAST_CALL_IS_LONGER_BY
        return np.interp(scores, self._scores, self._shares)
