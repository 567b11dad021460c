"""The Python client of the server: each method is one request, each failure one sentence."""

from collections.abc import Sequence
from datetime import date, datetime
from urllib.parse import quote

from callrisk.domain.segment import Segment
from callrisk.wire.assessment import (
    AnyAssessment,
    AssessmentAnswer,
    NoModelAnswer,
    ScoreChanges,
)
from callrisk.wire.base import Json
from callrisk.wire.call import (
    CallAnswer,
    CallDetail,
    CallJoined,
    CallOver,
    CallPage,
    CallSummary,
    SegmentBatchTaken,
    SegmentsTaken,
    TranscriptAnswer,
)
from callrisk.wire.client.connection import Connection
from callrisk.wire.client.connection import LiveApiError as LiveApiError
from callrisk.wire.demo import DemoStarted
from callrisk.wire.events import EventPage, NoteAdded
from callrisk.wire.health import HealthAnswer
from callrisk.wire.jobs.job_answers import JobAnswer, JobList
from callrisk.wire.people import SessionAnswer
from callrisk.wire.requests import CallSegmentBody, SegmentBody
from callrisk.wire.search.search_answers import SearchPage
from callrisk.wire.stats.call_stats import CallStatsAnswer, StatsBy
from callrisk.wire.stats.contacts import ContactsAnswer
from callrisk.wire.stats.customer_history import CustomerHistoryAnswer
from callrisk.wire.stats.customer_segments import (
    CustomerSegmentAnswer,
    CustomerSegmentsAnswer,
    SegmentRuleBody,
)
from callrisk.wire.stats.today import TodayAnswer, UsualDayAnswer
from callrisk.wire.work.work_answers import OutcomeAnswer, OutcomesAnswer


