"""The page of whom to call, on a real run: order, bars, decisions, exports, and no server."""

import csv
import io
from datetime import UTC, datetime, timedelta
from typing import Any

import numpy as np
import pytest
from openpyxl import load_workbook
from sqlalchemy import insert
from streamlit.testing.v1 import AppTest

from callrisk.dashboards.calling.candidates import amount_features, candidates_of
from callrisk.dashboards.calling.list_rows import list_tables
from callrisk.dashboards.runs import Places, customers_of, versions_of
from callrisk.dashboards.saving.exporting import ShownPage
from callrisk.dashboards.texts import catalogue
from callrisk.domain.customer import JST
from callrisk.domain.operation.expected_loss import call_order
from callrisk.reporting.run_results import ScoredCustomers
from callrisk.store.facts.fact_tables import call_facts
from callrisk.web.app import Server
from harness import ROOT
from harness.fact_rows import fact_row
from harness.small_world import World

PATIENCE_S = 120
JAPANESE = catalogue("ja")
HEAD = JAPANESE["call_list.customer"]


@pytest.fixture
def places(world: World, address: str) -> Places:
    """The run of the small world beside a live server of its own."""
    settings = world.settings
    return Places(
        settings.raw_dir, settings.output_dir, settings.models_dir, ROOT / "src" / "main.py",
        ROOT / "static" / "favicon.svg", address,
    )  # fmt: skip


def page(places: Places, **asked: str) -> AppTest:
    """The page, opened at an address."""

    def script(places):  # type: ignore[no-untyped-def]
        from callrisk.dashboards.pages import call_list  # noqa: PLC0415 - a script of its own

        call_list.show(places)

    app = AppTest.from_function(script, default_timeout=PATIENCE_S, args=(places,))
    app.session_state["lang"] = "ja"
    for name, value in asked.items():
        app.query_params[name] = value
    app.run()
    assert not app.exception
    return app


def customers(places: Places) -> ScoredCustomers:
    """The customers of the run."""
    version = versions_of(places).serving
    assert version is not None
    path = version.file("customers.npz")
    assert path is not None
    found = customers_of(path)
    assert found is not None
    return found


def first_ids(places: Places, count: int) -> list[str]:
    """The customers with the largest probability times contract amount, one by one."""
    scored = customers(places)
    place = [one.name for one in scored.features].index("contract_amount")
    losses = [
        (-float(p * facts[place]), str(customer_id))
        for customer_id, p, facts in zip(
            scored.customer_id, scored.probability, scored.facts, strict=True
        )
        if not np.isnan(facts[place])
    ]
    return [customer_id for _, customer_id in sorted(losses)[:count]]


def called(server: Server, customer_id: str, times: int, **more: Any) -> None:
    """Store ended calls of today with a customer."""
    began = datetime.now(UTC) - timedelta(seconds=1)
    rows = [
        fact_row(
            f"{customer_id}-{n}", began.astimezone(JST).date(), "agent-7", started_at=began,
            ended_at=began, customer_id=customer_id, **more,
        )
        for n in range(times)
    ]  # fmt: skip
    with server.state.store.engine.begin() as connection:
        connection.execute(insert(call_facts), rows)


def tables(app: AppTest) -> list[Any]:
    """The tables of the page: whom to call, and whom not."""
    return [table.value for table in app.dataframe]


def words(app: AppTest) -> str:
    """What the page says."""
    parts = (*app.markdown, *app.caption, *app.info, *app.warning, *app.error, *app.subheader)
    return "\n".join(part.value for part in parts)


def test_the_largest_losses_are_called_and_who_is_barred_is_shown(
    places: Places, server: Server
) -> None:
    """With the reason; the next one takes the place."""
    ids = first_ids(places, 12)
    called(server, ids[1], 7)
    called(server, ids[3], 1, outcome="promised", promised_on=datetime.now(UTC).date(),
           promised_yen=9_000)  # fmt: skip
    app = page(places, who="all", budget="10")
    listed, barred = tables(app)

    assert list(listed[HEAD]) == [ids[0], *ids[2:11]]
    assert list(barred[HEAD]) == [ids[1]]
    assert list(barred[JAPANESE["call_list.bars"]]) == [JAPANESE["bar.calls_a_week"]]
    row = listed.iloc[2]
    assert row[JAPANESE["call_list.assigned"]] == "agent-7"
    assert row[JAPANESE["call_list.promised_yen"]] == "9,000"
    assert row[JAPANESE["call_list.last_outcome"]] == "お支払いのお約束"
    loss = row[JAPANESE["call_list.probability"]] / 100 * row[JAPANESE["call_list.amount"]]
    assert row[JAPANESE["call_list.loss"]] == pytest.approx(loss, abs=1)


