"""Statements of the predicates of the English table in an analysed turn."""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from callrisk.domain.language import signs
from callrisk.domain.language.analysed import Analysed, Clause, Found
from callrisk.domain.language.english.inflection import VERB, forms, is_past
from callrisk.domain.language.predicates import Predicate
from callrisk.domain.language.statement import Intent, Mood, Statement

_WORD = re.compile(r"\S+")
# Between the words of a predicate may stand an operator and these.
_BETWEEN = frozenset(
    [
        "really",
        "actually",
        "just",
        "simply",
        "honestly",
        "definitely",
        "probably",
        "still",
        "even",
        "only",
        "currently",
        "possibly",
        "ever",
        "also",
        "all",
        "both",
        "now",
        "then",
        "always",
        "never",
        "again",
        "literally",
        "totally",
        "absolutely",
        "certainly",
        "surely",
        "so",
        "very",
        "too",
        "pretty",
        "quite",
        "a",
        "an",
        "the",
        "my",
        "our",
        "this",
        "that",
        "any",
        "your",
        "it",
        "them",
        "be",
        "been",
        "to",
        "of",
        "for",
        "some",
        "more",
        "much",
        "at",
        "least",
        "like",
        "basically",
        "completely",
        "bit",
        "flat",
        "stone",
        "badly",
        "seriously",
        "kind",
        "lot",
        "little",
        "been",
        "having",
        "me",
        "us",
    ]
)
_GAP, _MOST_BETWEEN, _MOST_IN_GAP = "…", 3, 3
# How many words before a predicate an operator may stand that belongs to it.
_REACH = 5
_OTHER_SUBJECT = frozenset({"you", "they", "people", "he", "she", "who"})
_OWN = frozenset({"my", "our", "me", "us", "i", "we"})
_AUXILIARY = frozenset(
    {
        "am", "is", "are", "was", "were", "be", "been", "have", "has", "had", "do", "does", "did",
        "will", "would", "can", "could", "got", "get", "keep", "keeps",
    }
)  # fmt: skip
_SPOUSE = re.compile(r"(?:^| )(?:husband|wife|partner|spouse|fiance|fiancee|hubby)(?: |$)")
_STOPS = frozenset({".", "?"})
_SIGN_SET = frozenset(signs.SIGNS + signs.OUTER)
# In order: of several operators before a predicate the first here decides.
_RANK = (
    signs.UNWILLING, signs.RHETORICAL, signs.NEGATED, signs.OBLIGED, signs.REQUESTED, signs.DOUBTED,
)  # fmt: skip
_DOUBT_COUNTS = frozenset({Intent.HARDSHIP, Intent.EVASION, Intent.INABILITY})


@dataclass(frozen=True, slots=True)
class _Row:
    predicate: Predicate
    words: tuple[frozenset[str], ...]


@dataclass(frozen=True, slots=True)
class _Words:
    """The words of an analysed text and where they begin."""

    words: list[str]
    starts: list[int]


class Grammar:
    """The predicates by their first word."""

    def __init__(
        self, predicates: Iterable[Predicate], topics: Mapping[str, tuple[str, ...]]
    ) -> None:
        """Index the rows; longer ones come first."""
        self._by_word: dict[str, list[_Row]] = {}
        rows = [_Row(one, tuple(map(frozenset, forms(one)))) for one in predicates]
        for row in sorted(rows, key=lambda row: -len(row.words)):
            for word in row.words[0]:
                self._by_word.setdefault(word, []).append(row)
        self._topics = {name: frozenset(words) for name, words in topics.items()}

    def found(self, turn: Analysed) -> list[Found]:
        """Return what the predicates in a turn say, in order of place; of each place the first."""
        matches = [*_WORD.finditer(turn.text)]
        text = _Words([m[0] for m in matches], [m.start() for m in matches])
        out: list[Found] = []
        done = number = 0
        for at, word in enumerate(text.words):
            while text.starts[at] >= turn.clauses[number].end:
                number += 1
            rows = self._by_word.get(word)
            if rows is None or at < done:
                continue
            for row, last in self._standing(rows, text, at):
                out.append(_said(turn, row.predicate, text, (at, last), number))
                done = last + 1
                break
        return out

    def _standing(self, rows: Iterable[_Row], text: _Words, at: int) -> Iterator[tuple[_Row, int]]:
        """Yield the rows whose words stand from a place on, each with the place of the last."""
        for row in rows:
            last = _match(row.words, text.words, at)
            if last is not None and self._topic_named(row.predicate.topic, text.words):
                yield row, last

    def _topic_named(self, topic: str, words: Iterable[str]) -> bool:
        return not topic or not self._topics[topic].isdisjoint(words)