class LiveApi(Connection):
    """The routes of the server, each a method. LiveApiError."""

    def health(self) -> HealthAnswer:
        """Return the state of the server."""
        return self._get(HealthAnswer, "health")

    def session(self) -> SessionAnswer:
        """Return who asks, and what they may do."""
        return self._get(SessionAnswer, "session")

    def use_session(self) -> SessionAnswer:
        """Say that a person is at the screen, which keeps the session going."""
        return self._post(SessionAnswer, "session/use", {})

    def start_call(
        self, call_id: str, customer_id: str | None, agent_id: str, demo: bool = False,
        phone: str | None = None,
    ) -> CallJoined:  # fmt: skip
        """Begin a call; a recording is DEMO, and a caller without an id is found by phone."""
        ids: Json = {"call_id": call_id, "customer_id": customer_id, "agent_id": agent_id}
        ids |= {"phone": phone} if phone is not None else {}
        return self._post(CallJoined, "start_call", ids | ({"demo": True} if demo else {}))

    def add_segments(self, call_id: str, turns: Sequence[Segment]) -> SegmentsTaken:
        """Send turns of a call; those that are unconfirmed as provisional."""
        bodies = [SegmentBody.of(turn).model_dump(mode="json") for turn in turns]
        return self._post(SegmentsTaken, _path(call_id, "segments"), {"segments": bodies})

    def add_segments_of_calls(self, turns: Sequence[tuple[str, Segment]]) -> SegmentBatchTaken:
        """Send turns of many calls, each with the id of its call, in one request."""
        bodies = [
            CallSegmentBody.of_call(call_id, turn).model_dump(mode="json")
            for call_id, turn in turns
        ]
        return self._post(SegmentBatchTaken, "segments", {"segments": bodies})

    def score_customer(self, call_id: str) -> AssessmentAnswer | NoModelAnswer:
        """Return the assessment of a call as it stands now."""
        return self._post(AnyAssessment, "score_customer", {"call_id": call_id}).root

    def end_call(self, call_id: str) -> CallSummary | None:
        """End a call; return its summary, None for a key that may not read calls."""
        return self._post(CallOver, "end_call", {"call_id": call_id}).summary

    def calls(self, status: str | None = None, limit: int = 50) -> list[CallAnswer]:
        """Return calls, the newest first; `status` is "active" or "ended"."""
        query: Json = {"limit": limit} | ({"status": status} if status else {})
        return self._get(CallPage, "calls", query).calls

    def call_stats(
        self, by: StatsBy, days: int, last: date | None = None, *, demo: bool = False
    ) -> CallStatsAnswer:
        """Return the figures of ended calls of some days, the last of them today if none is given.

        A row is an agent, a team, a day or a week.
        """
        query: Json = {"by": str(by), "days": days}
        query |= {} if last is None else {"to": last.isoformat()}
        return self._get(CallStatsAnswer, "stats/calls", query | ({"demo": "true"} if demo else {}))

    def today(self, *, demo: bool = False) -> TodayAnswer:
        """Return the operation of today; with `demo` also calls of a demonstration."""
        return self._get(TodayAnswer, "stats/today", {} if demo else {"demo": "false"})

    def usual_day(self, *, demo: bool = False) -> UsualDayAnswer:
        """Return what is usual at this time of this weekday."""
        return self._get(UsualDayAnswer, "stats/usual_day", {} if demo else {"demo": "false"})

    def contacts(self, customer_ids: Sequence[str], *, demo: bool = False) -> ContactsAnswer:
        """Return what is known of the calls of customers; with `demo` also of a demonstration."""
        body: Json = {"customer_ids": list(customer_ids), "demo": None if demo else False}
        return self._post(ContactsAnswer, "contacts", body)

    def decide_contact(self, customer_id: str, kind: str, reason: str) -> ContactsAnswer:
        """Decide that a customer must not be called, or is called today all the same."""
        body = {"customer_id": customer_id, "kind": kind, "reason": reason}
        return self._post(ContactsAnswer, "contacts/decisions", body)

    def customer_history(self, customer_id: str, *, demo: bool = False) -> CustomerHistoryAnswer:
        """Return the ended calls of a customer; with `demo` also of a demonstration."""
        query: Json = {"customer": customer_id} | ({} if demo else {"demo": "false"})
        return self._get(CustomerHistoryAnswer, "stats/customer", query)

    def customer_segments(self) -> list[CustomerSegmentAnswer]:
        """Return the own segments of customers and those that others share."""
        return self._get(CustomerSegmentsAnswer, "customer_segments").segments

    def save_customer_segment(
        self, name: str, rules: Sequence[SegmentRuleBody], *, shared: bool
    ) -> CustomerSegmentAnswer:
        """Save a segment of customers by rules."""
        body: Json = {"name": name, "rules": [one.model_dump() for one in rules], "shared": shared}
        return self._post(CustomerSegmentAnswer, "customer_segments", body)

    def remove_customer_segment(self, segment_id: int) -> CustomerSegmentAnswer:
        """Remove a segment of one's own; return it as it was."""
        return self._answer(CustomerSegmentAnswer, "DELETE", f"customer_segments/{segment_id}")

    def outcomes(self) -> list[OutcomeAnswer]:
        """Return the outcomes that calls can have, with their words."""
        return self._get(OutcomesAnswer, "outcomes").outcomes

    def call(self, call_id: str) -> CallDetail:
        """Return one call with everything that was heard, assessed and noted."""
        return self._get(CallDetail, _path(call_id))

    def transcript(self, call_id: str) -> TranscriptAnswer:
        """Return what was said and noted in a call as plain text, which is noted in the audit."""
        return self._get(TranscriptAnswer, _path(call_id, "transcript"))

    def search_calls(self, facts: Json, cursor: str | None = None) -> SearchPage:
        """Return ended calls with facts, the newest first."""
        query = facts | ({} if cursor is None else {"cursor": cursor})
        return self._get(SearchPage, "calls/search", query)

    def save_search(self, words: str, facts: Json) -> SearchPage:
        """Keep a search by words; return its first page, with its id."""
        return self._post(SearchPage, "searches", facts | {"words": words})

    def read_search(self, search_id: str, cursor: str | None = None) -> SearchPage:
        """Return a page of a search that was kept."""
        query: Json = {} if cursor is None else {"cursor": cursor}
        return self._get(SearchPage, f"searches/{quote(search_id, safe='')}", query)

    def changes(
        self,
        call_id: str,
        earlier: int | datetime | None = None,
        later: int | datetime | None = None,
    ) -> ScoreChanges:
        """Return why the score moved between two moments, from the first to the newest by default.

        A moment is the number of an event, or an aware time.
        """
        moments = {"from": earlier, "to": later}
        query: Json = {name: _moment(at) for name, at in moments.items() if at is not None}
        return self._get(ScoreChanges, _path(call_id, "changes"), query)

    def events(self, after: int = 0, limit: int = 500) -> EventPage:
        """Return what was pushed since an event."""
        return self._get(EventPage, "events", {"after": after, "limit": limit})

    def assign_customer(
        self, call_id: str, customer_id: str | None, agent_id: str, record_id: str | None = None
    ) -> CallJoined:
        """Say who the customer of a call is; None for nobody."""
        body = {"customer_id": customer_id, "agent_id": agent_id, "record_id": record_id}
        return self._post(CallJoined, _path(call_id, "customer"), body)

    def note(self, call_id: str, agent_id: str, text: str, kind: str = "note") -> NoteAdded:
        """Note something, or what a quick action stands for."""
        body = {"agent_id": agent_id, "text": text, "kind": kind}
        return self._add(NoteAdded, _path(call_id, "notes"), body)

    def escalate(self, call_id: str, agent_id: str, reason: str) -> NoteAdded:
        """Ask a supervisor to look at a call."""
        body = {"agent_id": agent_id, "reason": reason}
        return self._add(NoteAdded, _path(call_id, "escalate"), body)

    def feedback(
        self, call_id: str, agent_id: str, action: str, verdict: str, reason: str = ""
    ) -> NoteAdded:
        """Say what became of a recommendation, done or dismissed, and why if there is a reason."""
        body = {"agent_id": agent_id, "action": action, "verdict": verdict, "reason": reason}
        return self._add(NoteAdded, _path(call_id, "feedback"), body)

    def start_demo_call(self, agent_id: str) -> str:
        """Play a recorded call to this agent; return its id."""
        return self._post(DemoStarted, "demo/calls", {"agent_id": agent_id}).call_id

    def jobs(self, limit: int = 50) -> list[JobAnswer]:
        """Return long jobs, the newest first."""
        return self._get(JobList, "jobs", {"limit": limit}).jobs

    def ask_for_training(self, quick: bool = False, tune: int = 0) -> JobAnswer:
        """Have the server train with the newest export of data/raw; return the job."""
        body = {"kind": "train", "arguments": {"quick": quick, "tune": tune}}
        return self._add(JobAnswer, "jobs", body)

    def score_batch(
        self, table: str, customers: str | None = None, model: str | None = None
    ) -> JobAnswer:
        """Have the server score a table of data/raw by a version, the one that serves; the job."""
        body = {"table": table, "customers": customers, "model": model}
        return self._add(JobAnswer, "score_batch", body)

    def cancel_job(self, job_id: int) -> JobAnswer:
        """Cancel a long job, which ends within some seconds if it runs."""
        return self._post(JobAnswer, f"jobs/{job_id}/cancel", {})


def _path(call_id: str, *more: str) -> str:
    return "/".join(("calls", quote(call_id, safe=""), *more))


def _moment(at: int | datetime) -> str:
    return str(at) if isinstance(at, int) else at.isoformat()
