"""The persons of a sample: name, contract, payment method, speaking traits."""

from dataclasses import dataclass

import numpy as np

from callrisk.domain.arrays import Days, Floats, Ints
from callrisk.sample.export import marginals
from callrisk.sample.export.marginals import choices
from callrisk.sample.speech.slot_values import AGENT_NAMES, FAMILY_NAMES, GIVEN_NAMES, spoken_yen

FIRST_RECORD_NUMBER = 1001
PAYMENT_METHODS = ("口座振替", "クレジットカード", "銀行振込", "コンビニ払い")
_PAYMENT_SHARES = (0.45, 0.30, 0.10, 0.15)
_LATE_PAYMENT_SHARES = (0.72, 0.155, 0.07, 0.035, 0.013, 0.007)
TERMS = (36, 60, 84, 108)
_TERM_SHARES = (0.2, 0.35, 0.3, 0.15)
PLANS = ("おてがるプラン", "あんしんプラン", "ゆったりプラン")
CARS = (
    "ミナモ",
    "ハルカゼ",
    "ソラノワ",
    "トキノハ",
    "カザミドリ",
    "ユウナギ",
    "コモレビ",
    "アサツユ",
)
OWNERS = 27
# One agent more stands in the export by a bare number, once.
AGENTS = 86
_WORRIED_SHARE, _EVASIVE_SHARE, _BEYOND_ONE = 0.16, 0.12, 0.3

# Of 339 customer records 13 pairs are one person, and 86 of 1,058 rows repeat a call for the twin.
_TWIN_SHARE = 13 / 339
_TWIN_ROW_SHARE = 86 / 1058


@dataclass(frozen=True, slots=True)
class Population:
    """Arrays with one entry per person; the first `twins` persons have two record numbers."""

    twins: int
    person_of_record: Ints
    calls: Ints
    traits: dict[str, Floats]
    late_payments: Ints
    payment_method: Ints
    contract_amount: Ints
    term: Ints
    car: Ints
    plan: Ints
    owner: Ints
    agent: Ints
    family: Ints
    given: Ints
    contract_month: Ints
    contract_date: Days

    @property
    def persons(self) -> int:
        """Return the number of persons; twins count once."""
        return len(self.calls)

    @property
    def person_weight(self) -> Floats:
        """Return the number of records of each person, shape (persons,)."""
        return np.bincount(self.person_of_record, minlength=self.persons).astype(np.float64)


def draw_population(calls: int, customers: int, rng: np.random.Generator) -> Population:
    """Return as many persons as make `customers` records with `calls` rows."""
    twins, shared_calls = _twins(calls, customers)
    persons = customers - twins
    amount = np.clip(rng.lognormal(10.62, 0.28, persons), 21_800, 89_800)
    month, contract_date = _contract_dates(persons, rng)
    return Population(
        twins=twins,
        person_of_record=_records(persons, twins, rng),
        calls=np.concatenate(
            [
                _shares(shared_calls, twins, 4.0, rng),
                _shares(calls - 2 * shared_calls, persons - twins, 1.0, rng),
            ]
        ),
        traits=_traits(persons, rng),
        late_payments=choices(_LATE_PAYMENT_SHARES, persons, rng),
        payment_method=choices(_PAYMENT_SHARES, persons, rng),
        contract_amount=(amount / 500).astype(np.int64) * 500 + 300,
        term=np.array(TERMS)[choices(_TERM_SHARES, persons, rng)],
        car=rng.integers(len(CARS), size=persons),
        plan=rng.integers(len(PLANS), size=persons),
        owner=_skewed(OWNERS, persons, rng),
        agent=_skewed(AGENTS, persons, rng),
        family=rng.integers(len(FAMILY_NAMES), size=persons),
        given=rng.integers(len(GIVEN_NAMES), size=persons),
        contract_month=month,
        contract_date=contract_date,
    )


