"""One sample: the people, their calls, the recorded calls, and the truth that is kept aside."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from callrisk.domain.arrays import Floats
from callrisk.sample.export.export_rows import Cell, call_rows, customer_rows
from callrisk.sample.export.phone_calls import Telephone
from callrisk.sample.ids import new_id
from callrisk.sample.population import FIRST_RECORD_NUMBER, Population, draw_population
from callrisk.sample.recorded_calls import Studio
from callrisk.sample.recorded_events import RecordedCall, events_of
from callrisk.sample.risk import (
    UnreachableAucError,
    draw_labels,
    log_odds,
    observed_auc,
    probability,
    ripeness,
)
from callrisk.sample.speech.bank import Bank, spread
from callrisk.sample.speech.plots import cast
from callrisk.sample.speech.scenes import read_scenes

CALLS, CUSTOMERS, SEED, AUC, RECORDED = 1058, 339, 20261122, 0.85, 12
FEWEST_CUSTOMERS = 24
_AGENTS_ON_RECORD = 3


class SampleError(ValueError):
    """A sample that was wished for but cannot be made; the text says why."""


@dataclass(frozen=True, slots=True)
class SampleRequest:
    """How large a sample shall be, and how well its truth ranks its labels."""

    calls: int = CALLS
    customers: int = CUSTOMERS
    seed: int = SEED
    auc: float = AUC
    recorded: int = RECORDED

    def __post_init__(self) -> None:
        """Refuse what no sample can be."""
        if self.customers < FEWEST_CUSTOMERS:
            raise SampleError(
                f"--customers is {self.customers}; at least {FEWEST_CUSTOMERS} are needed"
            )
        if self.calls < self.customers:
            raise SampleError(
                f"--calls is {self.calls}, --customers is {self.customers}; "
                "every customer has at least one call"
            )
        if not 0.5 <= self.auc < 1.0:
            raise SampleError(f"--auc is {self.auc}; it must lie between 0.5 and 1")
        if self.seed < 0:
            raise SampleError(f"--seed is {self.seed}; it must not be negative")
        if not 0 <= self.recorded <= self.customers // 2:
            raise SampleError(
                f"--recorded is {self.recorded}; it must lie between 0 and half of --customers"
            )


@dataclass(frozen=True, slots=True)
class Sample:
    """A sample that is known but not yet told: its rows are made as they are read."""

    wish: SampleRequest
    population: Population
    bank: Bank
    log_odds: Floats
    unpaid: NDArray[np.bool_]
    recorded_calls: tuple[RecordedCall, ...]

    def rows(self) -> Iterator[tuple[Cell, ...]]:
        """The call export, row by row."""
        telephone = Telephone(self.population, self.bank, self.wish.seed)
        return call_rows(self.population, telephone, self.unpaid)

    def customers(self) -> Iterator[tuple[Cell, ...]]:
        """The customers table, row by row."""
        return customer_rows(self.population, _generator(self.wish.seed, "customers"))

    def truth(self) -> dict[str, Any]:
        """What only tests and benchmarks may know."""
        ripe = ripeness(self.population) * probability(self.log_odds)
        odds_of_record = {
            str(record + FIRST_RECORD_NUMBER): {
                "log_odds": float(self.log_odds[person]),
                "probability": float(probability(self.log_odds[person])),
                "label_probability": float(ripe[person]),
                "unpaid": bool(self.unpaid[person]),
            }
            for record, person in enumerate(self.population.person_of_record.tolist())
        }
        return {
            "demo": True,
            "seed": self.wish.seed,
            "auc": observed_auc(self.log_odds, self.unpaid),
            "customers": odds_of_record,
            "recorded_calls": {
                call.contact_id: {"customer_id": call.customer_id}
                | odds_of_record[call.customer_id]
                for call in self.recorded_calls
            },
        }


def generate(
    calls: int = CALLS, customers: int = CUSTOMERS, seed: int = SEED, auc: float = AUC
) -> Sample:
    """A sample of so many rows and customer records, with the usual number of recorded calls."""
    return generate_wish(SampleRequest(calls, customers, seed, auc, min(RECORDED, customers // 2)))


def generate_wish(wish: SampleRequest) -> Sample:
    """The sample that was wished for; SampleError if there is none."""
    bank = spread(read_scenes(), _generator(wish.seed, "bank"))
    population = draw_population(wish.calls, wish.customers, _generator(wish.seed, "population"))
    try:
        odds = log_odds(population, wish.auc)
    except UnreachableAucError as error:
        raise SampleError(f"--auc is {wish.auc}; with these customers it is {error}") from error
    return Sample(
        wish=wish,
        population=population,
        bank=bank,
        log_odds=odds,
        unpaid=draw_labels(population, odds, _generator(wish.seed, "labels")),
        recorded_calls=tuple(_recorded_calls(wish, population, bank, odds)),
    )


def _generator(seed: int, purpose: str) -> np.random.Generator:
    """A stream of chance of its own for each purpose, so that one does not disturb another."""
    return np.random.default_rng([seed, *purpose.encode("ascii")])


def _recorded_calls(
    wish: SampleRequest, population: Population, bank: Bank, odds: Floats
) -> Iterator[RecordedCall]:
    rng = _generator(wish.seed, "recorded")
    studio = Studio(population, bank)
    record_of = {
        person: number for number, person in enumerate(population.person_of_record.tolist())
    }
    for number, (person, plot) in enumerate(cast(population, odds, wish.recorded)):
        contact_id = new_id(rng)
        yield RecordedCall(
            customer_id=str(record_of[person] + FIRST_RECORD_NUMBER),
            agent_id=f"demo-agent-{number % _AGENTS_ON_RECORD + 1:02d}",
            contact_id=contact_id,
            title=plot.title,
            events=tuple(events_of(studio.record(person, plot, rng), contact_id, rng)),
        )
