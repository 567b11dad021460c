"""The page of customers: one over time beside the database, segments beside plain sums."""

import sqlite3
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from sqlalchemy import insert
from streamlit.testing.v1 import AppTest

from callrisk.dashboards.runs import Places, customers_of, versions_of
from callrisk.dashboards.texts import catalogue
from callrisk.domain.customer import JST
from callrisk.reporting.run_results import ScoredCustomers
from callrisk.store.facts.fact_tables import call_facts
from callrisk.web.app import Server
from callrisk.wire.client import LiveApi
from callrisk.wire.stats.customer_segments import SegmentRuleBody
from harness import ROOT
from harness.fact_rows import fact_row
from harness.small_world import World

PATIENCE_S = 120
JAPANESE = catalogue("ja")


@pytest.fixture
def places(world: World, address: str) -> Places:
    """The run of the small world beside a live server of its own."""
    settings = world.settings
    return Places(
        settings.raw_dir, settings.output_dir, settings.models_dir, ROOT / "src" / "main.py",
        ROOT / "static" / "favicon.svg", address,
    )  # fmt: skip


def page(places: Places, language: str = "ja", **asked: str) -> AppTest:
    """The page, opened at an address."""

    def script(places):  # type: ignore[no-untyped-def]
        from callrisk.dashboards.pages import customers  # noqa: PLC0415 - a script of its own

        customers.show(places)

    app = AppTest.from_function(script, default_timeout=PATIENCE_S, args=(places,))
    app.session_state["lang"] = language
    for name, value in asked.items():
        app.query_params[name] = value
    app.run()
    assert not app.exception
    return app


def words(app: AppTest) -> str:
    """What the page says."""
    parts = (*app.markdown, *app.caption, *app.info, *app.warning, *app.error, *app.subheader)
    return "\n".join(part.value for part in parts)


def table(app: AppTest, heading: str) -> Any:
    """The table of the page that has this column."""
    return next(one.value for one in app.dataframe if JAPANESE[heading] in one.value)


def customers(places: Places) -> ScoredCustomers:
    """The customers of the run."""
    version = versions_of(places).serving
    assert version is not None
    path = version.file("customers.npz")
    assert path is not None
    found = customers_of(path)
    assert found is not None
    return found


@pytest.fixture
def called(server: Server) -> Path:
    """Seven calls with a customer and one with another; the file of the database."""
    now = datetime.now(UTC)
    today = now.astimezone(JST).date()
    rows = [
        fact_row(
            f"t{n}", (now - timedelta(days=n)).astimezone(JST).date(), "agent-7",
            customer_id="1007" if n < 7 else "1008", started_at=now - timedelta(days=n, hours=1),
            first_score=None if n == 3 else 30 + 10 * n,
            final_category=None if n == 3 else "high" if n > 3 else "low",
            course=[[0, 30 + 10 * n], [9, 20 + 10 * n]], notes=n % 2, escalated=n == 4,
            said={"dispute": 1} if n == 5 else {"promise": 2} if n == 1 else {},
            outcome="promised" if n in (1, 6) else "paid" if n == 5 else None,
            promised_on={1: today - timedelta(days=1), 6: date(2026, 1, 31)}.get(n),
            promised_yen=9_000 if n in (1, 6) else None, demo=n == 2,
        )
        for n in range(8)
    ]  # fmt: skip
    with server.state.store.engine.begin() as connection:
        connection.execute(insert(call_facts), rows)
    return Path(str(server.state.store.engine.url.database))


def test_figures_of_a_customer_are_those_of_the_database(places: Places, called: Path) -> None:
    """As plain SQL counts them; each call has its row, its scores, its promise."""
    app = page(places, customer="1007")
    shown = {metric.label: metric.value for metric in app.metric}
    with sqlite3.connect(called) as plain:
        (calls, high, promises), = plain.execute(
            "SELECT count(*), sum(final_category = 'high'), count(promised_on) FROM call_facts"
            " WHERE customer_id = '1007'"
        )  # fmt: skip
        rows = plain.execute(
            "SELECT final_score, promised_yen, escalated FROM call_facts"
            " WHERE customer_id = '1007' ORDER BY started_at DESC"
        ).fetchall()
    plain.close()
    listed = table(app, "customers.escalated")

    assert shown[JAPANESE["customers.calls"]] == str(calls) == "7"
    assert shown[JAPANESE["customers.high"]] == str(high)
    assert shown[JAPANESE["customers.promises"]] == str(promises)
    assert shown[JAPANESE["customers.latest"]] == str(rows[0][0])
    scores = [None if np.isnan(one) else int(one) for one in listed[JAPANESE["calls.score"]]]
    assert scores == [row[0] for row in rows]
    yen = ["9,000" in one for one in listed[JAPANESE["customers.promised"]]]
    assert yen == [row[1] is not None for row in rows]
    escalated = list(listed[JAPANESE["customers.escalated"]] == JAPANESE["calls.yes"])
    assert escalated == [bool(row[2]) for row in rows]


