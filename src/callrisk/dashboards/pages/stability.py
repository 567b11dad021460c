"""The tab of stability: whether the customers of another run are still those of this model."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import streamlit as st

from callrisk.dashboards import frame
from callrisk.dashboards.runs import Places, Version, customers_of, versions_of
from callrisk.dashboards.saving.exporting import ShownPage, export_buttons
from callrisk.dashboards.texts import plain, say
from callrisk.domain.arrays import Floats
from callrisk.domain.portfolio.stability import SMALL, Bins, Change, Stability, stability
from callrisk.reporting.exports.typed_tables import TypedTable, TypedValue, table_of
from callrisk.reporting.run_results import ScoredCustomers

_ICONS = {Change.NONE: "", Change.SMALL: "△ ", Change.SHIFTED: "▲ ", Change.TOO_FEW: "– "}


def show(places: Places, version: Version, customers: ScoredCustomers) -> None:
    """Draw the PSI of every feature between the run of this version and another run."""
    others = _runs_beside(places, version)
    if not others:
        frame.empty("stability", ":material/balance:")
        return
    name = st.selectbox(say("stability.beside"), list(others), format_func=plain, key="beside")
    other = customers_of(others[str(name)])
    if other is None:
        frame.empty("run", ":material/folder_off:")
        return
    found = changes_between(customers, other)
    labels = {feature.name: frame.feature_label(feature) for feature in customers.features}
    shifted = [one for one in found if one.change is Change.SHIFTED]
    st.caption(
        say("stability.about", expected=len(customers.score), actual=len(other.score), small=SMALL)
    )
    if shifted:
        names = "、".join(plain(labels[one.name]) for one in shifted)
        st.warning(say("stability.shifted_all", names=names), icon=":material/warning:")
    else:
        st.success(say("stability.none_all"), icon=":material/check_circle:")
    st.table([stability_row(one, labels[one.name]) for one in found])
    facts = [(say("export.model"), version.name), (say("stability.beside"), str(name))]
    table = changes_table(found, [labels[one.name] for one in found])
    export_buttons(
        places, "stability", lambda: ShownPage(say("evaluation.stability"), [table], facts)
    )


def _runs_beside(places: Places, version: Version) -> dict[str, Path]:
    files = {one.name: one.file("customers.npz") for one in versions_of(places).listed}
    return {name: path for name, path in files.items() if path is not None and name != version.name}


def changes_between(first: ScoredCustomers, second: ScoredCustomers) -> list[Stability]:
    """Return the PSI of each feature that both runs have, in bins of the first."""
    expected: dict[str, Floats] = {}
    actual: dict[str, Floats] = {}
    places = {feature.name: number for number, feature in enumerate(second.features)}
    for number, feature in enumerate(first.features):
        if feature.name in places:
            bins = Bins.of(first.facts[:, number])
            expected[feature.name] = bins.counts(first.facts[:, number])
            actual[feature.name] = bins.counts(second.facts[:, places[feature.name]])
    return stability(expected, actual, (_independent(first), _independent(second)))


def _independent(customers: ScoredCustomers) -> float:
    """Return the components of connected customers, as a part of all customers."""
    if customers.component is None:
        return 1.0
    return len(np.unique(customers.component)) / len(customers.component)


def changes_table(found: Sequence[Stability], labels: Sequence[str]) -> TypedTable:
    """Return changes as a table that leaves the page."""
    rows: list[dict[str, TypedValue]] = [
        {
            say("stability.feature"): label,
            "PSI": None if np.isnan(one.psi) else round(one.psi, 6),
            say("stability.limit"): None if np.isnan(one.limit) else round(one.limit, 6),
            say("stability.change"): say(f"stability.{one.change}"),
        }
        for one, label in zip(found, labels, strict=True)
    ]
    return table_of(say("evaluation.stability"), rows)


def stability_row(one: Stability, label: str) -> dict[str, str]:
    """Return the row of a column in a table of changes."""
    return {
        say("stability.feature"): plain(label),
        "PSI": "–" if np.isnan(one.psi) else f"{one.psi:.3f}",
        say("stability.limit"): "–" if np.isnan(one.limit) else f"{one.limit:.3f}",
        say("stability.change"): f"{_ICONS[one.change]}{say(f'stability.{one.change}')}",
    }
