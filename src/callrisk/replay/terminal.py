"""A recorded call heard and scored in the terminal: the whole live path without any cloud."""

import time
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory

from callrisk.domain.call_record import LoggedEvent, Payload
from callrisk.domain.event_types import EventType, Source
from callrisk.domain.time import utc_now
from callrisk.integrations.amazon.contact_lens import Arrival, ContactLens
from callrisk.integrations.recordings import Recording, events
from callrisk.live.call_intake import CallIntake
from callrisk.live.follower import LiveCalls
from callrisk.live.served_model import ServedChampion
from callrisk.store.calls import NewCall, Store
from callrisk.store.database import open_database

_SPEAKER = {"AGENT": "担当  ", "CUSTOMER": "お客様"}


def rehearse(
    recording: Recording, champion: ServedChampion, speed: float, say: Callable[[str], None]
) -> Payload:
    """Play a recording at some speed into a database that is thrown away; its summary."""
    with TemporaryDirectory() as folder:
        engine = open_database(f"sqlite:///{Path(folder) / 'rehearsal.db'}")
        store = Store(engine)
        live = LiveCalls(
            store, champion, lambda _call, _customer: None, lambda one, _agent: _told(one, say)
        )
        hearing, lens = CallIntake(store, live), ContactLens()
        hearing.start(NewCall("DEMO", None, recording.agent_id, Source.DEMO, True, utc_now()))
        began = time.monotonic()
        for number, one in enumerate(events(recording)):
            time.sleep(max(0.0, one.arrival_ms / 1000 / speed - (time.monotonic() - began)))
            event = lens.event_of(one.event | {"ContactId": "DEMO"}, Arrival(number, utc_now()))
            hearing.take([event] if event else [])
            live.step()
        summary = live.finish("DEMO")
        engine.dispose()
    return summary


def _told(event: LoggedEvent, say: Callable[[str], None]) -> None:
    payload = event.payload
    if event.type == EventType.TRANSCRIPT_SEGMENT and not payload["provisional"]:
        seconds = (payload["begin_ms"] or 0) // 1000
        speaker = _SPEAKER[payload["role"]]
        say(f"  {seconds // 60:2d}:{seconds % 60:02d}  {speaker}  {payload['text']}")
    elif event.type == EventType.RISK_SCORE_UPDATE:
        why = "、".join(
            f"{one['label']} {one['points']:+d}" for one in payload["change"]["because"]
        )
        say(f"         → {payload['risk_label']} {payload['risk_score']}  {why}".rstrip())
