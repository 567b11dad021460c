"""Make the learned part of the language from labelled sentences.

Each output is an L2-regularised logistic regression, fitted by coordinate descent on the dual
(LIBLINEAR), which gives the same weights for the same rows.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix, hstack
from sklearn.linear_model import LogisticRegression

from callrisk.domain.language.analysed import Analysed
from callrisk.domain.language.examples import Finder
from callrisk.domain.language.spoken_language import Fitting, SpokenLanguage
from callrisk.domain.language.weights import (
    INTENTS,
    OWN_MOST,
    OWN_SHARE,
    Weights,
    rounded,
    stored,
)
from callrisk.pipeline.language.corpus import Labelled

# What a recogniser may leave out.
_MARKS = re.compile(r"[.,;:!?…]+(?=\s|$)")


@dataclass(frozen=True)
class Rows:
    """Sentences as rows: names of the features, and labels (rows x outputs)."""

    names: list[list[str]]
    labels: NDArray[np.bool_]


class Featured:
    """Makes features of turns in one language, by its packaged table."""

    def __init__(self, spoken: SpokenLanguage) -> None:
        self._spoken = spoken
        self._found: Finder = spoken.grammar()

    def turn(self, text: str) -> list[str]:
        """Return the features of a turn that stands alone, each once."""
        return self._names(self._spoken.analyse(text))

    def answer(self, one: Labelled) -> list[str]:
        """Return the features of an answer after a question, each once."""
        turn = self._spoken.analyse(one.text)
        pair = self._spoken.pair_features(one.agent_turn, turn, self._names(turn))
        return [*dict.fromkeys(sorted(pair))]

    def variants(self, labelled: Iterable[Labelled]) -> Iterator[Labelled]:
        """Yield the turns, and where the language asks for it those without punctuation."""
        for one in labelled:
            yield one
            bare = _MARKS.sub("", one.text)
            if self._spoken.fitting.without_marks and bare != one.text:
                yield replace(one, text=bare)

    def _names(self, turn: Analysed) -> list[str]:
        return [*dict.fromkeys(self._spoken.features(turn, self._found(turn)))]


def turn_rows(featured: Featured, labelled: Iterable[Labelled]) -> Rows:
    """Return the turns that stand alone; the last label is whether anything is said at all."""
    said = [*featured.variants(labelled)]
    names = [sorted(featured.turn(one.text)) for one in said]
    labels = _labels(said)
    return Rows(names, np.c_[labels, labels.any(axis=1)])


def answer_rows(featured: Featured, labelled: Iterable[Labelled]) -> Rows:
    """Return the answers after a question."""
    said = list(labelled)
    return Rows([featured.answer(one) for one in said], _labels(said))


def _labels(said: Sequence[Labelled]) -> NDArray[np.bool_]:
    return np.array([[intent in one.intents for intent in INTENTS] for one in said])


def vocabulary(names: Iterable[Iterable[str]], least: int) -> dict[str, int]:
    """Return a row number for each feature that this many sentences have, in order of the name."""
    seen: dict[str, int] = {}
    for row in names:
        for name in row:
            seen[name] = seen.get(name, 0) + 1
    kept = sorted(name for name, count in seen.items() if count >= least)
    return {name: row for row, name in enumerate(kept)}


def matrix(names: Sequence[Sequence[str]], rows: dict[str, int]) -> csr_matrix:
    """Return sentences x features, each row of length 1."""
    indices: list[int] = []
    starts, values = [0], list[NDArray[np.float64]]()
    for row in names:
        known = [rows[name] for name in row if name in rows]
        indices += known
        starts.append(len(indices))
        values.append(np.full(len(known), max(1, len(known)) ** -0.5))
    data = np.concatenate(values) if values else np.zeros(0)
    return csr_matrix((data, indices, starts), shape=(len(names), len(rows)))


def fitted_turn(rows: Rows, fitting: Fitting) -> Weights:
    """Return the weights of turns that stand alone."""
    known = vocabulary(rows.names, fitting.least_turn)
    coefficients, bias = _regressions(matrix(rows.names, known), rows.labels, fitting.turn_c)
    return rounded(known, coefficients, bias)


def fitted_answer(
    rows: Rows, margins: NDArray[np.float32], fitting: Fitting
) -> tuple[Weights, NDArray[np.float32]]:
    """Return the weights of answers, and those of the turn's own log-odds (outputs x intents)."""
    known = vocabulary(rows.names, fitting.least_answer)
    own = np.clip(margins, -OWN_MOST, OWN_MOST) * OWN_SHARE
    both = hstack([matrix(rows.names, known), csr_matrix(own)]).tocsr()
    coefficients, bias = _regressions(both, rows.labels, fitting.answer_c)
    weights = rounded(known, coefficients[: len(known)], bias)
    return weights, (coefficients[len(known) :] * OWN_SHARE).astype(np.float32)


def _regressions(
    x: csr_matrix, labels: NDArray[np.bool_], c: float
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return coefficients (features x outputs) and intercepts."""

    def fit(output: int) -> LogisticRegression:
        regression = LogisticRegression(C=c, solver="liblinear", random_state=0, tol=1e-4)
        return regression.fit(x, labels[:, output])

    with ThreadPoolExecutor(2) as threads:  # LIBLINEAR lets go of the interpreter
        regressions = list(threads.map(fit, range(labels.shape[1])))
    coefficients = np.stack([regression.coef_[0] for regression in regressions], axis=1)
    return coefficients, np.array([regression.intercept_[0] for regression in regressions])


def made(
    spoken: SpokenLanguage, turns: Iterable[Labelled], answers: Iterable[Labelled]
) -> dict[str, NDArray[Any]]:
    """Return the arrays of the weights file of a language."""
    featured = Featured(spoken)
    turn = fitted_turn(turn_rows(featured, turns), spoken.fitting)
    said = list(answers)
    own = np.array([turn.margins(turn.rows_of(featured.turn(one.text))) for one in said])
    answer, share = fitted_answer(answer_rows(featured, said), own, spoken.fitting)
    return {**stored(turn, "turn"), **stored(answer, "answer"), "own_share": share}
