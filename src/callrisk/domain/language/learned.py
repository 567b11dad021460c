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
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import Self

import numpy as np
from numpy.typing import NDArray

from callrisk.domain.language import operators
from callrisk.domain.language.grammar import Found
from callrisk.domain.language.operators import Analysed
from callrisk.domain.language.statement import Intent, Mood

INTENTS = tuple(Intent)
_RUNS = (1, 2, 3, 4)
_CLAUSE_RUNS = (2, 3)
_NEGATED = re.compile(f"[{operators.NEGATED}{operators.UNWILLING}{operators.RHETORICAL}]")
_WORD = re.compile(rf"[一-龠々]+|[ァ-ヶー]{{2,}}|[{operators.SIGNS}]|\d+")
_MOST_WORDS, _PAIRED_WITH = 12, 4
_MOOD_LETTER = {
    Mood.QUESTION: "Q", Mood.HYPOTHETICAL: "H", Mood.QUOTED: "U", Mood.OTHER_PERSON: "O",
    Mood.PAST: "P",
}  # fmt: skip


def features(turn: Analysed, found: Sequence[Found]) -> set[str]:
    """Return the names of the features that a turn has."""
    text = turn.text
    framed = f"^{text}$"
    names = {framed[at : at + run] for run in _RUNS for at in range(len(framed) - run + 1)}
    for clause in turn.clauses:
        mark = _MOOD_LETTER.get(clause.mood, "")
        words = text[clause.begin : clause.end]
        if mark:
            names.add(f"{mark}=")
            names.update(_marked(mark, words))
        if clause.outer == "-":
            names.add("X=")
            names.update(_marked("X", words))
        elif clause.outer:
            names.add(f"{clause.outer}=")
        if _NEGATED.search(words):
            names.update(_marked("N" + mark, words))
        names.update(_pairs(words))
    names.update(f"{'G' if one.statement.counts else 'g'}{one.statement.intent}" for one in found)
    return names


def _marked(mark: str, words: str) -> Iterable[str]:
    """Return the runs of letters of a clause under the mark of its kind."""
    return (
        mark + words[at : at + run] for run in _CLAUSE_RUNS for at in range(len(words) - run + 1)
    )


def _pairs(words: str) -> Iterable[str]:
    """Return the pairs of words, signs and numbers of a clause that stand near each other."""
    heads = [word[:3] if len(word) > 2 else word for word in _WORD.findall(words)[:_MOST_WORDS]]  # noqa: PLR2004
    return (
        f"S{first}/{second}"
        for number, first in enumerate(heads)
        for second in heads[number + 1 : number + 1 + _PAIRED_WITH]
    )


@dataclass(frozen=True)
class Weights:
    """Regressions that share their features: `matrix` is features x outputs, `bias` outputs."""

    rows: dict[str, int]
    matrix: NDArray[np.float32]
    bias: NDArray[np.float32]

    def margins(self, names: Iterable[str]) -> NDArray[np.float32]:
        """Return the log-odds of each output; a turn's features weigh one together, squared."""
        rows = [row for name in names if (row := self.rows.get(name)) is not None]
        if not rows:
            return self.bias
        total: NDArray[np.float32] = self.matrix[rows].sum(axis=0)
        return total / np.float32(len(rows) ** 0.5) + self.bias

    def weight(self, name: str, output: int) -> float:
        """Return the weight of one feature for an output, 0.0 for an unknown feature."""
        row = self.rows.get(name)
        return 0.0 if row is None else float(self.matrix[row, output])


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


def restored(arrays: Mapping[str, NDArray[np.generic]], name: str) -> Weights:
    """Return weights from the arrays that `stored` made."""
    words = arrays[f"{name}_names"].tobytes().decode("utf-8").split("\n")
    steps, scale = arrays[f"{name}_steps"], arrays[f"{name}_scale"]
    matrix = (steps * scale).astype(np.float32)
    return Weights({word: row for row, word in enumerate(words)}, matrix, arrays[f"{name}_bias"])


def stored(weights: Weights, name: str) -> dict[str, NDArray[np.generic]]:
    """Return the arrays that `restored` reads, with weights rounded to 127 steps a side."""
    scale = np.maximum(np.abs(weights.matrix).max(axis=0), 1e-9) / np.float32(127)
    words = "\n".join(sorted(weights.rows, key=weights.rows.__getitem__)).encode()
    return {
        f"{name}_names": np.frombuffer(words, np.uint8),
        f"{name}_steps": np.round(weights.matrix / scale).astype(np.int8),
        f"{name}_scale": scale.astype(np.float32),
        f"{name}_bias": weights.bias.astype(np.float32),
    }


def strongest_run(turn: Analysed, weights: Weights, output: int) -> tuple[int, int]:
    """Return where the letters stand that speak most for an output: the run of greatest sum.

    Each run of letters spreads its weight evenly over its letters (the maximum subarray, Kadane).
    """
    text = turn.text
    share = np.full(len(text), -0.02)
    for run in _RUNS[1:]:
        for at in range(len(text) - run + 1):
            weight = weights.weight(text[at : at + run], output)
            if weight:
                share[at : at + run] += weight / run
    best, best_span, total, begin = -np.inf, (0, len(text)), 0.0, 0
    for at, value in enumerate(share):
        if total <= 0:
            total, begin = 0.0, at
        total += value
        if total > best:
            best, best_span = total, (begin, at + 1)
    return best_span
