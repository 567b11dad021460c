"""Sums, dates and numbers of things, which the tagger leaves as the rules know them."""

import re
from dataclasses import dataclass
from typing import Self

from callrisk.domain.masking.across.things_across import Things
from callrisk.domain.masking.counters import MONEY
from callrisk.domain.masking.digits import may_hold_digits, shape_of
from callrisk.domain.masking.frames.kinds import Kind
from callrisk.domain.masking.frames.no_names import NOT_NAMES
from callrisk.domain.masking.frames.saying import Span
from callrisk.domain.masking.numbers import is_of_thing, without_units
from callrisk.domain.masking.plain_form import plain_form
from callrisk.domain.masking.quantities import CUT, is_amount
from callrisk.domain.masking.shapes import DIGIT, RUN, digit_count
from callrisk.domain.masking.tagging.said_before import SaidBefore
from callrisk.domain.masking.tagging.tagger import Tagged
from callrisk.domain.masking.things import is_bare_amount, plates
from callrisk.domain.segment import MASK, WORD_MASK

_SUM = re.compile(
    rf"[¥$]\s?{DIGIT}++|{DIGIT}(?:{DIGIT}|[,十百千万億])*+\s?(?:{MONEY}|yen)|"
    rf"[1-9][0-9]{{0,2}}(?:,[0-9]{{3}})++"
)
# What was cut out as a quantity with a unit: a date, a time, a count.
_QUANTITY = re.compile(f"{CUT}+")
_NO_NAME = re.compile(f"(?:{NOT_NAMES})(?:様|さん|さま)?")
# What is so likely a number of a person is one, though a number of a thing was asked for.
_SURE = 0.8
# Whatever names it, a single digit or two are no number of a thing.
_FEWEST_DIGITS = 3


# A date is the end of a card or a birth only where one was spoken of, or something is hidden.
_SPOKEN_OF = {
    Kind.EXPIRY: re.compile(
        f"期限|満了|有効|何年|何月|いつまで|年月|月年|カード番号|[{MASK}]{{3}}"
    ),
    Kind.BIRTH: re.compile(
        f"生年|誕生|生まれ|うまれ|年齢|何年|何歳|お?歳|西暦|和暦|本人|[{MASK}{WORD_MASK}]{{2}}"
    ),
}


@dataclass(frozen=True, slots=True)
class Readable:
    """The spans of a turn that name nobody.

    `surely` are those by its own words, `as_asked` those by what was asked before, `quantities`
    those with a unit. `told` is the turn and those before it.
    """

    told: str
    surely: tuple[Span, ...] = ()
    as_asked: tuple[Span, ...] = ()
    quantities: tuple[Span, ...] = ()

    @classmethod
    def of(cls, text: str, things: Things, said: SaidBefore) -> Self:
        """Return the sums, dates, licence plates and numbers of things that a turn tells.

        `things` is what the turns before tell of its numbers.
        """
        told = "。".join((text, *(turn.text for turn in said.turns)))
        if not may_hold_digits(text):
            return cls(told)
        plain, shape = plain_form(text), shape_of(text)
        surely = [*(found.span() for found in _SUM.finditer(shape)), *plates(shape)]
        bare = without_units(shape)
        quantities = [run.span() for run in _QUANTITY.finditer(bare)]
        as_asked = []
        for run in RUN.finditer(bare):
            if digit_count(run[0]) < _FEWEST_DIGITS:
                continue
            if (
                is_of_thing(plain, run)
                or is_bare_amount(run)
                or is_amount(plain, run)
                or (things.holds(plain, run) and things.repeats(run))
            ):
                surely.append(run.span())
            elif things.holds(plain, run):
                as_asked.append(run.span())
        return cls(told, tuple(surely), tuple(as_asked), tuple(quantities))

    def holds(self, tagged: Tagged, text: str) -> bool:
        """Return True if what was tagged names nobody after all."""
        if tagged.kind is Kind.NAME:
            return _NO_NAME.fullmatch(text, *tagged.span) is not None
        if tagged.kind is Kind.ADDRESS:  # has numbers that look like those of things
            return False
        if spoken_of := _SPOKEN_OF.get(tagged.kind):
            return spoken_of.search(self.told) is None or self._is_in(self.surely, tagged.span)
        if tagged.kind is Kind.NUMBER and self._is_in(self.quantities, tagged.span):
            return True
        is_sure = tagged.likelihood >= _SURE
        return self._is_in(self.surely if is_sure else self.surely + self.as_asked, tagged.span)

    @staticmethod
    def _is_in(spans: tuple[Span, ...], tagged: Span) -> bool:
        return any(tagged[0] < end and begin < tagged[1] for begin, end in spans)
