"""Rows to learn from, and the matrix that XGBoost grows trees on."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from callrisk.model.booster_library import xgb
from callrisk.model.members import Matrix

# From so many rows on a quarter of the memory counts more than the time to find the bins; for a few
# hundred customers they take sixty times as long as the whole matrix.
_ROWS_IN_BATCHES = 200_000
_ROWS_A_BATCH = 100_000


@dataclass(frozen=True, slots=True)
class Learning:
    """Rows to learn from: X (rows, features), y 0/1, the weight of each row, and an offset.

    `offset` is in log-odds and known beside the features while learning, never while serving: the
    features need not explain again what it explains.
    """

    x: Matrix
    y: NDArray[np.float64]
    weight: NDArray[np.float64]
    offset: NDArray[np.float64]


def tree_matrix(rows: Learning, columns: Sequence[int], offset: NDArray[np.float64]) -> xgb.DMatrix:
    """Return these columns of the rows, with labels, weights and offset, for one thread.

    Many rows come batch by batch, and only the bins of their values are kept.
    """
    if len(rows.y) >= _ROWS_IN_BATCHES:
        batches = _Batches(rows, columns, offset)
        return xgb.QuantileDMatrix(batches, missing=np.nan, nthread=1)
    x = np.ascontiguousarray(rows.x[:, list(columns)])
    return xgb.DMatrix(x, rows.y, weight=rows.weight, base_margin=offset, missing=np.nan, nthread=1)


class _Batches(xgb.DataIter):
    """The rows in batches; XGBoost asks for all of them several times."""

    def __init__(self, rows: Learning, columns: Sequence[int], offset: NDArray[np.float64]) -> None:
        self._rows, self._columns, self._offset = rows, list(columns), offset
        self._begin = 0
        super().__init__(release_data=True)

    def next(self, input_data: Callable[..., Any]) -> bool:
        """Pass the next batch on; return False after the last one."""
        if self._begin >= len(self._rows.y):
            return False
        part = slice(self._begin, self._begin + _ROWS_A_BATCH)
        input_data(
            data=np.ascontiguousarray(self._rows.x[part][:, self._columns]),
            label=self._rows.y[part],
            weight=self._rows.weight[part],
            base_margin=self._offset[part],
        )
        self._begin = part.stop
        return True

    def reset(self) -> None:
        """Begin with the first batch again."""
        self._begin = 0
