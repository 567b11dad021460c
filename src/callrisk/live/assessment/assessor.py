"""The second transaction: calls are assessed, and what that gives is stored with their ends."""

import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from callrisk.background.tally import Tally
from callrisk.domain.call_record import LoggedEvent
from callrisk.live.assessment.advising import advice
from callrisk.live.assessment.assessing import Assessed, assess
from callrisk.live.assessment.assessment_rows import (
    assessment_row,
    ending_of,
    events_of,
    shown_of,
)
from callrisk.live.live_call import LiveCall
from callrisk.live.policy import LivePolicy
from callrisk.live.served_model import ServedChampion, ServedModel
from callrisk.live.served_playbook import ServedPlaybook
from callrisk.store.calls import Ending, NewAdvice, NewAssessment, Store
from callrisk.store.leases import LeaseLostError
from callrisk.store.queries import Queries

logger = logging.getLogger(__name__)

Fence = Mapping[int, int] | None


@dataclass(frozen=True, slots=True)
class Told:
    """What was told by an assessment: whether anything, and the events that are known of it."""

    is_any: bool = True
    events: Sequence[LoggedEvent] = ()


class Assessor:
    """Assesses calls by the champion; without one it advises and ends them."""

    def __init__(
        self, store: Store, queries: Queries, champion: ServedChampion, playbook: ServedPlaybook,
        policy: LivePolicy,
    ) -> None:  # fmt: skip
        self._store = store
        self._queries = queries
        self._champion = champion
        self._playbook = playbook
        self._policy = policy
        self.assessed = Tally()

    def assess(self, calls: Sequence[LiveCall], fence: Fence, followed_seq: int) -> Told | None:
        """Assess calls and store the assessments with the ends of those that are closed.

        `followed_seq` is the last event that the calls know of. None if another server assesses one
        of them by now: then nothing is stored.
        """
        served = self._champion.current
        try:
            if served is None:
                return self._without_model(calls, fence)
            if not calls:
                return Told(is_any=False)
            return self._with_model(calls, served, fence, followed_seq)
        except LeaseLostError as error:
            logger.warning("assessments dropped: %s", error)
            return None

    def _with_model(
        self, calls: Sequence[LiveCall], served: ServedModel, fence: Fence, followed_seq: int
    ) -> Told:
        assessed = assess(calls, served, self._playbook, self._policy.now())
        pairs = list(zip(calls, assessed, strict=True))
        shown = [shown_of(call, scored) for call, scored in pairs]
        rows = [
            replace(assessment_row(call, scored, one, self._policy), followed_seq=followed_seq)
            for (call, scored), one in zip(pairs, shown, strict=True)
        ]
        endings = [
            self._ending(call, row)
            for call, row in zip(calls, rows, strict=True)
            if call.ended_at is not None
        ]
        numbers = self._store.record_assessments(rows, endings, fence)
        self.assessed.add(count=len(rows))
        self._note(pairs)
        return Told(events=events_of(shown, numbers))

    def _note(self, assessed: Sequence[tuple[LiveCall, Assessed]]) -> None:
        now = self._policy.clock()
        for call, scored in assessed:
            kept = scored.kept
            call.told, call.dirty, call.assessed_at = kept.told, False, now
            call.alerted = call.alerted or kept.is_high
            call.category = kept.verdict or call.category

    def _without_model(self, calls: Sequence[LiveCall], fence: Fence) -> Told:
        """Store the ends of calls, with totals and summaries but no score, and tell advice."""
        closed = [call for call in calls if call.ended_at is not None]
        if closed:
            endings = [self._ending(call, None) for call in closed]
            self._store.record_assessments([], endings, fence)
        now = self._policy.clock()
        for call in closed:
            call.dirty, call.assessed_at = False, now
        is_advised = self._advise([call for call in calls if call.ended_at is None])
        return Told(is_any=bool(closed) or is_advised)

    def _advise(self, calls: Sequence[LiveCall]) -> bool:
        """Tell the advice for calls where it is another than before; return True if any is."""
        advised = [(call, advice(call, self._playbook, None)) for call in calls]
        told = [NewAdvice(call.stored.call_id, one) for call, one in advised if one != call.advised]
        if told:
            self._store.record_advice(told, self._policy.now())
        # Only now: what could not be stored is told at the next look.
        now = self._policy.clock()
        for call, one in advised:
            call.advised, call.dirty, call.assessed_at = one, False, now
        return bool(told)

    def _ending(self, call: LiveCall, last: NewAssessment | None) -> Ending:
        call_id = call.stored.call_id
        earlier, notes = self._queries.assessments(call_id), self._queries.notes(call_id)
        return ending_of(call, earlier, last, notes, self._policy.now())
