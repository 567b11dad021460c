"""The monthly report: the calls of a month beside the one before, and what it says of the model."""

from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from callrisk.dashboards.runs import Places
from callrisk.dashboards.saving.monthly_report import months_until
from callrisk.dashboards.texts import catalogue, plain
from callrisk.domain.customer import JST
from callrisk.web.app import Server
from harness import ROOT
from harness.fact_rows import fact_row, store_facts
from harness.small_versions import OLD, make_champion, make_version

PATIENCE_S = 120


def page(folder: Path, address: str, month: date) -> AppTest:
    """The report of a month, of an app with one version."""

    def script(places):  # type: ignore[no-untyped-def]
        from callrisk.dashboards.saving import monthly_report  # noqa: PLC0415 - a script of its own

        monthly_report.show_month(places)

    make_version(folder / "models", OLD)
    make_champion(folder / "models", OLD)
    places = Places(
        folder / "raw", folder / "output", folder / "models", ROOT / "src" / "main.py",
        ROOT / "static" / "favicon.svg", address,
    )  # fmt: skip
    app = AppTest.from_function(script, default_timeout=PATIENCE_S, args=(places,))
    app.session_state["month"] = month
    app.session_state["month_made"] = True
    return app.run()


def test_a_month_is_told_beside_the_one_before(
    tmp_path: Path, address: str, server: Server
) -> None:
    """A change that chance explains says so; one that it does not is told alone."""
    this = datetime.now(UTC).astimezone(JST).date().replace(day=1) - timedelta(days=1)
    before = this.replace(day=1) - timedelta(days=1)
    rows = [
        fact_row(f"{day}-{n}", day, "agent-1", first_score=50, escalated=n < escalated)
        for day, calls, escalated in ((this, 200, 80), (before, 100, 10))
        for n in range(calls)
    ]
    with server.state.store.engine.begin() as connection:
        store_facts(connection, rows)

    app = page(tmp_path, address, this)
    assert not app.exception
    facts, changes, agents, _weeks = (table.value for table in app.table)
    moved = dict(zip(changes["項目"], changes["変化"], strict=True))
    assert (moved["通話"], moved["エスカレーション"]) == (plain("+100"), plain("+30.0 ポイント"))
    assert "偶然の範囲" in moved["お支払いの約束"]
    assert list(agents["担当者"]) == [plain("agent-1")]
    told = dict(zip(facts["項目"], facts["内容"], strict=True))
    assert (OLD in told["モデル"], told["学習時との違い"]) == (
        True, catalogue("ja")["month.no_drift"],
    )  # fmt: skip


def test_without_a_server_the_report_says_so(tmp_path: Path, free_port: int) -> None:
    """And the page goes on."""
    app = page(tmp_path, f"http://127.0.0.1:{free_port}", date(2026, 1, 31))

    assert not app.exception
    assert app.warning


@pytest.mark.parametrize(
    ("today", "expected"),
    [
        (date(2026, 3, 31), [date(2026, 3, 31), date(2026, 2, 28)]),
        (date(2024, 3, 5), [date(2024, 3, 5), date(2024, 2, 29)]),
    ],
)
def test_months_end_on_their_last_days(today: date, expected: list[date]) -> None:
    """The present one ends today; there are twelve."""
    months = months_until(today)

    assert months[:2] == expected
    assert len({(day.year, day.month) for day in months}) == 12
