"""Numbers that one speaker dictates over several turns, found from the edges of the turns.

There are two looks. The first sees digits that are ones by themselves. The second sees a turn of
nothing but に or さん, too, groups said by place value, and three digits without a unit anywhere in
a turn: it needs company that is certain. What the other speaker repeats of it is hidden, too.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from callrisk.domain.masking.digits import (
    DIGIT_RUN,
    GAP,
    RUN,
    digits,
    only_digits_shape,
    plain,
    shape,
    worth_a_look,
)
from callrisk.domain.masking.numbers import (
    ACCOUNT_DIGITS,
    TOLD_DIGITS,
    bare_digits,
    has_keyword,
    is_other,
)
from callrisk.domain.masking.place_values import exact_groups, holds_group, with_groups
from callrisk.domain.segment import MASK, Segment

_Found = tuple[re.Match[str], bool, bool]
_Runs = Callable[[str, str], Iterator[_Found]]

_PAUSE_MS = 15_000
_TURNS_BETWEEN = 6
# Of groups alone, 四千百十一 turn by turn, so many that are no round sums are a card.
_EXACT_GROUPS = 3
_LONGEST_GROUP = 5
_MOST_ROUNDS = 8


@dataclass(frozen=True, slots=True)
class _Edge:
    """Digits that reach the beginning of a turn, its end, both, or stand in its midst."""

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
        """What the turn shows there."""
        return self.turn.text[self.begin : self.begin + len(self.digits)]

    @property
    def chars(self) -> int:
        """Characters of its digits, which masking keeps."""
        return sum(map(len, DIGIT_RUN.findall(self.digits)))

    def goes_on_in(self, later: "_Edge") -> bool:
        """Whether the same speaker may have gone on dictating in the other turn."""
        return self.turn.role is later.turn.role and is_soon(self.turn, later.turn)


def is_soon(one: Segment, two: Segment) -> bool:
    """Whether a turn comes so soon behind another that it may go on in it."""
    if one.end_ms is None or two.begin_ms is None:
        # By number, not by the turns known so far: a turn that comes late must not part a pair.
        near = 0 <= two.sequence - one.sequence <= _TURNS_BETWEEN + 1
        return near and (one.sequence, one.segment_id) < (two.sequence, two.segment_id)
    return _place(one) < _place(two) and two.begin_ms - one.end_ms <= _PAUSE_MS


def _place(turn: Segment) -> tuple[int, int, str]:
    return (turn.begin_ms or 0, turn.sequence, turn.segment_id)


def may_go_on(text: str) -> bool:
    """Whether digits at an edge of a turn may go on in another."""
    return any(_at_edges(_first_shape(text), plain(text))) or any(
        _anywhere(_second_shape(text), plain(text))
    )


def digits_across(turns: Sequence[Segment]) -> list[Segment]:
    """The turns in which digits are hidden because of other turns."""
    now = {turn.segment_id: turn for turn in turns}
    while changed := _changed(_told([*now.values()])):
        # A hidden group may be the company that another was waiting for.
        now |= {turn.segment_id: turn for turn in changed}
    return [now[turn.segment_id] for turn in turns if now[turn.segment_id] != turn]


def _told(turns: Sequence[Segment]) -> list[_Edge]:
    """Edges that are part of a number by what the turns show now."""
    first = [edge for turn in turns for edge in _edges(turn, _first_shape(turn.text), _at_edges)]
    told = [edge for chain in _chains(first) if _is_long(chain) for edge in chain]
    second = [edge for turn in turns for edge in _edges(turn, _second_shape(turn.text), _anywhere)]
    told += [edge for chain in _chains(second) if _is_number(chain) for edge in chain]
    return told + list(_repeated(second))


def _repeated(edges: Sequence[_Edge]) -> Iterator[_Edge]:
    """What may repeat a group, soon behind something hidden that the other one said."""
    hidden = {edge.turn for edge in edges if edge.at_tail and MASK in edge.said}
    for edge in edges:
        is_all = edge.is_group and edge.at_head and edge.at_tail
        is_some = not edge.is_inner and TOLD_DIGITS <= digits(edge.digits) <= _LONGEST_GROUP
        if (is_all or is_some) and any(is_soon(turn, edge.turn) for turn in hidden):
            yield edge


def _is_long(chain: Sequence[_Edge]) -> bool:
    return sum(edge.chars for edge in chain) >= ACCOUNT_DIGITS


def _is_number(chain: Sequence[_Edge]) -> bool:
    """Whether a chain of the second look is long, and has something certain in it."""
    told = [edge for edge in chain if not edge.is_inner or MASK in edge.said]
    certain = any(edge.is_certain for edge in told)
    exact = sum(edge.is_exact for edge in told)
    return _is_long(told) and (certain or exact >= _EXACT_GROUPS)


def _first_shape(text: str) -> str:
    return bare_digits(shape(text)) if worth_a_look(text) else ""


def _second_shape(text: str) -> str:
    found = only_digits_shape(text)
    if found is None:
        found = _grouped_shape(text) if worth_a_look(text) else ""
    return bare_digits(found)


def _grouped_shape(text: str) -> str:
    """The shape as it is once the groups of a text are hidden, so that hiding them moves none."""
    found = shape(text)
    for _ in range(_MOST_ROUNDS):
        grouped = with_groups(found)
        if grouped == found:
            break
        places = zip(grouped, found, text, strict=True)
        text = "".join(MASK if new != old else char for new, old, char in places)
        found = shape(text)
    return found


def _edges(turn: Segment, bare: str, runs: _Runs) -> Iterator[_Edge]:
    plain_text = plain(turn.text)
    for run, at_head, at_tail in runs(bare, plain_text):
        said = plain_text[slice(*run.span())]
        is_certain = MASK in said or _is_prefix(run[0]) or has_keyword(plain_text, run)
        kinds = (is_certain, holds_group(said), bool(exact_groups(said)))
        # What is as long as a group goes on in others whatever is said beside it.
        is_loose = runs is _anywhere and digits(run[0]) >= TOLD_DIGITS
        ends = (at_head or is_loose, at_tail or is_loose, not (at_head or at_tail), is_loose)
        yield _Edge(turn, run[0], run.start(), *ends, *kinds)


def _is_prefix(run: str) -> bool:
    """Whether digits begin as those of a phone do, and no amount does."""
    return run.startswith("0") and digits(run) > 1


def _at_edges(bare: str, plain_text: str) -> Iterator[_Found]:
    """Each run at an edge, and whether it is at the head or at the tail."""
    return (found for found in _runs(bare, plain_text) if _reaches_edge(plain_text, *found))


def _anywhere(bare: str, plain_text: str) -> Iterator[_Found]:
    """The runs at the edges, and each that is as long as a group of a number."""
    for found in _runs(bare, plain_text):
        if digits(found[0][0]) >= TOLD_DIGITS or _reaches_edge(plain_text, *found):
            yield found


def _reaches_edge(plain_text: str, run: re.Match[str], at_head: bool, at_tail: bool) -> bool:
    # One digit beside words that name no number is more often part of an ordinary word.
    counts = digits(run[0]) > 1 or has_keyword(plain_text, run)
    return (at_head and at_tail) or ((at_head or at_tail) and counts)


def _runs(bare: str, plain_text: str) -> Iterator[_Found]:
    """Each run that is no amount or day, and whether it is at the head or at the tail."""
    head = _gap_end(bare, 0)
    for run in RUN.finditer(bare):
        at_head = head >= run.start()
        at_tail = _gap_end(bare, run.end()) == len(bare)
        is_all = at_head and at_tail
        if is_all or has_keyword(plain_text, run) or not is_other(plain_text, run):
            yield run, at_head, at_tail


def _gap_end(bare: str, begin: int) -> int:
    gap = GAP.match(bare, begin)
    return gap.end() if gap else begin


def _chains(edges: list[_Edge]) -> list[list[_Edge]]:
    """Edges that go on in one another, however many turns that takes."""
    loose: dict[str, int] = {}
    # The loose ones of a turn belong together, so the first of them stands for all.
    chain_of = [
        loose.setdefault(edge.turn.segment_id, number) if edge.is_loose else number
        for number, edge in enumerate(edges)
    ]
    ends = [(number, edge) for number, edge in enumerate(edges) if chain_of[number] == number]
    heads = [number for number, edge in ends if edge.at_head]
    tails = [number for number, edge in ends if edge.at_tail]
    for one in tails:
        for two in heads:
            if chain_of[one] != chain_of[two] and edges[one].goes_on_in(edges[two]):
                old, new = chain_of[two], chain_of[one]
                chain_of = [new if chain == old else chain for chain in chain_of]
    chains: dict[int, list[_Edge]] = {}
    for edge, chain in zip(edges, chain_of, strict=True):
        chains.setdefault(chain, []).append(edge)
    return list(chains.values())


def _changed(told: Iterable[_Edge]) -> list[Segment]:
    edges: dict[Segment, set[tuple[int, str]]] = {}
    for edge in told:
        edges.setdefault(edge.turn, set()).add((edge.begin, edge.digits))
    shown = ((turn, _hidden(turn.text, found)) for turn, found in edges.items())
    return [replace(turn, text=text) for turn, text in shown if text != turn.text]


def _hidden(text: str, edges: Iterable[tuple[int, str]]) -> str:
    """The text with the digits of its edges masked, which may overlap."""
    hidden = list(text)
    for begin, found in edges:
        for digit in DIGIT_RUN.finditer(found):
            hidden[begin + digit.start() : begin + digit.end()] = MASK * len(digit[0])
    return "".join(hidden)
