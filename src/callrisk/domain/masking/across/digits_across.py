"""Numbers that one speaker dictates over several turns, found from the edges of the turns.

The first pass sees runs that are digits by themselves. The second pass also sees a turn of nothing
but に or さん, groups said by place value, and three digits without a unit anywhere in a turn; it
needs a certain digit in the same chain. What the other speaker repeats of it is masked, too.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from functools import lru_cache

from callrisk.domain.masking.across.closeness import Company, links, roles_of
from callrisk.domain.masking.across.edges import Edge, Edges, edges_of
from callrisk.domain.masking.across.things_across import Things, things_of
from callrisk.domain.masking.numbers import (
    ACCOUNT_DIGITS,
    ANNOUNCED_DIGITS,
)
from callrisk.domain.masking.plain_form import plain_form
from callrisk.domain.masking.shapes import DIGIT_RUN, RUN, digit_count
from callrisk.domain.segment import MASK, Segment

# Of groups alone, 四千百十一 turn by turn, so many that are no round sums are a card.
_EXACT_GROUPS = 3
_LONGEST_GROUP = 5
# Digits said one a turn take their time.
_ANSWER_MS, _ANSWER_TURNS = 30_000, 10
# Each turn that may hold a part of a number has those around it looked at once more.
_REMEMBERED = 2_048


_QUESTION = re.compile(
    "(?:かーど|電話|携帯|連絡先|口座|暗証|ふぁっくす|免許証?|まいなんばー|個人番号|保険者?証?|"
    "在留かーど|年金|内線|ぴん|pin|card|phone|account)"
    "(?:の)?(?:番号|ばんごう|\\snumber)?(?:の)?[^。]{0,14}(?:お願い|頂|いただ|教え|伺|うかが|"
    "どうぞ|は[。?？]?\\Z|を[。]?\\Z|確認|please|ですか)|"
    "せきゅりてぃ(?:こーど)?|cv[vc]|裏面?の|暗証番号|security code|わんたいむ|ぱすわーど|ぱすこーど"
)
# Of a secret whoever spoke of it may say it, too.
_SECRET = re.compile("わんたいむ|ぱすわーど|ぱすこーど|暗証|認証(?:番号|こーど)")
_SECRET_MS, _SECRET_TURNS = 20_000, 3
_SECRET_DIGITS = 4


def masked_digits_across(turns: Sequence[Segment]) -> list[Segment]:
    """Return the turns that change because their digits continue in other turns."""
    now = {turn.segment_id: turn for turn in turns}
    found = {turn.segment_id: edges_of(turn) for turn in turns}
    while changed := _changed_turns(
        _number_edges([(now[turn_id], both) for turn_id, both in found.items()])
    ):
        # A hidden group may be the company that another was waiting for.
        now |= {turn.segment_id: turn for turn in changed}
        found |= {turn.segment_id: edges_of(turn) for turn in changed}
    return [now[turn.segment_id] for turn in turns if now[turn.segment_id] != turn]


def _number_edges(found: Sequence[tuple[Segment, Edges]]) -> list[Edge]:
    """Return the edges that are part of a number, by the present texts of the turns."""
    first: list[Edge] = []
    second: list[Edge] = []
    found_turns = [turn for turn, _ in found]
    things = things_of(found_turns)
    for turn, (edges_at_ends, edges_anywhere) in found:
        known = things[turn.segment_id]
        first += (edge for edge in edges_at_ends if not (known and _is_thing(edge, known)))
        second += (edge for edge in edges_anywhere if not (known and _is_thing(edge, known)))
    edges = [edge for chain in _chains(first) if _is_long(chain) for edge in chain]
    edges += [edge for chain in _chains(second) if _is_number(chain) for edge in chain]
    return [*edges, *_repeated_edges(second), *_answering_edges(found_turns, second)]


def _is_thing(edge: Edge, things: Things) -> bool:
    """Return True if a run is the number of a thing for what was said in turns before."""
    plain = plain_form(edge.turn.text)
    shape = f"{plain[: edge.begin]}{edge.digits}{plain[edge.begin + len(edge.digits) :]}"
    run = RUN.match(shape, edge.begin)
    return run is not None and things.holds(plain, run)


def _answering_edges(turns: Iterable[Segment], edges: Sequence[Edge]) -> Iterator[Edge]:
    """Yield edges that soon follow the other speaker's question for a number of a person."""
    asking = [turn for turn in turns if asks_for_number(turn.text)]
    asked = {
        role: Company((turn for turn in asking if turn.role is not role), _ANSWER_MS, _ANSWER_TURNS)
        for role in roles_of(edge.turn for edge in edges)
    }
    secret = Company(
        (turn for turn in asking if speaks_of_secret(turn.text)), _SECRET_MS, _SECRET_TURNS
    )
    for edge in edges:
        is_all = edge.at_head and edge.at_tail and not edge.is_loose
        count = digit_count(edge.digits)
        is_some = count >= ANNOUNCED_DIGITS
        is_secret = count >= _SECRET_DIGITS and secret.has_before(edge.turn)
        if is_secret or ((is_all or is_some) and asked[edge.turn.role].has_before(edge.turn)):
            yield edge


