"""One customer over time, of the calls that the asker may see."""

from http import HTTPStatus

from apiflask import APIBlueprint

from callrisk.domain.access.policy_table import Operation
from callrisk.domain.customer import JST
from callrisk.domain.time import utc_now
from callrisk.domain.wording import Text
from callrisk.web.access.guards import needs, reachable_agents
from callrisk.web.app_state import app_state
from callrisk.web.contract import answers, takes
from callrisk.web.refusal_words import refuse
from callrisk.wire.stats.customer_history import CustomerHistoryAnswer, HistoryAsked

customer_history = APIBlueprint("customer_history", __name__, url_prefix="/api/stats", tag="calls")
_NO_CALLS = Text(
    "このお客様の終わった通話は見つかりません。", "No ended call of this customer was found."
)


@customer_history.get("/customer")
@answers(CustomerHistoryAnswer, HTTPStatus.NOT_FOUND)
@takes(HistoryAsked)
@needs(Operation.READ_CALLS)
def read_customer_history(query_data: HistoryAsked) -> CustomerHistoryAnswer:
    """Return the ended calls of a customer: scores, outcomes, promises, and sums.

    Who may see none of the calls is answered as if there were no such customer.
    """
    state, customer_id = app_state(), query_data.customer
    demo = None if query_data.demo is None else query_data.demo == "true"
    agents, now = reachable_agents(), utc_now()
    sums = state.customer_calls.sums(customer_id, demo=demo, agent_ids=agents)
    if sums is None:
        refuse(HTTPStatus.NOT_FOUND, _NO_CALLS)
    calls = state.customer_calls.calls(customer_id, query_data.limit, demo=demo, agent_ids=agents)
    # The record as it was last read, whichever call it was read for.
    record = state.customers.find("", customer_id)
    name = None if record is None else record.name
    return CustomerHistoryAnswer.of((customer_id, name), sums, calls, now.astimezone(JST).date())
