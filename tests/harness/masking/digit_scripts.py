"""Digits as people write and say them: half and full width, kanji, kana, by place."""

import random
from collections.abc import Callable

PLACES, ACCOUNT = 4, 7
Say = Callable[[str, random.Random], str]
KANJI = "〇一二三四五六七八九"
KANA: tuple[tuple[str, ...], ...] = (
    ("ゼロ", "れい", "まる", "ゼロー", "レイ", "マル", "ｾﾞﾛ"),
    ("いち", "イチ", "ｲﾁ", "いーち"),
    ("に", "にー", "ニー", "ニ", "にい"),
    ("さん", "サン", "ｻﾝ"),
    ("よん", "ヨン", "ﾖﾝ", "し"),
    ("ご", "ごー", "ゴー", "ゴ", "ｺﾞ"),
    ("ろく", "ロク", "ﾛｸ"),
    ("なな", "ナナ", "しち", "ﾅﾅ"),
    ("はち", "ハチ", "ﾊﾁ"),
    ("きゅう", "キュー", "きゅー", "キュウ", "く", "ｷｭｳ"),
)


def _half(group: str, _: random.Random) -> str:
    return group


def full(group: str, _: random.Random) -> str:
    return group.translate({code: code + 0xFEE0 for code in range(0x30, 0x3A)})


def kanji(group: str, rng: random.Random) -> str:
    zero = rng.choice("〇零○")
    return "".join(KANJI[int(digit)] for digit in group).replace("〇", zero)


def _kana(group: str, rng: random.Random) -> str:
    pause = rng.choice(("", "", "、", " "))
    return pause.join(rng.choice(KANA[int(digit)]) for digit in group)


def by_place(group: str, _: random.Random) -> str:
    """Up to four digits as 千二百三十四; what begins with a zero is said digit by digit."""
    if group[0] == "0" or len(group) > PLACES:
        return "".join(KANJI[int(digit)] for digit in group)
    return in_words(int(group))


def _any_script(group: str, rng: random.Random) -> str:
    ways = (_half, kanji, _kana, full)
    return "".join(rng.choice(ways)(digit, rng) for digit in group)


def in_words(value: int) -> str:
    words, high = "", value // 10_000
    if high:
        words, value = in_words(high) + "万", value % 10_000
    for unit, size in (("千", 1000), ("百", 100), ("十", 10), ("", 1)):
        digit, value = divmod(value, size)
        if digit:
            words += ("" if digit == 1 and unit else KANJI[digit]) + unit
    return words


SCRIPTS: tuple[Say, ...] = (_half, _half, full, kanji, _kana, _kana, _any_script, by_place)
