"""Card, telephone and account numbers within one turn, as spans of its shape."""

import re
from collections.abc import Callable, Iterator

from callrisk.domain.masking.quantities import (
    CUT,
    is_amount,
    is_date,
    without_formatted,
    without_quantities,
)
from callrisk.domain.masking.shapes import DIGIT, ONLY_DIGITS, RUN, digit_count
from callrisk.domain.masking.things import (
    OTHER_NUMBER,
    is_bare_amount,
    is_certain,
    is_company_line,
    names_thing,
    without_plates,
)

# Bank accounts have 7 digits, phones 10 or 11, cards 14 to 16.
ACCOUNT_DIGITS = 7
_PHONE_DIGITS = 10
_CARD_DIGITS, _LONGEST_CARD = 14, 16
Test = Callable[[str, re.Match[str]], bool]
# With a word such as 暗証番号 before them, or nothing else in the turn, fewer digits tell enough.
ANNOUNCED_DIGITS = 3
_KEYWORD_REACH, _THING_REACH = 14, 26
_GROUP_REACH = 6
_GROUP_DIGITS = 2

_KEYWORD = re.compile(
    f"(?P<other>(?P<thing>{OTHER_NUMBER})|額|料|代|価格|値段|残高|合計|総額|年齢|時刻|日付|日程|"
    f"年収|期間|距離)|"
    "番号|ばんごう|なんばー|電話|でんわ|携帯|けいたい|すまほ|連絡先|fax|ふぁっくす|"
    "ふりーだいやる|tel|"
    "口座|こうざ|普通(?:預金|口座)|普通(?=(?:[のでがは、\\s]|です|ね|えーと|えっと)*\\Z)|当座|"
    "貯蓄預金|店番|支店|記号|きごう|かーど|暗証|こーど|末尾|"
    r"[下上]\s?[0-9二三四六]\s?[桁けた]+|[0-9三四五六七八]桁|ぴん(?![とぼく])|pin|cv[vc]|"
    r"せきゅりてぃ|直通|内線|市外局番|"
    "裏面?の(?:さいん|数字|番号)|さいんの(?:横|とこ|所)|免許|健康保険|保険証|被?保険者番号|"
    "まいなんばー|個人番号|年金|ぱすぽーと|旅券|在留"
)
# Words that any number has.
_NEUTRAL = re.compile("番号|ばんごう|なんばー|こーど|末尾|[下上].*|.*桁")
# Words of a telephone.
_OF_LINE = re.compile("電話|でんわ|連絡先|fax|ふぁっくす|ふりーだいやる|tel|直通")
# 契約番号の下4桁: a part of the number that was named before it.
_PART_OF_NUMBER = re.compile("末尾|[下上].*|.*桁")
# So strong a word counts for a group of four digits anywhere in what is said after it.
_STRONG = re.compile(
    "(?:電話|携帯|連絡先|かーど|口座|すまほ)(?:の)?(?:お)?番号|暗証|ぱすわーど|ぱすこーど|せきゅりてぃ|cv[vc]|"
    "裏面?の(?:さいん|数字|番号)|さいんの(?:横|とこ|所)"
)
_STRONG_REACH, _STRONG_DIGITS = 60, 3
_SIGN_BEFORE = re.compile(r"記号(?:は|が|の|、|\s)*+\Z")
_SIGN_DIGITS = 2
_KEYWORD_BEHIND = re.compile(
    "で(?:始まる|始まって|始まりま|終わる|終わって|終わりま)|(?:が|は|という|って)?の?(?:暗証|"
    "口座番|電話番|かーど番|番号)"
)
_GROUPED = re.compile("[1-9][0-9]{0,2}(?:,[0-9]{3})++")
# Numbers are cut into longer groups than instalments, 3・6・10・12回.
_GROUP = re.compile(f"{DIGIT}{{3}}")
_ANNOUNCED = re.compile(r"番号(?:は|が|の|を|、|:|\s)*+\Z")
# Of a number that is said in one breath nothing lies between the digits but a sign or の.
_TIGHT_RUN = re.compile(rf"{DIGIT}++(?:(?:[-‐‑‒–—―−─━ー\s()・]|の)*+{DIGIT}++)*+")


def number_spans(plain: str, shape: str, is_thing: Test | None = None) -> Iterator[tuple[int, int]]:
    """Yield begin and end of each number of a turn; spans may overlap.

    `is_thing` tells what turns before say of a run.
    """
    of_thing = is_thing or is_of_thing
    written = without_plates(without_formatted(shape), CUT)
    bare = without_quantities(written)
    alone = ONLY_DIGITS.fullmatch(bare) is not None
    runs = [run for run in RUN.finditer(bare) if _names_somebody(plain, run, of_thing, alone=alone)]
    for run in runs:
        count = digit_count(run[0])
        is_announced = count >= ANNOUNCED_DIGITS and (alone or has_keyword(plain, run))
        if count >= ACCOUNT_DIGITS or is_announced or _is_spoken_of(plain, run, count):
            yield run.span()
    yield from _grouped_account(plain, shape)
    for run in _too_long_for_amounts(written, bare):
        is_card = _CARD_DIGITS <= digit_count(run[0]) <= _LONGEST_CARD
        if is_card or not of_thing(plain, run):
            yield run.span()
    yield from _near_groups(runs)


