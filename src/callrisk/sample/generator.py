"""One sample: its persons, calls, recorded calls and true risks, all from one seed."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from callrisk.domain.arrays import Floats
from callrisk.sample.export.export_rows import Cell, call_rows, customer_rows
from callrisk.sample.export.phone_calls import CallGenerator
from callrisk.sample.ids import new_id
from callrisk.sample.population import FIRST_RECORD_NUMBER, Population, draw_population
from callrisk.sample.recorded_calls import CallRecorder
from callrisk.sample.recorded_events import RecordedCall, events_of
from callrisk.sample.risk import (
    UnreachableAucError,
    draw_labels,
    label_maturity,
    log_odds,
    observed_auc,
    probability,
)
from callrisk.sample.speech.call_scripts import assign_scripts
from callrisk.sample.speech.phrase_bank import PhraseBank, build_phrase_bank
from callrisk.sample.speech.scene_files import read_scenes

CALLS, CUSTOMERS, SEED, AUC, RECORDED = 1058, 339, 20261122, 0.85, 12
FEWEST_CUSTOMERS = 24
_AGENTS_ON_RECORD = 3


class SampleError(ValueError):
    """A requested sample that cannot be made; the text says why."""


@dataclass(frozen=True, slots=True)
class SampleRequest:
    """The size of a sample and the AUC of its true risk against its labels."""

    calls: int = CALLS
    customers: int = CUSTOMERS
    seed: int = SEED
    auc: float = AUC
    recorded: int = RECORDED

    def __post_init__(self) -> None:
        """Raise SampleError for sizes that no sample can have."""
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
    """A sample whose rows are generated as they are read."""

    request: SampleRequest
    population: Population
    bank: PhraseBank
    log_odds: Floats
    unpaid: NDArray[np.bool_]
    recorded_calls: tuple[RecordedCall, ...]

    def rows(self) -> Iterator[tuple[Cell, ...]]:
        """Yield the rows of the call export."""
        call_generator = CallGenerator(self.population, self.bank, self.request.seed)
        return call_rows(self.population, call_generator, self.unpaid)

    def customers(self) -> Iterator[tuple[Cell, ...]]:
        """Yield the rows of the customers table."""
        return customer_rows(self.population, _generator(self.request.seed, "customers"))

    def truth(self) -> dict[str, Any]:
        """Return the true risks as JSON; only tests and benchmarks may read them."""
        maturity = label_maturity(self.population) * probability(self.log_odds)
        odds_of_record = {
            str(record + FIRST_RECORD_NUMBER): {
                "log_odds": float(self.log_odds[person]),
                "probability": float(probability(self.log_odds[person])),
                "label_probability": float(maturity[person]),
                "unpaid": bool(self.unpaid[person]),
            }
            for record, person in enumerate(self.population.person_of_record.tolist())
        }
        return {
            "demo": True,
            "seed": self.request.seed,
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
    """Return a sample of this size with the usual number of recorded calls."""
    return generate_sample(
        SampleRequest(calls, customers, seed, auc, min(RECORDED, customers // 2))
    )


def generate_sample(request: SampleRequest) -> Sample:
    """Return the requested sample; SampleError if it is impossible."""
    bank = build_phrase_bank(read_scenes(), _generator(request.seed, "bank"))
    population = draw_population(
        request.calls, request.customers, _generator(request.seed, "population")
    )
    try:
        odds = log_odds(population, request.auc)
    except UnreachableAucError as error:
        raise SampleError(f"--auc is {request.auc}; with these customers it is {error}") from error
    return Sample(
        request=request,
        population=population,
        bank=bank,
        log_odds=odds,
        unpaid=draw_labels(population, odds, _generator(request.seed, "labels")),
        recorded_calls=tuple(_recorded_calls(request, population, bank, odds)),
    )


def _generator(seed: int, purpose: str) -> np.random.Generator:
    """Return a random generator for one purpose, so that no purpose changes another's numbers."""
    return np.random.default_rng([seed, *purpose.encode("ascii")])


def _recorded_calls(
    request: SampleRequest, population: Population, bank: PhraseBank, odds: Floats
) -> Iterator[RecordedCall]:
    rng = _generator(request.seed, "recorded")
    recorder = CallRecorder(population, bank)
    record_of = {
        person: number for number, person in enumerate(population.person_of_record.tolist())
    }
    for number, (person, script) in enumerate(assign_scripts(population, odds, request.recorded)):
        contact_id = new_id(rng)
        yield RecordedCall(
            customer_id=str(record_of[person] + FIRST_RECORD_NUMBER),
            agent_id=f"demo-agent-{number % _AGENTS_ON_RECORD + 1:02d}",
            contact_id=contact_id,
            title=script.title,
            events=tuple(events_of(recorder.record(person, script, rng), contact_id, rng)),
        )
