"""GET /api/events: the way to catch up."""

from apiflask import APIBlueprint

from callrisk.web.app_state import app_state
from callrisk.web.contract import answers, takes
from callrisk.wire.events import EventAnswer, EventPage
from callrisk.wire.requests import EventsAfter

events = APIBlueprint("events", __name__, url_prefix="/api", tag="events")


@events.get("/events")
@answers(EventPage)
@takes(EventsAfter)
def list_events(query_data: EventsAfter) -> EventPage:
    """Return what was pushed since an event."""
    state = app_state()
    logged = state.queries.events_after(query_data.after, query_data.limit)
    return EventPage.model_construct(
        events=[EventAnswer.of(event, state.customers.shown(event)) for event in logged],
        last_seq=logged[-1].seq if logged else query_data.after,
        more=bool(logged) and logged[-1].seq < state.queries.last_seq(),
    )
