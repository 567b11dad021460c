"""The customers of a version among whom the list of calls is made, in their order."""

from dataclasses import dataclass

import numpy as np

from callrisk.domain.arrays import Floats, Ints
from callrisk.domain.features.contract import Block, Feature
from callrisk.domain.operation.expected_loss import call_order, expected_loss
from callrisk.reporting.run_results import ScoredCustomers

_YEN = "円"


@dataclass(frozen=True, slots=True)
class Candidates:
    """Customers in the order of calls.

    `position` is that of each in the results of the run; `amount` and `loss` are NaN where unknown.
    """

    customers: ScoredCustomers
    position: Ints
    probability: Floats
    amount: Floats
    loss: Floats

    def __len__(self) -> int:
        return len(self.position)

    def customer_id(self, place: int) -> str:
        """Return the id of the customer at a place of the order."""
        return str(self.customers.customer_id[self.position[place]])


def amount_features(customers: ScoredCustomers) -> list[Feature]:
    """Return the fields of the record that are amounts of money."""
    return [one for one in customers.features if one.block is Block.CUSTOMER and one.unit == _YEN]


def has_pending(customers: ScoredCustomers) -> bool:
    """Return True if the outcome of some customers is not known yet."""
    return bool(np.isnan(customers.unpaid).any())


def candidates_of(
    customers: ScoredCustomers, amount: Feature | None, *, pending_only: bool
) -> Candidates:
    """Return the customers in their order, only those without an outcome where asked for."""
    position = np.arange(len(customers.unpaid))
    if pending_only:
        position = position[np.isnan(customers.unpaid)]
    probability = customers.probability[position]
    owed = np.full(len(position), np.nan)
    if amount is not None:
        owed = customers.facts[position, customers.features.index(amount)]
    order = call_order(probability, owed)
    loss = expected_loss(probability, owed)
    return Candidates(customers, position[order], probability[order], owed[order], loss[order])
