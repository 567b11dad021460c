"""Trees that are grown on batches of rows, of which only bins are kept."""

import numpy as np
import pytest

from callrisk.model import learning
from callrisk.model.fitting import Scheme, TreeParams, fit_member
from callrisk.model.learning import Learning
from callrisk.model.members import member_margins


def test_batches_grow_the_trees_of_the_whole_matrix(monkeypatch: pytest.MonkeyPatch) -> None:
    """With weights, offsets, missing values and columns that are left out, in uneven batches."""
    rng = np.random.default_rng(3)
    x = rng.integers(0, 40, (1_050, 4)).astype(np.float64)
    x[rng.random(x.shape) < 0.1] = np.nan
    y = (np.nan_to_num(x[:, 1]) + rng.normal(0, 10, len(x)) > 20).astype(np.float64)
    rows = Learning(x, y, rng.random(len(y)), rng.normal(size=len(y)))
    scheme = Scheme((0, 1, 3), (0, 1, 0, 0), seed=5)
    params = TreeParams(20, 3, 0.1)
    whole = member_margins(fit_member(rows, params, scheme), x)
    monkeypatch.setattr(learning, "_ROWS_IN_BATCHES", 1_000)
    monkeypatch.setattr(learning, "_ROWS_A_BATCH", 400)
    binned = learning.tree_matrix(rows, scheme.in_trees, rows.offset)
    in_batches = member_margins(fit_member(rows, params, scheme), x)

    assert binned.num_row() == len(y)
    np.testing.assert_allclose(in_batches, whole, atol=1e-5)
    assert np.ptp(whole) > 1
