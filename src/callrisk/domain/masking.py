"""Card, phone and account numbers and e-mail addresses, hidden before a turn is stored or shown.

Masking keeps the length of a text: each character of a number becomes `MASK`, so what was hidden
still counts as digits of unknown value, and masking twice is masking once.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from callrisk.domain.call import Segment
from callrisk.domain.mail_addresses import MAIL_MASK, mail_masked
from callrisk.domain.place_values import place_value_spans, with_groups
from callrisk.domain.spoken_digits import DIGIT, GAP, MASK, RUN, digits, plain, shape
from callrisk.domain.turn_numbers import ACCOUNT_DIGITS, bare_digits, has_keyword, number_spans

__all__ = ["MAIL_MASK", "MASK", "masked", "masked_across", "may_hold_number"]

_PAUSE_MS = 15_000
_TURNS_BETWEEN = 6

_WEAK = "(?:[にごくしニゴクシﾆｸｼ]|ｺﾞ|[さサ][んン]|ｻﾝ|[さサ]ー[んン])[ーｰいイお]?"
# Most turns hold nothing like a digit and are done after this one look.
_WORTH = re.compile(
    f"[0-9０-９{MASK}〇零一二三四五六七八九十百千○◯@＠ゼｾﾞ]|ぜー?ろ|せ゛|アット|あっと|"
    "れ[いー]|レ[イー]|ﾚ[ｲｰ]|まる|マル|ﾏﾙ|いー?ち|イー?チ|ｲｰ?ﾁ|よー?ん|ヨー?ン|ﾖｰ?ﾝ|"
    "ろー?く|ロー?ク|ﾛｰ?ｸ|なー?な|ナー?ナ|ﾅｰ?ﾅ|[しシｼはハﾊ][ーｰ]?[ちチﾁ]|[きキｷ][ゅゆュユｭﾕ]|"
    f"{_WEAK}(?:[、・\\s]{{0,3}}{_WEAK}){{2}}"
)
_DIGITS = re.compile(f"{DIGIT}++")


def masked(text: str) -> str:
    """What one turn alone tells to be a number or an address, hidden; the length stays."""
    if not _WORTH.search(text):
        return text
    known, text = text, _masked_once(text)
    while known != text:
        # A masked group may show that its neighbour belongs to it: go on until nothing moves.
        known, text = text, _masked_once(text)
    return text


def may_hold_number(text: str) -> bool:
    """Whether a turn has digits at an edge, where a number dictated in parts would go on."""
    return any(True for _ in _edge_runs(text))


def masked_across(turns: Sequence[Segment]) -> list[Segment]:
    """The turns that change because one speaker dictated a number across several of them.

    Digits at the edges of turns are joined pair by pair: by who spoke, and how far apart. A pair
    needs nothing of the turns between, and what is counted are characters, which masking keeps.
    So more turns can only mask more, and the texts end the same in whatever order turns arrive,
    however often this runs on turns that it masked in part.
    """
    edges = [_Edge(turn, *edge) for turn in turns for edge in _edge_runs(turn.text)]
    told: dict[Segment, list[_Edge]] = {}
    for chain in _chains(edges):
        if sum(edge.chars for edge in chain) >= ACCOUNT_DIGITS:
            for edge in chain:
                told.setdefault(edge.turn, []).append(edge)
    return list(_changed(told))


@dataclass(frozen=True, slots=True)
class _Edge:
    """Digits that reach the beginning of a turn, its end, or both."""

    turn: Segment
    begin: int
    end: int
    chars: int
    at_head: bool
    at_tail: bool

    def goes_on_in(self, later: "_Edge") -> bool:
        """Whether the same speaker may have gone on dictating in the other turn."""
        one, two = self.turn, later.turn
        if one.role is not two.role:
            return False
        if one.end_ms is None or two.begin_ms is None:
            # By number, not by the turns known so far: a turn that comes late must not part a pair.
            near = 0 <= two.sequence - one.sequence <= _TURNS_BETWEEN + 1
            return near and (one.sequence, one.segment_id) < (two.sequence, two.segment_id)
        in_order = _place(one) < _place(two)
        return in_order and two.begin_ms - one.end_ms <= _PAUSE_MS


def _place(turn: Segment) -> tuple[int, int, str]:
    return (turn.begin_ms or 0, turn.sequence, turn.segment_id)


def _edge_runs(text: str) -> Iterator[tuple[int, int, int, bool, bool]]:
    """Begin, end, characters, and whether it is at the head or at the tail, of each such run."""
    if not _WORTH.search(text):
        return
    bare = bare_digits(shape(text))
    runs = list(RUN.finditer(bare))
    for run in dict.fromkeys((*runs[:1], *runs[-1:])):
        at_head = _gap_end(bare, 0) >= run.start()
        at_tail = _gap_end(bare, run.end()) == len(bare)
        # One digit beside words is more often an ordinary word than part of a number.
        if (at_head and at_tail) or ((at_head or at_tail) and digits(run[0]) > 1):
            yield (*run.span(), sum(map(len, _DIGITS.findall(run[0]))), at_head, at_tail)


def _gap_end(bare: str, begin: int) -> int:
    gap = GAP.match(bare, begin)
    return gap.end() if gap else begin


def _chains(edges: list[_Edge]) -> list[list[_Edge]]:
    """Edges that go on in one another, however many turns that takes."""
    chain_of = list(range(len(edges)))
    heads = [number for number, edge in enumerate(edges) if edge.at_head]
    tails = [number for number, edge in enumerate(edges) if edge.at_tail]
    for one in tails:
        for two in heads:
            if chain_of[one] != chain_of[two] and edges[one].goes_on_in(edges[two]):
                old, new = chain_of[two], chain_of[one]
                chain_of = [new if chain == old else chain for chain in chain_of]
    chains: dict[int, list[_Edge]] = {}
    for edge, chain in zip(edges, chain_of, strict=True):
        chains.setdefault(chain, []).append(edge)
    return list(chains.values())


def _changed(told: dict[Segment, list[_Edge]]) -> Iterator[Segment]:
    for turn, edges in told.items():
        spans = [(edge.begin, edge.end) for edge in edges]
        text = _covered(turn.text, shape(turn.text), spans)
        if text != turn.text:
            yield replace(turn, text=text)


def _masked_once(text: str) -> str:
    text = mail_masked(text)
    plain_text, digit_shape = plain(text), shape(text)
    if spans := [*place_value_spans(plain_text, digit_shape, has_keyword)]:
        text = _covered(text, with_groups(digit_shape), spans)
    return _covered(text, digit_shape, number_spans(plain_text, digit_shape))


def _covered(text: str, digit_shape: str, spans: Iterable[tuple[int, int]]) -> str:
    hidden = list(text)
    for begin, end in spans:
        for digit in _DIGITS.finditer(digit_shape, begin, end):
            hidden[digit.start() : digit.end()] = MASK * len(digit[0])
    return "".join(hidden)
