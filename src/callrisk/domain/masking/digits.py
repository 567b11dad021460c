"""Digits as Japanese callers say and write them, found in a text without moving a character.

A shape is a text of the same length in which every character of a digit is one of `DIGIT`: the
first carries the value, the rest of a spoken word such as ゼロ is `REST`. A character that was
masked before is a digit of unknown value. What is a digit is decided only by what stands beside
it and never by a value, so masking a number cannot change where numbers lie.
"""

import re
import unicodedata
from collections.abc import Iterable

from callrisk.domain.masking.counters import UNIT
from callrisk.domain.masking.digit_words import ENGLISH, KANJI, STRONG, WEAK
from callrisk.domain.masking.kana_numbers import with_kanji_places
from callrisk.domain.masking.separators import SEPARATOR
from callrisk.domain.segment import MASK

REST = "\ue000"
DIGIT = f"[0-9{MASK}{REST}]"
FIRST = re.compile(f"[0-9{MASK}]")

_KANJI_VALUES = str.maketrans(KANJI)
_KANJI_CLASS = f"[{''.join(KANJI)}]"
# A letter that makes a word of the kanji digit before it: 一緒, 三井, 一つ.
IDEOGRAPH = "\u3005\u3400-\u4dbf\u4e00-\u9fff"

_ANY_STRONG = "|".join(STRONG)
_WORD = f"(?:(?:{_ANY_STRONG}|{'|'.join(WEAK)})ー?)"

RUN = re.compile(f"{DIGIT}++(?:{SEPARATOR}*+{DIGIT}++)*+")
ONLY_DIGITS = re.compile(f"(?:{DIGIT}|{SEPARATOR})*+")
SEPARATED = f"{SEPARATOR}*+"
GAP = re.compile(SEPARATED)

_WEAK_WORD = f"(?:{'|'.join(WEAK)})"
_ANY_DIGIT = f"(?:[0-9{MASK}]|{_KANJI_CLASS}|{_ANY_STRONG})"
_KANJI_RUN = re.compile(f"{_KANJI_CLASS}++")
_AFTER_LONE = re.compile(
    rf"\Z|{SEPARATOR}|{_WEAK_WORD}?{SEPARATOR}{{0,3}}{_ANY_DIGIT}|(?:に|ご|し)[ーい]"
)
_PARTICLE = re.compile("[まがはをとか]")
# A group for each word, so that the group that matched tells the value.
_WORD_TOKEN = re.compile(f"(?:{'|'.join(f'({word})' for word in (*STRONG, *WEAK))})ー?")
_PAUSE_OR_WORD = re.compile(f"(?P<pause>(?:[0-9{MASK}]|{SEPARATOR})++)|{_WORD}")
_VALUES = (*STRONG.values(), *WEAK.values())
_WORDS = re.compile(f"{_WORD}(?:{SEPARATOR}*+{_WORD})*+")
_TOKEN = re.compile(f"[0-9{MASK}]|{_KANJI_CLASS}|{_WORD}")
_ONLY_DIGITS = re.compile(f"(?:[0-9{MASK}]|{_KANJI_CLASS}|{SEPARATOR}|{_WORD})*+")
_FEWEST = 3
_CERTAIN = re.compile(f"[0-9{MASK}〇零一二三四五六七八九]|{_ANY_STRONG}")
_ALL_WEAK = re.compile(rf"(?:{SEPARATOR}|{_WEAK_WORD})*+")
_AMOUNT = re.compile(
    rf"[0-9{MASK}]++(?:,[0-9{MASK}]{{3}})*+(?:\.[0-9{MASK}]++)?\s?(?:{UNIT}|[万億兆千百])"
)
_UNIT = re.compile(UNIT)
_HAS_STRONG = re.compile(_ANY_STRONG)
_LEADING_WEAK = re.compile(_WEAK_WORD)
_ENDS_IN_DIGIT = re.compile(rf"[0-9{MASK}]{SEPARATOR}{{0,4}}\Z")
_STARTS_WITH_DIGIT = re.compile(f"{SEPARATOR}*+[0-9{MASK}]")
_ENDS_IN_ANY_DIGIT = re.compile(rf"(?:[0-9{MASK}]|{_ANY_STRONG})\Z")
_STARTS_ANY_DIGIT = re.compile(_ANY_DIGIT)
_LONGEST_WORD = 4
_ANNOUNCED = re.compile(f"番号[はがのをで]?{SEPARATED}\\Z")
_LONGEST_LEAD = 14
_ENDS = re.compile(rf"\Z|{SEPARATOR}")
DIGIT_RUN = re.compile(f"{DIGIT}++")
_WEAK_THREE = "(?:[にごくしニゴクシﾆｸｼ]|ｺﾞ|[さサ][んン]|ｻﾝ|[さサ]ー[んン])[ーｰいイお]?"
# Most turns hold nothing like a digit and are done after this one look.
_WORTH = re.compile(
    f"[0-9０-９{MASK}〇零一二三四五六七八九十百千○◯丸@＠ゼｾﾞ]|ぜ[ーえぇ]?ろ|せ゛|アット|あっと|"
    "[ゃャｬ]ー?[くクｸ]|(?i: at )|"
    "れ[いー]|レ[イー]|ﾚ[ｲｰ]|ま[ーあ]?る|マ[ーア]?ル|ﾏｰ?ﾙ|いー?ち|イー?チ|ｲｰ?ﾁ|よ[ーお]?ん|ヨ[ーオ]?ン|ﾖｰ?ﾝ|"
    "ろー?く|ロー?ク|ﾛｰ?ｸ|なー?な|ナー?ナ|ﾅｰ?ﾅ|[しシｼはハﾊ][ーｰ]?[ちチﾁ]|[きキｷ][ゅゆュユｭﾕ]|"
    f"(?i:{'|'.join(ENGLISH)})|"
    f"{_WEAK_THREE}(?:[、・\\s]{{0,3}}{_WEAK_THREE}){{2}}"
)
_HIDDEN = "\0"
# Each round finds a neighbour further away; real speech needs one, a hostile text no end.
_MOST_ROUNDS = 8
_KANA = re.compile("[ぁ-んa-z]")
_KATAKANA = re.compile("[ァ-ヺｦ-ﾝ]")


