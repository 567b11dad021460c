"""What must hold after any faults: stored is what was sent, calls end, scores are the same."""

import json
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from sqlalchemy import Engine, select, text

from callrisk.domain.event_types import EventType
from callrisk.domain.language import packaged
from callrisk.domain.time import utc_now
from callrisk.integrations.amazon.contact_lens import Arrival, ContactLens
from callrisk.live.call_intake import CallIntake
from callrisk.live.follower import LiveCalls
from callrisk.live.served_model import ServedChampion
from callrisk.store.calls import Store
from callrisk.store.connect.quarantine import Quarantine
from callrisk.store.database import open_database
from callrisk.store.queries import Queries
from callrisk.store.tables import events
from harness.amazon.spoken import Ledger
from harness.installation import Installation
from harness.key_rings import KEYS
from harness.waiting import eventually


@dataclass(frozen=True)
class Outcome:
    """What remained of all calls, in a form that two runs can be compared by."""

    turns: dict[str, set[str]]
    texts: dict[str, tuple[str, ...]]
    scores: dict[str, int | None]
    open_calls: int
    told_twice: int
    ended_twice: int
    quarantined: int


def outcome(url: str, call_ids: Sequence[str]) -> Outcome:
    """What a database holds of these calls."""
    engine = open_database(url, KEYS)
    queries = Queries(engine)
    spoken = {one: queries.segments(one) for one in call_ids}
    summaries = {one: queries.call(one) for one in call_ids}
    ended_twice = (
        "SELECT count(*) FROM (SELECT 1 FROM events WHERE type = 'call_ended' "
        "GROUP BY call_id HAVING count(*) > 1) AS repeated"
    )
    with engine.connect() as connection:
        ended = connection.execute(text(ended_twice)).scalar_one()
    found = Outcome(
        {one: {turn.segment_id for turn in turns} for one, turns in spoken.items()},
        {one: tuple(turn.text for turn in turns) for one, turns in spoken.items()},
        {
            one: None if call is None or call.summary is None else call.summary["final_risk_score"]
            for one, call in summaries.items()
        },
        len(queries.active_calls()),
        _told_twice(engine),
        ended,
        Quarantine(engine).count(),
    )
    engine.dispose()
    return found


def _told_twice(engine: Engine) -> int:
    """How many events tell a turn as it was told before: at one revision, or a later one first."""
    e = events.c
    told: dict[tuple[str, str], int] = {}
    twice = 0
    turns = select(e.call_id, e.ref, e.facts).where(e.type == EventType.TRANSCRIPT_SEGMENT)
    with engine.connect() as connection:
        for call_id, turn_id, facts in connection.execute(turns.order_by(e.seq)):
            if "provisional" in (facts or {}):
                continue
            revision = (facts or {}).get("revision", 0)
            twice += told.get((call_id, turn_id), -1) >= revision
            told[call_id, turn_id] = revision
    return twice


def without_faults(ledger: Ledger, models: Path) -> Outcome:
    """The same calls told in order, once each, to a server that lives."""
    with TemporaryDirectory() as folder:
        url = f"sqlite:///{Path(folder) / 'calls.db'}"
        engine = open_database(url, KEYS)
        store = Store(engine)
        live = LiveCalls(
            store,
            ServedChampion(models, allow_demo=True),
            lambda _call, _id: None,
            lambda _event, _agent: None,
        )
        intake, lens = CallIntake(store, live, packaged()), ContactLens()
        for number, (_, body) in enumerate(ledger.records):
            event = lens.event_of(json.loads(body), Arrival(number, utc_now()))
            intake.take([event] if event else [])
        live.step()
        engine.dispose()
        return outcome(url, list(ledger.turns))


def violations(ledger: Ledger, found: Outcome, reference: Outcome) -> list[str]:
    """Everything that does not hold, in words; empty when nothing was lost or doubled."""
    checks = {
        "turns stored are not those sent": found.turns == ledger.turns,
        "texts differ from a run without faults": found.texts == reference.texts,
        "final scores differ from a run without faults": found.scores == reference.scores,
        f"{found.open_calls} calls never ended": found.open_calls == 0,
        f"{found.told_twice} turns were told twice": found.told_twice == 0,
        f"{found.ended_twice} calls ended twice": found.ended_twice == 0,
        f"{found.quarantined} of {ledger.poison} bad records kept": found.quarantined
        == ledger.poison,
        "a run without faults gives no scores": None not in reference.scores.values(),
    }
    return [what for what, holds in checks.items() if not holds]


def until_quiet(house: Installation, call_ids: list[str], seconds: float = 60) -> None:
    """Wait until every call is closed and has its final score, as long as there is hope."""

    def is_quiet() -> bool:
        found = outcome(house.database, call_ids)
        return found.open_calls == 0 and None not in found.scores.values()

    if eventually(is_quiet, seconds, every_s=0.5):
        time.sleep(2)
