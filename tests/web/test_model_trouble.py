"""A champion that cannot be served, as every screen tells it: the old one goes on scoring."""

import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest
from werkzeug.serving import make_server

from callrisk.bootstrap.server import create_app
from callrisk.settings import load
from callrisk.web.app import Server
from callrisk.wire.client import LiveApi
from harness import ROOT
from harness.small_versions import NEW, NEWER, OLD, make_champion, make_version, tamper
from harness.small_world import new_root

PATIENCE_S = 120


@pytest.fixture
def built(tmp_path: Path) -> Iterator[Server]:
    """A server that serves the old of two versions; its threads do not run."""
    root = new_root(tmp_path / "故障 試験")
    for version in (OLD, NEW):
        make_version(root / "models", version)
    make_champion(root / "models", OLD)
    built = create_app(load(root))
    assert built.state.champion.refresh()
    yield built
    built.state.store.engine.dispose()


@pytest.fixture
def models(tmp_path: Path) -> Path:
    """Where the versions of that server lie."""
    return tmp_path / "故障 試験" / "models"


@pytest.fixture
def spoilt(built: Server, models: Path) -> Iterator[str]:
    """The same, listening, after a tampered version was named champion; its address."""
    tamper(models / NEW)
    make_champion(models, NEW)
    assert not built.state.champion.refresh()
    listening = make_server("127.0.0.1", 0, built.app, threaded=True)
    threading.Thread(target=listening.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{listening.server_port}"
    listening.shutdown()


def test_health_names_the_version_that_goes_on_and_the_reason(spoilt: str) -> None:
    """In both languages, for the screens, and without telling where the server is installed."""
    health = LiveApi(spoilt).health()
    check = health.checks["model"]

    assert (health.status, health.model_version) == ("degraded", OLD)
    assert not check.ok
    assert f"{OLD} で採点を続けています" in (check.message or "")
    assert "書き換えられている" in (check.message or "")
    assert f"{OLD} goes on scoring" in (check.message_en or "")
    assert str(Path.home()) not in health.model_dump_json()
    assert "故障 試験" not in health.model_dump_json()


def test_health_has_no_message_while_all_is_well(built: Server, models: Path) -> None:
    """Neither while a champion serves nor after it was swapped for another."""
    client = built.app.test_client()
    before = client.get("/api/health").get_json()
    make_champion(models, NEW)
    assert built.state.champion.refresh()
    after = client.get("/api/health").get_json()

    assert (before["model_version"], after["model_version"]) == (OLD, NEW)
    assert before["checks"]["model"] == after["checks"]["model"] == {"ok": True, "detail": ""}


def test_health_tells_a_server_without_any_model_why(built: Server, models: Path) -> None:
    """A version that is not there is named; the command that trains stands beside it."""
    make_champion(models, NEWER)
    built.state.champion.current = None
    built.state.champion.refresh()

    check = built.app.test_client().get("/api/health").get_json()["checks"]["model"]

    assert f"models/{NEWER}" in check["message"]
    assert "スコアを出せません" in check["message"]
    assert check["command"] == "python src/main.py"


@pytest.mark.parametrize(
    ("language", "expected"),
    [("ja", f"{OLD} で採点を続けています"), ("en", f"{OLD} goes on scoring")],
)
@pytest.mark.parametrize("screen", ["live", "models"])
def test_both_pages_say_it(
    spoilt: str, models: Path, screen: str, language: str, expected: str
) -> None:
    """On the team's page and the models page, in the language chosen."""

    def script(address, icon, models, screen):  # type: ignore[no-untyped-def]
        import importlib  # noqa: PLC0415 - becomes a script of its own

        from callrisk.dashboards.runs import Places  # noqa: PLC0415

        places = Places(models, models, models, models, icon, address)
        importlib.import_module(f"callrisk.dashboards.pages.{screen}").show(places)

    icon = ROOT / "static" / "favicon.svg"
    app = AppTest.from_function(
        script, default_timeout=PATIENCE_S, args=(spoilt, icon, models, screen)
    )
    app.session_state["lang"] = language
    app.run()

    assert not app.exception
    told = "\n".join(error.value.replace("\\", "") for error in app.error)
    assert expected in told
