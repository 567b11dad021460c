"""Parts of an e-mail address that answer the question for one."""

import re
from collections.abc import Iterator

from callrisk.domain.masking.frames.saying import Saying, Span
from callrisk.domain.masking.letters import (
    DIGIT_NAME,
    KANA_DIGIT,
    KANA_LETTER,
    LATIN,
    LETTER_NAME,
    SPELLED,
)
from callrisk.domain.masking.mail import LATIN_WORD, is_japanese

_QUESTION = re.compile(
    "あっとまーく|めーるあどれす|(?:めーる|登録)の?あどれす|あどれす(?:を|は|の)|めあど|どめいん|"
    "めーる[^。]{0,16}(?:どちら|どれ|教え|お願い|伺|どうぞ)|"
    "e-?mail address|"
    r"[*＊]{3,}(?:以降|より|の後|から|のあと)"
)
_DOMAIN = re.compile(
    r"[ァ-ヺーa-z0-9]{2,16}(?:[、\s]{0,2}ドット[、\s]{0,2}[ァ-ヺーa-z]{2,10}){1,3}"
)


# えむ、てぃー、ろくよん、ドット: letters by their names in hiragana, with a sign or several.
_KANA_SPELLED = re.compile(
    rf"(?<![ぁ-んァ-ヺー])(?:{KANA_LETTER}|{LETTER_NAME}|{KANA_DIGIT}|{DIGIT_NAME}|ドット|アンダーバー|ハイフン|[、\s])*?"
    rf"{KANA_LETTER}[、\s]{{0,2}}(?:(?:{KANA_LETTER}|{LETTER_NAME}|{KANA_DIGIT}+|{DIGIT_NAME}+|ドット|どっと|アンダーバー|あんだーばー|"
    r"ハイフン|はいふん|[a-z0-9A-Z]{1,20})[、\s]{0,2}){2,20}"
)
_AT = re.compile("@|あっと(?!ほーむ|らん)")
# Versions and names of devices, windows11 and v2.1, have a digit without being an address.
_NO_SIGN = re.compile(r"[a-z]*[0-9]+(?:\.[0-9]+)*[a-z]?|[0-9.]+[a-z]{1,3}")
_MAIL = re.compile("めーる|あどれす|めあど|どめいん")
_SIGN = "(?:あんだーばー|あんだーすこあ|どっと|はいふん|ぴりおど)"
# What stands around a sign, in whatever letters.
_SIGNED = re.compile(
    rf"(?:(?<=[、。\sはが])|\A)(?P<said>(?!(?:めーる|あどれす|めあど)(?:は|が))[^、。\sはがを]{{1,16}}[、\s]{{0,2}}{_SIGN}[、\s]{{0,2}}"
    rf"[^、。\sはがを]{{1,16}}?(?:[、\s]{{0,2}}{_SIGN}[、\s]{{0,2}}[^、。\sはがを]{{1,16}}?){{0,5}}(?:、[^、。\sはがを]{{1,6}}?){{0,3}}(?=、|。|です|で|の|に|を|\Z))"
)
# hotarutaniのほうで: letters alone, with which an answer begins.
_FIRST = re.compile(
    r"\A(?:はい|えー?っ?と|えーと|えー|[、\s])*+(?P<said>[a-z][a-z0-9._-]{4,30})(?=の(?:ほう|方)|です|で、|、|\Z)"
)
_DOMAIN_SAID = re.compile(
    r"[ァ-ヺーa-z]{2,16}(?:の|、|ドット)(?:(?:、|ドット)?(?:シーオー|コム|ジェーピー|ネット|エヌイー|オルグ)){1,3}(?=です|、|。|の|\Z)"
)
_DOMAIN_WRITTEN = re.compile(
    r"(?<![a-z0-9.@-])[a-z0-9][a-z0-9-]{0,30}(?:\.[a-z0-9-]{1,20}){0,3}\.(?:com|net|org|jp|info|biz|io|dev|me|test|edu)(?![a-z0-9.])"
)
_NAMED = re.compile(
    r"(?:めーる|あどれす|めあど)(?:は|が|を|って|、|\s|えっと|えーと|ですね){1,4}+"
    r"(?P<said>(?=[a-z]{1,30}[0-9]|[0-9]{1,10}[a-z])[a-z0-9]{4,40})(?![a-z0-9@.])"
)
_PROVIDER = re.compile(
    r"(?:\A|(?<=[、。\s]))(?:えー?っ?と|えーと|はい|後ろは|後は|ドメインは|[、\s]){0,8}+"
    r"(?P<said>ジーメール|Gメール|ヤフー|ドコモ|エーユー|ソフトバンク|アイクラウド|アウトルック|ホットメール)(?=です|、|。|の?、?ドット|\Z)"
)
# A word with a sign or a digit in it, mt64.sora, in an answer.
_DOTTED = re.compile(
    r"(?<![a-z0-9._+@-])(?=[a-z0-9-]{1,30}[._]|[a-z]{1,30}[0-9])[a-z0-9][a-z0-9._+-]{2,40}(?<![.-])(?![a-z0-9@])"
)


def is_asked(question: str) -> bool:
    """Return True if a turn asks for an e-mail address; it is in its plain form."""
    return _QUESTION.search(question) is not None


def in_answer(saying: Saying) -> Iterator[Span]:
    """Yield what is spelled, and domains, in a turn that follows the question for an address."""
    for pattern in (SPELLED, LATIN, _DOMAIN, _KANA_SPELLED):
        yield from (said.span() for said in pattern.finditer(saying.text))
    yield from (said.span("said") for said in _PROVIDER.finditer(saying.text))
    for pattern in (_SIGNED, _FIRST):
        yield from (said.span("said") for said in pattern.finditer(saying.plain))
    yield from (said.span() for said in _DOMAIN_SAID.finditer(saying.text))
    yield from in_turn(saying)
    if is_japanese(saying.text):
        for said in _DOTTED.finditer(saying.plain):
            if not saying.tells_thing(*said.span()):
                yield said.span()


def in_turn(saying: Saying) -> Iterator[Span]:
    """Yield domains and what stands around a sign, ゆき、アンダーバー, beside a word of mail."""
    # Around an at sign an address is found as a whole.
    if _MAIL.search(saying.plain) and not _AT.search(saying.plain):
        for pattern in (_SIGNED, _NAMED):
            yield from (said.span("said") for said in pattern.finditer(saying.plain))
        for said in _DOTTED.finditer(saying.plain) if is_japanese(saying.text) else ():
            if not _NO_SIGN.fullmatch(said[0]) and not saying.tells_thing(*said.span()):
                yield said.span()
        yield from (said.span() for said in _DOMAIN_WRITTEN.finditer(saying.plain))


def in_repeat(saying: Saying) -> Iterator[Span]:
    """Yield words in Latin letters of a Japanese turn right after one with a hidden address."""
    if is_japanese(saying.text):
        for said in LATIN_WORD.finditer(saying.plain):
            if not saying.tells_thing(*said.span()):
                yield said.span()
