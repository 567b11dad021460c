"""The tagger of letters: marginals of a linear chain, from weights that were learnt offline.

Lafferty, McCallum and Pereira (2001): the score of a labelling is the sum of the weights of each
letter's attributes for its label, and of each step from one label to the next. The probability of
a label at a letter is that of all labellings that have it there, by the forward and backward
recursions, scaled at each step.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from pathlib import Path
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

from callrisk.domain.masking.frames.kinds import Kind
from callrisk.domain.masking.frames.saying import Span
from callrisk.domain.masking.tagging.attributes import SIZE, Attributes, attributes_of
from callrisk.domain.masking.tagging.said_before import SaidBefore
from callrisk.domain.masking.tagging.words import PIECE

WEIGHTS = Path(__file__).parent / "weights.npz"
# A letter is hidden from this probability on.
_LEAST = 0.2


@dataclass(frozen=True, slots=True)
class Tagged:
    """A span of a turn, the kind of personal data that it likely is, and how likely."""

    kind: Kind
    span: Span
    likelihood: float


class Label(StrEnum):
    """A kind of personal data, or nothing, that a letter belongs to."""

    NOTHING = "O"
    NAME = "name"
    ADDRESS = "address"
    PHONE = "phone"
    CARD = "card"
    ACCOUNT = "account"
    NUMBER = "number"
    CVV = "cvv"
    EXPIRY = "expiry"
    BIRTH = "birth"
    MAIL = "mail"
    PASSWORD = "password"  # noqa: S105 - the name of a label


LABELS = tuple(Label)
_NUMBERS = (Label.PHONE, Label.CARD, Label.ACCOUNT, Label.NUMBER, Label.CVV)
KIND_OF: Mapping[Label, Kind] = dict.fromkeys(_NUMBERS, Kind.NUMBER) | {
    label: Kind(label) for label in LABELS[1:] if label not in _NUMBERS
}


@dataclass(frozen=True, slots=True)
class Tagger:
    """The weights of k attributes for l labels, and of the steps between labels.

    `rows` gives for each hashed attribute its row in `weights`, (k + 1) × l; row 0 is of those that
    say nothing. `steps` is l × l, from the label before to the label.
    """

    rows: NDArray[np.int32]
    weights: NDArray[np.float32]
    steps: NDArray[np.float64]

    @classmethod
    def of(cls, arrays: Mapping[str, NDArray[Any]]) -> Self:
        """Return the tagger of stored arrays: `ids`, `weights` and `steps`."""
        rows = np.zeros(SIZE, np.int32)
        rows[arrays["ids"]] = np.arange(1, len(arrays["ids"]) + 1)
        weights = np.vstack([np.zeros(len(LABELS)), arrays["weights"]]).astype(np.float32)
        return cls(rows, weights, arrays["steps"].astype(np.float64))

    @classmethod
    def load(cls, path: Path) -> Self:
        """Return the tagger of a weights file."""
        with np.load(path, allow_pickle=False) as arrays:
            return cls.of(arrays)

    def marginals(self, seen: Attributes) -> NDArray[np.float64]:
        """Return the probability of each label at each letter, n × l."""
        own = self.weights[self.rows[seen.own]].sum(axis=1)
        shared = self.weights[self.rows[seen.shared]].sum(axis=1) * seen.shared_weight
        scores = (own + shared[seen.group]).astype(np.float64)
        letters = np.exp(scores - scores.max(axis=1, keepdims=True))
        steps = np.exp(self.steps)
        forward, backward = np.empty_like(letters), np.empty_like(letters)
        forward[0] = letters[0] / letters[0].sum()
        for place in range(1, len(letters)):
            state = (forward[place - 1] @ steps) * letters[place]
            forward[place] = state / state.sum()
        backward[-1] = 1.0
        for place in range(len(letters) - 2, -1, -1):
            state = steps @ (letters[place + 1] * backward[place + 1])
            backward[place] = state / state.sum()
        both = forward * backward
        shares: NDArray[np.float64] = both / both.sum(axis=1, keepdims=True)
        return shares

    def spans(
        self, text: str, shown: str, said: SaidBefore, kinds: frozenset[Kind]
    ) -> list[Tagged]:  # fmt: skip
        """Return the spans of a turn that belong to personal data of these kinds.

        `shown` is the text as the rules left it, `said` what was said before it.
        """
        spans: list[Tagged] = []
        for begin in range(0, len(text), PIECE):
            piece = slice(begin, begin + PIECE)
            likely = self.marginals(attributes_of(text[piece], shown[piece], said))
            spans += _hidden(likely, kinds, begin)
        return spans


def _hidden(likely: NDArray[np.float64], kinds: frozenset[Kind], begin: int) -> Iterator[Tagged]:
    """Yield the runs of letters that likely belong to these kinds, as the kind of the first.

    The letters are those of a text from `begin` on.
    """
    of_kinds = [place for place, label in enumerate(LABELS) if KIND_OF.get(label) in kinds]
    if not of_kinds:
        return
    shares = likely[:, of_kinds].sum(axis=1)
    best = np.array(of_kinds)[likely[:, of_kinds].argmax(axis=1)]
    ends = np.flatnonzero(np.diff((shares >= _LEAST).astype(np.int8), prepend=0, append=0))
    for first, end in zip(ends[::2].tolist(), ends[1::2].tolist(), strict=True):
        kind, likelihood = KIND_OF[LABELS[best[first]]], float(shares[first:end].max())
        yield Tagged(kind, (begin + first, begin + end), likelihood)


@cache
def packaged_tagger() -> Tagger:
    """Return the tagger of the product, loaded once."""
    return Tagger.load(WEIGHTS)
