"""Numbers of identity documents, whose letters are part of them: AB12345678CD."""

import re
from collections.abc import Iterator

from callrisk.domain.masking.frames.saying import Saying, Span
from callrisk.domain.masking.letters import DIGIT_NAME, LETTER_NAME

_DOCUMENT = re.compile("在留|ぱすぽーと|旅券|residence card|passport")
_LETTERS = rf"(?:(?:{LETTER_NAME}|[A-Za-zＡ-Ｚ])[、\s]{{0,2}}+){{1,3}}"
_DIGITS = (
    rf"(?:(?:[0-9０-９●〇零一二三四五六七八九]|{DIGIT_NAME}|ぜろ|れい|いち|にー?|さん|よん|ごー?|ろく|なな|はち|"
    r"きゅうー?)[、\s・の]{0,2}+){6,14}"
)
_NUMBER = re.compile(rf"(?<![A-Za-zァ-ヺー]){_LETTERS}{_DIGITS}(?:{_LETTERS})?")
# The form of a residence card is that of nothing else.
_RESIDENCE_CARD = re.compile(r"(?<![a-z0-9])[a-z]{2}\s?[0-9●]{8}\s?[a-z]{2}(?![a-z0-9])")
_REACH = 24
# 八が四つ: one digit, and how often it comes, within a number that is dictated.
_TIMES = re.compile(
    rf"(?<![一-龠])(?:[0-9０-９〇零一二三四五六七八九]|{DIGIT_NAME}|ぜろ|いち|にー?|さん|よん|ごー?|ろく|なな|はち|きゅう)"
    r"が(?:[二三四2-4２-４](?:つ|個|回)|ふたつ|みっつ|よっつ)"
)


def in_turn(saying: Saying) -> Iterator[Span]:
    """Yield the numbers of documents of a turn."""
    yield from (card.span() for card in _RESIDENCE_CARD.finditer(saying.plain))
    for word in _DOCUMENT.finditer(saying.plain):
        number = _NUMBER.search(saying.text, word.end(), word.end() + 3 * _REACH)
        if number and number.start() - word.end() <= _REACH:
            yield number.span()


def is_asked(question: str) -> bool:
    """Return True if a turn asks for the number of a document; it is in its plain form."""
    return _DOCUMENT.search(question) is not None


def in_answer(saying: Saying) -> Iterator[Span]:
    """Yield the numbers of documents in a turn that answers the question for one."""
    yield from (number.span() for number in _NUMBER.finditer(saying.text))


def in_repeat(saying: Saying) -> Iterator[Span]:
    """Yield digits said by how often they come, right after a part of a number was hidden."""
    yield from (times.span() for times in _TIMES.finditer(saying.text))
