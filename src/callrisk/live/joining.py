"""Joins calls with the customers' records of the CRM, beside the live path and never in its way.

Whoever begins a call asks here and goes on; what is found is told through the log, and the call is
assessed again with it. While the CRM does not answer, it is asked again until the call is over.
"""

import heapq
import logging
import threading
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import datetime
from typing import Any, Protocol

from callrisk.domain.customer import Customer
from callrisk.integrations.kintone.customers import Found
from callrisk.integrations.kintone.errors import KintoneError
from callrisk.live.clock import utc_now
from callrisk.live.customers import Candidate, Customers, Search, Standing
from callrisk.store.queries import Queries, StoredCall
from callrisk.store.store import Store

logger = logging.getLogger(__name__)

# Longer than this nobody waits for a record.
PATIENCE_S = 3.0
_AT_ONCE = 4
# A CRM that is away is asked again after so many seconds, one that refuses after so many.
_AGAIN_S, _REFUSED_AGAIN_S = 5.0, 60.0
_BUSY_AGAIN_S = 0.1


class Desk(Protocol):
    """Where customers are asked for; KintoneError when there is no answer in time."""

    def by_id(self, customer_id: str, within_s: float) -> list[Found]:
        """Records with this customer id."""

    def by_phone(self, phone: str, within_s: float) -> list[Found]:
        """Records with this telephone number."""

    def by_record(self, record_id: int, within_s: float) -> Found | None:
        """The record of this number."""


