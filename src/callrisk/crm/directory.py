"""The seam to a CRM: where customers are looked up, where results go, how its requests count.

A CRM's folder in `integrations` implements these protocols with values and errors of `domain`;
every method that asks the CRM raises OutsideError when there is no answer.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Protocol

from callrisk.domain.call_record import CallResult
from callrisk.domain.customer import CustomerRecord, RecordChange
from callrisk.domain.wording import Text


class CustomerDirectory(Protocol):
    """The records of customers; an answer comes within the seconds given, or an OutsideError.

    `answers` counts the answers that came: an id that can be nobody's needs none. `doubts` counts
    the answers that lacked a field of the settings, which is reason to look for `problems`.
    """

    answers: int
    doubts: int

    @property
    def key(self) -> str:
        """Return the word for the CRM in addresses and in the checks of the health answer."""

    @property
    def name(self) -> Text:
        """Return the name of the CRM on screens."""

    def by_id(self, customer_id: str, within_s: float) -> list[CustomerRecord]:
        """Return the records with this customer id."""

    def by_phone(self, phone: str, within_s: float) -> list[CustomerRecord]:
        """Return the records with this telephone number."""

    def by_record(self, record_id: str, within_s: float) -> CustomerRecord | None:
        """Return the record with this record id."""

    def changed_record(self, notification: Mapping[str, Any]) -> RecordChange | None:
        """Return the record that the body of a webhook is about; None where it is about none."""

    def probe(self, within_s: float) -> None:
        """Read any record, to see whether they can be read."""

    def problems(self) -> list[Text]:
        """Return what in the settings does not fit the CRM, one sentence each."""


class ResultSink(Protocol):
    """The place in the CRM where results of calls are written."""

    def write(self, results: Sequence[CallResult]) -> None:
        """Write results, each once in effect; RefusedValueError when one of several is refused."""

    def problems(self) -> list[Text]:
        """Return what in the settings does not fit the CRM, one sentence each."""


class RequestCounter(Protocol):
    """A client that counts the requests it makes, by app."""

    @property
    def budget(self) -> int:
        """Return how many requests an app may have in a day."""

    @property
    def requests_today(self) -> Mapping[int, int]:
        """Return how many requests each app has had since 00:00 UTC."""

    def note_requests(self, app: int, requests: int) -> None:
        """Count requests of today that an earlier run has made."""


@dataclass(frozen=True, slots=True)
class WritingPace:
    """Seconds between two requests that write, and between two looks at the form.

    The first result goes at once, others with those that come within the rest: a CRM may allow
    10,000 requests a day, and a busy centre ends more calls than that. A CRM may also drop what is
    written to a renamed field without an error: the form is looked at while results are written,
    and what was written since the last look is written again.
    """

    rest_s: float = 10.0
    check_s: float = 60.0


DEFAULT_PACE = WritingPace()


@dataclass(frozen=True, slots=True)
class CrmAccess:
    """One CRM, ready to be asked; `demo` where its records are generated.

    Without a sink no results are written; without a counter none of its requests are counted.
    An empty `webhook_token` means that no webhook of it is answered.
    """

    directory: CustomerDirectory
    sink: ResultSink | None = None
    counter: RequestCounter | None = None
    demo: bool = False
    webhook_token: str = field(default="", repr=False)
    pace: WritingPace = DEFAULT_PACE


@dataclass(frozen=True, slots=True)
class Outage:
    """The time since which the CRM gives no answers, after how many, and why.

    `is_refused` says that it answers, and refuses.
    """

    since: datetime
    answers: int
    reason: Text
    is_refused: bool
