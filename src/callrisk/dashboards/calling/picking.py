"""The customers on the list: the first of the order who may be called, and those left out."""

from dataclasses import dataclass

from callrisk.dashboards.calling.candidates import Candidates
from callrisk.wire.client import LiveApi
from callrisk.wire.stats.contacts import MOST_CUSTOMERS, ContactAnswer, RulesAnswer

# Beside those who are wanted, so many are asked about at once, as some may not be called.
_MORE = 50


@dataclass(frozen=True, slots=True)
class PickedCustomer:
    """A customer at a place of the order, with what is known of the calls."""

    place: int
    contact: ContactAnswer


@dataclass(frozen=True, slots=True)
class CallList:
    """Those to call in their order, those before the last of them who must not be called."""

    listed: tuple[PickedCustomer, ...]
    barred: tuple[PickedCustomer, ...]
    rules: RulesAnswer


def call_list(api: LiveApi, candidates: Candidates, budget: int, *, demo: bool) -> CallList | None:
    """Return as many customers as the budget has calls; None without any candidate. LiveApiError.

    Who may be called is asked of the server, part by part, until there are enough.
    """
    listed: list[PickedCustomer] = []
    barred: list[PickedCustomer] = []
    rules, begin = None, 0
    while begin < len(candidates) and len(listed) < budget:
        end = min(begin + min(budget - len(listed) + _MORE, MOST_CUSTOMERS), len(candidates))
        ids = [candidates.customer_id(place) for place in range(begin, end)]
        answer = api.contacts(ids, demo=demo)
        rules, contacts = answer.rules, {one.customer_id: one for one in answer.contacts}
        for place, customer_id in zip(range(begin, end), ids, strict=True):
            if len(listed) == budget:
                break
            picked = PickedCustomer(place, contacts[customer_id])
            (barred if picked.contact.bars else listed).append(picked)
        begin = end
    return None if rules is None else CallList(tuple(listed), tuple(barred), rules)
