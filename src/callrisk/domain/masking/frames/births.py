"""Dates of birth: a whole date beside a word such as 生年月日, or so long ago that it is one."""

import re
from collections.abc import Iterator

from callrisk.domain.masking.frames.saying import FIGURE, PAUSE, Saying, Span
from callrisk.domain.masking.shapes import DIGIT

_ERA = r"(?:(?:明治|大正|昭和|平成|令和|西暦)(?:だと|でいうと|で言うと|で)?|[mtshr](?=[0-9]))"
# Days and months that are said in words of their own: みっか, しがつ.
_DAY_WORD = (
    "(?:ついたち|ふつか|みっか|よっか|いつか|むいか|なのか|ようか|ここのか|とおか|はつか|一日|晦日)"
)
_MONTH = rf"(?:{FIGURE}|いち|に|さん|し|ご|ろく|しち|なな|はち|く|じゅう)(?:月|がつ)"
_YEAR = rf"(?:{_ERA}{PAUSE}{FIGURE}(?:年|ねん)?|{FIGURE}(?:年|ねん))(?!以|間|ほ|く|目|後|前|ロ|ろ)"
_DAY = rf"{_MONTH}{PAUSE}(?:{FIGURE}(?:日(?!間)|にち)?|{_DAY_WORD})"
_ENGLISH = (
    r"(?:(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*+\.?\s(?:the\s)?"
    # A month of a year, March 2027, has no day and is no birth.
    rf"(?!{DIGIT}{{4}}){FIGURE}(?:st|nd|rd|th)?(?:,?\s{FIGURE})?)"
)
_SIGNED = rf"{FIGURE}\s?[/.・-]\s?{FIGURE}(?:\s?[/.・-]\s?{FIGURE})?"
_WHOLE = re.compile(
    rf"{_YEAR}(?:{PAUSE}(?:生まれ|うまれ))?{PAUSE}{_DAY}(?:{PAUSE}(?:大正|昭和|平成|令和))?|"
    rf"{_ENGLISH}"
)
_SPOKEN = (
    r"(?:(?<![a-z])[a-z]{2,14}(?:th|st|nd|rd) of )?"
    r"(?:january|february|march|april|may|june|july|august|september|"
    r"october|november|december)(?! 20[0-9]{2})(?:,? (?:the )?[a-z0-9]+){1,4}"
)
_UNIT = (
    r"\s?(?:円|万|千|回|台|名|人|階|%|パー|ぱー|分|時|きろ|歳|つ|個|[かゖけヶケ箇]月|番|号|年目|"
    r"桁|通|枚)"
)
_ANY = re.compile(
    rf"{_WHOLE.pattern}|{_YEAR}|{_DAY}|{_SIGNED}|"
    rf"(?<![a-z])(?<!{DIGIT})(?!00)(?:{FIGURE}(?:{PAUSE}{FIGURE}){{1,3}}|{DIGIT}{{4,24}}+)(?!{_UNIT})"
)
_WORD = re.compile(
    "生年月日|誕生日|(?:お|御)生まれ(?:は|が|の|、)|生まれ(?:た日|は|が)|date of birth|birthday|"
    "born(?! in )|せいねんがっぴ"
)
_BEHIND = re.compile("(?:[ \\s、のに]|です|に){0,4}+(?:お?生ま?れ|うまれ)")
# What happened on a day: 昭和二十年六月十九日の空襲.
_EVENT = re.compile("の(?!お?生ま?れ|早生)[一-龠]{2}")
# A year and a month with 生まれ behind, whatever of the date is said after it.
_BORN = re.compile(
    rf"(?P<date>{_YEAR}(?:{PAUSE}{_MONTH})?|{_MONTH}){PAUSE}(?:生ま?れ|うまれ)(?!変)"
    r"(?P<rest>[^。]{0,24})"
)
_OF_DATE = re.compile(rf"{_DAY}|{_MONTH}|{FIGURE}(?:日(?!間)|にち)|{_DAY_WORD}")
# Nothing but a year of so long ago, as the last part of a date.
_LONG_AGO_ALONE = re.compile(
    r"(?:はい|えー?っ?と|ええと|あのー?|[\s、])*+"
    rf"(?P<year>(?:明治|大正|昭和){PAUSE}{FIGURE}(?:年|ねん)?)(?:です|で|の|ね|だ|や|[。、])*+\Z"
)
_NO_BIRTH = re.compile("契約|登録|設立|創業|創立|発行|購入|初度|完成|年式|製造")
_LONG_AGO = re.compile(
    rf"(?:明治|大正|昭和){PAUSE}{FIGURE}|1\ue000*9\ue000*[0-9]\ue000*[0-9]\ue000*年|"
    rf"一九[〇零一-九]{{2}}年"
)
_QUESTION = re.compile(
    "生年月日|誕生日|お?生まれ|せいねんがっぴ|date of birth|birthday|were you born|何年でしょう"
)
_REACH = 14
# A day or a month alone is a part of the date only in a turn of little else.
_SHORT = 12
_PART = re.compile(rf"{FIGURE}(?:月|日)(?!間|後|前|以)|{_DAY_WORD}")
_POLITE = re.compile(r"(?:はい|[、\s])*+")
_LONE_PART = re.compile(rf"{FIGURE}(?:月|日)")
_REPEATS = re.compile("ですね|でござ|でよろ|で承|でお間|、|。|\\Z")
_FIRST_PART = re.compile(rf"(?:はい|[、\s])*+(?P<part>{FIGURE}(?:月|日))(?=、|。|です|でござ|\Z)")


