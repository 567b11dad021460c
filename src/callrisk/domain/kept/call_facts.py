"""The facts of a call that is over, in one narrow row: what managers compare calls by. No words."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from callrisk.domain.advice.moment import Verdict
from callrisk.domain.assessment import mood
from callrisk.domain.call import CallTotals
from callrisk.domain.call_record import StoredAssessment, StoredCall, StoredNote
from callrisk.domain.customer import JST
from callrisk.domain.language import Statement
from callrisk.domain.segment import ParticipantRole
from callrisk.domain.work.call_work import call_work
from callrisk.domain.work.note_kind import WRITTEN, NoteKind

# So many points draw the course of a score; a call of an hour has more assessments.
_MOST_POINTS = 24


@dataclass(frozen=True, slots=True)
class CallFacts:
    """The facts of one call.

    `day` is that of its start in Japan. `course` are (seconds, score) pairs, the first, the last
    and the highest among them; scores are None without a model. `said` counts the statements that
    count by kind. Sentiment and talk share are None where the telephony tells neither.
    `promised_on` and `promised_yen` are of the last promise to pay.
    """

    call_id: str
    day: date
    agent_id: str
    customer_id: str | None
    source: str
    demo: bool
    started_at: datetime
    ended_at: datetime
    duration_s: float
    end_reason: str | None
    turns: int
    first_score: int | None
    final_score: int | None
    highest_score: int | None
    final_category: str | None
    course: list[tuple[float, int]]
    said: dict[str, int]
    agent_sentiment: float | None
    customer_sentiment: float | None
    agent_talk_share: float | None
    longest_silence_s: float | None
    notes: int
    escalated: bool
    alerted: bool
    advice_done: int
    advice_dismissed: int
    outcome: str | None = None
    promised_on: date | None = None
    promised_yen: int | None = None
    call_back_at: datetime | None = None


def call_facts(
    call: StoredCall, ended_at: datetime, totals: CallTotals,
    assessments: Sequence[StoredAssessment], statements: Sequence[Statement],
    notes: Sequence[StoredNote],
) -> CallFacts:  # fmt: skip
    """Return the facts of a call that ended, from everything that is kept of it."""
    scores = [one.risk_score for one in assessments]
    work = call_work(notes)
    holding = [note for note in notes if note.note_id not in work.taken_back]
    answers = Counter(_verdict(note) for note in holding if note.kind == NoteKind.FEEDBACK)
    talk = totals.agent_talk_ms + totals.customer_talk_ms
    return CallFacts(
        call_id=call.call_id,
        day=call.started_at.astimezone(JST).date(),
        agent_id=call.agent_id,
        customer_id=call.customer_id,
        source=str(call.source),
        demo=call.demo,
        started_at=call.started_at,
        ended_at=ended_at,
        duration_s=max(round((ended_at - call.started_at).total_seconds(), 1), 0.0),
        end_reason=call.over_reason,
        turns=totals.turns,
        first_score=scores[0] if scores else None,
        final_score=scores[-1] if scores else None,
        highest_score=max(scores, default=None),
        final_category=assessments[-1].risk_category if assessments else None,
        course=course_of(assessments),
        said=dict(Counter(str(one.intent) for one in statements if one.counts)),
        agent_sentiment=_sentiment(totals, ParticipantRole.AGENT),
        customer_sentiment=_sentiment(totals, ParticipantRole.CUSTOMER),
        agent_talk_share=round(totals.agent_talk_ms / talk, 3) if talk else None,
        longest_silence_s=totals.longest_silence_ms / 1000 if totals.timed_turns else None,
        notes=sum(note.kind in WRITTEN for note in holding),
        escalated=call.escalated or work.was_escalated,
        alerted=call.alerted,
        advice_done=answers[Verdict.DONE],
        advice_dismissed=answers[Verdict.DISMISSED],
        outcome=work.outcome,
        promised_on=None if work.promise is None else work.promise.due_on,
        promised_yen=None if work.promise is None else work.promise.amount_yen,
        call_back_at=work.call_back_at,
    )


def course_of(assessments: Sequence[StoredAssessment]) -> list[tuple[float, int]]:
    """Return the course of a score in few points, the first, the last and the highest kept."""
    points = [(one.elapsed_s, one.risk_score) for one in assessments]
    if len(points) <= _MOST_POINTS:
        return points
    highest = max(range(len(points)), key=lambda n: points[n][1])
    # One place is for the highest, wherever it lies.
    last, steps = len(points) - 1, _MOST_POINTS - 2
    chosen = {round(n * last / steps) for n in range(steps + 1)} | {highest}
    return [points[n] for n in sorted(chosen)]


def _verdict(note: StoredNote) -> str:
    """Return the answer in a feedback: "play verdict reason"."""
    return [*note.text.split(" ", 2), "", ""][1]


def _sentiment(totals: CallTotals, role: ParticipantRole) -> float | None:
    """Return the mean of the labelled turns from -5 to 5, as Contact Lens weighs them."""
    share = mood(totals, role)
    labelled = share.positive + share.neutral + share.negative
    return round(5 * (share.positive - share.negative) / labelled, 2) if labelled else None
