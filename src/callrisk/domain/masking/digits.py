"""Digits as Japanese callers say and write them, found in a text without moving a character.

A digit is found only by what stands beside it and never by its value, so masking a number cannot
change where numbers lie.
"""

import re

from callrisk.domain.masking.digit_words import ENGLISH, KANJI
from callrisk.domain.masking.kana_numbers import with_kanji_places
from callrisk.domain.masking.plain_form import plain_form
from callrisk.domain.masking.separators import SEPARATOR
from callrisk.domain.masking.shapes import DIGIT_RUN
from callrisk.domain.masking.spoken_digits import (
    ANY_STRONG,
    ENDS_IN_ANY_DIGIT,
    FEWEST,
    IDEOGRAPH,
    LONGEST_WORD,
    WEAK_WORD,
    WORD,
    spoken_digits,
    words_as_digits,
)
from callrisk.domain.segment import MASK

_KANJI_VALUES = str.maketrans(KANJI)
_KANJI_CLASS = f"[{''.join(KANJI)}]"
_ANY_DIGIT = f"(?:[0-9{MASK}]|{_KANJI_CLASS}|{ANY_STRONG})"
_KANJI_RUN = re.compile(f"{_KANJI_CLASS}++")
_AFTER_LONE = re.compile(
    rf"\Z|{SEPARATOR}|{WEAK_WORD}?{SEPARATOR}{{0,3}}{_ANY_DIGIT}|(?:に|ご|し)[ーい]"
)
_PARTICLE = re.compile("[まがはをとか]")
_TOKEN = re.compile(f"[0-9{MASK}]|{_KANJI_CLASS}|{WORD}")
_ONLY_DIGITS = re.compile(f"(?:[0-9{MASK}]|{_KANJI_CLASS}|{SEPARATOR}|{WORD})*+")
_CERTAIN = re.compile(f"[0-9{MASK}〇零一二三四五六七八九]|{ANY_STRONG}")
_ALL_WEAK = re.compile(rf"(?:{SEPARATOR}|{WEAK_WORD})*+")
_STARTS_ANY_DIGIT = re.compile(_ANY_DIGIT)
_WEAK_THREE = "(?:[にごくしニゴクシﾆｸｼ]|ｺﾞ|[さサ][んン]|ｻﾝ|[さサ]ー[んン])[ーｰいイお]?"
# Most turns hold nothing like a digit and are done after this one look.
_MAY_HOLD_DIGITS = re.compile(
    f"[0-9０-９{MASK}〇零一二三四五六七八九十百千○◯丸@＠ゼｾﾞ]|ぜ[ーえぇ]?ろ|せ゛|アット|あっと|"
    "[ゃャｬ]ー?[くクｸ]|(?i: at )|"
    "れ[いー]|レ[イー]|ﾚ[ｲｰ]|ま[ーあ]?る|マ[ーア]?ル|ﾏｰ?ﾙ|いー?ち|イー?チ|ｲｰ?ﾁ|よ[ーお]?ん|"
    "ヨ[ーオ]?ン|ﾖｰ?ﾝ|"
    "ろー?く|ロー?ク|ﾛｰ?ｸ|なー?な|ナー?ナ|ﾅｰ?ﾅ|[しシｼはハﾊ][ーｰ]?[ちチﾁ]|[きキｷ][ゅゆュユｭﾕ]|"
    f"(?i:{'|'.join(ENGLISH)})|"
    f"{_WEAK_THREE}(?:[、・\\s]{{0,3}}{_WEAK_THREE}){{2}}"
)
_HIDDEN = "\0"
# Each pass finds a neighbour further away; real speech needs one, a hostile text has no end.
_MOST_PASSES = 8


def may_hold_digits(text: str) -> bool:
    """Return True if the text contains anything that may be a digit."""
    return _MAY_HOLD_DIGITS.search(text) is not None


def digits_only_shape(text: str) -> str | None:
    """Return the shape of a text of digits and separators alone, be it only に; otherwise None."""
    plain_text = plain_form(text)
    if not _ONLY_DIGITS.fullmatch(plain_text) or not _TOKEN.search(plain_text):
        return None
    return words_as_digits(plain_text.translate(_KANJI_VALUES))


def shape_of(text: str) -> str:
    """Return the text with every digit it says or writes as a character of `DIGIT`.

    Beside a masked digit a further word may count as one, so the digits found are masked and the
    search repeated until it finds no more. The result is the same whatever was masked before.
    """
    shape = _shape_once(text)
    for _ in range(_MOST_PASSES):
        before, shape = shape, _with_neighbours(shape, text)
        if before == shape:
            break
    return shape


def _with_neighbours(shape: str, text: str) -> str:
    hidden = DIGIT_RUN.sub(lambda run: _HIDDEN * len(run[0]), shape)
    if _HIDDEN not in hidden:
        return shape
    both = zip(hidden, text, strict=True)
    more = _shape_once("".join(MASK if digit == _HIDDEN else char for digit, char in both))
    pairs = zip(hidden, shape, more, strict=True)
    return "".join(old if digit == _HIDDEN else new for digit, old, new in pairs)


def _shape_once(text: str) -> str:
    plain_text = with_kanji_places(plain_form(text))
    if _dictates_only(plain_text):
        return words_as_digits(plain_text.translate(_KANJI_VALUES))
    written = _KANJI_RUN.sub(_kanji_digits, plain_text)
    return spoken_digits(written, text)


def _dictates_only(plain_text: str) -> bool:
    """Return True if a turn consists of digits alone, so that 三 or さん is no part of a word."""
    if not _ONLY_DIGITS.fullmatch(plain_text):
        return False
    certain = _CERTAIN.search(plain_text) or _ALL_WEAK.fullmatch(plain_text)
    return bool(certain) and len(_TOKEN.findall(plain_text)) >= FEWEST


def _kanji_digits(match: re.Match[str]) -> str:
    run, text, end = match[0], match.string, match.end()
    before = text[max(0, match.start() - LONGEST_WORD) : match.start()]
    beside_digit = ENDS_IN_ANY_DIGIT.search(before) or _STARTS_ANY_DIGIT.match(text, end)
    if not run.strip("○◯丸") and not beside_digit:
        # Nothing but circles stands for a name, ○○様, and 丸 for a word.
        return run
    if len(run) == 1 and not _is_lone_digit(before[-1:], text, end):
        return run
    return run.translate(_KANJI_VALUES)


def _is_lone_digit(before: str, text: str, end: int) -> bool:
    """Return True if a single kanji digit is no part of a word such as 一緒, 第一 or 三井."""
    if re.match(f"[{IDEOGRAPH}]", before):
        return False
    inside = re.match(f"[0-9{MASK}]", before) and _PARTICLE.match(text, end)
    return bool(inside or _AFTER_LONE.match(text, end))
