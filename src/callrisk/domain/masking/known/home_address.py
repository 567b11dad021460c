"""The pieces of a known postal address in a text: prefecture, city and town, house, building.

A prefecture or a city alone tells nobody's home. Two pieces next to each other do, and so do a town
with the number of a house, and two numbers of a house with the words for them.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Self

from callrisk.domain.masking.frames.saying import Span
from callrisk.domain.masking.known.house_numbers import number_pattern
from callrisk.domain.masking.known.spelling import compared

_POSTAL = re.compile(r"\A\s*〒?\s*[0-9]{3}-?[0-9]{4}\s*")
_PREFECTURE = re.compile(r"北海道|東京都|京都府|大阪府|..県|...県")
_CITY = re.compile(r".{1,7}?(?:市(?![市場])|郡|区|町|村)")
_NUMBER = re.compile(
    r"(?P<number>[0-9]{1,4}|[一二三四五六七八九十百]{1,4})"
    r"(?:丁目|番地?|号室?|条|[-−‐–ーの]|(?=\s|\Z))\s?"
)
_SECTION = re.compile(r"\A大?字")
_VALUES = {sign: value for value, sign in enumerate("〇一二三四五六七八九")}
_GAP = r"(?:[\s、の]|えー?っ?と|えー|大?字){0,3}"
_JOINT = r"(?:丁目|番地?|号|条|の|-|−|ー|、|\s|はいふん|ちょうめ|ばんち?){1,3}"
# に behind a town is no number unless more of them follow, or the end.
_NO_PARTICLE = r"(?:(?<![ぁ-ん])|(?=丁目|ちょうめ|番|ばん|号|の|-|−|ー|、|です|。|\Z))"
_END = "(?:丁目|番地?|号)?"
# What a town and a number are followed by where they name no home.
_OTHER_PLACE = "(?![一-龠]{0,3}(?:店|駅|営業所|警察|線|通り|病院|学校|銀行))"
_FEWEST_OF_TOWN, _FEWEST_OF_HOUSE = 3, 3
# No address has more; a record may hold anything.
_LONGEST, _MOST_PLACES, _MOST_NUMBERS = 200, 6, 6


@dataclass(frozen=True, slots=True)
class HomeAddress:
    """The pattern of the pieces of one address."""

    pattern: re.Pattern[str]

    @classmethod
    def of(cls, address: str) -> Self | None:
        """Return the pieces of an address; None where it has none that tell a home."""
        text = _POSTAL.sub("", compared(address[:_LONGEST])).strip()
        places, rest = _places(text)
        numbers, building = _numbers(rest)
        said = [number_pattern(number) for number in numbers]
        patterns = [*_of_places(places, said), *_of_numbers(said), *_of_house(building)]
        return cls(re.compile("|".join(patterns))) if patterns else None

    def spans(self, plain: str) -> Iterator[Span]:
        """Yield the pieces in the compared form of a text."""
        yield from (match.span() for match in self.pattern.finditer(plain))


def _places(text: str) -> tuple[list[str], str]:
    """Return prefecture, cities and town of an address, and what follows."""
    places, begin = [], 0
    if prefecture := _PREFECTURE.match(text):
        places, begin = [prefecture[0]], prefecture.end()
    house = _NUMBER.search(text, begin)
    end = house.start() if house else len(text)
    while len(places) < _MOST_PLACES and (city := _CITY.match(text, begin, end)):
        places.append(city[0].strip())
        begin = city.end()
    town = _SECTION.sub("", text[begin:end].strip())
    return [place for place in (*places, town) if place], text[end:]


def _numbers(text: str) -> tuple[list[int], str]:
    """Return the numbers of a house, and the building behind them."""
    numbers: list[int] = []
    begin = 0
    while len(numbers) < _MOST_NUMBERS and (number := _NUMBER.match(text, begin)):
        numbers.append(_value(number["number"]))
        begin = number.end()
    return numbers, text[begin:].strip()


def _value(written: str) -> int:
    if written.isascii():
        return int(written)
    value = last = 0
    for sign in written:
        if sign in "十百":
            value, last = value + (last or 1) * (10 if sign == "十" else 100), 0
        else:
            last = _VALUES[sign]
    return value + last


def _of_places(places: Sequence[str], numbers: Sequence[str]) -> Iterator[str]:
    """Yield two places or more that follow each other, or the town, with its numbers if said."""
    house = rf"(?:{_GAP}{_house(numbers)})" if numbers else ""
    for first in range(len(places) - 1):
        said = _GAP.join(re.escape(place) for place in places[first : first + 2])
        rest = "".join(f"(?:{_GAP}{re.escape(place)})?+" for place in places[first + 2 :])
        yield said + rest + (house and f"{house}?+")
    if places and numbers:
        yield re.escape(places[-1]) + house
    if places and len(places[-1]) >= _FEWEST_OF_TOWN and not _CITY.fullmatch(places[-1]):
        yield re.escape(places[-1]) + _OTHER_PLACE


def _house(numbers: Sequence[str]) -> str:
    more = "".join(f"(?:{_JOINT}{number})?+" for number in numbers[1:])
    return f"{numbers[0]}{_NO_PARTICLE}{more}{_END}"


def _of_numbers(numbers: Sequence[str]) -> Iterator[str]:
    """Yield the numbers of a house without a place: two with the words for them, or three."""
    if len(numbers) > 1:
        more = "".join(f"(?:{_JOINT}{number})?+" for number in numbers[2:])
        yield f"{numbers[0]}(?:丁目|ちょうめ|番地?)の?、?{numbers[1]}{more}{_END}"
    if len(numbers) >= _FEWEST_OF_HOUSE:
        yield _JOINT.join(numbers[:_FEWEST_OF_HOUSE]) + _END


def _of_house(building: str) -> Iterator[str]:
    name = re.match(r"[^0-9\s]+", building)
    if name and len(name[0]) > _FEWEST_OF_TOWN:
        yield re.escape(name[0]) + rf"(?:{_GAP}[0-9]{{1,4}}(?:号室?)?)?+"
