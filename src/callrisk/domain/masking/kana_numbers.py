"""Numbers said by their place value in kana, よんせんきゅうひゃく, as kanji of the same length.

Written for the plain form of a text: hiragana, one width, small Latin letters.
"""

import re

from callrisk.domain.masking.counters import UNIT
from callrisk.domain.masking.separators import SEPARATOR

# What a word has more characters than its sign; no digit, and nothing else in a text.
FILL = "\ue002"

_ONES = {
    "いーち": "一",
    "いち": "一",
    "いっ": "一",
    "に[ーい]?": "二",
    "さー?ん": "三",
    "よー?ん": "四",
    "ご[ーう]?": "五",
    "ろー?く": "六",
    "ろっ": "六",
    "なー?な": "七",
    "しち": "七",
    "はー?ち": "八",
    "はっ": "八",
    "き[ゅゆ][うー]": "九",
}
_PLACES = {"(?<!ま)せー?ん": "千", "ぜん": "千", "[ひびぴ]ゃー?く": "百", "じゅ[うーっ]": "十"}
_ONE, _PLACE = f"(?:{'|'.join(_ONES)})", f"(?:{'|'.join(_PLACES)})"
# At least two words, or it is one that only sounds like a number: 先生, 住所, お客.
_NUMBER = re.compile(
    f"(?={_ONE}{_PLACE}|{_PLACE}{_ONE})(?:{_ONE}?{_PLACE})++(?:{_ONE}(?![ゃゅょ]))?+"
    # A word goes on where neither a unit nor a pause or a particle follows.
    rf"(?=\Z|[^ぁ-んー]|まん|{UNIT}|{SEPARATOR}|[にをがはとも])"
)
_ANY_PLACE = re.compile("[せぜ]ー?ん|ゃー?く|じゅ")
_TOKEN = re.compile(f"(?:{'|'.join(f'({word})' for word in (*_ONES, *_PLACES))})")
_SIGNS = (*_ONES.values(), *_PLACES.values())


def with_kanji_places(plain: str) -> str:
    """Return the text with よんせん as 四千, each sign filled up to its word with `FILL`."""
    return _NUMBER.sub(_in_kanji, plain) if _ANY_PLACE.search(plain) else plain


def _in_kanji(number: re.Match[str]) -> str:
    return _TOKEN.sub(_sign, number[0])


def _sign(token: re.Match[str]) -> str:
    sign = _SIGNS[token.lastindex - 1] if token.lastindex else ""
    return sign + FILL * (len(token[0]) - len(sign))
