"""The contributions of trees to rows that came before.

A call in progress is assessed again and again, and of its row only what is said changes; no tree
knows both that and what was known before the call. So nearly every row of trees came before, and
TreeSHAP, the most of what an assessment costs, runs once a call.
"""

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

# Contributions of XGBoost, shape (trees, rows, columns + 1), the bias last.
Parts = NDArray[np.float32]
Rows = NDArray[np.float64]

_MOST = 10_000
# Of more rows at once nearly none comes again.
_MOST_AT_ONCE = 500


class SeenRows:
    """Remembers the contributions of one model; safe to use from many threads."""

    def __init__(self) -> None:
        self._parts: dict[tuple[tuple[int, ...], bytes], Parts] = {}

    def parts(
        self, columns: tuple[int, ...], rows: Rows, predict: Callable[[Rows], Parts]
    ) -> Parts:
        """Return what `predict` gives for rows of these columns, from memory where it can."""
        if len(rows) > _MOST_AT_ONCE:
            return predict(rows)
        keys = [(columns, row.tobytes()) for row in rows]
        found = {key: part for key in keys if (part := self._parts.get(key)) is not None}
        if missing := {key: n for n, key in enumerate(keys) if key not in found}:
            fresh = predict(np.ascontiguousarray(rows[list(missing.values())]))
            new = {key: fresh[:, n] for n, key in enumerate(missing)}
            if len(self._parts) + len(new) > _MOST:
                self._parts.clear()
            self._parts |= new
            found |= new
        return np.stack([found[key] for key in keys], axis=1)
