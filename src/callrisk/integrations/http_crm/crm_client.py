"""The client of a CRM over HTTP: requests made of templates, repeated, counted, and paused."""

from collections.abc import Callable, Mapping
from typing import Any, TypeVar

from callrisk.background.breaker import CircuitBreaker
from callrisk.background.clock import Clock
from callrisk.background.retry import RETRIES, RetryTable
from callrisk.integrations.http.counting_client import CountingClient
from callrisk.integrations.http.request_budget import Budget
from callrisk.integrations.http.request_caller import Caller
from callrisk.integrations.http.request_verdicts import REFUSED
from callrisk.integrations.http_crm.access_tokens import access_of
from callrisk.integrations.http_crm.crm_causes import ELSEWHERE
from callrisk.integrations.http_crm.crm_connection import CrmConnection
from callrisk.integrations.http_crm.crm_errors import Where, error_at
from callrisk.integrations.http_crm.crm_transport import CrmTransport, Request
from callrisk.integrations.http_crm.request_templates import RequestTemplate

# Its requests are counted together, under one number.
THE_APP = 0

T = TypeVar("T")


class HttpCrmClient(CountingClient):
    """One CRM; any number of threads may share it.

    Every call raises an HttpCrmError when the CRM does not do it, and ends within `within_s`.
    """

    def __init__(
        self, connection: CrmConnection, clock: Clock | None = None, retries: RetryTable = RETRIES
    ) -> None:
        clock = clock or Clock()
        self.name = connection.name
        self.base_url = connection.base_url
        self._connection = connection
        super().__init__(
            Budget(connection.name, connection.daily_budget, clock.now),
            CircuitBreaker(connection.name, clock, retries.crm_pause),
        )
        access = access_of(connection.name, connection.login, clock)
        transport = CrmTransport(connection, access, clock, lambda: self._requests.note(THE_APP))
        self._caller = Caller(transport, self._breaker, clock, retries.crm_request)

    def where(self, template: RequestTemplate) -> Where:
        """Return the request of a template as errors name it."""
        return Where(self.name, template.method, template.path)

    def ask(
        self, template: RequestTemplate, values: Mapping[str, Any],
        read: Callable[[Any], T], *, within_s: float | None = None, may_quote: bool = False,
        may_be_absent: bool = False,
    ) -> T:  # fmt: skip
        """Return what `read` makes of the answer to a template with these values.

        With `may_be_absent` 404 is an answer, None. UnfitValueError for a value that cannot stand
        at its place.
        """
        filled = template.filled(values)
        request = Request(
            self.where(template), self._connection.url(filled.target), filled.body,
            may_be_absent, may_quote,
        )  # fmt: skip
        return self._call(request, read, within_s)

    def ask_next(self, template: RequestTemplate, told: str, read: Callable[[Any], T]) -> T:
        """Return what `read` makes of the page at an address that the page before told."""
        where = Where(self.name, "GET", f"{template.path} (next page)")
        url = self._connection.next_url(told)
        if url is None:
            raise error_at(where, REFUSED, ELSEWHERE)
        return self._call(Request(where, url, may_quote=True), read, None)

    def _call(self, request: Request, read: Callable[[Any], T], within_s: float | None) -> T:
        limit_s = self._connection.patience_s if within_s is None else within_s
        return self._caller.call(request, read, limit_s)
