"""Parts of an e-mail address that answer the question for one."""

import re
from collections.abc import Iterator

from callrisk.domain.masking.frames.letters import LATIN, SPELLED
from callrisk.domain.masking.frames.saying import Saying, Span
from callrisk.domain.masking.mail import LATIN_WORD, is_japanese

_QUESTION = re.compile(
    "あっとまーく|めーるあどれす|(?:めーる|登録)の?あどれす|あどれす(?:を|は)|e-?mail address|"
    r"[*＊]{3,}(?:以降|より|の後|から|のあと)"
)
_DOMAIN = re.compile(
    r"[ァ-ヺーa-z0-9]{2,16}(?:[、\s]{0,2}ドット[、\s]{0,2}[ァ-ヺーa-z]{2,10}){1,3}"
)


def is_asked(question: str) -> bool:
    """Return True if a turn asks for an e-mail address; it is in its plain form."""
    return _QUESTION.search(question) is not None


def in_answer(saying: Saying) -> Iterator[Span]:
    """Yield what is spelled, and domains, in a turn that follows the question for an address."""
    for pattern in (SPELLED, LATIN, _DOMAIN):
        yield from (said.span() for said in pattern.finditer(saying.text))


def in_repeat(saying: Saying) -> Iterator[Span]:
    """Yield words in Latin letters of a Japanese turn right after one with a hidden address."""
    if is_japanese(saying.text):
        yield from (said.span() for said in LATIN_WORD.finditer(saying.plain))
