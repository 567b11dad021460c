"""Distributions of a real export in aggregates, which the generated calls follow."""

import math
from collections.abc import Sequence

import numpy as np

from callrisk.domain.arrays import Floats, Ints

_LEVELS = (0.0, 0.01, 0.05, 0.1, 0.25, 0.5, 0.75, 0.9, 0.95, 0.99, 1.0)
_CUSTOMER_TURNS = (0, 1, 1, 1, 6, 24, 118.75, 259.3, 359.15, 626.6, 1242)
_LOG_CUSTOMER_TURNS = tuple(map(math.log1p, _CUSTOMER_TURNS))
_DAYS_TO_CONTRACT = (0, 0.41, 0.5, 0.6, 0.75, 0.9, 0.95, 0.99, 1.0)
_DAYS = (0, 0, 2.4, 4.5, 15, 126, 309, 592, 685)
# Loudness of those who spoke; the export writes 0 where nobody did.
_LOUDNESS_LEVELS = (0.0, 0.01, 0.05, 0.1, 0.25, 0.5, 0.75, 0.9, 0.95, 0.99, 1.0)
_AGENT_LOUDNESS = (58, 62, 67.5, 69.8, 72.5, 76.2, 78.5, 80.3, 81.4, 84.0, 88.1)
_CUSTOMER_LOUDNESS = (40, 44, 53, 60.6, 68.4, 74.5, 80.3, 85.0, 87.2, 87.75, 90.35)

# A call of one of these shares of size reached nobody: no turn of the customer's, or none of ours.
NO_CUSTOMER_BELOW = 0.0085
NO_AGENT_BELOW = 0.147
BRIEF_BELOW = 0.25

FIRST_HOUR = 9
START_HOUR_SHARES = (
    0.004, 0.07, 0.07, 0.11, 0.08, 0.065, 0.072, 0.11, 0.127, 0.142, 0.126, 0.026,
)  # fmt: skip
WEEKDAY_SHARES = (0.101, 0.112, 0.193, 0.185, 0.18, 0.121, 0.108)
# Contract months and how many of 339 customers signed in each.
CONTRACT_MONTHS = ("2024-10", "2024-11", "2024-12", "2025-01", "2025-02", "2025-04")
CONTRACT_MONTH_CUSTOMERS = (27, 65, 77, 115, 53, 2)
# How many of those who will not pay are known as such by the day of the export: labels ripen.
MATURE_LABEL_SHARES = (1.0, 0.95, 0.95, 0.5, 0.42, 0.1)
UNPAID_SHARE = 0.174

CHARS_PER_SECOND = {"AGENT": 5.25, "CUSTOMER": 4.86}


def customer_turns(share: float) -> float:
    """Return the customer turns of a call that is longer than this share of all calls."""
    return math.expm1(float(np.interp(share, _LEVELS, _LOG_CUSTOMER_TURNS)))


def days_to_contract(share: Floats) -> Ints:
    """Return the whole days from a call to the contract."""
    return np.interp(share, _DAYS_TO_CONTRACT, _DAYS).astype(np.int64)


def agent_loudness(share: float) -> float:
    """Return the mean loudness of an agent who spoke."""
    return float(np.interp(share, _LOUDNESS_LEVELS, _AGENT_LOUDNESS))


def customer_loudness(share: float) -> float:
    """Return the mean loudness of a customer who spoke."""
    return float(np.interp(share, _LOUDNESS_LEVELS, _CUSTOMER_LOUDNESS))


def normal_share(score: float) -> float:
    """Return the share of a standard normal below `score`."""
    return 0.5 * (1.0 + math.erf(score / math.sqrt(2.0)))


def choices(shares: Sequence[float], size: int, rng: np.random.Generator) -> Ints:
    """Return option numbers drawn with these shares, shape (size,)."""
    cumulated = np.cumsum(shares)
    drawn = rng.random(size) * cumulated[-1]
    return np.asarray(np.searchsorted(cumulated[:-1], drawn, side="right"), dtype=np.int64)
