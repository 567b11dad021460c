"""The page of calls that are over: search by facts and words, one call opened, none, no server."""

from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from callrisk.dashboards.runs import Places
from callrisk.dashboards.texts import catalogue
from callrisk.web.app import Server
from harness import ROOT
from harness.ended_calls import EndedCall, ended_call, make_findable

PATIENCE_S = 60
JAPANESE = catalogue("ja")


def page(folder: Path, address: str, **asked: str) -> AppTest:
    """The page of an app beside that server, opened at an address."""

    def script(places):  # type: ignore[no-untyped-def]
        from callrisk.dashboards.pages import calls  # noqa: PLC0415 - a script of its own

        calls.show(places)

    pipeline, icon = ROOT / "src" / "main.py", ROOT / "static" / "favicon.svg"
    places = Places(folder / "raw", folder / "output", folder / "models", pipeline, icon, address)
    app = AppTest.from_function(script, default_timeout=PATIENCE_S, args=(places,))
    app.session_state["lang"] = "ja"
    for name, value in asked.items():
        app.query_params[name] = value
    app.run()
    assert not app.exception
    return app


@pytest.fixture
def spoken(server: Server) -> None:
    """Three calls that are over, of two agents."""
    engine = server.state.store.engine
    for call in (
        EndedCall("c-1", ["今月は支払いが厳しいです"], 0, "agent-1", "1001", ["分割を希望"]),
        EndedCall("c-2", ["請求の金額に納得できません"], 5, "agent-2", "1002"),
        EndedCall("c-3", ["<b>来月</b>必ず払います"], 9, "agent-2", "1001"),
    ):
        ended_call(engine, call)
    make_findable(engine)


def told(app: AppTest) -> str:
    """What the page says in words."""
    parts = (*app.markdown, *app.caption, *app.info, *app.warning, *app.error, *app.subheader)
    return "\n".join(part.value for part in parts)


def customers(app: AppTest) -> list[str]:
    """The customers of the calls that were found, the newest first."""
    return list(app.dataframe[0].value["お客様"]) if app.dataframe else []


def test_calls_are_found_by_facts_of_the_address(
    tmp_path: Path, address: str, spoken: None
) -> None:
    """All of them without any."""
    assert customers(page(tmp_path, address)) == ["1001", "1002", "1001"]
    assert customers(page(tmp_path, address, agent="agent-2")) == ["1001", "1002"]
    assert customers(page(tmp_path, address, intent="dispute")) == ["1002"]
    assert JAPANESE["calls.empty"] in told(page(tmp_path, address, customer="9999"))


def test_words_are_found_and_stand_in_no_address(
    tmp_path: Path, address: str, spoken: None
) -> None:
    """The address has an id, by which the same is found again."""
    app = page(tmp_path, address)
    app.text_input[0].input("納得できません")
    app.button[0].click()
    app.run()
    kept = app.query_params["search"]
    search_id = kept if isinstance(kept, str) else kept[0]

    assert customers(app) == ["1002"]
    assert "納得" not in str(dict(app.query_params))
    assert customers(page(tmp_path, address, search=search_id)) == ["1002"]


def test_one_call_is_shown_whole(tmp_path: Path, address: str, spoken: None) -> None:
    """Its statements, its words with phrases marked and nothing else taken for markup, notes."""
    app = page(tmp_path, address, call="c-1")
    words = "".join(one.value for one in app.get("html"))

    assert "分割を希望" in told(app)
    assert "<mark" in words
    statements = app.dataframe[0].value
    assert len(statements) >= 1
    other = "".join(one.value for one in page(tmp_path, address, call="c-3").get("html"))
    assert "&lt;b&gt;" in other
    assert "<b>" not in other


def test_without_a_server_the_page_says_so(tmp_path: Path) -> None:
    """And how to start it."""
    assert "http://127.0.0.1:9" in told(page(tmp_path, "http://127.0.0.1:9"))
