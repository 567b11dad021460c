"""The search for the customer of each call: its state, since when, and who may be chosen."""

import threading
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Self

from callrisk.domain.customer import CustomerRecord, SearchState
from callrisk.domain.wording import Text
from callrisk.wire.base import wire_time_or_none
from callrisk.wire.customer import Candidate, CustomerSearch


@dataclass(frozen=True, slots=True)
class RecordStatus:
    """A search at this moment, since when, and the records between which the agent chooses."""

    state: SearchState
    since: datetime | None = None
    candidates: Sequence[CustomerRecord] = ()

    @classmethod
    def undecided(cls, records: Sequence[CustomerRecord]) -> Self:
        """Return the status where no record, or more than one, fits a call."""
        return (
            cls(SearchState.SEVERAL, None, tuple(records))
            if records
            else cls(SearchState.NOT_FOUND)
        )

    def answer(self, crm: Text | None) -> CustomerSearch:
        """Return it as screens read it, with the name of the CRM."""
        return CustomerSearch(
            state=self.state,
            since=wire_time_or_none(self.since),
            candidates=[
                Candidate.of_value(record.customer, record_id=record.record_id)
                for record in self.candidates
            ],
            crm=None if crm is None else crm.ja,
            crm_en=None if crm is None else crm.en,
        )


class Searches:
    """The searches of the calls in progress; safe to use from many threads."""

    def __init__(self) -> None:
        self._statuses: dict[str, RecordStatus] = {}
        self._lock = threading.Lock()

    def begin(self, call_id: str) -> None:
        """Note that the customer of a call is looked up, unless a status is there already."""
        with self._lock:
            self._statuses.setdefault(call_id, RecordStatus(SearchState.SEARCHING))

    def update(self, call_id: str, status: RecordStatus) -> bool:
        """Store the status of a call; return whether it differs in more than its time."""
        with self._lock:
            before = self._statuses.get(call_id)
            self._statuses[call_id] = status
        return before is None or replace(before, since=status.since) != status

    def status(self, call_id: str) -> RecordStatus | None:
        """Return the status of a call; None where its customer was never looked up."""
        with self._lock:
            return self._statuses.get(call_id)

    def forget(self, call_id: str) -> None:
        """Drop the search of a call that is over."""
        with self._lock:
            self._statuses.pop(call_id, None)
