"""The features of an analysed turn for the learned part of Japanese.

What it sees are runs of letters after the operators became signs, the same runs of the clauses that
are negated, asked, supposed, quoted or another person's once more under a name of their own, pairs
of words of one clause, and what the table found; so it cannot take 払えない for 払える. The weights
are shipped and are made anew by `python -m callrisk.pipeline.language`.
"""

import re
from collections.abc import Sequence

import numpy as np

from callrisk.domain.language import signs
from callrisk.domain.language.analysed import Analysed, Found
from callrisk.domain.language.japanese.text import whole_phrases
from callrisk.domain.language.statement import Intent, Mood
from callrisk.domain.language.weights import INTENTS, Weights

_RUNS = (1, 2, 3, 4)
_CLAUSE_RUNS = (2, 3)
_NEGATED = re.compile(f"[{signs.NEGATED}{signs.UNWILLING}{signs.RHETORICAL}]")
_WORD = re.compile(rf"[一-龠々]+|[ァ-ヶー]{{2,}}|[{signs.SIGNS}]|\d+")
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
            begin = max(begin, self._text.rfind(signs.REQUESTED, begin, end - 1) + 1)
        return whole_phrases(self._text, begin, end)
