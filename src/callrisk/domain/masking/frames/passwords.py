"""Passwords said aloud: letters and digits right behind the word, and what answers 合言葉."""

import re
from collections.abc import Iterator

from callrisk.domain.masking.frames import secrets_told
from callrisk.domain.masking.frames.saying import Saying, Span
from callrisk.domain.masking.letters import DIGIT_NAME, KANA_DIGIT, LETTER_NAME, SPELLED
from callrisk.domain.masking.plain_form import plain_form
from callrisk.domain.masking.things import OTHER_NUMBER

_WORD = re.compile(
    "ぱすわーど|ぱすこーど|ぱすふれーず|合い?言葉|あいことば|password|passcode|秘密の(?:質問|答え|言葉)|"
    "(?<![ぁ-んー])ぱす(?=は|が|を|って|、)|(?:wi-?fi|わいふぁい|無線(?:らん|lan)?|るーたー?|げすと)の(?:鍵|きー)|"
    "暗号化?きー|せきゅりてぃきー|ぱすきー|ねっとわーくきー"
)
_LEAD = re.compile(
    r"(?:[\s、。:]|は|が|って|の方|のほう|の答え|を|is|ですね|えー?っ?と|えーと|ええ?ー?(?=[、\s])|あのー?|"
    r"(?:全部|全て|すべて)?(?:大文字|小文字|半角|英語|ろーま字)で|あー|たしか|確か|今は|お伝えします)*+"
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
# Letters with digits or signs, X7q-turu, that are no code of a thing: 機種はWX3600HP.
_MIXED = re.compile(
    r"(?<![a-z0-9_.#@-])(?=[a-z.-]{0,31}[0-9●_!#$%&*])(?=[0-9●_!#$%&*.-]{0,31}[a-z])"
    r"(?!(?:wpa[0-9]|windows[0-9]|iphone[0-9]|office[0-9]|[0-9]+(?:[kmgt]b?ps|[kmgt]b|k?wh|[ckm]m|kg|s?l?dk|st|nd|rd|th|"
    r"[ap]m))(?![a-z0-9]))"
    r"[a-z0-9●_!#$%&*.-]{5,32}(?<![.-])(?![a-z0-9@＊])"
)
_OF_THING = re.compile(
    rf"(?:{OTHER_NUMBER}|機種|もでる|めーかー|品名|型名|型|製品|端末|るーたー|id|ゆーざー名|ばーじょん)"
    r"(?:名|番号)?(?:は|が|の|を|で|、|\s){0,3}\Z"
)
# What an error or a product is called by, ERR-4012, where the turn itself names no password.
_CODE = re.compile("[A-Z]{1,4}-?[0-9●]{2,6}")
_THING_REACH = 20
# 大文字のK、uma、2、2、ビックリマーク: signs said one after the other.
_SIGN = (
    r"(?:(?:大文字|小文字|数字|英語|半角|全角)の?)?(?:[A-Za-z0-9０-９●■]{1,12}|"
    rf"{LETTER_NAME}|(?:{DIGIT_NAME}|{KANA_DIGIT}){{1,6}}|[一二三四五六七八九さんろっはなよご]*[ひびぴ]ゃく|はいふん|どっと|■*ャープ|いげた|イゲタ|びっくりまーく|ビックリマーク|エクスクラメーション(?:マーク)?|シャープ|"
    "アットマーク|アンダーバー|アンダースコア|ハイフン|ドット|ピリオド|米印|星印|アスタリスク|はてな|"
    "スラッシュ|ドル(?:マーク)?|アンド(?:マーク)?)"
)
# A word said at last, ハイフン、ツル, belongs to them.
_LAST_SAID = r"(?:、(?:小文字で|大文字で)?[ァ-ヺー]{2,8}(?=です|、|。|で|\Z))?"
_SIGNS_IN_A_ROW = re.compile(
    rf"(?<![A-Za-z0-9ァ-ヺー])(?=[^。]{{0,40}}?(?:文字|[A-Za-z]|マーク|シャープ)){_SIGN}"
    rf"(?:(?:[、\s・]|の|で、)++{_SIGN}){{2,20}}(?![A-Za-z0-9ァ-ヺー]){_LAST_SAID}"
)
_SIGNS_BEHIND = re.compile(
    rf"{_SIGN}(?:(?:[、\s・]|の)++{_SIGN}){{1,20}}(?![A-Za-z0-9ァ-ヺー]){_LAST_SAID}"
)
# Whoever asked repeats the word: 茶々丸ですね.
_REPEATED = re.compile(
    r"(?:はい|では|えー|[、\s])*+(?P<said>(?!大丈夫|結構|以上|同|何|不要|無効|有効|変更|設定|再|登録|確認)"
    r"[一-龠々ァ-ヺーa-zA-Z]{2,10}(?=、?(?:ですね|でござ|でお間|で承|で確認|で照合|で合って|で一致|でよろ)(?!か))|"
    r"(?!ありが|かしこ|それ|では|もう|しょう|ちょっ|すみ|おまち|ごかく|ください)"
    r"[ぁ-ん]{3,8}?(?=、確認|、承|で承|で確認|で照合|で合って|で一致|でよろ|でお間|ですね(?:[、。]|\Z)|でござ))"
)
_CONFIRMED = re.compile(
    r"(?:はい|では|えー|ありがとうございます|承りました|承知(?:いた)?しました|かしこまりました|[、\s])*+"
    r"(?P<said>[^、。\s?？]{2,14}?)(?=、?で(?:確認が|確認いた|ご?登録|照合|合って|一致|承り|お間違い|よろしい)|です(?:ね|と)|、(?:ご?確認|照合|一致))"
)
# The word of a statement, パスワードはさくらもちです, has no form of its own.
_TELLS = re.compile("ぱす(?:わーど|こーど|ふれーず)|合い?言葉|あいことば|秘密の")
_CLAUSE = re.compile(
    r"[^、。?？!！「」]{2,30}?(?=です(?!か)|でした(?!か)|だった|にして|にし(?:ます|た)|だ(?=[。、]|\Z))"
)
_ASKS_WORD = re.compile(r"(?:合い?言葉|あいことば)")


def in_turn(saying: Saying) -> Iterator[Span]:
    """Yield the passwords of a turn."""
    for word in _WORD.finditer(saying.plain):
        lead = _LEAD.match(saying.plain, word.end())
        begin = lead.end() if lead else word.end()
        # 秘密の質問は「…」 tells the question and no secret.
        is_question = word[0] == "秘密の質問"
        patterns = (
            [(SPELLED, saying.text)]
            if is_question
            else [(_SAID, saying.plain), (SPELLED, saying.text)]
        )
        particle = saying.plain[word.end() : word.end() + 1]
        if _ASKS_WORD.match(word[0]) and particle != "を":
            patterns.append((_SECRET, saying.plain))
        patterns.append((_SIGNS_BEHIND, saying.text))
        for pattern, form in patterns:
            said = pattern.match(form, begin)
            if said and (pattern is not _SECRET or secrets_told.may_be_secret(said["said"])):
                yield said.span()
        for said in _LATER.finditer(saying.plain, begin, begin + _REACH):
            yield said.span()
        yield from _mixed(saying, begin, begin + 2 * _REACH, is_told=True)
        if _TELLS.match(word[0]) and particle in ("は", "が"):
            clause = _CLAUSE.match(saying.text, begin)
            yield from secrets_told.word_of(saying, begin, clause.end()) if clause else ()
    yield from (said.span("said") for said in _REMEMBERED.finditer(saying.plain))


def is_asked(question: str) -> bool:
    """Return True if a turn asks for or speaks of a password; it is in its plain form."""
    return _WORD.search(question) is not None or secrets_told.is_asked(question)


def in_answer(saying: Saying) -> Iterator[Span]:
    """Yield what looks like a password in a turn that follows one about passwords."""
    yield from _mixed(saying, 0, len(saying.plain), is_told=False)
    yield from (said.span() for said in SPELLED.finditer(saying.text))
    yield from (said.span() for said in _SIGNS_IN_A_ROW.finditer(saying.text))
    for pattern in (_REPEATED, _CONFIRMED):
        repeated = pattern.match(saying.text)
        if repeated and secrets_told.may_be_secret(plain_form(repeated["said"])):
            yield repeated.span("said")


def _mixed(saying: Saying, begin: int, end: int, *, is_told: bool) -> Iterator[Span]:
    """Yield the mixed signs of a part of a turn that are no code of a thing."""
    for said in _MIXED.finditer(saying.plain, begin, min(end, len(saying.plain))):
        is_code = _CODE.fullmatch(saying.text, *said.span()) and not is_told
        if not is_code and not saying.has_before(_OF_THING, said.start(), _THING_REACH):
            yield said.span()
