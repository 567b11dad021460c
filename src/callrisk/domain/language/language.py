"""A language: everything that turns the words of a turn into statements, as one frozen value.

The table speaks first where a row decides (strength 1); the learned part is silent about all
intents of such a row, whether an operator made it count or not, and speaks of the others.
"""

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from callrisk.domain.language import context, denial, learned, operators
from callrisk.domain.language import grammar as grammar_module
from callrisk.domain.language import text as text_module
from callrisk.domain.language.concerns import Concerns, concerns_with, packaged_concerns
from callrisk.domain.language.grammar import Found, Grammar, check_examples
from callrisk.domain.language.learned import INTENTS, Learned, RunPlaces
from callrisk.domain.language.operators import Analysed, analysed
from callrisk.domain.language.predicates import (
    Predicate,
    packaged_predicates,
    predicates_in,
    topics_in,
)
from callrisk.domain.language.silences import check_silences, outside, silenced
from callrisk.domain.language.statement import Intent, Mood, Statement
from callrisk.domain.language.text import PAUSES, plain_text
from callrisk.domain.segment import ParticipantRole

WEIGHTS = Path(__file__).parent / "weights.npz"
# The learned part asserts an intent whose log-odds, with a part of those that anything is said at
# all, exceed `_SAYS`; chosen by authors that were left out (docs/language.md).
_ANYTHING_SHARE, _ANYTHING_LEAST, _ANYTHING_MOST = 0.3, -2.0, 4.0
_SAYS, _LEAST = 0.1, -2.5
_ANSWERS = -1.4
# Where it is clear that something is said and no intent is, the likeliest is heard faintly: 厳しい
# of a payment is hardship to one hand, inability to another, so neither is likely by itself.
_SURELY, _LEAST_OF_LIKELIEST = 2.0, -2.5
# The strength of what the learned part alone says, by how far its log-odds exceed what asserts.
_CLEAR, _CLEARER = 0.7, 2.5
_FAINT_STRENGTH, _CLEAR_STRENGTH, _CLEARER_STRENGTH = 0.5, 0.8, 0.95
# The strength of what an answer says by its question.
_BY_QUESTION = 0.5
# Who has said one of these by himself does not say the other by the question.
_EXCLUDED_BY = {
    Intent.HARDSHIP: (Intent.CAPACITY,),
    Intent.INABILITY: (Intent.CAPACITY,),
    Intent.CAPACITY: (Intent.HARDSHIP, Intent.INABILITY),
}
# Nobody says more in one turn of a transcript; what stands behind is not read.
_LONGEST = 4_000


@dataclass(frozen=True)
class Language:
    """Operators, tables and weights; `version` is a hash of them all."""

    version: str
    grammar: Grammar
    learned: Learned
    concerns: Concerns
    # Rows of a company's own table whose words say nothing.
    silences: tuple[Predicate, ...] = ()

    def understand(self, text: str) -> tuple[Statement, ...]:
        """Return the statements of a customer's turn on its own, in order of place."""
        return self.answer("", text)

    def answer(self, agent_turn: str, customer_turn: str) -> tuple[Statement, ...]:
        """Return the statements of a customer's turn right after an agent's turn ("" for none)."""
        plain = plain_text(customer_turn[:_LONGEST])
        turn = analysed(plain)
        if not turn.text:
            return ()
        found = self.grammar.found(turn)
        names = learned.features(turn, found)
        rows = self.learned.turn.rows_of(names)
        margins = self.learned.turn.margins(rows)
        silent = context.only_keeps_going(plain.text)
        said = [] if silent else self._said(turn, found, rows, margins)
        if agent_turn and len(turn.text) <= context.LONGEST_ANSWER:
            said = self._by_question(agent_turn, turn, names, margins, said, _decided(found))
        return tuple(sorted(_in_turn(customer_turn, turn, plain.offsets[-1], said), key=_place))

    def read(
        self, turns: Sequence[tuple[ParticipantRole, str]]
    ) -> tuple[tuple[Statement, ...], ...]:
        """Return the statements of each turn of a conversation in order of time.

        A turn of the customer is read after the agent's turn right before it; turns of others
        have none. Only neighbours matter, so a turn that comes late changes one other at most.
        """
        read: list[tuple[Statement, ...]] = []
        before = ""
        for role, text in turns:
            customer = role is ParticipantRole.CUSTOMER
            read.append(self.answer(before, text) if customer else ())
            before = text if role is ParticipantRole.AGENT else ""
        return tuple(read)

    def _said(
        self, turn: Analysed, found: list[Found], rows: Sequence[int | None],
        margins: NDArray[np.float32],
    ) -> list[Statement]:  # fmt: skip
        """Return what table and learned part say of a turn by itself, and what is suppressed."""
        said = [one.statement for one in found if one.decides]
        silent = _decided(found)
        heard = _heard(margins.tolist(), silent, alone=not said)
        if heard:
            places = RunPlaces(turn, rows, self.learned.turn)
            for output, strength in heard:
                begin, end = places.strongest_run(output)
                said.append(Statement(INTENTS[output], begin, end, Mood.ASSERTED, strength))
        said = [_weighed(one, turn.text) for one in said]
        return outside(said + _suppressed(found, said), silenced(turn, self.silences))

    def _by_question(
        self, agent_turn: str, turn: Analysed, names: list[str], margins: NDArray[np.float32],
        said: list[Statement], decided: frozenset[Intent],
    ) -> list[Statement]:  # fmt: skip
        """Return what a short answer says after the question.

        What the learned part hears in the answer alone is kept where the question bears it out.
        """
        denied = context.denied(agent_turn, turn.text)
        if not said and len(denied) == len(INTENTS):
            return []
        weights = self.learned.answer
        odds = weights.margins(weights.rows_of(context.pair_features(agent_turn, turn, names)))
        own = np.clip(margins, -context.OWN_MOST, context.OWN_MOST)
        odds = odds + own @ self.learned.own_share
        likely = {INTENTS[output] for output in np.flatnonzero(odds > _ANSWERS)}
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


