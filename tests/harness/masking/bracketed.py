"""Calls in which what the rules hide stands in brackets, a turn a line: who, from, to, words."""

from collections.abc import Iterator, Sequence
from itertools import groupby

from callrisk.domain.segment import MAIL_MASK, MASK, WORD_MASK, ParticipantRole, Segment
from harness.masking.rules import masked, masked_across

MASKS = f"{MASK}{MAIL_MASK}{WORD_MASK}"
_ROLES = {"A": ParticipantRole.AGENT, "C": ParticipantRole.CUSTOMER}
_OPENS, _CLOSES = "【】"


def calls_of(lines: Sequence[str]) -> Iterator[list[str]]:
    """The calls of a file, which blank lines part; lines with # say something about them."""
    for is_call, call in groupby(
        (line for line in lines if not line.startswith("#")), key=lambda line: line != ""
    ):
        if is_call:
            yield list(call)


def bracketed(call: Sequence[str]) -> list[str]:
    """The lines of a call with brackets around what the rules hide, each turn as it comes."""
    said = [line.translate({ord(_OPENS): None, ord(_CLOSES): None}).split(" ", 3) for line in call]
    known: dict[str, Segment] = {}
    for place, (who, begin, end, words) in enumerate(said):
        turn = Segment(f"s{place}", place, _ROLES[who], masked(words), int(begin), int(end))
        known[turn.segment_id] = turn
        known |= {one.segment_id: one for one in masked_across([*known.values()])}
    return [
        " ".join((who, begin, end, _shown(words, turn.text)))
        for (who, begin, end, words), turn in zip(said, known.values(), strict=True)
    ]


def _shown(words: str, hidden: str) -> str:
    """The words, each run that is hidden in brackets."""
    letters = zip(words, hidden, strict=True)
    runs = groupby(letters, key=lambda both: both[1] if both[1] in MASKS else "")
    parts = (("".join(letter for letter, _ in run), mask) for mask, run in runs)
    return "".join(f"{_OPENS}{part}{_CLOSES}" if mask else part for part, mask in parts)
