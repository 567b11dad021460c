"""The first page: live calls by category, the day beside its usual, no calls, model or server."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import insert
from streamlit.testing.v1 import AppTest

from callrisk.dashboards.runs import Places
from callrisk.dashboards.shared_answers import shared_answers
from callrisk.dashboards.texts import catalogue
from callrisk.domain.customer import JST
from callrisk.store.facts.fact_tables import call_facts
from callrisk.web.app import Server
from harness import ROOT
from harness.fact_rows import fact_row

PATIENCE_S = 60
JAPANESE = catalogue("ja")


def page(folder: Path, address: str, language: str = "ja") -> AppTest:
    """The page of an app beside that server."""

    def script(places):  # type: ignore[no-untyped-def]
        from callrisk.dashboards.pages import today  # noqa: PLC0415 - a script of its own

        today.show(places)

    # Two servers of these tests may have had the same port.
    shared_answers.cache_clear()
    pipeline, icon = ROOT / "src" / "main.py", ROOT / "static" / "favicon.svg"
    places = Places(folder / "raw", folder / "output", folder / "models", pipeline, icon, address)
    app = AppTest.from_function(script, default_timeout=PATIENCE_S, args=(places,))
    app.session_state["lang"] = language
    app.run()
    assert not app.exception
    return app


def begin(server: Server, call_id: str, agent_id: str) -> None:
    """Begin a call."""
    body = {"call_id": call_id, "customer_id": None, "agent_id": agent_id}
    assert server.app.test_client().post("/api/start_call", json=body).status_code == 200


def ended(server: Server, weeks: range, calls: int, high: int) -> None:
    """Store ended calls at this time of so many weeks, some of them at high risk."""
    now = datetime.now(UTC)
    rows = [
        fact_row(
            f"w{week}-{number}", began.astimezone(JST).date(), "agent-1", started_at=began,
            ended_at=began, first_score=50, final_category="high" if number < high else "low",
        )
        for week in weeks
        for number in range(calls)
        if (began := now - timedelta(days=7 * week, seconds=1))
    ]  # fmt: skip
    with server.state.store.engine.begin() as connection:
        connection.execute(insert(call_facts), rows)


def told(app: AppTest) -> str:
    """What the page says in words."""
    parts = (*app.markdown, *app.caption, *app.info, *app.warning, *app.error)
    return "\n".join(part.value for part in parts)


def figures(app: AppTest) -> dict[str, Any]:
    """The figures of the page by their labels."""
    return {metric.label: metric.value for metric in app.metric}


def test_calls_now_and_the_day_so_far(tmp_path: Path, address: str, server: Server) -> None:
    """With what is usual of the same weekday, once four of them had calls."""
    begin(server, "c-1", "agent-1")
    begin(server, "c-2", "agent-2")
    server.app.test_client().post(
        "/api/calls/c-2/escalate", json={"agent_id": "agent-2", "reason": "金額の相談"}
    )
    server.state.live.step()
    ended(server, range(5), 10, 4)
    app = page(tmp_path, address)

    assert figures(app) == {
        "通話中": "2", "高リスク": "0", "アラート": "0", "回答待ち": "1", "始まった通話": "12",
        "終わった通話": "10", "高リスク終了": "40%", "エスカレーション": "0",
    }  # fmt: skip
    assert "曜のこの時刻：10" in told(app)
    assert "足りません" not in told(app)
    (urgent,) = app.dataframe
    assert list(urgent.value["担当"]) == ["agent-2", "agent-1"]
    assert list(urgent.value["状態"]) == ["スコアなし", "スコアなし"]


def test_without_calls_or_model_the_page_says_so(tmp_path: Path, address: str) -> None:
    """And that too few days tell what is usual; in the reader's language."""
    words = told(page(tmp_path, address, "en"))

    assert "There is no call at the moment" in words
    assert catalogue("en")["live.no_model"] in words
    assert "Too few" in words


def test_without_a_server_the_page_says_so(tmp_path: Path) -> None:
    """And how to start it."""
    assert "http://127.0.0.1:9" in told(page(tmp_path, "http://127.0.0.1:9"))
