"""Chooses the advice for one moment of a call.

The order is: urgent plays by their priority; then plays for what the customer said, the newest turn
first, and within one turn open concerns before the rest; then all others by their priority. A play
that the agent did or dismissed stays away until its cause is heard again. Advice that asks for a
payment never stands beside advice that forbids it.
"""

from callrisk.domain.advice.matching import Match, MomentReader
from callrisk.domain.advice.moment import CallMoment, Feedback, Verdict
from callrisk.domain.advice.play import Payment, Play, Playbook
from callrisk.domain.advice.word_index import WordIndex
from callrisk.domain.assessment import Recommendation

_URGENT, _SAID, _SITUATION = range(3)
_MS_PER_S = 1000


def advice_for(
    moment: CallMoment, playbook: Playbook, words: WordIndex | None = None, most: int = 3
) -> tuple[Recommendation, ...]:
    """Return the advice for a moment, the most important first; the same for the same moment.

    `words` is the index of this playbook; whoever asks again and again keeps one.
    """
    reader = MomentReader(moment, words or WordIndex(playbook))
    matches = [match for play in playbook.plays if (match := reader.match(play)) is not None]
    if _payment_is_paused(matches, moment):
        matches = [match for match in matches if match.play.payment is not Payment.ASK]
    chosen: list[Match] = []
    for match in sorted(matches, key=_order):
        if len(chosen) == most:
            break
        if _is_due(match, moment, reader) and _fits(match.play, chosen):
            chosen.append(match)
    return tuple(_recommendation(match, priority) for priority, match in enumerate(chosen, start=1))


def _payment_is_paused(matches: list[Match], moment: CallMoment) -> bool:
    """Return True if an urgent cause forbids asking for a payment.

    That holds for the rest of the call, unless the agent dismissed the advice as unfitting.
    """
    for match in matches:
        if match.play.is_urgent and match.play.payment is Payment.PAUSE:
            feedback = moment.feedback.get(match.play.id)
            if feedback is None or feedback.verdict is not Verdict.DISMISSED:
                return True
    return False


def _order(match: Match) -> tuple[int, int, bool, int, str]:
    play, cause = match.play, match.cause
    if play.is_urgent:
        return (_URGENT, play.priority, False, 0, play.id)
    # What the agent said is no reason to pass over what the customer said.
    if cause is None or not (play.when.said or play.when.customer_words):
        return (_SITUATION, play.priority, False, 0, play.id)
    return (_SAID, -cause.place, not cause.is_open, play.priority, play.id)


def _is_due(match: Match, moment: CallMoment, reader: MomentReader) -> bool:
    """Return True unless the agent answered this advice and its cause was not heard again."""
    feedback = moment.feedback.get(match.play.id)
    if feedback is None:
        return True
    if feedback.at_s is not None and moment.elapsed_s - feedback.at_s < match.play.cooldown_s:
        return False
    return _began_after(match, feedback) or reader.times_heard(match.play) > feedback.heard


def _began_after(match: Match, feedback: Feedback) -> bool:
    cause = match.cause
    if cause is None or cause.begin_ms is None or feedback.at_s is None:
        return False
    return cause.begin_ms / _MS_PER_S > feedback.at_s


def _fits(play: Play, chosen: list[Match]) -> bool:
    return not any(
        play.contradicts(other.play) or play.action == other.play.action for other in chosen
    )


def _recommendation(match: Match, priority: int) -> Recommendation:
    play, cause = match.play, match.cause
    return Recommendation(
        action=play.id,
        text=play.action,
        text_en=play.action_en,
        script=play.script,
        script_en=play.script_en,
        priority=priority,
        why=play.why,
        why_en=play.why_en,
        because=cause.segment_id if cause else None,
    )
