"""The state of the application: everything that a route may call, and the health of it."""

from dataclasses import dataclass
from typing import Any, Literal

from flask import current_app

from callrisk.crm.records import Customers
from callrisk.crm.service import Crm
from callrisk.domain.evaluation import Skill
from callrisk.domain.listening import LISTENING_CUSTOMER_CHARS, LISTENING_MS, LISTENING_TURNS
from callrisk.domain.masking import VERSION, Kind, Masking
from callrisk.domain.operation.contact_rules import ContactRules
from callrisk.domain.risk_category import Thresholds
from callrisk.domain.time import utc_now
from callrisk.domain.wording import TRAIN_COMMAND
from callrisk.domain.work.outcome_codes import Outcome
from callrisk.ingest.source_health import SourceHealth, Sources
from callrisk.live.call_intake import CallIntake
from callrisk.live.call_rows import CallRows
from callrisk.live.follower import LiveCalls
from callrisk.live.served_model import ServedChampion
from callrisk.live.servers.job_runner import JobRunner
from callrisk.live.servers.server_language import ServerLanguage
from callrisk.live.servers.upkeep import Upkeep
from callrisk.live.webhooks.webhook_service import WebhookService
from callrisk.people.accounts import Accounts
from callrisk.replay.demo import DemoReplay
from callrisk.store.calls import Store
from callrisk.store.contacting.contact_store import ContactStore
from callrisk.store.customer_segments.segment_store import SegmentStore
from callrisk.store.facts.customer_queries import CustomerQueries
from callrisk.store.facts.day_queries import DayQueries
from callrisk.store.facts.operation_queries import OperationQueries
from callrisk.store.facts.usual_queries import UsualQueries
from callrisk.store.queries import Queries
from callrisk.store.search.call_search import CallSearch
from callrisk.store.search.saved_searches import SavedSearches
from callrisk.store.search.search_cursors import SearchCursors
from callrisk.store.working.correction_queries import CorrectionQueries
from callrisk.store.working.escalation_queries import EscalationQueries
from callrisk.web.access.requesters import Requesters
from callrisk.web.limits.rate_limits import RateLimits
from callrisk.wire.base import Json, wire_time
from callrisk.wire.health import CheckResult, HealthAnswer, ListeningRule, ServedThresholds

_LISTENING = ListeningRule(
    elapsed_s=LISTENING_MS // 1000,
    turns=LISTENING_TURNS,
    customer_chars=LISTENING_CUSTOMER_CHARS,
)


@dataclass(frozen=True, slots=True)
class AppState:
    """Everything that a route may call."""

    store: Store
    queries: Queries
    champion: ServedChampion
    live: LiveCalls
    intake: CallIntake
    rows: CallRows
    language: ServerLanguage
    upkeep: Upkeep
    jobs: JobRunner
    customers: Customers
    replay: DemoReplay | None
    sources: Sources
    crm: Crm | None
    thresholds: Thresholds
    environment: Literal["development", "production"]
    accounts: Accounts
    requesters: Requesters
    limits: RateLimits
    webhooks: WebhookService
    escalations: EscalationQueries
    search: CallSearch
    saved_searches: SavedSearches
    search_cursors: SearchCursors
    corrections: CorrectionQueries
    usual: UsualQueries
    operation: OperationQueries
    days: DayQueries
    customer_calls: CustomerQueries
    segments: SegmentStore
    contacts: ContactStore
    contact_rules: ContactRules
    outcomes: tuple[Outcome, ...]

    def health(self) -> HealthAnswer:
        """Return the state of the server: "degraded" as soon as one check fails."""
        active = self.queries.active_calls()
        checks = self._checks()
        served = self.champion.current
        model = None if served is None else served.model
        thresholds = self.thresholds if model is None else model.thresholds
        return HealthAnswer(
            status="ok" if all(check.ok for check in checks.values()) else "degraded",
            timestamp=wire_time(utc_now()),
            active_calls=len(active),
            active_agents=len({call.agent_id for call in active}),
            model_version=None if model is None else model.version,
            skill=None if model is None else Skill(model.skill),
            demo=model is not None and model.demo,
            environment=self.environment,
            thresholds=ServedThresholds.of_value(thresholds),
            listening=_LISTENING,
            checks=checks,
            crm=None if self.crm is None else self.crm.directory.key,
        )

    def _checks(self) -> dict[str, CheckResult]:
        words: Json = {"command": TRAIN_COMMAND} if self.champion.current is None else {}
        if notice := self.champion.notice:
            words |= {"message": notice.ja, "message_en": notice.en}
        checks = {
            # Reaching this line proves that the store answers.
            "store": _check(None),
            "model": _check(self.champion.problem, **words),
            "assessor": _assessor_check(self.live.problem, self.live.ownership.servers),
            "playbook": self.live.playbook.check(),
            "language": self.language.check(),
            "masking": _masking_check(self.intake.masking),
            "storage": self.upkeep.check(),
            "jobs": self.jobs.check(),
            "limits": self.limits.check(),
            "webhooks": self.webhooks.check(),
            **self.source_checks(),
        }
        if self.crm is not None:
            key, counts = self.crm.directory.key, self.crm.health().counts
            checks[key] = CheckResult.model_validate(checks[key].rendered() | counts)
        return checks

    def source_checks(self) -> dict[str, CheckResult]:
        """Return the checks of the sources of calls, and of the CRM where there is one."""
        checks = {source.name: _source_check(source) for source in self.sources.look()}
        if self.crm is not None:
            checks[self.crm.directory.key] = CheckResult.model_validate(self.crm.health().check)
        return checks


def app_state() -> AppState:
    """Return the state of the application that answers this request."""
    state: AppState = current_app.extensions["callrisk"]
    return state


def _source_check(source: SourceHealth) -> CheckResult:
    trouble = source.trouble
    words: Json = {} if trouble is None else {"message": trouble.ja, "message_en": trouble.en}
    reason = None if trouble is None else f"{trouble.en} {source.reason or ''}".strip()
    return _check(reason, behind_s=source.behind_s, **words)


def _assessor_check(problem: str | None, servers: int) -> CheckResult:
    """Return the state of the follower; that other servers assess calls, too, is no fault."""
    others = f"{servers} servers assess the calls of this database" if servers > 1 else ""
    return CheckResult(ok=problem is None, detail=problem or others)


def _check(problem: str | None, **more: Any) -> CheckResult:
    return CheckResult(ok=problem is None, detail=problem or "", **more)


def _masking_check(masking: Masking) -> CheckResult:
    """Return the version of the masking, and in how many turns it hid each kind."""
    counts = masking.counts
    parts = [f"{kind} {counts.get(kind, 0)}" for kind in Kind if kind in masking.kinds]
    off = [f"{kind} off" for kind in Kind if kind not in masking.kinds]
    return CheckResult(ok=True, detail=f"version {VERSION}: {', '.join([*parts, *off])}")
