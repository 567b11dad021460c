"""E-mail addresses that are written or spelled aloud in one turn, masked by character."""

import re
import unicodedata

from callrisk.domain.masking.letters import KANA_LETTER, LETTER_NAME
from callrisk.domain.segment import MAIL_MASK

_WRITTEN = re.compile(r"(?<![a-z0-9._%+-])[a-z0-9._%+-]++ ?@ ?[a-z0-9-]++(?: ?\. ?[a-z0-9-]++)*+")
_SAID = re.compile(
    r"(?<![a-z0-9._%+-])[a-z0-9._%+-]++(?: (?:dot|underscore|dash|hyphen) [a-z0-9._%+-]++){0,4}+"
    # 090.1234.5678 is no domain: one of its parts begins with a letter.
    r" at (?=[a-z]|[a-z0-9-]++(?: dot |\.)[a-z])[a-z0-9-]++(?:(?: dot |\.)[a-z0-9-]++)++"
)
_AT = re.compile("アットマーク|アット(?!ホーム|ラン)|(?:@ *+)++")
_DOT = re.compile(r"トﾞット|ドット|\.")
_HIRAGANA_SIGNS = re.compile("あっとまーく|あっと|どっと|はいふん|あんだーばー")
# An address is spelled in Latin letters, digits and katakana; spaces and pauses lie between.
_SPELLED = re.compile(r"[a-z0-9ァ-ヺーﾞﾟ・._%+\-\s、〇零一二三四五六七八九＊●]*+")
_ANY_WORD = re.compile("[ 　、]*+[a-z0-9ァ-ヺーﾞﾟぁ-ゖ々一-龠._%+-]*+")
_LEAD_IN = re.compile(r"(?:[\s、・]|[eE]メール|メール|アドレス|メアド|パソコン|スマホ|ケータイ)*+")
_TALK_BEFORE = re.compile(".*(?:アドレス|メール|メアド)(?:[はが、]|って)?|えっと|えーと|はい")
_NO_LOCAL = re.compile("[のはがをでと、 　]*")
_HIRAGANA_DOMAIN = re.compile(
    r"[\s、]*+[ぁ-ゖー]{1,20}?(?:[\s、]*+ドット[\s、]*+"
    r"(?:こむ|しーおー|しいおう|じぇーぴー|じぇいぴい|ねっと|えぬいー|おるぐ|[a-zァ-ヺー]++))++"
)
# エム、アンダーバー、たなか: what stands around a sign belongs to it, in whatever letters.
_SIGNED = re.compile(
    rf"(?:(?:(?<![ぁ-んァ-ヺー])(?:{KANA_LETTER}[\s、]{{1,2}}){{1,8}}+|(?<![ァ-ヺー])(?:{LETTER_NAME}[\s、]{{0,2}}){{2,12}}+))?+(?:の(?:あと|次)、)?[^、。\s]{{1,10}}[\s、]*+"
    r"(?:アンダーバー|アンダースコア|ハイフン|ドット|ピリオド)[^。]*+\Z"
)
_LETTER_NAME = (
    "(?:[a-z0-9]|"
    "[エビシデイジケアオピキテユワゼダヴブ][ーイェフッルムヌックスブクトリュィドエチア]{1,5}ー?)"
)
# さくらに、数字の39: a word in kana, and what stands behind it.
_WITH_NUMBER = re.compile(
    r"[^、。\sはがを]{1,10}(?:に|と|で|の)?、?数字(?:の|で)[0-9〇零一二三四五六七八九ァ-ヺー、]{1,16}で?[\s、]*"
)
# TのAのNのAの: letter by letter.
BY_LETTER = re.compile(
    rf"(?<![a-zァ-ヺー]){_LETTER_NAME}(?:[\s、]*の[\s、]*{_LETTER_NAME})++[\s、の]*+\Z"
)
_FILLER = re.compile(r"[\s、]*(?:の(?=[a-z])|えっと|えーと|えー|の(?:後ろ|あと|後)[がは])[\s、]*")
_NAMED = re.compile(rf"{_DOT.pattern}|シーオー|ジェーピー|ジーメール|ヤフー|ドコモ|コム\Z|ネット\Z")
_MORE_DOMAIN = re.compile(
    r"(?:[\s、]*+の?[\s、]*+ドット[\s、]*+(?:の[\s、]*+)?(?:[a-zァ-ヺー]{1,12}|ねっと|こむ|しーおー|じぇーぴー|おるぐ|えぬいー))++"
)
_WINDOW = 80
_KANA = re.compile("[ぁ-ゖ]")
# Words in Latin letters that are part of no address.
_COMMON = (
    "line|web|wi-?fi|id|url|sms|pc|app|ok|etc|qr|e-?mail|mail|ios|android|iphone|pdf|tel|fax|suv|ev|"
    "atm|jcb|visa|usb|gps|pay|paypay|suica|amex"
)
LATIN_WORD = re.compile(
    rf"(?<![a-z0-9._+-])(?!(?:{_COMMON})(?![a-z0-9._+-]))[._+-]?[a-z][a-z0-9._+-]{{2,40}}+"
)
_HIDDEN = re.compile(f"{MAIL_MASK}++")


