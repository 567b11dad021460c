"""Digits as they are spoken, ゼロサン and に、さん, as characters of a shape.

A word counts by what stands beside it, never by its value. Written for the plain form of a text.
"""

import re

from callrisk.domain.masking.counters import UNIT
from callrisk.domain.masking.digit_words import STRONG, WEAK
from callrisk.domain.masking.separators import SEPARATOR
from callrisk.domain.masking.shapes import REST, SEPARATED
from callrisk.domain.segment import MASK, WORD_MASK

# A letter that makes a word of the kanji digit before it: 一緒, 三井, 一つ.
IDEOGRAPH = f"{WORD_MASK}\u3005\u3400-\u4dbf\u4e00-\u9fff"
ANY_STRONG = "|".join(STRONG)
WEAK_WORD = f"(?:{'|'.join(WEAK)})"
WORD = f"(?:(?:{ANY_STRONG}|{'|'.join(WEAK)})ー?)"
FEWEST = 3
LONGEST_WORD = 4
_LONGEST_LEAD = 24
_WORDS = re.compile(f"{WORD}(?:{SEPARATOR}*+{WORD})*+")
# A group for each word, so that the group that matched tells the value.
_WORD_TOKEN = re.compile(f"(?:{'|'.join(f'({word})' for word in (*STRONG, *WEAK))})ー?")
_VALUES = (*STRONG.values(), *WEAK.values())
_PAUSE_OR_WORD = re.compile(f"(?P<pause>(?:[0-9{MASK}]|{SEPARATOR})++)|{WORD}")
_AMOUNT = re.compile(
    rf"[0-9{MASK}]++(?:,[0-9{MASK}]{{3}})*+(?:\.[0-9{MASK}]++)?\s?(?:{UNIT}|[万億兆千百])"
)
_UNIT = re.compile(UNIT)
_HAS_STRONG = re.compile(ANY_STRONG)
_LEADING_WEAK = re.compile(WEAK_WORD)
_ENDS_IN_DIGIT = re.compile(rf"[0-9{MASK}]{SEPARATOR}{{0,4}}\Z")
_STARTS_WITH_DIGIT = re.compile(f"{SEPARATOR}*+[0-9{MASK}]")
ENDS_IN_ANY_DIGIT = re.compile(rf"(?:[0-9{MASK}]|{ANY_STRONG})\Z")
_ANNOUNCED = re.compile(f"番号[はがのをで]?{SEPARATED}\\Z")
_ENDS = re.compile(rf"\Z|{SEPARATOR}")
_KANA = re.compile("[ぁ-んa-z]")
_KATAKANA = re.compile("[ァ-ヺｦ-ﾝ]")


def spoken_digits(plain: str, original: str) -> str:
    """Return the plain text with each spoken digit of its runs of words as one of a shape.

    `original` is the text as it was written: katakana tells a digit from a particle.
    """
    return _WORDS.sub(lambda run: _spoken_run(run, original), plain)


def _spoken_run(match: re.Match[str], original: str) -> str:
    run, text = match[0], match.string
    if not _HAS_STRONG.search(run):
        if _leads_to_amount(match):
            return run
        counts = (
            _lies_between_digits(match) or _adjoins_digit(match, original) or _is_announced(match)
        )
        return words_as_digits(run) if counts else run
    start = _skipped_lead(run, text[match.start() - 1 : match.start()])
    end = _kept_tail(run, text[match.end() : match.end() + LONGEST_WORD])
    return run[:start] + words_as_digits(run[start:end]) + run[end:]


def words_as_digits(text: str) -> str:
    """Return the text with each digit word as a digit, words inside fillers left as they are."""
    return _PAUSE_OR_WORD.sub(_pause_or_digit, text) if _KANA.search(text) else text


def _lies_between_digits(match: re.Match[str]) -> bool:
    before = match.string[max(0, match.start() - 12) : match.start()]
    after = _STARTS_WITH_DIGIT.match(match.string, match.end())
    return after is not None and _ENDS_IN_DIGIT.search(before) is not None


def _leads_to_amount(match: re.Match[str]) -> bool:
    """Return True if に is a particle before an amount: 1234567に5万円."""
    return match[0] == "に" and _AMOUNT.match(match.string, match.end()) is not None


def _is_announced(match: re.Match[str]) -> bool:
    """Return True if syllables alone are said as a number: 番号はさん、し、さん."""
    begin, end = match.span()
    named = _ANNOUNCED.search(match.string, max(0, begin - _LONGEST_LEAD), begin)
    return bool(
        named and len(_WORD_TOKEN.findall(match[0])) >= FEWEST and _ENDS.match(match.string, end)
    )


def _adjoins_digit(match: re.Match[str], original: str) -> bool:
    """Return True if a word touches a digit and is written as no particle is: 4サン, not 4さん."""
    begin, end = match.span()
    if match[0] in ("く", "ご"):
        # No particle, and no beginning of a word where nothing follows.
        return bool(
            ENDS_IN_ANY_DIGIT.search(match.string[max(0, begin - 1) : begin])
            and _ENDS.match(match.string, end)
        )
    if not (_KATAKANA.match(original, begin) or match[0].endswith("ー")):
        return False
    before, after = match.string[max(0, begin - 1) : begin], match.string[end : end + 1]
    ends_word = not _KATAKANA.match(original, end)
    return bool(re.search(f"[0-9{MASK}]", before + after)) and ends_word


def _skipped_lead(run: str, before: str) -> int:
    """Return the index of the first digit: さんに of 山田さんにゼロキュー is no part of it."""
    start = 0
    while re.match(f"[{IDEOGRAPH}ぁ-んa-z]", before) and not re.match("[はがをもでと]", before):
        weak = _LEADING_WEAK.match(run, start)
        if weak is None or _HAS_STRONG.match(run, start):
            break
        start, before = weak.end(), run[weak.end() - 1]
    return start


def _kept_tail(run: str, after: str) -> int:
    """Return the end index of the digits: ご of ハチゴ案内 belongs to the word behind."""
    is_word = re.match(f"[{IDEOGRAPH}お]", after) and not _UNIT.match(after)
    if is_word and run.endswith(("ご", "に")):
        return len(run) - 1
    return len(run)


def _pause_or_digit(match: re.Match[str]) -> str:
    if match["pause"]:
        return match[0]
    word = _WORD_TOKEN.match(match[0])
    value = _VALUES[word.lastindex - 1] if word and word.lastindex else MASK
    return value + REST * (len(match[0]) - 1)
