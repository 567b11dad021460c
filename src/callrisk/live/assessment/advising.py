"""Advice for a call in progress, and what the agent made of it."""

from callrisk.domain.advice import (
    CallMoment,
    Feedback,
    Verdict,
    advice_for,
    kind_of_call,
    times_heard,
)
from callrisk.domain.assessment import Recommendation
from callrisk.domain.risk_category import RiskCategory
from callrisk.domain.segment import ParticipantRole
from callrisk.live.live_call import LiveCall
from callrisk.live.served_playbook import ServedPlaybook

# Words further back advise no more; statements do, however old.
_LATEST_TURNS = 60
_MS_PER_S = 1000


def advice(
    call: LiveCall, playbook: ServedPlaybook, category: RiskCategory | None
) -> tuple[Recommendation, ...]:
    """Return the next steps for the agent of a call.

    `category` is None while listening and without a model.
    """
    return advice_for(_moment(call, category), playbook.current, playbook.words)


def take_feedback(
    call: LiveCall, words: str, playbook: ServedPlaybook, at_s: float | None = None
) -> None:
    """Keep what the agent made of an advice: "play verdict reason", as it is noted.

    `at_s` are seconds of the call, None for now. What names no play of this playbook is only a
    note.
    """
    action, verdict, *_ = [*words.split(" ", 2), ""]
    play = playbook.current.play(action)
    if play is None or verdict not in set(Verdict):
        return
    moment = _moment(call, None)
    seconds = moment.elapsed_s if at_s is None else min(at_s, moment.elapsed_s)
    heard = times_heard(play, moment, playbook.words) if at_s is None else 0
    call.feedback[action] = Feedback(Verdict(verdict), seconds, heard)


def _moment(call: LiveCall, category: RiskCategory | None) -> CallMoment:
    turns = call.state.counted
    agent = [turn.text for turn in turns if turn.role is ParticipantRole.AGENT]
    return CallMoment(
        said=call.state.said,
        suppressed=call.state.suppressed,
        turns=tuple(turns[-_LATEST_TURNS:]),
        elapsed_s=call.state.totals().elapsed_ms / _MS_PER_S,
        kind=kind_of_call(agent),
        customer=call.customer,
        category=category,
        feedback=call.feedback,
    )
