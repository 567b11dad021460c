"""Names told by their signs, their reading or their letters: 美しい和でみわ, しょうじって読む."""

import re
from collections.abc import Iterator

from callrisk.domain.masking.frames.surnames import SURNAMES, one_of
from callrisk.domain.masking.letters import LATIN, LETTER_NAME

Span = tuple[int, int]

_SURNAME = one_of(SURNAMES)
_END = (
    r"(?=です|でござ|で、|で[ァ-ヺぁ-ん]{2,6}です|だ(?=[。、]|\Z)|や[。、]|じゃ|って書|と書|でしょう|、|。|"
    r"\Z)"
)
_NO_SIGN = (
    "(?!本当|普通|別|特|一緒|先に|既に|確か|確実|簡単|急に|月に|年に|日に|前に|後に|次に|他に|非常|勝手|"
    "最後)"
)
# 前の前, 二の二: signs that repeat themselves and are no name.
_NO_AS_IN = "[一二三四五六七八九十百千万前後上下次今中方月日年時分人]"
# 誠実の誠, 良い子の良子: a word, and the sign of it that is meant.
_AS_IN = re.compile(
    rf"(?P<sign>(?!{_NO_AS_IN})[一-龠])[一-龠ぁ-ん]{{0,4}}の(?P=sign)(?=で[ァ-ヺぁ-ん]|に|と)|"
    rf"(?<![一-龠])(?P<same>(?!{_NO_AS_IN})[一-龠])[一-龠ぁ-ん]{{0,4}}の(?P=same)[一-龠]{{0,2}}{_END}"
)
# 大久保彦左衛門の大久保, 木が三つの森.
_FAMOUS = re.compile(
    rf"(?:(?P<name>{_SURNAME})[一-龠ァ-ヺ]{{1,5}}の(?P=name)|"
    rf"[一-龠]が[一二三四]つの[一-龠]|[一-龠々ぁ-ん]{{1,8}}の難しい(?:方|ほう|字)(?:で|の)、?{_SURNAME}){_END}"
)
# しょうじって読める, わしょくと書いてわじきです.
_READ = re.compile(
    r"(?<![ぁ-ん])(?P<name>(?!(?:どう|なん|こう|そう|ああ|はい|えっ|これ|それ|なに|あと|ちゃん))[ぁ-ん]{2,6}?)"
    r"(?:って|と)(?:読(?:む|み|める|まれ)|よみ|よむ|書(?:く|い(?!てあ|てお|とう|とる|て[まい]))|かく(?=[。、]|\Z))"
)
_READ_AS = re.compile(
    r"(?<=と)(?:書いて|かいて)、?(?P<name>[ぁ-んァ-ヺー]{2,6}?)(?=、?です|と読|って読|と言|といい|や[。、]|だ[。、])"
)
# ヤマザキじゃなくてヤマサキ: two readings of a name.
_NOT_SO = re.compile(
    r"(?<![ァ-ヺー])(?P<name>[ァ-ヺー]{2,8})(?:では|じゃ)(?:なく|のう)(?:て)?"
    r"(?=、?(?:[ァ-ヺー]{2,8}(?:様|です|さん|と)|濁))"
)
_CORRECTED = re.compile(
    r"(?<![ァ-ヺー])(?P<name>[ァ-ヺー]{2,8})(?=です、[ァ-ヺー]{2,8}(?:では|じゃ)(?:なく|のう))"
)
# すずきのキは, スズキはローマ字で.
_PART_OF = re.compile(r"(?<![ぁ-んァ-ヺ一-龠])(?P<name>[ぁ-んァ-ヺー]{2,6}?)の[ァ-ヺ]は")
_SCRIPT = re.compile(
    r"(?<![ぁ-んァ-ヺ一-龠])(?P<name>(?!お?名前|名義|氏名|アドレス|メール|住所|こちら|それ|これ|下)"
    r"[一-龠々ァ-ヺーぁ-ん]{2,6}?)は(?:ローマ字|漢字|カタカナ|平仮名|ひらがな)で"
)
_LETTERS_OF = re.compile(
    rf"(?:{LETTER_NAME}[、\s]{{0,2}}+){{2,30}}(?=で[ァ-ヺぁ-ん]{{2,6}}(?:です|、|。|\Z))"
)
_BEHIND_LETTERS = re.compile(
    r"、?で(?P<name>[ァ-ヺー]{2,6}|[ぁ-ん]{2,6}?)(?=です|、|。|\Z)|, (?P<latin>[A-Z][a-z]+)"
)
# 飛ぶに太い, 晴れる香り, 青い山に: how a name is written, in the answer to the question for it.
_WRITTEN_WITH = re.compile(
    rf"(?:(?<=[、。])|(?<=は)|\A|(?<=えー)){_NO_SIGN}(?:[一-龠ぁ-ん]{{1,6}}?に、?[一-龠ぁ-ん]{{1,5}}?|"
    rf"[一二三四五六七八九]つの[一-龠]|[一-龠](?:しい|[いるうくすつぬぶむぐ]|れる|える|ける)[一-龠](?:[りぎ])?)(?:で(?:[ぁ-ん]{{2,5}}|[ァ-ヺー]{{2,6}})(?=です)|{_END})"
)
_KANJI_BEHIND = re.compile(r"(?<=、)[一-龠々]{1,4}(?=です|。|\Z)")
_NAME_TOLD = re.compile("(?:名前|名字|苗字|姓|名)は")
_SIGNS_ASKED = re.compile("漢字|どういう字|どのような字|どんな字|[ぁ-ん]の字|難しい(?:方|ほう)の")


def described_names(text: str) -> Iterator[Span]:
    """Yield the names that a turn tells by their signs or their reading."""
    for pattern in (_READ, _READ_AS, _NOT_SO, _CORRECTED, _PART_OF, _SCRIPT):
        yield from (match.span("name") for match in pattern.finditer(text))
    yield from (match.span() for pattern in (_AS_IN, _FAMOUS) for match in pattern.finditer(text))
    for letters in (*LATIN.finditer(text), *_LETTERS_OF.finditer(text)):
        yield letters.span()
        if name := _BEHIND_LETTERS.match(text, letters.end()):
            yield name.span(name.lastgroup or 0)
    if _SIGNS_ASKED.search(text) or _NAME_TOLD.search(text):
        signs = [*written_with(text)]
        yield from signs
        if signs:
            yield from (kanji.span() for kanji in _KANJI_BEHIND.finditer(text))


def written_with(text: str) -> Iterator[Span]:
    """Yield how a name is written, in a turn that tells it."""
    yield from (match.span() for match in _WRITTEN_WITH.finditer(text))
