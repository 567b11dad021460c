"""Personal data that answers a question of the other speaker, or repeats such an answer.

高橋です is a name right after お名前をお願いします, and 0829 the end of a card after 有効期限は.
A question counts for what comes soon after it, whatever was said between, so a turn that comes
late changes nothing but its own answers.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from functools import lru_cache

from callrisk.domain.masking.across.closeness import Company, roles_of
from callrisk.domain.masking.digits import shape_of
from callrisk.domain.masking.frames import (
    addresses_by_mail,
    births,
    cards,
    passwords,
    people,
    places,
)
from callrisk.domain.masking.frames.kinds import Kind
from callrisk.domain.masking.frames.saying import Saying, Span
from callrisk.domain.masking.plain_form import plain_form
from callrisk.domain.masking.shapes import mask_spans, masked_words
from callrisk.domain.segment import Segment

_ASKED: Mapping[Kind, Callable[[str], bool]] = {
    Kind.BIRTH: births.is_asked,
    Kind.EXPIRY: cards.is_asked,
    Kind.PASSWORD: passwords.is_asked,
    Kind.ADDRESS: places.is_asked,
    Kind.NAME: people.is_asked,
    Kind.MAIL: addresses_by_mail.is_asked,
}
_ANSWERS: Mapping[Kind, Callable[[Saying], Iterator[Span]]] = {
    Kind.BIRTH: births.in_answer,
    Kind.EXPIRY: cards.in_answer,
    Kind.PASSWORD: passwords.in_answer,
    Kind.ADDRESS: places.in_answer,
    Kind.NAME: people.in_answer,
    Kind.MAIL: addresses_by_mail.in_answer,
}
# Whoever asked repeats the answer: the same question, so much earlier, counts for that too.
_REPEATED = frozenset((Kind.BIRTH, Kind.EXPIRY, Kind.ADDRESS, Kind.PASSWORD))
_ANSWER_MS, _ANSWER_TURNS = 8_000, 1
_REPEAT_MS, _REPEAT_TURNS = 20_000, 3
_REMEMBERED = 2_048


def masked_answers_across(turns: Sequence[Segment], kind: Kind) -> list[Segment]:
    """Return the turns that change because they answer a question for this kind."""
    if kind not in _ASKED:
        return []
    spans = {turn.segment_id: _answers(turn.text)[kind] for turn in _answering(turns, kind)}
    changed = (
        replace(turn, text=_masked(turn.text, spans[turn.segment_id]))
        for turn in turns
        if spans.get(turn.segment_id)
    )
    texts = {turn.segment_id: turn.text for turn in turns}
    return [turn for turn in changed if turn.text != texts[turn.segment_id]]


def may_be_answer(text: str) -> bool:
    """Return True if a turn asks for personal data, or may be the answer to such a question."""
    return bool(_questions(text)) or any(_answers(text).values())


def _answering(turns: Sequence[Segment], kind: Kind) -> Iterator[Segment]:
    """Yield the turns that follow a question for this kind."""
    asking = [turn for turn in turns if kind in _questions(turn.text)]
    if not asking:
        return
    for role in roles_of(turns):
        of_other = Company((turn for turn in asking if turn.role is not role), *_ANSWER)
        own = (turn for turn in asking if turn.role is role and kind in _REPEATED)
        repeated = Company(own, *_REPEAT)
        for turn in turns:
            if turn.role is role and (of_other.has_before(turn) or repeated.has_before(turn)):
                yield turn


_ANSWER, _REPEAT = (_ANSWER_MS, _ANSWER_TURNS), (_REPEAT_MS, _REPEAT_TURNS)


@lru_cache(_REMEMBERED)
def _questions(text: str) -> frozenset[Kind]:
    """Return the kinds that a turn asks for."""
    plain = plain_form(text)
    return frozenset(kind for kind, is_asked in _ASKED.items() if is_asked(plain))


@lru_cache(_REMEMBERED)
def _answers(text: str) -> Mapping[Kind, Sequence[Span]]:
    """Return what a turn says of each kind, if it was asked for it."""
    saying = Saying.of(text)
    return {kind: [*find(saying)] for kind, find in _ANSWERS.items()}


def _masked(text: str, spans: Sequence[Span]) -> str:
    """Return the text with these spans masked; their digits stay digits of unknown value."""
    words = masked_words(text, spans)
    both = zip(text, words, mask_spans(text, shape_of(text), spans), strict=True)
    return "".join(digit if digit != char else word for char, word, digit in both)
