"""Contributions of boosted trees against an independent implementation of TreeSHAP."""

import numpy as np
import pytest

from callrisk.model.fitting import Scheme, TreeParams, fit_member, without_offset
from callrisk.model.members import TreeMember, member_contributions

shap = pytest.importorskip("shap", reason="shap is required from Python 3.12 on")


@pytest.mark.parametrize("depth", [1, 2, 3])
def test_contributions_are_those_of_tree_explainer(depth: int) -> None:
    """Every feature gets the same share of the log-odds, missing values too, and so does the bias.

    Both follow Lundberg, Erion and Lee (2018), path-dependent; boosters compute in 32 bits.
    """
    rng = np.random.default_rng(8)
    x = rng.normal(size=(400, 4))
    y = (rng.random(400) < 1 / (1 + np.exp(1 - x[:, 0] + x[:, 1] * x[:, 2]))).astype(np.float64)
    x[rng.random(x.shape) < 0.1] = np.nan
    rows = without_offset(y, x, np.ones(len(y)))
    member = fit_member(rows, TreeParams(30, depth, 0.1), Scheme((0, 1, 2, 3), (0, 0, 0, 0), 3))
    assert isinstance(member, TreeMember)

    explainer = shap.TreeExplainer(member.booster)
    ours = member_contributions([member], x)[0]

    assert np.allclose(ours[:, :-1], explainer.shap_values(x), atol=1e-4)
    assert np.allclose(ours[:, -1], explainer.expected_value, atol=1e-4)
