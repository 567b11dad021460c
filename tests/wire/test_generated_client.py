"""A client that was generated from /openapi.json works, and so does our own."""

import importlib
import importlib.util
import json
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from werkzeug.serving import make_server

from callrisk.bootstrap.server import create_app
from callrisk.domain.segment import ParticipantRole, Segment
from callrisk.web.app import Server
from callrisk.wire.assessment import AssessmentAnswer
from callrisk.wire.client import LiveApi, LiveApiError
from harness.small_world import World

WORDS = "えっと、毎月払えるか少し不安なんですけど"


@pytest.fixture(scope="module")
def server(world: World) -> Iterator[Server]:
    """The server of the small world, on a database of its own; its threads do not run."""
    url = f"sqlite:///{world.settings.root / 'clients.db'}"
    env = world.settings.env.model_copy(update={"database_url": url})
    built = create_app(world.settings.model_copy(update={"env": env}))
    yield built
    built.state.store.engine.dispose()


@pytest.fixture(scope="module")
def address(server: Server) -> Iterator[str]:
    """The address at which it listens."""
    http = make_server("127.0.0.1", 0, server.app, threaded=True)
    thread = threading.Thread(target=http.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{http.server_port}"
    http.shutdown()
    thread.join(timeout=10)


@pytest.fixture
def generated(server: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    """The package that openapi-python-client makes of the document."""
    if importlib.util.find_spec("openapi_python_client") is None:
        pytest.skip("openapi-python-client is not installed")
    document = server.app.test_client().get("/openapi.json").get_json()
    (tmp_path / "openapi.json").write_text(json.dumps(document), encoding="utf-8")
    (tmp_path / "config.yml").write_text("post_hooks: []\n", encoding="utf-8")
    made = subprocess.run(
        [sys.executable, "-m", "openapi_python_client", "generate", "--meta", "none",
         "--path", "openapi.json", "--output-path", "callrisk_client", "--config", "config.yml",
         "--fail-on-warning"],
        cwd=tmp_path, capture_output=True, encoding="utf-8", check=False,
    )  # fmt: skip
    assert made.returncode == 0, made.stdout + made.stderr
    monkeypatch.syspath_prepend(str(tmp_path))
    return importlib.import_module("callrisk_client")


def test_a_generated_client_plays_a_call(generated: ModuleType, address: str) -> None:
    """It starts, scores and ends a call, and reads the answers as values of its own."""
    models = importlib.import_module("callrisk_client.models")
    calls = {
        name: importlib.import_module(f"callrisk_client.api.calls.{name}")
        for name in ("start_call", "add_segments", "score_customer", "end_call")
    }
    client = generated.Client(base_url=address)
    start = models.StartCall(call_id="generated-1", customer_id="1001", agent_id="agent-7")
    turns = [
        models.SegmentBody(
            segment_id=f"s{n}", role=models.ParticipantRole.CUSTOMER, text=WORDS,
            begin_ms=6_000 * n, end_ms=6_000 * n + 5_000,
        )
        for n in range(12)
    ]  # fmt: skip
    reference = models.CallReference(call_id="generated-1")
    started = calls["start_call"].sync(client=client, body=start)
    heard = calls["add_segments"].sync(
        "generated-1", client=client, body=models.Segments(segments=turns)
    )
    scored = calls["score_customer"].sync(client=client, body=reference)
    ended = calls["end_call"].sync(client=client, body=reference)

    assert started.customer_data.customer_id == "1001"
    assert (heard.accepted, heard.duplicates) == (12, 0)
    lines = sum(line.points for line in scored.contributions)
    ends = scored.start_points + scored.other_points + scored.cap_points
    assert lines + ends == scored.risk_score
    assert ended.summary.final_risk_score == ended.summary.risk_scores[-1]


def test_our_client_plays_a_call(address: str) -> None:
    """The same by the client that the apps use, with a note and what was pushed of it."""
    api = LiveApi(address)
    turns = [
        Segment(f"s{n}", n, ParticipantRole.CUSTOMER, WORDS, 6_000 * n, 6_000 * n + 5_000)
        for n in range(12)
    ]
    begun = api.start_call("ours-1", "1001", "agent-7")
    taken = api.add_segments("ours-1", turns)
    scored = api.score_customer("ours-1")
    note = api.note("ours-1", "agent-7", "折り返し希望")
    summary = api.end_call("ours-1")
    call = api.call("ours-1")
    (event,) = api.events(note.seq - 1, 1).events

    assert begun.customer_search.state == "found"
    assert taken.accepted == len(call.segments) == 12
    assert isinstance(scored, AssessmentAnswer)
    assert summary == call.summary
    assert (event.type, event.payload) == ("note_added", note)
    assert "ours-1" in [listed.call_id for listed in api.calls("ended")]


def test_our_client_adds_a_note_once_though_the_answer_is_lost(server: Server) -> None:
    """It sends the request again with the same key."""
    asked: list[str] = []

    def loses_an_answer(environ: Any, start_response: Any) -> Any:
        body = server.app.wsgi_app(environ, start_response)
        key = environ.get("HTTP_IDEMPOTENCY_KEY")
        if key is not None:
            asked.append(key)
            if len(asked) == 1:
                environ["werkzeug.socket"].shutdown(socket.SHUT_RDWR)
        return body

    http = make_server("127.0.0.1", 0, loses_an_answer, threaded=True)
    thread = threading.Thread(target=http.serve_forever, daemon=True)
    thread.start()
    api = LiveApi(f"http://127.0.0.1:{http.server_port}")
    api.start_call("ours-3", "1001", "agent-7")
    note = api.note("ours-3", "agent-7", "折り返し希望")
    other = api.escalate("ours-3", "agent-7", "見てください")
    notes = api.call("ours-3").notes
    http.shutdown()
    thread.join(timeout=10)

    assert asked[0] == asked[1] != asked[2]
    assert [one.note_id for one in notes] == [note.note_id, other.note_id]


def test_our_client_asks_why_a_score_moved(address: str) -> None:
    """Between the ends of a call by default, between two moments where they are given."""
    api = LiveApi(address)
    api.start_call("ours-2", "1002", "agent-7")
    first = api.score_customer("ours-2")
    api.add_segments(
        "ours-2", [Segment("s0", 0, ParticipantRole.CUSTOMER, "今月は払えません。", 0, 5_000)]
    )
    newest = api.score_customer("ours-2")
    assert isinstance(first, AssessmentAnswer)
    assert isinstance(newest, AssessmentAnswer)
    whole = api.changes("ours-2")
    nothing = api.changes("ours-2", newest.seq, datetime.now(UTC))
    answered = api.feedback("ours-2", "agent-7", "inability", "dismissed", "お客様に合わない")

    assert (whole.earlier.seq, whole.later.seq) == (first.seq, newest.seq)
    assert whole.points == newest.risk_score - first.risk_score
    assert sum(line.points for line in whole.because) == whole.points
    assert (nothing.earlier, nothing.points, nothing.because) == (whole.later, 0, [])
    assert answered.text == "inability dismissed お客様に合わない"


def test_our_client_says_what_was_refused(address: str) -> None:
    """A refusal bears the detail of the problem and its status."""
    with pytest.raises(LiveApiError, match="There is no call nobody") as refused:
        LiveApi(address).call("nobody")

    assert refused.value.status == 404
    assert not refused.value.unreachable
