"""The figures of a live server, looked up when its metrics are asked for."""

from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, datetime

from prometheus_client.core import Metric

from callrisk.background.tally import Tally
from callrisk.bootstrap.metrics.figures import Look, counter, counters, gauge, gauges
from callrisk.bootstrap.metrics.shared_figures import (
    database_errors,
    sources,
    turns_taken,
    waiting,
)
from callrisk.domain.time import utc_now
from callrisk.store.watching.backlogs import Backlogs
from callrisk.web.app_state import AppState

_NAMED_BY = "%Y%m%d-%H%M%S"
# A process that does not follow the log loads no model, and need not.
_FOLLOWED = "model"
_NAME_LENGTH = len("20260131-120000")


def server_groups(
    state: AppState, errors: Tally, sockets: Callable[[], int], *, follows: bool
) -> Mapping[str, Look]:
    """Return the groups of metrics of a server; `sockets` counts its open sockets."""
    backlogs = Backlogs(state.store.engine)
    groups: dict[str, Look] = {
        "calls": lambda: _calls(state, sockets()),
        "counts": lambda: _counts(state, errors),
        "waiting": lambda: waiting(backlogs),
        "webhooks": lambda: _webhooks(state),
        "sources": lambda: sources(state.sources),
        "health": lambda: _health(state, follows=follows),
    }
    if follows:
        groups["model"] = lambda: _model(state)
        groups["events"] = lambda: _events(state, backlogs)
    return groups


def _calls(state: AppState, sockets: int) -> Iterable[Metric]:
    live = state.live
    yield gauge("callrisk_sockets", "Open sockets of this process", sockets)
    yield gauge(
        "callrisk_lease_partitions", "Partitions of calls, of 32, that this process assesses",
        live.ownership.held,
    )  # fmt: skip
    yield gauge(
        "callrisk_assessing_servers", "Servers that assess calls of the database",
        live.ownership.servers,
    )  # fmt: skip


def _counts(state: AppState, errors: Tally) -> Iterable[Metric]:
    yield counter(
        "callrisk_assessments", "Assessments that this process stored", state.live.assessed.total
    )
    yield turns_taken(state.intake.taken)
    yield counter(
        "callrisk_login_failures", "Tries to log in with a wrong login, password or code",
        state.accounts.local_login.failures.total,
    )  # fmt: skip
    if state.accounts.openid is not None:
        yield counters(
            "callrisk_openid_refusals", "Logins by the identity provider that opened nothing",
            "reason", state.accounts.openid.refusals,
        )  # fmt: skip
    yield counters(
        "callrisk_job_failures", "Long jobs that failed or died in this process", "kind",
        {"train": 0} | dict(state.jobs.failures.counts),
    )  # fmt: skip
    yield database_errors(errors)


def _model(state: AppState) -> Iterable[Metric]:
    served = state.champion.current
    yield gauge("callrisk_model_served", "1 while a model scores", served is not None)
    if served is not None and (made_at := _made_at(served.model.version)) is not None:
        age_s = (utc_now() - made_at).total_seconds()
        yield gauge("callrisk_model_age_seconds", "Age of the model that scores", age_s)


def _made_at(version: str) -> datetime | None:
    """Return when a version was made, which its name says; None for a name of another form."""
    try:
        return datetime.strptime(version[:_NAME_LENGTH], _NAMED_BY).replace(tzinfo=UTC)
    except ValueError:
        return None


def _webhooks(state: AppState) -> Iterable[Metric]:
    outcomes = {"delivered": 0, "failed": 0, "given_up": 0}
    yield counters(
        "callrisk_webhook_attempts", "Attempts of this process to send to webhooks", "outcome",
        outcomes | dict(state.webhooks.sender.outcomes.counts),
    )  # fmt: skip
    backlog = state.webhooks.backlog(utc_now())
    yield gauge("callrisk_webhook_deliveries", "Deliveries to webhooks that wait", backlog.count)
    yield gauge(
        "callrisk_webhook_oldest_seconds", "For how long the oldest of them waits",
        backlog.oldest_s,
    )  # fmt: skip


def _health(state: AppState, *, follows: bool) -> Iterable[Metric]:
    if state.crm is not None:
        yield gauge(
            "callrisk_crm_up", "1 while the CRM answers, 0 while its circuit breaker pauses it",
            state.crm.joining.outage is None,
        )  # fmt: skip
    checks = state.health().checks
    yield gauges(
        "callrisk_check_ok", "1 while a check of GET /api/health is well", "check",
        {name: check.ok for name, check in checks.items() if follows or name != _FOLLOWED},
    )  # fmt: skip


def _events(state: AppState, backlogs: Backlogs) -> Iterable[Metric]:
    behind = backlogs.events(state.live.followed_seq, utc_now())
    yield gauge("callrisk_events_behind", "Events of the log not followed yet", behind.count)
    yield gauge("callrisk_events_behind_seconds", "Age of the oldest of them", behind.oldest_s)