def test_what_is_decided_holds_at_once(places: Places) -> None:
    """A lawyer's notice takes a customer off the list; without a reason nothing is decided."""
    first = first_ids(places, 1)[0]
    app = page(places, who="all", budget="5")
    customer, kind = app.selectbox[-2:]
    customer.select(first)
    kind.select("legal_notice")
    app.text_area[0].input(" ")
    button = app.button[0]
    button.click()
    app.run()
    assert JAPANESE["decide.incomplete"] in words(app)

    customer, kind = app.selectbox[-2:]
    customer.select(first)
    kind.select("legal_notice")
    app.text_area[0].input("受任通知を受領")
    app.button[0].click()
    app.run()
    app = page(places, who="all", budget="5")
    listed, barred = tables(app)

    assert first not in list(listed[HEAD])
    assert list(barred[JAPANESE["call_list.decided_why"]]) == ["受任通知を受領"]


def test_the_figures_say_what_is_reached(places: Places) -> None:
    """With an interval, beside calls in any order."""
    app = page(places, who="all", budget="20")
    shown = {metric.label: metric.value for metric in app.metric}

    assert shown[JAPANESE["call_list.calls"]] == "20"
    assert 0 < float(shown[JAPANESE["call_list.reached"]]) < 20
    assert "順番を選ばずにかけた場合" in words(app)


def test_without_a_server_there_is_no_list(places: Places, world: World) -> None:
    """Nobody could say who must not be called."""
    away = Places(
        places.raw, places.output, places.models, places.pipeline, places.icon,
        "http://127.0.0.1:9",
    )  # fmt: skip
    app = page(away, who="all")

    assert JAPANESE["call_list.no_server"] in words(app)
    assert not app.dataframe


def test_unknown_amounts_follow_by_risk(places: Places) -> None:
    """Without an amount nobody has an expected loss."""
    scored = customers(places)
    without = candidates_of(scored, None, pending_only=False)
    with_amount = candidates_of(scored, amount_features(scored)[0], pending_only=False)

    assert np.isnan(without.loss).all()
    assert (np.diff(without.probability) <= 0).all()
    known = ~np.isnan(with_amount.loss)
    assert (np.diff(with_amount.loss[known]) <= 0).all()
    assert call_order(scored.probability, scored.facts[:, 0]).shape == scored.probability.shape


def test_exports_have_the_rows_of_the_page() -> None:
    """And those left out, and the conditions, with dates that a spreadsheet knows."""
    at = datetime(2026, 11, 30, 14, 3)  # noqa: DTZ001 - of clocks in Japan
    tables = list_tables(
        [{HEAD: "=1001", JAPANESE["call_list.probability"]: 0.5, "最後の通話": at}],
        [{HEAD: "1002", "かけない理由": "受任通知"}],
    )
    page = ShownPage("電話リスト", tables, [("対象", "結果待ちの方")])
    report = page.report(datetime(2026, 11, 30, 5, 3, tzinfo=UTC), "山田", "budget=50")
    book = load_workbook(io.BytesIO(report.xlsx()))
    read = list(csv.reader(io.StringIO(report.csv().decode("utf-8-sig"))))

    assert [sheet.title for sheet in book] == ["電話リスト", "かけない方", "条件"]
    assert [cell.value for cell in book["電話リスト"][2]] == ["=1001", 0.5, at]
    assert book["条件"]["B2"].value == at
    assert read[1] == ["'=1001", "0.5", "2026/11/30 14:03"]
    assert ["作成者", "山田"] in read
    assert ["絞り込み", "budget=50"] in read
