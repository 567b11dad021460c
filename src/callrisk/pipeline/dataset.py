"""The values that the phases pass on: prepared calls, groups, and the dataset to learn from."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from callrisk.domain.arrays import Flags, Floats, Ints
from callrisk.domain.call import CallTotals
from callrisk.domain.customer import Customer, CustomerField, FieldValue
from callrisk.domain.evaluation import Alarm
from callrisk.domain.features.contract import Feature
from callrisk.pipeline.call_moments import MomentTable
from callrisk.pipeline.preparation.further_columns import FurtherColumn

# Called with a share of the running phase, 0..1.
Progress = Callable[[float], None]

# The moments of a call at its start and its end; others are numbers of turns heard.
START, END = 0, -1
# Parts of a call, in percent of its turns, at which skill is reported.
SHARES = (25, 50, 75)


@dataclass(frozen=True, slots=True)
class PreparedCall:
    """One call without its words, with its totals at the end.

    A record of a table without calls is a call that never began and in which nothing was said.
    """

    customer_id: str
    call_id: str
    began_at: datetime | None
    contract_date: date | None
    agent: str | None
    duration_s: float | None
    totals: CallTotals
    transcript_cut: bool
    # A hash of a long transcript, by which copies of it are known.
    text_key: bytes | None = None

    @property
    def shown_id(self) -> str:
        """The contact id; empty for a record that had no call."""
        return "" if self.began_at is None else self.call_id

    @property
    def began_text(self) -> str:
        """The begin in UTC; empty for a record that had no call."""
        return "" if self.began_at is None else f"{self.began_at:%Y-%m-%dT%H:%M:%SZ}"


@dataclass(frozen=True, slots=True)
class Group:
    """Customers who are one person: connected through calls, phones or long texts.

    The unit of independence in folds and intervals. `unpaid` is the label, None while pending.
    """

    customer_ids: tuple[str, ...]
    unpaid: bool | None
    contract_month: str | None


@dataclass(frozen=True, slots=True)
class Prepared:
    """The checked content of an export and its customers table.

    `moments` holds the totals of each call at START, where something was said, and at END; `shares`
    those at each of SHARES. `post_call` holds numbers that exist only after a call and
    `call_values` the declared fields that stand in the export, both with one entry a call. Fields
    in `left_out` are declared but known too late to be features.
    """

    source: Path
    rows: int
    duplicate_calls: int
    calls: tuple[PreparedCall, ...]
    moments: MomentTable
    shares: MomentTable
    groups: tuple[Group, ...]
    records: dict[str, Customer]
    warnings: tuple[str, ...]
    customer_ids: tuple[str, ...] = ()
    # Where the labels come from: the flag of the export, or payment dates and a window.
    outcome: Literal["flag", "window"] = "flag"
    post_call: Mapping[str, Floats] = field(default_factory=dict)
    call_values: Mapping[str, tuple[FieldValue, ...]] = field(default_factory=dict)
    left_out: frozenset[str] = frozenset()
    columns: tuple[FurtherColumn, ...] = ()
    alarms: tuple[Alarm, ...] = ()
    # Real telephone numbers by customer; placeholders are not among them.
    phones: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    # Long transcripts under customers with different labels, which therefore do not connect them.
    separate_texts: frozenset[bytes] = frozenset()
    declared: tuple[CustomerField, ...] = ()


@dataclass(frozen=True, slots=True)
class Dataset:
    """Feature rows, one a snapshot of a call; all arrays have one entry a row.

    `x` has shape (rows, features), `manner_x` that of the features of manner, which no model sees;
    `y` is 0 or 1, NaN while pending; `group`, `call` and `cut` are
    the numbers of the row's group and call and its cut. `weight` sums to one over the training rows
    of a group and is 0 for rows that are scored only (a call listed again under a second customer,
    pending groups). `latest` marks the row at the end of each customer's latest call.
    """

    features: tuple[Feature, ...]
    x: Floats
    manner: tuple[Feature, ...]
    manner_x: Floats
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
    def calibration_weight(self) -> Floats:
        """The weight of each row in a calibration; sums to one over the rows of a group.

        Only the start and the end of a call weigh. Moments between are chosen where something was
        said; they would make calls look worse than they are on average over their time.
        """
        kept = self.learns & np.isin(self.cut, (START, END))
        calls = len(self.prepared.calls)
        rows = np.bincount(self.call, minlength=calls)[self.call]
        share = rows / np.maximum(np.bincount(self.call[kept], minlength=calls), 1)[self.call]
        return np.where(kept, self.weight * share, 0.0)

    @property
    def names(self) -> tuple[str, ...]:
        """Feature names in the order of the columns of `x`."""
        return tuple(feature.name for feature in self.features)

    @property
    def group_label(self) -> Floats:
        """The label of each group, shape (groups,); NaN while pending."""
        return np.array(
            [
                np.nan if group.unpaid is None else float(group.unpaid)
                for group in self.prepared.groups
            ]
        )


@dataclass(frozen=True, slots=True)
class CustomerContributions:
    """SHAP values at the end of each customer's latest call; `rows` are rows of the dataset.

    `of_members` has shape (repeats, customers, features + 1): one member a repeat that never saw
    the customer's group, so a score made from them is out of fold. `unsaid` are the same with
    nothing said in the call.
    """

    rows: Ints
    x: Floats
    of_members: Floats
    unsaid: Floats


@dataclass(frozen=True, slots=True)
class LabelledCustomers:
    """Labelled customers at the end of their latest call, one entry a customer.

    `row` is the row of the dataset, `draws` (draws, groups) are bootstrap multiplicities of groups.
    `fold` (repeats, customers) is the fold that held a customer out in each repeat, and `slope` of
    the same shape the slope of its calibration: margins times slopes rank the customers of a fold.
    """

    y: Floats
    group: Ints
    row: Ints
    probability: Floats
    draws: NDArray[np.uint8]
    fold: Ints
    slope: Floats