def _decided(found: Iterable[Found]) -> frozenset[Intent]:
    """Return the intents that rows that decide have decided about."""
    return frozenset(intent for one in found if one.decides for intent in one.rules)


def _heard(
    margins: Sequence[float], silent: frozenset[Intent], alone: bool
) -> list[tuple[int, float]]:
    """Return the outputs that the learned part asserts, each with its strength.

    `margins` are the log-odds of the outputs, last those that anything is said; `alone` is True
    where the table has decided nothing.
    """
    anything = _ANYTHING_SHARE * min(max(margins[-1], _ANYTHING_LEAST), _ANYTHING_MOST)
    least = max(_SAYS - anything, _LEAST)
    odds = {
        output: margin
        for output, margin in enumerate(margins[:-1])
        if INTENTS[output] not in silent
    }
    loud = [
        (output, _strength(margin - least)) for output, margin in odds.items() if margin > least
    ]
    if loud or not alone or margins[-1] <= _SURELY:
        return loud
    likeliest = max(odds, key=odds.__getitem__)
    return [(likeliest, _FAINT_STRENGTH)] if odds[likeliest] > _LEAST_OF_LIKELIEST else []


def _strength(above: float) -> float:
    """Return the strength of an intent whose log-odds lie so far above the least that asserts."""
    if above >= _CLEARER:
        return _CLEARER_STRENGTH
    return _CLEAR_STRENGTH if above >= _CLEAR else _FAINT_STRENGTH


def _weighed(one: Statement, text: str) -> Statement:
    """Return a statement with less strength where it denies trouble and says no more."""
    if one.intent is Intent.CAPACITY and one.counts and denial.only_denies(text):
        return replace(one, strength=min(one.strength, denial.DENIAL_STRENGTH))
    return one


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


def _in_turn(
    text: str, turn: Analysed, last: int, said: Iterable[Statement]
) -> Iterable[Statement]:
    """Yield the statements with offsets in the text; `last` is its last letter that was read.

    A sign ends where the letter after it begins, so the words of an operator are marked whole.
    """
    starts = (*turn.offsets, last + 1)
    for one in said:
        begin = min(starts[one.begin], last)
        # わけではない behind a phrase is part of what was said.
        outer = turn.text[one.end : one.end + 1] == operators.OUTER
        end = starts[min(one.end + outer, len(starts) - 1)]
        end = begin + len(text[begin:end].rstrip(PAUSES))
        yield Statement(one.intent, begin, max(end, begin + 1), one.mood, one.strength)


def _place(statement: Statement) -> tuple[int, int, str]:
    return statement.begin, statement.end, statement.intent


def load(own: Path | None = None) -> Language:
    """Return the product's language with a company's own tables beside it, where there are some.

    `own` is its table of predicates; its concerns stand beside it in `concerns.csv`. Raises
    TableError for a row that cannot be used or whose example fails.
    """
    if own is None:
        return packaged()
    concerns = concerns_with(own.with_name("concerns.csv"))
    predicates = (*predicates_in(own), *packaged_predicates()) if own.exists() else None
    if predicates is None and concerns is packaged_concerns():
        return packaged()
    return _built(predicates or packaged_predicates(), concerns)


@cache
def packaged() -> Language:
    """Return the language that the product brings along."""
    return _built(packaged_predicates(), packaged_concerns())


def _built(predicates: tuple[Predicate, ...], concerns: Concerns) -> Language:
    topics = topics_in()
    silences = tuple(one for one in predicates if one.says_nothing)
    speaking = tuple(one for one in predicates if not one.says_nothing)
    grammar = Grammar(speaking, topics)
    check_examples(grammar, speaking, topics)
    check_silences(silences)
    weights = Learned.load(WEIGHTS)
    version = _version(predicates, topics, concerns, weights.digest)
    return Language(version, grammar, weights, concerns, silences)


def _version(
    predicates: Iterable[Predicate], topics: Mapping[str, tuple[str, ...]], concerns: Concerns,
    weights: str,
) -> str:  # fmt: skip
    """Return a short hash of operators, tables and weights."""
    digest = hashlib.sha256(weights.encode())
    for module in (operators, grammar_module, learned, context, text_module, denial):
        source = Path(str(module.__file__)).read_bytes()
        digest.update(source.replace(b"\r\n", b"\n"))
    for predicate in predicates:
        digest.update(repr(predicate.meaning).encode())
    digest.update(repr(sorted(topics.items())).encode())
    digest.update(repr(sorted(concern.meaning for concern in concerns.values())).encode())
    return digest.hexdigest()[:12]


def understand(text: str) -> tuple[Statement, ...]:
    """Return the statements of a customer's turn in the packaged language."""
    return packaged().understand(text)


def answer_intents(agent_turn: str, customer_turn: str) -> frozenset[Intent]:
    """Return all intents that a customer's turn asserts right after an agent's turn."""
    statements = packaged().answer(agent_turn, customer_turn)
    return frozenset(statement.intent for statement in statements if statement.counts)
