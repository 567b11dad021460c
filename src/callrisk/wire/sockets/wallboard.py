"""The rows that are pushed to whoever watches all calls."""

from collections.abc import Set
from typing import Self

from callrisk.domain.assessment import AssessmentState
from callrisk.domain.call_record import Payload, StoredCall
from callrisk.domain.risk_category import RiskCategory
from callrisk.wire.base import Json, Moment, Wire, wire_time, wire_time_or_none


class WallboardRow(Wire):
    """One call as it stands, without a word that was said in it.

    The score is that of the assessment `assessment_seq`, and `change_points` is how far it moved
    since the one before; all of it is null before the first assessment and without a model. While
    `state` is listening there is no verdict yet. `last_seq` is the last event that changed the row.
    """

    call_id: str
    agent_id: str
    customer_id: str | None
    demo: bool
    started_at: Moment
    ended_at: Moment | None
    state: AssessmentState | None
    risk_score: int | None
    risk_category: RiskCategory | None
    risk_label: str | None
    risk_label_en: str | None
    change_points: int | None
    alerted: bool
    escalated: bool
    assessment_seq: int | None
    last_seq: int

    @classmethod
    def of(cls, call: StoredCall, assessment: Payload | None, last_seq: int) -> Self:
        """Return the row of a call with its newest assessment, as of an event of the log."""
        row = cls(
            call_id=call.call_id, agent_id=call.agent_id, customer_id=call.customer_id,
            demo=call.demo, started_at=wire_time(call.started_at),
            ended_at=wire_time_or_none(call.ended_at), state=None, risk_score=None,
            risk_category=None, risk_label=None, risk_label_en=None, change_points=None,
            alerted=call.alerted, escalated=call.escalated, assessment_seq=None, last_seq=last_seq,
        )  # fmt: skip
        if assessment is None:
            return row
        return row.model_copy(update=score_fields(assessment, assessment["seq"]))


def score_fields(assessment: Payload, seq: int) -> Json:
    """Return the fields of a row that an assessment decides."""
    return {
        "state": AssessmentState(assessment["state"]),
        "risk_score": assessment["risk_score"],
        "risk_category": RiskCategory(assessment["risk_category"]),
        "risk_label": assessment["risk_label"],
        "risk_label_en": assessment["risk_label_en"],
        "change_points": assessment["change"]["points"],
        "assessment_seq": seq,
    }


class WallboardChanged(Wire):
    """The calls that changed since the last time, at most four times a second.

    The rows include every event of the log up to `through_seq`. A `complete` one, which comes first
    after joining, has all calls in progress: one that is not among them is over.
    """

    through_seq: int
    complete: bool
    rows: list[WallboardRow]

    def of_agents(self, agents: Set[str]) -> Self:
        """Return the same with the rows of some agents only."""
        return self.model_copy(
            update={"rows": [row for row in self.rows if row.agent_id in agents]}
        )
