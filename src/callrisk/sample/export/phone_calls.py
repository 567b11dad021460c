"""The calls of one person: dates, lengths, transcripts and measures."""

from dataclasses import dataclass
from datetime import datetime

import numpy as np

from callrisk.domain.arrays import Floats, Ints
from callrisk.sample.export import marginals
from callrisk.sample.export.call_measures import Side, measured
from callrisk.sample.export.export_defects import with_defects
from callrisk.sample.export.marginals import choices
from callrisk.sample.ids import new_id
from callrisk.sample.population import Population, move_to_weekdays, person_words
from callrisk.sample.speech.conversation import Conversations
from callrisk.sample.speech.customer_states import SpeakingStyle, style_from
from callrisk.sample.speech.phrase_bank import PhraseBank

# The last call before a contract is a conversation more often than those that led up to it.
_LAST_CALL_IS_LONGER_BY = 2.3
_FREE_TO_MOVE_DAYS = 4
_VOICEMAIL_SHARE = 0.25
_OTHER_AGENT_SHARE = 0.35


@dataclass(frozen=True, slots=True)
class SampleCall:
    """A call as the export shows it, under one record number or two, and its bank entries."""

    contact_id: str
    started_at: datetime
    days_to_contract: int
    agent: int
    agent_side: Side
    customer_side: Side
    duration_s: float
    total_talk_s: float
    transcript: str
    entries: Ints


@dataclass(frozen=True, slots=True)
class _PlannedCall:
    """The start, the agent and the length rank of a call."""

    started_at: datetime
    days_to_contract: int
    agent: int
    share: float


class CallGenerator:
    """A generator of the calls of each person of a population, repeatable per person."""

    def __init__(self, population: Population, bank: PhraseBank, seed: int) -> None:
        self._population = population
        self._bank = bank
        self._conversations = Conversations(bank)
        self._seed = seed
        self._lengths = _CallLengths(population.persons / int(population.calls.sum()))

    def calls_of(self, person: int) -> list[SampleCall]:
        """Return all calls of a person, the earliest first."""
        rng = np.random.default_rng([self._seed, person])
        style = style_of(self._population, person)
        words = person_words(self._population, person)
        planned_calls = self._planned_calls(person, rng)
        return [self._call(planned, style, words, rng) for planned in planned_calls]

    def _planned_calls(self, person: int, rng: np.random.Generator) -> list[_PlannedCall]:
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
        return [_PlannedCall(*values) for values in zip(*columns, strict=True)]

    def _agents(self, person: int, count: int, rng: np.random.Generator) -> Ints:
        """Return the agent per call: the customer's own for the last and most others."""
        own, agents = rng.random(count) >= _OTHER_AGENT_SHARE, self._population.agent
        own[-1] = True
        return np.where(own, agents[person], agents[rng.integers(len(agents), size=count)])

    def _call(
        self,
        planned: _PlannedCall,
        style: SpeakingStyle,
        words: dict[str, str],
        rng: np.random.Generator,
    ) -> SampleCall:
        entries = self._said(planned.share, style, rng)
        sums = self._bank.sums[entries].sum(axis=0).tolist()
        agent, customer, total_talk, duration = measured(sums, planned.share, rng)
        transcript = "\n".join([self._bank.transcripts[entry] for entry in entries.tolist()])
        for slot, word in words.items():
            transcript = transcript.replace(slot, word)
        return SampleCall(
            contact_id=new_id(rng),
            started_at=planned.started_at,
            days_to_contract=planned.days_to_contract,
            agent=planned.agent,
            agent_side=agent,
            customer_side=customer,
            duration_s=duration,
            total_talk_s=total_talk,
            transcript=with_defects(transcript, rng.random(4).tolist()),
            entries=entries,
        )

    def _said(self, share: float, style: SpeakingStyle, rng: np.random.Generator) -> Ints:
        """Return the entries of a call that is longer than this share of all calls."""
        if share < marginals.NO_CUSTOMER_BELOW:
            return self._conversations.single_exchange("message", rng)
        if share < marginals.NO_AGENT_BELOW:
            return self._conversations.single_exchange("machine", rng)
        if share < marginals.BRIEF_BELOW:
            kind = "voicemail" if rng.random() < _VOICEMAIL_SHARE else "brief"
            return self._conversations.single_exchange(kind, rng)
        turns = marginals.customer_turns(share)
        return self._conversations.full_call(turns, style, rng)


def style_of(population: Population, person: int) -> SpeakingStyle:
    """Return the speaking style of a person by their traits."""
    trait = {name: float(values[person]) for name, values in population.traits.items()}
    return style_from(**trait)


class _CallLengths:
    """A distribution of call lengths as shares of all calls; last calls are longer."""

    def __init__(self, last_calls: float) -> None:
        self._scores = np.linspace(-5.0, 7.0, 2401)
        usual = np.array([marginals.normal_share(score) for score in self._scores])
        longer = np.array(
            [marginals.normal_share(score - _LAST_CALL_IS_LONGER_BY) for score in self._scores]
        )
        self._shares = (1.0 - last_calls) * usual + last_calls * longer

    def draw(self, count: int, rng: np.random.Generator) -> Floats:
        """Return the shares of the calls of one person, shape (count,)."""
        scores = rng.standard_normal(count)
        scores[-1] += _LAST_CALL_IS_LONGER_BY
        return np.interp(scores, self._scores, self._shares)
