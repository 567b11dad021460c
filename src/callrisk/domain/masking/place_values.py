"""Groups of digits said by place value, 千二百三十四 for 1234, in a shape.

Amounts are said in the same way. A group belongs to a number only where it carries no unit. It is
masked only in a chain of groups that is long enough and either begins like a telephone number or
is no round sum, or directly after a word that names a number.
"""

import re
from collections.abc import Callable, Iterator

from callrisk.domain.masking.counters import MONEY, UNIT
from callrisk.domain.masking.kana_numbers import FILL
from callrisk.domain.masking.shapes import DIGIT, REST, SEPARATED, digit_count
from callrisk.domain.masking.spoken_digits import IDEOGRAPH
from callrisk.domain.segment import MASK

_Test = Callable[[str, re.Match[str]], bool]
_FILL = f"{FILL}*+"
# What is hidden may be the first digit of a group: then the sign behind it is hidden, too.
_ONE = f"(?:[1-9{MASK}一二三四五六七八九]{REST}*+{_FILL})"
# What of the letters behind a group does not make a word of it: another digit, or 番.
_NEXT = f"(?=[〇零一二三四五六七八九十百千番]|[^{IDEOGRAPH}]|\\Z)"
_GROUP = (
    f"(?=(?:{_ONE})?+[千百十])(?:{_ONE}?千{_FILL})?+(?:{_ONE}?百{_FILL})?+(?:{_ONE}?十{_FILL})?+"
    # Its last digit may be hidden already.
    f"(?:{_ONE}(?![千百十]))?+(?!{DIGIT}*+(?:\\s?(?:{UNIT})|[万億兆]|まん)){_NEXT}"
)
_PLAIN = f"(?:0{REST}*+|[1-9{MASK}]{REST}*+(?![千百十]))++(?!\\s?(?:{UNIT})|[万億兆]|まん)"
_ELEMENT = re.compile(f"(?P<group>{_GROUP})|{_PLAIN}")
_CHAIN = re.compile(f"(?:{_GROUP}|{_PLAIN})(?:{SEPARATED}(?:{_GROUP}|{_PLAIN}))*+")
# Amounts are listed with a pause; の and a hyphen lie between the groups of one number.
_JOINED = re.compile(
    rf"(?:{_GROUP}|{_PLAIN})(?:(?:の|[-‐−ー\s]|はいふん)?+(?:{_GROUP}|{_PLAIN}))*+"
)
_HAS_PLACE = re.compile("[千百十]")
_WORD_BEFORE = re.compile(f"[{IDEOGRAPH}]\\Z")
_NAMED = re.compile(
    r"(?:番号|暗証|こーど|[0-9三四]桁|末尾|内線|記号|店番)(?:は|が|の|を|で|です|ね|、|:|\s|"
    r"えっと)*+\Z"
)
_NAME_BEFORE = re.compile(r"(?:番号|電話|携帯|口座|暗証|普通|当座|記号|末尾|内線|桁)\Z")
_AMOUNT_BEHIND = re.compile(
    f"{SEPARATED}[0-9〇零一二三四五六七八九十百千]++\\s?(?:{MONEY}|[万億兆])"
)
_REACH = 14
_NAMED_DIGITS, _ACCOUNT_DIGITS, _PHONE_DIGITS, _CARD_DIGITS = 3, 7, 10, 14


def place_value_spans(
    plain: str, shape: str, has_keyword: _Test, is_of_thing: _Test
) -> Iterator[tuple[int, int]]:
    """Yield begin and end of each number of a turn that has a place-value group."""
    if not _HAS_PLACE.search(shape):
        return
    for chain in _CHAIN.finditer(shape):
        if is_of_thing(plain, chain):
            continue
        if _is_number(chain, _required_digits(plain, chain, has_keyword)):
            yield chain.span()


def groups_as_digits(shape: str) -> str:
    """Return the shape with each place-value group as digits of unknown value."""
    if not _HAS_PLACE.search(shape):
        return shape
    return _CHAIN.sub(_digits_of_chain, shape)


def holds_place_value(text: str) -> bool:
    """Return True if a part of the text is said by place value."""
    return _HAS_PLACE.search(text) is not None


def exact_group_count(text: str) -> int:
    """Return the number of groups that are no round sum: 千百十一, but not 千百."""
    return sum(_is_exact(element) for element in _ELEMENT.finditer(text) if element["group"])


def _digits_of_chain(chain: re.Match[str]) -> str:
    if _is_part_of_word_or_amount(chain):
        return chain[0]
    return _ELEMENT.sub(_digits_of_group, chain[0])


def _digits_of_group(element: re.Match[str]) -> str:
    # A lone 十 says next to nothing, and is a word as often as a number.
    is_group = element["group"] and element[0].rstrip(FILL) != "十"
    return MASK * len(element[0]) if is_group else element[0]


def _required_digits(plain: str, chain: re.Match[str], has_keyword: _Test) -> int:
    """Return the number of digits that makes this chain a number."""
    if _NAMED.search(plain, max(0, chain.start() - _REACH), chain.start()):
        return _NAMED_DIGITS
    joined = _JOINED.fullmatch(chain[0]) is not None
    return _ACCOUNT_DIGITS if joined or has_keyword(plain, chain) else _PHONE_DIGITS


def _is_number(chain: re.Match[str], limit: int) -> bool:
    elements = list(_ELEMENT.finditer(chain[0]))
    if not any(element["group"] for element in elements) or _is_part_of_word_or_amount(chain):
        return False
    count = sum(map(_digits_in, elements))
    certain = limit == _NAMED_DIGITS or chain[0][0] in f"0{MASK}" or count >= _CARD_DIGITS
    return count >= limit and (certain or any(map(_is_exact, elements)))


def _is_part_of_word_or_amount(chain: re.Match[str]) -> bool:
    """Return True if a chain continues a word, 約千二百, or a list that ends in an amount."""
    begin = chain.start()
    before = chain.string[max(0, begin - _REACH) : begin]
    word = _WORD_BEFORE.search(before) and not _NAME_BEFORE.search(before)
    return bool(word or _AMOUNT_BEHIND.match(chain.string, chain.end()))


def _digits_in(element: re.Match[str]) -> int:
    if not element["group"]:
        return digit_count(element[0])
    places = (place for place, sign in ((4, "千"), (3, "百"), (2, "十")) if sign in element[0])
    # What is hidden before a group may be a digit of its own, such as 0.
    return next(places) + (element[0][0] == MASK)


def _is_exact(element: re.Match[str]) -> bool:
    group = (element["group"] or "").rstrip(FILL)
    return bool(re.search("[千百]", group)) and group[-1] not in "千百"
