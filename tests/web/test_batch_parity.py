"""Calls whose turns came together are scored and advised as those whose turns came one by one."""

from collections.abc import Iterator
from pathlib import Path
from shutil import copytree
from typing import Any

import pytest

from callrisk.domain.segment import ParticipantRole, Segment
from callrisk.domain.time import utc_now
from callrisk.integrations.amazon.contact_lens import Arrival, ContactLens
from callrisk.integrations.recordings import events, recordings
from callrisk.wire.client import LiveApi
from callrisk.wire.requests import CallSegmentBody
from harness.databases import KINDS, fresh_database
from harness.hostile_post import empty_server
from harness.ports import free_port
from harness.small_world import World

# A number over several turns, its repetition, a turn said twice, and a name that was asked for.
DICTATED = (
    ("AGENT", "お電話番号をお願いします"), ("CUSTOMER", "はい、ゼロ九ゼロの"),
    ("CUSTOMER", "一二三四の"), ("AGENT", "一二三四ですね"), ("CUSTOMER", "五六七八です"),
    ("AGENT", "お名前をお願いします"), ("CUSTOMER", "山田太郎と申します"),
    ("AGENT", "今月のお支払いはいかがですか"), ("CUSTOMER", "今月は払えません"),
    ("CUSTOMER", "今月は払えません"), ("AGENT", "来月はいかがですか"),
    ("CUSTOMER", "来月なら必ず払います"),
)  # fmt: skip
# Of an assessment: what depends on when it was made, and not on what was said.
OF_THE_MOMENT = ("seq", "timestamp", "elapsed_s", "change")
TOGETHER = 20
RECORDED = 1


@pytest.fixture(params=KINDS)
def databases(request: pytest.FixtureRequest) -> Iterator[tuple[str, str]]:
    """Two fresh databases of each kind."""
    with fresh_database(request.param) as one, fresh_database(request.param) as other:
        yield one, other


@pytest.fixture
def said(world: World) -> list[tuple[str, str, Segment]]:
    """Turns of several calls that run side by side: call, customer, turn."""
    calls = {"dictated": ("1002", [_dictated(n) for n in range(len(DICTATED))])}
    recorded = recordings(world.settings.raw_dir / "recorded_calls")[:RECORDED]
    for number, recording in enumerate(recorded):
        lens = ContactLens()
        told = (lens.event_of(one.event, Arrival(0, utc_now())) for one in events(recording))
        turns = [turn for event in told if event is not None for turn in event.turns]
        calls[f"recorded-{number}"] = (recording.customer_id, turns)
    beside = [(call, who, turn) for call, (who, turns) in calls.items() for turn in turns]
    return sorted(beside, key=lambda one: (one[2].begin_ms or 0, one[0]))


def _dictated(number: int) -> Segment:
    role, text = DICTATED[number]
    times = (4_000 * number, 4_000 * number + 3_000)
    return Segment(f"d{number}", number, ParticipantRole(role), text, *times)


@pytest.mark.slow
def test_the_score_is_that_of_turns_one_by_one(
    world: World, tmp_path: Path, databases: tuple[str, str], said: list[tuple[str, str, Segment]]
) -> None:
    """So are advice, statements and what is masked, on a real server."""
    played = []
    for number, (database, together) in enumerate(zip(databases, (1, TOGETHER), strict=True)):
        root = tmp_path / str(number)
        copytree(world.settings.models_dir, root / "models")
        copytree(world.settings.raw_dir, root / "data" / "raw")
        with empty_server(root, free_port(), database) as address:
            played.append(_played(LiveApi(address.removesuffix("/api")), said, together))
    one_by_one, many = played

    assert len(many) == 1 + RECORDED
    assert sum(len(one["segments"]) for one in many.values()) == len(said)
    assert {one["assessment"]["state"] for one in many.values()} >= {"live"}
    assert {one["assessment"]["risk_score"] for one in many.values()} != {None}
    texts = [turn["text"] for turn in many["dictated"]["segments"]]
    assert texts[4] == "●●●●です"
    assert "山田" not in texts[6]
    assert many == one_by_one


def _played(
    server: LiveApi, said: list[tuple[str, str, Segment]], together: int
) -> dict[str, dict[str, Any]]:
    """Return the calls after their turns came so many in one request; 1 is the older route."""
    for call_id, customer_id in dict.fromkeys((call_id, who) for call_id, who, _ in said):
        server.start_call(call_id, customer_id, "agent-7")
    if together == 1:
        for call_id, _, turn in said:
            assert server.add_segments(call_id, [turn]).accepted == 1
    for begin in range(0, len(said) if together > 1 else 0, together):
        part = [(call_id, turn) for call_id, _, turn in said[begin : begin + together]]
        taken = server.add_segments_of_calls(part)
        assert sum(call.accepted for call in taken.calls) == len(part)
        assert taken.refused == []
    return {call_id: _standing(server, call_id) for call_id, *_ in said}


def _standing(server: LiveApi, call_id: str) -> dict[str, Any]:
    """Return what is told of a call, without what depends on the moment."""
    assessment = server.score_customer(call_id).model_dump(mode="json")
    turns = [turn.model_dump(mode="json") for turn in server.call(call_id).segments]
    return {
        "assessment": {key: it for key, it in assessment.items() if key not in OF_THE_MOMENT},
        "segments": [turn | {"sequence": None} for turn in turns],
    }


def test_a_body_of_a_call_is_what_the_server_takes() -> None:
    """The fields of the route of one call, and the id of the call."""
    body = CallSegmentBody.of_call("c1", _dictated(1)).model_dump(mode="json")

    assert (body["call_id"], body["segment_id"], body["text"]) == ("c1", "d1", DICTATED[1][1])
