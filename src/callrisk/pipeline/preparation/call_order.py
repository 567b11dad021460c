"""Which calls are whose, and in what order: from a value a call to a value a customer."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

import numpy as np

from callrisk.domain.arrays import Floats, Ints
from callrisk.pipeline.dataset import PreparedCall


@dataclass(frozen=True, slots=True)
class CallOrder:
    """`customer[c]` is the position of the customer of call c.

    `order` sorts the calls by customer, and those of one customer by their beginning.
    """

    customer: Ints
    order: Ints
    customers: int

    def varies(self, values: Floats) -> bool:
        """Whether any customer has two different values."""
        customer, known = self._known(values)
        same = customer[1:] == customer[:-1]
        return bool((same & (known[1:] != known[:-1])).any())

    def latest(self, values: Floats) -> Floats:
        """The latest known value of each customer; NaN where none is known."""
        found = np.full(self.customers, np.nan)
        customer, known = self._known(values)
        # Of a number that stands twice among the positions the last assignment stays.
        found[customer] = known
        return found

    def _known(self, values: Floats) -> tuple[Ints, Floats]:
        ordered = values[self.order]
        known = ~np.isnan(ordered)
        return self.customer[self.order][known], ordered[known]


def call_order(calls: Collection[PreparedCall], customer_ids: Sequence[str]) -> CallOrder:
    """The order of these calls."""
    position = {one: number for number, one in enumerate(customer_ids)}
    customer = np.array([position[call.customer_id] for call in calls], dtype=np.int64)
    began = np.array([_seconds(call.began_at) for call in calls])
    return CallOrder(customer, np.lexsort((began, customer)), len(customer_ids))


def _seconds(moment: datetime | None) -> float:
    return 0.0 if moment is None else moment.timestamp()
