"""Reads a turn in one language: table, learned part, and what an answer means by its question.

The table speaks first where a row decides (strength 1); the learned part is silent about all
intents of such a row, whether an operator made it count or not, and speaks of the others.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from callrisk.domain.language import signs
from callrisk.domain.language.analysed import Analysed, Found
from callrisk.domain.language.examples import Finder
from callrisk.domain.language.silences import outside, silenced
from callrisk.domain.language.spoken_language import SpokenLanguage, Thresholds
from callrisk.domain.language.statement import Intent, Mood, Statement
from callrisk.domain.language.weights import INTENTS, OWN_MOST, Learned

# The strength of what the learned part alone says, by how far its log-odds exceed what asserts.
_FAINT_STRENGTH, _CLEAR_STRENGTH, _CLEARER_STRENGTH = 0.5, 0.8, 0.95
# The strength of what an answer says by its question.
_BY_QUESTION = 0.5
# How much a capacity counts that only denies trouble: it answers, and its amount rounds to 0.
_DENIAL_STRENGTH = 0.002
# Who has said one of these by himself does not say the other by the question.
_EXCLUDED_BY = {
    Intent.HARDSHIP: (Intent.CAPACITY,),
    Intent.INABILITY: (Intent.CAPACITY,),
    Intent.CAPACITY: (Intent.HARDSHIP, Intent.INABILITY),
}
# Nobody says more in one turn of a transcript; what stands behind is not read.
_LONGEST = 4_000


@dataclass(frozen=True)
class Reader:
    """A language with its table and weights, in use; `silences` are words that say nothing."""

    spoken: SpokenLanguage
    found: Finder
    learned: Learned
    silences: tuple[str, ...] = ()

    def answer(self, agent_turn: str, customer_turn: str) -> tuple[Statement, ...]:
        """Return the statements of a customer's turn right after an agent's turn ("" for none)."""
        spoken = self.spoken
        plain = spoken.plain_text(customer_turn[:_LONGEST])
        turn = spoken.analysed(plain)
        if not turn.text:
            return ()
        found = self.found(turn)
        names = spoken.features(turn, found)
        rows = self.learned.turn.rows_of(names)
        margins = self.learned.turn.margins(rows)
        silent = spoken.only_keeps_going(plain.text)
        said = [] if silent else self._said(turn, found, rows, margins)
        if agent_turn and len(turn.text) <= spoken.longest_answer:
            said = self._by_question(agent_turn, turn, names, margins, said, _decided(found))
        return tuple(
            sorted(self._in_turn(customer_turn, turn, plain.offsets[-1], said), key=_place)
        )

    def _said(
        self, turn: Analysed, found: list[Found], rows: Sequence[int | None],
        margins: NDArray[np.float32],
    ) -> list[Statement]:  # fmt: skip
        """Return what table and learned part say of a turn by itself, and what is suppressed."""
        said = [one.statement for one in found if one.decides]
        silent = _decided(found)
        heard = _heard(self.spoken.thresholds, margins.tolist(), silent, alone=not said)
        if heard:
            places = self.spoken.run_places(turn, rows, self.learned.turn)
            for output, strength in heard:
                begin, end = places.strongest_run(output)
                said.append(Statement(INTENTS[output], begin, end, Mood.ASSERTED, strength))
        said = [self._weighed(one, turn.text) for one in said]
        return outside(said + _suppressed(found, said), silenced(turn, self.silences))

    def _by_question(
        self, agent_turn: str, turn: Analysed, names: list[str], margins: NDArray[np.float32],
        said: list[Statement], decided: frozenset[Intent],
    ) -> list[Statement]:  # fmt: skip
        """Return what a short answer says after the question.

        What the learned part hears in the answer alone is kept where the question bears it out.
        """
        denied = self.spoken.denied(agent_turn, turn.text)
        if not said and len(denied) == len(INTENTS):
            return []
        weights = self.learned.answer
        odds = weights.margins(weights.rows_of(self.spoken.pair_features(agent_turn, turn, names)))
        own = np.clip(margins, -OWN_MOST, OWN_MOST)
        odds = odds + own @ self.learned.own_share
        likely = {
            INTENTS[output] for output in np.flatnonzero(odds > self.spoken.thresholds.answers)
        }
        kept = [
            one for one in said if not one.counts or one.intent in likely or one.intent in decided
        ]
        told = {statement.intent for statement in kept if statement.counts}
        silent = told | decided | denied
        silent |= {other for intent in told for other in _EXCLUDED_BY.get(intent, ())}
        whole = len(turn.text)
        return kept + [
            Statement(intent, 0, whole, Mood.ASSERTED, _BY_QUESTION)
            for intent in INTENTS
            if intent in likely and intent not in silent
        ]

    def _weighed(self, one: Statement, text: str) -> Statement:
        """Return a statement with less strength where it denies trouble and says no more."""
        if one.intent is Intent.CAPACITY and one.counts and self.spoken.only_denies(text):
            return replace(one, strength=min(one.strength, _DENIAL_STRENGTH))
        return one

    def _in_turn(
        self, text: str, turn: Analysed, last: int, said: Iterable[Statement]
    ) -> Iterable[Statement]:
        """Yield the statements with offsets in the text; `last` is its last letter that was read.

        A sign ends where the letter after it begins, so the words of an operator are marked whole.
        """
        starts = (*turn.offsets, last + 1)
        for one in said:
            begin = min(starts[one.begin], last)
            # わけではない behind a phrase is part of what was said.
            outer = turn.text[one.end : one.end + 1] == signs.OUTER
            end = starts[min(one.end + outer, len(starts) - 1)]
            end = begin + len(text[begin:end].rstrip(self.spoken.pauses))
            yield Statement(one.intent, begin, max(end, begin + 1), one.mood, one.strength)


def _decided(found: Iterable[Found]) -> frozenset[Intent]:
    """Return the intents that rows that decide have decided about."""
    return frozenset(intent for one in found if one.decides for intent in one.rules)


def _heard(
    thresholds: Thresholds, margins: Sequence[float], silent: frozenset[Intent], alone: bool
) -> list[tuple[int, float]]:
    """Return the outputs that the learned part asserts, each with its strength.

    `margins` are the log-odds of the outputs, last those that anything is said; `alone` is True
    where the table has decided nothing.
    """
    anything = thresholds.anything_share * min(
        max(margins[-1], thresholds.anything_least), thresholds.anything_most
    )
    least = max(thresholds.says - anything, thresholds.least)
    odds = {
        output: margin
        for output, margin in enumerate(margins[:-1])
        if INTENTS[output] not in silent
    }
    loud = [
        (output, _strength(thresholds, margin - least))
        for output, margin in odds.items()
        if margin > least
    ]
    if loud or not alone or margins[-1] <= thresholds.surely:
        return loud
    likeliest = max(odds, key=odds.__getitem__)
    return [(likeliest, _FAINT_STRENGTH)] if odds[likeliest] > thresholds.least_of_likeliest else []


def _strength(thresholds: Thresholds, above: float) -> float:
    """Return the strength of an intent whose log-odds lie so far above the least that asserts."""
    if above >= thresholds.clearer:
        return _CLEARER_STRENGTH
    return _CLEAR_STRENGTH if above >= thresholds.clear else _FAINT_STRENGTH


def _suppressed(found: Iterable[Found], said: Sequence[Statement]) -> list[Statement]:
    """Return what rows that do not decide found and operators suppress, where nothing is said."""
    return [
        one.statement
        for one in found
        if not (one.decides or one.statement.counts)
        and not any(
            other.intent in one.rules
            or (other.begin < one.statement.end and one.statement.begin < other.end)
            for other in said
        )
    ]


def _place(statement: Statement) -> tuple[int, int, str]:
    return statement.begin, statement.end, statement.intent