class Joining:
    """Finds the customers of calls in threads of its own."""

    def __init__(
        self, desk: Desk, customers: Customers, store: Store,
        now: Callable[[], datetime] = utc_now,
    ) -> None:  # fmt: skip
        self._desk = desk
        self._customers = customers
        self._store = store
        self._queries = Queries(store.engine)
        self._now = now
        self._due: list[tuple[float, str]] = []
        self._running: set[str] = set()
        self._first: dict[str, threading.Event] = {}
        # Which record the agent chose, where several bear one customer id.
        self._chosen: dict[str, int] = {}
        self._changed, self._stopped = threading.Condition(), False
        self._away_since: datetime | None = None
        self._workers = ThreadPoolExecutor(_AT_ONCE, thread_name_prefix="joining")

    @property
    def problem(self) -> datetime | None:
        """Since when the CRM gives no answers; None while it does."""
        return self._away_since

    def start(self) -> None:
        """Begin, with the calls in progress."""
        threading.Thread(target=self._run, name="joining", daemon=True).start()
        for call in self._queries.active_calls():
            self.ask(call.call_id)

    def stop(self) -> None:
        """End after the questions at hand."""
        with self._changed:
            self._stopped = True
            self._changed.notify()
        self._workers.shutdown(wait=False, cancel_futures=True)

    def ask(self, call_id: str, after_s: float = 0.0) -> None:
        """Have the customer of a call looked up; returns at once."""
        with self._changed:
            self._first.setdefault(call_id, threading.Event())
            heapq.heappush(self._due, (time.monotonic() + after_s, call_id))
            self._changed.notify()

    def wait(self, call_id: str, seconds: float = PATIENCE_S) -> None:
        """Wait until the CRM has answered about a call, but no longer than so."""
        asked = self._first.get(call_id)
        if asked is not None:
            asked.wait(seconds)

    def choose(self, call_id: str, customer_id: str | None, record_id: int | None) -> bool:
        """Say who the customer of a call is; False when the call is over or unknown."""
        if customer_id is not None and record_id is not None:
            self._chosen[customer_id] = record_id
            self._customers.forget(customer_id)
        if not self._store.assign_customer(call_id, customer_id, self._now()):
            return False
        self._customers.over(call_id)
        with self._changed:
            self._first.pop(call_id, None)
        self.ask(call_id)
        return True

    def over(self, call_id: str) -> None:
        """Ask no more about a call."""
        with self._changed:
            asked = self._first.pop(call_id, None)
        if asked is not None:
            asked.set()
        self._customers.over(call_id)

    def refresh(self, record_id: int) -> None:
        """Read a record again because it is said to have changed; returns at once."""
        with self._changed:
            if not self._stopped:
                self._workers.submit(self._outliving, self._refresh, record_id)

    def _run(self) -> None:
        while True:
            with self._changed:
                while not self._stopped and (not self._due or self._due[0][0] > time.monotonic()):
                    wait = self._due[0][0] - time.monotonic() if self._due else None
                    self._changed.wait(wait)
                if self._stopped:
                    return
                _, call_id = heapq.heappop(self._due)
                if call_id in self._running:
                    # What was just asked answers this question too, as a rule without asking.
                    heapq.heappush(self._due, (time.monotonic() + _BUSY_AGAIN_S, call_id))
                    continue
                self._running.add(call_id)
                self._workers.submit(self._outliving, self._join, call_id)

    def _outliving(self, step: Callable[[Any], None], about: Any) -> None:
        try:
            step(about)
        except Exception:
            logger.exception("joining %s failed", about)

    def _join(self, call_id: str) -> None:
        try:
            call = self._queries.call(call_id)
            if call is None or call.ended_at is not None:
                self.over(call_id)
            else:
                self._join_known(call)
        finally:
            with self._changed:
                self._running.discard(call_id)

    def _join_known(self, call: StoredCall) -> None:
        try:
            self._look_up(call)
        except KintoneError as error:
            self._away(call, error)
        finally:
            asked = self._first.get(call.call_id)
            if asked is not None:
                asked.set()

    def _look_up(self, call: StoredCall) -> None:
        if call.customer_id is not None:
            self._by_id(call, call.customer_id)
        elif call.phone is not None:
            self._by_phone(call, call.phone)
        else:
            self._stands(call, Standing(Search.NOBODY))

    def _by_id(self, call: StoredCall, customer_id: str) -> None:
        if self._customers.is_fresh(customer_id, self._now()):
            self._stands(call, Standing(Search.FOUND))
            return
        found = self._desk.by_id(customer_id, PATIENCE_S)
        self._away_since = None
        chosen = self._chosen.get(customer_id)
        if len(found) > 1 and chosen is not None:
            found = [one for one in found if one.record_id == chosen] or found
        if len(found) > 1:
            self._stands(call, _several(found))
        elif found:
            # Under the id that was asked for, which may be written otherwise than in the record.
            changed = self._customers.keep(_under(found[0], customer_id))
            self._stands(call, Standing(Search.FOUND), changed)
        else:
            gone = self._customers.forget(customer_id)
            self._stands(call, Standing(Search.NOT_FOUND), gone)

    def _by_phone(self, call: StoredCall, phone: str) -> None:
        found = self._desk.by_phone(phone, PATIENCE_S)
        self._away_since = None
        if len(found) > 1:
            self._stands(call, _several(found))
        elif found:
            customer = found[0].customer
            self._customers.keep(customer)
            self._stands(call, Standing(Search.FOUND), tell=False)
            self._store.assign_customer(
                call.call_id, customer.customer_id, self._now(), only_if_unknown=True
            )
        else:
            self._stands(call, Standing(Search.NOT_FOUND))

    def _away(self, call: StoredCall, error: KintoneError) -> None:
        logger.warning("call=%s goes on without its customer: %s", call.call_id, error)
        self._away_since = self._away_since or self._now()
        self._stands(call, Standing(Search.UNREACHABLE, self._away_since))
        self.ask(call.call_id, _REFUSED_AGAIN_S if error.permanent else _AGAIN_S)

    def _stands(
        self, call: StoredCall, standing: Standing, changed: bool = False, tell: bool = True
    ) -> None:
        is_new = self._customers.stands(call.call_id, standing)
        if tell and (is_new or changed):
            self._store.tell_customer(call.call_id, self._now())

    def _refresh(self, record_id: int) -> None:
        found = self._desk.by_record(record_id, PATIENCE_S)
        if found is None:
            # Whose it was is not known any more: whoever speaks now is asked for again.
            for call in self._queries.active_calls():
                if call.customer_id is not None:
                    self._customers.expire(call.customer_id)
                    self.ask(call.call_id)
            return
        if self._customers.keep(found.customer):
            for call in self._queries.active_calls():
                if call.customer_id == found.customer.customer_id:
                    self._store.tell_customer(call.call_id, self._now())


def _several(found: Sequence[Found]) -> Standing:
    return Standing(
        Search.SEVERAL, None, tuple(Candidate(one.customer, one.record_id) for one in found)
    )


def _under(found: Found, customer_id: str) -> Customer:
    return replace(found.customer, customer_id=customer_id)