def person_words(population: Population, person: int) -> dict[str, str]:
    """Return the values of the call slots for the conversations of a person."""
    is_man = population.given[person] % 2 == 0
    return {
        "{姓}": FAMILY_NAMES[population.family[person]],
        "{名}": GIVEN_NAMES[population.given[person]],
        "{配偶者}": "妻" if is_man else "主人",
        "{ご配偶者}": "奥様" if is_man else "ご主人様",
        "{車}": CARS[population.car[person]],
        "{プラン}": PLANS[population.plan[person]],
        "{月額}": spoken_yen(int(population.contract_amount[person])),
        "{期間}": str(population.term[person]),
        "{支払}": PAYMENT_METHODS[population.payment_method[person]],
        "{担当}": AGENT_NAMES[population.agent[person] % len(AGENT_NAMES)],
    }


def _traits(persons: int, rng: np.random.Generator) -> dict[str, Floats]:
    """Return worry and evasion (0 for most persons), hesitation and promise (standard normal)."""
    return {
        "worry": _marked(_WORRIED_SHARE, persons, rng),
        "evasion": _marked(_EVASIVE_SHARE, persons, rng),
        "hesitation": rng.standard_normal(persons),
        "promise": rng.standard_normal(persons),
    }


def _marked(share: float, persons: int, rng: np.random.Generator) -> Floats:
    """Return 0 for most persons and 1 or more for a share of them."""
    marked = rng.random(persons) < share
    return np.where(marked, 1.0 + rng.exponential(_BEYOND_ONE, persons), 0.0)


def _twins(calls: int, customers: int) -> tuple[int, int]:
    """Return the number of persons with two records and of the calls listed under both."""
    pairs = round(customers * _TWIN_SHARE)
    if pairs == 0:
        return 0, 0
    most = pairs + (calls - customers) // 2
    return pairs, min(max(pairs, round(calls * _TWIN_ROW_SHARE)), most)


def _shares(calls: int, persons: int, evenness: float, rng: np.random.Generator) -> Ints:
    """Return calls per person, at least one each; low evenness gives many calls to few."""
    if persons == 0:
        return np.zeros(0, dtype=np.int64)
    eagerness = rng.standard_gamma(evenness, persons)
    return 1 + rng.multinomial(calls - persons, eagerness / eagerness.sum())


def _records(persons: int, twins: int, rng: np.random.Generator) -> Ints:
    """Return the person of each record number, shape (records,)."""
    return rng.permutation(np.concatenate([np.arange(persons), np.arange(twins)]))


def _skewed(kinds: int, size: int, rng: np.random.Generator) -> Ints:
    """Return numbers below `kinds`, low ones more often, each at least once if it fits."""
    weights = 1.0 / np.arange(2, kinds + 2)
    drawn = rng.choice(kinds, size=size, p=weights / weights.sum())
    covered = min(kinds, size)
    drawn[rng.permutation(size)[:covered]] = np.arange(covered)
    return drawn


def _contract_dates(persons: int, rng: np.random.Generator) -> tuple[Ints, Days]:
    weights = np.array(marginals.CONTRACT_MONTH_CUSTOMERS) / sum(marginals.CONTRACT_MONTH_CUSTOMERS)
    month = rng.choice(len(weights), size=persons, p=weights)
    first_day = np.array(marginals.CONTRACT_MONTHS, dtype="datetime64[M]")[month]
    day: Days = first_day.astype("datetime64[D]")
    day += rng.integers(4, 25, size=persons).astype("timedelta64[D]")
    return month, move_to_weekdays(day, rng)


def move_to_weekdays(day: Days, rng: np.random.Generator) -> Days:
    """Return the days moved by at most three, so that weekdays are as busy as in an export."""
    wanted = choices(marginals.WEEKDAY_SHARES, len(day), rng)
    # Day 0 of datetime64, 1970-01-01, was a Thursday.
    weekday = (day.astype(np.int64) + 3) % 7
    return day + ((wanted - weekday + 3) % 7 - 3)
