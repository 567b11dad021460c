"""The order of the calls of each customer: from one value a call to one value a customer."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

import numpy as np

from callrisk.domain.arrays import Floats, Ints
from callrisk.pipeline.dataset import PreparedCall


@dataclass(frozen=True, slots=True)
class CallOrder:
    """The calls sorted by customer and begin; arrays have one entry a call.

    `customer[c]` is the position of the customer of call c; `order` sorts the calls.
    """

    customer: Ints
    order: Ints
    customers: int

    def varies(self, values: Floats) -> bool:
        """Return True if any customer has two different values."""
        customer, known = self._known(values)
        same = customer[1:] == customer[:-1]
        return bool((same & (known[1:] != known[:-1])).any())

    def latest(self, values: Floats) -> Floats:
        """Return the latest known value of each customer, shape (customers,).

        NaN where none is known.
        """
        latest = np.full(self.customers, np.nan)
        customer, known = self._known(values)
        # Of a number that stands twice among the positions the last assignment stays.
        latest[customer] = known
        return latest

    def _known(self, values: Floats) -> tuple[Ints, Floats]:
        ordered = values[self.order]
        known = ~np.isnan(ordered)
        return self.customer[self.order][known], ordered[known]


def call_order(calls: Collection[PreparedCall], customer_ids: Sequence[str]) -> CallOrder:
    """Return the order of these calls."""
    position = {customer_id: number for number, customer_id in enumerate(customer_ids)}
    customer = np.array([position[call.customer_id] for call in calls], dtype=np.int64)
    began = np.array([_seconds(call.began_at) for call in calls])
    return CallOrder(customer, np.lexsort((began, customer)), len(customer_ids))


def _seconds(moment: datetime | None) -> float:
    return 0.0 if moment is None else moment.timestamp()
