"""Personal data that answers a question of the other speaker, or repeats such an answer.

高橋です is a name right after お名前をお願いします, and 0829 the end of a card after 有効期限は.
A question counts for what comes soon after it, whatever was said between, so a turn that comes
late changes nothing but its own answers. What its asker declines, 番号は結構です, is no question.
"""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

from callrisk.domain.masking.across.closeness import Company, roles_of
from callrisk.domain.masking.frames import (
    addresses_by_mail,
    births,
    cards,
    documents,
    passwords,
    people,
    places,
    secrets_told,
)
from callrisk.domain.masking.frames.kinds import Kind
from callrisk.domain.masking.frames.saying import Saying, Span, without_declined
from callrisk.domain.masking.hiding import hidden
from callrisk.domain.masking.plain_form import plain_form
from callrisk.domain.segment import MAIL_MASK, MASK, WORD_MASK, Segment

# Milliseconds and turns between a question and what answers or repeats it.
_ANSWER, _REPEAT = (8_000, 1), (20_000, 3)


@dataclass(frozen=True)
class _Rule:
    """A question for a kind, and what of a turn answers it."""

    kind: Kind
    is_asked: Callable[[str], bool]
    in_answer: Callable[[Saying], Iterator[Span]]
    # Whoever asked repeats the answer: the same question, so much earlier, counts for that too.
    is_repeated: bool = True
    reach: tuple[int, int] = _ANSWER


_RULES = (
    _Rule(Kind.NUMBER, documents.is_asked, documents.in_answer),
    _Rule(Kind.BIRTH, births.is_asked, births.in_answer),
    _Rule(Kind.BIRTH, births.is_asked, births.in_late_answer, reach=_REPEAT),
    _Rule(Kind.EXPIRY, cards.is_asked, cards.in_answer),
    _Rule(Kind.EXPIRY, cards.is_asked, cards.in_late_answer, reach=_REPEAT),
    # Signs that are no word are a password for a while after one was spoken of.
    _Rule(Kind.PASSWORD, passwords.is_asked, passwords.in_answer, reach=_REPEAT),
    _Rule(Kind.PASSWORD, secrets_told.is_asked, secrets_told.in_answer, is_repeated=False),
    _Rule(Kind.ADDRESS, places.is_asked, places.in_answer),
    _Rule(Kind.NAME, people.is_asked, people.in_answer, is_repeated=False),
    _Rule(Kind.NAME, people.is_asked, people.in_late_answer, is_repeated=False, reach=_REPEAT),
    _Rule(Kind.MAIL, addresses_by_mail.is_asked, addresses_by_mail.in_answer),
)
# What repeats a hidden answer, though nobody asked for it.
_TOLD: Mapping[Kind, re.Pattern[str]] = {
    # A turn of nothing but a date.
    Kind.BIRTH: re.compile(
        rf"\A(?:はい|えー?っ?と|[、。\s])*+{WORD_MASK}(?:[^ぁ-ゖァ-ヺ一-龠]|です|の|で|ね|えー)*\Z"
    ),
    Kind.NUMBER: re.compile(rf"{MASK}{{3}}"),
    Kind.EXPIRY: re.compile(rf"期限[^。]{{0,8}}[{MASK}{WORD_MASK}]{{2}}"),
    Kind.PASSWORD: re.compile(
        rf"(?:パス(?:ワード|コード|フレーズ)?|合い?言葉|暗号|キー|鍵)[^。]{{0,12}}{WORD_MASK}{{3}}"
    ),
    Kind.ADDRESS: re.compile(rf"{WORD_MASK}{{4}}"),
    Kind.MAIL: re.compile(rf"{MAIL_MASK}{{4}}"),
}
_REPEATS: Mapping[Kind, Callable[[Saying], Iterator[Span]]] = {
    Kind.BIRTH: births.in_repeat,
    Kind.NUMBER: documents.in_repeat,
    Kind.EXPIRY: cards.in_repeat,
    Kind.PASSWORD: passwords.in_answer,
    Kind.ADDRESS: places.in_repeat,
    Kind.MAIL: addresses_by_mail.in_repeat,
}
# Nothing but what is hidden, and no end of a sentence: ●■●●■、
_UNFINISHED = re.compile(
    rf"\A(?=[^{WORD_MASK}]*{WORD_MASK})(?:はい|えー?っ?と|ええと|えー|[、。\s])*+[{MASK}{WORD_MASK}]"
    rf"(?:[{MASK}{WORD_MASK}、\s…]|の|えー)*+(?:で|、)?\Z"
)
_CONTINUED: Mapping[Kind, Callable[[Saying], Iterator[Span]]] = {
    Kind.BIRTH: births.in_continuation,
    Kind.ADDRESS: places.in_continuation,
}
_REMEMBERED = 2_048