def _plain_width(code: int) -> str:
    folded = unicodedata.normalize("NFKC", chr(code)).lower()
    return folded if len(folded) == 1 else chr(code)


_WIDTHS = {
    code: _plain_width(code) for code in (*range(0x41, 0x5B), *range(0xFF01, 0xFF9E), 0x3000)
}


def masked_mail(text: str) -> str:
    """Return the text with each e-mail address as `MAIL_MASK`; spaces within it stay."""
    plain = _WRITTEN.sub(_hidden, text.translate(_WIDTHS))
    plain = _SAID.sub(_hidden, plain)
    plain = _HIRAGANA_SIGNS.sub(_katakana, plain)
    spans = [match.span() for match in _HIDDEN.finditer(plain)]
    spoken = (_spoken_span(plain, at) for at in _AT.finditer(plain))
    spans += [span for span in spoken if span]
    if (spans or MAIL_MASK in text) and is_japanese(text):
        # Beside an address: what was said of it before, and how a part of it is written.
        spans += [word.span() for word in LATIN_WORD.finditer(plain)]
        spans += [word.span() for word in _WITH_NUMBER.finditer(plain)]
    return _masked_spans(text, spans)


def is_japanese(text: str) -> bool:
    """Return True if words in Latin letters are no ordinary words of a turn."""
    return _KANA.search(text) is not None


def with_katakana_signs(text: str) -> str:
    """Return the text of the same length in one width, spoken signs in katakana."""
    return _HIRAGANA_SIGNS.sub(_katakana, text.translate(_WIDTHS))


def _hidden(match: re.Match[str]) -> str:
    return MAIL_MASK * len(match[0])


def _katakana(match: re.Match[str]) -> str:
    return "".join(char if char == "ー" else chr(ord(char) + 0x60) for char in match[0])


def _spoken_span(plain: str, at: re.Match[str]) -> tuple[int, int] | None:
    begin, end = _local_begin(plain, at.start()), _domain_end(plain, at.end())
    named = "マーク" in at[0] or _NAMED.search(plain, at.end(), end)
    if not named or (begin, end) == at.span():
        return None
    return begin, end


def _local_begin(plain: str, at: int) -> int:
    """Return the index at which the local part before an at sign begins."""
    window = plain[max(0, at - _WINDOW) : at]
    for pattern in (_SIGNED, BY_LETTER):
        if signed := pattern.search(window):
            return at - len(window) + signed.start()
    spelled = _ending(_SPELLED, window)
    if spelled.strip(" 　、"):
        lead = _LEAD_IN.match(spelled)
        return at - len(spelled) + (lead.end() if lead else 0)
    word = _ending(_ANY_WORD, window)
    talk = _TALK_BEFORE.match(word)
    local = word[talk.end() :] if talk else word
    return at if _NO_LOCAL.fullmatch(local) else at - len(local)


def _ending(pattern: re.Pattern[str], window: str) -> str:
    """Return the longest end of a window that a pattern of single characters matches."""
    # Read backwards, so in one pass.
    match = pattern.match(window[::-1])
    return match[0][::-1] if match else ""


def _domain_end(plain: str, at: int) -> int:
    """Return the index at which the domain behind an at sign ends."""
    if filler := _FILLER.match(plain, at):
        at = filler.end()
    spelled = _SPELLED.match(plain, at, at + _WINDOW)
    end = spelled.end() if spelled else at
    if plain[at:end].strip(" 　、") and (
        more := _MORE_DOMAIN.match(plain, _last_of(plain, at, end))
    ):
        return more.end()
    if not plain[at:end].strip(" 　、"):
        hiragana = _HIRAGANA_DOMAIN.match(plain, at, at + _WINDOW)
        return hiragana.end() if hiragana else at
    dots = [dot.end() for dot in _DOT.finditer(plain, at, end)]
    pause = plain.find("、", dots[-1] + 1 if dots else at + 1, end)
    return at + len(plain[at : pause if pause >= 0 else end].rstrip(" 　、"))


def _last_of(plain: str, begin: int, end: int) -> int:
    """Return the end of a part of a domain without the dot that was said behind it."""
    dot = re.search(r"[\s、]*(?:ドット)?[\s、]*\Z", plain[begin:end])
    return begin + (dot.start() if dot else end - begin)


def _masked_spans(text: str, spans: list[tuple[int, int]]) -> str:
    masked, done = [], 0
    for begin, end in sorted(spans):
        if end > done:
            start = max(begin, done)
            masked += [text[done:start], re.sub(r"\S", MAIL_MASK, text[start:end])]
            done = end
    return "".join((*masked, text[done:]))