def _same_length(char: str) -> str | None:
    """The plain form of one character where it has one of the same length."""
    plain = unicodedata.normalize("NFKC", char).lower()
    return plain if len(plain) == 1 and plain != char else None


def _plain_forms() -> dict[int, str]:
    """Full-width Latin and half-width kana to their usual width, katakana to hiragana."""
    wide = [*range(0x41, 0x5B), *range(0xFF01, 0xFF9E), 0x3000]
    forms = {code: plain for code in wide if (plain := _same_length(chr(code)))}
    forms |= {0xFF9E: "゛", 0x3099: "゛", 0xFFE5: "¥"}
    katakana = {code: chr(code - 0x60) for code in range(0x30A1, 0x30F7)}
    halves = {code: katakana.get(ord(plain), plain) for code, plain in forms.items()}
    return katakana | halves


_PLAIN = _plain_forms()


def plain(text: str) -> str:
    """The text of the same length with one width, one kana and small Latin letters."""
    return text.translate(_PLAIN)


def worth_a_look(text: str) -> bool:
    """Whether a text holds anything that may be a digit."""
    return _WORTH.search(text) is not None


def only_digits_shape(text: str) -> str | None:
    """The shape of a text of nothing but digits and what lies between, be it only に; else None."""
    plain_text = plain(text)
    if not _ONLY_DIGITS.fullmatch(plain_text) or not _TOKEN.search(plain_text):
        return None
    return _said(plain_text.translate(_KANJI_VALUES))


def shape(text: str) -> str:
    """The text with every digit it says or writes as a character of `DIGIT`.

    Where digits are masked their neighbours may be seen as digits too, so the digits found are
    masked until no more are found: however much of them was masked before, the same are found.
    """
    found = _found(text)
    for _ in range(_MOST_ROUNDS):
        known, found = found, _with_neighbours(found, text)
        if known == found:
            break
    return found


def _with_neighbours(found: str, text: str) -> str:
    hidden = DIGIT_RUN.sub(lambda run: _HIDDEN * len(run[0]), found)
    if _HIDDEN not in hidden:
        return found
    both = zip(hidden, text, strict=True)
    more = _found("".join(MASK if digit == _HIDDEN else char for digit, char in both))
    pairs = zip(hidden, found, more, strict=True)
    return "".join(old if digit == _HIDDEN else new for digit, old, new in pairs)


def _found(text: str) -> str:
    plain_text = with_kanji_places(plain(text))
    if _dictates_only(plain_text):
        return _said(plain_text.translate(_KANJI_VALUES))
    written = _KANJI_RUN.sub(_kanji_digits, plain_text)
    return _WORDS.sub(lambda words: _spoken_digits(words, text), written)


def _dictates_only(plain_text: str) -> bool:
    """Whether a turn is nothing but digits, so that 三 or さん can be no part of a word."""
    if not _ONLY_DIGITS.fullmatch(plain_text):
        return False
    certain = _CERTAIN.search(plain_text) or _ALL_WEAK.fullmatch(plain_text)
    return bool(certain) and len(_TOKEN.findall(plain_text)) >= _FEWEST


def covered(text: str, digit_shape: str, spans: Iterable[tuple[int, int]]) -> str:
    """The text with the digits that lie within some spans of its shape masked."""
    hidden = list(text)
    for begin, end in spans:
        for digit in DIGIT_RUN.finditer(digit_shape, begin, end):
            hidden[digit.start() : digit.end()] = MASK * len(digit[0])
    return "".join(hidden)