def _match(row: tuple[frozenset[str], ...], words: list[str], at: int) -> int | None:
    """Return the place of the last word of a row that begins at a place; None if it is not said."""
    for number, wanted in enumerate(row[1:]):
        if _GAP in wanted:
            continue
        at += 1
        gap = _GAP in row[number]
        most = _MOST_BETWEEN + _MOST_IN_GAP * gap
        while at < len(words) and words[at] not in wanted:
            passed = words[at]
            if (
                not most
                or passed in _STOPS
                or not (gap or passed in _BETWEEN or passed in _SIGN_SET)
            ):
                return None
            most -= 1
            at += 1
        if at >= len(words):
            return None
    return at


def _said(
    turn: Analysed, predicate: Predicate, text: _Words, place: tuple[int, int], number: int
) -> Found:
    """Return what a predicate says at a place of a turn, by the operators around it."""
    clause = turn.clauses[number]
    first, last = place
    sign = _sign_before(text, first, last, clause)
    intent, counts = _by_sign(predicate, sign)
    if intent is None:
        intent, counts = _silent_intent(predicate), False
    elif clause.outer == "-":
        other = predicate.negated if sign != signs.NEGATED else predicate.affirmed
        intent, counts = (other, True) if other else (intent, False)
    mood = clause.mood
    if mood is Mood.QUESTION and sign == signs.REQUESTED and predicate.requested:
        mood = Mood.ASSERTED
    if mood is Mood.ASSERTED and _is_others(predicate, text, first, turn.text):
        mood = Mood.OTHER_PERSON
    if mood is Mood.ASSERTED and not sign and _is_over(predicate, text, place):
        mood = Mood.PAST
    counts = counts and mood is Mood.ASSERTED
    begin = _begin(text, first, clause)
    end = text.starts[last] + len(text.words[last])
    strength = predicate.strength if counts else 0.0
    statement = Statement(intent, begin, end, mood, strength)
    decides = predicate.strength == 1
    return Found(statement, number, predicate.intents, decides)


def _silent_intent(predicate: Predicate) -> Intent:
    """Return the intent under which a form that says nothing is kept."""
    first = (predicate.affirmed, predicate.negated, predicate.requested, predicate.obliged)
    return next(intent for intent in first if intent is not None)


def _sign_before(text: _Words, first: int, last: int, clause: Clause) -> str:
    """Return the operator of a predicate: within it, or before it in its clause."""
    near: list[str] = []
    for at in range(last, first - _REACH - 1, -1):
        if at < 0 or text.starts[at] < clause.begin:
            break
        if text.words[at] in _SIGN_SET:
            near.append(text.words[at])
    return next((sign for sign in _RANK if sign in near), "")


def _by_sign(predicate: Predicate, sign: str) -> tuple[Intent | None, bool]:
    """Return the intent that an operator makes of a predicate, and whether it is asserted."""
    if sign in {signs.NEGATED, signs.RHETORICAL, signs.UNWILLING}:
        return predicate.negated, True
    if sign == signs.REQUESTED:
        return predicate.requested, True
    if sign == signs.OBLIGED:
        return predicate.obliged, True
    if sign == signs.DOUBTED:
        return predicate.affirmed, predicate.affirmed in _DOUBT_COUNTS
    return predicate.affirmed, True


def _is_others(predicate: Predicate, text: _Words, first: int, turn: str) -> bool:
    """Return True if the subject right before a predicate is not of the household."""
    before = first
    while before and (text.words[before - 1] in _SIGN_SET | _AUXILIARY | _BETWEEN - _OWN):
        before -= 1
    subject = text.words[before - 1] if before else ""
    if subject not in _OTHER_SUBJECT or _SPOUSE.search(turn) is not None:
        return False
    if predicate.intents == {Intent.REFUSAL}:
        return False  # you will not see a dime
    # They cut my hours: it is done to the household.
    return _OWN.isdisjoint(text.words[first : first + _REACH])


def _is_over(predicate: Predicate, text: _Words, place: tuple[int, int]) -> bool:
    """Return True for the past of a predicate whose past says nothing: i already paid."""
    if predicate.past_counts or predicate.inflection != VERB:
        return False
    first, last = place
    return any(is_past(word, predicate) for word in text.words[first : last + 1])


def _begin(text: _Words, first: int, clause: Clause) -> int:
    """Return where the phrase begins: its operators are part of it, and so is I before them."""
    at = first
    while (
        at
        and text.starts[at - 1] >= clause.begin
        and (
            text.words[at - 1] in _SIGN_SET
            or text.words[at - 1] in {"i", "we", "am", "are", "do", "did"}
        )
    ):
        at -= 1
    return text.starts[at]
