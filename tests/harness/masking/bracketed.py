"""Calls in which what is hidden stands in brackets, a turn a line: who, from, to, words.

A first line "= rules" has the rules alone hide, "= all" the rules and the tagger, and
"= name | address | kana" the known person of this record.
"""

from collections.abc import Callable, Iterator, Sequence
from itertools import groupby

from callrisk.domain.masking import EVERYTHING, KnownPerson, Masking
from callrisk.domain.segment import MAIL_MASK, MASK, WORD_MASK, ParticipantRole, Segment
from harness.masking.rules import RULES

_MASKS = f"{MASK}{MAIL_MASK}{WORD_MASK}"
_ROLES = {"A": ParticipantRole.AGENT, "C": ParticipantRole.CUSTOMER}
_OPENS, _CLOSES = "【】"
_WITHOUT = {ord(_OPENS): None, ord(_CLOSES): None}


def calls_of(lines: Sequence[str]) -> Iterator[list[str]]:
    """The calls of a file, which blank lines part; lines with # say something about them."""
    told = (line for line in lines if not line.startswith("#"))
    yield from (list(call) for is_call, call in groupby(told, key=bool) if is_call)


def bracketed(call: Sequence[str]) -> list[str]:
    """The lines of a call with brackets around what is hidden, each turn as it comes."""
    first, *rest = call
    said = [line.translate(_WITHOUT).split(" ", 3) for line in rest]
    maskings = {"= rules": RULES, "= all": EVERYTHING}
    hidden = _by(maskings[first], said) if first in maskings else _by_record(first, said)
    return [first] + [
        " ".join((*one[:3], _shown(one[3], shown))) for one, shown in zip(said, hidden, strict=True)
    ]


def _by(masking: Masking, said: Sequence[Sequence[str]]) -> list[str]:
    """What is shown of the turns of a call."""
    known: dict[str, Segment] = {}
    for place, (who, begin, end, words) in enumerate(said):
        turn = Segment(f"s{place}", place, _ROLES[who], masking.masked(words), int(begin), int(end))
        known[turn.segment_id] = turn
        known |= {one.segment_id: one for one in masking.masked_across([*known.values()])}
    return [turn.text for turn in known.values()]


def _by_record(record: str, said: Sequence[Sequence[str]]) -> list[str]:
    """What is shown of turns that a known person may be named in."""
    name, address, kana = (part.strip() for part in record.removeprefix("=").split("|"))
    person = KnownPerson.of(name, address, kana)
    hide: Callable[[str], str] = str if person is None else person.hidden
    return [hide(words) for *_, words in said]


def _shown(words: str, hidden: str) -> str:
    """The words, each run that is hidden in brackets."""
    letters = zip(words, hidden, strict=True)
    runs = groupby(letters, key=lambda both: both[1] if both[1] in _MASKS else "")
    parts = (("".join(letter for letter, _ in run), mask) for mask, run in runs)
    return "".join(f"{_OPENS}{part}{_CLOSES}" if mask else part for part, mask in parts)
