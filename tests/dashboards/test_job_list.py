"""The jobs of the server on the page of training: seen, cancelled, and absent without a server."""

from pathlib import Path

from streamlit.testing.v1 import AppTest

from callrisk.dashboards.runs import Places
from callrisk.domain.jobs.stored_job import JobProgress
from callrisk.domain.time import utc_now
from callrisk.store.jobs.job_claims import JobClaims
from callrisk.web.app import Server
from callrisk.wire.client import LiveApi
from harness import ROOT

PATIENCE_S = 60


def page(folder: Path, address: str) -> AppTest:
    """The page of training of an app beside that server, without an export."""

    def script(places):  # type: ignore[no-untyped-def]
        from callrisk.dashboards.pages import training  # noqa: PLC0415 - a script of its own

        training.show(places)

    pipeline, icon = ROOT / "src" / "main.py", ROOT / "static" / "favicon.svg"
    places = Places(folder / "raw", folder / "output", folder / "models", pipeline, icon, address)
    app = AppTest.from_function(script, default_timeout=PATIENCE_S, args=(places,))
    app.session_state["lang"] = "en"
    return app.run()


def test_jobs_are_shown_and_cancelled(tmp_path: Path, address: str, server: Server) -> None:
    """One that failed says why, one that runs how far it is, one that waits is cancelled."""
    api = LiveApi(address)
    failed, runs, waits = (api.ask_for_training(quick=True).job_id for _ in range(3))
    claims = JobClaims(server.state.store.engine, "one", "one")
    claim = claims.claim(["train"], utc_now())
    assert claim is not None
    assert claim.job_id == failed
    claims.failed(claim, "no column 未払FLAG", utc_now())
    claim = claims.claim(["train"], utc_now())
    assert claim is not None
    claims.renew(claim, JobProgress("scoring", 0.62, "3/5 scoring"), utc_now())

    app = page(tmp_path, address)

    assert not app.exception
    lines = [line.value for line in app.markdown if line.value.startswith("**#")]
    states = [line.split(" · ")[1] for line in lines]
    assert states == ["waiting", "running", "failed"]
    assert "no column 未払FLAG" in [code.value for code in app.code]
    assert api.jobs()[1].phase == "scoring"
    app.button(key=f"cancel_job_{waits}").click().run()
    assert not app.exception
    assert [job.state for job in api.jobs()] == ["cancelled", "running", "failed"]
    assert {button.key for button in app.button} & {f"cancel_job_{n}" for n in (waits, failed)} == (
        set()
    )
    assert app.button(key=f"cancel_job_{runs}")


def test_without_a_server_or_jobs_nothing_is_shown(
    tmp_path: Path, address: str, free_port: int
) -> None:
    """The page is as it was."""
    for where in (address, f"http://127.0.0.1:{free_port}"):
        app = page(tmp_path, where)
        assert not app.exception
        assert "Jobs of the server" not in [element.value for element in app.subheader]
