"""The tabs of the evaluation page: gains, cut-offs with money, stability; state in the address."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from sklearn.metrics import roc_auc_score
from streamlit.testing.v1 import AppTest

from callrisk.dashboards.pages.stability import changes_between
from callrisk.dashboards.runs import Places, customers_of
from callrisk.dashboards.texts import catalogue, plain
from callrisk.domain.portfolio.stability import Change
from callrisk.reporting import pictures
from callrisk.reporting.run_results import ScoredCustomers, read_customers, to_bytes
from harness import ROOT
from harness.made_evaluation import results
from harness.small_versions import NEW, OLD, make_champion, make_version

PATIENCE_S = 120


@pytest.fixture
def customers() -> ScoredCustomers:
    """Scored customers, two of whom are connected."""
    scored = results().customers
    return replace(scored, component=np.maximum(np.arange(len(scored.score)), 1))


@pytest.fixture
def places(tmp_path: Path, free_port: int, customers: ScoredCustomers) -> Places:
    """Two versions with their runs; one feature of the second run's customers is shifted."""
    models, output = tmp_path / "models", tmp_path / "output"
    facts = customers.facts.copy()
    facts[:, 0] += 3 * np.nanstd(facts[:, 0])
    for version, scored in ((OLD, customers), (NEW, replace(customers, facts=facts))):
        make_version(models, version)
        (output / version).mkdir(parents=True)
        (output / version / "customers.npz").write_bytes(to_bytes(scored))
    make_champion(models, OLD)
    return Places(
        raw=tmp_path / "raw", output=output, models=models, pipeline=ROOT / "src" / "main.py",
        icon=ROOT / "static" / "favicon.svg", api=f"http://127.0.0.1:{free_port}",
    )  # fmt: skip


def page(places: Places, language: str = "ja", **address: str) -> AppTest:
    """The evaluation page, opened at an address with these parameters."""

    def script(places):  # type: ignore[no-untyped-def]
        from callrisk.dashboards.pages import evaluation  # noqa: PLC0415 - a script of its own

        evaluation.show(places)

    app = AppTest.from_function(script, default_timeout=PATIENCE_S, args=(places,))
    app.session_state["lang"] = language
    for name, value in address.items():
        app.query_params[name] = value
    app.run()
    assert not app.exception
    return app


def metrics(app: AppTest) -> dict[str, str]:
    """What the page says in figures, by their names."""
    return {one.label: one.value for one in app.metric}


@pytest.mark.parametrize("language", ["ja", "en"])
def test_gains_are_those_of_the_run(
    places: Places, customers: ScoredCustomers, language: str
) -> None:
    """Recomputed here from the file; the page says out of fold of whom."""
    app = page(places, language, tab="gains")

    known = ~np.isnan(customers.unpaid)
    y, p = customers.unpaid[known], customers.probability[known]
    assert metrics(app)["Gini"] == f"{2 * roc_auc_score(y, p) - 1:.3f}"
    whose = catalogue(language)["gains.whose"].format(n=len(y), unpaid=int(y.sum()))
    assert whose in [one.value for one in app.caption]


def test_the_money_makes_the_cut_off(places: Places, customers: ScoredCustomers) -> None:
    """Call cost, loss and effect of the address; who is called, and what it saved."""
    app = page(places, tab="cut", call_cost="1000", loss="10000", effect="25")

    known = ~np.isnan(customers.unpaid)
    y, called = customers.unpaid[known], customers.probability[known] >= 0.4
    saved = round(2_500 * y[called].sum() - 1_000 * called.sum())
    shown, texts = metrics(app), catalogue("ja")
    assert shown[texts["cut.called"]] == f"{called.sum():,}"
    assert shown[texts["cut.saving"]].replace("−", "-") == f"{saved:,} 円"
    app.number_input(key="call_cost").set_value(20_000)
    app.run()
    assert not app.exception
    assert metrics(app)[texts["cut.called"]] == "0"
    assert texts["cut.never"] in [one.value for one in app.warning]


def test_one_chooses_the_cut_off(places: Places, customers: ScoredCustomers) -> None:
    """Then the money tells only what it saves."""
    app = page(places, "en", tab="cut", own_cut="true", cut="30")

    known = ~np.isnan(customers.unpaid)
    called = int((customers.probability[known] >= 0.3).sum())
    assert metrics(app)["Called"] == f"{called:,}"
    assert app.query_params["tab"] == "cut"


def test_a_shifted_feature_is_named(places: Places, customers: ScoredCustomers) -> None:
    """And only that one, beside the run of the other version."""
    app = page(places, tab="stability")

    feature = customers.features[0]
    (warning,) = [one.value for one in app.warning if plain(feature.label) in one.value]
    assert plain(customers.features[1].label) not in warning
    other = customers_of(places.output / NEW / "customers.npz")
    assert other is not None
    found = {one.name: one.change for one in changes_between(customers, other)}
    assert found[feature.name] is Change.SHIFTED
    assert set(found.values()) == {Change.SHIFTED, Change.NONE}


def test_only_the_tab_that_is_shown_is_computed(
    places: Places, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The pictures of other tabs are not even begun; the address keeps the tab."""
    begun = []
    monkeypatch.setattr(pictures, "_skill", lambda _: begun.append("skill") or {})
    app = page(places, tab="gains")
    assert begun == []

    app.segmented_control(key="tab").set_value("trust")
    app.run()

    assert not app.exception
    assert begun == ["skill"]
    assert app.query_params["tab"] == "trust"


def test_without_both_outcomes_the_page_says_so(places: Places, customers: ScoredCustomers) -> None:
    """Nothing is measured where nobody was unpaid; an unknown tab is the first one."""
    path = places.output / OLD / "customers.npz"
    path.write_bytes(to_bytes(replace(customers, unpaid=np.zeros(len(customers.unpaid)))))

    texts = catalogue("ja")
    for tab in ("gains", "cut"):
        assert f"**{texts['gains.empty']}**" in [
            one.value for one in page(places, tab=tab).markdown
        ]
    assert page(places, tab="nonsense").segmented_control(key="tab").value == "counts"


def test_components_outlive_the_file_and_older_files_have_none(
    tmp_path: Path, customers: ScoredCustomers
) -> None:
    """Without them each customer counts alone."""
    path = tmp_path / "customers.npz"
    path.write_bytes(to_bytes(customers))
    again = read_customers(path)
    assert again.component is not None
    assert again.component.tolist() == customers.component.tolist()

    path.write_bytes(to_bytes(replace(customers, component=None)))
    older = read_customers(path)
    assert older.component is None
    assert len(set(older.outcomes().component.tolist())) == len(older.outcomes().y)
