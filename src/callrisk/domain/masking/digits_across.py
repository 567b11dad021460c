"""Numbers that one speaker dictates over several turns, found from the edges of the turns.

The first pass sees runs that are digits by themselves. The second pass also sees a turn of nothing
but に or さん, groups said by place value, and three digits without a unit anywhere in a turn; it
needs a certain digit in the same chain. What the other speaker repeats of it is masked, too.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

from callrisk.domain.masking.closeness import Company, links
from callrisk.domain.masking.digits import digits_only_shape, may_hold_digits, shape_of
from callrisk.domain.masking.numbers import (
    ACCOUNT_DIGITS,
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
from callrisk.domain.segment import MASK, ParticipantRole, Segment

_EdgeRun = tuple[re.Match[str], bool, bool]
_Runs = Callable[[str, str], Iterator[_EdgeRun]]

# Nobody dictates in so long a turn: of a longer one only the beginning and the end are looked at.
_LONGEST_TURN, _LOOKED_AT, _UNREAD = 1_000, 500, "\0"
# Of groups alone, 四千百十一 turn by turn, so many that are no round sums are a card.
_EXACT_GROUPS = 3
_LONGEST_GROUP = 5
_MOST_PASSES = 8
# Each turn that may hold a part of a number has those around it looked at once more.
_REMEMBERED = 2_048


@dataclass(frozen=True, slots=True)
class _Edge:
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
_Edges = tuple[list[_Edge], list[_Edge]]


def may_continue(text: str) -> bool:
    """Return True if digits at an edge of this turn may continue in another."""
    text = _looked_at(text)
    return any(_at_edges(_first_pass_shape(text), plain_form(text))) or any(
        _anywhere(_second_pass_shape(text), plain_form(text))
    )


def masked_digits_across(turns: Sequence[Segment]) -> list[Segment]:
    """Return the turns that change because their digits continue in other turns."""
    now = {turn.segment_id: turn for turn in turns}
    found = {turn.segment_id: _edges_of(turn) for turn in turns}
    while changed := _changed_turns(_number_edges(found.values())):
        # A hidden group may be the company that another was waiting for.
        now |= {turn.segment_id: turn for turn in changed}
        found |= {turn.segment_id: _edges_of(turn) for turn in changed}
    return [now[turn.segment_id] for turn in turns if now[turn.segment_id] != turn]


def _edges_of(turn: Segment) -> _Edges:
    """Return the edges of a turn in the first pass and in the second."""
    text = _looked_at(turn.text)
    first = _edges(turn, _first_pass_shape(text), _at_edges)
    return [*first], [*_edges(turn, _second_pass_shape(text), _anywhere)]


def _looked_at(text: str) -> str:
    """Return the text of the same length in which only the beginning and the end can be read."""
    if len(text) <= _LONGEST_TURN:
        return text
    return text[:_LOOKED_AT] + _UNREAD * (len(text) - 2 * _LOOKED_AT) + text[-_LOOKED_AT:]


def _number_edges(found: Iterable[_Edges]) -> list[_Edge]:
    """Return the edges that are part of a number, by the present texts of the turns."""
    first: list[_Edge] = []
    second: list[_Edge] = []
    for edges_at_ends, edges_anywhere in found:
        first += edges_at_ends
        second += edges_anywhere
    edges = [edge for chain in _chains(first) if _is_long(chain) for edge in chain]
    edges += [edge for chain in _chains(second) if _is_number(chain) for edge in chain]
    return edges + list(_repeated_edges(second))


def _repeated_edges(edges: Sequence[_Edge]) -> Iterator[_Edge]:
    """Yield edges that may repeat a group soon after a masked turn of the other speaker."""
    hidden = Company({edge.turn for edge in edges if edge.at_tail and MASK in edge.said})
    for edge in edges:
        is_all = edge.is_group and edge.at_head and edge.at_tail
        count = 0 if edge.is_inner else digit_count(edge.digits)
        is_some = ANNOUNCED_DIGITS <= count <= _LONGEST_GROUP
        if (is_all or is_some) and hidden.has_before(edge.turn):
            yield edge


def _is_long(chain: Sequence[_Edge]) -> bool:
    return sum(edge.chars for edge in chain) >= ACCOUNT_DIGITS


def _is_number(chain: Sequence[_Edge]) -> bool:
    """Return True if a chain of the second pass is long enough and contains a certain digit."""
    outer = [edge for edge in chain if not edge.is_inner or MASK in edge.said]
    certain = any(edge.is_certain for edge in outer)
    exact = sum(edge.is_exact for edge in outer)
    return _is_long(outer) and (certain or exact >= _EXACT_GROUPS)


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


def _edges(turn: Segment, bare: str, runs: _Runs) -> Iterator[_Edge]:
    plain_text = plain_form(turn.text)
    for run, at_head, at_tail in runs(bare, plain_text):
        said = plain_text[slice(*run.span())]
        is_certain = MASK in said or _is_prefix(run[0]) or has_keyword(plain_text, run)
        kinds = (is_certain, holds_place_value(said), bool(exact_group_count(said)))
        # What is as long as a group goes on in others whatever is said beside it.
        is_loose = runs is _anywhere and digit_count(run[0]) >= ANNOUNCED_DIGITS
        ends = (at_head or is_loose, at_tail or is_loose, not (at_head or at_tail), is_loose)
        yield _Edge(turn, run[0], run.start(), *ends, *kinds)


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


def _chains(edges: list[_Edge]) -> list[list[_Edge]]:
    """Return lists of edges that continue in one another, over any number of turns."""
    loose: dict[str, int] = {}
    # The loose ones of a turn belong together, so the first of them stands for all.
    first_of = [
        loose.setdefault(edge.turn.segment_id, number) if edge.is_loose else number
        for number, edge in enumerate(edges)
    ]
    parent = [*first_of]
    ends = [number for number in range(len(edges)) if first_of[number] == number]
    for role in ParticipantRole:
        own = [number for number in ends if edges[number].turn.role is role]
        tails = [number for number in own if edges[number].at_tail]
        heads = [number for number in own if edges[number].at_head]
        turns = ([edges[number].turn for number in numbers] for numbers in (tails, heads))
        for tail, head in links(*turns):
            parent[_root(parent, heads[head])] = _root(parent, tails[tail])
    chains: dict[int, list[_Edge]] = {}
    for number, edge in enumerate(edges):
        chains.setdefault(_root(parent, number), []).append(edge)
    return list(chains.values())


def _root(parent: list[int], number: int) -> int:
    """Return the edge that stands for the chain of this one."""
    while parent[number] != number:
        parent[number] = parent[parent[number]]
        number = parent[number]
    return number


def _changed_turns(number_edges: Iterable[_Edge]) -> list[Segment]:
    edges: dict[Segment, set[tuple[int, str]]] = {}
    for edge in number_edges:
        edges.setdefault(edge.turn, set()).add((edge.begin, edge.digits))
    texts = ((turn, _masked_edges(turn.text, spans)) for turn, spans in edges.items())
    return [replace(turn, text=text) for turn, text in texts if text != turn.text]


def _masked_edges(text: str, edges: Iterable[tuple[int, str]]) -> str:
    """Return the text with the digits of its edges masked; edges may overlap."""
    hidden = list(text)
    for begin, shape in edges:
        for digit in DIGIT_RUN.finditer(shape):
            hidden[begin + digit.start() : begin + digit.end()] = MASK * len(digit[0])
    return "".join(hidden)
