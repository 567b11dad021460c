"""The features of an analysed turn for the learned part of English.

What it sees are words and runs of two and three after the operators became signs, beginnings of
long words, the kinds of words (`word_classes.csv`), the words of clauses that are asked, supposed,
quoted or another person's once more under a name of their own, so the words behind a negation,
pairs of words that carry meaning, and what the table found.
"""

import re
from collections.abc import Sequence
from functools import cache
from pathlib import Path

import numpy as np

from callrisk.domain.language import signs
from callrisk.domain.language.analysed import Analysed, Found
from callrisk.domain.language.predicates import topics_in
from callrisk.domain.language.statement import Mood
from callrisk.domain.language.weights import Weights

_WORD = re.compile(r"\S+")
_RUNS = (1, 2, 3)
_HEAD = 5
_BEHIND = 4
_PAIRED_WITH, _MOST_WORDS = 5, 24
_COST_OF_A_WORD = 4.0  # in steps; keeps a phrase from growing over words that say little
_TURNS = re.compile(f"[{signs.NEGATED}{signs.UNWILLING}{signs.RHETORICAL}]")
_MOOD_LETTER = {
    Mood.QUESTION: "Q", Mood.HYPOTHETICAL: "H", Mood.QUOTED: "U", Mood.OTHER_PERSON: "O",
    Mood.PAST: "P",
}  # fmt: skip
_SMALL = frozenset(
    [
        "a",
        "an",
        "the",
        "i",
        "we",
        "you",
        "it",
        "he",
        "she",
        "they",
        "me",
        "us",
        "my",
        "our",
        "your",
        "to",
        "of",
        "in",
        "on",
        "at",
        "for",
        "and",
        "or",
        "but",
        "so",
        "that",
        "this",
        "is",
        "am",
        "are",
        "was",
        "were",
        "be",
        "been",
        "do",
        "does",
        "did",
        "have",
        "has",
        "had",
        "will",
        "would",
        "can",
        "could",
        "just",
        "with",
        "as",
        "by",
        "if",
        "then",
        "there",
        "them",
        "him",
        "her",
        "his",
        "their",
        "its",
        "not",
        "from",
        "up",
        "about",
        "all",
        "some",
        "very",
        "really",
        "well",
        "like",
        "okay",
        "yes",
        ".",
        "?",
    ]
)


def features(turn: Analysed, found: Sequence[Found]) -> list[str]:
    """Return the names of the features that a turn has; the runs of its words stand first."""
    words = turn.text.split()
    names = [" ".join(words[at : at + run]) for run in _RUNS for at in range(len(words) - run + 1)]
    if words:
        names += (f"^{words[0]}", f"^{' '.join(words[:2])}", f"{words[-1]}$")
    names += [f"h:{word[:_HEAD]}" for word in words if len(word) > _HEAD]
    for clause in turn.clauses:
        names += _of_clause(turn.text[clause.begin : clause.end].split(), clause.mood, clause.outer)
    names += _of_classes(turn)
    for one in found:
        names.append(f"{'G' if one.statement.counts else 'g'}:{one.statement.intent}")
    return names


def _of_clause(words: list[str], mood: Mood, outer: str) -> list[str]:
    """Return the features of a clause by its mood, its negation, and its words that mean much."""
    mark = _MOOD_LETTER.get(mood, "")
    names: list[str] = []
    if mark:
        names.append(f"{mark}=")
        names += [f"{mark}:{word}" for word in words]
    if outer:
        names.append(f"X{outer}")
        names += [f"X{outer}:{word}" for word in words]
    for at, word in enumerate(words):
        if _TURNS.match(word):
            names += [f"N{mark}:{behind}" for behind in words[at + 1 : at + 1 + _BEHIND]]
    heads = [word[:_HEAD] for word in words if word not in _SMALL][:_MOST_WORDS]
    names += [
        f"S:{first}/{second}"
        for number, first in enumerate(heads)
        for second in heads[number + 1 : number + 1 + _PAIRED_WITH]
    ]
    return names


def _of_classes(turn: Analysed) -> list[str]:
    """Return the features of the kinds of words in a turn, which say more than rare words do."""
    classes = _classes()
    kinds: dict[str, None] = {}
    negated: set[str] = set()
    for clause in turn.clauses:
        mark, behind = _MOOD_LETTER.get(clause.mood, ""), 0
        for word in turn.text[clause.begin : clause.end].split():
            behind = _BEHIND if _TURNS.match(word) else behind - 1
            for kind in classes.get(word, ()):
                kinds[f"{mark}{kind}"] = None
                if behind > 0:
                    negated.add(f"K:{mark}¬{kind}")
    if not kinds:
        return ["K=none"]
    names = [f"K:{kind}" for kind in kinds]
    ordered = sorted(kinds)
    names += [
        f"K:{first}/{second}"
        for number, first in enumerate(ordered)
        for second in ordered[number + 1 :]
    ]
    return [*names, *sorted(negated)]


@cache
def _classes() -> dict[str, tuple[str, ...]]:
    """Return the kinds of each word that has one."""
    table = topics_in(Path(__file__).with_name("word_classes.csv"))
    kinds: dict[str, tuple[str, ...]] = {}
    for kind, words in table.items():
        for word in words:
            kinds[word] = (*kinds.get(word, ()), kind)
    return kinds


class RunPlaces:
    """The places of the known words and runs of a turn, to find what speaks for an output."""

    def __init__(self, turn: Analysed, rows: Sequence[int | None], weights: Weights) -> None:
        """Take the rows of the turn's features, whose first are the runs of its words."""
        self._steps = weights.steps
        self._spans = [match.span() for match in _WORD.finditer(turn.text)]
        self._runs: list[tuple[int, int, int]] = []
        first, count = 0, len(self._spans)
        for run in _RUNS:
            inside = rows[first : first + max(0, count - run + 1)]
            self._runs += [(row, at, run) for at, row in enumerate(inside) if row is not None]
            first += len(inside)

    def strongest_run(self, output: int) -> tuple[int, int]:
        """Return the borders of the words with the greatest sum of weights.

        Each known run spreads its weight evenly over its words (maximum subarray, Kadane).
        """
        weight = np.zeros(len(self._spans))
        for row, at, run in self._runs:
            weight[at : at + run] += self._steps[row, output] / run
        best, span, total, begin = -np.inf, (0, len(weight)), 0.0, 0
        for at, value in enumerate(weight.tolist()):
            if total <= 0:
                total, begin = 0.0, at
            total += value - _COST_OF_A_WORD
            if total > best:
                best, span = total, (begin, at + 1)
        return self._spans[span[0]][0], self._spans[span[1] - 1][1]
