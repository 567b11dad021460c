"""Numbers of things over several turns: 契約番号をお願いします, its digits, and who repeats them.

The last number that was named decides, be it in a turn before: digits without a word of their own
are the contract's for a few turns after it was asked for. And what was readable as the number of a
thing stays so when it is repeated. A card, a telephone and what has a word of a person stay hidden.
"""

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from callrisk.domain.masking.digits import may_hold_digits, shape_of
from callrisk.domain.masking.numbers import is_of_thing, names_person_before, without_units
from callrisk.domain.masking.plain_form import plain_form
from callrisk.domain.masking.shapes import FIRST, RUN
from callrisk.domain.masking.things import OTHER_NUMBER, is_certain
from callrisk.domain.segment import MASK, Segment

# So long the word for a number counts, and its digits are remembered.
_REACH_MS, _REACH_TURNS = 40_000, 6
_FEWEST_REPEATED = 3
_CARD_DIGITS = range(14, 17)
_REMEMBERED = 2_048
_NAMED = re.compile(
    f"(?P<thing>{OTHER_NUMBER})|"
    "(?:電話|携帯|連絡先|かーど|口座|すまほ|ふぁっくす|fax|自宅|会社)(?:の)?(?:お)?(?:番号|ばんごう|なんばー)|"
    "市外局番|暗証|認証|せきゅりてぃ|cv[vc]|免許|健康保険|保険証|まいなんばー|個人番号|年金|ぱすぽーと|旅券|在留|口座|"
    "ぱすわーど|ぱすこーど|連絡先|携帯|電話(?:を|は)?お?(?:願い|教え|伺|いただけ)|生年月日|有効期限|"
    r"(?:phone|card|account)\snumber|security\scode"
)
# お電話番号か契約番号を: which of the two comes is open.
_EITHER = re.compile(r"(?:か|と|や|または|もしくは|あるいは|でも|、|・|お|ご|\s|or|and)*+")
_MOBILE = re.compile("0[5789]0")


@dataclass(frozen=True, slots=True)
class Things:
    """Numbers of things in the turns before one: that one was named, and their digits."""

    is_named: bool = False
    digits: frozenset[str] = frozenset()

    def __bool__(self) -> bool:
        """Return True if a number of this turn may be one of a thing for what was said before."""
        return self.is_named or bool(self.digits)

    def holds(self, plain: str, run: re.Match[str]) -> bool:
        """Return True if a run of a shape is the number of a thing named or said before."""
        known = "".join(FIRST.findall(run[0]))
        if MASK in known or is_certain(run[0]) or names_person_before(plain, run):
            return False
        if self.repeats(run):
            return True
        return self.is_named and len(known) not in _CARD_DIGITS and not _MOBILE.match(known)

    def repeats(self, run: re.Match[str]) -> bool:
        """Return True if a run of a shape says again what was readable as the number of a thing."""
        known = "".join(FIRST.findall(run[0]))
        return len(known) >= _FEWEST_REPEATED and any(known in said for said in self.digits)


NO_THINGS = Things()


def things_before(turn: Segment, before: Collection[Segment]) -> Things:
    """Return what the turns shortly before one tell of its numbers."""
    if not may_hold_digits(turn.text):
        return NO_THINGS
    near = turns_before(turn, before)
    return things_of([*near, turn])[turn.segment_id] if near else NO_THINGS


def turns_before(turn: Segment, others: Collection[Segment]) -> list[Segment]:
    """Return the turns shortly before one, in the order of speech."""
    return _in_order([other for other in others if _is_shortly_before(other, turn)])


def things_of(turns: Sequence[Segment]) -> Mapping[str, Things]:
    """Return for each turn what those shortly before it tell of its numbers, by id."""
    found: dict[str, Things] = {}
    said: dict[str, frozenset[str]] = {}
    ordered = _in_order(turns)
    for number, turn in enumerate(ordered):
        near = [
            other
            for other in ordered[max(0, number - _REACH_TURNS) : number]
            if _is_shortly_before(other, turn)
        ]
        named = [kind for kind in (_last_named(other.text) for other in near) if kind]
        # Behind the question for a number of a person nothing is known to be another's.
        of_person = bool(named) and named[-1] == _PERSON
        known = [] if of_person else [said[other.segment_id] for other in near]
        things = Things(bool(named) and not of_person, frozenset[str]().union(*known))
        found[turn.segment_id] = things
        said[turn.segment_id] = _digits_of_things(turn.text, things)
    return found


def names_number(text: str) -> bool:
    """Return True if a turn names a number, so that others may depend on it."""
    return _last_named(text) is not None


def _in_order(turns: Sequence[Segment]) -> list[Segment]:
    if any(turn.begin_ms is None for turn in turns):
        return sorted(turns, key=lambda turn: (turn.sequence, turn.segment_id))
    return sorted(turns, key=lambda turn: (turn.begin_ms or 0, turn.sequence, turn.segment_id))


def _is_shortly_before(earlier: Segment, later: Segment) -> bool:
    if earlier.segment_id == later.segment_id:
        return False
    if earlier.end_ms is None or later.begin_ms is None or earlier.begin_ms is None:
        return 0 <= later.sequence - earlier.sequence <= _REACH_TURNS
    is_before = (earlier.begin_ms, earlier.sequence) <= (later.begin_ms, later.sequence)
    return is_before and later.begin_ms - earlier.end_ms <= _REACH_MS


_THING, _PERSON = "thing", "person"


@lru_cache(_REMEMBERED)
def _last_named(text: str) -> str | None:
    """Return whose number a turn names last: that of a thing or of a person."""
    plain = plain_form(text)
    words = [*_NAMED.finditer(plain)]
    if not words:
        return None
    last = words[-1]
    if not last["thing"]:
        return _PERSON
    before = words[-2] if len(words) > 1 else None
    if before and not before["thing"] and _EITHER.fullmatch(plain, before.end(), last.start()):
        return _PERSON
    return _THING


@lru_cache(_REMEMBERED)
def _digits_of_things(text: str, things: Things) -> frozenset[str]:
    """Return the digits of the numbers of things that can be read in a turn, and all together."""
    if not may_hold_digits(text):
        return frozenset()
    plain = plain_form(text)
    runs = [
        "".join(FIRST.findall(run[0]))
        for run in RUN.finditer(without_units(shape_of(text)))
        if is_of_thing(plain, run) or (things and things.holds(plain, run))
    ]
    readable = [digits for digits in runs if MASK not in digits]
    return frozenset(one for one in (*readable, "".join(readable)) if len(one) >= _FEWEST_REPEATED)
