"""A language that is not the one meant, as the apps tell it."""

import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest
from werkzeug.serving import make_server

from callrisk.bootstrap.configured_language import HeldLanguage
from callrisk.bootstrap.server import create_app
from callrisk.domain.language import packaged
from callrisk.domain.wording import Text
from callrisk.settings import load
from harness import ROOT
from harness.small_world import new_root

PATIENCE_S = 120
FAULT = Text("自社の言葉の表に誤りがあります（3 行目）", "The company's table has a fault (line 3)")


@pytest.fixture
def address(tmp_path: Path) -> Iterator[str]:
    """A server, listening, that refused the company's table; no thread of its own runs."""
    held = HeldLanguage(packaged(), FAULT)
    built = create_app(load(new_root(tmp_path / "root")), language=held)
    listening = make_server("127.0.0.1", 0, built.app, threaded=True)
    threading.Thread(target=listening.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{listening.server_port}"
    listening.shutdown()
    built.state.store.engine.dispose()


@pytest.mark.parametrize(("language", "expected"), [("ja", FAULT.ja), ("en", FAULT.en)])
def test_the_page_of_live_calls_says_it(address: str, language: str, expected: str) -> None:
    """In the language chosen."""

    def script(address, icon):  # type: ignore[no-untyped-def]
        from callrisk.dashboards.pages import live  # noqa: PLC0415 - becomes a script of its own
        from callrisk.dashboards.runs import Places  # noqa: PLC0415

        live.show(Places(icon, icon, icon, icon, icon, address))

    icon = ROOT / "static" / "favicon.svg"
    app = AppTest.from_function(script, default_timeout=PATIENCE_S, args=(address, icon))
    app.session_state["lang"] = language
    app.run()

    assert not app.exception
    told = "\n".join(warning.value.replace("\\", "") for warning in app.warning)
    assert expected in told
