"""GET /api/health."""

from http import HTTPStatus

from apiflask import APIBlueprint

from callrisk.domain.access.policy_table import Operation
from callrisk.domain.wording import Text
from callrisk.web.access.guards import needs
from callrisk.web.app_state import app_state
from callrisk.web.contract import answers
from callrisk.web.refusal_words import refuse
from callrisk.wire.health import HealthAnswer

health = APIBlueprint("health", __name__, url_prefix="/api", tag="health")
_NO_CRM = Text("CRM は設定されていません。", "There is no CRM.")


@health.get("/health")
@answers(HealthAnswer)
@needs(Operation.READ_HEALTH)
def get_health() -> HealthAnswer:
    """Return the state of the server, and what is missing."""
    return app_state().health()


@health.post("/crm/try_again")
@answers(HealthAnswer, HTTPStatus.NOT_FOUND)
@needs(Operation.MEND_CRM)
def try_crm_again() -> HealthAnswer:
    """Ask the CRM anew whatever is in its way, as somebody has mended it."""
    state = app_state()
    if state.crm is None:
        refuse(HTTPStatus.NOT_FOUND, _NO_CRM)
    state.crm.try_again()
    return state.health()
