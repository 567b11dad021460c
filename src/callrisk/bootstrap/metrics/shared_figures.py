"""The figures that a live server and the reader of a telephony have in common.

They know neither the server nor its model, which the reader would else import.
"""

from collections.abc import Iterable

from prometheus_client.core import Metric

from callrisk.background.tally import Tally
from callrisk.bootstrap.metrics.figures import counter, counters, gauge, gauges
from callrisk.domain.time import utc_now
from callrisk.ingest.source_health import Sources
from callrisk.store.watching.backlogs import Backlogs


def turns_taken(taken: Tally) -> Metric:
    """Return the turns that a process took in, by REST or from a stream."""
    said = "Turns that this process stored, new or newer"
    return counter("callrisk_turns_taken", said, taken.total)


def database_errors(errors: Tally) -> Metric:
    """Return the errors of the database."""
    return counters(
        "callrisk_database_errors", "Errors of the database by their class", "error",
        errors.counts,
    )  # fmt: skip


def waiting(backlogs: Backlogs) -> Iterable[Metric]:
    """Return what waits in the database."""
    outbox = backlogs.outbox(utc_now())
    yield gauges(
        "callrisk_outbox_messages", "Messages to other systems that wait", "kind",
        {kind: one.count for kind, one in outbox.items()},
    )  # fmt: skip
    yield gauges(
        "callrisk_outbox_oldest_seconds", "For how long the oldest of them waits", "kind",
        {kind: one.oldest_s for kind, one in outbox.items()},
    )  # fmt: skip
    yield gauge(
        "callrisk_quarantine_records", "Records that could not be read", backlogs.quarantine()
    )
    yield gauges("callrisk_jobs", "Long jobs in the database by state", "state", backlogs.jobs())


def sources(looked_at: Sources) -> Iterable[Metric]:
    """Return the state of each source of calls."""
    states = looked_at.look()
    yield gauges(
        "callrisk_source_behind_seconds", "How far a source of calls is behind", "source",
        {one.name: one.behind_s for one in states},
    )  # fmt: skip
    yield gauges(
        "callrisk_source_ok", "1 while a source of calls is well", "source",
        {one.name: one.trouble is None for one in states},
    )  # fmt: skip
