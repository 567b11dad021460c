"""Finds which of many patterns stand in a text.

Every match of 払えま|払えん holds 払え. The letters that a pattern needs so are read off its parsed
form, and only patterns whose letters stand in a text are looked for in it: one in twenty.
"""

import re
from collections import defaultdict
from collections.abc import Iterable
from functools import lru_cache
from itertools import pairwise

# The parser of `re` has no public name; its tree is the same from Python 3.11 on.
from re import _constants as op  # type: ignore[attr-defined]
from re import _parser  # type: ignore[attr-defined]
from typing import Any

_MOST_PATTERNS = 10_000
_FIRST_KATAKANA_OR_KANJI = "\u30a0"
# So much likelier a letter is to stand in a text than a pair, and hiragana than others.
_SINGLE, _HIRAGANA = 5, 6
Letters = frozenset[str]
_NONE: Letters = frozenset()


class PatternSearch:
    """Finds patterns in texts; built once for all of them."""

    def __init__(self, patterns: Iterable[re.Pattern[str]]) -> None:
        self._by_letters: dict[str, set[re.Pattern[str]]] = defaultdict(set)
        for pattern in patterns:
            for letters in needed_letters(pattern) or {""}:
                self._by_letters[letters].add(pattern)

    def found(self, text: str) -> list[re.Pattern[str]]:
        """Return the patterns that stand in a text."""
        parts = {"", *text, *map("".join, pairwise(text))} & self._by_letters.keys()
        possible = set[re.Pattern[str]]().union(*map(self._by_letters.__getitem__, parts))
        return [pattern for pattern in possible if pattern.search(text)]


@lru_cache(_MOST_PATTERNS)
def needed_letters(pattern: re.Pattern[str]) -> Letters:
    """Return letters and pairs of letters, one of which is in each match; none if it is unknown."""
    if pattern.flags & re.IGNORECASE:
        return _NONE
    return _needed(_parser.parse(pattern.pattern, pattern.flags))


def _needed(parts: Iterable[tuple[Any, Any]]) -> Letters:
    """Return the rarest letters that a sequence of parts needs."""
    choices, run = [], ""
    for kind, value in parts:
        run = run + chr(value) if kind is op.LITERAL else ""
        choices.append(frozenset({run[-2:]}) if run else _needed_by(kind, value))
    return min(filter(None, choices), key=_frequency, default=_NONE)


def _needed_by(kind: Any, value: Any) -> Letters:
    """Return the letters that one part needs which is no letter itself."""
    if kind is op.BRANCH:
        branches = [*map(_needed, value[1])]
        return _NONE.union(*branches) if all(branches) else _NONE
    if kind is op.SUBPATTERN and not value[1]:  # no flags of its own
        return _needed(value[3])
    if kind is op.MAX_REPEAT and value[0]:
        return _needed(value[2])
    if kind is op.IN and all(one is op.LITERAL for one, _ in value):
        return frozenset(chr(letter) for _, letter in value)
    return _NONE


def _frequency(letters: Letters) -> int:
    """Return how often a text has one of these, by rule of thumb."""
    return sum(
        (_SINGLE if len(one) == 1 else 1)
        * (_HIRAGANA if max(one) < _FIRST_KATAKANA_OR_KANJI else 1)
        for one in letters
    )
