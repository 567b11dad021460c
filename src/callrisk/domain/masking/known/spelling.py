"""The form in which names are compared: the plain form, with one sign for variants of a kanji."""

from callrisk.domain.masking.plain_form import plain_form

# Records keep the sign of the family register; a recogniser writes the common one.
_COMMON = {
    "高": "髙", "崎": "﨑碕嵜", "辺": "邊邉", "沢": "澤", "斎": "齋齊斉", "浜": "濱濵", "広": "廣",
    "島": "嶋嶌", "国": "國", "桜": "櫻", "滝": "瀧", "竜": "龍", "真": "眞", "恵": "惠",
    "徳": "德", "富": "冨", "柳": "栁", "吉": "𠮷", "穂": "穗", "弥": "彌", "栄": "榮",
    "豊": "豐", "寿": "壽",
    "条": "條", "万": "萬", "蔵": "藏", "実": "實", "礼": "禮", "関": "關", "塩": "鹽", "薮": "藪",
    "桧": "檜", "静": "靜", "亀": "龜", "円": "圓", "当": "當", "会": "會", "学": "學", "児": "兒",
}  # fmt: skip
_FOLDED = {ord(sign): common for common, signs in _COMMON.items() for sign in signs}
# Kana that are heard alike, and a long vowel that is written with its sign.
_ALIKE = {
    "う": "うー",
    "お": "おをー",
    "い": "いー",
    "え": "えー",
    "あ": "あー",
    "ず": "ずづ",
    "じ": "じぢ",
}


def with_common_kanji(text: str) -> str:
    """Return a text of the same length, in which variants of a kanji are the common sign."""
    return text.translate(_FOLDED)


def compared(text: str) -> str:
    """Return a text of the same length as names are compared in it."""
    return with_common_kanji(plain_form(text))


def kana_pattern(kana: str) -> str:
    """Return a pattern for kana in the plain form, however their long vowels are written."""
    first, rest = kana[:1], kana[1:]
    return first + "".join(f"[{_ALIKE[char]}]" if char in _ALIKE else char for char in rest)
