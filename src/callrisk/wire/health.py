"""The state of the server and of its parts."""

from typing import Literal

from callrisk.domain.evaluation import Skill
from callrisk.wire.base import Moment, Wire


class CheckResult(Wire):
    """The state of one part of the server; `message` is given when people must know of it."""

    ok: bool
    detail: str
    message: str | None = None
    message_en: str | None = None
    # Of the model alone: the command that trains one.
    command: str | None = None
    # Of a source of calls alone: its delay.
    behind_s: int | None = None
    # Of the CRM alone: its name, requests to its busiest app today, results not written yet.
    name: str | None = None
    name_en: str | None = None
    requests_today: int | None = None
    requests_a_day: int | None = None
    results_waiting: int | None = None


class ServedThresholds(Wire):
    """The lowest scores that count as high and as medium."""

    high_risk: int
    medium_risk: int


class ListeningRule(Wire):
    """What must be heard before a score is a verdict."""

    elapsed_s: int
    turns: int
    customer_chars: int


class HealthAnswer(Wire):
    """The state of the server: "degraded" as soon as one check fails."""

    status: Literal["ok", "degraded"]
    timestamp: Moment
    active_calls: int
    active_agents: int
    model_version: str | None
    skill: Skill | None
    demo: bool
    environment: Literal["development", "production"]
    thresholds: ServedThresholds
    listening: ListeningRule
    checks: dict[str, CheckResult]
    # The name of the check that is the CRM's.
    crm: str | None


class SourcesChanged(Wire):
    """A source of calls, or the CRM, fell behind or recovered; not an event of the log."""

    checks: dict[str, CheckResult]
