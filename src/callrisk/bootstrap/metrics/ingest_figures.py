"""The figures of the reader of a telephony, looked up when its metrics are asked for."""

from collections.abc import Iterable, Mapping, Sequence

from prometheus_client.core import Metric

from callrisk.background.loop import Loop
from callrisk.bootstrap.metrics.figures import Look, gauges
from callrisk.bootstrap.metrics.shared_figures import (
    database_errors,
    sources,
    turns_taken,
    waiting,
)
from callrisk.ingest.source_health import Sources
from callrisk.store.connect.source_reports import SourceReports
from callrisk.store.intake import Contacts
from callrisk.store.watching.backlogs import Backlogs
from callrisk.store.watching.database_errors import count_errors


def ingest_groups(contacts: Contacts, loops: Sequence[Loop]) -> Mapping[str, Look]:
    """Return the groups of metrics of the reader of a database, and of the loops beside it."""
    engine = contacts.engine
    errors, backlogs, states = (
        count_errors(engine),
        Backlogs(engine),
        Sources(SourceReports(engine)),
    )
    return {
        "counts": lambda: [database_errors(errors), turns_taken(contacts.taken)],
        "waiting": lambda: waiting(backlogs),
        "sources": lambda: sources(states),
        "loops": lambda: _loops(loops),
    }


def _loops(loops: Sequence[Loop]) -> Iterable[Metric]:
    yield gauges(
        "callrisk_loop_ok", "1 while a loop beside the stream does its work", "loop",
        {loop.name: loop.problem is None for loop in loops},
    )  # fmt: skip
