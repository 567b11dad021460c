"""The values that go from phase to phase: what was read, what is learnt from, how it is grouped."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from callrisk.domain.call import CallTotals
from callrisk.domain.customer import Customer
from callrisk.domain.features import Feature

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Flags = NDArray[np.bool_]

# Called with a share of the running phase, 0..1.
Progress = Callable[[float], None]

# Moments at which a call is learnt from, in turns heard; 0 is the moment before the first word.
CUT_TURNS = (0, 10, 30, 80)
END = -1


@dataclass(frozen=True, slots=True)
class PreparedCall:
    """One call without its words: its sums at every cut and at the end."""

    customer_id: str
    call_id: str
    began_at: datetime
    contract_date: date | None
    agent: str | None
    duration_s: float | None
    # (cut, totals): a cut of CUT_TURNS or END; only those at which enough was heard.
    snapshots: tuple[tuple[int, CallTotals], ...]
    totals: CallTotals
    transcript_cut: bool


@dataclass(frozen=True, slots=True)
class Group:
    """One independent unit: customers connected through calls; a label or None while pending."""

    customer_ids: tuple[str, ...]
    unpaid: bool | None
    contract_month: str | None


@dataclass(frozen=True, slots=True)
class Prepared:
    """Everything that was read, checked and put in order."""

    source: Path
    rows: int
    duplicate_calls: int
    calls: tuple[PreparedCall, ...]
    groups: tuple[Group, ...]
    records: dict[str, Customer]
    warnings: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Dataset:
    """Feature rows of snapshots with what they belong to; all arrays have one entry a row.

    `x` is (rows, features); `y` 0/1, NaN while pending; `weight` sums to one over the training rows
    of a group and is 0 for rows that are scored only (a call listed again under a second customer,
    pending groups). `latest` marks the row at the end of each customer's latest call.
    """

    features: tuple[Feature, ...]
    x: Floats
    y: Floats
    group: Ints
    call: Ints
    cut: Ints
    weight: Floats
    latest: Flags
    prepared: Prepared

    @property
    def learns(self) -> Flags:
        """Rows to train on."""
        return self.weight > 0

    @property
    def names(self) -> tuple[str, ...]:
        """Feature names in the order of the columns of `x`."""
        return tuple(feature.name for feature in self.features)

    @property
    def group_label(self) -> Floats:
        """The label of each group, NaN while pending."""
        return np.array(
            [
                np.nan if group.unpaid is None else float(group.unpaid)
                for group in self.prepared.groups
            ]
        )


@dataclass(frozen=True, slots=True)
class LabelledCustomers:
    """Labelled customers at the end of their latest call; `draws` resample their groups."""

    y: Floats
    group: Ints
    row: Ints
    probability: Floats
    draws: NDArray[np.uint8]
