"""Make the learned part of the language from labelled sentences.

Each output is an L2-regularised logistic regression, fitted by coordinate descent on the dual
(LIBLINEAR), which gives the same weights for the same rows.
"""

from collections.abc import Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix, hstack
from sklearn.linear_model import LogisticRegression

from callrisk.domain.language import context, learned
from callrisk.domain.language.grammar import Grammar
from callrisk.domain.language.learned import INTENTS, Weights
from callrisk.domain.language.operators import analysed
from callrisk.domain.language.text import plain_text
from callrisk.pipeline.language.corpus import Labelled

_TURN_C, _ANSWER_C = 1000.0, 300.0
_LEAST_TURN, _LEAST_ANSWER = 6, 2


@dataclass(frozen=True)
class Rows:
    """Sentences as rows: names of the features, and labels (rows x outputs)."""

    names: list[list[str]]
    labels: NDArray[np.bool_]


def turn_rows(grammar: Grammar, labelled: Iterable[Labelled]) -> Rows:
    """Return the turns that stand alone; the last label is whether anything is said at all."""
    said = list(labelled)
    names = [sorted(_names(grammar, one.text)) for one in said]
    labels = _labels(said)
    return Rows(names, np.c_[labels, labels.any(axis=1)])


def answer_rows(grammar: Grammar, labelled: Iterable[Labelled]) -> Rows:
    """Return the answers after a question."""
    said = list(labelled)
    names = [
        sorted(
            context.pair_features(
                one.agent_turn, analysed(plain_text(one.text)), _names(grammar, one.text)
            )
        )
        for one in said
    ]
    return Rows([[*dict.fromkeys(row)] for row in names], _labels(said))


def _names(grammar: Grammar, text: str) -> list[str]:
    turn = analysed(plain_text(text))
    return [*dict.fromkeys(learned.features(turn, grammar.found(turn)))]


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


def fitted_turn(rows: Rows) -> Weights:
    """Return the weights of turns that stand alone."""
    known = vocabulary(rows.names, _LEAST_TURN)
    coefficients, bias = _regressions(matrix(rows.names, known), rows.labels, _TURN_C)
    return learned.rounded(known, coefficients, bias)


def fitted_answer(rows: Rows, margins: NDArray[np.float32]) -> tuple[Weights, NDArray[np.float32]]:
    """Return the weights of answers, and those of the turn's own log-odds (outputs x intents)."""
    known = vocabulary(rows.names, _LEAST_ANSWER)
    own = np.clip(margins, -context.OWN_MOST, context.OWN_MOST) * context.OWN_SHARE
    both = hstack([matrix(rows.names, known), csr_matrix(own)]).tocsr()
    coefficients, bias = _regressions(both, rows.labels, _ANSWER_C)
    weights = learned.rounded(known, coefficients[: len(known)], bias)
    return weights, (coefficients[len(known) :] * context.OWN_SHARE).astype(np.float32)


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
    grammar: Grammar, turns: Iterable[Labelled], answers: Iterable[Labelled]
) -> dict[str, NDArray[Any]]:
    """Return the arrays of the weights file."""
    turn = fitted_turn(turn_rows(grammar, turns))
    said = list(answers)
    own = np.array([turn.margins(turn.rows_of(_names(grammar, one.text))) for one in said])
    answer, share = fitted_answer(answer_rows(grammar, said), own)
    return {**learned.stored(turn, "turn"), **learned.stored(answer, "answer"), "own_share": share}