def in_turn(saying: Saying) -> Iterator[Span]:
    """Yield the dates of birth of a turn."""
    for date in _WHOLE.finditer(saying.shape):
        if _is_birth(saying, date):
            yield date.span()
    for born in _BORN.finditer(saying.shape):
        rest = [part.span() for part in _OF_DATE.finditer(saying.shape, *born.span("rest"))]
        # A year alone, 1985年生まれ, is as much as an age.
        if rest or re.search("月|がつ", born["date"]):
            yield from (born.span("date"), *rest)
    if alone := _LONG_AGO_ALONE.match(saying.shape):
        yield alone.span("year")
    for word in _WORD.finditer(saying.plain):
        near = _ANY.search(saying.shape, word.end(), word.end() + _REACH * 2)
        if near and near.start() - word.end() <= _REACH:
            # Its end may lie further away than the window.
            whole = _ANY.match(saying.shape, near.start())
            yield whole.span() if whole else near.span()


def _is_birth(saying: Saying, date: re.Match[str]) -> bool:
    begin, end = date.span()
    if _BEHIND.match(saying.plain, end):
        return True
    if "生まれ" in date[0] or "うまれ" in date[0]:
        return True
    long_ago = _LONG_AGO.match(saying.shape, begin) and not _EVENT.match(saying.plain, end)
    return bool(long_ago) and not saying.has_before(_NO_BIRTH, begin, _REACH)


def is_asked(question: str) -> bool:
    """Return True if a turn asks for a date of birth; `question` is in its plain form."""
    return _QUESTION.search(question) is not None


def in_answer(saying: Saying) -> Iterator[Span]:
    """Yield the dates of a turn that answers the question for a date of birth."""
    yield from (date.span() for date in _ANY.finditer(saying.shape))
    if len(saying.text) <= _SHORT:
        yield from (part.span() for part in _PART.finditer(saying.shape))
    if part := _FIRST_PART.match(saying.shape):
        yield part.span("part")
    yield from (date.span() for date in re.finditer(_SPOKEN, saying.plain))


def in_repeat(saying: Saying) -> Iterator[Span]:
    """Yield the date with which a turn begins that repeats what was hidden just before."""
    lead = _POLITE.match(saying.shape)
    begin = lead.end() if lead else 0
    for date in (_WHOLE.match(saying.shape, begin), _LONE_PART.match(saying.shape, begin)):
        if date and _REPEATS.match(saying.plain, date.end()):
            yield date.span()