def digits(run: str) -> int:
    """How many digits a run of a shape holds."""
    return len(FIRST.findall(run))


def _kanji_digits(match: re.Match[str]) -> str:
    run, text, end = match[0], match.string, match.end()
    before = text[max(0, match.start() - _LONGEST_WORD) : match.start()]
    beside_digit = _ENDS_IN_ANY_DIGIT.search(before) or _STARTS_ANY_DIGIT.match(text, end)
    if not run.strip("○◯丸") and not beside_digit:
        # Nothing but circles stands for a name, ○○様, and 丸 for a word.
        return run
    if len(run) == 1 and not _stands_alone(before[-1:], text, end):
        return run
    return run.translate(_KANJI_VALUES)


def _stands_alone(before: str, text: str, end: int) -> bool:
    """Whether a single kanji digit is no part of a word such as 一緒, 第一 or 三井."""
    if re.match(f"[{IDEOGRAPH}]", before):
        return False
    inside = re.match(f"[0-9{MASK}]", before) and _PARTICLE.match(text, end)
    return bool(inside or _AFTER_LONE.match(text, end))


def _spoken_digits(match: re.Match[str], original: str) -> str:
    run, text = match[0], match.string
    if not _HAS_STRONG.search(run):
        if _leads_to_amount(match):
            return run
        counts = (
            _lies_between_digits(match) or _adjoins_digit(match, original) or _is_announced(match)
        )
        return _said(run) if counts else run
    start = _skipped_lead(run, text[match.start() - 1 : match.start()])
    end = _kept_tail(run, text[match.end() : match.end() + _LONGEST_WORD])
    return run[:start] + _said(run[start:end]) + run[end:]


def _lies_between_digits(match: re.Match[str]) -> bool:
    before = match.string[max(0, match.start() - 12) : match.start()]
    after = _STARTS_WITH_DIGIT.match(match.string, match.end())
    return after is not None and _ENDS_IN_DIGIT.search(before) is not None


def _leads_to_amount(match: re.Match[str]) -> bool:
    """Whether に is a particle before an amount: 1234567に5万円."""
    return match[0] == "に" and _AMOUNT.match(match.string, match.end()) is not None


def _is_announced(match: re.Match[str]) -> bool:
    """Whether syllables alone are said as a number: 番号はさん、し、さん."""
    begin, end = match.span()
    named = _ANNOUNCED.search(match.string, max(0, begin - _LONGEST_LEAD), begin)
    return bool(
        named and len(_WORD_TOKEN.findall(match[0])) >= _FEWEST and _ENDS.match(match.string, end)
    )


def _adjoins_digit(match: re.Match[str], original: str) -> bool:
    """Whether a word touches a digit and is written as no particle is: 4サン, but not 4さん."""
    begin, end = match.span()
    if match[0] in ("く", "ご"):
        # No particle, and no beginning of a word where nothing follows.
        return bool(
            _ENDS_IN_ANY_DIGIT.search(match.string[max(0, begin - 1) : begin])
            and _ENDS.match(match.string, end)
        )
    if not (_KATAKANA.match(original, begin) or match[0].endswith("ー")):
        return False
    before, after = match.string[max(0, begin - 1) : begin], match.string[end : end + 1]
    ends_word = not _KATAKANA.match(original, end)
    return bool(re.search(f"[0-9{MASK}]", before + after)) and ends_word


def _skipped_lead(run: str, before: str) -> int:
    """Where digits begin: さんに of 山田さんにゼロキュー belongs to the word before."""
    start = 0
    while re.match(f"[{IDEOGRAPH}ぁ-んa-z]", before) and not re.match("[はがをもでと]", before):
        weak = _LEADING_WEAK.match(run, start)
        if weak is None or _HAS_STRONG.match(run, start):
            break
        start, before = weak.end(), run[weak.end() - 1]
    return start


def _kept_tail(run: str, after: str) -> int:
    """Where digits end: ご of ハチゴ案内 belongs to the word behind."""
    is_word = re.match(f"[{IDEOGRAPH}お]", after) and not _UNIT.match(after)
    if is_word and run.endswith(("ご", "に")):
        return len(run) - 1
    return len(run)


def _said(text: str) -> str:
    """The text with each word that stands for a digit as one, but not what fillers hold of them."""
    return _PAUSE_OR_WORD.sub(_pause_or_digit, text) if _KANA.search(text) else text


def _pause_or_digit(match: re.Match[str]) -> str:
    if match["pause"]:
        return match[0]
    word = _WORD_TOKEN.match(match[0])
    value = _VALUES[word.lastindex - 1] if word and word.lastindex else MASK
    return value + REST * (len(match[0]) - 1)
