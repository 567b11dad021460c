"""Usual figures of calls, beside which those of one call are read."""

from apiflask import APIBlueprint

from callrisk.domain.access.policy_table import Operation
from callrisk.domain.customer import JST
from callrisk.domain.time import utc_now
from callrisk.web.access.guards import needs, reachable_agents
from callrisk.web.app_state import app_state
from callrisk.web.contract import answers, takes
from callrisk.wire.work.usual_answers import UsualAsked, UsualQualityAnswer

usual_quality = APIBlueprint("usual_quality", __name__, url_prefix="/api", tag="calls")


@usual_quality.get("/usual_quality")
@answers(UsualQualityAnswer)
@takes(UsualAsked)
@needs(Operation.READ_CALLS)
def read_usual_quality(query_data: UsualAsked) -> UsualQualityAnswer:
    """Return what is usual of the calls of 90 days that the asker may see."""
    today = utc_now().astimezone(JST).date()
    found = app_state().usual.quality(today, query_data.demo == "true", reachable_agents())
    return UsualQualityAnswer.of_value(found)