def masked_answers_across(turns: Sequence[Segment], kind: Kind) -> list[Segment]:
    """Return the turns that change because they answer a question for this kind."""
    spans: dict[str, list[Span]] = {}
    for rule in _RULES:
        for turn in _answering(turns, rule) if rule.kind is kind else ():
            spans.setdefault(turn.segment_id, []).extend(_answers(turn.text)[rule])
    for turn in _repeating(turns, kind):
        spans.setdefault(turn.segment_id, []).extend(_repeats(turn.text)[kind])
    for turn in _continuing(turns, kind):
        spans.setdefault(turn.segment_id, []).extend(_continued(turn.text)[kind])
    changed = (
        replace(turn, text=hidden(turn.text, spans[turn.segment_id], kind))
        for turn in turns
        if spans.get(turn.segment_id)
    )
    texts = {turn.segment_id: turn.text for turn in turns}
    return [turn for turn in changed if turn.text != texts[turn.segment_id]]


def may_be_answer(text: str) -> bool:
    """Return True if a turn asks for personal data, or may answer, continue or repeat such."""
    asks = _questions(text) or _told(text) or _is_unfinished(text)
    said = (_answers(text), _repeats(text), _continued(text))
    return bool(asks) or any(any(spans.values()) for spans in said)


def _answering(turns: Sequence[Segment], rule: _Rule) -> Iterator[Segment]:
    """Yield the turns that follow a question of this rule."""
    asking = [turn for turn in turns if rule in _questions(turn.text)]
    for role in roles_of(asking and turns):
        of_other = Company((turn for turn in asking if turn.role is not role), *rule.reach)
        own = (turn for turn in asking if turn.role is role and rule.is_repeated)
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


def _continuing(turns: Sequence[Segment], kind: Kind) -> Iterator[Segment]:
    """Yield the turns right after one of the same speaker that is hidden and not yet at its end."""
    begun = [turn for turn in turns if kind in _CONTINUED and _is_unfinished(turn.text)]
    for role in roles_of(begun and turns):
        own = Company((turn for turn in begun if turn.role is role), *_ANSWER)
        yield from (turn for turn in turns if turn.role is role and own.has_before(turn))


def _is_unfinished(text: str) -> bool:
    return _UNFINISHED.match(text) is not None


@lru_cache(_REMEMBERED)
def _continued(text: str) -> Mapping[Kind, Sequence[Span]]:
    """Return what a turn says of each kind, if it goes on with what was hidden before."""
    saying = Saying.of(text)
    return {kind: [*find(saying)] for kind, find in _CONTINUED.items()}


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
def _questions(text: str) -> frozenset[_Rule]:
    """Return the rules whose question a turn asks."""
    plain = without_declined(plain_form(text))
    return frozenset(rule for rule in _RULES if rule.is_asked(plain))


@lru_cache(_REMEMBERED)
def _answers(text: str) -> Mapping[_Rule, Sequence[Span]]:
    """Return what a turn says for each rule, if it was asked for it."""
    saying = Saying.of(text)
    return {rule: [*rule.in_answer(saying)] for rule in _RULES}