def test_promises_and_statements_are_told_as_they_stand(places: Places, called: Path) -> None:
    """What no later call told of is past its day; whether money came is never claimed."""
    app = page(places, customer="1007")
    promises = table(app, "customers.state")

    assert list(promises[JAPANESE["customers.state"]]) == [
        JAPANESE["promise.overdue"], JAPANESE["promise.said_paid"],
    ]  # fmt: skip
    said = table(app, "customers.in_calls")
    assert sorted(said[JAPANESE["customers.in_calls"]]) == [1, 1]
    assert JAPANESE["customers.kept_about"] in words(app)
    assert JAPANESE["part.known"] in words(app)


def test_empty_states_say_why(places: Places, called: Path) -> None:
    """Without calls, beyond the run, and without a server."""
    assert JAPANESE["customers.history.empty"] in words(page(places, customer="1009"))
    unknown = words(page(places, "en", customer="none"))
    assert catalogue("en")["customers.not_in_run"] in unknown
    away = Places(
        places.raw, places.output, places.models, places.pipeline, places.icon, "http://127.0.0.1:9"
    )
    assert "http://127.0.0.1:9" in words(page(away, customer="1007"))
    assert "http://127.0.0.1:9" in words(page(away, view="segments"))


def test_segments_count_what_plain_sums_count(places: Places, address: str) -> None:
    """Their customers, unpaid and High; few are told to be few, a lacking column is named."""
    api, scored = LiveApi(address), customers(places)
    amount = [one.name for one in scored.features].index("contract_amount")
    middle = float(np.nanmedian(scored.facts[:, amount]))
    rules = [SegmentRuleBody(column="contract_amount", low=middle)]
    api.save_customer_segment("高額", rules, shared=True)
    top = float(np.sort(scored.score)[-3])
    api.save_customer_segment("上位", [SegmentRuleBody(column="score", low=top)], shared=False)
    api.save_customer_segment("別", [SegmentRuleBody(column="gone", low=1)], shared=False)
    listed = table(page(places, view="segments"), "segment.unpaid")
    of_name = {row[JAPANESE["segment.name"]]: row for _, row in listed.iterrows()}

    fits = [n for n in range(len(scored.score)) if scored.facts[n, amount] >= middle]
    unpaid = [scored.unpaid[n] for n in fits if scored.unpaid[n] == scored.unpaid[n]]
    high = sum(int(scored.score[n]) >= scored.thresholds.high_risk for n in fits)
    row = of_name["高額"]
    assert row[JAPANESE["segment.customers"]] == len(fits)
    assert f"{int(sum(unpaid))}/{len(unpaid)} 人" in row[JAPANESE["segment.unpaid"]]
    assert row[JAPANESE["segment.unpaid"]].startswith(f"{sum(unpaid) / len(unpaid):.1%}")
    assert f"{high}/{len(fits)} 人" in row[JAPANESE["segment.high"]]
    assert "少なすぎます" in of_name["上位"][JAPANESE["segment.unpaid"]]
    assert "gone" in of_name["別"][JAPANESE["segment.rules"]]
    assert of_name[JAPANESE["segment.all"]][JAPANESE["segment.customers"]] == len(scored.score)


def test_a_segment_is_made_on_the_page_and_narrows_the_list(places: Places, address: str) -> None:
    """What it gives is told before it is saved; the address of the list names it."""
    app = page(places, view="segments")
    app.selectbox(key="segment_column_0").select("score")
    app.number_input(key="segment_from_0").set_value(70.0)
    app.run()
    scored = customers(places)
    high = int((scored.score >= 70).sum())
    assert f"お客様: {high:,}" in words(app)

    app.text_input[0].input("高い人")
    next(one for one in app.button if one.label == JAPANESE["segment.save"]).click()
    app.run()
    (saved,) = LiveApi(address).customer_segments()
    assert (saved.name, saved.rules[0].low, saved.shared) == ("高い人", 70.0, False)
    narrowed = page(places, segment=str(saved.segment_id))
    assert len(table(narrowed, "customers.reason")) == high
    by_category = page(places, customer_category="high")
    assert len(table(by_category, "customers.reason")) == high
