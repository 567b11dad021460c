"""Passwords said aloud: letters and digits right behind the word, and what answers 合言葉."""

import re
from collections.abc import Iterator

from callrisk.domain.masking.frames.letters import DIGIT_NAME, LETTER_NAME, SPELLED
from callrisk.domain.masking.frames.saying import Saying, Span

_WORD = re.compile(
    "ぱすわーど|ぱすこーど|ぱすふれーず|合い?言葉|あいことば|password|passcode|秘密の(?:質問|答え)"
)
_LEAD = re.compile(
    r"(?:[\s、。:]|は|が|って|の方|のほう|の答え|を|is|えー?っ?と|ええ?ー?(?=[、\s])|あのー?|"
    r"あー|お伝えします)*+"
)
_QUOTED = r"「[^」]{1,40}」"
_SIGNS = r"[a-z0-9_!@#$%&.\-]{3,32}(?<![.])(?!さん|様)"
_WITH_DIGITS = r"[ぁ-んー一-龠々]{1,8}(?<![てはがをにのと])[0-9]{2,8}(?=で|、|って|と|だ|。|\Z)"
_SAID = re.compile(f"{_QUOTED}|{_SIGNS}|{_WITH_DIGITS}")
_REMEMBERED = re.compile(
    r"(?:合い?言葉|あいことば)[^。]{0,40}?(?:かな|"
    r"けど)、(?P<said>[^、。\s]{2,10}?)(?=、?(?:やった|です|だった))"
)
_SECRET = re.compile(
    r"(?!お(?:願|聞|答|教|伝)|教え|伺|言)(?P<said>[^\s、。はがをの]{2,10}?)(?=です|やった|だった|、|。|\Z)"
)
_LATER = re.compile(rf"(?<=[、。\s]){_WITH_DIGITS}")
_REACH = 24
_MIXED = re.compile(r"(?<![a-z0-9])(?=[a-z]*[0-9])(?=[0-9]*[a-z])[a-z0-9_]{5,32}(?![a-z0-9])")
# 大文字のK、uma、2、2、ビックリマーク: signs said one after the other.
_SIGN = (
    r"(?:(?:大文字|小文字|数字|英語|半角|全角)の?)?(?:[A-Za-z]{1,10}|[0-9０-９●]{1,6}|"
    rf"{LETTER_NAME}|{DIGIT_NAME}|びっくりまーく|ビックリマーク|エクスクラメーション(?:マーク)?|シャープ|"
    "アットマーク|アンダーバー|アンダースコア|ハイフン|ドット|ピリオド|米印|星印|アスタリスク|はてな|"
    "スラッシュ|ドル(?:マーク)?|アンド(?:マーク)?)"
)
_SIGNS_IN_A_ROW = re.compile(
    rf"(?<![A-Za-z0-9ァ-ヺー])(?=[^。]{{0,40}}?(?:文字|[A-Za-z]|マーク|シャープ)){_SIGN}"
    rf"(?:(?:[、\s・]|の|で、)++{_SIGN}){{2,20}}(?![A-Za-z0-9ァ-ヺー])"
)
_SIGNS_BEHIND = re.compile(rf"{_SIGN}(?:(?:[、\s・]|の)++{_SIGN}){{1,20}}(?![A-Za-z0-9ァ-ヺー])")
# Whoever asked repeats the word: 茶々丸ですね.
_REPEATED = re.compile(
    r"(?:はい|では|えー|[、\s])*+(?P<said>(?!大丈夫|結構|以上|同|何|不要|無効|有効|変更|設定|再|登録|確認)"
    r"[一-龠々ァ-ヺーa-zA-Z]{2,10}(?=、?(?:ですね|でござ|でお間|で承)(?!か))|"
    r"(?!ありが|かしこ|それ|では|もう|しょう|ちょっ|すみ|おまち|ごかく|ください)"
    r"[ぁ-ん]{3,8}?(?=、確認|、承|で承|ですね[、。]|でござ))"
)
_ASKS_WORD = re.compile(r"(?:合い?言葉|あいことば)")


def in_turn(saying: Saying) -> Iterator[Span]:
    """Yield the passwords of a turn."""
    for word in _WORD.finditer(saying.plain):
        lead = _LEAD.match(saying.plain, word.end())
        begin = lead.end() if lead else word.end()
        patterns = [(_SAID, saying.plain), (SPELLED, saying.text)]
        if _ASKS_WORD.match(word[0]):
            patterns.append((_SECRET, saying.plain))
        patterns.append((_SIGNS_BEHIND, saying.text))
        for pattern, form in patterns:
            if said := pattern.match(form, begin):
                yield said.span()
        for pattern in (_LATER, _MIXED):
            if said := pattern.search(saying.plain, begin, begin + _REACH):
                yield said.span()
    yield from (said.span("said") for said in _REMEMBERED.finditer(saying.plain))


def is_asked(question: str) -> bool:
    """Return True if a turn asks for or speaks of a password; it is in its plain form."""
    return _WORD.search(question) is not None


def in_answer(saying: Saying) -> Iterator[Span]:
    """Yield what looks like a password in a turn that follows one about passwords."""
    yield from (said.span() for said in _MIXED.finditer(saying.plain))
    yield from (said.span() for said in SPELLED.finditer(saying.text))
    yield from (said.span() for said in _SIGNS_IN_A_ROW.finditer(saying.text))
    if repeated := _REPEATED.match(saying.text):
        yield repeated.span("said")
