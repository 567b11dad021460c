"""Names of those who say who they are: 三枝が承ります, 予約の深津です, or beside a birth."""

import re
from collections.abc import Iterator

from callrisk.domain.masking.frames.no_names import NOT_NAMES
from callrisk.domain.masking.frames.surnames import PLAUSIBLE, SURNAMES, one_of

Span = tuple[int, int]

_KANJI = "[一-龠々ヶ]"
_SPACE = r"[ \u3000]"
_SURNAME = one_of(SURNAMES)
# A family name that is known, or has the signs of one.
_FAMILY = rf"(?:{_SURNAME}|{PLAUSIBLE})"
# No given name in kana, but what goes on after a noun.
_ENDING = (
    "です|ます|でし|まし|した|して|する|され|なの|だけ|から|まで|とか|って|なん|ので|たい|ない|との|"
    "では|には|とも|より|ほど|など|ずつ|くら|ぐら|いた|のは|のが|らし|ながら"
)
_BEGIN = r"(?:\A|(?<=[、。\sのは]))"
_NO_NAME = re.compile(f"(?:{NOT_NAMES})")
_SERVES = re.compile(
    rf"{_BEGIN}(?P<name>{_KANJI}{{2,4}}|[ァ-ヺー]{{2,6}})が(?:承|お受け|うけたまわ|受け賜|担当(?:いた|させ|します)|"
    r"(?:ご)?対応(?:いた|させ)|ご?案内(?:いた|させ|申)|お(?:伺|うかが)い|お電話(?:を)?(?:承|お受け|代わ))"
)
# 予約の深津です: a name behind what somebody calls about, at the beginning of a turn.
_ABOUT = re.compile(
    rf"\A(?:もしもし|はい|あの[ー、]?|ええ?ー?っ?と|すみません|お世話になって(?:い|お)?ます|お世話になります|[、。\s])*+"
    rf"(?:[^、。\s]{{0,14}}(?:予約|電話|契約|応募|相談|連絡|注文|入居|利用|受診|登録|申し込み|依頼|お願い|修理|号室|丁目)"
    rf"(?:した|して(?:い|お)?(?:る|ます)|いただいた|頂いた|もらった|中)?の?|[^、。\s]{{2,14}}(?:店|支店|会社|商事|工業|本店|商店|製作所|課|部)の)"
    rf"(?P<name>{_FAMILY}|(?<=号室の){_KANJI}{{2,3}})(?=です(?!か)|でございます|と申|と言|といい|やけど|だけど)"
)
# 野々村いく、昭和十年: a date of birth or what is hidden of it comes behind a name.
_BEFORE_BIRTH = re.compile(
    rf"{_BEGIN}(?P<name>{_KANJI}{{2,4}}{_SPACE}?(?!{_ENDING})[ぁ-ん]{{2,3}}(?<![てはがをにのとかも])|"
    rf"{_FAMILY}{_SPACE}?{_KANJI}{{1,3}}|{_KANJI}{{1,4}}{_SPACE}{_KANJI}{{1,3}}|"
    rf"[ァ-ヺー]{{2,8}}(?:{_SPACE}|・)?[ァ-ヺー]{{0,8}})(?:さん|様|と申します|です)?、"
    r"(?:生年月日(?:は|が)?、?)?(?=■{4}|(?:(?:明治|大正|昭和|平成|令和)[0-9元〇一二三四五六七八九十]{1,4}|(?:19|20)\d\d)年の?、?[0-9〇一二三四五六七八九十]{1,3}月)"
)
# 野々村いくさん, 堂本 慎一郎です
_MIXED = re.compile(
    rf"(?:\A|(?<=[、。\s]))(?P<name>{_KANJI}{{2,3}}(?!{_ENDING}|[のがはをにでともへや])[ぁ-ん]{{2,3}}(?<![のがはをにでと]))(?=さん(?:[、。のはがでにと]|ですね|\Z))"
)
_NO_CHILD = (
    "おばあ|おじい|おかあ|おとう|おにい|おねえ|おじょう|おく|ばあ|じい|"
    "あか|わん|にゃん|みな|ぼく|ワン"
)
# まひろちゃん, and 紹介者はおうみさやかさん
_CHILD = re.compile(
    rf"(?:\A|(?<=[、。\sはが]))(?P<name>(?!{_NO_CHILD})(?:[ぁ-ん]{{2,5}}?|[ァ-ヺー]{{2,6}}))(?:ちゃん|くん)(?=[、。がはのでにと])|"
    rf"(?:\A|(?<=[、。\sはがの]))(?P<heard>(?!{_NO_CHILD}|おば|おじ|たく)[ぁ-ん]{{3,6}}?)さん(?=(?:って|と)(?:いう|言う|方|ひと|人))|"
    r"(?<=[者人名当手]は)、?(?P<person>(?!おかあ|おとう|おにい|おねえ|おば|おじ|たく|みな|おく)[ぁ-ん]{3,8}?)(?=さん(?:[、。がはのでにと]|\Z))"
)
_PARTED = re.compile(
    rf"(?:\A|(?<=[、。はがの\s]))(?P<name>{_KANJI}{{1,4}}{_SPACE}"
    rf"(?:{_KANJI}{{1,3}}|[ぁ-ん]{{2,4}}|[ァ-ヺー]{{2,6}}))"
    r"(?=です|でござ|と申|と言|といい|様|さん|、|。|\Z)"
)
# ながみねです、永遠の永に峰: whoever tells signs behind it told a name.
_WITH_SIGNS = re.compile(
    rf"\A(?:はい|えー?っ?と|えーと|えー|[、\s])*+(?P<name>[ぁ-んァ-ヺー]{{2,8}}|{_KANJI}{{1,4}})(?:です|といいます|と申します)、"
    rf"(?P<signs>(?:漢字は|字は)?[一-龠々ぁ-んァ-ヺー]{{1,10}}の[一-龠々](?:に|と|で|の|、)[一-龠々ぁ-ん]{{0,12}})"
)
# 苗字が別所: behind this word even what ends as a noun is a name. 担当は真壁でございます.
_STRONG = re.compile(
    rf"(?:苗字|名字|姓)(?:は|が)、?(?P<name>(?!何|変|同|違|必|別の|旧){_KANJI}{{1,4}}|[ァ-ヺー]{{2,8}})(?=です(?!か)|、|。|で(?=[、。]|\Z)|と|\Z|でござ)|"
    rf"(?:したのは|担当(?:者)?は|受けたのは)、?(?P<serves>{_KANJI}{{2,4}}|[ァ-ヺー]{{2,6}})(?=でござ|です(?!か)|と申|と言|といい)"
)
_WITH_KATAKANA = re.compile(
    r"(?:\A|(?<=[、。\s]))(?P<name>[一-龠]{1,2}[ノツ之][一-龠]{1,2})(?=です|様|さん|と申|、|。|\Z)"
)
_CAPITALS = re.compile(r"(?<![A-Za-z])[A-Z]{2,12} [A-Z]{2,12}(?: [A-Z]{2,12})?(?![A-Za-z0-9])")


def introduced_names(text: str) -> Iterator[Span]:
    """Yield the names of those who say who they are."""
    for pattern in (_SERVES, _ABOUT, _BEFORE_BIRTH, _MIXED):
        for match in pattern.finditer(text):
            if not _NO_NAME.fullmatch(match["name"]):
                yield match.span("name")
    yield from (match.span(match.lastgroup or 0) for match in _CHILD.finditer(text))
    for match in _STRONG.finditer(text):
        if match["name"] or not _NO_NAME.fullmatch(match["serves"]):
            yield match.span(match.lastgroup or 0)
    if signed := _WITH_SIGNS.match(text):
        yield signed.span("name")
        yield signed.span("signs")


def names_in_parts(text: str) -> Iterator[Span]:
    """Yield names of two parts in the answer to the question for one: 堂本 慎一郎, INOUE MARI."""
    yield from (match.span("name") for match in _PARTED.finditer(text))
    yield from (match.span("name") for match in _WITH_KATAKANA.finditer(text))
    yield from (match.span() for match in _CAPITALS.finditer(text))
