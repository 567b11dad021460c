"""Seeded corpora: what can still be read of numbers, and what of amounts is masked."""

import random
import re
from collections.abc import Sequence

from callrisk.domain.masking import MASK, masked, masked_across
from callrisk.domain.masking.digits import shape_of
from callrisk.domain.masking.shapes import FIRST
from callrisk.domain.segment import ParticipantRole, Segment
from harness.masking.digit_scripts import KANJI
from harness.masking.number_calls import AGENT, CUSTOMER, MAIL_SIGNS, Turns, mail_call, number_call
from harness.masking.quantity_sentences import quantity_sentence

LEAST_HIDDEN, MOST_WRONGED = 0.99, 0.01
LEAK = 3
MAILS = 0.1
# So many sentences about amounts make a call, so that one may be wronged by another, too.
SENTENCES = 10
BY_PLACE = re.compile(
    "(?=[一二三四五六七八九]?[千百十])([一二三四五六七八九]?千)?([一二三四五六七八九]?百)?([一二三四五六七八九]?十)?([一二三四五六七八九](?![千百十]))?"
)


def leaked(seed: int, count: int) -> list[list[str]]:
    """What is shown of the calls whose number can be read in part."""
    rng = random.Random(seed)
    calls = (mail_call(rng) if rng.random() < MAILS else number_call(rng) for _ in range(count))
    shown = ((number, turns, hidden_call(turns)) for number, turns in calls)
    return [
        texts
        for number, turns, texts in shown
        if survives(number, texts) or _is_untouched(turns, texts)
    ]


def wronged(seed: int, count: int) -> list[str]:
    """The sentences about amounts, dates and lengths in which something is masked."""
    rng = random.Random(seed)
    wrong: list[str] = []
    for _ in range(0, count, SENTENCES):
        said = [quantity_sentence(rng) for _ in range(SENTENCES)]
        shown = hidden_call([(rng.choice((AGENT, CUSTOMER)), text) for text in said])
        wrong += [text for text, seen in zip(said, shown, strict=True) if text != seen]
    return wrong


def hidden_call(turns: Sequence[tuple[ParticipantRole, str]]) -> list[str]:
    """What is shown of a call, each turn masked as it comes and then across."""
    known: dict[str, Segment] = {}
    for place, (role, text) in enumerate(turns):
        begin = place * 4_000
        turn = Segment(f"s{place}", place, role, masked(text), begin, begin + 3_500)
        known[turn.segment_id] = turn
        known |= {one.segment_id: one for one in masked_across([*known.values()])}
    return [turn.text for turn in known.values()]


def survives(number: str, texts: Sequence[str]) -> bool:
    """Whether three digits of a number, or an address's name, can be read in what is shown."""
    if not number.isdigit():
        return any(number in text for text in texts)
    seen = ["".join(FIRST.findall(shape_of(BY_PLACE.sub(_in_digits, text)))) for text in texts]
    pieces = (number[place : place + LEAK] for place in range(len(number) - LEAK + 1))
    return any(piece in text.replace(MASK, "x") for piece in pieces for text in seen)


def _is_untouched(turns: Turns, texts: Sequence[str]) -> bool:
    """Whether a later turn of the customer, who goes on dictating in it, is as it was said."""
    both = zip(turns, texts, strict=True)
    dictated = [(said, text) for (role, said), text in both if role is CUSTOMER]
    return any(said == text and said not in MAIL_SIGNS for said, text in dictated[1:])


def _in_digits(said: re.Match[str]) -> str:
    """The digits of 千二百三十四, read apart from what is tested."""
    units = ("千", "百", "十", "")
    worth = [_worth(said[place], unit) for place, unit in enumerate(units, 1)]
    return "".join(map(str, worth)).lstrip("0")


def _worth(said: str | None, unit: str) -> int:
    return 0 if not said else KANJI.index(said[0]) if said[0] != unit else 1
