"""The page that has tables scored: one is chosen and asked for, and results are offered."""

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

from streamlit.testing.v1 import AppTest

from callrisk.dashboards.runs import Places
from callrisk.domain.portfolio.stability import Change, Stability
from callrisk.domain.wording import Text
from callrisk.reporting.portfolio.batch_summary import BatchSummary
from callrisk.wire.client import LiveApi
from harness import ROOT
from harness.small_versions import OLD, make_champion, make_version

PATIENCE_S = 120


def places_of(folder: Path, address: str) -> Places:
    """One version that serves, and a table to score."""
    make_version(folder / "models", OLD)
    make_champion(folder / "models", OLD)
    table = folder / "raw" / "to_score" / "新規.csv"
    table.parent.mkdir(parents=True)
    table.write_text("a", encoding="utf-8")
    return Places(
        folder / "raw", folder / "output", folder / "models", ROOT / "src" / "main.py",
        ROOT / "static" / "favicon.svg", address,
    )  # fmt: skip


def page(places: Places) -> AppTest:
    """The page, run once."""

    def script(places):  # type: ignore[no-untyped-def]
        from callrisk.dashboards.batches import score_tables  # noqa: PLC0415 - a script of its own

        score_tables.show(places)

    app = AppTest.from_function(script, default_timeout=PATIENCE_S, args=(places,))
    app.session_state["lang"] = "ja"
    return app.run()


def test_a_table_is_asked_for_and_results_are_offered(tmp_path: Path, address: str) -> None:
    """By the version that is chosen; of a scored table figures, files and changes are shown."""
    places = places_of(tmp_path, address)
    folder = places.output / "scored_20260101-000000_abcdef"
    folder.mkdir(parents=True)
    (folder / "risk_scores.csv").write_text("customer_id", encoding="utf-8")
    change = Stability("amount", 0.4, 0.1, 0.0, Change.SHIFTED)
    summary = BatchSummary(
        OLD, "顧客.csv", datetime(2026, 1, 1, tzinfo=UTC), 1_234, 5, True, [change],
        [Text("金額", "Amount")],
    )  # fmt: skip
    summary.write(folder)
    app = page(places)
    assert not app.exception
    app.button[0].click().run()
    (job,) = LiveApi(address).jobs()

    assert not app.exception
    assert (job.kind, job.arguments["table"], job.arguments["model"]) == ("score", "新規.csv", OLD)
    told = " ".join(each.value for each in (*app.markdown, *app.caption))
    assert "1,234 件を採点（学習時にない値のある行 5 件）" in told
    assert "risk_scores.csv" in " ".join(button.label for button in app.get("download_button"))
    assert "金額" in str(app.table[0].value)
    # What was written is read back, and what another program left is passed over.
    (places.output / "scored_bad").mkdir()
    (places.output / "scored_bad" / "stability.json").write_text("{", encoding="utf-8")
    assert BatchSummary.read(folder) == replace(summary, labels=[Text("金額", "Amount")])
    assert not page(places).exception


def test_without_a_server_the_page_says_so(tmp_path: Path, free_port: int) -> None:
    """And how to start it."""
    app = page(places_of(tmp_path, f"http://127.0.0.1:{free_port}"))
    app.button[0].click().run()

    assert not app.exception
    assert "realtime_api_server.py" in app.code[0].value


def test_a_scorecard_is_offered_with_the_downloads(tmp_path: Path, address: str) -> None:
    """Or it is told which setting makes a version that has one."""
    places = places_of(tmp_path, address)

    def script(places):  # type: ignore[no-untyped-def]
        from callrisk.dashboards.pages import downloads  # noqa: PLC0415 - a script of its own

        downloads.show(places)

    (places.output / OLD).mkdir(parents=True)
    app = AppTest.from_function(script, default_timeout=PATIENCE_S, args=(places,)).run()
    words = " ".join(each.value for each in app.caption)
    labels = [button.label for button in app.get("download_button")]

    assert not app.exception
    assert ("scorecard.xlsx" in labels) != ("max\\_depth" in words)
