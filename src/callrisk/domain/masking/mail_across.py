"""E-mail addresses that one speaker says over several turns, found from the edges of two turns.

An at sign, or what is hidden of an address, at the beginning of a turn makes an address of what
was spelled at the end of the one before; at the end of a turn, of what is spelled in the next.
"""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace

from callrisk.domain.masking.digits import RUN, covered, shape
from callrisk.domain.masking.digits_across import is_soon
from callrisk.domain.masking.mail import MAIL_MASK, plain_signs
from callrisk.domain.segment import MASK, Segment

_SIGN = f"(?:アットマーク|アット(?!ホーム|ラン)|@|{MAIL_MASK})"
_HEAD_SIGN = re.compile(_SIGN)
_TAIL_SIGN = re.compile(f"{_SIGN}\\Z")
_POLITE_HEAD = re.compile(r"(?:[\s、。,]|はい|えっと|えーと|ええと|あのー?|それから|次[がに])*+")
_POLITE_TAIL = re.compile(r"(?:[\s、。,!?]|です|の|で|ね|はい|になります|でございます|けど)*+\Z")
_TAIL_REACH = 24
_LETTER = f"[a-z0-9ァ-ヺー\u3099\uff9e\uff9f・@._%+\\-{MAIL_MASK}{MASK}〇零一二三四五六七八九]"
_SPELLED = re.compile(rf"{_LETTER}(?:[\s、]*+{_LETTER})*+")
_TAIL_SPELLED = re.compile(rf"(?:{_LETTER}|[\s、])*+")
_NAMED = re.compile(r"(?:メール|アドレス|メアド)(?:[はがの、\s:]|って|えっと|えーと|です|ね)*+\Z")
_LEAD_IN = re.compile(r"(?:[\s、]|メール|アドレス|メアド)*+")
_REACH = 40
# Digits alone are for the look at numbers.
_HAS_LETTER = re.compile(f"[a-zァ-ヺ{MAIL_MASK}]")
_DOT = re.compile(rf"ト.?ット|ドット|\.\s?[a-z]|{MAIL_MASK}")
_DOMAIN = re.compile(
    f"[a-z{MAIL_MASK}][a-z0-9.\\-{MAIL_MASK}{MASK}]*+|"
    "ジーメール|ヤフー|ドコモ|エーユー|ソフトバンク|アイクラウド|アウトルック|ホットメール"
)

Span = tuple[int, int]


def addresses_across(turns: Sequence[Segment]) -> list[Segment]:
    """The turns in which a part of an address is hidden because of another turn."""
    begun = [turn for turn in turns if _ends_in_address(turn.text)]
    ended = [turn for turn in turns if _begins_in_address(turn.text)]
    told = (
        (turn, span)
        for turn in turns
        for span in (
            _part(turn, local_part, [one for one in ended if _goes_on(turn, one)]),
            _part(turn, domain_part, [one for one in begun if _goes_on(one, turn)]),
        )
    )
    return list(_changed((turn, span) for turn, span in told if span is not None))


def may_hold_address(text: str) -> bool:
    """Whether an address may go on at an edge of a turn."""
    signs = _begins_in_address(text) or _ends_in_address(text)
    return signs or local_part(text) is not None or domain_part(text) is not None


def local_part(text: str) -> Span | None:
    """What is spelled at the end of a turn, where it may be of an address."""
    said, first, end = _inner(text)
    spelled = _TAIL_SPELLED.match(said[first:end][::-1])
    begin = end - (spelled.end() if spelled else 0)
    lead = _LEAD_IN.match(said, begin, end)
    start = lead.end() if lead else begin
    named = said[begin:start].strip(" 　、") or _NAMED.search(said, max(0, begin - _REACH), begin)
    is_spelled = _HAS_LETTER.search(said, start, end)
    return (start, end) if is_spelled and (named or begin == first) else None


def domain_part(text: str) -> Span | None:
    """What is spelled at the beginning of a turn, where it may be the rest of an address."""
    said, first, end = _inner(text)
    spelled = _SPELLED.match(said, first, end)
    if spelled is None:
        return None
    is_domain = _DOT.search(spelled[0]) or _DOMAIN.fullmatch(said, first, end)
    return spelled.span() if is_domain else None


def _begins_in_address(text: str) -> bool:
    said, first, _ = _inner(text)
    return _HEAD_SIGN.match(said, first) is not None


def _ends_in_address(text: str) -> bool:
    said, first, end = _inner(text)
    return _TAIL_SIGN.search(said, max(first, end - _REACH), end) is not None


def _inner(text: str) -> tuple[str, int, int]:
    """A text with its signs in one form, and where it begins and ends but for polite words."""
    # One width makes a star of what is hidden.
    said = plain_signs(text).replace("*", MAIL_MASK)
    head = _POLITE_HEAD.match(said)
    first = head.end() if head else 0
    tail = _POLITE_TAIL.search(said, max(first, len(said) - _TAIL_REACH))
    return said, first, tail.start() if tail else len(said)


def _goes_on(one: Segment, two: Segment) -> bool:
    return one.role is two.role and is_soon(one, two)


def _part(
    turn: Segment, part: Callable[[str], Span | None], company: Sequence[Segment]
) -> Span | None:
    return part(turn.text) if company else None


def _changed(told: Iterator[tuple[Segment, Span]]) -> Iterator[Segment]:
    texts: dict[Segment, str] = {}
    for turn, span in told:
        texts[turn] = _covered(texts.get(turn, turn.text), span)
    for turn, text in texts.items():
        if text != turn.text:
            yield replace(turn, text=text)


def _covered(text: str, span: Span) -> str:
    """The text with a part of an address hidden; a digit of it stays one, of unknown value."""
    begin, end = span
    hidden = list(text[:begin] + re.sub(rf"[^\s、{MASK}]", MAIL_MASK, text[begin:end]) + text[end:])
    digit_shape = shape(text)
    for run in RUN.finditer(digit_shape, begin, end):
        # What lies between its digits stays, or hiding an address would part a number.
        hidden[slice(*run.span())] = covered(text, digit_shape, [run.span()])[slice(*run.span())]
    return "".join(hidden)
