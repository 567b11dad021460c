"""A recorded call played and scored in the terminal: the whole live path without any cloud."""

from collections.abc import Callable, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

from callrisk.domain.call_record import LoggedEvent, Payload
from callrisk.domain.event_types import EventType, Source
from callrisk.domain.language import Language
from callrisk.domain.time import utc_now
from callrisk.integrations.amazon.contact_lens import ContactLens
from callrisk.integrations.recordings import Recording
from callrisk.live.call_intake import CallIntake
from callrisk.live.follower import LiveCalls
from callrisk.live.served_model import ServedChampion
from callrisk.replay.player import PlayedEvent, ReplayedCall, play
from callrisk.store.calls import NewCall, Store
from callrisk.store.ciphers.key_ring import new_ring
from callrisk.store.database import Keys, close_database, open_database

_SPEAKER = {"AGENT": "担当  ", "CUSTOMER": "お客様"}
_CALL_ID = "DEMO"


def play_in_terminal(
    recording: Recording, champion: ServedChampion, language: Language, speed: float,
    show: Callable[[str], None],
) -> Payload:  # fmt: skip
    """Play a recording into a temporary database, line by line; return the call's summary."""
    with TemporaryDirectory() as folder:
        keys = Keys(new_ring(utc_now()))
        engine = open_database(f"sqlite:///{Path(folder) / 'rehearsal.db'}", keys)
        store = Store(engine)
        live = LiveCalls(
            store, champion, lambda _call, _customer: None, lambda event, _agent: _show(event, show)
        )
        intake, lens = CallIntake(store, live, language), ContactLens()
        intake.start(NewCall(_CALL_ID, None, recording.agent_id, Source.DEMO, True, utc_now()))

        def receive(played: Sequence[PlayedEvent]) -> None:
            for due in played:
                event = due.parsed(lens)
                intake.take([event] if event else [])
                live.step()

        play([ReplayedCall(_CALL_ID, recording)], speed, receive)
        summary = live.finish(_CALL_ID)
        close_database(engine)
    return summary


def _show(event: LoggedEvent, show: Callable[[str], None]) -> None:
    payload = event.payload
    if event.type == EventType.TRANSCRIPT_SEGMENT and not payload["provisional"]:
        seconds = (payload["begin_ms"] or 0) // 1000
        speaker = _SPEAKER[payload["role"]]
        show(f"  {seconds // 60:2d}:{seconds % 60:02d}  {speaker}  {payload['text']}")
    elif event.type == EventType.RISK_SCORE_UPDATE:
        why = "、".join(
            f"{line['label']} {line['points']:+d}" for line in payload["change"]["because"]
        )
        show(f"         → {payload['risk_label']} {payload['risk_score']}  {why}".rstrip())
