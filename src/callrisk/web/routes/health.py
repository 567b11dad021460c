"""GET /api/health."""

from apiflask import APIBlueprint

from callrisk.web.app_state import app_state
from callrisk.web.contract import answers
from callrisk.wire.health import HealthAnswer

health = APIBlueprint("health", __name__, url_prefix="/api", tag="health")


@health.get("/health")
@answers(HealthAnswer)
def get_health() -> HealthAnswer:
    """Return the state of the server, and what is missing."""
    return app_state().health()