@lru_cache(_REMEMBERED)
def speaks_of_secret(text: str) -> bool:
    """Return True if a turn speaks of a password or a code that nobody else may know."""
    return _SECRET.search(plain_form(text)) is not None


@lru_cache(_REMEMBERED)
def asks_for_number(text: str) -> bool:
    """Return True if a turn asks for a number that names a person."""
    return _QUESTION.search(plain_form(text)) is not None


def _repeated_edges(edges: Sequence[Edge]) -> Iterator[Edge]:
    """Yield edges that may repeat a group soon after a masked turn of the other speaker."""
    hidden = Company({edge.turn for edge in edges if edge.at_tail and MASK in edge.said})
    for edge in edges:
        is_all = edge.is_group and edge.at_head and edge.at_tail
        count = 0 if edge.is_inner else digit_count(edge.digits)
        is_some = ANNOUNCED_DIGITS <= count <= _LONGEST_GROUP
        if (is_all or is_some) and hidden.has_before(edge.turn):
            yield edge


def _is_long(chain: Sequence[Edge]) -> bool:
    return sum(edge.chars for edge in chain) >= ACCOUNT_DIGITS


def _is_number(chain: Sequence[Edge]) -> bool:
    """Return True if a chain of the second pass is long enough and contains a certain digit."""
    outer = [edge for edge in chain if not edge.is_inner or MASK in edge.said]
    certain = any(edge.is_certain for edge in outer)
    exact = sum(edge.is_exact for edge in outer)
    return _is_long(outer) and (certain or exact >= _EXACT_GROUPS)


def _chains(edges: list[Edge]) -> list[list[Edge]]:
    """Return lists of edges that continue in one another, over any number of turns."""
    loose: dict[str, int] = {}
    # The loose ones of a turn belong together, so the first of them stands for all.
    first_of = [
        loose.setdefault(edge.turn.segment_id, number) if edge.is_loose else number
        for number, edge in enumerate(edges)
    ]
    parent = [*first_of]
    ends = [number for number in range(len(edges)) if first_of[number] == number]
    for role in roles_of(edge.turn for edge in edges):
        own = [number for number in ends if edges[number].turn.role is role]
        tails = [number for number in own if edges[number].at_tail]
        heads = [number for number in own if edges[number].at_head]
        turns = ([edges[number].turn for number in numbers] for numbers in (tails, heads))
        for tail, head in links(*turns):
            parent[_root(parent, heads[head])] = _root(parent, tails[tail])
    chains: dict[int, list[Edge]] = {}
    for number, edge in enumerate(edges):
        chains.setdefault(_root(parent, number), []).append(edge)
    return list(chains.values())


def _root(parent: list[int], number: int) -> int:
    """Return the edge that stands for the chain of this one."""
    while parent[number] != number:
        parent[number] = parent[parent[number]]
        number = parent[number]
    return number


def _changed_turns(number_edges: Iterable[Edge]) -> list[Segment]:
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
