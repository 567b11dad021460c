"""What the routes work with: the parts that `create_app` put together, and how they are."""

from dataclasses import dataclass
from typing import Any

from callrisk.crm.records import Customers
from callrisk.crm.service import Crm
from callrisk.domain.assessment import (
    LISTENING_CUSTOMER_CHARS,
    LISTENING_MS,
    LISTENING_TURNS,
    Thresholds,
)
from callrisk.domain.call_record import Payload
from callrisk.domain.time import utc_now
from callrisk.domain.wording import TRAIN_COMMAND
from callrisk.ingest.source_health import SourceHealth, Sources
from callrisk.live.call_intake import CallIntake
from callrisk.live.follower import LiveCalls
from callrisk.live.served_model import ServedChampion
from callrisk.replay.demo import DemoReplay
from callrisk.store.calls import Store
from callrisk.store.queries import Queries
from callrisk.store.transaction import wire_time


@dataclass(frozen=True, slots=True)
class AppState:
    """Everything that a route may call."""

    store: Store
    queries: Queries
    champion: ServedChampion
    live: LiveCalls
    intake: CallIntake
    customers: Customers
    replay: DemoReplay | None
    sources: Sources
    crm: Crm | None
    thresholds: Thresholds
    environment: str

    def health(self) -> Payload:
        """The state of the server: "degraded" as soon as one check fails."""
        active = self.queries.active_calls()
        checks = self._checks()
        served = self.champion.current
        model = None if served is None else served.model
        cuts = self.thresholds if model is None else model.thresholds
        return {
            "status": "ok" if all(check["ok"] for check in checks.values()) else "degraded",
            "timestamp": wire_time(utc_now()),
            "active_calls": len(active),
            "active_agents": len({call.agent_id for call in active}),
            "model_version": None if model is None else model.version,
            "skill": None if model is None else model.skill,
            "demo": model is not None and model.demo,
            "environment": self.environment,
            "thresholds": {"high_risk": cuts.high_risk, "medium_risk": cuts.medium_risk},
            # What must be heard before a score is a verdict.
            "listening": {
                "elapsed_s": LISTENING_MS // 1000,
                "turns": LISTENING_TURNS,
                "customer_chars": LISTENING_CUSTOMER_CHARS,
            },
            "checks": checks,
            # The name of the check that is the CRM's.
            "crm": None if self.crm is None else self.crm.directory.key,
        }

    def _checks(self) -> dict[str, dict[str, Any]]:
        model: dict[str, Any] = _check(self.champion.problem)
        if self.champion.current is None:
            model["command"] = TRAIN_COMMAND
        if notice := self.champion.notice:
            model |= {"message": notice.ja, "message_en": notice.en}
        # Reaching this line proves that the store answers.
        own = {"store": _check(None), "model": model, "assessor": _check(self.live.problem)}
        checks = own | self.source_checks()
        if self.crm is not None:
            checks[self.crm.directory.key] |= self.crm.health().counts
        return checks

    def source_checks(self) -> dict[str, dict[str, Any]]:
        """How the sources of calls are, and the CRM; empty where calls come by REST alone."""
        checks = {one.name: _source_check(one) for one in self.sources.look()}
        return (
            checks
            if self.crm is None
            else checks | {self.crm.directory.key: self.crm.health().check}
        )


def _source_check(source: SourceHealth) -> dict[str, Any]:
    trouble = source.trouble
    said = None if trouble is None else f"{trouble.en} {source.reason or ''}".strip()
    check = _check(said) | {"behind_s": source.behind_s}
    words = {} if trouble is None else {"message": trouble.ja, "message_en": trouble.en}
    return check | words


def _check(problem: str | None) -> dict[str, Any]:
    return {"ok": problem is None, "detail": problem or ""}
