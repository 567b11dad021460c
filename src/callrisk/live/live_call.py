"""One call in progress: its row in the store, with all that its assessment rests on."""

from dataclasses import dataclass, field
from datetime import date, datetime

from callrisk.domain.advice import Feedback
from callrisk.domain.assessment import AssessmentState, Recommendation
from callrisk.domain.call import CallState
from callrisk.domain.call_end import CallLiveness
from callrisk.domain.call_record import StoredCall
from callrisk.domain.customer import JST, Customer
from callrisk.domain.features.history import CallHistory, EarlierCall
from callrisk.domain.listening import listening_is_over
from callrisk.domain.score.account import ToldAccount

# A call is assessed no more often than this.
_ASSESS_EVERY_S = 1.0


@dataclass(slots=True)
class LiveCall:
    """A call as it stands now; `dirty` when something changed since its last assessment.

    `assessed_at` and `liveness` are in seconds of the monotonic clock.
    """

    stored: StoredCall
    liveness: CallLiveness
    customer: Customer | None = None
    history: CallHistory | None = None
    contract_date: date | None = None
    earlier_calls: list[EarlierCall] = field(default_factory=list)
    state: CallState = field(default_factory=CallState)
    # The account of the last assessment.
    told: ToldAccount | None = None
    # An alert was fired, or the call is over and there will be none.
    alerted: bool = False
    dirty: bool = True
    assessed_at: float | None = None
    # The category that was last sent to the telephony; None while listening.
    category: str | None = None
    ended_at: datetime | None = None
    # What the agent made of advice, by play; and the advice that was last told without a model.
    feedback: dict[str, Feedback] = field(default_factory=dict)
    advised: tuple[Recommendation, ...] = ()

    def is_due(self, now_s: float) -> bool:
        """Return True if the call changed, and was not assessed a moment ago."""
        if not self.dirty:
            return False
        return self.assessed_at is None or now_s - self.assessed_at >= _ASSESS_EVERY_S

    @property
    def assessment_state(self) -> AssessmentState:
        """Listening until enough was heard; final once the call is over."""
        if self.ended_at is not None:
            return AssessmentState.FINAL
        heard = listening_is_over(self.state.totals())
        return AssessmentState.LIVE if heard else AssessmentState.LISTENING

    @property
    def outside_population(self) -> bool:
        """True if the call came after the contract; the model is trained on calls before it."""
        signed = self.contract_date
        return signed is not None and self.stored.started_at.astimezone(JST).date() > signed
