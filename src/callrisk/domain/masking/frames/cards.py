"""The month in which a card ends, beside the word 有効期限."""

import re
from collections.abc import Iterator

from callrisk.domain.masking.frames.saying import FIGURE, PAUSE, Saying, Span
from callrisk.domain.masking.shapes import DIGIT

_SLASH = r"(?:\s?[/・-]\s?|すらっしゅ|の)"
_MONTH = (
    rf"(?:(?:{FIGURE}(?:月|がつ|年|ねん)(?!{FIGURE}?日)(?!末){PAUSE}){{2,4}}|{FIGURE}(?:月|"
    rf"がつ){PAUSE}{FIGURE}年?(?!{FIGURE}?日)|"
    rf"{FIGURE}[\s、]{{0,2}}{_SLASH}{PAUSE}{FIGURE}年?|[0-9●\ue000]{{4,12}}+(?!年|円|回|日))"
)
_DATE = re.compile(_MONTH)
_PAIR = re.compile(rf"(?<!{DIGIT}){DIGIT}{{2,6}}+(?:の|/){DIGIT}{{2,6}}+(?!{DIGIT}|日|円|回|万)")
_ENGLISH_NUMBER = (
    r"(?:oh|zero|one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|twenty|thirty)"
)
_SAID_OR_HIDDEN = rf"(?:{_ENGLISH_NUMBER}|●++)"
_ENGLISH = re.compile(rf"(?<![a-z]){_SAID_OR_HIDDEN}(?:[\s,-]+{_SAID_OR_HIDDEN}){{1,4}}(?![a-z])")
_WORD = re.compile("有効期限|期限|expir(?:y|es|ation)|valid (?:thru|until)|good thru")
_CARD = re.compile(
    "●{3}|かーど|びざ|visa|ますたー|master|jcb|あめっくす|amex|裏面|せきゅりてぃ|cv[vc]"
)
_OTHER = re.compile(
    "見積も?り?|車検|免許証?|保険証?|契約|きゃんぺーん|お?支払い?|返済|返却|納付|くーぽん|"
    "ぽいんと|証明書?|申し?込み?|旅券|ぱすぽーと"
)
_QUESTION = re.compile(
    "有効期限|(?:かーど|表面|券面|裏面|表)の期限|期限が|期限(?:は|の|を|も)?(?:[。?？]?\\Z|、?[月年]|"
    "お?願い|お聞|頂|いただ|教え|どうぞ|伺)|"
    "expir(?:y|es|ation)|valid (?:thru|until)|good thru"
)
_REACH = 14


def in_turn(saying: Saying) -> Iterator[Span]:
    """Yield the months in which a card ends."""
    names_card = _CARD.search(saying.plain) is not None
    for word in _WORD.finditer(saying.plain):
        is_of_card = names_card or word[0] != "期限"
        if not is_of_card and (pair := _PAIR.search(saying.shape, word.end(), word.end() + 24)):
            yield pair.span()
        if saying.has_before(_OTHER, word.start(), 8) or not is_of_card:
            continue
        date = _DATE.search(saying.shape, word.end(), word.end() + 3 * _REACH)
        if date and date.start() - word.end() <= _REACH:
            yield date.span()


def is_asked(question: str) -> bool:
    """Return True if a turn asks when a card ends; `question` is in its plain form."""
    word = _QUESTION.search(question)
    return word is not None and not _OTHER.search(question, max(0, word.start() - 8), word.start())


def in_answer(saying: Saying) -> Iterator[Span]:
    """Yield the months of a turn that answers the question for the end of a card."""
    yield from (date.span() for date in _DATE.finditer(saying.shape))
    yield from (date.span() for date in _ENGLISH.finditer(saying.plain))
