"""The month in which a card ends, beside the word 有効期限."""

import re
from collections.abc import Iterator

from callrisk.domain.masking.frames.saying import ANY_FIGURE, FIGURE, PAUSE, Saying, Span
from callrisk.domain.masking.shapes import DIGIT

_SLASH = r"(?:\s?[/・-]\s?|すらっしゅ|の)"
_MONTH = (
    rf"(?:(?:{FIGURE}(?:月|がつ|年|ねん)(?!{FIGURE}?日)(?!末){PAUSE}){{2,4}}|{FIGURE}(?:月|"
    rf"がつ){PAUSE}{FIGURE}年?(?!{FIGURE}?日)|"
    rf"{FIGURE}[\s、]{{0,2}}{_SLASH}{PAUSE}{FIGURE}年?|[0-9●\ue000]{{4,12}}+(?!年|円|回|日))"
)
_DATE = re.compile(_MONTH)
# A year of two digits and its month, 28年11月, or the month before it: only cards are told so.
_SHORT_YEAR = (
    r"(?:(?:[0-9●]\ue000*+){2}|[二三四]十[一二三四五六七八九]?|[二三四][〇零一二三四五六七八九])"
)
_SHORT = re.compile(
    rf"(?<![0-9●\ue000〇一二三四五六七八九十年和成])(?:{_SHORT_YEAR}年{PAUSE}{FIGURE}月|"
    rf"{FIGURE}月{PAUSE}{_SHORT_YEAR}年)(?!{PAUSE}{FIGURE}日)(?!末|分)"
)
_BETWEEN = r"(?:[\s、・…]|の|と|えー?っ?と|えーと|えー){0,6}+"
# Two figures in any words, 〇九のさんじゅう, in an answer; a month has a year beside it.
_ANY_PAIR = re.compile(
    rf"(?<![0-9●\ue000一-龠ぁ-ん,.])(?:20|ニーゼロ)?{ANY_FIGURE}(?:月|がつ|年|ねん)?{_BETWEEN}(?:(?:[/-]|すらっしゅ){_BETWEEN})?"
    rf"{ANY_FIGURE}(?:月|がつ|年|ねん)?(?!\s?(?:[0-9●\ue000,]|円|万|千|回|日|個|人|名|分|時|歳|%|ぱー|つ|番|号|枚|桁|台|[かケヶ]月|だいじ|めん))"
    r"(?<!ご)"
)
_LONE = re.compile(
    rf"(?:\A|(?<=[、。\s]))(?:はい|えー?っ?と|えーと|えー|[\s、]){{0,8}}+"
    rf"(?:(?:月|年)(?:が|は))?(?P<part>(?:(?<=月が)|(?<=年が)|(?<=月は)|(?<=年は)){ANY_FIGURE}(?:月|年)?|{ANY_FIGURE}(?:月|がつ|年|ねん))(?=です|で、|で\Z|[、。の]|\Z|ね|と|って)(?!です(?:か|よね))"
)
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
    "ぽいんと|証明書?|申し?込み?|旅券|ぱすぽーと|振り?込み?|利用|提供|保証|返品|受講|受付|応募|提出|納期|"
    "引き?落とし|回答|募集|入金|免許|定期券?|残高"
)
_QUESTION = re.compile(
    "有効期限|有効期間|(?:かーど|表面|券面|裏面|表|新しい|更新後)の?期限|期限が|期限だけ|何月何年|月と年|年と月|かーど[^。]{0,10}いつまで|"
    r"\A(?:はい|では|えー|[、\s])*(?:年|月)(?:の(?:方|ほう))?(?:は|が|を)(?:いかが|何|お?わか|お?分か|お願い|どう)|"
    "期限(?:は|の|を|も)?(?:[。?？]?\\Z|、?[月年]|"
    "お?願い|お聞|頂|いただ|教え|どうぞ|伺)|"
    "expir(?:y|es|ation)|valid (?:thru|until)|good thru"
)
_YEAR_AND_MONTH = re.compile(
    rf"(?:20[23][0-9]|二千[二三]?十?[一二三四五六七八九]?|二〇[二三][〇一二三四五六七八九]|令和{FIGURE}|{_SHORT_YEAR})年{PAUSE}{FIGURE}月"
    rf"(?!{PAUSE}{FIGURE}日)(?!末|分|から|に)"
)
_REPEATED = re.compile(
    rf"(?:はい|では|えー|[、\s])*+(?P<date>{_DATE.pattern}|{_SHORT.pattern})(?=ですね|でござ|でよろ|で承|でお間|、|。|\Z|まで)"
)
_REACH = 14


def in_turn(saying: Saying) -> Iterator[Span]:
    """Yield the months in which a card ends."""
    names_card = _CARD.search(saying.plain) is not None
    for word in _WORD.finditer(saying.plain):
        is_of_card = names_card or word[0] != "期限"
        is_other = saying.has_before(_OTHER, word.start(), 8)
        short = _SHORT.search(saying.shape, word.end(), word.end() + 24)
        if short and not is_other and not saying.tells_thing(word.start(), word.start()):
            yield short.span()
        if not is_of_card and (pair := _PAIR.search(saying.shape, word.end(), word.end() + 24)):
            yield pair.span()
        if is_other or not is_of_card:
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
    for pattern in (_DATE, _ANY_PAIR):
        for date in pattern.finditer(saying.shape):
            if not saying.tells_thing(*date.span()):
                yield date.span()
    yield from (part.span("part") for part in _LONE.finditer(saying.shape))
    yield from (date.span() for date in _ENGLISH.finditer(saying.plain))


def in_repeat(saying: Saying) -> Iterator[Span]:
    """Yield the month with which a turn begins that repeats what was hidden just before."""
    if date := _REPEATED.match(saying.shape):
        yield date.span("date")


def in_late_answer(saying: Saying) -> Iterator[Span]:
    """Yield years with their month, which are the answer even some turns after the question."""
    yield from (date.span() for date in _YEAR_AND_MONTH.finditer(saying.shape))
