"""Dates of birth: a whole date beside a word such as 生年月日, or so long ago that it is one."""

import re
from collections.abc import Iterator

from callrisk.domain.masking.frames.saying import ANY_FIGURE, FIGURE, PAUSE, Saying, Span
from callrisk.domain.masking.shapes import DIGIT

_ERA_KANA = "(?:めいじ|たいしょう?|しょうわ|へいせい|れいわ)"
_ERA = (
    rf"(?:(?:明治|大正|昭和|平成|令和|西暦|{_ERA_KANA})(?:だと|でいうと|で言うと|で)?|"
    r"[mtshr](?=[0-9]))"
)
# Days and months that are said in words of their own: みっか, しがつ.
_DAY_WORD = (
    "(?:ついたち|ふつか|みっか|よっか|いつか|むいか|なのか|ようか|ここのか|とおか|はつか|一日|晦日)"
)
_MONTH = rf"(?:{FIGURE}|いち|に|さん|し|ご|ろく|しち|なな|はち|く|じゅう)(?:月|がつ)"
_YEAR = (
    rf"(?:{_ERA}{PAUSE}{ANY_FIGURE}(?:年|ねん)?|{FIGURE}(?:年|ねん)|{ANY_FIGURE}ねん(?!かん|まえ|ご))"
    r"(?!以|間|ほ|く|目|後|前|ロ|ろ)"
)
_DAY = rf"{_MONTH}{PAUSE}(?:{FIGURE}(?:日(?!間)|にち)?|{ANY_FIGURE}にち|{_DAY_WORD})"
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
    r"桁|通|枚|,[0-9]{3})"
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
    rf"(?P<year>(?:明治|大正|昭和|しょうわ){PAUSE}{ANY_FIGURE}(?:年|ねん)?)(?:です|で|の|ね|だ|や|[。、])*+\Z"
)
_NO_BIRTH = re.compile("契約|登録|設立|創業|創立|発行|購入|初度|完成|年式|製造")
_LONG_AGO = re.compile(
    rf"(?:明治|大正|昭和|しょうわ|たいしょう){PAUSE}{ANY_FIGURE}|1\ue000*9\ue000*[0-9]\ue000*[0-9]\ue000*年|"
    rf"一九[〇零一-九]{{2}}年"
)
_QUESTION = re.compile(
    "生年月日|誕生日|お?生まれ|せいねんがっぴ|date of birth|birthday|were you born|"
    "(?<!立は)(?<!業は)(?<!入は)(?<!築は)(?<!成は)(?<!式は)何年でしょう"
)
# What is done on a day is done on no birthday: 十月五日にお電話いたします.
_HAPPENS = re.compile(
    r"(?:に|から|まで|より|以降|ごろ|頃|付)(?!、|。|\Z|お?生ま?れ|うまれ|なり|訂正|変更|ござ)"
)
_REACH = 14
# A day or a month alone is a part of the date only in a turn of little else.
_SHORT = 12
_PART = re.compile(rf"{FIGURE}(?:月|日)(?!間|後|前|以)|{_DAY_WORD}")
# A month or a day between pauses belongs to the date, and one without its unit beside a hidden one.
_BETWEEN = re.compile(
    rf"(?<=[月●■]、){DIGIT}{{2,12}}+(?=、|。|です|\Z)|(?:\A|(?<=[、。…\sの])|(?<=えー)|(?<=っと))(?:{ANY_FIGURE}(?:月|がつ|日|にち|年|ねん)|{_DAY_WORD}|大みそか|大晦日|元日|元旦)"
    rf"(?=[、。…\s]|の(?:、|{ANY_FIGURE}|{_DAY_WORD}|えー|\Z)|です(?!か)|生まれ|うまれ|でござ|\Z|ね[。、]|だ[。、]|や[。、]|なん|じゃな|ではな|じゃの)"
)
# A date that is told beside one of birth: 次回のお引き落としは十二月二十七日.
_OTHER_DATE = re.compile(
    "次の|次回|前回|初回|引き?落|支払|振込|入金|予約|診察|検査|届け|お渡し|納車|契約|開始|満期|更新|訪問|手続|発送|有効|期限|今月|来月|先月"
)
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
    is_short = len(saying.text) <= _SHORT
    for pattern in (_ANY, _BETWEEN, _PART) if is_short else (_ANY, _BETWEEN):
        yield from (
            date.span() for date in pattern.finditer(saying.shape) if not _is_of_other(saying, date)
        )
    if part := _FIRST_PART.match(saying.shape):
        yield part.span("part")
    yield from (date.span() for date in re.finditer(_SPOKEN, saying.plain))


def _is_of_other(saying: Saying, date: re.Match[str]) -> bool:
    """Return True if a date is that of something else than a birth by the words around it."""
    is_other = saying.has_before(_OTHER_DATE, date.start(), _REACH)
    happens = _HAPPENS.match(saying.plain, date.end())
    return is_other or happens is not None or saying.tells_thing(*date.span())


def in_repeat(saying: Saying) -> Iterator[Span]:
    """Yield the date with which a turn begins that repeats what was hidden just before."""
    lead = _POLITE.match(saying.shape)
    begin = lead.end() if lead else 0
    for date in (_WHOLE.match(saying.shape, begin), _LONE_PART.match(saying.shape, begin)):
        if date and _REPEATS.match(saying.plain, date.end()):
            yield date.span()


def in_late_answer(saying: Saying) -> Iterator[Span]:
    """Yield whole dates of the past, which are the answer even some turns after the question."""
    for date in _WHOLE.finditer(saying.shape):
        if not saying.has_before(_OTHER_DATE, date.start(), _REACH):
            yield date.span()


def in_continuation(saying: Saying) -> Iterator[Span]:
    """Yield the parts of a date that the speaker had not yet told to its end."""
    yield from in_repeat(saying)
    if len(saying.text) <= 2 * _SHORT:
        yield from (date.span() for date in _BETWEEN.finditer(saying.shape))
