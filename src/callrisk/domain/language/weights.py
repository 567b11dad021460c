"""The weights of the learned part: logistic regressions over named features of a turn."""

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from io import BytesIO
from pathlib import Path
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

from callrisk.domain.language.statement import Intent

INTENTS = tuple(Intent)
# The share of a turn's own log-odds in the features of an answer, and how much they count at most.
OWN_SHARE, OWN_MOST = 0.1, 6.0


@dataclass(frozen=True)
class Weights:
    """Regressions that share their features.

    They are kept as whole steps of a size per output: `steps` is features x outputs, `scale` and
    `bias` are of the outputs. `matrix` is their product.
    """

    rows: dict[str, int]
    steps: NDArray[np.int8]
    scale: NDArray[np.float32]
    bias: NDArray[np.float32]
    matrix: NDArray[np.float32] = field(init=False)

    def __post_init__(self) -> None:
        """Multiply once what every turn needs."""
        object.__setattr__(self, "matrix", self.steps * self.scale)

    def rows_of(self, names: Iterable[str]) -> list[int | None]:
        """Return the row of each feature, None for an unknown one."""
        return [*map(self.rows.get, names)]

    def margins(self, rows: Iterable[int | None]) -> NDArray[np.float32]:
        """Return the log-odds of each output; a turn's features weigh one together, squared."""
        known = [*{row for row in rows if row is not None}]
        if not known:
            return self.bias
        share = np.full(len(known), len(known) ** -0.5, np.float32)
        margins: NDArray[np.float32] = share @ self.matrix.take(known, axis=0)
        return margins + self.bias


def rounded(
    rows: dict[str, int], matrix: NDArray[np.float64], bias: NDArray[np.float64]
) -> Weights:
    """Return weights (features x outputs) rounded to 127 steps to either side of zero."""
    scale = np.maximum(np.abs(matrix).max(axis=0), 1e-9) / 127
    steps = np.round(matrix / scale).astype(np.int8)
    return Weights(rows, steps, scale.astype(np.float32), bias.astype(np.float32))


@dataclass(frozen=True)
class Learned:
    """The shipped weights: of a turn by itself, and of an answer after a question.

    The outputs of `turn` are the intents and, last, whether anything is said about paying at all.
    """

    turn: Weights
    answer: Weights
    own_share: NDArray[np.float32]  # of the turn's own log-odds in an answer's, outputs x intents
    digest: str

    @classmethod
    def load(cls, file: Path) -> Self:
        """Return the weights of a file."""
        raw = file.read_bytes()
        with np.load(BytesIO(raw), allow_pickle=False) as arrays:
            turn, answer = restored(arrays, "turn"), restored(arrays, "answer")
            return cls(turn, answer, arrays["own_share"], hashlib.sha256(raw).hexdigest())


def restored(arrays: Mapping[str, NDArray[Any]], name: str) -> Weights:
    """Return weights from the arrays that `stored` made."""
    words = arrays[f"{name}_names"].tobytes().decode("utf-8").split("\n")
    rows = {word: row for row, word in enumerate(words)}
    return Weights(rows, *(arrays[f"{name}_{part}"] for part in ("steps", "scale", "bias")))


def stored(weights: Weights, name: str) -> dict[str, NDArray[Any]]:
    """Return the arrays that `restored` reads."""
    words = "\n".join(weights.rows).encode()  # in order of the rows
    return {
        f"{name}_names": np.frombuffer(words, np.uint8),
        f"{name}_steps": weights.steps,
        f"{name}_scale": weights.scale,
        f"{name}_bias": weights.bias,
    }
