"""REST by resource; each route parses, calls and answers."""

from apiflask import APIBlueprint

from callrisk.web.routes.call_actions import call_actions
from callrisk.web.routes.calls import calls
from callrisk.web.routes.demo import demo
from callrisk.web.routes.events import events
from callrisk.web.routes.health import health

BLUEPRINTS: tuple[APIBlueprint, ...] = (health, calls, call_actions, events, demo)
