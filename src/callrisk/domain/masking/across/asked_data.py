"""Personal data that answers a question of the other speaker, or repeats such an answer.

高橋です is a name right after お名前をお願いします, and 0829 the end of a card after 有効期限は.
A question counts for what comes soon after it, whatever was said between, so a turn that comes
late changes nothing but its own answers.
"""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from functools import lru_cache

from callrisk.domain.masking.across.closeness import Company, roles_of
from callrisk.domain.masking.digits import shape_of
from callrisk.domain.masking.frames import (
    addresses_by_mail,
    births,
    cards,
    documents,
    passwords,
    people,
    places,
)
from callrisk.domain.masking.frames.kinds import Kind
from callrisk.domain.masking.frames.saying import Saying, Span
from callrisk.domain.masking.plain_form import plain_form
from callrisk.domain.masking.shapes import mask_spans, masked_words
from callrisk.domain.segment import MAIL_MASK, MASK, WORD_MASK, Segment

_ASKED: Mapping[Kind, Callable[[str], bool]] = {
    Kind.NUMBER: documents.is_asked,
    Kind.BIRTH: births.is_asked,
    Kind.EXPIRY: cards.is_asked,
    Kind.PASSWORD: passwords.is_asked,
    Kind.ADDRESS: places.is_asked,
    Kind.NAME: people.is_asked,
    Kind.MAIL: addresses_by_mail.is_asked,
}
_ANSWERS: Mapping[Kind, Callable[[Saying], Iterator[Span]]] = {
    Kind.NUMBER: documents.in_answer,
    Kind.BIRTH: births.in_answer,
    Kind.EXPIRY: cards.in_answer,
    Kind.PASSWORD: passwords.in_answer,
    Kind.ADDRESS: places.in_answer,
    Kind.NAME: people.in_answer,
    Kind.MAIL: addresses_by_mail.in_answer,
}
# Whoever asked repeats the answer: the same question, so much earlier, counts for that too.
_REPEATED = frozenset(Kind) - {Kind.NAME}
# What repeats a hidden answer, though nobody asked for it.
_TOLD: Mapping[Kind, re.Pattern[str]] = {
    # A turn of nothing but a date.
    Kind.BIRTH: re.compile(
        rf"\A(?:はい|えー?っ?と|[、。\s])*+{WORD_MASK}(?:[^ぁ-ゖァ-ヺ一-龠]|です|の|で|ね|えー)*\Z"
    ),
    Kind.NUMBER: re.compile(rf"{MASK}{{3}}"),
    Kind.ADDRESS: re.compile(rf"{WORD_MASK}{{4}}"),
    Kind.MAIL: re.compile(rf"{MAIL_MASK}{{4}}"),
}
_REPEATS: Mapping[Kind, Callable[[Saying], Iterator[Span]]] = {
    Kind.BIRTH: births.in_repeat,
    Kind.NUMBER: documents.in_repeat,
    Kind.ADDRESS: places.in_repeat,
    Kind.MAIL: addresses_by_mail.in_repeat,
}
_ANSWER_MS, _ANSWER_TURNS = 8_000, 1
_REPEAT_MS, _REPEAT_TURNS = 20_000, 3
_REMEMBERED = 2_048


def masked_answers_across(turns: Sequence[Segment], kind: Kind) -> list[Segment]:
    """Return the turns that change because they answer a question for this kind."""
    spans: dict[str, list[Span]] = {}
    for turn in _answering(turns, kind):
        spans.setdefault(turn.segment_id, []).extend(_answers(turn.text)[kind])
    for turn in _repeating(turns, kind):
        spans.setdefault(turn.segment_id, []).extend(_repeats(turn.text)[kind])
    changed = (
        replace(turn, text=_masked(turn.text, spans[turn.segment_id], kind))
        for turn in turns
        if spans.get(turn.segment_id)
    )
    texts = {turn.segment_id: turn.text for turn in turns}
    return [turn for turn in changed if turn.text != texts[turn.segment_id]]


def may_be_answer(text: str) -> bool:
    """Return True if a turn asks for personal data, or may answer or repeat such."""
    asks = _questions(text) or _told(text)
    return bool(asks) or any(_answers(text).values()) or any(_repeats(text).values())


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


def _repeating(turns: Sequence[Segment], kind: Kind) -> Iterator[Segment]:
    """Yield the turns right after one of the other speaker in which this kind may be hidden."""
    told = [turn for turn in turns if kind in _told(turn.text)]
    for role in roles_of(told and turns):
        of_other = Company((turn for turn in told if turn.role is not role), *_ANSWER)
        yield from (turn for turn in turns if turn.role is role and of_other.has_before(turn))


_ANSWER, _REPEAT = (_ANSWER_MS, _ANSWER_TURNS), (_REPEAT_MS, _REPEAT_TURNS)


@lru_cache(_REMEMBERED)
def _told(text: str) -> frozenset[Kind]:
    """Return the kinds that may be hidden in a turn."""
    return frozenset(kind for kind, told in _TOLD.items() if told.search(text))


@lru_cache(_REMEMBERED)
def _repeats(text: str) -> Mapping[Kind, Sequence[Span]]:
    """Return what a turn says of each kind, if it repeats what was hidden before."""
    saying = Saying.of(text)
    spans = {kind: [*find(saying)] for kind, find in _REPEATS.items()}
    return {kind: spans.get(kind, []) for kind in Kind}


@lru_cache(_REMEMBERED)
def _questions(text: str) -> frozenset[Kind]:
    """Return the kinds that a turn asks for."""
    plain = plain_form(text)
    return frozenset(kind for kind, is_asked in _ASKED.items() if is_asked(plain))


@lru_cache(_REMEMBERED)
def _answers(text: str) -> Mapping[Kind, Sequence[Span]]:
    """Return what a turn says of each kind, if it was asked for it."""
    saying = Saying.of(text)
    spans = {kind: [*find(saying)] for kind, find in _ANSWERS.items()}
    return {kind: spans.get(kind, []) for kind in Kind}


def _masked(text: str, spans: Sequence[Span], kind: Kind) -> str:
    """Return the text with these spans masked; their digits stay digits of unknown value."""
    mask = MAIL_MASK if kind is Kind.MAIL else WORD_MASK
    words = masked_words(text, spans, mask)
    both = zip(text, words, mask_spans(text, shape_of(text), spans), strict=True)
    return "".join(digit if digit != char else word for char, word, digit in both)
