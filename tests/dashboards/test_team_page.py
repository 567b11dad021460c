"""The page of agents and teams: figures, who differs, few calls, none, and no server."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

from streamlit.testing.v1 import AppTest

from callrisk.dashboards.runs import Places
from callrisk.dashboards.texts import catalogue
from callrisk.domain.customer import JST
from callrisk.web.app import Server
from harness import ROOT
from harness.fact_rows import fact_row, store_facts

PATIENCE_S = 60
JAPANESE = catalogue("ja")


def page(folder: Path, address: str, language: str = "ja", **asked: str) -> AppTest:
    """The page of an app beside that server, opened at an address."""

    def script(places):  # type: ignore[no-untyped-def]
        from callrisk.dashboards.pages import team  # noqa: PLC0415 - a script of its own

        team.show(places)

    pipeline, icon = ROOT / "src" / "main.py", ROOT / "static" / "favicon.svg"
    places = Places(folder / "raw", folder / "output", folder / "models", pipeline, icon, address)
    app = AppTest.from_function(script, default_timeout=PATIENCE_S, args=(places,))
    app.session_state["lang"] = language
    for name, value in asked.items():
        app.query_params[name] = value
    app.run()
    assert not app.exception
    return app


def ended(server: Server, agent_id: str, calls: int, escalated: int, days_ago: int = 1) -> None:
    """Store ended calls of an agent, some of them escalated."""
    day = datetime.now(UTC).astimezone(JST).date() - timedelta(days=days_ago)
    rows = [
        fact_row(
            f"{agent_id}-{days_ago}-{n}", day, agent_id, first_score=50, escalated=n < escalated
        )
        for n in range(calls)
    ]
    with server.state.store.engine.begin() as connection:
        store_facts(connection, rows)


def told(app: AppTest) -> str:
    """What the page says in words."""
    parts = (*app.markdown, *app.caption, *app.info, *app.warning, *app.error)
    return "\n".join(part.value for part in parts)


def test_who_differs_is_told(tmp_path: Path, address: str, server: Server) -> None:
    """With the figures of all, and how many rows are not compared."""
    for agent, escalated in (("agent-1", 10), ("agent-2", 10), ("agent-3", 45)):
        ended(server, agent, 100, escalated)
    ended(server, "agent-4", 5, 1)
    app = page(tmp_path, address, by="agent", days="7", measure="escalated")

    assert {metric.label: metric.value for metric in app.metric} == {
        "通話": "305", "高リスクで終わった": "0%", "エスカレーション": "22%",
        "お支払いの約束": "0%", "助言の実行": "–",
    }  # fmt: skip
    assert "偶然とは言えない違いが 3 件" in told(app)
    assert "1 行は、比べていません" in told(app)
    (table,) = app.dataframe
    assert list(table.value["担当者"]) == ["agent-1", "agent-2", "agent-3", "agent-4"]
    assert table.value["エスカレーション"][2].startswith("45%（")


def test_alike_agents_have_no_order(tmp_path: Path, address: str, server: Server) -> None:
    """What chance explains is told to be nothing, in the reader's language."""
    ended(server, "agent-1", 100, 10)
    ended(server, "agent-2", 100, 13)

    app = page(tmp_path, address, "en", measure="escalated")

    assert "Nothing differs by more than chance" in told(app)


def test_the_period_and_what_it_is_told_by_stand_in_the_address(
    tmp_path: Path, address: str, server: Server
) -> None:
    """Calls of before the period do not count; a day is a row."""
    ended(server, "agent-1", 40, 4, days_ago=2)
    ended(server, "agent-1", 60, 4, days_ago=20)
    week = page(tmp_path, address, days="7", by="day")
    month = page(tmp_path, address, days="30", by="day")

    assert [len(app.dataframe[0].value) for app in (week, month)] == [1, 2]
    assert (month.query_params["days"], month.query_params["by"]) == ("30", "day")


def test_few_calls_are_told_to_be_few(tmp_path: Path, address: str, server: Server) -> None:
    """Nothing is compared, the figures are there."""
    ended(server, "agent-1", 8, 2)

    assert "比べられるほどの通話がまだありません" in told(page(tmp_path, address))


def test_without_calls_or_server_the_page_says_so(tmp_path: Path, address: str) -> None:
    """And what to do next."""
    assert JAPANESE["team.empty"] in told(page(tmp_path, address))
    assert "http://127.0.0.1:9" in told(page(tmp_path, "http://127.0.0.1:9"))
