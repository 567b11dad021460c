"""Chooses the advice for one moment of a call.

The order is: urgent plays by their priority; then plays for what the customer said, the newest turn
first, and within one turn what answers its need, then open concerns, then the rest; then the
situation's by their priority. What the newest turn causes is passed over where the turn hardly has
a need that it suits. Advice follows the newest turn of the customer: what an earlier turn causes
waits while the newest one causes anything or is more than a nod, and an urgent cause in the newest
turn stands alone. One play of the situation is shown where nothing else is. A play that the agent
did or dismissed stays away until its cause is heard again, and so do the plays of its topic. Advice
that asks for a payment never stands beside advice that forbids it.
"""

from callrisk.domain.advice.matching import Match, MomentReader
from callrisk.domain.advice.moment import CallMoment, Feedback, Verdict
from callrisk.domain.advice.play import Payment, Play, Playbook
from callrisk.domain.advice.play_conditions import State
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
    matches = reader.matches()
    if _payment_is_paused(matches, moment):
        matches = [match for match in matches if match.play.payment is not Payment.ASK]
    matches = _timely(sorted(matches, key=lambda match: _order(match, reader)), reader)
    answered = [match for match in matches if not _is_due(match, moment, reader)]
    chosen: list[Match] = []
    for match in matches:
        if len(chosen) == most:
            break
        is_left = match not in answered and not _is_settled(match, answered)
        if is_left and _fits(match, chosen):
            chosen.append(match)
    return tuple(_recommendation(match, priority) for priority, match in enumerate(chosen, start=1))


def _timely(matches: list[Match], reader: MomentReader) -> list[Match]:
    """Return the matches that fit the newest turn of the customer, in the order given."""
    newest = [one for one in matches if one.cause and one.cause.place == reader.newest_place]
    unsuited = [one for one in newest if not reader.suits_newest(one.play)]
    matches = [one for one in matches if one not in unsuited]
    newest = [one for one in newest if one not in unsuited]
    if any(_rank(one) == _URGENT for one in newest):
        return [one for one in matches if _rank(one) == _URGENT]
    if any(_rank(one) == _SAID for one in newest):
        return [one for one in matches if _rank(one) != _SAID or one in newest]
    if reader.newest_goes_on:
        return [one for one in matches if one in newest or not _is_of_open_worry(one)]
    return matches


def _is_of_open_worry(match: Match) -> bool:
    """Return True if only a worry that is still open causes this.

    Who has gone on to something else may have taken it back in words that are not understood.
    """
    return _rank(match) == _SAID and match.play.when.state is State.OPEN


def _payment_is_paused(matches: list[Match], moment: CallMoment) -> bool:
    """Return True if an urgent cause forbids asking for a payment.

    That holds for the rest of the call, unless the agent dismissed the advice, or other advice on
    its topic, as unfitting.
    """
    dismissed = [one.play for one in matches if _is_dismissed(one.play, moment)]
    return any(
        one.play.is_urgent
        and one.play.payment is Payment.PAUSE
        and not any(one.play.repeats(play) for play in dismissed)
        for one in matches
    )


def _is_dismissed(play: Play, moment: CallMoment) -> bool:
    feedback = moment.feedback.get(play.id)
    return feedback is not None and feedback.verdict is Verdict.DISMISSED


def _rank(match: Match) -> int:
    if match.play.is_urgent:
        return _URGENT
    # What the agent said is no reason to pass over what the customer said.
    when = match.play.when
    told = when.said or when.customer_words or when.question or when.need
    is_said = match.cause is not None and bool(told)
    return _SAID if is_said else _SITUATION


def _order(match: Match, reader: MomentReader) -> tuple[int, int, bool, bool, int, str]:
    play, cause, rank = match.play, match.cause, _rank(match)
    if rank == _SAID and cause is not None:
        others = not reader.answers_newest(play)
        return (rank, -cause.place, others, not cause.is_open, play.priority, play.id)
    return (rank, play.priority, False, False, 0, play.id)


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


def _is_settled(match: Match, answered: list[Match]) -> bool:
    """Return True if the agent answered advice on the same topic for this or a later cause."""
    return any(one.play.repeats(match.play) and _place(one) >= _place(match) for one in answered)


def _place(match: Match) -> int:
    return match.cause.place if match.cause else -1


def _fits(match: Match, chosen: list[Match]) -> bool:
    if chosen and _rank(match) == _SITUATION:
        return False
    return not any(
        match.play.contradicts(one.play) or match.play.repeats(one.play) for one in chosen
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
