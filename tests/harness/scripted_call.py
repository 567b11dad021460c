"""One scripted call with everything that the server answers and pushes about it."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from callrisk.domain.contact_events import (
    AnalysisEvent,
    AnalysisKind,
    ContactDetails,
    ContactEvent,
    ContactSummary,
    Utterance,
)
from callrisk.domain.language import packaged
from callrisk.domain.segment import ParticipantRole
from callrisk.domain.time import utc_now
from callrisk.store.connect.gaps import Gaps
from callrisk.store.intake import Contacts, Delivery
from callrisk.web.app import Server

CALL, HEARD = "scripted-1", "scripted-2"
_IDS = {"call_id": CALL, "customer_id": "1001", "agent_id": "agent-7"}


def segments(count: int, begin: int = 0) -> list[dict[str, Any]]:
    """Turns as a telephony sends them."""
    return [
        {
            "segment_id": f"s{n}", "role": "CUSTOMER" if n % 2 else "AGENT", "begin_ms": 6_000 * n,
            "end_ms": 6_000 * n + 5_000, "text": "えっと、毎月払えるか不安で、今月は払えません",
            "sentiment": "NEGATIVE" if n % 3 else None,
        }
        for n in range(begin, begin + count)
    ]  # fmt: skip


def play(server: Server) -> dict[str, Any]:
    """Return every answer by its request, and every socket event by its name, of the call."""
    client = server.app.test_client()
    socket = server.socketio.test_client(server.app)
    answers: dict[str, Any] = {}

    def ask(name: str, method: str, path: str, **body: Any) -> None:
        answer = client.open(f"/api/{path}", method=method, json=body or None)
        answers[name] = {"status": answer.status_code, "body": answer.get_json()}

    for event, body in (
        ("join_wallboard", {}), ("join_overview", {}), ("join_agent", {"agent_id": "agent-7"}),
        ("join_call", {"call_id": CALL}), ("leave_call", {"call_id": CALL}), ("join_call", {}),
        ("join_wallboard_rows", {"after": 0}),
    ):  # fmt: skip
        answers[f"{event}_{bool(body)}"] = socket.emit(event, body, callback=True)
    server.wallboard.step()
    ask("health", "GET", "health")
    ask("start_call", "POST", "start_call", **_IDS)
    ask("segments", "POST", f"calls/{CALL}/segments", segments=segments(14))
    ask("score_customer", "POST", "score_customer", call_id=CALL)
    ask("changes", "GET", f"calls/{CALL}/changes")
    ask("note", "POST", f"calls/{CALL}/notes", agent_id="a", text="折り返し希望")
    ask("escalate", "POST", f"calls/{CALL}/escalate", agent_id="a", reason="支払いの相談")
    _work(ask, answers["escalate"]["body"]["note_id"])
    ask("feedback", "POST", f"calls/{CALL}/feedback", agent_id="a", action="x", verdict="done")
    ask("customer", "POST", f"calls/{CALL}/customer", agent_id="a", customer_id="1002")
    ask("end_call", "POST", "end_call", call_id=CALL)
    ask("late_turn", "POST", f"calls/{CALL}/segments", segments=segments(1, 14))
    ask("end_call_again", "POST", "end_call", call_id=CALL)
    _heard_by_telephony(server)
    server.wallboard.step()
    ask("telephony's_call", "GET", f"calls/{HEARD}")
    ask("list", "GET", "calls")
    ask("page", "GET", "calls?limit=1&status=active")
    ask("call", "GET", f"calls/{CALL}")
    ask("events", "GET", "events?after=0")
    ask("demo", "GET", "demo")
    ask("demo_stop", "POST", "demo/stop")
    ask("bad", "POST", "start_call", agent_id="a")
    ask("unknown_call", "GET", "calls/nobody")
    ask("unknown_route", "GET", "nothing")
    return {"answers": answers, "events": _by_name(socket.get_received())}


def _work(ask: Callable[..., None], asked: int) -> None:
    """An escalation answered and withdrawn, and what is kept of the end of the call."""
    ask("seen", "POST", f"calls/{CALL}/escalations/seen", agent_id="b", note_id=asked)
    ask(
        "answer", "POST", f"calls/{CALL}/escalations/answer", agent_id="b", note_id=asked,
        text="分割を承認します",
    )  # fmt: skip
    ask("escalations", "GET", "escalations?open=false")
    ask("withdrawn", "POST", f"calls/{CALL}/undo", agent_id="a", note_id=asked)
    ask("outcomes", "GET", "outcomes")
    ask("outcome", "POST", f"calls/{CALL}/outcome", agent_id="a", outcome="promised")
    days = timedelta(days=3)
    ask(
        "promise", "POST", f"calls/{CALL}/promise", agent_id="a", amount_yen=34_300,
        due_on=f"{utc_now() + days:%Y-%m-%d}", channel="card",
    )  # fmt: skip
    ask(
        "call_back", "POST", f"calls/{CALL}/call_back", agent_id="a",
        call_back_at=(utc_now() + days).isoformat(),
    )  # fmt: skip


def play_without_model(server: Server) -> dict[str, list[Any]]:
    """Return every socket event by its name of a call that nothing scores."""
    client = server.app.test_client()
    socket = server.socketio.test_client(server.app)
    socket.emit("join_call", {"call_id": CALL}, callback=True)
    client.post("/api/start_call", json=_IDS)
    client.post(f"/api/calls/{CALL}/segments", json={"segments": segments(14)})
    client.post("/api/score_customer", json={"call_id": CALL})
    return _by_name(socket.get_received())


def _heard_by_telephony(server: Server) -> None:
    """Another call as the telephony tells of it, with a gap that is filled later."""
    engine, now = server.state.store.engine, utc_now()
    piece = Utterance("u1", "t1", ParticipantRole.CUSTOMER, "もしもし", 0, 900)
    summary = ContactSummary("支払い方法の相談")
    told = [
        ContactEvent(HEARD, "CONNECTED_TO_AGENT", now, creates=True),
        ContactDetails(HEARD, now, agent_id="agent-8", customer_id="1003", phone="090-1234-5678"),
        AnalysisEvent(HEARD, AnalysisKind.SEGMENTS, now, pieces=(piece,)),
        AnalysisEvent(HEARD, AnalysisKind.SEGMENTS, now, categories=("支払い",), summary=summary),
        AnalysisEvent(HEARD, AnalysisKind.FAILED, now),
    ]
    intake = Contacts(engine, packaged())
    for event in told:
        intake.take(Delivery([event], now))
    gaps = Gaps(engine)
    gaps.mark(now)
    gaps.filled(HEARD, now)
    server.state.live.step()
    intake.take(Delivery([ContactEvent(HEARD, "DISCONNECTED", now, disconnected_at=now)], now))
    server.state.live.finish(HEARD)


def _by_name(received: list[dict[str, Any]]) -> dict[str, list[Any]]:
    events: dict[str, list[Any]] = {}
    for event in received:
        events.setdefault(event["name"], []).append(event["args"][0])
    return events
