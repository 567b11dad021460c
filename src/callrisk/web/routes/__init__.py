"""REST by resource; each route parses, calls and answers."""

from apiflask import APIBlueprint

from callrisk.web.routes.call_actions import call_actions
from callrisk.web.routes.calls import calls
from callrisk.web.routes.contacts import contacts
from callrisk.web.routes.demo import demo
from callrisk.web.routes.events import events
from callrisk.web.routes.health import health
from callrisk.web.routes.jobs import jobs
from callrisk.web.routes.score_batches import score_batches
from callrisk.web.routes.searches import searches
from callrisk.web.routes.segment_batches import segment_batches
from callrisk.web.routes.statement_corrections import corrections
from callrisk.web.routes.stats.call_stats import call_stats
from callrisk.web.routes.stats.customer_stats import customer_history
from callrisk.web.routes.stats.saved_segments import customer_segments
from callrisk.web.routes.stats.today_stats import today_stats
from callrisk.web.routes.usual_quality import usual_quality
from callrisk.web.routes.webhook_subscriptions import webhook_subscriptions
from callrisk.web.routes.work_on_calls import work_on_calls

BLUEPRINTS: tuple[APIBlueprint, ...] = (
    health, calls, call_actions, work_on_calls, corrections, searches, segment_batches, events,
    jobs, score_batches, demo, webhook_subscriptions, usual_quality, call_stats,
    today_stats, customer_history, customer_segments, contacts,
)  # fmt: skip
