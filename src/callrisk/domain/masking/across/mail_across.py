"""E-mail addresses that one speaker says over several turns, found from the edges of two turns.

An at sign, or what is hidden of an address, at the beginning of a turn makes an address of what
was spelled at the end of the one before; at the end of a turn, of what is spelled in the next.
"""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace

from callrisk.domain.masking.across.closeness import Company, roles_of
from callrisk.domain.masking.digits import shape_of
from callrisk.domain.masking.mail import BY_LETTER, with_katakana_signs
from callrisk.domain.masking.shapes import RUN, mask_spans
from callrisk.domain.segment import MAIL_MASK, MASK, Role, Segment

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
# TのAのNのAの: twenty letters.
_LONGEST_BY_LETTER = 120
# Digits alone are for the look at numbers.
_HAS_LETTER = re.compile(f"[a-zァ-ヺ{MAIL_MASK}]")
_DOT = re.compile(rf"ト.?ット|ドット|\.\s?[a-z]|{MAIL_MASK}")
_DOMAIN = re.compile(
    f"[a-z{MAIL_MASK}][a-z0-9.\\-{MAIL_MASK}{MASK}]*+|"
    "ジーメール|ヤフー|ドコモ|エーユー|ソフトバンク|アイクラウド|アウトルック|ホットメール"
)

Span = tuple[int, int]


def masked_addresses_across(turns: Sequence[Segment]) -> list[Segment]:
    """Return the turns that change because an address continues in another turn."""
    roles = roles_of(turns)
    begun = {role: Company(_of(role, turns, _ends_in_address)) for role in roles}
    ended = {role: Company(_of(role, turns, _begins_in_address)) for role in roles}
    parts = (
        (turn, span)
        for turn in turns
        for span in (
            local_part(turn.text) if ended[turn.role].has_after(turn) else None,
            domain_part(turn.text) if begun[turn.role].has_before(turn) else None,
        )
    )
    return list(_changed_turns((turn, span) for turn, span in parts if span is not None))


def _of(role: Role, turns: Sequence[Segment], test: Callable[[str], bool]) -> Iterator[Segment]:
    return (turn for turn in turns if turn.role is role and test(turn.text))


def may_hold_address(text: str) -> bool:
    """Return True if an address may continue at an edge of the turn."""
    signs = _begins_in_address(text) or _ends_in_address(text)
    return signs or local_part(text) is not None or domain_part(text) is not None


def local_part(text: str) -> Span | None:
    """Return the span at the end of a turn that may be the local part of an address, or None."""
    said, first, end = _inner(text)
    if by_letter := BY_LETTER.search(said, max(first, end - _LONGEST_BY_LETTER), end):
        return by_letter.span()
    spelled = _TAIL_SPELLED.match(said[first:end][::-1])
    begin = end - (spelled.end() if spelled else 0)
    lead = _LEAD_IN.match(said, begin, end)
    start = lead.end() if lead else begin
    named = said[begin:start].strip(" 　、") or _NAMED.search(said, max(0, begin - _REACH), begin)
    is_spelled = _HAS_LETTER.search(said, start, end)
    return (start, end) if is_spelled and (named or begin == first) else None


def domain_part(text: str) -> Span | None:
    """Return the span at the beginning of a turn that may be the rest of an address, or None."""
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
    """Return the text with uniform signs, and its begin and end without polite words."""
    # One width makes a star of what is hidden.
    said = with_katakana_signs(text).replace("*", MAIL_MASK)
    head = _POLITE_HEAD.match(said)
    first = head.end() if head else 0
    tail = _POLITE_TAIL.search(said, max(first, len(said) - _TAIL_REACH))
    return said, first, tail.start() if tail else len(said)


def _changed_turns(parts: Iterator[tuple[Segment, Span]]) -> Iterator[Segment]:
    texts: dict[Segment, str] = {}
    for turn, span in parts:
        texts[turn] = _masked_span(texts.get(turn, turn.text), span)
    for turn, text in texts.items():
        if text != turn.text:
            yield replace(turn, text=text)


def _masked_span(text: str, span: Span) -> str:
    """Return the text with a part of an address masked; its digits stay digits of unknown value."""
    begin, end = span
    hidden = list(text[:begin] + re.sub(rf"[^\s、{MASK}]", MAIL_MASK, text[begin:end]) + text[end:])
    digit_shape = shape_of(text)
    for run in RUN.finditer(digit_shape, begin, end):
        # What lies between its digits stays, or hiding an address would part a number.
        hidden[slice(*run.span())] = mask_spans(text, digit_shape, [run.span()])[slice(*run.span())]
    return "".join(hidden)
