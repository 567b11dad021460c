"""The calls of one person: when they were, how long, what was said in them and how it measured."""

import math
from dataclasses import dataclass
from datetime import datetime

import numpy as np

from callrisk.domain.arrays import Floats, Ints
from callrisk.sample.export import marginals
from callrisk.sample.export.marginals import choices
from callrisk.sample.export.measures import Side, measured
from callrisk.sample.export.quirks import damaged
from callrisk.sample.ids import new_id
from callrisk.sample.population import Population, move_to_weekdays, person_words
from callrisk.sample.speech.bank import Bank
from callrisk.sample.speech.conversation import Conversations, Temper

# The last call before a contract is a conversation more often than those that led up to it.
_LAST_CALL_IS_LONGER_BY = 2.3
_FREE_TO_MOVE_DAYS = 4
_VOICEMAIL_SHARE = 0.25
_OTHER_AGENT_SHARE = 0.35


@dataclass(frozen=True, slots=True)
class SampleCall:
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


@dataclass(frozen=True, slots=True)
class _Appointment:
    """When a call is, who makes it, and how many of all calls are shorter."""

    started_at: datetime
    days_to_contract: int
    agent: int
    share: float


class Telephone:
    """Makes the calls of any person of a population, each time the same."""

    def __init__(self, population: Population, bank: Bank, seed: int) -> None:
        self._population = population
        self._bank = bank
        self._conversations = Conversations(bank)
        self._seed = seed
        self._lengths = _Lengths(population.persons / int(population.calls.sum()))

    def calls_of(self, person: int) -> list[SampleCall]:
        """All calls of a person, the earliest first."""
        rng = np.random.default_rng([self._seed, person])
        temper = temper_of(self._population, person)
        words = person_words(self._population, person)
        appointments = self._appointments(person, rng)
        return [self._call(appointment, temper, words, rng) for appointment in appointments]

    def _appointments(self, person: int, rng: np.random.Generator) -> list[_Appointment]:
        count = int(self._population.calls[person])
        contract = self._population.contract_date[person]
        days = marginals.days_to_contract(rng.random(count))
        day = contract - days
        moved = np.where(days >= _FREE_TO_MOVE_DAYS, move_to_weekdays(day, rng), day)
        hour = marginals.FIRST_HOUR + choices(marginals.START_HOUR_SHARES, count, rng)
        started = np.sort(
            moved.astype("datetime64[s]") + hour * 3600 + rng.integers(3600, size=count)
        )
        days_left = (contract - started.astype("datetime64[D]")).astype(np.int64)
        shares = self._lengths.draw(count, rng)
        agents = self._agents(person, count, rng)
        columns = (started.tolist(), days_left.tolist(), agents.tolist(), shares.tolist())
        return [_Appointment(*values) for values in zip(*columns, strict=True)]

    def _agents(self, person: int, count: int, rng: np.random.Generator) -> Ints:
        """The customer's own agent at last and mostly before, else anyone who is often on duty."""
        own, agents = rng.random(count) >= _OTHER_AGENT_SHARE, self._population.agent
        own[-1] = True
        return np.where(own, agents[person], agents[rng.integers(len(agents), size=count)])

    def _call(
        self,
        appointment: _Appointment,
        temper: Temper,
        words: dict[str, str],
        rng: np.random.Generator,
    ) -> SampleCall:
        entries = self._said(appointment.share, temper, rng)
        sums = self._bank.sums[entries].sum(axis=0).tolist()
        agent, customer, total_talk, duration = measured(sums, appointment.share, rng)
        transcript = "\n".join([self._bank.transcripts[entry] for entry in entries.tolist()])
        for slot, word in words.items():
            transcript = transcript.replace(slot, word)
        return SampleCall(
            contact_id=new_id(rng),
            started_at=appointment.started_at,
            days_to_contract=appointment.days_to_contract,
            agent=appointment.agent,
            agent_side=agent,
            customer_side=customer,
            duration_s=duration,
            total_talk_s=total_talk,
            transcript=damaged(transcript, rng.random(4).tolist()),
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
        turns = marginals.customer_turns(share)
        return self._conversations.whole(turns, temper, rng)


def temper_of(population: Population, person: int) -> Temper:
    """How a person talks, from what moves them."""
    trait = {name: float(values[person]) for name, values in population.traits.items()}
    return temper(**trait)


def temper(worry: float, evasion: float, hesitation: float, promise: float) -> Temper:
    """How someone with these traits talks."""
    return Temper(
        worry=min(0.012 + 0.09 * max(worry, 0.0), 0.35),
        hesitation=min(0.05 * math.exp(0.5 * hesitation), 0.2),
        promise=min(0.05 * math.exp(0.5 * promise), 0.2),
        evasion=min(0.015 + 0.05 * max(evasion, 0.0), 0.15),
        curt=min(0.2 + 0.3 * max(evasion, 0.0), 0.9),
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
