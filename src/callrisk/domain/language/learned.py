"""The learned part: one logistic regression per intent over the letters of an analysed turn.

It gives breadth where the table has no word. What it sees are runs of letters after the operators
became signs, the same runs of the clauses that are negated, asked, supposed, quoted or another
person's once more under a name of their own, pairs of words of one clause, and what the table
found; so it cannot take 払えない for 払える. The weights are shipped and are made anew by
`python -m callrisk.pipeline.language`.
"""

import hashlib
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from io import BytesIO
from pathlib import Path
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

from callrisk.domain.language import operators
from callrisk.domain.language.grammar import Found
from callrisk.domain.language.operators import Analysed
from callrisk.domain.language.statement import Intent, Mood
from callrisk.domain.language.text import whole_phrases

INTENTS = tuple(Intent)
_RUNS = (1, 2, 3, 4)
_CLAUSE_RUNS = (2, 3)
_NEGATED = re.compile(f"[{operators.NEGATED}{operators.UNWILLING}{operators.RHETORICAL}]")
_WORD = re.compile(rf"[一-龠々]+|[ァ-ヶー]{{2,}}|[{operators.SIGNS}]|\d+")
_MOST_WORDS, _PAIRED_WITH, _HEAD = 12, 4, 3
_COST_OF_A_LETTER = 1.0  # in steps; keeps a phrase from growing over letters that say little
_MOOD_LETTER = {
    Mood.QUESTION: "Q", Mood.HYPOTHETICAL: "H", Mood.QUOTED: "U", Mood.OTHER_PERSON: "O",
    Mood.PAST: "P",
}  # fmt: skip


def features(turn: Analysed, found: Sequence[Found]) -> list[str]:
    """Return the names of the features that a turn has; some may stand twice."""
    text = turn.text
    names = _runs(f"^{text}$", "", _RUNS)
    for clause in turn.clauses:
        mark = _MOOD_LETTER.get(clause.mood, "")
        words = text[clause.begin : clause.end]
        if mark:
            names.append(f"{mark}=")
            names += _runs(words, mark, _CLAUSE_RUNS)
        if clause.outer == "-":
            names.append("X=")
            names += _runs(words, "X", _CLAUSE_RUNS)
        elif clause.outer:
            names.append(f"{clause.outer}=")
        if _NEGATED.search(words):
            names += _runs(words, "N" + mark, _CLAUSE_RUNS)
        names += _pairs(words)
    for one in found:
        names.append(f"{'G' if one.statement.counts else 'g'}{one.statement.intent}")
    return names


def _runs(words: str, mark: str, lengths: tuple[int, ...]) -> list[str]:
    """Return the runs of letters of these lengths, under a mark."""
    return [
        mark + words[at : at + length]
        for length in lengths
        for at in range(len(words) - length + 1)
    ]


def _pairs(words: str) -> list[str]:
    """Return the pairs of words, signs and numbers of a clause that stand near each other."""
    heads = [word[:_HEAD] for word in _WORD.findall(words)[:_MOST_WORDS]]
    return [
        f"S{first}/{second}"
        for number, first in enumerate(heads)
        for second in heads[number + 1 : number + 1 + _PAIRED_WITH]
    ]


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


class RunPlaces:
    """The places of the known runs of letters of a turn, to find what speaks for an output."""

    def __init__(self, turn: Analysed, rows: Sequence[int | None], weights: Weights) -> None:
        """Take the rows of the turn's features, whose first are the runs of the framed text."""
        self._steps, self._text, self._length = weights.steps, turn.text, len(turn.text)
        first = self._length + 2  # behind the single letters
        known: list[tuple[int, int, int]] = []
        for length in _RUNS[1:]:
            # The frame moves each run by one; those that hold the frame itself are left out.
            inside = rows[first + 1 : first + 1 + max(0, self._length - length + 1)]
            known += [(row, at, length) for at, row in enumerate(inside) if row is not None]
            first += self._length + 2 - length + 1
        self._rows, self._starts, self._lengths = np.array(known or [(0, 0, 1)]).T

    def strongest_run(self, output: int) -> tuple[int, int]:
        """Return the borders of the run of letters with the greatest sum of weights.

        Each known run spreads its weight evenly over its letters (maximum subarray, Kadane).
        """
        end = self._length + 1
        weight = self._steps[self._rows, output] / self._lengths
        change = np.bincount(self._starts, weight, end)
        change -= np.bincount(self._starts + self._lengths, weight, end)
        best, span, total, begin = -np.inf, (0, self._length), 0.0, 0
        for at, value in enumerate(np.cumsum(change)[:-1].tolist()):
            if total <= 0:
                total, begin = 0.0, at
            total += value - _COST_OF_A_LETTER
            if total > best:
                best, span = total, (begin, at + 1)
        begin, end = span
        if INTENTS[output] is not Intent.DELAY_REQUEST:
            # A request ends a sentence, and what follows it is another.
            begin = max(begin, self._text.rfind(operators.REQUESTED, begin, end - 1) + 1)
        return whole_phrases(self._text, begin, end)
