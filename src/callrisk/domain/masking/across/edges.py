"""The runs of digits of a turn that may go on in other turns.

The first pass sees runs at the edges of a turn that are digits by themselves. The second pass also
sees a turn of nothing but に or さん, groups said by place value, and three digits without a unit
anywhere in a turn.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import lru_cache

from callrisk.domain.masking.digits import digits_only_shape, may_hold_digits, shape_of
from callrisk.domain.masking.numbers import (
    ANNOUNCED_DIGITS,
    has_keyword,
    is_date_or_amount,
    is_of_thing,
    without_units,
)
from callrisk.domain.masking.place_values import (
    exact_group_count,
    groups_as_digits,
    holds_place_value,
)
from callrisk.domain.masking.plain_form import plain_form
from callrisk.domain.masking.shapes import DIGIT_RUN, GAP, RUN, digit_count
from callrisk.domain.masking.things import is_bare_amount
from callrisk.domain.segment import MASK, Segment

_EdgeRun = tuple[re.Match[str], bool, bool]
_Runs = Callable[[str, str], Iterator[_EdgeRun]]

# Nobody dictates in so long a turn: of a longer one only the beginning and the end are looked at.
_LONGEST_TURN, _LOOKED_AT, _UNREAD = 1_000, 500, "\0"
_MOST_PASSES = 8
# Each turn that may hold a part of a number has those around it looked at once more.
_REMEMBERED = 2_048


@dataclass(frozen=True, slots=True)
class Edge:
    """A run of digits at the beginning of a turn, at its end, at both, or inside it."""

    turn: Segment
    digits: str
    begin: int
    at_head: bool
    at_tail: bool
    is_inner: bool
    is_loose: bool
    is_certain: bool
    is_group: bool
    is_exact: bool

    @property
    def said(self) -> str:
        """Return the text of the turn at this run."""
        return self.turn.text[self.begin : self.begin + len(self.digits)]

    @property
    def chars(self) -> int:
        """Return the number of characters of the digits; masking does not change it."""
        return sum(map(len, DIGIT_RUN.findall(self.digits)))


# The edges of one turn: those of the first pass, and those of the second.
Edges = tuple[list[Edge], list[Edge]]


def may_continue(text: str) -> bool:
    """Return True if digits at an edge of this turn may continue in another."""
    text = _looked_at(text)
    return any(_at_edges(_first_pass_shape(text), plain_form(text))) or any(
        _anywhere(_second_pass_shape(text), plain_form(text))
    )


def edges_of(turn: Segment) -> Edges:
    """Return the edges of a turn in the first pass and in the second."""
    text = _looked_at(turn.text)
    first = _edges(turn, _first_pass_shape(text), _at_edges)
    return [*first], [*_edges(turn, _second_pass_shape(text), _anywhere)]


def _looked_at(text: str) -> str:
    """Return the text of the same length in which only the beginning and the end can be read."""
    if len(text) <= _LONGEST_TURN:
        return text
    return text[:_LOOKED_AT] + _UNREAD * (len(text) - 2 * _LOOKED_AT) + text[-_LOOKED_AT:]


@lru_cache(_REMEMBERED)
def _first_pass_shape(text: str) -> str:
    return without_units(shape_of(text)) if may_hold_digits(text) else ""


@lru_cache(_REMEMBERED)
def _second_pass_shape(text: str) -> str:
    shape = digits_only_shape(text)
    if shape is None:
        shape = _grouped_shape(text) if may_hold_digits(text) else ""
    return without_units(shape)


def _grouped_shape(text: str) -> str:
    """Return the shape after the place-value groups of a text are masked, to a fixed point."""
    shape = shape_of(text)
    for _ in range(_MOST_PASSES):
        grouped = groups_as_digits(shape)
        if grouped == shape:
            break
        places = zip(grouped, shape, text, strict=True)
        text = "".join(MASK if new != old else char for new, old, char in places)
        shape = shape_of(text)
    return shape


def _edges(turn: Segment, bare: str, runs: _Runs) -> Iterator[Edge]:
    plain_text = plain_form(turn.text)
    for run, at_head, at_tail in runs(bare, plain_text):
        said = plain_text[slice(*run.span())]
        is_certain = MASK in said or _is_prefix(run[0]) or has_keyword(plain_text, run)
        kinds = (is_certain, holds_place_value(said), bool(exact_group_count(said)))
        # What is as long as a group goes on in others whatever is said beside it.
        is_loose = runs is _anywhere and digit_count(run[0]) >= ANNOUNCED_DIGITS
        ends = (at_head or is_loose, at_tail or is_loose, not (at_head or at_tail), is_loose)
        yield Edge(turn, run[0], run.start(), *ends, *kinds)


def _is_prefix(run: str) -> bool:
    """Return True if digits begin like a telephone number and not like an amount."""
    return run.startswith("0") and digit_count(run) > 1


def _at_edges(bare: str, plain_text: str) -> Iterator[_EdgeRun]:
    """Yield each run at an edge with flags for head and tail."""
    return (run for run in _runs(bare, plain_text) if _reaches_edge(plain_text, *run))


def _anywhere(bare: str, plain_text: str) -> Iterator[_EdgeRun]:
    """Yield the runs at the edges and each run as long as a group of a number."""
    for run in _runs(bare, plain_text):
        if digit_count(run[0][0]) >= ANNOUNCED_DIGITS or _reaches_edge(plain_text, *run):
            yield run


def _reaches_edge(plain_text: str, run: re.Match[str], at_head: bool, at_tail: bool) -> bool:
    # One digit beside words that name no number is more often part of an ordinary word.
    counts = digit_count(run[0]) > 1 or has_keyword(plain_text, run)
    return (at_head and at_tail) or ((at_head or at_tail) and counts)


def _runs(bare: str, plain_text: str) -> Iterator[_EdgeRun]:
    """Yield each run that is no amount or date, with flags for head and tail."""
    head = _separators_end(bare, 0)
    for run in RUN.finditer(bare):
        at_head = head >= run.start()
        at_tail = _separators_end(bare, run.end()) == len(bare)
        is_all = at_head and at_tail and not is_bare_amount(run)
        if is_of_thing(plain_text, run):
            continue
        if is_all or has_keyword(plain_text, run) or not is_date_or_amount(plain_text, run):
            yield run, at_head, at_tail


def _separators_end(bare: str, begin: int) -> int:
    gap = GAP.match(bare, begin)
    return gap.end() if gap else begin
