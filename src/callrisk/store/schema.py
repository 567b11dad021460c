"""All tables of the database, whichever room they stand in."""

from callrisk.store.connect.connect_tables import checkpoints
from callrisk.store.contacting.contact_tables import contact_decisions
from callrisk.store.customer_segments.segment_tables import customer_segments
from callrisk.store.facts.fact_tables import call_facts
from callrisk.store.jobs.job_tables import jobs
from callrisk.store.people.people_tables import persons
from callrisk.store.search.search_tables import call_words
from callrisk.store.webhooks.webhook_tables import webhooks

# One collection, which each room's tables joined when their module was read.
_ONE_OF_EACH_ROOM = (
    checkpoints, call_facts, jobs, persons, call_words, webhooks, contact_decisions,
    customer_segments,
)  # fmt: skip
metadata = _ONE_OF_EACH_ROOM[0].metadata
