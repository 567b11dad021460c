"""Calls with what is understood, summed and advised in them, a line each, as tests pin them.

A turn is `who from to words`, and under one of the customer stand its statements. The last lines
tell the totals that are not 0, and the advice after the last turn.
"""

from collections.abc import Sequence
from dataclasses import asdict

from callrisk.domain.advice import CallMoment, advice_for, kind_of_call, load_playbook
from callrisk.domain.call import CallState
from callrisk.domain.customer import Customer
from callrisk.domain.language import Statement, packaged
from callrisk.domain.risk_category import RiskCategory
from callrisk.domain.segment import ParticipantRole, Segment

_ROLES = {"A": ParticipantRole.AGENT, "C": ParticipantRole.CUSTOMER}
_PLAYBOOK = load_playbook()
_CUSTOMER = Customer("1001")


def told(call: Sequence[str]) -> list[str]:
    """The lines of a call anew: its turns as they are, all that follows from them as it is now."""
    turns = [_turn(number, line) for number, line in enumerate(_turn_lines(call))]
    state, lines, asked = CallState(), list[str](), ""
    for line, turn in zip(_turn_lines(call), turns, strict=True):
        lines.append(line)
        if turn.role is ParticipantRole.AGENT:
            state.add(turn)
            asked = turn.text
            continue
        said = _read(asked, turn.text)
        state.add(turn, said)
        lines += [f"  {_statement(one, turn.text)}" for one in said]
    return [*lines, _totals(state), *_advice(state)]


def _turn_lines(call: Sequence[str]) -> list[str]:
    return [line for line in call if line[:2] in ("A ", "C ")]


def _turn(number: int, line: str) -> Segment:
    who, begin, end, words = line.split(" ", 3)
    return Segment(f"t{number}", number, _ROLES[who], words, int(begin), int(end))


def _read(asked: str, words: str) -> tuple[Statement, ...]:
    """What a turn says, also in answer to the question before it."""
    language = packaged()
    own = language.understand(words)
    return own or (language.answer(asked, words) if asked else ())


def _statement(one: Statement, words: str) -> str:
    return f"{one.intent} {one.mood} {one.strength:.2f} 「{words[one.begin : one.end]}」"


def _totals(state: CallState) -> str:
    return "= " + " ".join(f"{name}={n}" for name, n in asdict(state.totals()).items() if n)


def _advice(state: CallState) -> list[str]:
    turns = state.counted
    moment = CallMoment(
        said=state.said,
        suppressed=state.suppressed,
        turns=tuple(turns),
        elapsed_s=state.totals().elapsed_ms / 1000,
        kind=kind_of_call([t.text for t in turns if t.role is ParticipantRole.AGENT]),
        customer=_CUSTOMER,
        category=RiskCategory.MEDIUM,
    )
    return [f"! {one.action} {one.because or '-'}" for one in advice_for(moment, _PLAYBOOK)]