def _names_somebody(plain: str, run: re.Match[str], of_thing: Test, *, alone: bool) -> bool:
    """Return True unless a run is an amount, a date or the number of a thing."""
    if of_thing(plain, run) or (alone and is_bare_amount(run)):
        return False
    return alone or not is_date_or_amount(plain, run) or has_keyword(plain, run)


def is_of_thing(plain: str, run: re.Match[str]) -> bool:
    """Return True if the word or the letters before a run say that it is a contract, an order...

    A card by its length and checksum is one whatever is said before it. So is the line of a
    company, which names nobody, unless it is called an account or the like.
    """
    if is_company_line(run[0]):
        word = _telling_word(plain, run)
        return word is None or word["other"] is not None or bool(_OF_LINE.fullmatch(word[0]))
    return names_thing(plain, run, _nearest_word(plain, run)) and not is_certain(run[0])


def without_units(shape: str) -> str:
    """Return the shape with only those digits left that carry no unit."""
    return without_quantities(without_plates(without_formatted(shape), CUT))


def is_date_or_amount(plain: str, run: re.Match[str]) -> bool:
    """Return True if a bare run is a date or an amount by its form or by the word before it."""
    return is_date(plain, run) or is_amount(plain, run) or is_bare_amount(run)


def has_keyword(plain: str, run: re.Match[str]) -> bool:
    """Return True if the nearest naming word before a run names a number of a person."""
    word = _nearest_word(plain, run)
    if word:
        return word["other"] is None
    return _KEYWORD_BEHIND.match(plain, run.end()) is not None


def _is_spoken_of(plain: str, run: re.Match[str], count: int) -> bool:
    """Return True if a strong word was said before a bare run, or 記号 right before it."""
    if count == _SIGN_DIGITS:
        return _SIGN_BEFORE.search(plain, max(0, run.start() - 8), run.start()) is not None
    if count < _STRONG_DIGITS or is_date_or_amount(plain, run):
        return False
    begin = max(0, run.start() - _STRONG_REACH)
    if not _STRONG.search(plain, begin, run.start()):
        return False
    return not any(word["other"] for word in _KEYWORD.finditer(plain, begin, run.start()))


def names_person_before(plain: str, run: re.Match[str]) -> bool:
    """Return True if the last word before a run that tells whose number it is names a person's."""
    word = _telling_word(plain, run)
    return word is not None and word["other"] is None


def _telling_word(plain: str, run: re.Match[str]) -> re.Match[str] | None:
    """Return the last word shortly before a run that not every number has, or None."""
    begin = max(0, run.start() - _THING_REACH)
    words = [*_KEYWORD.finditer(plain, begin, run.start())]
    return next((word for word in reversed(words) if not _NEUTRAL.fullmatch(word[0])), None)


def _nearest_word(plain: str, run: re.Match[str]) -> re.Match[str] | None:
    """Return the last naming word shortly before a run, or None."""
    begin = max(0, run.start() - _THING_REACH)
    words = [*_KEYWORD.finditer(plain, begin, run.start())]
    if len(words) > 1 and words[-2]["thing"] and _PART_OF_NUMBER.fullmatch(words[-1][0]):
        return words[-2]
    if not words or (not words[-1]["thing"] and words[-1].start() < run.start() - _KEYWORD_REACH):
        return None
    return words[-1]


def _grouped_account(plain: str, shape: str) -> Iterator[tuple[int, int]]:
    """Yield runs that are written like an amount, 1,234,567, but announced as a number."""
    for run in _GROUPED.finditer(shape):
        if _ANNOUNCED.search(plain, max(0, run.start() - _KEYWORD_REACH), run.start()):
            yield run.span()


def _too_long_for_amounts(written: str, bare: str) -> Iterator[re.Match[str]]:
    """Yield runs so long that no unit behind them makes them an amount."""
    for run in _TIGHT_RUN.finditer(written):
        if (
            _is_long(run[0])
            and _GROUP.search(run[0])
            and not _is_long(bare[run.start() : run.end()].partition(CUT)[0])
        ):
            yield run


def _is_long(run: str) -> bool:
    count = digit_count(run) if len(run) >= _PHONE_DIGITS else 0
    return count >= _CARD_DIGITS or (count >= _PHONE_DIGITS and run.startswith("0"))


def _near_groups(runs: list[re.Match[str]]) -> Iterator[tuple[int, int]]:
    """Yield groups so close to one another that together they make one number."""
    chain: list[re.Match[str]] = []
    for run in [run for run in runs if digit_count(run[0]) >= _GROUP_DIGITS]:
        if chain and run.start() - chain[-1].end() > _GROUP_REACH:
            yield from _long_enough(chain)
            chain = []
        chain.append(run)
    yield from _long_enough(chain)


def _long_enough(chain: list[re.Match[str]]) -> list[tuple[int, int]]:
    enough = sum(digit_count(run[0]) for run in chain) >= _PHONE_DIGITS
    return [run.span() for run in chain] if enough else []
