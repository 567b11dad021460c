"""GET /api/events: the way to catch up."""

from apiflask import APIBlueprint

from callrisk.domain.access.policy_table import Operation
from callrisk.web.access.guards import needs, reachable_agents
from callrisk.web.app_state import app_state
from callrisk.web.contract import answers, takes
from callrisk.wire.events import EventAnswer, EventPage
from callrisk.wire.requests import EventsAfter

events = APIBlueprint("events", __name__, url_prefix="/api", tag="events")


@events.get("/events")
@answers(EventPage)
@needs(Operation.READ_CALLS)
@takes(EventsAfter)
def list_events(query_data: EventsAfter) -> EventPage:
    """Return what was pushed since an event."""
    state = app_state()
    agents = reachable_agents()
    logged = state.queries.events_after(query_data.after, query_data.limit, agent_ids=agents)
    return EventPage.model_construct(
        events=[EventAnswer.of(event, state.customers.shown(event)) for event in logged],
        last_seq=logged[-1].seq if logged else query_data.after,
        more=bool(logged) and logged[-1].seq < state.queries.last_seq(),
    )
